"""Judges the rows of one chain by their hashes alone: altered, missing, reordered, replaced. Values in, values out."""

from dataclasses import dataclass
from typing import Literal

from gateway.audit_seal import NOTHING, row_hash

Fault = Literal[
    "altered",
    "missing",
    "reordered",
    "replaced",
    "truncated",
    "unlogged",
    "key missing",
    "anchor unknown",
    "unreadable",
]
MOVED_AT_MOST = 1_000
"""How many places a row is looked for up and down before it counts as altered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: `where` is `CHAIN NUMBER` for a row of the log, else its subject."""

    fault: Fault
    where: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the log as it stands; `at_us` is microseconds since 1970."""

    chain: str
    number: int
    at_us: int
    body: bytes
    previous_hash: bytes
    hash: bytes

    @property
    def place(self) -> str:
        """Return how findings call it."""
        return f"{self.chain} {self.number}"

    def fits(self, number: int) -> bool:
        """Return whether its hash is that of a row of this number."""
        return row_hash(self.previous_hash, self.chain, number, self.at_us, self.body) == self.hash


def judge(row: Row, before: Row | None) -> Finding | None:
    """Return what is wrong with a row, given the one that stands before it (None: the row is the first).

    A fault is told once: the rows after it are judged by what they say themselves.
    """
    expected, previous_hash = (1, NOTHING) if before is None else (before.number + 1, before.hash)
    if not row.fits(row.number):
        return _misplaced(row) or Finding(
            fault="altered",
            where=row.place,
            sentence="this row of the log is not what was written: its hash is another",
        )
    if row.number != expected:
        gone = str(expected) if row.number == expected + 1 else f"{expected} to {row.number - 1}"
        return Finding(fault="missing", where=f"{row.chain} {gone}", sentence="missing in the log")
    if row.previous_hash != previous_hash:
        replaced = "the beginning" if before is None else before.place
        return Finding(
            fault="replaced", where=replaced, sentence=f"replaced: {row.place} was written after another row than this"
        )
    return None


def _misplaced(row: Row) -> Finding | None:
    for distance in range(1, MOVED_AT_MOST):
        for number in (row.number - distance, row.number + distance):
            if number > 0 and row.fits(number):
                sentence = f"reordered: what stands here was written as {row.chain} {number}"
                return Finding(fault="reordered", where=row.place, sentence=sentence)
    return None
