"""Verifies the audit log: every chain row by row, every digest against what the tables hold now, every anchor.

Reads one consistent moment page by page, so that it may run beside a working system and needs the memory of a page.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import Connection, bindparam, text

from gateway.audit_chain import Finding, Row, judge
from gateway.audit_rows import SealedTable
from gateway.audit_seal import WRITING, Chain, Sealed, read_body
from gateway.audit_subjects import Stated, Subjects

PAGE_ROWS = 64
ENTRIES_AT_ONCE = 1_000
FINDINGS_KEPT = 1_000

_COUNT = text("SELECT count(*) FROM audit")
_PAGE = text(
    "SELECT number, at, body, previous_hash, hash FROM audit WHERE chain = :chain AND number > :after"
    " ORDER BY number LIMIT :at_most"
)
_HASHES = text("SELECT number, hash FROM audit WHERE chain = :chain AND number IN :numbers").bindparams(
    bindparam("numbers", expanding=True)
)
_HEADS = text("SELECT chain, max(number) AS number FROM audit GROUP BY chain")
_ANCHOR = text("SELECT number FROM audit WHERE chain = 'anchor' AND hash = :hash")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirror:
    """A table that must agree with a sealed one: `query` gives the ids of rows that do not."""

    name: str
    query: str
    sentence: str


@dataclass(slots=True, kw_only=True)
class Verified:
    """What came of it. `findings` holds the first thousand of `faults`."""

    rows: dict[str, int] = field(default_factory=dict)
    entries: int = 0
    erased: int = 0
    before: int = 0
    anchors: int = 0
    newest_anchor: str | None = None
    faults: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.faults == 0

    def found(self, finding: Finding) -> None:
        """Note one thing that is wrong."""
        self.faults += 1
        if len(self.findings) < FINDINGS_KEPT:
            self.findings.append(finding)


def verify(
    connection: Connection,
    tables: Sequence[SealedTable],
    *,
    mirrors: Sequence[Mirror] = (),
    anchor: bytes | None = None,
    patient_id: int | None = None,
    progress: Progress | None = None,
) -> Verified:
    """Check everything that the log states and everything that it should.

    Parameters
    ----------
    connection
        A reading transaction that sees one moment.
    tables
        Every sealed table of every part.
    anchor
        The hash of an anchor that somebody outside remembers; it must be in the log.
    patient_id
        Check payloads of this patient only; the chains are always checked whole.
    progress
        Told how many rows of the log of how many are done.
    """
    verified = Verified()
    subjects = Subjects(connection, tables, patient_id)
    total, done = connection.execute(_COUNT).scalar_one(), 0
    for chain in WRITING:
        pending: list[Stated] = []
        for row, entries in _sound_rows(connection, chain, verified):
            done += 1
            pending += [Stated(chain, row.number, i, entry) for i, entry in enumerate(entries)]
            if len(pending) >= ENTRIES_AT_ONCE:
                subjects.check(pending, verified)
                pending = []
                if progress is not None:
                    progress(done, total)
        subjects.check(pending, verified)
    _check_anchors(connection, verified)
    if anchor is not None and connection.execute(_ANCHOR, {"hash": anchor}).first() is None:
        sentence = "this anchor is not in the log: the log was rewritten or shortened since"
        verified.found(Finding(fault="anchor unknown", where=anchor.hex(), sentence=sentence))
    subjects.check_unlogged(verified)
    for mirror in mirrors:
        for row_id in connection.execute(text(mirror.query)).scalars():
            verified.found(Finding(fault="altered", where=f"{mirror.name}:{row_id}", sentence=mirror.sentence))
    return verified


def _sound_rows(connection: Connection, chain: Chain, verified: Verified) -> Iterator[tuple[Row, Sequence[Sealed]]]:
    """Give the rows of a chain with their entries, and note what is wrong with them."""
    before: Row | None = None
    verified.rows[chain] = 0
    for row in rows_of(connection, chain):
        verified.rows[chain] += 1
        finding = judge(row, before)
        if finding is not None:
            verified.found(finding)
        before = row
        try:
            entries = read_body(row.body)
        except msgspec.MsgspecError:
            verified.found(
                Finding(fault="unreadable", where=row.place, sentence="the body of this row is no list of entries")
            )
            continue
        verified.entries += len(entries)
        yield row, entries


def rows_of(connection: Connection, chain: str, after: int = 0) -> Iterator[Row]:
    """Give the rows of a chain in order, page by page."""
    while page := connection.execute(_PAGE, {"chain": chain, "after": after, "at_most": PAGE_ROWS}).all():
        for number, at_us, body, previous_hash, own_hash in page:
            yield Row(chain, number, at_us, bytes(body), bytes(previous_hash), bytes(own_hash))
        after = page[-1].number


def _check_anchors(connection: Connection, verified: Verified) -> None:
    """Check the chain of anchors, and that every row an anchor remembers is still there and the same."""
    heads: Mapping[str, int] = {row.chain: row.number for row in connection.execute(_HEADS)}
    remembered: dict[str, dict[int, tuple[bytes, str]]] = {}
    for row, entries in _sound_rows(connection, "anchor", verified):
        verified.anchors += 1
        verified.newest_anchor = row.hash.hex()
        for entry in entries:
            chain, _, number = entry.subject.rpartition(":")
            if number.isdecimal() and int(number) > 0:
                remembered.setdefault(chain, {}).setdefault(int(number), (entry.digest, row.place))
        for chain, rows in remembered.items():
            if len(rows) >= ENTRIES_AT_ONCE:
                _check_remembered(connection, chain, rows, heads, verified)
                rows.clear()
    for chain, rows in remembered.items():
        _check_remembered(connection, chain, rows, heads, verified)


def _check_remembered(
    connection: Connection,
    chain: str,
    rows: Mapping[int, tuple[bytes, str]],
    heads: Mapping[str, int],
    verified: Verified,
) -> None:
    found = connection.execute(_HASHES, {"chain": chain, "numbers": list(rows)}) if rows else ()
    hashes = {row.number: bytes(row.hash) for row in found}
    for number, (remembered, place) in rows.items():
        if number > heads.get(chain, 0):
            sentence = f"the chain ends at {heads.get(chain, 0)}, but {place} saw {number}: its end was cut off"
            verified.found(Finding(fault="truncated", where=f"{chain} {number}", sentence=sentence))
        elif number in hashes and hashes[number] != remembered:
            sentence = f"{place} remembers another row under this number: the chain was rewritten"
            verified.found(Finding(fault="replaced", where=f"{chain} {number}", sentence=sentence))
