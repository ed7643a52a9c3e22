"""What is said aloud: numbers that can be written down, and what is known without a name, a drug or a value."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from alerts.spoken import apart, clinical_words, slowly
from monitor.assessment import Icans, Sight

NOW = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("555-0100", "5 5 5, 0 1 0 0"),
        ("+12025550100", "plus, 1, 2 0 2, 5 5 5, 0 1 0 0"),
        ("P-0042", "P, 0 0 4 2"),
        ("AB12", "A B 1 2"),
        ("112", "1 1 2"),
        ("", ""),
    ],
)
def test_numbers_and_codes_are_said_one_by_one_in_groups(written, said):
    assert apart(written) == said


@given(st.from_regex(r"\+?[0-9][0-9 ()-]{2,20}[0-9]", fullmatch=True))
def test_no_digit_of_a_number_is_lost_doubled_or_moved(number):
    assert re.sub(r"\D", "", apart(number)) == re.sub(r"\D", "", number)
    assert not re.search(r"\d\d", apart(number))


def test_only_the_number_itself_is_said_slowly_not_a_value_like_it():
    words = "Received BP 112/70. Emergency: 112. Questions: 555-0100."
    assert slowly(words, "112", "555-0100") == "Received BP 112/70. Emergency: 1 1 2. Questions: 5 5 5, 0 1 0 0."


def said(answer_that_says, groups=(), changed=None, **known):
    answer = answer_that_says(NOW - timedelta(minutes=4), **known)
    return clinical_words(structs.replace(answer, **(changed or {})), groups, NOW)


def test_grade_certainty_groups_and_hours_since_which_dose_are_said(answer_that_says):
    assert said(answer_that_says, ["oximetry", "symptom rigors"], urgency="urgent", grade=1) == (
        "Assessed 4 minutes ago: urgent. C R S grade 1, suspected. Because of oxygen and rigors."
        " 31 hours after the dose S U D 2."
    )


def test_what_is_not_known_is_said_and_never_left_out(answer_that_says):
    blind = Sight(state="blind", overdue=("temperature",), oldest_minutes=None)
    window = structs.replace(answer_that_says(NOW).window, dose=None, hours_since_dose=None)
    words = said(answer_that_says, ["sight"], {"sight": blind, "window": window}, urgency="urgent", grade=None)
    assert "The C R S grade cannot be given." in words
    assert "No dose is known." in words
    assert "Nothing about this patient is fresh." in words
    assert "Because of missing measurements." in words


def test_what_hides_or_disagrees_is_said(answer_that_says):
    answer = answer_that_says(NOW, urgency="urgent", grade=2)
    crs = structs.replace(answer.crs, at_least=True, fever_masked=True, clinician_grade=1)
    icans = Icans(grade=2, at_least=True, ice=5, asked_at=NOW, clinician_grade=None, disagrees=False)
    words = clinical_words(structs.replace(answer, crs=crs, icans=icans, place="travelling"), (), NOW)
    assert "C R S grade 2, at least, suspected. A clinician gave grade 1. Medicine may be hiding a fever." in words
    assert "ICANS grade 2, at least." in words
    assert "on the way to the hospital" in words
    assert "Nothing is urgent by itself now." in words


@pytest.mark.parametrize("grade", [None, 0, 1, 2, 3, 4])
@pytest.mark.parametrize("groups", [(), ("temperature",), ("blood_pressure", "neuro", "fever back", "arrival")])
def test_no_value_is_ever_said(answer_that_says, grade, groups):
    words = said(answer_that_says, groups, urgency="emergency", grade=grade)
    assert not re.search(r"\d[.,]\d|\d/\d|\d\d\d", words)
