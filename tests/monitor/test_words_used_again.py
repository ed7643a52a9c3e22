"""The words of an answer are used again while nothing they rest on has changed; never longer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.course import Course, assess
from monitor.record import Record
from monitor.rulebook import load_rules
from monitor.timeline import parse_timeline

RULES = load_rules()
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_no_ice_before_the_dose_is_named_only_while_neurotoxicity_is_watched_for():
    record = _record({"type": "dose", "step": "SUD1"}, {"type": "neuro", "consciousness": "voice"})
    course = Course(record.profile, record.regimen, RULES, record.events)
    course.assess(START + timedelta(hours=1))
    until = course.state.neuro_until
    assert until is not None
    named = "no ICE before the first dose to compare with"
    assert named in course.assess(until - MINUTE).reasons
    assert named not in course.assess(until).reasons


def test_a_child_who_grows_up_is_no_longer_asked_for_capd():
    birthday = START.date() + timedelta(days=10)
    years = RULES.ice.capd_under_years
    record = _record({"type": "capd", "unable": True}, born=birthday.replace(year=birthday.year - years).isoformat())
    course = Course(record.profile, record.regimen, RULES, record.events)
    eve = datetime(birthday.year, birthday.month, birthday.day, tzinfo=UTC) - MINUTE
    named = f"CAPD was asked from {years} years on: ask ICE"
    assert named not in course.assess(eve).reasons
    assert named in course.assess(eve + MINUTE).reasons


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "support", "oxygen": {"device": "nasal_cannula", "flow_l_min": 2}},
        {"type": "attribution", "sign": "fever", "cause": "a cold"},
        {"type": "symptom", "names": ["dizziness", "fainting"]},
        {"type": "place", "where": "travelling", "expected_by": "2026-03-02T12:00:00Z"},
        {"type": "clinician_grade", "syndrome": "crs", "grade": 0},
        {"type": "medication", "name": "paracetamol", "amount": 1000, "unit": "mg"},
    ],
    ids=lambda entry: entry["type"],
)
def test_a_course_asked_again_and_again_says_what_one_asked_once_says(entry):
    fever = {"type": "reading", "temperature": {"value": 38.4, "unit": "Cel", "site": "oral"}}
    limits = {"oximetry": {"urgent": 90, "emergency": 85, "until": "2026-03-02T20:00:00Z"}}
    record = _record({"type": "dose", "step": "SUD1"}, fever, entry, limits=limits)
    course = Course(record.profile, record.regimen, RULES, record.events)
    at: datetime | None = START + MINUTE
    end = START + timedelta(days=12)
    while at is not None and at < end:
        assert course.assess(at) == assess(record, RULES, at)
        at = course.next_change(at)


def _record(*events: dict[str, Any], **patient: Any) -> Record:
    timeline = {
        "patient": {"code": "P-0001", **patient},
        "regimen": {"drug": "teclistamab", "schedule": "us_weekly"},
        "events": [{"at": START + n * MINUTE, **event} for n, event in enumerate(events)],
    }
    return parse_timeline(timeline, RULES.plausibility)
