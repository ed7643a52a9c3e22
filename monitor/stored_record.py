"""Reads one patient's stored record as values, and up to which rows it was read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from gateway.reading import PatientCode, PatientId
from gateway.store import readings_of
from monitor.course import Course
from monitor.enrolment import patient_by_id
from monitor.episode_record import Basis
from monitor.record import Record
from monitor.rules import Rules
from monitor.store import StoredEvent, events_of, quarantines_of, taken


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """Everything stored of one patient; `entered` are its entries with who entered them."""

    patient_id: PatientId
    code: PatientCode
    record: Record
    entered: Sequence[StoredEvent]
    basis: Basis

    def course(self, rules: Rules) -> Course:
        """Return the course of this record, not folded yet."""
        return Course(self.record.profile, self.record.regimen, rules, self.record.events)


def record_of(session: Session, patient_id: PatientId) -> StoredRecord:
    """Return the record of one patient as it stands in this transaction. Raises LookupError where there is none."""
    patient = patient_by_id(session, patient_id)
    if patient is None:
        raise LookupError(f"there is no patient with row {patient_id}")
    readings, entered = readings_of(session, patient_id), events_of(session, patient_id)
    events = (
        *(one.event for one in entered),
        *map(taken, readings),
        *quarantines_of(session, patient_id),
    )
    return StoredRecord(
        patient_id=patient_id,
        code=patient.code,
        record=Record(profile=patient.profile, regimen=patient.regimen, events=events),
        entered=entered,
        basis=Basis(
            reading_id=max((one.id for one in readings), default=0),
            event_id=max((one.id for one in entered), default=0),
            enrolment_id=patient.version or 0,
        ),
    )
