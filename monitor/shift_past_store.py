"""Reads what became of one patient since an instant. Changes nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy
from sqlalchemy import bindparam
from sqlmodel import Session, col, func

from gateway.database import UtcTime
from gateway.reading import PatientId
from gateway.store import StoredReading, readings_of
from monitor.assessment import decode
from monitor.catalogue import normalise
from monitor.overview import EntryLine, Point
from monitor.record import DoseGiven, IceAsked, MedicationTaken, SignAttributed, SupportGiven
from monitor.rules import Rules
from monitor.screen import points_of, record_lines
from monitor.shift_past import Entered, Past, Running, Standing, alike, standing
from monitor.store import StoredEvent, events_of, quarantines_of, reading_ref
from monitor.tables import AssessmentRow

READINGS_AT_FIRST = 256
"""More than a home sends in a shift at the pace of an emergency: one read is enough for nearly everybody."""

_OF = sqlalchemy.select(col(AssessmentRow.body)).where(
    col(AssessmentRow.patient_id) == bindparam("patient_id"), func.length(col(AssessmentRow.body)) > 0
)
_SINCE = _OF.where(col(AssessmentRow.at) > bindparam("since", type_=UtcTime)).order_by(col(AssessmentRow.id))
_BEFORE = (
    _OF.where(col(AssessmentRow.at) <= bindparam("since", type_=UtcTime))
    .order_by(col(AssessmentRow.id).desc())
    .limit(1)
)


def past_of(session: Session, patient_id: PatientId, rules: Rules, since: datetime, now: datetime) -> Past:
    """Return one patient since `since`; `rules` say how long a drug hides fever and an attribution holds."""
    before = session.connection().execute(_BEFORE, {"patient_id": patient_id, "since": since}).first()
    rows = session.connection().execute(_SINCE, {"patient_id": patient_id, "since": since})
    first = None if before is None else standing(decode(before.body))
    entered = events_of(session, patient_id)
    lines = {each.line.ref: each.line for each in record_lines(session, patient_id)}
    voided = {str(one.body["of"]) for one in entered if one.body.get("type") == "void"}
    standing_now = [one for one in entered if one.event.ref not in voided]
    support = [one for one in standing_now if isinstance(one.event, SupportGiven) and one.event.at <= now]
    points = [
        point
        for stored in _readings_since(session, patient_id, since)
        for point in points_of(stored, voided=reading_ref(stored.id) in voided)
    ]
    return Past(
        before=first,
        standings=tuple(_changes(first, [standing(decode(row.body)) for row in rows])),
        points=tuple(sorted([*points, *_refused(session, patient_id, since)], key=lambda point: point.at)),
        entries=tuple(_entered(one, lines[one.event.ref]) for one in entered if one.entered_at > since),
        running=tuple(_running(standing_now, rules, now)),
        support=lines[max(support, key=lambda one: (one.event.at, one.id)).event.ref] if support else None,
    )


def _changes(before: Standing | None, standings: Sequence[Standing]) -> Iterator[Standing]:
    last = before
    for one in standings:
        if last is None or not alike(last, one):
            last = one
            yield one


def _readings_since(session: Session, patient_id: PatientId, since: datetime) -> list[StoredReading]:
    """Return what arrived since, also what was measured before."""
    asked = READINGS_AT_FIRST
    while True:
        found = readings_of(session, patient_id, newest=asked)
        if len(found) < asked or found[0].reading.received_at <= since:
            return [one for one in found if one.reading.received_at > since]
        asked *= 4


def _refused(session: Session, patient_id: PatientId, since: datetime) -> Iterator[Point]:
    """Yield the messages that could not be read, as points without a value."""
    for one in quarantines_of(session, patient_id):
        if one.at > since:
            yield Point(at=one.at, group="message", values=(), graded=False, remark=one.reason)


def _entered(one: StoredEvent, line: EntryLine) -> Entered:
    full = isinstance(one.event, IceAsked) and one.event.score == 10  # noqa: PLR2004 - every point of the ten
    return Entered(line=line, expected=full and not line.voided)


def _running(standing_now: Sequence[StoredEvent], rules: Rules, now: datetime) -> Iterator[Running]:
    """Yield what an entry began that has not ended by its own time."""
    dosed = [one.event.at for one in standing_now if isinstance(one.event, DoseGiven)]
    attributed: dict[str, Running] = {}
    for one in sorted(standing_now, key=lambda each: (each.event.at, each.id)):
        match one.event:
            case MedicationTaken(at=at, name=name) if (drug := rules.masking.get(normalise(name))) is not None:
                if at <= now < at + drug.lasts:
                    yield Running(what=f"{name} may hide fever", until=at + drug.lasts)
            case SignAttributed(at=at, sign=sign, cause=cause):
                ends = at + rules.crs.attribution
                attributed.pop(sign, None)
                if at <= now < ends and not any(at < dose <= now for dose in dosed):
                    attributed[sign] = Running(what=f"{sign} attributed to {cause}", until=ends, at_latest=True)
            case _:
                pass
    yield from attributed.values()
