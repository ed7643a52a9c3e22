"""The paper at home: the sheet for the kitchen and the card to show, in every language on one page."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from alerts.card_paper import (
    ABOVE_CARD_MM,
    PADDING_MM,
    PANEL_HEIGHT_MM,
    SHEET_PT,
    as_pdf,
    as_text,
    height,
    panel_pt,
    panels_of,
    print_of,
)
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
    assert print_of(sheet, SHEET_PT, 180.0, 279.4 - 2 * 15.0 - PANEL_HEIGHT_MM - ABOVE_CARD_MM) >= 12.0
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
def test_both_halves_of_the_card_are_as_large_as_a_bank_card_in_print_that_can_be_read(wording):
    _, card = both(wording)
    for panel in panels_of(card):
        assert panel_pt(panel) >= 7.0
        assert height(panel, panel_pt(panel)) <= PANEL_HEIGHT_MM - 2 * PADDING_MM


@EVERY
def test_name_and_day_of_birth_are_written_by_hand_each_on_a_line_of_its_own(wording):
    (name, (born, *_)), *_ = panels_of(both(wording)[1])[1].sections
    assert (name.count("_" * 24), born.count("_" * 24)) == (1, 1)


def test_a_card_with_many_allergies_is_cut_higher_and_leaves_none_out():
    wording = wording_of("de")
    many = tuple(f"allergy to substance number {number}" for number in range(40))
    card = wallet_card(SITE, wording, replace(BEARER, allergies=many), department=NORTH)
    _, back = panels_of(card)
    sheet, _ = both(wording)
    assert height(back, panel_pt(back)) > PANEL_HEIGHT_MM
    for word in ("number 0,", "number 39"):
        assert word in as_text(back)
    assert as_pdf(sheet, card, AT).count(b"/Type /Page\n") == 1


def test_a_child_is_not_asked_for_ice_points_on_paper_either():
    words, wording = words_of("en"), wording_of("en")
    sheet = home_sheet(SITE, wording, words, code="P-9", department=NORTH, asks_ice=False)
    assert "points" not in as_text(sheet)
    assert "five questions" not in as_text(sheet)
    assert "CALL" in as_text(sheet)
