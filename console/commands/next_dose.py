"""The sheet a pharmacist checks before a next dose: label rule, delay, observation, second reference."""

from typing import Annotated

import msgspec
import typer

from console.commands.arguments import By, Config, Json, Patient, family, instant
from console.commands.chain_access import entitled, opened, patient
from gateway.permissions import Action

app = family()


@app.command(name="next-dose", epilog="Example: stepguard next-dose P-0042 --at 2026-03-20T10:00Z --by ada")
def next_dose(
    code: Patient,
    *,
    at: Annotated[
        str | None,
        typer.Option("--at", help="When it would be given, with an offset or Z; default now.", metavar="TIME"),
    ] = None,
    as_json: Json = False,
    by: By = None,
    config: Config = None,
) -> None:
    """What the label says about a patient's next dose."""  # noqa: D401 - also the line in the list
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - help answers without the monitor

    from console.commands.ground_access import rules_for  # noqa: PLC0415 - as above
    from console.views.next_dose_lines import lines  # noqa: PLC0415 - as above
    from gateway.people_log import note  # noqa: PLC0415 - as above
    from monitor.course import Course  # noqa: PLC0415 - as above
    from monitor.export import timeline_of  # noqa: PLC0415 - as above
    from monitor.next_dose_sheet import sheet  # noqa: PLC0415 - as above
    from monitor.timeline import parse_timeline  # noqa: PLC0415 - as above

    given = None if at is None else instant(at, "--at")
    with opened(config) as chain:
        rules, now = rules_for(chain.settings), chain.now()
        with chain.database.write() as session:
            who, viewed = entitled(session, by, Action.VIEW_PATIENT), patient(session, code)
            note(session, now, "view", f"patient:{viewed}", {"as": "next dose"}, by=who, patient_id=viewed)
        with chain.database.read() as session:
            record = parse_timeline(timeline_of(session, viewed), rules.plausibility)
    shown = sheet(Course(record.profile, record.regimen, rules, record.events), given or now)
    if as_json:
        typer.echo(msgspec.json.encode(shown))
        return
    for line in lines(shown, ZoneInfo(record.profile.timezone)):
        typer.echo(line)
