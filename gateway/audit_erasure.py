"""Erases what was sealed of a patient: payloads and key go, the log stays whole and tells who did it and why."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, column, table, text, update

from gateway.audit import Entry, append, claim, head, writing_chain
from gateway.audit_rows import GATEWAY_TABLES, SealedTable
from gateway.audit_seal import WRITING
from gateway.database import to_microseconds
from gateway.reading import PatientId

_FORGET_KEY = text("DELETE FROM audit_key WHERE patient_id = :patient_id")
_FORGET_PAYLOADS = text("DELETE FROM audit_payload WHERE patient_id = :patient_id")
_ERASED = text("INSERT INTO audit_erasure (patient_id, at, chain, number) VALUES (:patient_id, :at, :chain, :number)")


def erase_patient(connection: Connection, patient_id: PatientId, *, by: str, why: str, now: datetime) -> int:
    """Erase what the gateway keeps of a patient, with the key of the digests; return how many rows were blanked.

    Ids, times and counts stay. Call it in a writing transaction that has every turn, after the other parts erased
    what is theirs: with the key gone nothing of the patient that was sealed before can be checked any more.

    Parameters
    ----------
    by, why
        Stay in the log for ever: a name of staff and a reason without identity of the patient.
    """
    for chain in WRITING:  # nobody may seal under the old key meanwhile
        claim(connection, chain)
    blanked = sum(blank_rows(connection, sealed, patient_id) for sealed in GATEWAY_TABLES if sealed.blank)
    own = writing_chain()
    number = head(connection, own)[0] + 1
    until = {chain: number if chain == own else head(connection, chain)[0] for chain in WRITING}
    entries = [Entry("erasure", f"patient:{patient_id}", msgspec.json.encode({"why": why}), actor=by)]
    entries += [
        Entry("erasure", f"until:{patient_id}:{chain}:{last}", b"", actor=by, kept=False)
        for chain, last in until.items()
    ]
    append(connection, own, now, entries)
    connection.execute(_FORGET_PAYLOADS, {"patient_id": patient_id})
    connection.execute(_FORGET_KEY, {"patient_id": patient_id})
    erased = {"patient_id": patient_id, "at": to_microseconds(now), "chain": own, "number": number}
    connection.execute(_ERASED, erased)
    return blanked


def blank_rows(
    connection: Connection, sealed: SealedTable, patient_id: PatientId, *, ids: Sequence[int] | None = None
) -> int:
    """Blank a patient's rows of a sealed table, or those with `ids` where it names no patient; return how many."""
    of = table(sealed.name, column("id"), column("patient_id"), *map(column, sealed.blank))
    whose = of.c.patient_id == patient_id if ids is None else of.c.id.in_(ids)
    return connection.execute(update(of).where(whose).values(dict(sealed.blank))).rowcount
