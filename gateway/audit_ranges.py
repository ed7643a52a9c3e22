"""A set of ids as ranges: a million ids that follow each other take the room of one pair."""

from collections.abc import Iterable, Iterator


class Ranges:
    """Ids, added in any order; cheapest when they ascend."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int]] = []

    def add(self, ids: Iterable[int]) -> None:
        """Add ids, in the order in which they were logged."""
        for one in ids:
            if self._ranges and self._ranges[-1][1] + 1 == one:
                self._ranges[-1] = (self._ranges[-1][0], one)
            else:
                self._ranges.append((one, one))

    def missing(self, ids: Iterable[int]) -> Iterator[int]:
        """Give those of `ids`, which ascend, that were never added."""
        ranges = iter(sorted(self._ranges))
        current = next(ranges, None)
        for one in ids:
            while current is not None and current[1] < one:
                current = next(ranges, None)
            if current is None or one < current[0]:
                yield one
