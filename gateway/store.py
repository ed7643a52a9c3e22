"""Reads and administers what the gateway keeps: hubs and their homes, stored readings, quarantine, heartbeats.

Readings are written by `gateway.intake` alone. Rows never leave this module; callers get values.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, text
from sqlmodel import Session, col, select

from gateway.database import from_microseconds
from gateway.native import decode
from gateway.passwords import hash_password, make_password
from gateway.reading import HubName, PatientCode, PatientId, Reading, Rejected
from gateway.synthetic_mark import is_somebody
from gateway.tables import (
    AssignmentRow,
    HeartbeatRow,
    HubRow,
    HubStateRow,
    PatientRow,
    QuarantineRow,
    ReadingRow,
    SyntheticRow,
)

HUB_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
"""What may stand as one level of a topic, in a log line and in a certificate."""


RESERVED_NAMES = frozenset({"stepguard", "patients", "incidents"})
"""The gateway's own user at a broker, and the levels where it publishes: no hub may write there."""


class HubError(Exception):
    """What was asked of a hub cannot be done; the message names the hub and the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReading:
    """A reading on disk. Grade it at `graded_at`; `clock_doubt` says why that is not `measured_at`, else None.

    `patient_id` is None when no home was assigned to the hub at that instant.
    """

    id: int
    hub_id: int
    patient_id: PatientId | None
    reading: Reading
    graded_at: datetime
    clock_doubt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A message that could not become a reading. `patient_id` is that of the hub's home on arrival, if any."""

    id: int
    hub_name: HubName
    patient_id: PatientId | None
    received_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A home hub as administration sees it; what it never said of itself is None."""

    name: HubName
    disabled: bool
    patient_id: PatientId | None
    patient_code: PatientCode | None
    assigned_from: datetime | None
    online: bool | None
    state_at: datetime | None
    battery_pct: int | None
    software: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """When a part last finished a cycle, and what it said of itself."""

    part: str
    at: datetime
    detail: Mapping[str, Any]


def code_of(session: Session, patient_id: PatientId) -> PatientCode | None:
    """Return the code that a patient is known by; None when there is no such patient."""
    row = session.get(PatientRow, patient_id)
    return None if row is None else PatientCode(row.code)


def ensure_patient(session: Session, code: PatientCode | str) -> PatientId:
    """Return the id of the patient with `code`, made if there is none yet."""
    row = session.exec(select(PatientRow).where(PatientRow.code == code)).first()
    if row is None:
        row = PatientRow(code=code)
        session.add(row)
        session.flush()
    return _patient_id(row)


def add_hub(session: Session, name: HubName | str) -> str:
    """Register a hub and return its password, which is shown this once and never kept.

    Raises
    ------
    HubError
        When the name is taken or cannot be one level of a topic.
    """
    if not HUB_NAME.fullmatch(name):
        raise HubError(f"hub {name!r}: use 1 to 64 letters, digits, dots, underscores and hyphens")
    if name in RESERVED_NAMES:
        raise HubError(f"hub {name!r}: the name is kept for the system itself; choose another")
    if session.exec(select(HubRow).where(HubRow.name == name)).first() is not None:
        raise HubError(f"hub {name!r} exists; choose another name or give it a new password")
    password = make_password()
    session.add(HubRow(name=name, password_hash=hash_password(password)))
    session.flush()
    return password


def renew_password(session: Session, name: HubName | str) -> str:
    """Replace a hub's password and return the new one; the old one opens nothing from then on."""
    row = _hub(session, name)
    password = make_password()
    row.password_hash = hash_password(password)
    session.add(row)
    return password


def set_hub_disabled(session: Session, name: HubName | str, *, disabled: bool) -> None:
    """Shut a hub out, or let it in again. What it sent stays."""
    row = _hub(session, name)
    row.disabled = disabled
    session.add(row)


def assign(session: Session, hub: HubName | str, patient_code: PatientCode | str, from_at: datetime) -> None:
    """Put a hub into a patient's home from `from_at` on.

    Raises
    ------
    HubError
        When the hub or the patient is unknown, the hub is still assigned, an earlier assignment would overlap, or
        one of the two belongs to a watchdog.
    """
    hub_id = _row_id(_hub(session, hub))
    patient = session.exec(select(PatientRow).where(PatientRow.code == patient_code)).first()
    if patient is None:
        raise HubError(f"hub {hub!r}: there is no patient {patient_code!r}; enroll the patient first")
    _refuse_watchdogs(session, hub, hub_id, _patient_id(patient))
    for row in session.exec(select(AssignmentRow).where(AssignmentRow.hub_id == hub_id)):
        if row.until_at is None:
            standing = session.get_one(PatientRow, row.patient_id).code
            raise HubError(
                f"hub {hub!r} is assigned already, to {standing} since {row.from_at:%Y-%m-%d %H:%M} UTC;"
                f" unassign it first (stepguard device unassign {hub})"
            )
        if row.until_at > from_at:
            raise HubError(f"hub {hub!r} was assigned until {row.until_at.isoformat()}; assign it from then on")
    session.add(AssignmentRow(hub_id=hub_id, patient_id=_patient_id(patient), from_at=from_at))
    session.flush()


def _refuse_watchdogs(session: Session, hub: str, hub_id: int, patient_id: PatientId) -> None:
    """Keep what belongs to a watchdog apart from every home, in both directions."""
    owned = (col(SyntheticRow.hub_id) == hub_id) | (col(SyntheticRow.patient_id) == patient_id)
    if session.exec(select(SyntheticRow.hub_id).where(owned)).first() is not None:
        raise HubError(f"hub {hub!r}: a watchdog's hub stands in no home, and its patient has no other hub")


def unassign(session: Session, hub: HubName | str, until_at: datetime) -> None:
    """End a hub's open assignment at `until_at` (exclusive).

    Raises
    ------
    HubError
        When the hub is unknown or not assigned, or the end would lie before the start.
    """
    hub_id = _row_id(_hub(session, hub))
    row = session.exec(
        select(AssignmentRow).where(AssignmentRow.hub_id == hub_id, col(AssignmentRow.until_at).is_(None))
    ).first()
    if row is None:
        raise HubError(f"hub {hub!r} is not assigned; nothing to end")
    if until_at < row.from_at:
        raise HubError(f"hub {hub!r} was assigned only at {row.from_at.isoformat()}; end it after that")
    row.until_at = until_at
    session.add(row)
    session.flush()


def hubs(session: Session) -> list[Hub]:
    """Return every hub by name, with its open assignment and the last it said of itself."""
    rows = session.exec(
        select(HubRow, AssignmentRow, PatientRow, HubStateRow)
        .join(
            AssignmentRow,
            (col(AssignmentRow.hub_id) == HubRow.id) & col(AssignmentRow.until_at).is_(None),
            isouter=True,
        )
        .join(PatientRow, col(PatientRow.id) == AssignmentRow.patient_id, isouter=True)
        .join(HubStateRow, col(HubStateRow.hub_id) == HubRow.id, isouter=True)
        .order_by(HubRow.name)
    ).all()
    return [_hub_value(*row) for row in rows]


def readings_after(session: Session, after_id: int, limit: int) -> list[StoredReading]:
    """Return at most `limit` readings with an id above `after_id`, in the order stored."""
    return list(_stored(session, _STORED_AFTER, after_id=after_id, limit=limit))


def readings_of(session: Session, patient_id: PatientId, *, newest: int | None = None) -> list[StoredReading]:
    """Return every reading of one patient in the order stored, or only so many of the newest."""
    if newest is None:
        return list(_stored(session, _STORED_OF, patient_id=patient_id))
    return list(_stored(session, _NEWEST_OF, patient_id=patient_id, newest=newest))[::-1]


def readings_between(
    session: Session, after_id: int, to_id: int, limit: int, *, patient_id: PatientId | None = None
) -> list[StoredReading]:
    """Return at most `limit` readings with an id above `after_id` and up to `to_id`, of one patient or of all."""
    if patient_id is None:
        return list(_stored(session, _STORED_BETWEEN, after_id=after_id, to_id=to_id, limit=limit))
    values = {"after_id": after_id, "to_id": to_id, "limit": limit, "patient_id": patient_id}
    return list(_stored(session, _BETWEEN_OF, **values))


def patients_between(session: Session, after_id: int, to_id: int) -> dict[PatientId, int]:
    """Return the patients with readings above `after_id` and up to `to_id`, with the lowest id of each."""
    rows = session.connection().execute(_PATIENTS_BETWEEN, {"after_id": after_id, "to_id": to_id})
    return {PatientId(patient_id): first_id for patient_id, first_id in rows}


def last_reading_at(session: Session) -> datetime | None:
    """Return when the newest reading of a home was received, None when none ever was; a watchdog's do not count."""
    query = select(ReadingRow.received_at).where(is_somebody(col(ReadingRow.patient_id)))
    return session.exec(query.order_by(col(ReadingRow.id).desc()).limit(1)).first()


def quarantined_after(session: Session, after_id: int, limit: int) -> list[Quarantined]:
    """Return at most `limit` quarantined messages with an id above `after_id`, in the order stored."""
    rows = session.exec(
        select(QuarantineRow).where(col(QuarantineRow.id) > after_id).order_by(col(QuarantineRow.id)).limit(limit)
    )
    return [
        Quarantined(
            id=_row_id(row),
            hub_name=HubName(row.hub_name),
            patient_id=None if row.patient_id is None else PatientId(row.patient_id),
            received_at=row.received_at,
            reason=row.reason,
        )
        for row in rows
    ]


def beat(session: Session, part: str, at: datetime, detail: Mapping[str, Any]) -> None:
    """Record that `part` is alive at `at`, with its own word about itself."""
    session.merge(HeartbeatRow(part=part, at=at, detail=json.dumps(detail)))


def heartbeats(session: Session) -> dict[str, Heartbeat]:
    """Return the last heartbeat of each part that ever had one."""
    return {
        row.part: Heartbeat(part=row.part, at=row.at, detail=json.loads(row.detail))
        for row in session.exec(select(HeartbeatRow))
    }


_STORED = "SELECT id, hub_id, patient_id, received_at, graded_at, clock_doubt, payload FROM reading"
_STORED_AFTER = text(f"{_STORED} WHERE id > :after_id AND length(payload) > 0 ORDER BY id LIMIT :limit")
_STORED_OF = text(f"{_STORED} WHERE patient_id = :patient_id AND length(payload) > 0 ORDER BY id")
_NEWEST_OF = text(f"{_STORED} WHERE patient_id = :patient_id AND length(payload) > 0 ORDER BY id DESC LIMIT :newest")
"""A reading without its payload was erased."""
_STORED_BETWEEN = text(
    f"{_STORED} WHERE id > :after_id AND id <= :to_id AND length(payload) > 0 ORDER BY id LIMIT :limit"
)
_BETWEEN_OF = text(
    f"{_STORED} WHERE patient_id = :patient_id AND id > :after_id AND id <= :to_id AND length(payload) > 0"
    " ORDER BY id LIMIT :limit"
)
_PATIENTS_BETWEEN = text(
    "SELECT patient_id, min(id) FROM reading WHERE id > :after_id AND id <= :to_id AND patient_id IS NOT NULL"
    " GROUP BY patient_id"
)


def _stored(session: Session, query: TextClause, **values: int) -> Iterator[StoredReading]:
    """Read rows as plain integers and bytes: every reading passes here, and the mapper would cost the most."""
    rows = session.connection().execute(query, values)
    for row_id, hub_id, patient_id, received_us, graded_us, clock_doubt, payload in rows:
        reading = decode(payload, from_microseconds(received_us))
        if isinstance(reading, Rejected):
            raise TypeError(f"reading {row_id} was stored and can no longer be read: {reading.reason}")
        yield StoredReading(
            id=row_id,
            hub_id=hub_id,
            patient_id=patient_id,
            reading=reading,
            graded_at=from_microseconds(graded_us),
            clock_doubt=clock_doubt,
        )


def _hub(session: Session, name: str) -> HubRow:
    row = session.exec(select(HubRow).where(HubRow.name == name)).first()
    if row is None:
        raise HubError(f"there is no hub {name!r}; add it first")
    return row


def _hub_value(
    hub: HubRow, assignment: AssignmentRow | None, patient: PatientRow | None, state: HubStateRow | None
) -> Hub:
    return Hub(
        name=HubName(hub.name),
        disabled=hub.disabled,
        patient_id=None if patient is None else _patient_id(patient),
        patient_code=None if patient is None else PatientCode(patient.code),
        assigned_from=None if assignment is None else assignment.from_at,
        online=None if state is None else state.online,
        state_at=None if state is None else state.at,
        battery_pct=None if state is None else state.battery_pct,
        software=None if state is None else state.software,
    )


def _row_id(row: HubRow | PatientRow | QuarantineRow) -> int:
    if row.id is None:
        raise TypeError("a row from the database has an id")
    return row.id


def _patient_id(row: PatientRow) -> PatientId:
    return PatientId(_row_id(row))
