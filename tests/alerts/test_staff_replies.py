"""What staff text, word by word, and whom they mean."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.page_code import CODES, is_near, page_code
from alerts.roster_file import load_roster
from alerts.staff_replies import (
    Accept,
    Decline,
    Escalate,
    HandOver,
    Help,
    NotUnderstood,
    Take,
    names_a_page,
    read_key,
    read_staff,
)
from alerts.whom import NobodyMeant, find, next_after

NIGHT = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
ROSTER = load_roster()
BEN, CLEO, ITO = (ROSTER.by_key(key) for key in ("ben", "cleo", "dr-ito"))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("AB12 OK", Accept(code="AB12")),
        ("ok", Accept(code=None)),
        ("ab12take", Take(code="AB12")),
        ("TAKE AB12", Take(code="AB12")),
        ("mine", Take(code=None)),
        ("AB12 esc", Escalate(code="AB12")),
        ("AB12. Escalate!", Escalate(code="AB12")),
        ("next", Escalate(code=None)),
        ("AB12 no", Decline(code="AB12")),
        ("AB12 to cleo", HandOver(code="AB12", whom="CLEO")),
        ("to Cleo Marsh", HandOver(code=None, whom="CLEO MARSH")),
        ("AB12 TO NEXT", HandOver(code="AB12", whom="NEXT")),
        ("help", Help()),
        ("AB12 HELP", Help()),
        (" ? ", Help()),
    ],
)
def test_each_word_means_one_thing(text, meaning):
    assert read_staff(text) == meaning


@pytest.mark.parametrize(
    "text",
    ["", "AB12", "AB12 OK ESC", "not ok", "AB12 no way", "AB12 CD34 TAKE", "to", "AB12 to", "give AB12 to cleo",
     "AB12 to somebody who is on call tonight", "OK to go", "ESC AB12 now", "ÖK"],
)  # fmt: skip
def test_anything_beside_a_word_is_asked_back(text):
    assert isinstance(read_staff(text), NotUnderstood)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader_and_none_means_a_page_without_its_code(text):
    reply = read_staff(text)
    if names_a_page(text):
        assert reply.code in text.upper()


@pytest.mark.parametrize(
    ("key", "meaning"),
    [("1", Accept(code=None)), ("3", Escalate(code=None)), ("4", HandOver(code=None, whom="NEXT"))],
)
def test_a_key_means_what_its_word_means(key, meaning):
    assert read_key(key) == meaning


@pytest.mark.parametrize("key", ["", "0", "2", "9", "#", "*", "11"])
def test_another_key_means_nothing(key):
    assert read_key(key) is None


@given(st.integers(min_value=1, max_value=CODES), st.integers(min_value=0, max_value=3), st.sampled_from("ABCDE12345"))
def test_a_code_is_near_those_one_character_away_and_never_itself(incident, place, character):
    code = page_code(incident)
    other = code[:place] + character + code[place + 1 :]
    assert is_near(code, other) == (other != code)
    assert not is_near(code, code)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [("AB12", "BA12", True), ("AB12", "AB21", True), ("AB12", "A1B2", True), ("AB12", "CD12", False),
     ("AB12", "2B1A", False), ("AB12", "AB1", False), ("AB12", "", False)],
)  # fmt: skip
def test_neighbours_exchanged_are_near_two_slips_are_not(one, other, near):
    assert is_near(one, other) is near


@pytest.mark.parametrize(
    ("whom", "found"),
    [("CLEO", CLEO), ("CLEO MARSH", CLEO), ("MARSH", CLEO), ("SECOND", CLEO), ("ONCOLOGIST", ITO), ("NEXT", CLEO)],
)
def test_a_name_a_role_or_next_finds_one_person(whom, found):
    assert find(ROSTER, whom, asked_by=BEN, now=NIGHT) == found


@pytest.mark.parametrize("whom", ["BEN", "NURSE", "NOBODY", "CLEO BEN", "", "EMERGENCY", "DESK"])
def test_oneself_nobody_several_and_the_emergency_department_are_asked_about(whom):
    assert isinstance(find(ROSTER, whom, asked_by=BEN, now=NIGHT), NobodyMeant)


def test_next_climbs_and_begins_again_below():
    assert next_after(ROSTER, BEN, NIGHT) == CLEO
    assert next_after(ROSTER, CLEO, NIGHT) == ITO
    assert next_after(ROSTER, ITO, NIGHT) == BEN
