"""Decides when to ask a hub again for a number that is missing. Asks less and less often, and never gives up."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

GAP_OPEN = timedelta(seconds=60)
"""How long a gap may be open before it is asked about (docs/interfaces.md, "MQTT")."""

LONGEST_PAUSE = timedelta(hours=1)
NUMBERS_PER_REQUEST = 100

ASKED_IN_VAIN = 3
"""After so many questions a hub that sends newer messages, and none from before its first one, has none."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class _Asked:
    again_at: datetime
    pause: timedelta
    times: int


class ResendRequests(Generic[Key]):
    """Remembers per gap when it was last asked about. Forgotten at a restart, which only asks sooner."""

    def __init__(self) -> None:
        self._asked: dict[Key, _Asked] = {}

    def due(self, open_since: Mapping[Key, datetime], now: datetime) -> Iterable[Key]:
        """Return the gaps to ask about at `now`, and forget those that have closed."""
        for key in self._asked.keys() - open_since.keys():
            del self._asked[key]
        return [
            key
            for key, since in open_since.items()
            if now >= (self._asked[key].again_at if key in self._asked else since + GAP_OPEN)
        ]

    def asked(self, key: Key, now: datetime) -> None:
        """Remember that a gap was asked about; the next time is after twice the pause."""
        before = self._asked.get(key)
        pause = GAP_OPEN if before is None else min(2 * before.pause, LONGEST_PAUSE)
        self._asked[key] = _Asked(now + pause, pause, 1 if before is None else before.times + 1)

    def times(self, key: Key) -> int:
        """Return how often a gap was asked about since it opened."""
        return self._asked[key].times if key in self._asked else 0
