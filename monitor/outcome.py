"""Saves what one pass of the monitor came to, and how far it has read, in one transaction.

Plain statements on a plain connection: this runs for every reading.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from gateway.audit import Entry, Keys, append
from gateway.audit_seal import pack
from gateway.bulk import insert_rows
from gateway.database import from_microseconds, to_microseconds
from gateway.reading import PatientId
from monitor.audit_rows import ASSESSMENTS

_STAND = text(
    "INSERT INTO patient_now (patient_id, assessment_id, next_change_at, glance)"
    " VALUES (:patient_id, :assessment_id, :next_change_at, :glance)"
    " ON CONFLICT (patient_id) DO UPDATE SET next_change_at = excluded.next_change_at, glance = excluded.glance,"
    " assessment_id = CASE WHEN excluded.assessment_id > 0 THEN excluded.assessment_id"
    " ELSE patient_now.assessment_id END"
)
_MOVE = text(
    "INSERT INTO monitor_cursor (name, reading_id, event_id, quarantine_id, enrolment_id)"
    " VALUES ('monitor', :reading_id, :event_id, :quarantine_id, :enrolment_id)"
    " ON CONFLICT (name) DO UPDATE SET reading_id = excluded.reading_id, event_id = excluded.event_id,"
    " quarantine_id = excluded.quarantine_id, enrolment_id = excluded.enrolment_id"
)
_AHEAD = text(
    "INSERT INTO monitor_cursor (name, reading_id, event_id, quarantine_id, enrolment_id)"
    " VALUES (:name, :reading_id, :event_id, :quarantine_id, :enrolment_id)"
    " ON CONFLICT (name) DO UPDATE SET reading_id = excluded.reading_id, event_id = excluded.event_id,"
    " quarantine_id = excluded.quarantine_id, enrolment_id = excluded.enrolment_id"
)
_READ_AHEAD = text(
    "SELECT name, reading_id, event_id, quarantine_id, enrolment_id FROM monitor_cursor WHERE name <> 'monitor'"
)
_CAUGHT_UP = text("DELETE FROM monitor_cursor WHERE name <> 'monitor'")
_READ_TO = text("SELECT reading_id, event_id, quarantine_id, enrolment_id FROM monitor_cursor WHERE name = 'monitor'")
_STORED_TO = text(
    "SELECT (SELECT max(id) FROM reading), (SELECT max(id) FROM record_event), (SELECT max(id) FROM quarantine),"
    " (SELECT max(id) FROM enrolment_history)"
)
_REENROLLED = text("SELECT DISTINCT patient_id FROM enrolment_history WHERE id > :since ORDER BY patient_id")
_LAST = text("SELECT max(id) FROM assessment")
_DUE = text("SELECT next_change_at, patient_id FROM patient_now WHERE next_change_at IS NOT NULL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to be stored, encoded, with what caused it.

    `known` is how far the patient had been read before the pass that gave it, `enrolment_id` the row of the
    enrolment's history it was given by.
    """

    patient_id: PatientId
    at: datetime
    body: bytes
    urgent_groups: frozenset[str]
    known: "Cursor"
    enrolment_id: int | None
    reading_id: int | None = None
    event_id: int | None = None
    quarantine_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a patient stands after a cycle."""

    patient_id: PatientId
    next_change_at: datetime | None
    glance: bytes


@dataclass(frozen=True, slots=True)
class Cursor:
    """Ids up to which everything has been read, of all patients or of one."""

    reading_id: int = 0
    event_id: int = 0
    quarantine_id: int = 0
    enrolment_id: int = 0

    def furthest(self, other: "Cursor") -> "Cursor":
        """Return the greater of each id."""
        return Cursor(
            max(self.reading_id, other.reading_id),
            max(self.event_id, other.event_id),
            max(self.quarantine_id, other.quarantine_id),
            max(self.enrolment_id, other.enrolment_id),
        )


def read_cursor(connection: Connection) -> Cursor:
    """Return how far the monitor has read."""
    row = connection.execute(_READ_TO).one_or_none()
    return Cursor() if row is None else Cursor(*row)


def read_ahead(connection: Connection) -> dict[PatientId, Cursor]:
    """Return how far single patients have been read beyond the cursor, as they are while the monitor catches up."""
    rows = connection.execute(_READ_AHEAD)
    return {PatientId(int(name.removeprefix(_OF_PATIENT))): Cursor(*ids) for name, *ids in rows}


def stored_to(connection: Connection) -> Cursor:
    """Return how far the tables reach that the monitor reads."""
    return Cursor(*(number or 0 for number in connection.execute(_STORED_TO).one()))


def changed_enrolments(connection: Connection, since: Cursor) -> list[PatientId]:
    """Return the patients whose enrolment is newer than the cursor."""
    rows = connection.execute(_REENROLLED, {"since": since.enrolment_id})
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
    keys: Keys,
    ahead: Mapping[PatientId, Cursor] | None = None,
) -> None:
    """Store answers, how each patient stands, and the cursor, in the caller's one transaction; seal the answers.

    `ahead` holds the patients that this pass has read beyond the cursor; None forgets all of them.
    """
    last: int = connection.execute(_LAST).scalar() or 0
    assessed_us = to_microseconds(assessed_at)
    rows = [(number, *_columns(answer, assessed_us)) for number, answer in enumerate(answers, last + 1)]
    newest = {row[_PATIENT]: row[0] for row in rows}
    insert_rows(connection, ASSESSMENTS.name, ("id", *ASSESSMENTS.columns), rows)
    sealed = [
        Entry("assessment", ASSESSMENTS.subject(row[0]), pack(row[1:]), row[_PATIENT], None, kept=False) for row in rows
    ]
    append(connection, "monitor", assessed_at, sealed, keys=keys)
    stands = [
        {
            "patient_id": standing.patient_id,
            "assessment_id": newest.get(standing.patient_id, 0),
            "next_change_at": None if standing.next_change_at is None else to_microseconds(standing.next_change_at),
            "glance": standing.glance,
        }
        for standing in standings
    ]
    if stands:
        connection.execute(_STAND, stands)
    connection.execute(_MOVE, _ids(cursor))
    if ahead:
        connection.execute(
            _AHEAD, [{"name": f"{_OF_PATIENT}{patient_id}", **_ids(to)} for patient_id, to in ahead.items()]
        )
    elif ahead is None:
        connection.execute(_CAUGHT_UP)


def _ids(cursor: Cursor) -> dict[str, int]:
    return {
        "reading_id": cursor.reading_id,
        "event_id": cursor.event_id,
        "quarantine_id": cursor.quarantine_id,
        "enrolment_id": cursor.enrolment_id,
    }


_OF_PATIENT = "patient:"
"""Begins the name of a patient's own cursor; the rest is the row id."""

_PATIENT = 1
"""Where the patient stands in a row of the table."""


def _columns(answer: Answer, assessed_us: int) -> tuple[Any, ...]:
    """Return the sealed columns of an answer, in their order."""
    return (
        answer.patient_id,
        to_microseconds(answer.at),
        assessed_us,
        answer.reading_id,
        answer.event_id,
        answer.quarantine_id,
        answer.enrolment_id,
        answer.known.reading_id,
        answer.known.event_id,
        answer.known.quarantine_id,
        ",".join(sorted(answer.urgent_groups)),
        answer.body,
    )
