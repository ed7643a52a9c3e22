"""`stepguard drugs`: a page that a pharmacist holds against the label, line by line."""

import re

import pytest

from console.views.cited_text import NOT_KNOWN
from monitor.catalogue_file import load_catalogue
from monitor.catalogue_origin import origins

CATALOGUE = load_catalogue()
NAMES = [drug.name for drug in CATALOGUE.drugs]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every page once, printed by the command itself."""
    return {}


@pytest.fixture
def page(pages, stepguard):
    def printed(name):
        if name not in pages:
            said = stepguard("drugs", name)
            assert (said.code, said.err) == (0, "")
            pages[name] = said.out
        return pages[name]

    return printed


def flat(text):
    """Return a page without its line breaks, so that a wrapped sentence is found."""
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_a_hundred_columns(page, name):
    assert max(len(line) for line in page(name).splitlines()) <= 100


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_brackets_is_a_source_at_the_foot(page, name):
    body, foot = page(name).split("\nSOURCES\n")
    cited = {int(number) for number in re.findall(r"\[(\d+)\]", body)}
    listed = [int(number) for number in re.findall(r"^\[(\d+)\]", foot, re.MULTILINE)]
    assert listed == list(range(1, len(listed) + 1))
    assert cited == set(listed)


@pytest.mark.parametrize("name", NAMES)
def test_every_source_of_a_drug_stands_at_the_foot_in_full(page, name):
    foot = flat(page(name).split("\nSOURCES\n")[1])
    used = {cite for row in origins(CATALOGUE.find(name)) for cite in row.cites}
    for reference in CATALOGUE.references:
        assert (flat(reference.citation) in foot) == (reference.id in used), reference.id


@pytest.mark.parametrize("name", NAMES)
def test_every_doubtful_row_is_marked_in_words(page, name):
    doubtful = sum(row.confidence == "uncertain" for row in origins(CATALOGUE.find(name)))
    marked = page(name).split("\nEXPECTED ONSET")[0] + page(name).split("\nFURTHER")[-1]
    assert flat(marked).count("(UNCERTAIN [") == doubtful


@pytest.mark.parametrize("name", NAMES)
def test_every_gap_is_told_with_what_was_looked_for(page, name):
    told = flat(page(name))
    for gap in CATALOGUE.find(name).not_known:
        assert f"{gap.topic.replace('_', ' ')} {gap.looked_for}" in told
        assert NOT_KNOWN in told


@pytest.mark.parametrize("name", NAMES)
def test_every_other_value_stands_beside_the_used_one_with_the_reason(page, name):
    told = flat(page(name))
    for row in origins(CATALOGUE.find(name)):
        for other in getattr(row, "other", ()):
            assert f"other source: {other.value} (" in told
            assert f"not used: {other.why_not_used}" in told


def test_the_page_says_first_that_nobody_signed(page):
    assert flat(page("teclistamab")).startswith(
        "teclistamab (Tecvayli), SC, BCMA x CD3 UNSIGNED: thresholds are unsigned"
    )


def test_signed_rules_end_the_banner(stepguard, here):
    (here / "stepguard.toml").write_text('[rules]\nsigned_by = "Dr A"\nsigned_on = "2026-11-20"\n')
    assert "UNSIGNED" not in stepguard("drugs", "teclistamab").out
    assert stepguard("drugs", "teclistamab", "--json").object[0]["unsigned"] is None


def test_a_trial_drug_says_so_in_the_list_and_on_its_page(stepguard, page):
    listed = stepguard("drugs").out.splitlines()
    assert {line.split()[0] for line in listed if "INVESTIGATIONAL" in line} == {
        drug.name for drug in CATALOGUE.drugs if drug.investigational
    }
    assert page("ABBV-383").splitlines()[1].startswith("INVESTIGATIONAL")
    assert max(map(len, listed)) <= 100


TECLISTAMAB = """
SUD1 0.06 mg/kg, cycle 1 day 1 (published
after the dose before 2 days or more, at most 4, 7 while a side effect resolves
CRS, any grade 42 % of patients (label recalled
observation in hospital for 48 h from the administration
after SUD2 8 to 28 days 8 to 28 days after step-up dose 2: repeat it and go on; give SUD2, then first treatment dose
any grade 72 % of patients (review
onset median 2 days, 1 to 6 days, after most recent dose
CRS grade 3, first, 48 h or longer grade 3 lasted 48 h or longer: discontinue permanently
with daratumumab and hyaluronidase, SC, US (published [2][3]) steps not known: ask a pharmacist
dexamethasone 16 mg PO or IV, 1 to 3 h before each step-up dose
REMS TECVAYLI and TALVEY REMS, as of 2025-08-18
"""


@pytest.mark.parametrize("line", TECLISTAMAB.strip().splitlines())
def test_the_page_of_teclistamab_reads_as_a_pharmacist_expects(page, line):
    assert line.casefold() in flat(page("teclistamab")).casefold()


def test_a_misspelt_name_is_answered_with_the_nearest(stepguard):
    stepguard("drugs", "glofitmab").refuses("'glofitmab' is not in the catalogue", "did you mean glofitamab?")
    stepguard("drugs", "Tecvali").refuses("did you mean teclistamab?")
    stepguard("drugs", "aspirin").refuses("known are alnuctamab")


def test_json_holds_everything_with_the_full_sources(stepguard):
    (row,) = stepguard("drugs", "tarlatamab", "--json").object
    drug = CATALOGUE.find("tarlatamab")
    assert len(row["drug"]["next_dose"]) == len(drug.next_dose)
    assert len(row["drug"]["schedules"][0]["restart"]) == 6
    assert row["drug"]["schedules"][0]["steps"][0]["rates"][0]["other"][0]["value"] == "43 %"
    cited = {cite for each in origins(drug) for cite in each.cites}
    assert {each["id"] for each in row["references"]} == cited
    assert all(each["citation"] for each in row["references"])
