"""The rules as a reviewed file: what they say, whether a site's own file would load, and a draft of one."""

import json
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.command import InputError
from console.commands.arguments import Config, Json, branch, family
from console.commands.chain_access import read_settings

if TYPE_CHECKING:
    from monitor.rules import Rules

# The monitor is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()
rules = branch("The rules' numbers, and a site's own ones with their tests.")
app.add_typer(rules, name="rules")


@rules.callback(invoke_without_command=False)
def _rules() -> None:
    """Show, check and draft rules."""


@rules.command(epilog="Example: stepguard rules show; a row with its bounds is one that a site may change")
def show(*, as_json: Json = False, config: Config = None) -> None:
    """Print every number of the rules in force, with source, confidence and the bounds a site must keep."""
    from console.commands.ground_access import rules_for
    from monitor.rulebook import load_bounds, shipped_tree
    from monitor.site_rules import numbers

    in_force = rules_for(read_settings(config))
    own = {change.row: change for change in in_force.site.changes} if in_force.site else {}
    bounds, tree = load_bounds(), shipped_tree()
    drugs = {f"masking.{drug['name']}_h": drug for drug in tree["masking"]}
    lines = []
    for row, (default, unit) in numbers(tree):
        section, _, key = row.partition(".")
        said = own.get(row)
        origin = drugs.get(row) or tree[section][key]
        bound = bounds.rows.get(row)
        lines.append(
            {
                "row": row,
                "value": str(said.value if said else default),
                "default": str(default),
                "unit": unit,
                "source": said.source if said else origin["source"],
                "confidence": said.confidence if said else origin["confidence"],
                "checked": str(said.checked if said else origin["checked"]),
                "from": None if bound is None else str(bound.least),
                "to": None if bound is None else str(bound.most),
            }
        )
    if as_json:
        typer.echo(json.dumps({"rules_version": in_force.version, "rows": lines}))
        return
    typer.echo(f"rules {in_force.version}")
    for line in lines:
        changed = f", default {line['default']}" if line["value"] != line["default"] else ""
        may = f"  site may set {line['from']} to {line['to']}" if line["from"] is not None else ""
        origin_words = f"{line['source']}, {line['confidence']}, checked {line['checked']}"
        typer.echo(f"{line['row']} = {line['value']} {line['unit']}{changed}  [{origin_words}]{may}")


@rules.command(epilog="Example: stepguard rules check site-rules.toml")
def check(
    file: Annotated[Path, typer.Argument(help="A site's rule file.", metavar="FILE")], *, as_json: Json = False
) -> None:
    """Hold a site's rule file against its own test vectors and the bounds, without using it."""
    from monitor.rulebook import RulesError, load_rules

    try:
        found = load_rules(file)
    except RulesError as error:
        raise InputError(str(error)) from error
    if as_json:
        assert found.site is not None  # noqa: S101 - a file was given
        typer.echo(json.dumps({"rules_version": found.version, **asdict(found.site)}, default=str))
        return
    for line in site_lines(found):
        typer.echo(line)
    typer.echo(f'to sign exactly this: rules.signed_version = "{found.version}", with rules.signed_by and signed_on')


@rules.command(
    epilog="Example: stepguard rules template oximetry.urgent_below_pct=95 > rules.toml; what "
    "each vector expects is what these rules would answer: read every one and correct what your ward wants otherwise."
)
def template(
    rows: Annotated[
        list[str], typer.Argument(help="Rows with the value the site wants, as ROW=VALUE.", metavar="ROW=VALUE...")
    ],
    *,
    name: Annotated[str, typer.Option(help="Name of the site's rules; it becomes part of the version.")] = "site",
) -> None:
    """Write a draft of a site's rule file with the test vectors that it needs."""
    from monitor.rule_vectors import template_vectors
    from monitor.rulebook import load_bounds, rules_with, shipped_tree
    from monitor.site_rules import numbers

    bounds, defaults = load_bounds().rows, dict(numbers(shipped_tree()))
    values = dict(_asked(row, set(bounds)) for row in rows)
    tried = rules_with(values)
    typer.echo("# A draft. Read every vector: it must say what the ward wants, not what the program does.")
    typer.echo(f'name = "{name}"')
    for row, value in values.items():
        unit = defaults[row][1]
        typer.echo(f'\n[{row}]\nvalue = "{value}"  # {unit}; shipped: {defaults[row][0]}')
        typer.echo('source = ""  # who decided it, and where that is written down')
        typer.echo('confidence = "site"\n# checked = 2026-12-01')
    for row, value in values.items():
        for side, when, expect in template_vectors(bounds[row], value, tried):
            said = ", ".join(f"{key} = {_toml(answer)}" for key, answer in expect.items())
            typer.echo(f'\n[[vector]]\nof = "{row}"\nside = "{side}"\nwhen = "{when}"\nexpect = {{ {said} }}')


def site_lines(found: "Rules") -> list[str]:
    """Return one line for every value that the site sets otherwise, and one for its vectors; empty without a file."""
    if found.site is None:
        return []
    lines = [
        f"{change.row} = {change.value} {change.unit}, default {change.default} "
        f"(source: {change.source}; {change.confidence}, checked {change.checked})"
        for change in found.site.changes
    ]
    return [*lines, f"rules of {found.site.name}: {len(lines)} values changed, {found.site.vectors} test vectors pass"]


def _asked(text: str, known: set[str]) -> tuple[str, Decimal]:
    row, _, value = text.partition("=")
    if row not in known:
        raise InputError(f"{row!r} is no row that a site may change; stepguard rules show lists them")
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise InputError(f"{text!r} has no number; write for example {row}=1") from error
    if not number.is_finite() or number < 0:
        raise InputError(f"{text!r}: a value is a number of 0 or more")
    return row, number


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | Decimal) else f'"{value}"'
