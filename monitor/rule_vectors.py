"""Holds a site's test vectors against rules, and writes the vectors of a template. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from monitor.assessment import Assessment
from monitor.replay import replay
from monitor.rules import Rules
from monitor.site_rules import SIDES, Bound, Bounds, SiteRules, SiteRulesError, Vector, mutants
from monitor.timeline import BadEvent
from monitor.vector_timeline import START, VectorUnreadable, span, timeline

Build = Callable[[Mapping[str, Decimal]], Rules]
"""Makes rules of the site's, with some rows set otherwise."""

UNKNOWN = "unknown"
"""How a vector writes that an answer is null."""

_SHIFTS = {"below": -1, "at": 0, "above": 1}
_TIME_UNITS = {"_min": timedelta(minutes=1), "_h": timedelta(hours=1), "_hours": timedelta(hours=1)}
_PLACE = re.compile(r"\{(=?)(?:([-\dhm.]+?)([+-]))?([\d.]*)v\}")


def check_vectors(site: SiteRules, bounds: Bounds, build: Build) -> int:
    """Hold every vector against the site's rules, and make sure that they would notice another number.

    Returns
    -------
    int
        How many vectors were held.

    Raises
    ------
    SiteRulesError
        Naming the vector that fails with what came out, or the row whose vectors would pass with a neighbouring value.
    """
    own = build({})
    for vector in site.vectors:
        wrong = failure(vector, own)
        if wrong:
            raise SiteRulesError(f"{vector.words} fails: {wrong}")
    for change in site.changes:
        about = [vector for vector in site.vectors if change.row in vector.of]
        for value in mutants(change, bounds.rows[change.row]):
            other = build({change.row: value})
            if all(failure(vector, other) is None for vector in about):
                raise SiteRulesError(
                    f"no vector of {change.row} notices {value} instead of {change.value}; "
                    "let one stand exactly at the number and one just beside it"
                )
    return len(site.vectors)


def failure(vector: Vector, rules: Rules) -> str | None:
    """Return what is wrong with the answer after the vector's last event; None when it is as expected."""
    try:
        said = answer(vector.when, rules)
    except (VectorUnreadable, BadEvent) as error:
        return str(error)
    for key, expected in vector.expect.items():
        if key not in EXPECTED:
            return f"expect {key!r} is not known; known are {', '.join(EXPECTED)}"
        found = EXPECTED[key](said)
        wrong = _wrong(key, expected, found)
        if wrong is not None:
            return f"{key} {wrong}"
    return None


def answer(when: str, rules: Rules) -> Assessment:
    """Return the answer after the last event of a timeline in shorthand. Raises VectorUnreadable or BadEvent."""
    said = list(replay(timeline(when), rules, every_event=True))
    return said[-1]


def _wrong(key: str, expected: Any, found: Any) -> str | None:
    if key == "says":
        return None if str(expected) in found else f"{expected!r} is not among the reasons: {found}"
    if key == "silent_on":
        return None if str(expected) not in found else f"{expected!r} is among the reasons"
    shown = _shown(found)
    if isinstance(found, datetime):
        try:
            same = START + span(str(expected)) == found
        except VectorUnreadable as error:
            return str(error)
    else:
        same = expected == shown and isinstance(expected, bool) == isinstance(shown, bool)
    return None if same else f"should be {expected!r} and is {shown!r}"


def _shown(found: Any) -> Any:
    if found is None:
        return UNKNOWN
    if isinstance(found, datetime):
        return _spell(found - START)
    return Decimal(str(found)) if isinstance(found, float) else found


def _episode(said: Assessment) -> str:
    episode = said.crs.episode
    return "none" if episode is None else "open" if episode.resolved is None else "resolved"


def _probability(said: Assessment) -> str | None:
    """Return the digits that are printed, `"0.86"`: a file of a site writes them in quotes, so that they are exact."""
    printed = said.window.crs_probability
    return None if printed is None else str(printed)


EXPECTED: Mapping[str, Callable[[Assessment], Any]] = {
    "urgency": lambda said: said.urgency,
    "crs_grade": lambda said: said.crs.grade,
    "at_least": lambda said: said.crs.at_least,
    "icans_grade": lambda said: said.icans.grade,
    "fever": lambda said: said.crs.fever,
    "fever_masked": lambda said: said.crs.fever_masked,
    "episode": _episode,
    "sight": lambda said: said.sight.state,
    "overdue": lambda said: " ".join(said.sight.overdue) or "none",
    "shock_index": lambda said: said.shock_index,
    "crs_probability": _probability,
    "due_temperature": lambda said: said.next_due.temperature,
    "due_oximetry": lambda said: said.next_due.oximetry,
    "due_blood_pressure": lambda said: said.next_due.blood_pressure,
    "due_ice": lambda said: said.next_due.ice,
    "says": lambda said: "; ".join(said.reasons),
    "silent_on": lambda said: "; ".join(said.reasons),
}
"""What a vector may expect, and where the answer has it. Instants are times of the shorthand, such as `5h30m`."""


def template_vectors(bound: Bound, value: Decimal, rules: Rules) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give side, timeline and what these rules answer: a draft that the site reads and corrects before it signs."""
    for side in ("at",) if bound.exact else SIDES:
        when = _filled(bound, value, side)
        said = answer(when, rules)
        expect: dict[str, Any] = {}
        for key in bound.expects:
            name, _, words = key.partition(" ")
            if name == "says":
                key_here = "says" if words in EXPECTED["says"](said) else "silent_on"
                expect[key_here] = words
            else:
                expect[name] = _shown(EXPECTED[name](said))
        yield side, when, expect


def _filled(bound: Bound, value: Decimal, side: str) -> str:
    """Return the bound's example with the value of `side` in its place."""
    unit = next((unit for suffix, unit in _TIME_UNITS.items() if bound.row.endswith(suffix)), None)
    here = value + _SHIFTS[side] * bound.step

    def fill(found: re.Match[str]) -> str:
        fixed, base, sign, factor = found.groups()
        number = (value if fixed else here) * (Decimal(factor) if factor else 1)
        if unit is not None:
            return _spell((span(base) if base else timedelta(0)) + float(number) * unit)
        total = number if base is None else Decimal(base) + (number if sign == "+" else -number)
        return f"{total.normalize():f}"

    return _PLACE.sub(fill, bound.example)


def _spell(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return sign + ("".join(f"{number}{letter}" for number, letter in parts if number) or "0h")
