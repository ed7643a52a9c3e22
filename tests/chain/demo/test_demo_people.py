from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.home_languages import wordings
from alerts.home_texts import Wording, go_now, measure, no_answer, received, reminder, sit_down
from alerts.home_values import Ask
from alerts.message import Site, staff_text
from console.demonstration.reading_texts import asked_groups, asked_later, page_code_of, sends_away

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SITE = Site(unit_phone="555-0100", emergency_number="112", timezone="Europe/Copenhagen")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=4)
EVERY = pytest.mark.parametrize("wording", wordings(), ids=lambda wording: wording.code)


def texts(wording: Wording) -> dict[str, tuple[str, set[str]]]:
    """Return texts to a home in one language, each with what it asks for now."""
    pressure, oxygen, heat = "blood_pressure", "oximetry", "temperature"
    now, later = Ask(now=(oxygen, pressure)), Ask(later=(heat,), at=LATER)
    return {
        "pressure and oxygen now": (
            received(SITE, wording, values="38.4 C", ask=now, nurse_calls=True),
            {oxygen, pressure},
        ),
        "only later": (received(SITE, wording, values="36.8 C", ask=later, nurse_calls=False), set()),
        "overdue": (reminder(SITE, wording, overdue=(heat,)), {heat}),
        "everything overdue": (reminder(SITE, wording, overdue=()), {heat, oxygen, pressure}),
        "worth watching": (measure(SITE, wording, values="37.6 C", ask=Ask(now=(heat,))), {heat}),
        "dangerous": (sit_down(SITE, wording, values="BP 86/50", groups=(pressure,)), {pressure}),
        "no answer": (no_answer(SITE, wording), {heat, oxygen, pressure}),
        "go": (go_now(SITE, wording), set()),
        "go to": (go_now(SITE, wording, hospital="North Hospital"), set()),
    }


@EVERY
def test_a_caregiver_measures_what_the_text_asks_for_now(wording):
    for case, (body, expected) in texts(wording).items():
        assert set(asked_groups(body, wording)) == expected, case
        assert sends_away(body, wording) is case.startswith("go"), case


@EVERY
def test_a_caregiver_notes_the_hour_of_the_next_measurement(wording):
    body, _ = texts(wording)["only later"]
    assert asked_later(body, NOON, COPENHAGEN, wording) == (("temperature",), LATER)
    tomorrow = LATER + timedelta(days=1)
    assert asked_later(body, LATER + timedelta(minutes=1), COPENHAGEN, wording) == (("temperature",), tomorrow)
    assert asked_later(texts(wording)["overdue"][0], NOON, COPENHAGEN, wording) is None


def test_a_nurse_finds_the_page_code_in_every_staff_text():
    for urgency in ("urgent", "emergency"):
        assert page_code_of(staff_text(SITE, urgency=urgency, code="P-0042", page_code="KD27")) == "KD27"
    assert page_code_of(go_now(SITE, wordings()[0])) is None
