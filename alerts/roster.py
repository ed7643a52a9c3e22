"""Decides who is on call at an instant. Reads nothing; an hour nobody covers is an answer, not an accident.

Four things can give somebody a duty. The one a person decided last wins: an override entered while the chain runs
(the newest first), then a dated swap of the file, then a rotation, then a weekly shift (each in the file's order).
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from alerts.roster_hours import Handovers, Hours

Role = Literal["caregiver", "nurse", "second_nurse", "oncologist", "emergency_department"]
StaffRole = Literal["nurse", "second_nurse", "oncologist", "emergency_department"]
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
Origin = Literal["override", "swap", "rotation", "shift"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be called. `number` is E.164; `key` is the short name the roster file uses."""

    key: str
    name: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A weekly duty of one person."""

    role: StaffRole
    person: Person
    hours: Hours

    def holder(self, at: datetime, zone: ZoneInfo) -> Person | None:
        """Return who has this duty at `at`; None outside its hours."""
        return self.person if self.hours.cover(at, zone) else None

    def edges(self, starts: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Yield when it may begin or end."""
        return self.hours.edges(starts, ends, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A duty that `people` hold in turn, beginning with the first; `hours` None means around the clock."""

    role: StaffRole
    people: tuple[Person, ...]
    handovers: Handovers
    hours: Hours | None = None

    def holder(self, at: datetime, zone: ZoneInfo) -> Person | None:
        """Return who has this duty at `at`; None outside its hours and before its first turn."""
        turn = self.handovers.turn(at, zone)
        if turn is None or (self.hours is not None and not self.hours.cover(at, zone)):
            return None
        return self.people[turn % len(self.people)]

    def edges(self, starts: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """Yield when it may begin, end or pass on."""
        yield from self.handovers.edges(starts, ends, zone)
        if self.hours is not None:
            yield from self.hours.edges(starts, ends, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A dated exception: `person` has the duty from `starts` until `ends` (exclusive), whoever is in the week.

    `id` is set when it was entered while the chain runs, and None when it stands in the file.
    """

    role: StaffRole
    person: Person
    starts: datetime
    ends: datetime
    id: int | None = None

    def holder(self, at: datetime, _zone: ZoneInfo) -> Person | None:
        """Return who has this duty at `at`; None before and after."""
        return self.person if self.starts <= at < self.ends else None

    def edges(self, _starts: datetime, _ends: datetime, _zone: ZoneInfo) -> Iterator[datetime]:
        """Yield when it begins and ends."""
        yield from (self.starts, self.ends)


Duty = Shift | Rotation | Swap


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A span in which one person holds `role` for one reason; `person` and `origin` are None when nobody does."""

    role: StaffRole
    person: Person | None
    starts: datetime
    ends: datetime
    origin: Origin | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A span in which nobody holds `role`."""

    role: StaffRole
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody who can be called and when. `example` marks the roster that is shipped to start from.

    `overrides` are those entered while the chain runs, the newest first.
    """

    timezone: str
    people: tuple[Person, ...]
    shifts: tuple[Shift, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    swaps: tuple[Swap, ...] = ()
    overrides: tuple[Swap, ...] = ()
    example: bool = False

    def on_call(self, role: Role, at: datetime) -> Person | None:
        """Return who holds `role` at `at`, or None when nobody does. The first line that fits wins."""
        person, _ = self._held(role, at)
        return person

    def overridden(self, overrides: Sequence[Swap]) -> "Roster":
        """Return this roster with these overrides, the newest first, in place of those it has."""
        return replace(self, overrides=tuple(overrides))

    def by_number(self, number: str) -> Person | None:
        """Return the person with this E.164 number, on duty or not."""
        return next((person for person in self.people if person.number == number), None)

    def by_key(self, key: str) -> Person | None:
        """Return the person whom the file calls `key`."""
        return next((person for person in self.people if person.key == key), None)

    def role_of(self, person: Person, at: datetime) -> StaffRole:
        """Return the duty a person has at `at`, else the first they ever have, else the nurse's."""
        held = [role for role in STAFF_ROLES if self.on_call(role, at) == person]
        ever = [duty.role for _, duty in self._duties() if person in _people_of(duty)]
        return next(iter((*held, *ever)), "nurse")

    def nurses(self) -> tuple[Person, ...]:
        """Return everybody who ever holds a nurse's duty, once each: whom to try when nobody is on call."""
        found: dict[str, Person] = {}
        for _, duty in self._duties():
            if duty.role in {"nurse", "second_nurse"}:
                found |= {person.key: person for person in _people_of(duty)}
        return tuple(found.values())

    def turns(self, role: StaffRole, starts: datetime, ends: datetime) -> list[Turn]:
        """Return who holds `role` from `starts` until `ends`, in order and without holes: a gap is a turn too."""
        turns: list[Turn] = []
        for begin, end in itertools.pairwise(self._instants(role, starts, ends)):
            person, origin = self._held(role, begin)
            if turns and (turns[-1].person, turns[-1].origin) == (person, origin):
                turns[-1] = replace(turns[-1], ends=end)
            else:
                turns.append(Turn(role=role, person=person, starts=begin, ends=end, origin=origin))
        return turns

    def gaps(self, roles: Iterable[StaffRole], starts: datetime, ends: datetime) -> list[Gap]:
        """Return every span between `starts` and `ends` in which one of `roles` is held by nobody."""
        return [
            Gap(role=role, starts=turn.starts, ends=turn.ends)
            for role in roles
            for turn in self.turns(role, starts, ends)
            if turn.person is None
        ]

    def on_call_between(self, starts: datetime, ends: datetime) -> tuple[Person, ...]:
        """Return everybody who holds any role at some time between `starts` and `ends`, once each."""
        held = (turn.person for role in STAFF_ROLES for turn in self.turns(role, starts, ends))
        return tuple({person.key: person for person in held if person is not None}.values())

    def _duties(self) -> Iterator[tuple[Origin, Duty]]:
        """Yield everything that gives somebody a duty, in the order in which it is asked."""
        yield from (("override", override) for override in self.overrides)
        yield from (("swap", swap) for swap in self.swaps)
        yield from (("rotation", rotation) for rotation in self.rotations)
        yield from (("shift", shift) for shift in self.shifts)

    def _held(self, role: Role, at: datetime) -> tuple[Person | None, Origin | None]:
        zone = ZoneInfo(self.timezone)
        for origin, duty in self._duties():
            if duty.role == role and (person := duty.holder(at, zone)) is not None:
                return person, origin
        return None, None

    def _instants(self, role: StaffRole, starts: datetime, ends: datetime) -> list[datetime]:
        """Return `starts`, `ends`, and between them every instant at which `role` may pass on."""
        zone = ZoneInfo(self.timezone)
        edges = (edge for _, duty in self._duties() if duty.role == role for edge in duty.edges(starts, ends, zone))
        return sorted({starts, ends} | {edge for edge in edges if starts < edge < ends})


def _people_of(duty: Duty) -> tuple[Person, ...]:
    return duty.people if isinstance(duty, Rotation) else (duty.person,)
