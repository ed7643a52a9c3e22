"""Appends to the audit log inside the transaction whose deeds it records: both are on disk, or neither.

Each writing part has a chain of its own, so that parts never wait for each other. One call makes one row, whatever
the number of entries: a group of a thousand readings costs one insert.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Connection, bindparam, text

from gateway.audit_seal import KEY_BYTES, NOBODY, NOTHING, Chain, Entry, Kind, row_hash, write_body
from gateway.audit_tables import AuditPayloadRow
from gateway.bulk import insert_rows
from gateway.database import to_microseconds

__all__ = ["Chain", "Entry", "Keys", "Kind", "append", "claim", "draw_ids", "head", "writing_as", "writing_chain"]

_HEAD = text("SELECT number, hash FROM audit WHERE chain = :chain ORDER BY number DESC LIMIT 1")
_INSERT = text(
    "INSERT INTO audit (chain, number, at, body, previous_hash, hash)"
    " VALUES (:chain, :number, :at, :body, :previous_hash, :hash)"
)
_KEYS = text("SELECT patient_id, key FROM audit_key WHERE patient_id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
_NEW_KEY = text(
    "INSERT INTO audit_key (patient_id, key) VALUES (:patient_id, :key) ON CONFLICT (patient_id) DO NOTHING"
)
_ERASURES = text("SELECT max(id) FROM audit_erasure")
_LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
_PAYLOAD_COLUMNS = ("chain", "number", "position", "patient_id", "payload")
_KEYS_AT_ONCE = 500

_writing: ContextVar[Chain] = ContextVar("writing chain", default="people")


def writing_as(chain: Chain) -> None:
    """Say which part the present task is: what it does from here on goes to this chain. People by default."""
    _writing.set(chain)


def writing_chain() -> Chain:
    """Return the chain of the part that is running, for code that serves several parts."""
    return _writing.get()


class Keys:
    """Patients' keys as remembered by one writer, so that it need not read them for every group.

    Used by one transaction at a time. `adopt` after a commit keeps what was read or made; `forget` after a
    transaction failed. Keys that an erasure in another process removed are noticed inside the transaction.
    """

    def __init__(self) -> None:
        self._known: dict[int, bytes] = {}
        self._staged: dict[int, bytes] = {}
        self._erasures = 0

    def of(self, connection: Connection, patient_ids: Iterable[int | None]) -> dict[int, bytes]:
        """Return the key of each patient, made where there is none; None counts as nobody."""
        erasures: int = connection.execute(_ERASURES).scalar() or 0
        if erasures != self._erasures:
            self._known.clear()
            self._staged.clear()
            self._erasures = erasures
        wanted = {NOBODY if patient_id is None else patient_id for patient_id in patient_ids}
        missing = sorted(wanted - self._known.keys() - self._staged.keys())
        for at in range(0, len(missing), _KEYS_AT_ONCE):
            self._stage(connection, missing[at : at + _KEYS_AT_ONCE])
        return {one: self._known.get(one) or self._staged[one] for one in wanted}

    def adopt(self) -> None:
        """Remember what the committed transaction read or made."""
        self._known.update(self._staged)
        self._staged.clear()

    def forget(self) -> None:
        """Drop what a transaction that did not commit may have made."""
        self._staged.clear()

    def _stage(self, connection: Connection, patient_ids: Sequence[int]) -> None:
        found = _read_keys(connection, patient_ids)
        new = [one for one in patient_ids if one not in found]
        if new:
            connection.execute(_NEW_KEY, [{"patient_id": one, "key": secrets.token_bytes(KEY_BYTES)} for one in new])
            found |= _read_keys(connection, new)  # another part may have made one a moment ago: its key counts
        self._staged.update(found)


def append(
    connection: Connection, chain: Chain, at: datetime, entries: Sequence[Entry], *, keys: Keys | None = None
) -> None:
    """Seal what this transaction does as one row of `chain`. Call it INSIDE the writing transaction.

    Nothing is appended when there are no entries. From a session: `append(session.connection(), "people", now,
    [Entry("change", "user:ada", b'{"role": "nurse"}', actor="bob")])`.

    Parameters
    ----------
    chain
        The writing part: "people" for what people do at the console or on the command line. A transaction writes to
        one chain only.
    at
        Now, by the part's clock.
    entries
        What happened; see `Entry`. No identity and no clinical detail in subject or actor: they can never be erased.
        Details belong into the payload, which can.
    keys
        The writer's remembered keys; read anew when left out.

    Raises
    ------
    sqlalchemy.exc.SQLAlchemyError
        When the database cannot take it; the transaction must fail with it.
    """
    if not entries:
        return
    claim(connection, chain)
    key_of = (keys or Keys()).of(connection, {entry.patient_id for entry in entries})
    body = write_body([entry.sealed(key_of[entry.patient_id or NOBODY]) for entry in entries])
    number = write_row(connection, chain, at, body)
    kept = [(chain, number, i, one.patient_id, one.payload) for i, one in enumerate(entries) if one.kept]
    insert_rows(connection, str(AuditPayloadRow.__tablename__), _PAYLOAD_COLUMNS, kept)


def write_row(connection: Connection, chain: Chain, at: datetime, body: bytes) -> int:
    """Add a row with this body to a claimed chain; return its number."""
    number, previous_hash = head(connection, chain)
    number += 1
    at_us = to_microseconds(at)
    connection.execute(
        _INSERT,
        {
            "chain": chain,
            "number": number,
            "at": at_us,
            "body": body,
            "previous_hash": previous_hash,
            "hash": row_hash(previous_hash, chain, number, at_us, body),
        },
    )
    return number


def head(connection: Connection, chain: Chain) -> tuple[int, bytes]:
    """Return number and hash of the newest row of a chain; 0 and zeros when it is empty."""
    row = connection.execute(_HEAD, {"chain": chain}).one_or_none()
    return (0, NOTHING) if row is None else (row.number, row.hash)


def claim(connection: Connection, chain: Chain) -> None:
    """Wait for the turn to write to `chain` and keep it until the transaction ends; `append` does so by itself.

    On PostgreSQL a writer takes the turns of its tables (`gateway.postgresql.Turn`) before it claims a chain, so that
    nobody waits in a circle. On SQLite writers take turns anyway and nothing is done.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"lock": _lock_number(chain)})


def draw_ids(connection: Connection, table: str, count: int) -> Sequence[int]:
    """Return the ids of the next `count` rows of `table`, ascending; the caller has the turn to insert them."""
    if connection.dialect.name == "postgresql":
        drawn = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return sorted(connection.execute(drawn, {"name": table, "count": count}).scalars())
    last: int = connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar() or 0  # noqa: S608 - our own name
    return range(last + 1, last + 1 + count)


def _read_keys(connection: Connection, patient_ids: Sequence[int]) -> dict[int, bytes]:
    return {row.patient_id: row.key for row in connection.execute(_KEYS, {"ids": list(patient_ids)})}


@lru_cache
def _lock_number(chain: Chain) -> int:
    """Return the 64-bit number under which PostgreSQL knows the turn to write to a chain."""
    digested = hashlib.blake2b(f"stepguard audit {chain}".encode(), digest_size=8).digest()
    return int.from_bytes(digested, "big", signed=True)
