"""Derives every stored assessment of a patient again from the record and compares it with what was stored.

Each assessment names what was known when it was given (`monitor.tables.AssessmentRow`), and the answer of a course
depends on nothing else, so the two must agree byte for byte, whatever was late, corrected or struck out afterwards and
however often the monitor was restarted.
"""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session, col

from gateway.reading import PatientId
from gateway.store import readings_of
from monitor.assessment import decode, encode
from monitor.course import Course
from monitor.enrolment import patient_as_of
from monitor.record import Event
from monitor.rules import Rules
from monitor.store import events_of, quarantines_of, taken
from monitor.tables import AssessmentRow

_Fact = tuple[str, int]
"""The table that holds a fact, and its row there."""

_SOURCES = ("reading", "event", "quarantine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One member of one assessment that comes out otherwise; `key` is its path, such as `crs.grade`."""

    assessment_id: int
    key: str
    stored: Any
    recomputed: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class NotComparable:
    """An assessment that could not be derived again, and why."""

    assessment_id: int
    why: str


@dataclass(slots=True, kw_only=True)
class Recomputed:
    """What came of it: how many assessments were compared, and what they differ in."""

    compared: int = 0
    differences: list[Difference] = field(default_factory=list)
    not_comparable: list[NotComparable] = field(default_factory=list)


def recompute(session: Session, patient_id: PatientId, rules: Rules) -> Recomputed:
    """Derive every stored assessment of one patient again with `rules`, those of the same version.

    Parameters
    ----------
    session
        A reading transaction that sees one moment.
    """
    found, course = Recomputed(), _Course(session, patient_id, rules)
    for row in _assessments(session, patient_id):
        course.hear_of(row)
        why = course.refusal(row)
        if why is not None:
            found.not_comparable.append(NotComparable(assessment_id=row.id, why=why))
            continue
        found.compared += 1
        body, urgent_groups = course.answer(row)
        if body != row.body:
            found.differences += _differences(row.id, json.loads(row.body), json.loads(body))
        if urgent_groups != row.urgent_groups:
            found.differences.append(
                Difference(
                    assessment_id=row.id, key="urgent_groups", stored=row.urgent_groups, recomputed=urgent_groups
                )
            )
    return found


class _Course:
    """A patient's course as it was known at one stored assessment after another."""

    def __init__(self, session: Session, patient_id: PatientId, rules: Rules) -> None:
        self._session = session
        self._patient_id = patient_id
        self._rules = rules
        self._facts: dict[_Fact, Event] = {
            **{("reading", one.id): taken(one) for one in readings_of(session, patient_id)},
            **{("event", one.id): one.event for one in events_of(session, patient_id)},
            **{("quarantine", int(one.ref[1:])): one for one in quarantines_of(session, patient_id)},
        }
        self._waiting = {
            source: deque(sorted(row_id for held, row_id in self._facts if held == source)) for source in _SOURCES
        }
        self._known: set[_Fact] = set()
        self._in_order: list[_Fact] = []
        self._taught = 0
        self._course: Course | None = None
        self._enrolment_id: int | None = None

    def hear_of(self, row: Row[Any]) -> None:
        """Take in what was known at this assessment beyond what was known at the one before it."""
        for source in _SOURCES:
            last, waiting = getattr(row, f"known_{source}_id") or 0, self._waiting[source]
            while waiting and waiting[0] <= last:
                self._learn((source, waiting.popleft()))
        for fact in _causes(row):
            if fact in self._facts:
                self._learn(fact)

    def _learn(self, fact: _Fact) -> None:
        if fact not in self._known:
            self._known.add(fact)
            self._in_order.append(fact)

    def refusal(self, row: Row[Any]) -> str | None:
        """Return why this assessment cannot be derived again; None when it can."""
        if row.known_reading_id is None:
            return "stored by a version that did not keep what was known"
        stored = decode(row.body).rules_version
        if stored != self._rules.version:
            return f"given by the rules {stored}; these are {self._rules.version}"
        gone = [f"{source} {row_id}" for source, row_id in _causes(row) if (source, row_id) not in self._facts]
        return f"what caused it is gone: {', '.join(gone)}" if gone else None

    def answer(self, row: Row[Any]) -> tuple[bytes, str]:
        """Return the body and the urgent groups of this assessment as they come out now."""
        if self._course is None or self._enrolment_id != row.enrolment_id:
            enrolled = patient_as_of(self._session, self._patient_id, row.enrolment_id)
            events = [self._facts[fact] for fact in self._in_order]
            self._course = Course(enrolled.profile, enrolled.regimen, self._rules, events)
            self._enrolment_id = row.enrolment_id
        else:
            for fact in self._in_order[self._taught :]:
                self._course.learn(self._facts[fact])
        self._taught = len(self._in_order)
        body = encode(self._course.assess(row.at))
        findings = self._course.findings
        return body, ",".join(sorted(findings.causes)) if findings else ""


def _causes(row: Row[Any]) -> Iterator[_Fact]:
    for source in _SOURCES:
        row_id = getattr(row, f"{source}_id")
        if row_id is not None:
            yield source, row_id


def _assessments(session: Session, patient_id: PatientId) -> Sequence[Row[Any]]:
    names = ["id", "at", "enrolment_id", "urgent_groups", "body"]
    names += (f"{prefix}{source}_id" for source in _SOURCES for prefix in ("", "known_"))
    query = (
        select(*(getattr(AssessmentRow, name) for name in names))
        .where(col(AssessmentRow.patient_id) == patient_id, func.length(col(AssessmentRow.body)) > 0)
        .order_by(col(AssessmentRow.id))
    )
    return session.connection().execute(query).all()


def _differences(assessment_id: int, stored: Any, recomputed: Any, path: str = "") -> Iterator[Difference]:
    if isinstance(stored, Mapping) and isinstance(recomputed, Mapping):
        for key in dict.fromkeys((*stored, *recomputed)):
            yield from _differences(
                assessment_id, stored.get(key), recomputed.get(key), f"{path}.{key}" if path else key
            )
    elif stored != recomputed:
        yield Difference(assessment_id=assessment_id, key=path, stored=stored, recomputed=recomputed)
