"""Stores what comes back from telephones, once each, before anybody reads it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from alerts.audit_rows import TEXTS
from alerts.phone import Channel
from alerts.roster_file import dialable
from alerts.tables import InboundRow
from gateway.audit import append
from gateway.reading import PatientId


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A text, or a key pressed in the call of page `page_id`.

    `reference` is the network's own, None when it gives none. `meaning` is set where nobody has to understand it and
    nobody may answer; then `role`, `person`, `incident_id` and `patient_id` may be known already.
    """

    number: str
    body: str
    at: datetime
    reference: str | None = None
    channel: Channel = "sms"
    page_id: int | None = None
    meaning: str | None = None
    role: str | None = None
    person: str | None = None
    incident_id: int | None = None
    patient_id: PatientId | None = None


def take_in(session: Session, incoming: Incoming) -> int | None:
    """Store `incoming`; return its id, or None when the network delivered this `reference` before."""
    reference = incoming.reference
    if reference is not None:
        known = session.exec(select(InboundRow.id).where(InboundRow.reference == reference)).first()
        if known is not None:
            return None
    row = InboundRow(
        received_at=incoming.at,
        number=dialable(incoming.number) or incoming.number,
        body=incoming.body,
        reference=reference,
        channel=incoming.channel,
        page_id=incoming.page_id,
        handled_at=None if incoming.meaning is None else incoming.at,
        meaning=incoming.meaning or "",
        role=incoming.role,
        person=incoming.person,
        incident_id=incoming.incident_id,
        patient_id=incoming.patient_id,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None  # another connection stored the same delivery meanwhile
    if incoming.meaning is not None:  # the others are sealed when they have been understood
        entry = TEXTS.entry_of("receipt", row, patient_id=incoming.patient_id, actor=incoming.person)
        append(session.connection(), "alerts", incoming.at, [entry])
    return row.id
