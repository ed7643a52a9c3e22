"""Reads the audit log for people: who did what to what, when, in the order of time."""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, column, select, table, text

from gateway.audit_chain import Row
from gateway.audit_rows import SealedTable
from gateway.audit_seal import WRITING, Sealed, read_body
from gateway.audit_verify import rows_of
from gateway.database import from_microseconds, to_microseconds

LINES_AT_ONCE = 500

_CODES = text("SELECT id, code FROM patient")
_FIRST_SINCE = text("SELECT min(number) FROM audit WHERE chain = :chain AND at >= :since")
_LAST = text("SELECT max(number) FROM audit WHERE chain = :chain")
_PAYLOAD = text("SELECT payload FROM audit_payload WHERE chain = :chain AND number = :number AND position = :position")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry of the log. `patient` is the opaque code; `detail` is empty where nothing more is kept."""

    at: datetime
    chain: str
    number: int
    kind: str
    subject: str
    patient: str | None
    actor: str | None
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Found:
    row: Row
    position: int
    entry: Sealed


def lines(
    connection: Connection,
    tables: Sequence[SealedTable],
    *,
    patient_id: int | None = None,
    kind: str | None = None,
    since: datetime | None = None,
) -> Iterator[Line]:
    """Give the entries about a patient, of a kind, since an instant; all of them by default, oldest first.

    A row that cannot be read is left out here and named by `gateway.audit_verify`.
    """
    rows = heapq.merge(
        *(rows_of(connection, chain, _before(connection, chain, since)) for chain in WRITING),
        key=lambda row: row.at_us,
    )
    wanted = (
        found
        for row in rows
        if since is None or from_microseconds(row.at_us) >= since
        for found in _entries(row)
        if (patient_id is None or _is_about(found.entry, patient_id)) and (kind is None or found.entry.kind == kind)
    )
    codes = {row.id: row.code for row in connection.execute(_CODES)}
    by_name = {one.name: one for one in tables}
    while some := list(islice(wanted, LINES_AT_ONCE)):
        told = _told(connection, by_name, some)
        for found in some:
            yield Line(
                at=from_microseconds(found.row.at_us),
                chain=found.row.chain,
                number=found.row.number,
                kind=found.entry.kind,
                subject=found.entry.subject,
                patient=codes.get(found.entry.patient_id or 0),
                actor=found.entry.actor,
                detail=_kept(connection, found) if found.entry.kept else told.get(found.entry.subject, {}),
            )


def _before(connection: Connection, chain: str, since: datetime | None) -> int:
    """Return after which row to begin: all rows up to it are older than `since`."""
    if since is None:
        return 0
    first = connection.execute(_FIRST_SINCE, {"chain": chain, "since": to_microseconds(since)}).scalar()
    last = connection.execute(_LAST, {"chain": chain}).scalar() or 0
    return last if first is None else int(first) - 1


def _entries(row: Row) -> Iterator[_Found]:
    try:
        entries = read_body(row.body)
    except msgspec.MsgspecError:
        return
    for position, entry in enumerate(entries):
        if not entry.subject.startswith("until:"):
            yield _Found(row, position, entry)


def _is_about(entry: Sealed, patient_id: int) -> bool:
    return entry.patient_id == patient_id or entry.subject == f"patient:{patient_id}"


def _kept(connection: Connection, found: _Found) -> Mapping[str, Any]:
    where = {"chain": found.row.chain, "number": found.row.number, "position": found.position}
    payload = connection.execute(_PAYLOAD, where).scalar()
    if payload is None:
        return {"payload": "gone"}
    try:
        detail = msgspec.json.decode(bytes(payload))
    except msgspec.MsgspecError:
        return {"bytes": len(bytes(payload))}
    return detail if isinstance(detail, dict) else {"value": detail}


def _told(
    connection: Connection, tables: Mapping[str, SealedTable], some: Sequence[_Found]
) -> dict[str, Mapping[str, Any]]:
    """Return by subject what the sealed rows themselves tell."""
    ids: dict[str, list[int]] = defaultdict(list)
    for found in some:
        name, _, number = found.entry.subject.rpartition(":")
        if not found.entry.kept and name in tables and tables[name].told and number.isdecimal():
            ids[name].append(int(number))
    told: dict[str, Mapping[str, Any]] = {}
    for name, wanted in ids.items():
        columns = tables[name].told
        of = table(name, column("id"), *map(column, columns))
        query = select(of.c.id, *(of.c[one] for one in columns)).where(of.c.id.in_(wanted))
        for row_id, *values in connection.execute(query):
            shown = {one: value for one, value in zip(columns, values, strict=True) if value not in {None, ""}}
            told[f"{name}:{row_id}"] = shown
    return told
