"""What a site changes of the rules: its rows, the bounds they must keep, and the vectors that must hold. Pure.

A site's file names only the rows it changes. It is refused unless every changed number lies within the bounds of
monitor/data/rule_bounds.toml, and test vectors written by the site say what the number does just below, exactly at
and just above it.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

Tree = Mapping[str, Any]

SIDES = ("below", "at", "above")
_ORIGIN = ("source", "confidence", "checked")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,30}")
_TOP = frozenset({"name", "vector"})
_VECTOR_KEYS = frozenset({"of", "side", "when", "expect", "why"})


class SiteRulesError(Exception):
    """A site's rule file cannot be used; the message names the row or vector and the remedy, not the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Within what a site may set one row, and how a vector tells two neighbouring values of it apart.

    `step` is the smallest change that matters, in the row's own unit. `exact` rows are instants that a single vector
    names exactly. `example` is the shorthand of such a vector with `{v}` for the value; `expects` what it looks at.
    """

    row: str
    least: Decimal
    most: Decimal
    step: Decimal
    exact: bool
    example: str
    expects: tuple[str, ...]
    source: str
    confidence: str
    checked: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Every row a site may change, and the rows that must stay in ascending order."""

    rows: Mapping[str, Bound]
    ascending: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row that a site sets otherwise than the shipped rules. Values are in the row's own `unit`."""

    row: str
    value: Decimal
    default: Decimal
    unit: str
    source: str
    confidence: str
    checked: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """What must come out of one small timeline. `number` counts the file's vectors from 1."""

    number: int
    of: tuple[str, ...]
    side: str
    when: str
    expect: Mapping[str, Any]

    @property
    def words(self) -> str:
        """How a message names it."""
        return f"vector {self.number} ({self.side} {', '.join(self.of)}: {self.when})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRules:
    """A site's file as values. `changes` leaves out rows set to what they are anyway."""

    name: str
    changes: tuple[Change, ...]
    vectors: tuple[Vector, ...]


def read_bounds(tree: Tree) -> Bounds:
    """Return the bounds of a `rule_bounds.toml`. Raises SiteRulesError for a row without origin."""
    rows = {}
    for row, given in _rows(tree, skip=frozenset({"ascending"})):
        _require_origin(given, row)
        rows[row] = Bound(
            row=row,
            least=Decimal(given["from"]),
            most=Decimal(given["to"]),
            step=Decimal(given["step"]),
            exact=given.get("exact", False),
            example=given["example"],
            expects=tuple(given["expects"]),
            source=given["source"],
            confidence=given["confidence"],
            checked=given["checked"],
        )
    return Bounds(rows=rows, ascending=tuple(tuple(line) for line in tree["ascending"]))


def read_site(tree: Tree, shipped: Tree, bounds: Bounds) -> SiteRules:
    """Return what a site's file changes.

    Raises
    ------
    SiteRulesError
        For a missing name, a row that no site may change or that lies beyond its bounds, a number without its
        origin, rows that would cross each other, or a vector that is none.
    """
    name = tree.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SiteRulesError('name is missing; write name = "north-2026", small letters, digits, dots and hyphens')
    defaults = dict(numbers(shipped))
    changes, named = [], set()
    for row, given in _rows(tree, skip=_TOP):
        change = _change(row, given, defaults, bounds)
        named.add(row)
        if change.value != change.default:
            changes.append(change)
    _keep_order({**{row: value for row, (value, _) in defaults.items()}, **{c.row: c.value for c in changes}}, bounds)
    vectors = tuple(_vector(number, row) for number, row in enumerate(tree.get("vector", ()), 1))
    for vector in vectors:
        strange = [row for row in vector.of if row not in named]
        if strange:
            raise SiteRulesError(f"vector {vector.number} is of {strange[0]}, which this file does not set")
    _require_vectors(changes, vectors, bounds)
    return SiteRules(name=name, changes=tuple(changes), vectors=vectors)


def numbers(tree: Tree) -> Iterator[tuple[str, tuple[Decimal, str]]]:
    """Give every row of the rules that is one number, by its name, with its unit; masking hours as `masking.NAME_h`."""
    for row, given in _rows(tree, skip=frozenset({"version", "masking", "oxygen"})):
        try:
            yield row, (Decimal(str(given["value"])), str(given.get("unit", "")))
        except InvalidOperation:
            continue
    for drug in tree.get("masking", ()):
        yield f"masking.{drug['name']}_h", (Decimal(drug["hours"]), "h")


def with_values(shipped: Tree, values: Mapping[str, Decimal], origins: Mapping[str, Change]) -> dict[str, Any]:
    """Return the shipped rules with some rows set otherwise; `origins` say where each comes from."""
    tree = {key: dict(part) if isinstance(part, Mapping) else part for key, part in shipped.items()}
    tree["masking"] = [dict(drug) for drug in shipped["masking"]]
    for row, value in values.items():
        section, _, key = row.partition(".")
        origin = origins.get(row)
        said = {name: getattr(origin, name) for name in _ORIGIN} if origin else {}
        if section == "masking":
            drug = next(drug for drug in tree["masking"] if f"{drug['name']}_h" == key)
            drug.update(said, hours=value)
        else:
            tree[section][key] = {**tree[section][key], **said, "value": str(value)}
    return tree


def mutants(change: Change, bound: Bound) -> tuple[Decimal, ...]:
    """Return the neighbouring values and the shipped one: some vector of the row must tell each from the site's."""
    near = (change.value - bound.step, change.value + bound.step, change.default)
    return tuple(dict.fromkeys(value for value in near if value >= 0))


def _change(row: str, given: Mapping[str, Any], defaults: Mapping[str, tuple[Decimal, str]], bounds: Bounds) -> Change:
    bound = bounds.rows.get(row)
    if bound is None:
        if row in defaults:
            raise SiteRulesError(f"{row} is not for a site to change; stepguard rules show lists the rows that are")
        close = difflib.get_close_matches(row, bounds.rows, n=1, cutoff=0.0)
        raise SiteRulesError(f"{row} is no row of the rules; did you mean {close[0]}?")
    if not isinstance(given, Mapping) or "value" not in given:
        raise SiteRulesError(f"{row} needs value, source, confidence and checked")
    _require_origin(given, row)
    try:
        value = Decimal(str(given["value"]))
    except InvalidOperation as error:
        raise SiteRulesError(f"{row} must be a number, not {given['value']!r}") from error
    default, unit = defaults[row]
    if not value.is_finite() or not bound.least <= value <= bound.most:
        raise SiteRulesError(
            f"{row} = {value} is beyond what any site may set: {bound.least} to {bound.most} ({bound.source})"
        )
    return Change(
        row=row,
        value=value,
        default=default,
        unit=unit,
        source=given["source"],
        confidence=given["confidence"],
        checked=given["checked"],
    )


def _keep_order(values: Mapping[str, Decimal], bounds: Bounds) -> None:
    for line in bounds.ascending:
        for lower, higher in pairwise(line):
            if not values[lower] < values[higher]:
                raise SiteRulesError(
                    f"{lower} = {values[lower]} must stay below {higher} = {values[higher]}; change both or neither"
                )


def _vector(number: int, row: Mapping[str, Any]) -> Vector:
    unknown = sorted(row.keys() - _VECTOR_KEYS)
    of, side, when, expect = (row.get(key) for key in ("of", "side", "when", "expect"))
    named = (of,) if isinstance(of, str) else tuple(of) if isinstance(of, list) else ()
    if unknown or not named or not isinstance(when, str) or not isinstance(expect, Mapping) or not expect:
        what = f"has an unknown key {unknown[0]!r}" if unknown else "needs of, side, when and expect"
        raise SiteRulesError(f"vector {number} {what}; stepguard rules template writes examples")
    if side not in SIDES:
        raise SiteRulesError(f"vector {number}: side must be one of {', '.join(SIDES)}, not {side!r}")
    return Vector(number=number, of=named, side=side, when=when, expect=expect)


def _require_vectors(changes: Iterable[Change], vectors: Sequence[Vector], bounds: Bounds) -> None:
    """Refuse a changed row without a vector on each side, naming every one that is missing."""
    missing = []
    for change in changes:
        given = {vector.side for vector in vectors if change.row in vector.of}
        wanted = ("at",) if bounds.rows[change.row].exact else SIDES
        missing += [f"{side} {change.row} = {change.value}" for side in wanted if side not in given]
    if missing:
        raise SiteRulesError(f"test vectors are missing: {'; '.join(missing)}. Add a [[vector]] for each")


def _rows(tree: Tree, *, skip: frozenset[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for section, rows in tree.items():
        if section in skip:
            continue
        if not isinstance(rows, Mapping):
            raise SiteRulesError(f"{section} is no section of the rules")
        for key, given in rows.items():
            yield f"{section}.{key}", given


def _require_origin(given: Mapping[str, Any], row: str) -> None:
    missing = [key for key in _ORIGIN if not given.get(key)]
    if missing:
        raise SiteRulesError(f"{row} lacks {', '.join(missing)}; every number names its origin")
    if not isinstance(given["checked"], date):
        raise SiteRulesError(f"{row}: checked must be a date such as 2026-12-01, without quotes")
