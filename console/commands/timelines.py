"""Recorded timelines: graded again, and written out."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from console.command import InputError
from console.commands.arguments import By, Config, Patient, branch, family, text_of
from console.commands.chain_access import entitled, opened, patient, read_settings
from console.commands.operations import downtime
from gateway.permissions import Action

app = family()
export = branch("Write a patient's record for others to read.")
app.add_typer(export, name="export")


@app.command(epilog="Example: stepguard replay P-0042.json --all")
def replay(
    timeline: Annotated[
        Path, typer.Argument(help="A timeline in JSON; - reads standard input.", metavar="TIMELINE.json")
    ],
    *,
    every_event: Annotated[bool, typer.Option("--all", help="One line for every event, changed or not.")] = False,
    config: Config = None,
) -> None:
    """Grade a recorded timeline as the live chain would."""
    from console.commands.ground_access import rules_for  # noqa: PLC0415 - export needs no rules
    from monitor.assessment import encode  # noqa: PLC0415 - as above
    from monitor.replay import replay as grade  # noqa: PLC0415 - as above
    from monitor.timeline import BadEvent  # noqa: PLC0415 - as above

    recorded = read_timeline(timeline)
    rules = rules_for(read_settings(config))
    try:
        for assessment in grade(recorded, rules, every_event=every_event):
            typer.echo(encode(assessment))
    except BadEvent as error:
        raise InputError(f"{timeline}: {error}") from error


def read_timeline(file: Path) -> Mapping[str, Any]:
    """Return the object in `file` with numbers as exact decimals.

    Raises
    ------
    InputError
        For a file that cannot be read, is no JSON object, repeats a key or holds a number that is not finite.
    """
    text = text_of(file, "give a timeline in JSON")
    try:
        found = json.loads(
            text.removeprefix(BYTE_ORDER_MARK),
            parse_float=Decimal,
            parse_int=_whole_number,
            parse_constant=_not_finite,
            object_pairs_hook=_unique,
        )
    except json.JSONDecodeError as error:
        raise InputError(f"{file}: not valid JSON: {error.msg}, line {error.lineno} column {error.colno}") from error
    except _NotAllowedError as error:
        raise InputError(f"{file}: {error}") from error
    except RecursionError as error:
        raise InputError(f"{file}: nested too deeply for a timeline") from error
    try:
        json.dumps(found, default=str, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{file}: a text has half a character, a lone \\ud800 escape; write the whole one") from error
    if not isinstance(found, dict):
        raise InputError(f"{file}: a timeline is one JSON object with patient, regimen and events")
    return found


BYTE_ORDER_MARK = "\ufeff"
MOST_DIGITS = 300


class _NotAllowedError(Exception):
    """Valid for Python's reader, not for us."""


def _whole_number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise _NotAllowedError(f"a number has {len(digits)} digits; no measurement has")
    return int(digits)


def _not_finite(name: str) -> None:
    raise _NotAllowedError(f"{name} is not a number; leave the value out when it is missing")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NotAllowedError(f"the key {twice!r} is given twice in one object; keep one of them")
    return found


@export.callback(invoke_without_command=False)
def _export() -> None:
    """Write a patient's record for others to read."""


@export.command(epilog="Example: stepguard export timeline P-0042 > P-0042.json")
def timeline(code: Patient, *, by: By = None, config: Config = None) -> None:
    """Write the patient's record as a timeline that replay reads."""
    from gateway.people_log import note  # noqa: PLC0415 - replay needs no database
    from monitor.export import timeline_of  # noqa: PLC0415 - as above

    with opened(config) as chain:
        with chain.database.write() as session:
            who, viewed = entitled(session, by, Action.VIEW_PATIENT), patient(session, code)
            note(session, chain.now(), "view", f"patient:{viewed}", {"as": "timeline"}, by=who, patient_id=viewed)
        with chain.database.read() as session:
            recorded = timeline_of(session, viewed)
    encoder = msgspec.json.Encoder(decimal_format="number")
    typer.echo(msgspec.json.format(encoder.encode(recorded), indent=1))


export.command(epilog="Example: stepguard export downtime --to ward.txt")(downtime)
