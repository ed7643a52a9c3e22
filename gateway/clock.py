"""The only place that reads the machine's clock; everything else receives `now`.

A `Clock` may run faster than the wall (demonstrations) or stand still until moved (tests), so no loop may
call `asyncio.sleep` with simulated seconds: it asks the clock how long that is on the wall.
"""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What a loop needs of time."""

    def now(self) -> datetime:
        """Return the present instant, aware, UTC."""
        ...

    def wall_seconds(self, span: timedelta) -> float:
        """Return how long `span` of this clock's time lasts on the wall, in seconds."""
        ...


@dataclass(frozen=True, slots=True)
class WallClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the machine's UTC time."""
        return datetime.now(UTC)

    def wall_seconds(self, span: timedelta) -> float:
        """Return `span` in seconds."""
        return span.total_seconds()


@dataclass(frozen=True, slots=True)
class SpedClock:
    """Time that started at `origin` when the wall said `wall_origin` and runs `speed` times as fast.

    Several processes given the same three values agree on `now`.
    """

    origin: datetime
    wall_origin: datetime
    speed: float

    def now(self) -> datetime:
        """Return simulated UTC time."""
        return self.origin + (datetime.now(UTC) - self.wall_origin) * self.speed

    def wall_seconds(self, span: timedelta) -> float:
        """Return the wall seconds that `span` of simulated time lasts."""
        return span.total_seconds() / self.speed

    def spell(self) -> str:
        """Return the text that `parse_clock` understands, for handing the clock to another process."""
        return f"{self.origin.isoformat()}@{self.wall_origin.isoformat()}x{self.speed}"


@dataclass(slots=True)
class StillClock:
    """A clock that moves only when told to."""

    at: datetime
    moved: int = field(default=0)

    def now(self) -> datetime:
        """Return the instant it was last moved to."""
        return self.at

    def wall_seconds(self, span: timedelta) -> float:  # noqa: ARG002 - a still clock never makes anyone wait
        """Return 0: nobody waits for a clock that stands still."""
        return 0.0

    def advance(self, span: timedelta) -> datetime:
        """Move forward by `span` and return the new instant."""
        self.at += span
        self.moved += 1
        return self.at


def parse_clock(text: str | None) -> Clock:
    """Return the clock that `SpedClock.spell` wrote, or the wall clock when `text` is empty."""
    if not text:
        return WallClock()
    origin, rest = text.split("@", 1)
    wall, speed = rest.rsplit("x", 1)
    return SpedClock(datetime.fromisoformat(origin), datetime.fromisoformat(wall), float(speed))


def wall_second(clock: Clock) -> timedelta:
    """Return what one second of the wall is on `clock`; for one that stands still, a second."""
    wall_s = clock.wall_seconds(timedelta(seconds=1))
    return timedelta(seconds=1) if wall_s <= 0 else timedelta(seconds=1 / wall_s)


def monotonic_s() -> float:
    """Return seconds of a clock that never jumps; for measuring spans, never for saying when."""
    return time.monotonic()
