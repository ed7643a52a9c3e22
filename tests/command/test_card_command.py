"""`stepguard card`: paper for the home, in the language of its first contact."""


def enrolled(stepguard):
    assert stepguard("enroll", "P-0042", "--drug", "teclistamab", "--by", "ada").code == 0
    added = ("--name", "daughter", "--number", "+4520123456", "--language", "da", "--by", "ada")
    assert stepguard("contact", "add", "P-0042", *added).code == 0


def test_a_card_is_printed_in_the_language_of_the_home(stepguard, here):
    enrolled(stepguard)
    said = stepguard("card", "P-0042", "--by", "ada")
    assert said.code == 0
    assert "Ring straks 112 uden at vente" in said.out
    assert "Lægemiddel: teclistamab" in said.out


def test_an_unreviewed_language_is_printed_with_a_warning(stepguard, here):
    enrolled(stepguard)
    said = stepguard("card", "P-0042", "--language", "de", "--by", "ada")
    assert said.code == 0
    assert "German is unreviewed" in said.err


def test_a_pdf_goes_to_a_file_that_is_not_overwritten(stepguard, here):
    enrolled(stepguard)
    stepguard("card", "P-0042", "--format", "pdf", "--by", "ada").refuses("--to")
    assert stepguard("card", "P-0042", "--format", "pdf", "--to", "card.pdf", "--by", "ada").code == 0
    assert (here / "card.pdf").read_bytes().startswith(b"%PDF")
    stepguard("card", "P-0042", "--format", "pdf", "--to", "card.pdf", "--by", "ada").refuses("exists")


def test_a_card_of_nobody_is_refused(stepguard, here):
    stepguard("card", "P-9999", "--by", "ada").refuses("P-9999")
