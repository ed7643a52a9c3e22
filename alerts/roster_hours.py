"""Turns hours on the wall into instants: which hours of the day a duty has, and whose turn it is. Reads nothing.

An hour that comes twice means its first coming; an hour that does not exist means the instant at which a clock that
had not been changed would show it (RFC 5545 reads both the same way). One reading of both ends of a duty is what makes
the end of one the beginning of the next, so that a night of 23 hours and one of 25 are each covered exactly once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clocks of `zone` show `at` on `day`."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def days_between(starts: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[date]:
    """Yield the local days from the one before `starts` to that of `ends`: a night begins on the day before."""
    day, last = starts.astimezone(zone).date() - ONE_DAY, ends.astimezone(zone).date()
    while day <= last:
        yield day
        day += ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Hours of the day: on each of `weekdays` (Monday 0) from `starts` until `ends` (exclusive) on the wall.

    `ends` at or before `starts` means the next day; the same time twice means around the clock.
    """

    starts: time
    ends: time
    weekdays: frozenset[int] = EVERY_DAY

    def span(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the UTC instants between which the hours that begin on `day` lie."""
        last = day if self.ends > self.starts else day + ONE_DAY
        return instant_of(day, self.starts, zone), instant_of(last, self.ends, zone)

    def cover(self, at: datetime, zone: ZoneInfo) -> bool:
        """Return whether `at` lies in these hours."""
        for day in days_between(at, at, zone):
            if day.weekday() in self.weekdays:
                begins, ends = self.span(day, zone)
                if begins <= at < ends:
                    return True
        return False

    def edges(self, starts: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Yield every instant from about `starts` to about `ends` at which these hours begin or end."""
        for day in days_between(starts, ends, zone):
            if day.weekday() in self.weekdays:
                yield from self.span(day, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handovers:
    """When a duty passes on: first on `starts_on`, then every `days` days, each time at `at` on the wall."""

    starts_on: date
    at: time
    days: int

    def begins(self, turn: int, zone: ZoneInfo) -> datetime:
        """Return when a turn begins; the first is number 0."""
        return instant_of(self.starts_on + turn * self.days * ONE_DAY, self.at, zone)

    def turn(self, at: datetime, zone: ZoneInfo) -> int | None:
        """Return whose turn it is at `at`, counted from 0; None before the first handover."""
        turn = (at.astimezone(zone).date() - self.starts_on).days // self.days
        if at < self.begins(turn, zone):
            turn -= 1
        elif at >= self.begins(turn + 1, zone):
            turn += 1
        return turn if turn >= 0 else None

    def edges(self, starts: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Yield every handover from about `starts` to about `ends`."""
        for day in days_between(starts, ends, zone):
            turn, rest = divmod((day - self.starts_on).days, self.days)
            if rest == 0 and turn >= 0:
                yield self.begins(turn, zone)
