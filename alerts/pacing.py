"""Keeps the pace of one process: what texts of low urgency it handed over, and which must wait now."""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime

from alerts.pace import HOUR, Handed, Held, Pace, held_back, is_counted
from alerts.pages import Became, Owed


class Pacer:
    """Remembers for an hour, in memory: after a restart a few texts more may go, which harms nobody.

    `pace` is None for a network without carriers.
    """

    def __init__(self, pace: Pace | None) -> None:
        self._pace = pace
        self._handed: deque[Handed] = deque()

    def parted(self, due: Sequence[Owed], now: datetime) -> tuple[list[Owed], list[Became]]:
        """Return which pages may go now, and what has become of those that wait."""
        if self._pace is None:
            return list(due), []
        while self._handed and self._handed[0].at <= now - HOUR:
            self._handed.popleft()
        held = {one.id: one for one in held_back(due, self._handed, self._pace, now)}
        return [page for page in due if page.id not in held], [_waits(one) for one in held.values()]

    def handed(self, pages: Iterable[Owed], now: datetime) -> None:
        """Count pages that go out now."""
        if self._pace is not None:
            self._handed.extend(Handed(page.number, now) for page in pages if is_counted(page))


def _waits(held: Held) -> Became:
    return Became(id=held.id, state="retry", outcome=held.why, not_before=held.until)
