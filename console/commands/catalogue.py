"""The drug catalogue in the terminal: no number without its source and confidence."""

from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer

from console.command import InputError
from console.commands.arguments import Config, Json, family
from console.commands.chain_access import read_settings
from console.commands.ground_access import rules_for
from monitor.catalogue import Drug, Schedule, normalise
from monitor.onset import OnsetRow
from monitor.rules import Rules

app = family()


@app.command(epilog="Example: stepguard drugs teclistamab")
def drugs(
    name: Annotated[str | None, typer.Argument(help="Generic or brand name; without it, the list.")] = None,
    *,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """The drug catalogue, with the source of each number."""  # noqa: D401 - also the line in the list
    rules = rules_for(read_settings(config))
    if name is None:
        chosen: tuple[Drug, ...] = rules.catalogue.drugs
    else:
        found = rules.catalogue.find(name)
        if found is None:
            known = ", ".join(drug.name for drug in rules.catalogue.drugs)
            raise InputError(f"drug {name!r} is not in the catalogue; known are {known}")
        chosen = (found,)
    if as_json:
        encoder = msgspec.json.Encoder(decimal_format="number", order="deterministic")
        rows = [{"drug": drug, "onset": [_plain(row) for row in _onsets(rules, drug)]} for drug in chosen]
        typer.echo(encoder.encode(rows))
        return
    for line in _table(chosen) if name is None else _sheet(rules, chosen[0]):
        typer.echo(line)


def _table(chosen: tuple[Drug, ...]) -> Iterator[str]:
    for drug in chosen:
        rate = drug.crs_any_pct
        crs = "CRS rate not known" if rate is None else f"CRS {rate.value} % ({rate.source}; {rate.confidence})"
        yield f"{drug.name:<16} {drug.brand or '-':<12} {drug.route:<3} {drug.target or '-':<14} {crs}"


def _sheet(rules: Rules, drug: Drug) -> Iterator[str]:
    yield from _table((drug,))
    for schedule in drug.schedules:
        yield from _schedule(schedule)
    onsets = _onsets(rules, drug)
    yield "" if onsets else "onset: no distribution of its own; the window falls back to the route"
    for row in onsets:
        hours = " ".join(f"{value:g}" for value in row.onset.hours)
        steps = ", ".join(sorted(row.steps)) or "every dose"
        yield f"onset after {steps}: {hours} h at 2.5, 25, 50, 75, 97.5 and 99.5 %, closes {row.onset.closes_h:g} h"
        yield f"    published {row.published}; {row.onset.source}; {row.onset.confidence}"
    for rule in drug.next_dose:
        yield f"after {rule.syndrome.upper()} grade {rule.grade}: {', '.join(rule.actions)}"
        if rule.text:
            yield f"    {rule.text}"
        yield f"    {rule.source}; {rule.confidence}"


def _schedule(schedule: Schedule) -> Iterator[str]:
    yield f"\nschedule {schedule.id}, {schedule.route}"
    for step in schedule.steps:
        amount = "amount not known" if step.amount is None else f"{step.amount} {step.unit}"
        day = f"cycle {step.cycle or '?'} day {step.day or '?'}"
        yield f"  {step.name}: {amount}, {day} ({step.source}; {step.confidence})"
        if step.crs_pct is not None:
            yield f"      CRS after it {step.crs_pct.value} % ({step.crs_pct.source}; {step.crs_pct.confidence})"
        if step.observation is not None:
            seen = step.observation
            yield f"      {seen.kind} {seen.hours} h from {seen.counted_from} ({seen.source}; {seen.confidence})"
    if schedule.maintenance:
        yield f"  then {schedule.maintenance}"


def _onsets(rules: Rules, drug: Drug) -> list[OnsetRow]:
    return [row for row in rules.onset.rows if normalise(row.drug) == normalise(drug.name)]


def _plain(row: OnsetRow) -> dict[str, object]:
    return {
        "steps": sorted(row.steps),
        "hours": row.onset.hours,
        "closes_h": row.onset.closes_h,
        "published": row.published,
        "source": row.onset.source,
        "confidence": row.onset.confidence,
    }
