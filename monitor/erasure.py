"""Erases what the monitor keeps of a patient; the rows stay, so that ids, counts and the audit log do."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from gateway.audit_erasure import blank_rows
from gateway.reading import PatientId
from monitor.audit_rows import ASSESSMENTS, ENROLMENTS, RECORD
from monitor.enrolment import enrol, patient_by_id
from monitor.store import latest_assessments
from monitor.tables import PatientNowRow

ENDED = "ended"


def is_ended(session: Session, patient_id: PatientId) -> bool:
    """Return whether a patient's watch is over: by the newest answer their place is `ended`, or there is no answer."""
    newest = latest_assessments(session).get(patient_id)
    return newest is None or newest.assessment.place == ENDED


def erase_record(session: Session, patient_id: PatientId) -> int:
    """Blank entries, enrolments and answers, and forget how the patient stands; return how many rows were blanked.

    Follow it with `forget_enrolment` once the key is gone.
    """
    connection = session.connection()
    connection.execute(delete(PatientNowRow).where(col(PatientNowRow.patient_id) == patient_id))
    return sum(blank_rows(connection, sealed, patient_id) for sealed in (RECORD, ENROLMENTS, ASSESSMENTS))


def forget_enrolment(session: Session, patient_id: PatientId, now: datetime) -> None:
    """Leave the patient enrolled as a code alone; a running monitor then drops what it has in memory."""
    patient = patient_by_id(session, patient_id)
    if patient is not None and patient.enrolled_at is not None:
        enrol(session, code=patient.code, profile={"code": patient.code}, drug=None, schedule=None, now=now)
