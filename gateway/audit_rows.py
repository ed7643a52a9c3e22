"""Which rows of which tables are payloads of the audit log: what is sealed of them, and what an erasure leaves.

A row that is sealed never changes but by an erasure. The columns stand in the order in which they are hashed: append
to a list of columns and old digests no longer fit; a table that grows gets a second list under another name.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gateway.audit_seal import Entry, Kind, pack
from gateway.database import to_microseconds


class SealedTable(msgspec.Struct, frozen=True, kw_only=True):
    """A table whose rows are sealed one by one, under the subject `name:id`.

    Parameters
    ----------
    columns
        What is sealed, in order.
    blank
        What an erasure writes into which columns.
    awaited
        An SQL condition of rows that are not sealed yet; none by default.
    whole
        Whether every row must be in the log.
    told
        The columns by which `stepguard audit show` tells what a row is about.
    """

    name: str
    columns: tuple[str, ...]
    blank: Mapping[str, str | bytes | None]
    awaited: str = ""
    whole: bool = True
    told: tuple[str, ...] = ()

    def subject(self, row_id: int) -> str:
        """Return the name of a row in the log."""
        return f"{self.name}:{row_id}"

    def entry(
        self,
        kind: Kind,
        row_id: int,
        values: Sequence[object],
        *,
        patient_id: int | None = None,
        actor: str | None = None,
    ) -> Entry:
        """Return the entry that seals a row just written; `values` in the order of `columns`."""
        return Entry(kind, f"{self.name}:{row_id}", spell(values), patient_id, actor, kept=False)

    def entry_of(self, kind: Kind, row: Any, *, patient_id: int | None = None, actor: str | None = None) -> Entry:
        """Return the entry that seals a row of the mapper's, which has its id."""
        values = [getattr(row, column) for column in self.columns]
        return self.entry(kind, row.id, values, patient_id=patient_id, actor=actor)


def spell(values: Sequence[object]) -> bytes:
    """Return the bytes that are sealed of a row, the same whichever database and driver gave it."""
    return pack(tuple(map(_plain, values)))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return to_microseconds(value)
    if isinstance(value, bool):
        return int(value)
    return bytes(value) if isinstance(value, memoryview) else value


PATIENTS = SealedTable(name="patient", columns=("code",), blank={}, whole=False)
READINGS = SealedTable(
    name="reading",
    columns=(
        "hub_id",
        "patient_id",
        "boot",
        "seq",
        "measured_at",
        "received_at",
        "graded_at",
        "clock_doubt",
        "kind",
        "payload",
    ),
    blank={"payload": b""},
    told=("kind", "boot", "seq"),
)
QUARANTINE = SealedTable(
    name="quarantine",
    columns=("hub_name", "patient_id", "topic", "received_at", "reason", "payload"),
    blank={"payload": b"", "reason": "erased"},
    told=("hub_name", "reason"),
)
GATEWAY_TABLES = (PATIENTS, READINGS, QUARANTINE)
