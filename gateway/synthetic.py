"""Synthetic patients: nobody is one. A watchdog sends readings for them and waits for the pages they cause.

The mark is made once, together with patient, hub and assignment, and there is no way to put it on a patient who
exists. It hides a patient from the board and from the ladder, so it counts only while nothing contradicts it: where
another hub ever stood in that home, the patient is taken for a real one (docs/decisions/0028-a-synthetic-patient.md).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from gateway.reading import HubName, PatientCode, PatientId
from gateway.store import HubError, add_hub, assign, ensure_patient
from gateway.synthetic_mark import UNCONTRADICTED
from gateway.tables import HubRow, HubStateRow, PatientRow, ReadingRow, SyntheticRow

CODE_PREFIX = "SYNTHETIC-"
"""Begins the code of every synthetic patient, so that whoever meets one in a log knows what it is."""
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """One synthetic patient. Its pages go to `number`, the telephone of its watchdog, and to nobody else."""

    patient_id: PatientId
    code: PatientCode
    hub: HubName
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchdogSeen:
    """What was heard of one watchdog, by its hub.

    `online` is what it last said, or its will said for it; None while it never did. `reading_at` and `measured_at` are
    reception and measurement of its newest reading, None while there is none.
    """

    hub: HubName
    since: datetime
    online: bool | None
    state_at: datetime | None
    reading_at: datetime | None
    measured_at: datetime | None


def add_synthetic(session: Session, hub: HubName | str, number: str, now: datetime) -> str:
    """Make a watchdog's hub and its synthetic patient; return the hub's password, shown this once and never kept.

    Raises
    ------
    HubError
        When the hub's name cannot be used, or the number is none.
    """
    if not E164.fullmatch(number):
        raise HubError(f"number {number!r}: write the watchdog's own telephone as +12025550112")
    code = f"{CODE_PREFIX}{hub}"
    if session.exec(select(PatientRow).where(PatientRow.code == code)).first() is not None:
        raise HubError(f"hub {hub!r}: there is a patient {code!r} already; choose another name for the hub")
    password = add_hub(session, hub)
    patient_id = ensure_patient(session, code)
    assign(session, hub, code, now)
    hub_id = session.exec(select(HubRow.id).where(HubRow.name == hub)).one()
    if hub_id is None:
        raise TypeError("a row from the database has an id")
    session.add(SyntheticRow(patient_id=patient_id, hub_id=hub_id, number=number, created_at=now))
    session.flush()
    return password


def synthetic_patients(session: Session) -> Mapping[PatientId, Synthetic]:
    """Return the synthetic patients; one whose mark is contradicted is none."""
    rows = session.exec(
        select(SyntheticRow, PatientRow.code, HubRow.name)
        .join(PatientRow, col(PatientRow.id) == SyntheticRow.patient_id)
        .join(HubRow, col(HubRow.id) == SyntheticRow.hub_id)
        .where(UNCONTRADICTED)
    )
    return {
        PatientId(row.patient_id): Synthetic(
            patient_id=PatientId(row.patient_id), code=PatientCode(code), hub=HubName(hub), number=row.number
        )
        for row, code, hub in rows
    }


def refuse_synthetic(session: Session, code: str) -> None:
    """Refuse to take a synthetic patient for somebody.

    Raises
    ------
    HubError
        When `code` is that of a synthetic patient.
    """
    marked = session.exec(
        select(SyntheticRow.patient_id)
        .join(PatientRow, col(PatientRow.id) == SyntheticRow.patient_id)
        .where(PatientRow.code == code)
    ).first()
    if marked is not None:
        raise HubError(f"{code!r} is the synthetic patient of a watchdog and nobody; choose another code")


def watchdogs(session: Session) -> list[WatchdogSeen]:
    """Return what was heard of each watchdog that may connect, by its hub's name."""
    rows = session.exec(
        select(SyntheticRow, HubRow.name, HubStateRow)
        .join(HubRow, col(HubRow.id) == SyntheticRow.hub_id)
        .join(HubStateRow, col(HubStateRow.hub_id) == SyntheticRow.hub_id, isouter=True)
        .where(col(HubRow.disabled).is_(False))
        .order_by(HubRow.name)
    ).all()
    return [_seen(session, *row) for row in rows]


def _seen(session: Session, row: SyntheticRow, hub: str, state: HubStateRow | None) -> WatchdogSeen:
    newest = session.exec(
        select(ReadingRow.received_at, ReadingRow.measured_at)
        .where(ReadingRow.patient_id == row.patient_id)
        .order_by(col(ReadingRow.id).desc())
        .limit(1)
    ).first()
    return WatchdogSeen(
        hub=HubName(hub),
        since=row.created_at,
        online=None if state is None else state.online,
        state_at=None if state is None else state.at,
        reading_at=None if newest is None else newest[0],
        measured_at=None if newest is None else newest[1],
    )
