"""Keeps which numbers of one boot of one hub have arrived: what is a duplicate, what is missing, what to confirm.

A hub counts up from any number and sends its oldest unconfirmed message first, so the first number that arrives is
taken as the start; lower ones that come later move the start down. Where earlier messages may have been lost on the
way, at a broker that had kept no session for us, numbers from 1 on count as missing until the hub was asked for them.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Marks:
    """The numbers seen: `first_seq` to `complete_to` without a hole, then the ranges `beyond` (inclusive, ascending).

    `anchor` is the lowest number whose clock was sound, with its time of measurement.
    """

    first_seq: int
    complete_to: int
    beyond: list[tuple[int, int]] = field(default_factory=list)
    anchor: tuple[int, datetime] | None = None

    @classmethod
    def start(cls, seq: int) -> "Marks":
        """Return the marks of a boot whose first message to arrive is `seq`."""
        return cls(first_seq=seq, complete_to=seq)

    @classmethod
    def start_in_doubt(cls, seq: int) -> "Marks":
        """Return the marks of a boot of which `seq` arrived first, and earlier numbers may have been lost."""
        return cls.start(seq) if seq <= 1 else cls(first_seq=1, complete_to=0, beyond=[(seq, seq)])

    @property
    def start_is_doubtful(self) -> bool:
        """Return whether nothing arrived yet of the numbers that may have been lost."""
        return self.complete_to < self.first_seq

    def accept_start(self) -> None:
        """Take the lowest number that arrived as the start: the hub was asked for lower ones and has none."""
        if self.start_is_doubtful:
            (self.first_seq, self.complete_to), *self.beyond = self.beyond

    def copy(self) -> "Marks":
        """Return marks that can be changed without changing these."""
        return Marks(self.first_seq, self.complete_to, list(self.beyond), self.anchor)

    def seen(self, seq: int) -> bool:
        """Return whether `seq` has arrived before."""
        if self.first_seq <= seq <= self.complete_to:
            return True
        if seq < self.first_seq or not self.beyond:
            return False
        at = bisect_right(self.beyond, (seq, seq)) - 1
        return any(low <= seq <= high for low, high in self.beyond[max(at, 0) : at + 2])

    def add(self, seq: int) -> None:
        """Mark `seq` as arrived; adding it again changes nothing."""
        if seq == self.complete_to + 1 and not self.beyond:
            self.complete_to = seq
        elif not self.seen(seq):
            self._merge([(self.first_seq, self.complete_to), *self.beyond, (seq, seq)])

    def missing(self, at_most: int) -> list[int]:
        """Return at most `at_most` numbers that did not arrive although higher ones did, ascending."""
        holes: list[int] = []
        below = self.complete_to
        for low, high in self.beyond:
            holes.extend(range(below + 1, min(low, below + 1 + at_most - len(holes))))
            if len(holes) >= at_most:
                break
            below = high
        return holes

    def explains(self, seq: int, measured_at: datetime) -> bool:
        """Return whether an old message continues a run that began while the clock was sound."""
        return self.anchor is not None and self.anchor[0] < seq and self.anchor[1] <= measured_at

    def anchor_at(self, seq: int, measured_at: datetime) -> None:
        """Remember that the clock was sound at `seq`, if that is the lowest such number."""
        if self.anchor is None or seq < self.anchor[0]:
            self.anchor = (seq, measured_at)

    def spell_beyond(self) -> str:
        """Return the ranges as text, such as `19-19,22-30`."""
        return ",".join(f"{low}-{high}" for low, high in self.beyond)

    def _merge(self, ranges: list[tuple[int, int]]) -> None:
        merged = list(_joined(sorted(ranges)))
        (self.first_seq, self.complete_to), self.beyond = merged[0], merged[1:]


def parse_beyond(text: str) -> list[tuple[int, int]]:
    """Return the ranges that `Marks.spell_beyond` wrote."""
    pairs = (part.split("-") for part in text.split(",") if part)
    return [(int(low), int(high)) for low, high in pairs]


def _joined(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join ranges that touch or overlap."""
    low, high = ranges[0]
    for next_low, next_high in ranges[1:]:
        if next_low <= high + 1:
            high = max(high, next_high)
        else:
            yield low, high
            low, high = next_low, next_high
    yield low, high
