"""The paper at home: the sheet for the kitchen and the card to show, in every language on one page."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from alerts.card_paper import CARD_HEIGHT_MM, CARD_PT, LEAST_PT, SHEET_PT, as_pdf, as_text, drawn, height
from alerts.cards import Bearer, home_sheet, wallet_card
from alerts.directory import Department
from alerts.home_languages import wording_of, wordings
from alerts.home_words import words_of
from alerts.message import Site

SITE = Site(unit_phone="+45 35 45 00 00", emergency_number="112")
NORTH = Department(
    key="north", name="University Hospital North", phone="+4535451111", address="Long Street 114, 2100 Town"
)
BEARER = Bearer(
    code="P-0042",
    drug="teclistamab",
    first_dose=date(2026, 3, 2),
    weight_kg=Decimal("71.5"),
    allergies=("penicillin", "iodine contrast"),
)
AT = datetime(2026, 3, 2, 14, tzinfo=UTC)
EVERY = pytest.mark.parametrize("wording", wordings(), ids=lambda wording: wording.code)


def both(wording, *, drug="teclistamab", department=NORTH):
    words = words_of(wording.code)
    sheet = home_sheet(SITE, wording, words, code="P-0042", department=department)
    bearer = replace(BEARER, drug=drug)
    return sheet, wallet_card(SITE, wording, bearer, department=department)


@EVERY
def test_the_sheet_names_no_drug_and_the_card_does(wording):
    sheet, card = both(wording)
    assert "teclistamab" not in as_text(sheet)
    assert "teclistamab" in as_text(card)


@EVERY
def test_both_say_whom_to_call_and_where_to_go(wording):
    for one in both(wording):
        text = as_text(one)
        assert SITE.unit_phone in text
        assert SITE.emergency_number in text
        assert "University Hospital North" in text
        assert "P-0042" in text


@EVERY
def test_the_words_to_text_are_those_that_are_understood(wording):
    sheet, _ = both(wording)
    text = as_text(sheet)
    for said in ("GOING", "THERE", "CALL"):
        assert wording.say(said) in text
    assert wording.example in text


@EVERY
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_sheet_and_card_stand_on_one_page_in_print_that_can_be_read(wording, paper):
    sheet, card = both(wording)
    _, fits_at_ten_points = drawn(sheet, card, 10.0, paper, wording.code)
    assert fits_at_ten_points
    assert LEAST_PT < 10.0 < SHEET_PT
    pdf = as_pdf(sheet, card, AT, paper=paper, language=wording.code)
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") == 1
    assert pdf == as_pdf(sheet, card, AT, paper=paper, language=wording.code)


def test_a_card_without_a_drug_leaves_a_line_to_write_it_on():
    _, card = both(wording_of("en"), drug=None, department=None)
    assert "Medicine: ____" in as_text(card)


def test_the_card_says_what_a_stranger_must_know_before_the_patient_is_asked():
    text = as_text(both(wording_of("da"))[1])
    for said in ("2026-03-02", "71,5", "penicillin, iodine contrast", "neurotoksicitet", "uden feber", "Behandl først"):
        assert said in text


def test_what_nobody_recorded_is_a_line_to_write_on_and_no_allergy_is_an_answer():
    blank = as_text(wallet_card(SITE, wording_of("en"), Bearer(code="P-1"), department=None))
    assert "First dose: ____" in blank
    assert "Allergies: ____" in blank
    known = as_text(wallet_card(SITE, wording_of("en"), Bearer(code="P-1", allergies=()), department=None))
    assert "Allergies: none known" in known


@EVERY
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_whole_card_stays_within_the_lines_to_cut(wording, paper):
    _, card = both(wording)
    assert height(card, CARD_PT[-1], paper) <= CARD_HEIGHT_MM - 6
