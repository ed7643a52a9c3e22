"""Recorded timelines under other rules: what would have been called later, never, or for the first time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from console.command import InputError
from console.commands.arguments import Config, Json, family
from console.commands.chain_access import read_settings
from console.commands.ground_access import rules_for
from console.commands.timelines import read_timeline
from gateway.clock import monotonic_s
from gateway.settings import RulesSettings
from monitor.assessment import URGENCIES
from monitor.record import Record
from monitor.rules import Rules
from monitor.timeline import BadEvent, parse_timeline
from monitor.ward_change import may_differ
from monitor.whatif import FATES, Difference, Outcome, compare

app = family()
AT_ONCE = 200
"""Timelines held in memory together."""
TELL_EVERY_S = 2.0

Rulesfile = Annotated[Path, typer.Argument(help="The rules to try, as rules.file takes them.", metavar="RULES")]
Timelines = Annotated[
    list[Path],
    typer.Argument(help="Timelines in JSON, or folders of them.", metavar="TIMELINES", show_default=False),
]
Everything = Annotated[
    bool,
    typer.Option("--every", help="Grade every timeline twice, also those whose values cannot tell the rules apart."),
]


@dataclass(slots=True)
class _Found:
    """What came of it so far; `graded` counts the timelines that were folded under both rules."""

    timelines: int = 0
    graded: int = 0
    changed: list[tuple[Path, Difference]] = field(default_factory=list)


@app.command(epilog="Example: stepguard whatif stricter.toml recorded/ --json")
def whatif(
    rules: Rulesfile, timelines: Timelines, *, every: Everything = False, as_json: Json = False, config: Config = None
) -> None:
    """Say what other rules would change in recorded timelines.

    Compared with the rules of the configuration, by default those shipped. Minutes and calls are given for the
    timelines that change; all others come out the same, to the minute.
    """
    settings = read_settings(config)
    old = rules_for(settings)
    new = rules_for(msgspec.structs.replace(settings, rules=RulesSettings(file=str(rules))))
    files = list(_files(timelines))
    found = _Found()
    told_s = monotonic_s()
    for first in range(0, len(files), AT_ONCE):
        some = files[first : first + AT_ONCE]
        records = [_record(file, old) for file in some]
        for file, record, differs in zip(some, records, may_differ(records, old, new), strict=True):
            found.timelines += 1
            if every or differs:
                found.graded += 1
                difference = compare(record, old, new)
                if difference.changed:
                    found.changed.append((file, difference))
            if monotonic_s() - told_s >= TELL_EVERY_S:
                told_s = monotonic_s()
                typer.echo(f"{found.timelines} of {len(files)} timelines, {len(found.changed)} changed", err=True)
    found.changed.sort(key=_worst_first)
    if as_json:
        typer.echo(json.dumps(_object(found, old, new)))
        return
    for line in _lines(found, old, new):
        typer.echo(line)


def _files(given: Sequence[Path]) -> Iterator[Path]:
    for path in given:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(path.rglob("*.json"))
        if not inside:
            raise InputError(f"{path}: no timeline in this folder; timelines are files that end in .json")
        yield from inside


def _record(file: Path, rules: Rules) -> Record:
    try:
        return parse_timeline(read_timeline(file), rules.plausibility)
    except BadEvent as error:
        raise InputError(f"{file}: {error}") from error


def _worst_first(one: tuple[Path, Difference]) -> tuple[int, ...]:
    """Sort the timelines by what they lose."""
    counts = _counts([one[1]])
    return tuple(-counts[fate] for fate in FATES)


def _counts(differences: Sequence[Difference]) -> dict[str, int]:
    return {fate: sum(told.fate == fate for one in differences for told in one.told) for fate in FATES}


def _minutes(differences: Sequence[Difference], side: str) -> dict[str, float]:
    return {urgency: round(sum(getattr(one, side).minutes[urgency] for one in differences), 1) for urgency in URGENCIES}


def _totals(found: _Found) -> dict[str, Any]:
    differences = [difference for _, difference in found.changed]
    return {
        "timelines": found.timelines,
        "graded_twice": found.graded,
        "changed": len(differences),
        **_counts(differences),
        "minutes": {"old": _minutes(differences, "old"), "new": _minutes(differences, "new")},
        "calls": {side: sum(getattr(one, side).calls for one in differences) for side in ("old", "new")},
    }


def _object(found: _Found, old: Rules, new: Rules) -> dict[str, Any]:
    return {
        "rules": {"old": old.version, "new": new.version},
        "totals": _totals(found),
        "changed": [
            {
                "file": str(file),
                "patient": one.code,
                "told": [
                    {
                        "fate": told.fate,
                        "at": told.at.isoformat(),
                        "urgency": told.urgency,
                        "groups": list(told.groups),
                        "other_at": None if told.other_at is None else told.other_at.isoformat(),
                    }
                    for told in one.told
                ],
                "old": _side(one.old),
                "new": _side(one.new),
            }
            for file, one in found.changed
        ],
    }


def _side(outcome: Outcome) -> dict[str, Any]:
    return {
        "minutes": {urgency: round(minutes, 1) for urgency, minutes in outcome.minutes.items()},
        "first_urgent": None if outcome.first_urgent is None else outcome.first_urgent.isoformat(),
        "first_emergency": None if outcome.first_emergency is None else outcome.first_emergency.isoformat(),
        "worst_grade": outcome.worst_grade,
        "calls": outcome.calls,
    }


def _lines(found: _Found, old: Rules, new: Rules) -> Iterator[str]:
    yield f"rules {old.version} -> {new.version}"
    for file, one in found.changed:
        yield f"\n{one.code}  {file}"
        for told in one.told:
            when = (
                ""
                if told.other_at is None
                else f", {'now' if told.fate == 'later' else 'before'} {_clock(told.other_at)}"
            )
            about = f" ({', '.join(told.groups).replace('_', ' ')})" if told.groups else ""
            yield f"  {told.fate:<8} {_clock(told.at)} {told.urgency}{about}{when}"
        yield f"  minutes  {_moved(one.old.minutes, one.new.minutes)}"
        for what, before, after in (
            ("first urgent", one.old.first_urgent, one.new.first_urgent),
            ("first emergency", one.old.first_emergency, one.new.first_emergency),
        ):
            if before != after:
                yield f"  {what}: {_clock(before)} -> {_clock(after)}"
        if one.old.worst_grade != one.new.worst_grade:
            yield f"  worst CRS grade: {_grade(one.old.worst_grade)} -> {_grade(one.new.worst_grade)}"
    totals = _totals(found)
    yield ""
    yield f"{totals['timelines']} timelines, {totals['changed']} changed ({totals['graded_twice']} graded twice)"
    yield ", ".join(f"{totals[fate]} {fate}" for fate in FATES)
    if found.changed:
        yield f"calls {totals['calls']['old']} -> {totals['calls']['new']} in the changed timelines"
        yield f"minutes  {_moved(totals['minutes']['old'], totals['minutes']['new'])}"


def _moved(before: dict[Any, float], after: dict[Any, float]) -> str:
    moved = [
        f"{urgency} {before[urgency]:.0f} -> {after[urgency]:.0f}"
        for urgency in reversed(URGENCIES)
        if round(before[urgency]) != round(after[urgency])
    ]
    return ", ".join(moved) or "unchanged"


def _clock(at: datetime | None) -> str:
    return "never" if at is None else f"{at:%Y-%m-%d %H:%M:%SZ}"


def _grade(grade: int | None) -> str:
    return "none given" if grade is None else str(grade)
