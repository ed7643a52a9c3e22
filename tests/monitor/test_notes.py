"""A note is for people: it changes no answer, starts no clock and is no sign of life from the home."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.event_fields import BadEvent
from monitor.replay import replay
from monitor.rulebook import load_rules

RULES = load_rules()
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> str:
    return (START + hours * HOUR).isoformat()


def note(hours: float, text: str = "slept well") -> dict:
    return {"at": at(hours), "type": "note", "text": text}


def tick(hours: float) -> dict:
    return {"at": at(hours), "type": "tick"}


def last(events: list[dict]):
    timeline = {"patient": {"code": "P-1"}, "regimen": {"drug": "teclistamab"}, "events": events}
    *_, found = replay(timeline, RULES, every_event=True)
    return found


COURSE = [
    {"at": at(0), "type": "dose", "step": "SUD1", "amount": 0.06, "unit": "mg/kg"},
    {"at": at(1), "type": "reading", "temperature": {"value": 36.8, "unit": "Cel", "site": "oral"}},
]


@pytest.mark.parametrize("hours", [2, 5, 8, 30])
def test_a_note_changes_nothing_that_time_alone_would_not(hours):
    assert last([*COURSE, note(hours)]) == last([*COURSE, tick(hours)])


@pytest.mark.parametrize("hours", [2, 5, 8, 30])
def test_the_summary_of_an_episode_changes_nothing_that_time_alone_would_not(hours):
    summary = {"at": at(hours), "type": "episode_summary", "summary": {"number": 1}}
    assert last([*COURSE, summary]) == last([*COURSE, tick(hours)])


@pytest.mark.parametrize("told", [None, {}, {"number": 0}, {"number": True}, {"number": "1"}])
def test_a_summary_without_its_episode_is_refused(told):
    with pytest.raises(BadEvent, match="from 1"):
        last([*COURSE, {"at": at(2), "type": "episode_summary", "summary": told}])


def test_a_silent_home_stays_silent_whatever_is_noted_about_it():
    silent = last([*COURSE, tick(30)])
    assert silent.sight.state == "blind"
    noted = last([*COURSE, note(26), note(28, "nobody picks up"), tick(30)])
    assert noted == silent


def test_nothing_falls_due_because_a_note_was_written_before_the_first_event():
    dose = COURSE[0] | {"at": at(20)}
    noted, plain = last([note(0), dose, tick(21)]), last([dose, tick(21)])
    assert noted == plain


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "  "}, {"text": 3}])
def test_a_note_without_words_is_refused(body):
    with pytest.raises(BadEvent):
        last([*COURSE, {"at": at(2), "type": "note", **body}])


def test_a_note_can_be_struck_out_like_any_entry():
    struck = [*COURSE, note(2) | {"id": "n1"}, {"at": at(3), "type": "void", "of": "n1", "why": "other patient"}]
    assert last(struck) == last([*COURSE, tick(3)])
