"""The monitor's tables. Rows stay inside `monitor.store`; everybody else gets values."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from gateway.database import RowId, UtcTime


class EnrolmentRow(SQLModel, table=True):
    """A patient under watch: the `patient` object of a timeline as JSON, and the regimen."""

    __tablename__ = "enrolment"

    patient_id: int = Field(primary_key=True, foreign_key="patient.id")
    profile: str
    drug: str | None
    schedule: str | None
    enrolled_at: datetime = Field(sa_type=UtcTime)
    changed_at: datetime = Field(sa_type=UtcTime, index=True)


class EnrolmentHistoryRow(SQLModel, table=True):
    """Every enrolment and every correction of one, append-only; `EnrolmentRow` is the newest of each patient."""

    __tablename__ = "enrolment_history"

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    patient_id: int = Field(index=True)
    profile: str
    drug: str | None
    schedule: str | None
    changed_at: datetime = Field(sa_type=UtcTime)


class RecordEventRow(SQLModel, table=True):
    """One entered fact, append-only: the event of a timeline as JSON. A mistake is struck out by a `void`."""

    __tablename__ = "record_event"
    __table_args__ = (Index("record_event_of_patient", "patient_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    patient_id: int
    ref: str
    kind: str
    at: datetime = Field(sa_type=UtcTime)
    entered_at: datetime = Field(sa_type=UtcTime)
    by: str | None
    body: str


class AssessmentRow(SQLModel, table=True):
    """One answer, append-only, with the reading, entry or refused message that caused it (none: time did).

    What was known: everything of the patient up to the ids in `known_*`, what caused this answer, and what caused the
    patient's answers before it that have the same `known_*`. `enrolment_id` is the row of the enrolment's history
    (None: not enrolled). Answers of versions that kept none of this have no `known_*`.
    """

    __tablename__ = "assessment"
    __table_args__ = (Index("assessment_of_patient", "patient_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    patient_id: int
    at: datetime = Field(sa_type=UtcTime)
    assessed_at: datetime = Field(sa_type=UtcTime)
    reading_id: int | None = Field(sa_type=RowId)
    event_id: int | None = Field(sa_type=RowId)
    urgent_groups: str
    body: bytes
    quarantine_id: int | None = Field(default=None, sa_type=RowId)
    enrolment_id: int | None = Field(default=None, sa_type=RowId)
    known_reading_id: int | None = Field(default=None, sa_type=RowId)
    known_event_id: int | None = Field(default=None, sa_type=RowId)
    known_quarantine_id: int | None = Field(default=None, sa_type=RowId)


class PatientNowRow(SQLModel, table=True):
    """The newest answer of each patient, when it next changes by itself, and the values behind it."""

    __tablename__ = "patient_now"

    patient_id: int = Field(primary_key=True)
    assessment_id: int = Field(sa_type=RowId)
    next_change_at: datetime | None = Field(default=None, sa_type=UtcTime, index=True)
    glance: bytes


class CursorRow(SQLModel, table=True):
    """How far the monitor has read the tables it feeds on."""

    __tablename__ = "monitor_cursor"

    name: str = Field(primary_key=True)
    reading_id: int = Field(sa_type=RowId)
    event_id: int = Field(sa_type=RowId)
    quarantine_id: int = Field(sa_type=RowId)
    enrolment_id: int = Field(sa_type=RowId)
