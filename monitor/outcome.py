"""Saves what one pass of the monitor came to, and how far it has read, in one transaction.

Plain statements on a plain connection: this runs for every reading.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from gateway.database import from_microseconds, to_microseconds
from gateway.reading import PatientId

_ASSESS = text(
    "INSERT INTO assessment (id, patient_id, at, assessed_at, reading_id, event_id, urgent_groups, body)"
    " VALUES (:id, :patient_id, :at, :assessed_at, :reading_id, :event_id, :urgent_groups, :body)"
)
_STAND = text(
    "INSERT INTO patient_now (patient_id, assessment_id, next_change_at, glance)"
    " VALUES (:patient_id, :assessment_id, :next_change_at, :glance)"
    " ON CONFLICT (patient_id) DO UPDATE SET next_change_at = excluded.next_change_at, glance = excluded.glance,"
    " assessment_id = CASE WHEN excluded.assessment_id > 0 THEN excluded.assessment_id"
    " ELSE patient_now.assessment_id END"
)
_MOVE = text(
    "INSERT INTO monitor_cursor (name, reading_id, event_id, quarantine_id, enrolment_at)"
    " VALUES ('monitor', :reading_id, :event_id, :quarantine_id, :enrolment_at)"
    " ON CONFLICT (name) DO UPDATE SET reading_id = excluded.reading_id, event_id = excluded.event_id,"
    " quarantine_id = excluded.quarantine_id, enrolment_at = excluded.enrolment_at"
)
_READ_TO = text("SELECT reading_id, event_id, quarantine_id, enrolment_at FROM monitor_cursor WHERE name = 'monitor'")
_STORED_TO = text(
    "SELECT (SELECT max(id) FROM reading), (SELECT max(id) FROM record_event), (SELECT max(id) FROM quarantine),"
    " (SELECT max(changed_at) FROM enrolment)"
)
_REENROLLED = text("SELECT patient_id FROM enrolment WHERE changed_at > :since")
_LAST = text("SELECT max(id) FROM assessment")
_DUE = text("SELECT next_change_at, patient_id FROM patient_now WHERE next_change_at IS NOT NULL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to be stored, encoded, with what caused it."""

    patient_id: PatientId
    at: datetime
    body: bytes
    urgent_groups: frozenset[str]
    reading_id: int | None = None
    event_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a patient stands after a cycle."""

    patient_id: PatientId
    next_change_at: datetime | None
    glance: bytes


@dataclass(frozen=True, slots=True)
class Cursor:
    """Ids up to which everything has been read, and the newest enrolment taken in (microseconds)."""

    reading_id: int = 0
    event_id: int = 0
    quarantine_id: int = 0
    enrolment_us: int = 0


def read_cursor(connection: Connection) -> Cursor:
    """Return how far the monitor has read."""
    row = connection.execute(_READ_TO).one_or_none()
    return Cursor() if row is None else Cursor(*row)


def stored_to(connection: Connection) -> Cursor:
    """Return how far the tables reach that the monitor reads."""
    return Cursor(*(number or 0 for number in connection.execute(_STORED_TO).one()))


def changed_enrolments(connection: Connection, since: Cursor) -> list[PatientId]:
    """Return the patients whose enrolment is newer than the cursor."""
    rows = connection.execute(_REENROLLED, {"since": since.enrolment_us})
    return [PatientId(patient_id) for (patient_id,) in rows]


def next_changes(connection: Connection) -> list[tuple[datetime, PatientId]]:
    """Return when each patient's answer next changes by itself."""
    return [(from_microseconds(at), PatientId(patient_id)) for at, patient_id in connection.execute(_DUE)]


def save(
    connection: Connection,
    answers: Sequence[Answer],
    standings: Iterable[Standing],
    cursor: Cursor,
    assessed_at: datetime,
) -> None:
    """Store answers, how each patient stands, and the cursor, in the caller's one transaction."""
    last: int = connection.execute(_LAST).scalar() or 0
    assessed, newest = to_microseconds(assessed_at), {}
    rows = []
    for number, answer in enumerate(answers, last + 1):
        newest[answer.patient_id] = number
        rows.append(
            {
                "id": number,
                "patient_id": answer.patient_id,
                "at": to_microseconds(answer.at),
                "assessed_at": assessed,
                "reading_id": answer.reading_id,
                "event_id": answer.event_id,
                "urgent_groups": ",".join(sorted(answer.urgent_groups)),
                "body": answer.body,
            }
        )
    stands = [
        {
            "patient_id": standing.patient_id,
            "assessment_id": newest.get(standing.patient_id, 0),
            "next_change_at": None if standing.next_change_at is None else to_microseconds(standing.next_change_at),
            "glance": standing.glance,
        }
        for standing in standings
    ]
    if rows:
        connection.execute(_ASSESS, rows)
    if stands:
        connection.execute(_STAND, stands)
    connection.execute(
        _MOVE,
        {
            "reading_id": cursor.reading_id,
            "event_id": cursor.event_id,
            "quarantine_id": cursor.quarantine_id,
            "enrolment_at": cursor.enrolment_us,
        },
    )
