"""Who is called, and what was texted."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from alerts.roster import STAFF_ROLES, Roster
from alerts.roster_file import RosterError, load_roster
from console.command import InputError
from console.commands.arguments import At, By, Config, Json, branch, family, instant
from console.commands.chain_access import chain_clock, entitled, opened, read_settings
from gateway.permissions import Action

app = family()
roster = branch("Who is on call.")
outbox = branch("Texts sent, and replies coming back.")
app.add_typer(roster, name="roster")
app.add_typer(outbox, name="outbox")


@roster.command("show", epilog="Example: stepguard roster show --at 2026-03-02T02:10Z")
def show(*, at: At = None, as_json: Json = False, config: Config = None) -> None:
    """Say who is on call at an instant, by role."""
    found = _load(config, None)
    moment = chain_clock().now() if at is None else instant(at, "--at")
    people = {role: found.on_call(role, moment) for role in STAFF_ROLES}
    if as_json:
        named = {role: None if person is None else person.name for role, person in people.items()}
        typer.echo(json.dumps({"at": moment.isoformat(), "on_call": named, "example": found.example}))
        return
    for role, person in people.items():
        typer.echo(f"{role:<22} {'nobody' if person is None else f'{person.name}  {person.number}'}")
    if found.example:
        typer.echo("this is the shipped example: name your own file in site.roster", err=True)


@roster.command("check", epilog="Example: stepguard roster check --file roster.toml --days 28")
def check_roster(
    *,
    file: Annotated[Path | None, typer.Option(help="A roster to check before it is used.")] = None,
    days: Annotated[int, typer.Option(help="How far ahead to look for hours nobody covers.", min=1, max=366)] = 28,
    config: Config = None,
) -> int:
    """Refuse a roster that cannot be used; list the hours nobody covers (exit 1 when there are any)."""
    found = _load(config, file)
    now = chain_clock().now()
    gaps = found.gaps(STAFF_ROLES, now, now + timedelta(days=days))
    for gap in gaps:
        typer.echo(f"nobody is {gap.role} from {gap.starts.isoformat()} until {gap.ends.isoformat()}")
    if not gaps:
        typer.echo(f"every role is covered for the next {days} days")
    return 1 if gaps else 0


@outbox.command("list", epilog="Example: stepguard outbox list --limit 20 --json")
def list_texts(
    *,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 50,
    as_json: Json = False,
    by: By = None,
    config: Config = None,
) -> None:
    """List the newest texts, sent and received."""
    from alerts.view import text_lines  # noqa: PLC0415 - roster needs no database

    with opened(config) as chain, chain.database.read() as session:
        entitled(session, by, Action.READ_TEXTS)
        lines = text_lines(session, limit=limit)
    if as_json:
        rows = [
            {
                "id": line.id,
                "at": line.at.isoformat(),
                "direction": line.direction,
                "role": line.role,
                "person": line.person,
                "number": line.number,
                "body": line.body,
                "status": line.status,
                "incident_id": line.incident_id,
            }
            for line in lines
        ]
        typer.echo(json.dumps(rows))
        return
    for line in lines:
        arrow = "to" if line.direction == "out" else "from"
        who = line.person or line.role or "an unknown number"
        typer.echo(
            f"{line.at.isoformat(timespec='seconds')}  {arrow:<4} {who} {line.number}  {line.status}  {line.body}"
        )


@outbox.command(epilog='Example: stepguard outbox reply --from +12025550111 "KX42 OK"')
def reply(
    text: Annotated[str, typer.Argument(help="What the phone texts back, such as KX42 OK or T 38.4 S 94 B 104/61.")],
    *,
    from_number: Annotated[str, typer.Option("--from", help="The number it comes from.", metavar="NUMBER")],
    by: By = None,
    config: Config = None,
) -> None:
    """Let a text come back from a phone, through the same door as a real one."""
    from alerts.outbox import receive  # noqa: PLC0415 - roster needs no database
    from gateway.people_log import note  # noqa: PLC0415 - as above

    with opened(config) as chain:
        with chain.database.write() as session:
            who = entitled(session, by, Action.ANSWER_PAGES)
            note(session, chain.now(), "change", "outbox:reply", {"change": "reply let in"}, by=who)
        receive(chain.database, from_number=from_number, body=text, now=chain.now())
    typer.echo(f"received from {from_number}; the alerts part answers it")


def _load(config: Path | None, file: Path | None) -> Roster:
    settings = read_settings(config)
    try:
        return load_roster(file or settings.site.roster)
    except RosterError as error:
        raise InputError(str(error)) from error
