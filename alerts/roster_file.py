"""Reads the roster and refuses one that could leave a patient without anybody to call."""

import datetime as dt
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import phonenumbers

from alerts.policy_file import parse_toml, read_toml_text
from alerts.roster import STAFF_ROLES, Person, Roster, Rotation, Shift, StaffRole, Swap
from alerts.roster_hours import EVERY_DAY, Handovers, Hours

SHIPPED = "the shipped roster"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_OF = {"weekly": 7, "daily": 1}


class RosterError(Exception):
    """The roster cannot be used; the message names the file, the key and the remedy."""


class _PersonTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    name: str
    number: str


class _ShiftTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    role: StaffRole
    person: str
    days: tuple[str, ...]
    from_: dt.time
    until: dt.time


class _RotationTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    role: StaffRole
    people: tuple[str, ...]
    handover: Literal["weekly", "daily"]
    at: dt.time
    starts_on: dt.date
    on: str | None = None
    every: int = 1
    days: tuple[str, ...] | None = None
    from_: dt.time | None = None
    until: dt.time | None = None


class _SwapTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    role: StaffRole
    person: str
    from_: dt.datetime
    until: dt.datetime


class _RosterFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    timezone: str
    person: tuple[_PersonTable, ...] = ()
    shift: tuple[_ShiftTable, ...] = ()
    rotation: tuple[_RotationTable, ...] = ()
    swap: tuple[_SwapTable, ...] = ()
    example: bool = False


def load_roster(path: Path | str | None = None) -> Roster:
    """Return the roster of `path`, or the shipped example.

    Raises
    ------
    RosterError
        For a missing or unreadable file, an unknown key or name, a number that cannot be dialled, or a roster
        that is empty or has neither a shift nor a rotation for one of the roles. Hours nobody covers are found by
        `Roster.gaps`.
    """
    name, text = read_toml_text(path, "roster.toml", SHIPPED, RosterError)
    tree = parse_toml(name, text, RosterError)
    if not tree.get("person") or not (tree.get("shift") or tree.get("rotation")):
        raise RosterError(
            f"{name}: the roster is empty, so nobody would come; add [[person]] and [[shift]] or [[rotation]] tables"
        )
    try:
        file = msgspec.convert(tree, _RosterFile)
    except msgspec.ValidationError as error:
        raise RosterError(f"{name}: {error}") from error
    try:
        ZoneInfo(file.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise RosterError(f"{name}: timezone {file.timezone!r} is unknown; use a name such as Europe/Berlin") from error
    people = _people(name, file.person)
    roster = Roster(
        timezone=file.timezone,
        people=tuple(people.values()),
        shifts=tuple(_shift(name, index, row, people) for index, row in enumerate(file.shift)),
        rotations=tuple(_rotation(name, index, row, people) for index, row in enumerate(file.rotation)),
        swaps=tuple(_swap(name, index, row, people) for index, row in enumerate(file.swap)),
        example=file.example,
    )
    covered = {shift.role for shift in roster.shifts} | {rotation.role for rotation in roster.rotations}
    for role in STAFF_ROLES:
        if role not in covered:
            raise RosterError(
                f"{name}: nobody ever has the role {role!r}; add a [[shift]] or a [[rotation]] with role = {role!r}"
            )
    return roster


def dialable(number: str) -> str | None:
    """Return `number` in E.164 form, or None when it cannot be a telephone number with its country code."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _people(file: str, rows: tuple[_PersonTable, ...]) -> dict[str, Person]:
    people: dict[str, Person] = {}
    numbers: set[str] = set()
    for index, row in enumerate(rows):
        number = dialable(row.number)
        if number is None:
            raise RosterError(
                f"{file}: person[{index}].number {row.number!r} cannot be dialled; write it as +<country><number>",
            )
        if row.key in people:
            raise RosterError(f"{file}: person[{index}].key {row.key!r} is used twice; give each person their own")
        if number in numbers:
            raise RosterError(
                f"{file}: person[{index}].number is another person's too; a reply must show who sent it",
            )
        people[row.key] = Person(key=row.key, name=row.name, number=number)
        numbers.add(number)
    return people


def _known(file: str, where: str, key: str, people: dict[str, Person], *, field: str = "person") -> Person:
    if key not in people:
        known = ", ".join(sorted(people))
        raise RosterError(f"{file}: {where}.{field} {key!r} is no [[person]] key; known are {known}")
    return people[key]


def _weekdays(file: str, where: str, days: tuple[str, ...]) -> frozenset[int]:
    for day in days:
        if day not in WEEKDAYS:
            raise RosterError(f"{file}: {where}.days has {day!r}; use {', '.join(WEEKDAYS)}")
    if not days:
        raise RosterError(f"{file}: {where}.days is empty; name the days on which it starts")
    return frozenset(WEEKDAYS.index(day) for day in days)


def _shift(file: str, index: int, row: _ShiftTable, people: dict[str, Person]) -> Shift:
    where = f"shift[{index}]"
    hours = Hours(starts=row.from_, ends=row.until, weekdays=_weekdays(file, where, row.days))
    return Shift(role=row.role, person=_known(file, where, row.person, people), hours=hours)


def _rotation(file: str, index: int, row: _RotationTable, people: dict[str, Person]) -> Rotation:
    where = f"rotation[{index}]"
    if not row.people:
        raise RosterError(f"{file}: {where}.people is empty; name those who take turns, in order")
    if row.every < 1:
        raise RosterError(f"{file}: {where}.every must be 1 or more: how many weeks or days a turn lasts")
    if row.handover == "daily" and row.on is not None:
        raise RosterError(f"{file}: {where}.on is for weekly handovers; leave it out, or set handover to weekly")
    if row.handover == "weekly" and row.on != WEEKDAYS[row.starts_on.weekday()]:
        raise RosterError(
            f"{file}: {where}.starts_on {row.starts_on} is a {WEEKDAYS[row.starts_on.weekday()]} and on is {row.on!r}; "
            "begin on the weekday of the handover"
        )
    return Rotation(
        role=row.role,
        people=tuple(_known(file, where, key, people, field="people") for key in row.people),
        handovers=Handovers(starts_on=row.starts_on, at=row.at, days=DAYS_OF[row.handover] * row.every),
        hours=_hours(file, where, row),
    )


def _hours(file: str, where: str, row: _RotationTable) -> Hours | None:
    if (row.from_ is None) != (row.until is None):
        raise RosterError(f"{file}: {where} has only one of from and until; give both, or neither for around the clock")
    days = EVERY_DAY if row.days is None else _weekdays(file, where, row.days)
    if row.from_ is None or row.until is None:
        if row.days is None:
            return None
        raise RosterError(f"{file}: {where}.days needs from and until: the hours on those days")
    return Hours(starts=row.from_, ends=row.until, weekdays=days)


def _swap(file: str, index: int, row: _SwapTable, people: dict[str, Person]) -> Swap:
    if row.from_.tzinfo is None or row.until.tzinfo is None:
        raise RosterError(f"{file}: swap[{index}] needs times with an offset, such as 2026-03-02T19:00:00+01:00")
    if row.until <= row.from_:
        raise RosterError(f"{file}: swap[{index}].until must come after from")
    return Swap(
        role=row.role,
        person=_known(file, f"swap[{index}]", row.person, people),
        starts=row.from_.astimezone(dt.UTC),
        ends=row.until.astimezone(dt.UTC),
    )
