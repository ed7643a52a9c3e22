"""Grades a recorded timeline with the live chain's own plausibility, clock and grading functions."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from monitor.assessment import Assessment, NextDue
from monitor.course import Course
from monitor.record import Record, known_order
from monitor.rules import Rules
from monitor.timeline import parse_timeline


def replay(timeline: Mapping[str, Any], rules: Rules, *, every_event: bool = False) -> Iterator[Assessment]:
    """Give the answers of a timeline (docs/interfaces.md, "Timeline").

    Parameters
    ----------
    every_event
        One answer per event, in the order processed. Otherwise an answer whenever more than ages changed,
        including instants between events; the last event ends it.

    Raises
    ------
    monitor.timeline.BadEvent
        Before the first answer, when anything in the timeline cannot be read.
    """
    record = parse_timeline(timeline, rules.plausibility)
    return _every_event(record, rules) if every_event else _every_change(record, rules)


def _every_event(record: Record, rules: Rules) -> Iterator[Assessment]:
    course = Course(record.profile, record.regimen, rules)
    for _, known_at in _learn_in_order(course, record):
        yield course.assess(known_at)


def _every_change(record: Record, rules: Rules) -> Iterator[Assessment]:
    course = Course(record.profile, record.regimen, rules)
    last: Assessment | None = None
    for between, known_at in _learn_in_order(course, record):
        for answer in (*between, course.assess(known_at)):
            if last is None or essence(answer) != essence(last):
                yield answer
                last = answer


def _learn_in_order(course: Course, record: Record) -> Iterator[tuple[list[Assessment], datetime]]:
    """Teach the course one event after another; give what it said by itself before each, and when that was."""
    clock: datetime | None = None
    for event in sorted(record.events, key=known_order):
        between = list(until(course, clock, event.known_at)) if clock is not None else []
        course.learn(event)
        clock = event.known_at
        yield between, clock


def until(course: Course, clock: datetime, end: datetime) -> Iterator[Assessment]:
    """Give the answers of `course` at every instant after `clock` and before `end` at which it may change."""
    at = course.next_change(clock)
    while at is not None and at < end:
        yield course.assess(at)
        at = course.next_change(at)


def essence(answer: Assessment) -> Assessment:
    """Return the answer without what changes by time alone: two of the same essence are one line."""
    replace = msgspec.structs.replace
    return replace(
        answer,
        at=_EPOCH,
        window=replace(
            answer.window,
            hours_since_dose=None,
            quantile=None,
            crs_probability=None,
            crs_probability_range=None,
            residual_risk=None,
        ),
        sight=replace(answer.sight, oldest_minutes=None),
        next_due=_NOTHING_DUE,
    )


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_NOTHING_DUE = NextDue(temperature=None, oximetry=None, blood_pressure=None, ice=None)
