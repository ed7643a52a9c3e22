"""What texts may say, and what they cost."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import home_texts, message
from alerts.gsm7 import BASIC, EXTENDED, TextRefusedError, fit, segments, septets
from alerts.home_texts import ENGLISH
from alerts.home_values import ask_of, spoken_values
from alerts.message import Site
from alerts.page_code import CODES, id_of, page_code
from gateway.reading import BloodPressure, Oximetry, Reading, Temperature
from monitor.assessment import NextDue

SITE = Site(unit_phone="555-0100", emergency_number="112", timezone="Europe/Copenhagen")
NOW = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
WORDS_OF_ILLNESS = re.compile(
    r"fever|temp|spo2|oxygen|pressure|systolic|crs|icans|grade|pulse|dose|drug|mab\b|cytokine|\d\d[.,]\d", re.I
)
GROUPS = st.lists(
    st.sampled_from(["temperature", "oximetry", "blood_pressure", "respiratory_rate", "ice"]), unique=True
)


@pytest.mark.parametrize(
    ("text", "size", "parts"),
    [
        ("", 0, 0),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("^" * 80, 160, 1),
        ("^" * 81, 162, 2),
        ("a" * 152 + "^" + "a" * 151, 305, 2),
        ("a" * 152 + "^" + "a" * 152, 306, 3),  # the pair of ^ may not be cut
    ],
)
def test_segments_are_counted_as_the_network_counts_them(text, size, parts):
    assert septets(text) == size
    assert segments(text) == parts


def test_the_alphabet_has_its_128_and_10_characters():
    assert len(BASIC) == 127  # the escape to the extension table is not a character
    assert len(EXTENDED) == 10


@pytest.mark.parametrize("character", ["\u00b0", "\u2265", "\u2013", "\u2082", "\u00b4", "\t", "\u00e3"])
def test_a_character_outside_the_alphabet_is_refused_not_replaced(character):
    with pytest.raises(TextRefusedError, match="not in the GSM-7 alphabet"):
        fit(f"38.4 {character}C", at_most=2)


def test_a_text_that_is_too_long_is_refused():
    with pytest.raises(TextRefusedError, match="2 segments where 1 may be sent"):
        fit("a" * 161, at_most=1)


@given(st.text(alphabet=sorted(BASIC | EXTENDED)))
def test_segments_never_exceed_what_two_septets_a_character_need(text):
    assert segments(text) <= -(-2 * len(text) // 152)


@given(
    urgency=st.sampled_from(["watch", "urgent", "emergency"]),
    code=st.one_of(st.none(), st.text(max_size=300)),
    incident=st.integers(min_value=1, max_value=10**7),
    others=st.integers(min_value=0, max_value=2000),
    technical=st.booleans(),
)
def test_every_text_to_staff_is_one_segment_with_a_page_code_and_a_number(urgency, code, incident, others, technical):
    own = page_code(incident)
    text = message.staff_text(SITE, urgency=urgency, code=code, page_code=own, others=others, technical=technical)
    assert segments(text) == 1
    assert f"Reply {own} OK" in text
    assert "555-0100" in text
    assert ("SYSTEM" if technical else urgency.upper()) in text
    assert segments(message.ed_text(SITE, urgency=urgency, code=code, page_code=own)) == 1
    assert segments(message.staff_call(SITE, urgency=urgency, code=code, page_code=own)) <= 2


@given(urgency=st.sampled_from(["watch", "urgent", "emergency"]), number=st.integers(min_value=0, max_value=9999))
def test_no_text_to_staff_says_anything_clinical(urgency, number):
    code = f"P-{number:04d}"
    for text in (
        message.staff_text(SITE, urgency=urgency, code=code, page_code="AB12"),
        message.staff_call(SITE, urgency=urgency, code=code, page_code="AB12"),
        message.ed_text(SITE, urgency=urgency, code=code, page_code="AB12"),
    ):
        assert not WORDS_OF_ILLNESS.search(text)


def test_a_patient_code_the_alphabet_cannot_carry_does_not_stop_the_page():
    text = message.staff_text(SITE, urgency="emergency", code="P\u20137", page_code="AB12")
    assert text == "STEPGUARD EMERGENCY. Reply AB12 OK. Call 555-0100"


def reading(value=None, unit="Cel", spo2=None, pressure=None):
    return Reading(
        measured_at=NOW,
        received_at=NOW,
        temperature=None
        if value is None
        else Temperature(temperature_c=Decimal(38), sent_value=Decimal(value), sent_unit=unit),
        oximetry=None if spo2 is None else Oximetry(spo2_pct=Decimal(spo2)),
        blood_pressure=None
        if pressure is None
        else BloodPressure(systolic_mmhg=Decimal(pressure[0]), diastolic_mmhg=Decimal(pressure[1])),
    )


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("37.99", "Cel", "37.9 C"),
        ("38.0", "Cel", "38.0 C"),
        ("38", "Cel", "38.0 C"),
        ("37.94", "Cel", "37.9 C"),
        ("38.45", "Cel", "38.5 C"),
        ("100.39", "[degF]", "100.3 F"),
        ("100.4", "[degF]", "100.4 F"),
    ],
)
def test_a_shown_temperature_never_rounds_up_to_fever(value, unit, shown):
    assert spoken_values([reading(value, unit)]) == shown


def test_values_of_several_readings_are_said_once_each_the_newest_of_its_group():
    readings = [reading("38.1"), reading("38.4", spo2=94), reading(pressure=(104, 61))]
    assert spoken_values(readings) == "38.4 C, SpO2 94, BP 104/61"


def test_a_reading_without_a_value_has_nothing_to_say():
    empty = Reading(measured_at=NOW, received_at=NOW, oximetry=Oximetry(spo2_pct=None))
    assert spoken_values([empty]) == ""


def test_what_is_due_now_is_asked_before_what_is_due_later_in_local_time():
    due = NextDue(temperature=NOW + timedelta(minutes=20), oximetry=NOW, blood_pressure=NOW, ice=NOW)
    ask = ask_of(due, NOW)
    assert ask.now == ("blood_pressure", "oximetry")
    later = ask_of(NextDue(temperature=NOW + timedelta(minutes=20), oximetry=None, blood_pressure=None, ice=None), NOW)
    assert home_texts.received(SITE, ENGLISH, values="", ask=later, nurse_calls=False) == (
        "Received, thank you. Next: temperature at 03:30."
    )


def test_a_caregiver_who_did_not_agree_gets_no_values(ward):
    ward.caregiver(consent_values=False)
    ward.fever()
    home = next(m.body for m in ward.phone.take() if m.number == "+12025550190")
    assert home == "Received, thank you. Now: blood pressure and oxygen. A nurse will call."


@given(st.integers(min_value=1, max_value=10**9))
def test_a_page_code_leads_back_to_its_incident(incident):
    code = page_code(incident)
    assert re.fullmatch(r"[A-HJ-NPR-Z]{2}\d{2}", code)
    assert id_of(code) == incident % CODES


def test_no_two_of_fifty_thousand_incidents_share_a_code():
    assert len({page_code(incident) for incident in range(CODES)}) == CODES


@pytest.mark.parametrize("code", ["", "A", "OK12", "ABCD", "1234"])
def test_what_is_no_page_code_leads_nowhere(code):
    assert id_of(code) is None
