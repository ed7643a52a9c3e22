"""Erases a patient from every part, for the retention job and for a person who asks; refuses while anybody watches."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from alerts import pages, store
from alerts.audit_rows import INCIDENT_EVENTS, PAGES, SHIFT_CONFIRMATIONS, SILENCES, TEXTS
from alerts.ed_store import forget_patient
from alerts.roster_tables import PhoneQuestionRow
from alerts.tables import ContactRow, IncidentEventRow, IncidentRow, OutboxRow, PageRow
from gateway import audit_erasure
from gateway.audit_erasure import blank_rows
from gateway.reading import PatientId
from monitor.erasure import erase_record, forget_enrolment, is_ended


class ErasureRefusedError(Exception):
    """The patient cannot be erased now; the message says why and what to do first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many rows were emptied (they stay, with their ids) and how many were removed."""

    blanked: int
    removed: int


def erase_patient(session: Session, patient_id: PatientId, *, by: str, why: str, now: datetime) -> Erased:
    """Erase all that is known of a patient but the opaque code, the ids and the times.

    Runs in one writing transaction that has every turn. The audit log stays valid and says who erased and why.

    Parameters
    ----------
    by, why
        Stay in the log for ever: a name of staff, and a reason without identity of the patient.

    Raises
    ------
    ErasureRefusedError
        While the patient is watched, or a page about them is open.
    """
    if not is_ended(session, patient_id):
        raise ErasureRefusedError("the patient is still watched; record place ended first")
    if store.live_of(session, store.subject_of(patient_id)) is not None:
        raise ErasureRefusedError("a page about the patient is still open; close it first")
    blanked = erase_record(session, patient_id)
    more, removed = _erase_calls(session, patient_id)
    blanked += more
    blanked += audit_erasure.erase_patient(session.connection(), patient_id, by=by, why=why, now=now)
    forget_enrolment(session, patient_id, now)
    return Erased(blanked=blanked, removed=removed)


def _erase_calls(session: Session, patient_id: PatientId) -> tuple[int, int]:
    connection = session.connection()
    incidents = session.exec(select(IncidentRow.id).where(IncidentRow.patient_id == patient_id)).all()
    events = session.exec(select(IncidentEventRow.id).where(col(IncidentEventRow.incident_id).in_(incidents))).all()
    sent = session.exec(select(PageRow.id).where(PageRow.patient_id == patient_id)).all()
    homes = session.exec(select(ContactRow.id).where(ContactRow.patient_id == patient_id)).all()
    keys = [pages.key_of(page_id) for page_id in sent if page_id is not None]
    owners = [f"contact:{contact_id}" for contact_id in homes]
    blanked = blank_rows(connection, INCIDENT_EVENTS, patient_id, ids=[one for one in events if one is not None])
    blanked += sum(blank_rows(connection, table, patient_id) for table in (PAGES, TEXTS, SILENCES, SHIFT_CONFIRMATIONS))
    for incident_id in incidents:
        _empty_incident(session, incident_id)
    connection.execute(update(OutboxRow).where(col(OutboxRow.key).in_(keys)).values(number="", body=""))
    gone = [
        delete(PhoneQuestionRow).where(col(PhoneQuestionRow.owner).in_(owners)),
        delete(ContactRow).where(col(ContactRow.patient_id) == patient_id),
    ]
    links = forget_patient(session, patient_id)
    removed = links + sum(connection.execute(statement).rowcount for statement in gone)
    session.expire_all()
    return blanked, removed


def _empty_incident(session: Session, incident_id: int | None) -> None:
    """Leave of an incident when it was and how it went, without what was reported."""
    kept = None if incident_id is None else store.by_id(session, incident_id)
    if kept is not None:
        emptied = replace(
            kept.incident, reason="erased", report=None, acknowledgement=None, silence=None, departments=()
        )
        store.save(session, replace(kept, incident=emptied), store.Plan(look_at=None, step=None, step_at=None))
