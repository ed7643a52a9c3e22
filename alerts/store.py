"""Keeps incidents, pages and texts; the only module that writes their rows.

A page is written as an intent in the transaction that decided it, and again once it is known what became of it, so
that a crash between the two is visible.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, insert, literal, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from alerts.audit_rows import INCIDENT_EVENTS
from alerts.incident import Incident
from alerts.page_code import CODES, id_of
from alerts.pages import UNFINISHED
from alerts.response import offered_to
from alerts.roster import Person
from alerts.tables import InboundRow, IncidentRow, PageRow
from gateway.audit import Kind, append, writing_chain
from gateway.database import EPOCH, UtcTime
from gateway.reading import PatientCode, PatientId

CURSOR = "assessments"
ACKNOWLEDGED = "acknowledged"
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Incident)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An incident as it is stored. `id` is None before it was first saved."""

    id: int | None
    subject: str
    patient_id: PatientId | None
    code: PatientCode | None
    incident: Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """When an incident must be looked at again, and the step that comes next if nobody answers."""

    look_at: datetime | None
    step: str | None
    step_at: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What there is to do.

    When the next incident and the next page must be looked at (long past: now), how many texts came in that nobody
    has read, how many await the assessment of their values.
    """

    incident_at: datetime | None
    page_at: datetime | None
    unread: int
    awaited: int


_INCIDENT = (
    col(IncidentRow.id),
    col(IncidentRow.subject),
    col(IncidentRow.patient_id),
    col(IncidentRow.code),
    col(IncidentRow.body),
)
"""Columns, not rows: what is read is never older than what this transaction wrote."""
_CHOSEN = select_columns(*_INCIDENT)
_LIVE = _CHOSEN.where(col(IncidentRow.state) != "resolved")
_LIVE_OF = _LIVE.where(col(IncidentRow.subject) == bindparam("wanted")).with_for_update()
_BY_ID = _CHOSEN.where(col(IncidentRow.id) == bindparam("wanted")).with_for_update()
_LOOK_AT = _CHOSEN.where(col(IncidentRow.id) == bindparam("wanted"))
_DUE = (
    _LIVE.where(col(IncidentRow.next_at) <= bindparam("now", type_=UtcTime))
    .order_by(col(IncidentRow.next_at), col(IncidentRow.id))
    .with_for_update()
)
_TABLE = SQLModel.metadata.tables["incident"]
_EVENTS = SQLModel.metadata.tables["incident_event"]
_PATIENT_OF = select_columns(_TABLE.c.patient_id).where(_TABLE.c.id == bindparam("wanted"))
_CURSORS = SQLModel.metadata.tables["alerts_cursor"]
_CURSOR = select_columns(_CURSORS.c.assessment_id).where(_CURSORS.c.name == CURSOR)
_MOVE = update(_CURSORS).where(_CURSORS.c.name == CURSOR).values(assessment_id=bindparam("to"))
_LIVE_AMONG = select_columns(col(IncidentRow.subject)).where(
    col(IncidentRow.state) != "resolved", col(IncidentRow.subject).in_(bindparam("subjects", expanding=True))
)
_OPEN_PAGES = col(PageRow.state).in_(UNFINISHED) & col(PageRow.lead_id).is_(None)
_WAITING = select_columns(
    # A resolved incident has no next instant: the smallest of all is that of a live one.
    select_columns(func.min(col(IncidentRow.next_at))).scalar_subquery(),
    select_columns(func.min(func.coalesce(col(PageRow.not_before), literal(EPOCH, UtcTime)), type_=UtcTime))
    .where(_OPEN_PAGES)
    .scalar_subquery(),
    select_columns(func.count()).where(col(InboundRow.handled_at).is_(None)).scalar_subquery(),
    select_columns(func.count()).where(col(InboundRow.awaited_reading_id).is_not(None)).scalar_subquery(),
)
_WRITTEN = ("kind", "urgency", "state", "next_at", "next_step", "next_step_at", "resolved_at", "body")
_UPDATE = (
    update(_TABLE).where(_TABLE.c.id == bindparam("of")).values({name: bindparam(f"new_{name}") for name in _WRITTEN})
)


def subject_of(patient_id: PatientId) -> str:
    """Return the subject under which a patient's incident is kept."""
    return f"patient:{patient_id}"


def live_of(session: Session, subject: str) -> Kept | None:
    """Return the live incident about `subject`, locked until the transaction ends."""
    return _one(session.connection().execute(_LIVE_OF, {"wanted": subject}))


def by_id(session: Session, incident_id: int) -> Kept | None:
    """Return one incident, live or not, locked until the transaction ends."""
    return _one(session.connection().execute(_BY_ID, {"wanted": incident_id}))


def look_at(session: Session, incident_id: int) -> Kept | None:
    """Return one incident, live or not, for those who change nothing."""
    return _one(session.connection().execute(_LOOK_AT, {"wanted": incident_id}))


def by_page_code(session: Session, code: str) -> Kept | None:
    """Return the newest incident with this page code."""
    remainder = id_of(code)
    newest = session.exec(select(func.max(IncidentRow.id))).one()
    if remainder is None or newest is None:
        return None
    incident_id = newest - (newest - remainder) % CODES
    return by_id(session, incident_id) if incident_id > 0 else None


def due(session: Session, now: datetime) -> list[Kept]:
    """Return the live incidents that must be looked at by `now`, the longest due first."""
    return [_kept(row) for row in session.connection().execute(_DUE, {"now": now})]


def live(session: Session, *, prefix: str = "") -> list[Kept]:
    """Return every live incident whose subject begins with `prefix`, oldest first."""
    query = _LIVE.where(col(IncidentRow.subject).startswith(prefix)).order_by(col(IncidentRow.id))
    return [_kept(row) for row in session.connection().execute(query)]


def resolved_since(session: Session, since: datetime) -> list[Kept]:
    """Return the incidents that were resolved after `since`, oldest first."""
    query = _CHOSEN.where(col(IncidentRow.resolved_at) > since).order_by(col(IncidentRow.id))
    return [_kept(row) for row in session.connection().execute(query)]


def waiting(session: Session) -> Waiting:
    """Return in one statement whether anything is to be done now, and when the next thing is."""
    return Waiting(*session.connection().execute(_WAITING).one())


def subjects_live_among(session: Session, subjects: Collection[str]) -> set[str]:
    """Return those of `subjects` that there is a live incident about."""
    return set(session.connection().execute(_LIVE_AMONG, {"subjects": list(subjects)}).scalars())


def save(session: Session, kept: Kept, plan: Plan) -> Kept:
    """Write an incident; return it with its id."""
    incident = kept.incident
    values = {
        "kind": incident.kind,
        "urgency": incident.urgency,
        "state": incident.state,
        "next_at": plan.look_at if incident.live else None,
        "next_step": plan.step,
        "next_step_at": plan.step_at,
        "resolved_at": incident.resolved_at,
        "body": _encoder.encode(incident),
    }
    connection = session.connection()
    if kept.id is not None:
        connection.execute(_UPDATE, {"of": kept.id, **{f"new_{name}": value for name, value in values.items()}})
        return kept
    first = {
        "subject": kept.subject,
        "patient_id": kept.patient_id,
        "code": kept.code,
        "opened_at": incident.opened_at,
    }
    incident_id = connection.execute(insert(_TABLE).values({**first, **values}).returning(_TABLE.c.id)).scalar_one()
    return replace(kept, id=incident_id)


def note(session: Session, incident_id: int, at: datetime, what: str, *, by: str | None = None, text: str = "") -> None:
    """Append to what happened to an incident."""
    happened = {"incident_id": incident_id, "at": at, "what": what, "by": by, "note": text}
    connection = session.connection()
    event_id = connection.execute(insert(_EVENTS).values(happened).returning(_EVENTS.c.id)).scalar_one()
    patient_id = connection.execute(_PATIENT_OF, {"wanted": incident_id}).scalar()
    kind: Kind = "acknowledgement" if what == ACKNOWLEDGED else "page" if what == "paged" else "change"
    entry = INCIDENT_EVENTS.entry(kind, event_id, list(happened.values()), patient_id=patient_id, actor=by)
    append(connection, writing_chain(), at, [entry])


def cursor(session: Session) -> int:
    """Return up to which assessment the incidents have been brought."""
    return session.connection().execute(_CURSOR).scalar_one_or_none() or 0


def move_cursor(session: Session, assessment_id: int) -> None:
    """Remember that every assessment up to this one has been taken in."""
    connection = session.connection()
    if connection.execute(_MOVE, {"to": assessment_id}).rowcount == 0:
        connection.execute(insert(_CURSORS), {"name": CURSOR, "assessment_id": assessment_id})


def called_through(session: Session, person: Person) -> list[Kept]:
    """Return the live incidents that this person was paged about in this round and that wait for their answer.

    Those are the ones nobody has accepted, and those that are being handed to them.
    """
    query = (
        select_columns(*_INCIDENT, col(PageRow.created_at))
        .where(col(PageRow.incident_id) == IncidentRow.id, col(IncidentRow.state).in_(["calling", "acknowledged"]))
        .where(col(PageRow.number) == person.number, col(PageRow.kind) == "page", col(PageRow.lead_id).is_(None))
        .order_by(col(IncidentRow.id))
    )
    found: dict[int, Kept] = {}
    for *row, created_at in session.connection().execute(query):
        kept = _kept(row)
        waits = kept.incident.state == "calling" or offered_to(kept.incident, person)
        if kept.id is not None and waits and created_at >= kept.incident.began_at:
            found[kept.id] = kept
    return list(found.values())


def joined_to(session: Session, incident_id: int) -> list[Kept]:
    """Return the live, unaccepted incidents whose news went out with a page of this incident."""
    leads = select(PageRow.id).where(PageRow.incident_id == incident_id)
    query = _CHOSEN.where(
        col(IncidentRow.id).in_(select(PageRow.incident_id).where(col(PageRow.lead_id).in_(leads))),
        col(IncidentRow.state).in_(["open", "calling"]),
        col(IncidentRow.id) != incident_id,
    )
    return [_kept(row) for row in session.connection().execute(query.with_for_update())]


def unhandled(session: Session) -> Sequence[InboundRow]:
    """Return the texts that came in and have not been understood yet, in the order in which they came."""
    query = select(InboundRow).where(col(InboundRow.handled_at).is_(None))
    return session.exec(query.order_by(col(InboundRow.id))).all()


def texts_since(session: Session, number: str, since: datetime, *, meaning: str | None = None) -> int:
    """Return how many texts came from `number` since then, or only those understood to have one `meaning`."""
    query = select(func.count(col(InboundRow.id))).where(InboundRow.number == number, InboundRow.received_at >= since)
    if meaning is not None:
        query = query.where(InboundRow.meaning == meaning)
    return session.exec(query).one()


def text_before(session: Session, text: InboundRow, since: datetime) -> InboundRow | None:
    """Return the last text of the same number before this one, None where none came since then."""
    earlier = (InboundRow.number == text.number, InboundRow.received_at >= since, col(InboundRow.id) < text.id)
    return session.exec(select(InboundRow).where(*earlier).order_by(col(InboundRow.id).desc())).first()


def was_told_since(session: Session, number: str, since: datetime) -> bool:
    """Whether something else than an answer was written to a number since then."""
    query = select(PageRow.id).where(PageRow.number == number, PageRow.created_at >= since, PageRow.kind != "answer")
    return session.exec(query.limit(1)).first() is not None


def awaited_readings(session: Session) -> dict[int, InboundRow]:
    """Return the texts whose values have not been assessed yet, by the reading they became."""
    rows = session.exec(select(InboundRow).where(col(InboundRow.awaited_reading_id).is_not(None)))
    return {row.awaited_reading_id: row for row in rows if row.awaited_reading_id is not None}


def last_outcomes(session: Session, count: int) -> Sequence[PageRow]:
    """Return the newest texts of which it is known what became of them; those to a watchdog hide nothing here."""
    query = select(PageRow).where(
        col(PageRow.state).in_(["delivered", "failed"]),
        PageRow.channel == "sms",
        PageRow.number != "",
        PageRow.kind != "synthetic",
    )
    return session.exec(query.order_by(col(PageRow.id).desc()).limit(count)).all()


def _one(rows: Iterable[Sequence[Any]]) -> Kept | None:
    return next((_kept(row) for row in rows), None)


def _kept(row: Sequence[Any]) -> Kept:
    incident_id, subject, patient_id, code, body = row
    return Kept(
        id=incident_id,
        subject=subject,
        patient_id=None if patient_id is None else PatientId(patient_id),
        code=None if code is None else PatientCode(code),
        incident=_decoder.decode(body),
    )
