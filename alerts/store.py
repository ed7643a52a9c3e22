"""Keeps incidents, pages and texts; the only module that writes their rows.

A page is written as an intent in the transaction that decided it, and again once it is known what became of it, so
that a crash between the two is visible.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, func, insert, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from alerts.incident import Incident
from alerts.page_code import CODES, id_of
from alerts.tables import AlertsCursorRow, InboundRow, IncidentEventRow, IncidentRow, PageRow
from gateway.database import UtcTime
from gateway.reading import PatientCode, PatientId

CURSOR = "assessments"
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
_DUE = _LIVE.where(col(IncidentRow.next_at) <= bindparam("now", type_=UtcTime)).with_for_update()
_TABLE = SQLModel.metadata.tables["incident"]
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


def live_subjects(session: Session) -> set[str]:
    """Return everything there is a live incident about."""
    return set(session.exec(select(IncidentRow.subject).where(IncidentRow.state != "resolved")))


def by_id(session: Session, incident_id: int) -> Kept | None:
    """Return one incident, live or not, locked until the transaction ends."""
    return _one(session.connection().execute(_BY_ID, {"wanted": incident_id}))


def by_page_code(session: Session, code: str) -> Kept | None:
    """Return the newest incident with this page code."""
    remainder = id_of(code)
    newest = session.exec(select(func.max(IncidentRow.id))).one()
    if remainder is None or newest is None:
        return None
    incident_id = newest - (newest - remainder) % CODES
    return by_id(session, incident_id) if incident_id > 0 else None


def due(session: Session, now: datetime) -> list[Kept]:
    """Return the live incidents that must be looked at by `now`."""
    return [_kept(row) for row in session.connection().execute(_DUE, {"now": now})]


def live(session: Session, *, prefix: str = "") -> list[Kept]:
    """Return every live incident whose subject begins with `prefix`, oldest first."""
    query = _LIVE.where(col(IncidentRow.subject).startswith(prefix)).order_by(col(IncidentRow.id))
    return [_kept(row) for row in session.connection().execute(query)]


def earliest(session: Session) -> datetime | None:
    """Return when the next incident or unsent page must be looked at."""
    incident = session.exec(select(func.min(IncidentRow.next_at)).where(IncidentRow.state != "resolved")).one()
    page = session.exec(
        select(func.min(PageRow.not_before)).where(col(PageRow.state).in_(["intent", "retry", "sent"])),
    ).one()
    return min((at for at in (incident, page) if at is not None), default=None)


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
    session.add(IncidentEventRow(incident_id=incident_id, at=at, what=what, by=by, note=text))


def cursor(session: Session) -> int:
    """Return up to which assessment the incidents have been brought."""
    row = session.get(AlertsCursorRow, CURSOR)
    return 0 if row is None else row.assessment_id


def move_cursor(session: Session, assessment_id: int) -> None:
    """Remember that every assessment up to this one has been taken in."""
    row = session.get(AlertsCursorRow, CURSOR) or AlertsCursorRow(name=CURSOR, assessment_id=0)
    row.assessment_id = assessment_id
    session.add(row)


def unsent(session: Session, now: datetime) -> list[PageRow]:
    """Return the pages that must be sent or asked about by `now`, the worst urgency first."""
    query = select(PageRow).where(
        col(PageRow.state).in_(["intent", "retry", "sent"]),
        col(PageRow.lead_id).is_(None),
        col(PageRow.not_before).is_(None) | (col(PageRow.not_before) <= now),
    )
    order = {"emergency": 0, "urgent": 1}
    return sorted(session.exec(query), key=lambda row: (order.get(row.urgency, 2), row.role == "caregiver", row.id))


def carried_by(session: Session, page_id: int) -> Sequence[PageRow]:
    """Return the page and those whose news it carries too."""
    query = select(PageRow).where((PageRow.id == page_id) | (PageRow.lead_id == page_id))
    return session.exec(query.order_by(col(PageRow.id))).all()


def same_rung(session: Session, page: PageRow) -> Sequence[PageRow]:
    """Return every page of the same rung of the same incident: one for each of a patient's caregivers."""
    query = select(PageRow).where(PageRow.incident_id == page.incident_id, PageRow.rung == page.rung)
    return session.exec(query).all()


def called_through(session: Session, number: str) -> list[Kept]:
    """Return the live incidents that are being called about and for which this number was paged in this round."""
    query = (
        select_columns(*_INCIDENT, col(PageRow.created_at))
        .where(col(PageRow.incident_id) == IncidentRow.id, col(IncidentRow.state) == "calling")
        .where(col(PageRow.number) == number, col(PageRow.kind) == "page", col(PageRow.lead_id).is_(None))
        .order_by(col(IncidentRow.id))
    )
    found: dict[int, Kept] = {}
    for *row, created_at in session.connection().execute(query):
        kept = _kept(row)
        if kept.id is not None and created_at >= kept.incident.began_at:
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


def texts_since(session: Session, number: str, since: datetime) -> int:
    """Return how many texts came from `number` since then."""
    query = select(func.count(col(InboundRow.id))).where(InboundRow.number == number, InboundRow.received_at >= since)
    return session.exec(query).one()


def awaited_readings(session: Session) -> dict[int, InboundRow]:
    """Return the texts whose values have not been assessed yet, by the reading they became."""
    rows = session.exec(select(InboundRow).where(col(InboundRow.awaited_reading_id).is_not(None)))
    return {row.awaited_reading_id: row for row in rows if row.awaited_reading_id is not None}


def last_outcomes(session: Session, count: int) -> Sequence[PageRow]:
    """Return the newest texts of which it is known what became of them."""
    query = select(PageRow).where(
        col(PageRow.state).in_(["delivered", "failed"]), PageRow.channel == "sms", PageRow.number != ""
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
