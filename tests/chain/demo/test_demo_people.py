from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.message import Ask, Site, go_now, measure, no_answer, received, reminder, sit_down, staff_text
from console.demonstration.people import asked_groups, asked_later, page_code_of

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SITE = Site(unit_phone="555-0100", emergency_number="112", timezone="Europe/Copenhagen")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=4)

TEXTS = {
    "pressure and oxygen now": (
        received(SITE, values="38.4 C", ask=Ask(now=("oximetry", "blood_pressure")), nurse_calls=True),
        {"oximetry", "blood_pressure"},
    ),
    "nothing now, only later": (
        received(SITE, values="36.8 C", ask=Ask(later=("temperature",), at=LATER), nurse_calls=False),
        set(),
    ),
    "overdue": (reminder(SITE, overdue=("temperature",)), {"temperature"}),
    "everything overdue": (reminder(SITE, overdue=()), {"temperature", "oximetry", "blood_pressure"}),
    "worth watching": (measure(SITE, values="37.6 C", ask=Ask(now=("temperature",))), {"temperature"}),
    "dangerous": (sit_down(SITE, values="BP 86/50", groups=("blood_pressure",)), {"blood_pressure"}),
    "no answer": (no_answer(SITE), {"temperature", "oximetry", "blood_pressure"}),
    "go": (go_now(SITE), set()),
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_caregiver_measures_what_the_text_asks_for_now(case):
    body, expected = TEXTS[case]
    assert set(asked_groups(body)) == expected


def test_a_caregiver_notes_the_hour_of_the_next_measurement():
    body, _ = TEXTS["nothing now, only later"]
    assert asked_later(body, NOON, COPENHAGEN) == (("temperature",), LATER)
    assert asked_later(body, LATER + timedelta(minutes=1), COPENHAGEN) == (("temperature",), LATER + timedelta(days=1))
    assert asked_later(TEXTS["overdue"][0], NOON, COPENHAGEN) is None


def test_a_nurse_finds_the_page_code_in_every_staff_text():
    for urgency in ("urgent", "emergency"):
        assert page_code_of(staff_text(SITE, urgency=urgency, code="P-0042", page_code="KD27")) == "KD27"
    assert page_code_of(go_now(SITE)) is None
