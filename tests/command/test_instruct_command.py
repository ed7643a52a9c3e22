"""A standing instruction by command: listed, refused with the remedy, shown in full, sent."""

from pathlib import Path

import pytest

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "instructions.toml"


@pytest.fixture
def home(stepguard, here):
    """A patient with a caregiver, at a site that has signed the shipped form."""
    form = SHIPPED.read_text(encoding="utf-8").replace('signed_by = ""', 'signed_by = "Dr Ito"')
    (here / "instructions.toml").write_text(form, encoding="utf-8")
    (here / "stepguard.toml").write_text('[site]\ninstructions = "instructions.toml"\n', encoding="utf-8")
    assert stepguard("enroll", "P-0042", "--drug", "teclistamab", "--by", "ada").code == 0
    assert stepguard("contact", "add", "P-0042", "--name", "Eva", "--number", "+12025550190", "--by", "ada").code == 0
    return stepguard


def test_it_is_shown_in_full_before_it_is_sent_and_its_fate_is_listed(home):
    listed = home("instruct", "P-0042")
    assert "come-in: Come to the unit to be seen" in listed.out
    assert "text to Eva, +12025550190 (signed Dr Ito, 2026-11-21):" in listed.out
    unread = home("instruct", "P-0042", "come-in", "--by", "ada")
    assert unread.code == 2
    assert "The nurse asks you to come to the unit now" in unread.err
    assert "a person must read this first; add --yes once somebody has" in unread.err
    sent = home("instruct", "P-0042", "come-in", "--yes", "--by", "ada", "--json")
    assert sent.object == {"patient": "P-0042", "instruction": "come-in", "sent_to": 1}
    assert "The nurse asks you to come to the unit now" in sent.err
    [told] = home("instruct", "P-0042", "--json").object["sent"]
    assert told["reason"].startswith("standing instruction come-in, pressed by ada, signed by Dr Ito")


def test_what_cannot_be_sent_names_the_remedy(home, here):
    home("instruct", "P-0042", "dexamethasone", "--yes").refuses("no instruction 'dexamethasone'", "come-in, fever")
    home("instruct", "P-0099", "come-in", "--yes").refuses("no patient 'P-0099'")
    checked = home("check")
    assert checked.code == 0
    assert "site.instructions: teclistamab fever: no text in Danish, German, Spanish" in checked.err
    (here / "instructions.toml").write_bytes(SHIPPED.read_bytes())
    home("check").refuses("instructions.toml", "instruction[0].text.en.signed_by is empty")
    home("instruct", "P-0042").refuses("instruction[0].text.en.signed_by is empty")
    (here / "stepguard.toml").unlink()
    assert "site.instructions is not set; write a file" in home("instruct", "P-0042").out
