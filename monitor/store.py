"""Reads and writes what the monitor keeps: entered facts, assessments, how each patient stands. Values, not rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy
from sqlalchemy import Row, bindparam
from sqlmodel import Session, col, func, select

from gateway.audit import append, writing_chain
from gateway.entered import TEXT_HUB_ID
from gateway.plausibility_limits import load_limits
from gateway.postgresql import Turn, take_turn
from gateway.reading import PatientCode, PatientId
from gateway.store import StoredReading, readings_of
from gateway.tables import PatientRow, QuarantineRow
from monitor.assessment import Assessment, decode
from monitor.audit_rows import ERASED, RECORD
from monitor.glance import Glance
from monitor.glance import decode as decode_glance
from monitor.record import BaselineChanged, DosePlanned, Event, MessageQuarantined, ReadingTaken
from monitor.stored_json import spell
from monitor.tables import AssessmentRow, PatientNowRow, RecordEventRow
from monitor.timeline import BadEvent, parse_event
from monitor.usual_values import refuse_unusual


class _Stamp(msgspec.Struct):
    """The one member of an assessment that says by which rules it was given; the decoder skips all others."""

    rules_version: str


_stamp = msgspec.json.Decoder(_Stamp)
_NOT_ERASED = func.length(col(AssessmentRow.body)) > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAssessment:
    """One answer on disk. `urgent_groups` names every group or circumstance that was urgent or worse."""

    id: int
    patient_id: PatientId
    code: PatientCode
    assessed_at: datetime
    reading_id: int | None
    event_id: int | None
    urgent_groups: frozenset[str]
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One entered fact on disk."""

    id: int
    patient_id: PatientId
    event: Event
    entered_at: datetime
    by: str | None
    body: Mapping[str, Any]


def add_event(session: Session, patient_id: PatientId, event: Mapping[str, Any], by: str | None, now: datetime) -> str:
    """Store one entered fact and return its ref.

    Parameters
    ----------
    event
        One event of a timeline (docs/interfaces.md) other than a reading; its `id` becomes the ref when it has one,
        and its own `by` stays in it (whose grade it is), whoever entered it.
    by
        Who entered it.

    Raises
    ------
    BadEvent
        When it cannot be read, names a ref already taken, or voids something that is not there.
    """
    if event.get("type") == "reading":
        raise BadEvent("readings come through the gateway")
    take_turn(session.connection(), (Turn.RECORD,))
    last = session.exec(select(func.max(RecordEventRow.id))).one() or 0
    parsed = parse_event(event, load_limits(), ref=f"m{last + 1}")
    refs = set(session.exec(select(RecordEventRow.ref).where(RecordEventRow.patient_id == patient_id)).all())
    if parsed.ref in refs:
        raise BadEvent(f"id {parsed.ref!r} is taken in this record; leave it out or choose another")
    if event["type"] == "void" and event["of"] not in refs and not _is_reading(session, patient_id, event["of"]):
        raise BadEvent(f"void of {event['of']!r}: this record has no such entry")
    if isinstance(parsed, BaselineChanged):
        refuse_unusual(parsed.baseline)
    if isinstance(parsed, DosePlanned) and parsed.of is not None and not _is_planned(session, patient_id, parsed.of):
        raise BadEvent(f"{parsed.of!r} is no planned dose of this record; see stepguard doses list")
    body = {**event, "id": parsed.ref, "by": event.get("by") or by, "entered_at": now.isoformat()}
    row = RecordEventRow(
        patient_id=patient_id,
        ref=parsed.ref,
        kind=str(event["type"]),
        at=parsed.at,
        entered_at=now,
        by=by or parsed.by,
        body=spell(body),
    )
    session.add(row)
    session.flush()
    entry = RECORD.entry_of("change", row, patient_id=patient_id, actor=row.by)
    append(session.connection(), writing_chain(), now, [entry])
    return parsed.ref


def reading_ref(reading_id: int) -> str:
    """Return the name under which a stored reading can be voided."""
    return f"r{reading_id}"


def _is_reading(session: Session, patient_id: PatientId, ref: str) -> bool:
    return any(reading_ref(stored.id) == ref for stored in readings_of(session, patient_id))


def _is_planned(session: Session, patient_id: PatientId, ref: str) -> bool:
    """Whether a ref puts a dose on the calendar: a move or a cancellation is none itself."""
    events = [stored.event for stored in events_of(session, patient_id) if stored.event.ref == ref]
    return any(isinstance(event, DosePlanned) and event.of is None for event in events)


def events_of(session: Session, patient_id: PatientId) -> list[StoredEvent]:
    """Return every entered fact of one patient in the order entered."""
    return [_stored_event(row) for row in session.connection().execute(_EVENTS_OF, {"patient_id": patient_id})]


def entries_of(session: Session, patient_id: PatientId, kinds: frozenset[str]) -> list[Event]:
    """Return the entered facts of these kinds of one patient, and every void, in the order entered."""
    found = session.connection().execute(_ENTRIES_OF, {"patient_id": patient_id, "kinds": sorted({*kinds, "void"})})
    return [_stored_event(row).event for row in found]


_EVENT_COLUMNS = (
    col(RecordEventRow.id),
    col(RecordEventRow.patient_id),
    col(RecordEventRow.ref),
    col(RecordEventRow.at),
    col(RecordEventRow.entered_at),
    col(RecordEventRow.by),
    col(RecordEventRow.body),
)
_EVENTS_OF = (
    sqlalchemy.select(*_EVENT_COLUMNS)
    .where(col(RecordEventRow.patient_id) == bindparam("patient_id"), col(RecordEventRow.kind) != ERASED)
    .order_by(col(RecordEventRow.id))
)
_ENTRIES_OF = _EVENTS_OF.where(col(RecordEventRow.kind).in_(bindparam("kinds", expanding=True)))
_QUARANTINES_OF = (
    select(QuarantineRow.id, QuarantineRow.received_at, QuarantineRow.reason)
    .where(col(QuarantineRow.patient_id) == bindparam("patient_id"))
    .order_by(col(QuarantineRow.id))
)
"""Built once and read as plain columns: a start reads the record of every patient, and statements and mapper would
cost more than the rows."""


def events_after(session: Session, after_id: int, limit: int) -> list[StoredEvent]:
    """Return at most `limit` entered facts with an id above `after_id`."""
    query = (
        sqlalchemy.select(*_EVENT_COLUMNS)
        .where(col(RecordEventRow.id) > after_id, col(RecordEventRow.kind) != ERASED)
        .order_by(col(RecordEventRow.id))
        .limit(limit)
    )
    return [_stored_event(row) for row in session.connection().execute(query)]


def patients_entered_between(session: Session, after_id: int, to_id: int) -> set[PatientId]:
    """Return whose record got entries with an id above `after_id` and up to `to_id`."""
    return _patients_between(session, RecordEventRow, after_id, to_id)


def patients_refused_between(session: Session, after_id: int, to_id: int) -> set[PatientId]:
    """Return whose hubs sent messages that were refused, with an id above `after_id` and up to `to_id`."""
    return _patients_between(session, QuarantineRow, after_id, to_id)


def _patients_between(
    session: Session, table: type[RecordEventRow | QuarantineRow], after_id: int, to_id: int
) -> set[PatientId]:
    if to_id <= after_id:
        return set()
    rows = session.exec(select(table.patient_id).where(col(table.id) > after_id, col(table.id) <= to_id).distinct())
    return {PatientId(patient_id) for patient_id in rows if patient_id is not None}


def _event(row: Row[*tuple[Any, ...]], body: Mapping[str, Any]) -> Event:
    """Return the event; one that an older version took and this one cannot read is shown as such, not hidden."""
    try:
        return parse_event(body, load_limits(), ref=row.ref)
    except BadEvent:
        return MessageQuarantined(at=row.at, ref=row.ref, reason=f"the entry {row.ref} of this record cannot be read")


def _stored_event(row: Row[*tuple[Any, ...]]) -> StoredEvent:
    body = json.loads(row.body, parse_float=Decimal)
    return StoredEvent(
        id=row.id or 0,
        patient_id=PatientId(row.patient_id),
        event=_event(row, body),
        entered_at=row.entered_at,
        by=row.by,
        body=body,
    )


def taken(stored: StoredReading) -> ReadingTaken:
    """Return a stored reading as an event of the record."""
    at = min(stored.graded_at, stored.reading.received_at)
    return ReadingTaken(
        at=at,
        ref=reading_ref(stored.id),
        reading=stored.reading,
        graded_at=stored.graded_at,
        clock_doubt=stored.clock_doubt,
        by_text=stored.hub_id == TEXT_HUB_ID,
    )


def quarantines_of(session: Session, patient_id: PatientId) -> list[MessageQuarantined]:
    """Return the messages of one patient's hubs that could not be read."""
    rows = session.connection().execute(_QUARANTINES_OF, {"patient_id": patient_id})
    return [MessageQuarantined(at=received_at, ref=f"q{row_id}", reason=reason) for row_id, received_at, reason in rows]


def glances(session: Session) -> dict[PatientId, Glance]:
    """Return the values behind each patient's newest answer."""
    query = select(PatientNowRow.patient_id, PatientNowRow.glance)
    return {PatientId(patient_id): decode_glance(stored) for patient_id, stored in session.exec(query)}


def stands(session: Session) -> dict[PatientId, tuple[int, bytes]]:
    """Return the id of each patient's newest answer, and the values behind it as stored: `glance.decode` reads them."""
    return {PatientId(patient_id): (newest, seen) for patient_id, newest, seen in session.connection().execute(_STANDS)}


def answers_by_id(session: Session, ids: Sequence[int]) -> dict[int, tuple[Assessment, datetime]]:
    """Return these answers and when they were given; one that was erased is left out."""
    found: dict[int, tuple[Assessment, datetime]] = {}
    for begin in range(0, len(ids), _ANSWERS_AT_ONCE):
        rows = session.connection().execute(_ANSWERS, {"ids": ids[begin : begin + _ANSWERS_AT_ONCE]})
        found |= {row_id or 0: (decode(body), assessed_at) for row_id, assessed_at, body in rows}
    return found


_STANDS = sqlalchemy.select(col(PatientNowRow.patient_id), col(PatientNowRow.assessment_id), col(PatientNowRow.glance))
_ANSWERS = sqlalchemy.select(col(AssessmentRow.id), col(AssessmentRow.assessed_at), col(AssessmentRow.body)).where(
    col(AssessmentRow.id).in_(bindparam("ids", expanding=True)), _NOT_ERASED
)
_ANSWERS_AT_ONCE = 500


def assessments_after(session: Session, after_id: int, limit: int) -> list[StoredAssessment]:
    """Return at most `limit` assessments with an id above `after_id`, in the order stored."""
    query = (
        select(AssessmentRow, PatientRow.code)
        .join(PatientRow, col(PatientRow.id) == col(AssessmentRow.patient_id))
        .where(col(AssessmentRow.id) > after_id, _NOT_ERASED)
        .order_by(col(AssessmentRow.id))
        .limit(limit)
    )
    return [_stored(row, code) for row, code in session.exec(query)]


def assessments_of(session: Session, patient_id: PatientId) -> list[StoredAssessment]:
    """Return every assessment of one patient in the order stored."""
    query = (
        select(AssessmentRow, PatientRow.code)
        .join(PatientRow, col(PatientRow.id) == col(AssessmentRow.patient_id))
        .where(AssessmentRow.patient_id == patient_id, _NOT_ERASED)
        .order_by(col(AssessmentRow.id))
    )
    return [_stored(row, code) for row, code in session.exec(query)]


def patients_with(session: Session, kind: str) -> frozenset[PatientId]:
    """Return the patients whose record has an entry of this kind, struck out ones too."""
    query = select(RecordEventRow.patient_id).where(RecordEventRow.kind == kind).distinct()
    return frozenset(map(PatientId, session.exec(query)))


def latest_assessments(session: Session) -> dict[PatientId, StoredAssessment]:
    """Return the newest assessment of each patient that has one."""
    query = (
        select(AssessmentRow, PatientRow.code)
        .join(PatientNowRow, col(PatientNowRow.assessment_id) == col(AssessmentRow.id))
        .join(PatientRow, col(PatientRow.id) == col(AssessmentRow.patient_id))
        .where(_NOT_ERASED)
    )
    return {PatientId(row.patient_id): _stored(row, code) for row, code in session.exec(query)}


def graded_by_other_rules(session: Session, version: str) -> list[PatientId]:
    """Return the patients whose newest assessment was given by another version of the rules, by row id."""
    query = (
        select(AssessmentRow.patient_id, AssessmentRow.body)
        .join(PatientNowRow, col(PatientNowRow.assessment_id) == col(AssessmentRow.id))
        .where(_NOT_ERASED)
        .order_by(col(AssessmentRow.patient_id))
    )
    return [PatientId(one) for one, body in session.exec(query) if _stamp.decode(body).rules_version != version]


def _stored(row: AssessmentRow, code: str) -> StoredAssessment:
    return StoredAssessment(
        id=row.id or 0,
        patient_id=PatientId(row.patient_id),
        code=PatientCode(code),
        assessed_at=row.assessed_at,
        reading_id=row.reading_id,
        event_id=row.event_id,
        urgent_groups=frozenset(row.urgent_groups.split(",")) - {""},
        assessment=decode(row.body),
    )
