"""Reads the roster and refuses one that could leave a patient without anybody to call."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import phonenumbers

from alerts.policy_file import parse_toml, read_toml_text
from alerts.roster import STAFF_ROLES, Person, Roster, Shift, StaffRole, Swap

SHIPPED = "the shipped roster"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


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


class _SwapTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    role: StaffRole
    person: str
    from_: dt.datetime
    until: dt.datetime


class _RosterFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    timezone: str
    person: tuple[_PersonTable, ...] = ()
    shift: tuple[_ShiftTable, ...] = ()
    swap: tuple[_SwapTable, ...] = ()
    example: bool = False


def load_roster(path: Path | str | None = None) -> Roster:
    """Return the roster of `path`, or the shipped example.

    Raises
    ------
    RosterError
        For a missing or unreadable file, an unknown key or name, a number that cannot be dialled, or a roster
        that is empty or has no shift for one of the roles. Hours nobody covers are found by `Roster.gaps`.
    """
    name, text = read_toml_text(path, "roster.toml", SHIPPED, RosterError)
    tree = parse_toml(name, text, RosterError)
    if not tree.get("person") or not tree.get("shift"):
        raise RosterError(f"{name}: the roster is empty, so nobody would come; add [[person]] and [[shift]] tables")
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
        swaps=tuple(_swap(name, index, row, people) for index, row in enumerate(file.swap)),
        example=file.example,
    )
    covered = {shift.role for shift in roster.shifts}
    for role in STAFF_ROLES:
        if role not in covered:
            raise RosterError(f"{name}: nobody ever has the role {role!r}; add a [[shift]] with role = {role!r}")
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


def _known(file: str, where: str, key: str, people: dict[str, Person]) -> Person:
    if key not in people:
        raise RosterError(f"{file}: {where}.person {key!r} is no [[person]] key; known are {', '.join(sorted(people))}")
    return people[key]


def _shift(file: str, index: int, row: _ShiftTable, people: dict[str, Person]) -> Shift:
    for day in row.days:
        if day not in WEEKDAYS:
            raise RosterError(f"{file}: shift[{index}].days has {day!r}; use {', '.join(WEEKDAYS)}")
    if not row.days:
        raise RosterError(f"{file}: shift[{index}].days is empty; name the days on which it starts")
    return Shift(
        role=row.role,
        person=_known(file, f"shift[{index}]", row.person, people),
        weekdays=frozenset(WEEKDAYS.index(day) for day in row.days),
        starts=row.from_,
        ends=row.until,
    )


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
