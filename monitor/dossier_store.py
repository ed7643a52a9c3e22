"""Reads what a dossier is made of: a patient's whole record as of an instant."""

from datetime import datetime

from sqlmodel import Session

from gateway.reading import PatientId
from gateway.store import readings_of
from monitor.course import Course
from monitor.dossier import Dossier, dossier
from monitor.enrolment import patient_by_id
from monitor.handover import Remarks
from monitor.record import Event
from monitor.rules import Rules
from monitor.store import events_of, quarantines_of, taken


def dossier_of(
    session: Session, patient_id: PatientId, rules: Rules, remarks: Remarks, now: datetime
) -> Dossier | None:
    """Return the dossier of one patient at `now`; None when there is no such patient. Folds the whole record."""
    patient = patient_by_id(session, patient_id)
    if patient is None:
        return None
    events: list[Event] = [taken(stored) for stored in readings_of(session, patient_id)]
    events += [entry.event for entry in events_of(session, patient_id)]
    events += quarantines_of(session, patient_id)
    known = [event for event in events if event.known_at <= now]
    return dossier(Course(patient.profile, patient.regimen, rules, known), remarks, now)
