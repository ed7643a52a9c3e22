"""What an enrolment still lacks: for one patient, or for everybody."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from console.commands.arguments import By, Config, Json, family
from console.commands.chain_access import entitled, opened, patient
from gateway.permissions import Action

if TYPE_CHECKING:
    from alerts.enrolment_check import Checklist

# The chain is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()


@app.command(epilog="Example: stepguard enrolment P-0042 --by ada; stepguard enrolment --json --by ada")
def enrolment(
    code: Annotated[
        str | None, typer.Argument(help="One patient; default everybody on the board.", metavar="[PATIENT]")
    ] = None,
    *,
    as_json: Json = False,
    by: By = None,
    config: Config = None,
) -> int:
    """List what enrolments lack."""
    from alerts.enrolment_check_store import checklist_of, every_checklist
    from console.commands.ground_access import directory_for, rules_for
    from gateway.people_log import note

    with opened(config) as chain:
        rules, directory, now = rules_for(chain.settings), directory_for(chain.settings), chain.now()
        with chain.database.write() as session:
            who = entitled(session, by, Action.VIEW_PATIENT)
            found: Mapping[str, Checklist]
            if code is None:
                found = every_checklist(session, rules, directory, now)
            else:
                viewed = patient(session, code)
                note(session, now, "view", f"patient:{viewed}", {"as": "enrolment"}, by=who, patient_id=viewed)
                one = checklist_of(session, viewed, rules, directory, now)
                found = {} if one is None else {code: one}
    if as_json:
        typer.echo(msgspec.json.encode([plain(each, checklist) for each, checklist in found.items()]))
    else:
        _print(found, one=code is not None)
    return 0 if all(checklist.complete for checklist in found.values()) else 1


def _print(found: "Mapping[str, Checklist]", *, one: bool) -> None:
    from console.views.enrolment import checklist_lines, summary

    for code, checklist in found.items():
        typer.echo(f"{code}: {summary(checklist)}")
        if one:
            for line in checklist_lines(checklist, remedies=True):
                typer.echo(f"  {line.text}")
    if not found:
        typer.echo("nobody is enrolled; see stepguard enroll --help")


def plain(code: str, checklist: "Checklist") -> dict[str, object]:
    """Return a checklist for machines."""
    return {
        "patient": code,
        "complete": checklist.complete,
        "items": [
            {
                "item": item.key,
                "what": item.what,
                "standing": item.standing.replace(" ", "_"),
                "says": item.says,
                "remedy": item.remedy or None,
            }
            for item in checklist.items
        ],
    }
