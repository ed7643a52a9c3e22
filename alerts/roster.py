"""Decides who is on call at an instant. Reads nothing; an hour nobody covers is an answer, not an accident.

Shifts are written in the site's wall time and compared in UTC, so a night on which the clocks change is covered
exactly once: the hour that does not exist belongs to nobody and the hour that comes twice to the same person.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Role = Literal["caregiver", "nurse", "second_nurse", "oncologist", "emergency_department"]
StaffRole = Literal["nurse", "second_nurse", "oncologist", "emergency_department"]
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be called. `number` is E.164; `key` is the short name the roster file uses."""

    key: str
    name: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A weekly duty: on each of `weekdays` (Monday 0) from `starts` until `ends` (exclusive) local time.

    `ends` at or before `starts` means the next day; the same time twice means around the clock.
    """

    role: StaffRole
    person: Person
    weekdays: frozenset[int]
    starts: time
    ends: time

    def span(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the UTC instants between which the duty that starts on `day` lasts."""
        last = day if self.ends > self.starts else day + ONE_DAY
        return (
            datetime.combine(day, self.starts, zone).astimezone(UTC),
            datetime.combine(last, self.ends, zone).astimezone(UTC),
        )

    def covers(self, at: datetime, zone: ZoneInfo) -> bool:
        """Return whether the duty is running at `at`."""
        today = at.astimezone(zone).date()
        for day in (today - ONE_DAY, today):
            if day.weekday() in self.weekdays:
                begins, ends = self.span(day, zone)
                if begins <= at < ends:
                    return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A dated exception: `person` has the duty from `starts` until `ends` (exclusive), whoever is in the week."""

    role: StaffRole
    person: Person
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A span in which nobody holds `role`."""

    role: StaffRole
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody who can be called and when. `example` marks the roster that is shipped to start from."""

    timezone: str
    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    swaps: tuple[Swap, ...] = ()
    example: bool = False

    def on_call(self, role: Role, at: datetime) -> Person | None:
        """Return who holds `role` at `at`, or None when nobody does. The first line that fits wins."""
        for swap in self.swaps:
            if swap.role == role and swap.starts <= at < swap.ends:
                return swap.person
        zone = ZoneInfo(self.timezone)
        for shift in self.shifts:
            if shift.role == role and shift.covers(at, zone):
                return shift.person
        return None

    def by_number(self, number: str) -> Person | None:
        """Return the person with this E.164 number, on duty or not."""
        return next((person for person in self.people if person.number == number), None)

    def nurses(self) -> tuple[Person, ...]:
        """Return everybody who ever holds a nurse's duty, once each: whom to try when nobody is on call."""
        duties: tuple[Shift | Swap, ...] = (*self.shifts, *self.swaps)
        found = {duty.person.key: duty.person for duty in duties if duty.role in {"nurse", "second_nurse"}}
        return tuple(found.values())

    def gaps(self, roles: Iterable[StaffRole], starts: datetime, ends: datetime) -> list[Gap]:
        """Return every span between `starts` and `ends` in which one of `roles` is held by nobody."""
        return [gap for role in roles for gap in self._gaps_of(role, starts, ends)]

    def _gaps_of(self, role: StaffRole, starts: datetime, ends: datetime) -> list[Gap]:
        edges = sorted({starts, ends} | {edge for edge in self._edges(role, starts, ends) if starts < edge < ends})
        gaps: list[Gap] = []
        for begin, end in itertools.pairwise(edges):
            if self.on_call(role, begin) is not None:
                continue
            if gaps and gaps[-1].ends == begin:
                gaps[-1] = Gap(role=role, starts=gaps[-1].starts, ends=end)
            else:
                gaps.append(Gap(role=role, starts=begin, ends=end))
        return gaps

    def _edges(self, role: StaffRole, starts: datetime, ends: datetime) -> Iterable[datetime]:
        zone = ZoneInfo(self.timezone)
        for swap in self.swaps:
            if swap.role == role:
                yield from (swap.starts, swap.ends)
        day, last = starts.astimezone(zone).date() - ONE_DAY, ends.astimezone(zone).date()
        while day <= last:
            for shift in self.shifts:
                if shift.role == role and day.weekday() in shift.weekdays:
                    yield from shift.span(day, zone)
            day += ONE_DAY
