"""Reads the site's emergency departments and refuses a directory in which one could not be called."""

import datetime as dt
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from alerts.directory import STOCK_CHECKED_WITHIN, Department, Directory, Stock
from alerts.policy_file import parse_toml, read_toml_text
from alerts.roster_file import dialable

SHIPPED = "departments.toml"
EXAMPLE = Path(str(resources.files("alerts").joinpath("data", SHIPPED)))
"""The departments of the demonstration, which belong to nobody."""


class DirectoryError(Exception):
    """The directory cannot be used; the message names the file, the key and the remedy."""


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    key: str
    name: str
    phone: str
    text: str | None = None
    address: str | None = None
    minutes: int | None = None
    tocilizumab: Stock = "unknown"
    tocilizumab_checked: dt.date | None = None
    knows_bispecifics: bool | None = None
    opens: dt.time | None = None
    closes: dt.time | None = None


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    department: tuple[_Row, ...]


def load_directory(path: Path | str | None, *, timezone: str = "UTC") -> Directory:
    """Return the departments of `path`; an empty directory when there is none.

    Raises
    ------
    DirectoryError
        For a missing or unreadable file, an unknown key, a number that cannot be dialled, a key or number used twice,
        half of a pair of opening hours, or a stock without the day it was asked.
    """
    if path is None:
        return Directory(timezone=timezone)
    name, text = read_toml_text(path, SHIPPED, str(path), DirectoryError)
    tree = parse_toml(name, text, DirectoryError)
    if not tree.get("department"):
        raise DirectoryError(f"{name}: no department; add a [[department]] table or leave site.departments out")
    try:
        file = msgspec.convert(tree, _File)
    except msgspec.ValidationError as error:
        raise DirectoryError(f"{name}: {error}") from error
    found: dict[str, Department] = {}
    for index, row in enumerate(file.department):
        if row.key in found:
            raise DirectoryError(f"{name}: department[{index}].key {row.key!r} is used twice; give each its own")
        found[row.key] = _department(f"{name}: department[{index}]", row)
    return Directory(departments=tuple(found.values()), timezone=timezone)


def directory_lines(directory: Directory, now: dt.datetime) -> Iterator[str]:
    """Give what a person should look at before the night: a stock nobody has asked about for long, nobody taught."""
    today = now.astimezone(ZoneInfo(directory.timezone)).date()
    for one in directory.departments:
        if one.tocilizumab_checked is None:
            yield f"site.departments: {one.key}: nobody has asked whether tocilizumab is in stock"
        elif today - one.tocilizumab_checked > STOCK_CHECKED_WITHIN:
            yield f"site.departments: {one.key}: tocilizumab was asked about on {one.tocilizumab_checked}; ask again"
        if one.text is None:
            yield f"site.departments: {one.key}: has no number for texts, so it gets a call and no link to the page"
        if one.knows_bispecifics is None:
            yield f"site.departments: {one.key}: knows_bispecifics is not set: has it agreed to receive patients?"


def _department(where: str, row: _Row) -> Department:
    if not row.key.strip() or not row.name.strip():
        raise DirectoryError(f"{where}: key and name must not be empty")
    phone = _number(f"{where}.phone", row.phone)
    text = None if row.text is None else _number(f"{where}.text", row.text)
    if (row.opens is None) != (row.closes is None):
        raise DirectoryError(f"{where} has only one of opens and closes; give both, or neither for around the clock")
    if row.opens is not None and row.opens == row.closes:
        raise DirectoryError(f"{where}: opens equals closes; leave both out for around the clock")
    if row.tocilizumab != "unknown" and row.tocilizumab_checked is None:
        raise DirectoryError(f"{where}.tocilizumab_checked is missing: on which day was the stock asked about?")
    if row.minutes is not None and row.minutes < 0:
        raise DirectoryError(f"{where}.minutes is below 0; write the minutes by road")
    return Department(
        key=row.key.strip(),
        name=row.name.strip(),
        phone=phone,
        text=text,
        address=row.address,
        minutes=row.minutes,
        tocilizumab=row.tocilizumab,
        tocilizumab_checked=row.tocilizumab_checked,
        knows_bispecifics=row.knows_bispecifics,
        opens=row.opens,
        closes=row.closes,
    )


def _number(where: str, given: str) -> str:
    number = dialable(given)
    if number is None:
        raise DirectoryError(f"{where} {given!r} cannot be dialled; write it as +<country><number>")
    return number
