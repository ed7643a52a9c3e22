"""Compares what the log states with what the tables hold: the digest of every payload, and rows nobody logged."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection, column, select, table, text

from gateway.audit_chain import Fault, Finding
from gateway.audit_ranges import Ranges
from gateway.audit_rows import SealedTable, spell
from gateway.audit_seal import NOBODY, Sealed, digest, read_body

IDS_AT_ONCE = 500
IDS_PER_PAGE = 10_000

_KEYS = text("SELECT patient_id, key FROM audit_key")
_ERASURES = text(
    "SELECT audit_erasure.patient_id, audit.body FROM audit_erasure JOIN audit"
    " ON audit.chain = audit_erasure.chain AND audit.number = audit_erasure.number ORDER BY audit_erasure.id"
)
_PAYLOADS = text(
    "SELECT number, position, payload FROM audit_payload WHERE chain = :chain AND number BETWEEN :first AND :last"
)


class Stated(NamedTuple):
    """One entry and where it stands."""

    chain: str
    number: int
    position: int
    entry: Sealed


class Verdicts(Protocol):
    """Where findings and counts go."""

    erased: int
    before: int

    def found(self, finding: Finding) -> None:
        """Note one thing that is wrong."""
        ...


class Subjects:
    """The tables behind the log, read in the same moment as the log."""

    def __init__(self, connection: Connection, tables: Sequence[SealedTable], patient_id: int | None) -> None:
        self._connection = connection
        self._tables = {one.name: one for one in tables}
        self._patient_id = patient_id
        self._keys = {row.patient_id: bytes(row.key) for row in connection.execute(_KEYS)}
        self._erased = _erased_until(connection)
        self._logged: dict[str, Ranges] = {name: Ranges() for name in self._tables}
        self._before: dict[str, int] = {}

    def check(self, stated: Sequence[Stated], verdicts: Verdicts) -> None:
        """Check some entries of one chain, which ascend."""
        if not stated:
            return
        kept = self._payloads(stated)
        by_table: dict[str, list[tuple[int, Stated]]] = defaultdict(list)
        for one in stated:
            entry = one.entry
            if entry.kept:
                payload = kept.pop((one.number, one.position), None)
                if self._wanted(entry):
                    self._check_kept(one, payload, verdicts)
                continue
            name, _, number = entry.subject.rpartition(":")
            if name.startswith("before:"):
                self._before[name.removeprefix("before:")] = int(number)
            elif name in self._tables and number.isdecimal():
                by_table[name].append((int(number), one))
            elif entry.kind != "erasure":
                _tell(verdicts, "unreadable", f"{one.chain} {one.number}", f"nothing is known of {entry.subject}")
        for row_number, position in kept:
            where = f"{stated[0].chain} {row_number}"
            _tell(verdicts, "unlogged", where, f"a payload stands at position {position} that the log does not state")
        for name, wanted in by_table.items():
            self._logged[name].add(row_id for row_id, _ in wanted)
            self._check_rows(self._tables[name], [one for one in wanted if self._wanted(one[1].entry)], verdicts)

    def check_unlogged(self, verdicts: Verdicts) -> None:
        """Note rows that stand in a sealed table and not in the log."""
        for name, sealed in self._tables.items():
            if not sealed.whole or (self._patient_id is not None and "patient_id" not in sealed.columns):
                continue
            before = self._before.get(name, 0)
            verdicts.before += before
            for row_id in self._logged[name].missing(self._ids(sealed, before)):
                _tell(verdicts, "unlogged", f"{name}:{row_id}", "this row was put in behind the log")

    def _wanted(self, entry: Sealed) -> bool:
        return self._patient_id is None or entry.patient_id == self._patient_id

    def _payloads(self, stated: Sequence[Stated]) -> dict[tuple[int, int], bytes]:
        span = {"chain": stated[0].chain, "first": stated[0].number, "last": stated[-1].number}
        return {(row.number, row.position): bytes(row.payload) for row in self._connection.execute(_PAYLOADS, span)}

    def _check_kept(self, one: Stated, payload: bytes | None, verdicts: Verdicts) -> None:
        where = f"{one.entry.subject} ({one.chain} {one.number})"
        if payload is None:
            if self._is_erased(one):
                verdicts.erased += 1
            else:
                _tell(verdicts, "missing", where, "the payload of this entry is gone and no erasure says so")
        elif not self._fits(one, payload):
            _tell(verdicts, *self._misfit(one, where))

    def _check_rows(self, sealed: SealedTable, wanted: Sequence[tuple[int, Stated]], verdicts: Verdicts) -> None:
        for at in range(0, len(wanted), IDS_AT_ONCE):
            some = wanted[at : at + IDS_AT_ONCE]
            rows = self._rows(sealed, [row_id for row_id, _ in some])
            for row_id, one in some:
                row = rows.get(row_id)
                if row is None:
                    if self._is_erased(one):
                        verdicts.erased += 1
                    else:
                        _tell(verdicts, "missing", one.entry.subject, "this row is gone and no erasure says so")
                elif not self._fits(one, spell(row)):
                    self._check_blank(sealed, row, one, verdicts)

    def _check_blank(self, sealed: SealedTable, row: Sequence[Any], one: Stated, verdicts: Verdicts) -> None:
        if not self._is_erased(one):
            _tell(verdicts, *self._misfit(one, one.entry.subject))
            return
        values = dict(zip(sealed.columns, row, strict=True))
        filled = [name for name, blank in sealed.blank.items() if values[name] != blank]
        if filled:
            _tell(verdicts, "altered", one.entry.subject, f"this row was erased and filled again: {', '.join(filled)}")
        else:
            verdicts.erased += 1

    def _fits(self, one: Stated, payload: bytes) -> bool:
        key = self._keys.get(one.entry.patient_id or NOBODY)
        return key is not None and digest(key, one.entry.subject, payload) == one.entry.digest

    def _misfit(self, one: Stated, where: str) -> tuple[Fault, str, str]:
        if (one.entry.patient_id or NOBODY) not in self._keys:
            return "key missing", where, "the patient's key is gone and no erasure says so"
        return "altered", where, "not what was written: its digest is another"

    def _is_erased(self, one: Stated) -> bool:
        return one.number <= self._erased.get((one.entry.patient_id or NOBODY, one.chain), 0)

    def _rows(self, sealed: SealedTable, ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
        of = table(sealed.name, column("id"), *map(column, sealed.columns))
        query = select(of.c.id, *(of.c[name] for name in sealed.columns)).where(of.c.id.in_(ids))
        return {row[0]: row[1:] for row in self._connection.execute(query)}

    def _ids(self, sealed: SealedTable, after: int) -> Iterator[int]:
        of = table(sealed.name, column("id"), column("patient_id"))
        query = select(of.c.id).order_by(of.c.id).limit(IDS_PER_PAGE)
        if sealed.awaited:
            query = query.where(text(f"NOT ({sealed.awaited})"))
        if self._patient_id is not None:
            query = query.where(of.c.patient_id == self._patient_id)
        while page := self._connection.execute(query.where(of.c.id > after)).scalars().all():
            yield from page
            after = page[-1]


def _erased_until(connection: Connection) -> dict[tuple[int, str], int]:
    """Return up to which row of each chain each erased patient's payloads may be gone."""
    until: dict[tuple[int, str], int] = {}
    for patient_id, body in connection.execute(_ERASURES):
        try:
            entries = read_body(bytes(body))
        except msgspec.MsgspecError:
            continue  # the row is noted as unreadable where its chain is walked
        for entry in entries:
            match entry.subject.split(":"):
                case ["until", whose, chain, number] if entry.kind == "erasure" and whose == str(patient_id):
                    until[patient_id, chain] = int(number)
    return until


def _tell(verdicts: Verdicts, fault: Fault, where: str, sentence: str) -> None:
    verdicts.found(Finding(fault=fault, where=where, sentence=sentence))
