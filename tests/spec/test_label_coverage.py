"""No row of a label's table is without a row of the specification, and no bound is tried from one side only."""

import runpy
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from monitor.course import Course
from monitor.next_dose import label_of, rulings
from monitor.restart import Delays
from monitor.timeline import parse_timeline
from spec_shorthand import timeline
from spec_tables import parse, rules

HERE = Path(__file__).parent
MINUTE = timedelta(minutes=1)


@cache
def told() -> tuple[tuple[Course, datetime], ...]:
    """Return every case of the two chapters, folded to its last event."""
    courses = []
    for path in sorted((*HERE.glob("next_dose/test_*.py"), *HERE.glob("restart/test_*.py"))):
        module = runpy.run_path(str(path), run_name="spec")
        for case in parse(module["CASES"], module.get("given", "")):
            record = parse_timeline(timeline(case.when), rules().plausibility)
            now = max(event.known_at for event in record.events)
            courses.append((Course(record.profile, record.regimen, rules(), record.events), now))
    for course, now in courses:
        course.assess(now)
    return tuple(courses)


@pytest.fixture(scope="module")
def drugs():
    return rules().catalogue.drugs


def applied() -> Iterator[int]:
    for course, now in told():
        label = label_of(rules().catalogue.find(course.regimen.drug))
        for ruling in rulings(course.state, label, now, icans_at_least=False):
            yield from (id(rule) for rule in ruling.rules)


def delayed() -> Iterator[tuple[Delays, datetime]]:
    for course, now in told():
        if course.state.delays is not None:
            yield course.state.delays, now


def test_every_next_dose_row_of_every_drug_answers_a_case(drugs):
    seen = set(applied())
    silent = [
        f"{drug.name} {rule.syndrome} {rule.grade} {rule.text}"
        for drug in drugs
        for rule in drug.next_dose
        if id(rule) not in seen
    ]
    assert silent == []


def test_every_restart_row_of_every_schedule_answers_a_case(drugs):
    seen = {id(delays.at(now).row) for delays, now in delayed()}
    silent = [
        f"{drug.name} {schedule.id} {row.text}"
        for drug in drugs
        for schedule in drug.schedules
        for row in schedule.restart
        if id(row) not in seen
    ]
    assert silent == []


def test_every_bound_of_a_restart_row_is_tried_just_below_exactly_and_just_above():
    tried: dict[int, set[timedelta]] = {}
    rows = {}
    for delays, now in delayed():
        for limit, answer in zip(delays.limits, delays.answers[1:], strict=True):
            row = answer.row
            if row is not None and (row.days_from or row.hours_from):
                rows[id(row)] = row
                tried.setdefault(id(row), set()).update({now - limit} & {-MINUTE, timedelta(0), MINUTE})
    assert len(rows) > 30
    assert [row.text for key, row in rows.items() if len(tried[key]) < 3] == []
