"""Stores a reading that came by another way than a hub: a caregiver's text. It takes the same path from there on."""

from datetime import datetime

from sqlmodel import Session

from gateway.audit import append, writing_chain
from gateway.audit_rows import READINGS
from gateway.native import decode
from gateway.postgresql import Turn, take_turn
from gateway.reading import PatientId, Rejected
from gateway.tables import ReadingRow

TEXT_HUB_ID = 0
"""The hub id of readings that no hub sent; real hubs count from 1."""


def store_entered(session: Session, patient_id: PatientId, payload: bytes, received_at: datetime) -> int:
    """Store one native JSON reading of a patient, measured when it was received; return its id.

    Raises
    ------
    ValueError
        When the payload is not a reading: the caller wrote it, so that is a mistake in this program.
    """
    if isinstance(reading := decode(payload, received_at), Rejected):
        raise ValueError(  # noqa: TRY004 - the payload is wrong, not its type
            f"an entered reading must be readable: {reading.reason}"
        )
    row = ReadingRow(
        hub_id=TEXT_HUB_ID,
        patient_id=patient_id,
        boot=None,
        seq=None,
        measured_at=reading.measured_at,
        received_at=received_at,
        graded_at=reading.measured_at,
        clock_doubt=None,
        kind="text",
        payload=payload,
    )
    take_turn(session.connection(), (Turn.READINGS,))
    session.add(row)
    session.flush()
    if row.id is None:
        raise TypeError("a row that was written has an id")
    append(
        session.connection(), writing_chain(), received_at, [READINGS.entry_of("reading", row, patient_id=patient_id)]
    )
    return row.id
