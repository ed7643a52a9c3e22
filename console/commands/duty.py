"""What was texted."""

import json
from typing import Annotated

import typer

from console.commands.arguments import By, Config, Json, branch, family
from console.commands.chain_access import entitled, opened
from gateway.permissions import Action

app = family()
outbox = branch("Texts sent, and replies coming back.")
app.add_typer(outbox, name="outbox")


@outbox.command("list", epilog="Example: stepguard outbox list --limit 20 --json")
def list_texts(
    *,
    limit: Annotated[int, typer.Option(help="How many, newest first.", min=1)] = 50,
    as_json: Json = False,
    by: By = None,
    config: Config = None,
) -> None:
    """List the newest texts, sent and received."""
    from alerts.view import text_lines  # noqa: PLC0415 - help answers without alerts

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
    from alerts.outbox import receive  # noqa: PLC0415 - help answers without alerts
    from gateway.people_log import note  # noqa: PLC0415 - as above

    with opened(config) as chain:
        with chain.database.write() as session:
            who = entitled(session, by, Action.ANSWER_PAGES)
            note(session, chain.now(), "change", "outbox:reply", {"change": "reply let in"}, by=who)
        receive(chain.database, from_number=from_number, body=text, now=chain.now())
    typer.echo(f"received from {from_number}; the alerts part answers it")
