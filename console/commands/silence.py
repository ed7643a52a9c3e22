"""Silences: calls held back for a bounded time, by somebody, for a reason."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from alerts.policy_file import PolicyError, load_policy
from alerts.silence import Severity, SilenceLimits
from console.command import InputError
from console.commands.arguments import By, Config, Json, branch, family, instant
from console.commands.chain_access import Chain, entitled, opened
from gateway.permissions import Action

if TYPE_CHECKING:
    from sqlmodel import Session

    from alerts.silence_store import SilenceLine

# The database is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()
silence = branch("Hold calls back for a time, never the worst ones.")
app.add_typer(silence, name="silence")

_SPAN = re.compile(r"(?P<count>\d{1,5})(?P<unit>[mh])")


@silence.command(
    "add",
    epilog="Example: stepguard silence add P-0042 --for 2h --why 'at a wedding, devices at home' --by ada; "
    "stepguard silence add quiet:gateway --severity high --for 30m --why 'update of the machine' --by eva",
)
def add(
    target: Annotated[
        str,
        typer.Argument(
            help="A patient's code (their watch level and reminders), or a technical condition, such as offline:h7.",
            metavar="TARGET",
        ),
    ],
    *,
    why: Annotated[str, typer.Option(help="Why, for those who look later; no names.")],
    for_: Annotated[str | None, typer.Option("--for", help="For how long: 30m, 2h.", metavar="SPAN")] = None,
    until: Annotated[str | None, typer.Option(help="Or until when, with an offset or Z.", metavar="TIME")] = None,
    severity: Annotated[
        Severity | None, typer.Option(help="Of a technical condition that does not hold yet, such as planned work.")
    ] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Hold calls back. Ends by itself, and at once when it gets worse; what is still wrong then calls."""
    from alerts.desk import silence as enter_silence
    from alerts.silence_store import conditions_to_silence
    from monitor.enrolment import patient_by_code

    def enter(session: "Session", chain: Chain, who: str) -> str:
        ends, zone = _ends(chain.now(), for_, until), chain.settings.site.timezone
        found = patient_by_code(session, target)
        if found is None and severity is None and target not in (known := conditions_to_silence(session)):
            named = ", ".join(known) or "none"
            raise InputError(
                f"{target!r} is no patient and no technical condition that holds now ({named}); "
                "give --severity for a condition that is still to come"
            )
        number = enter_silence(
            session,
            by=who,
            why=why,
            until=ends,
            now=chain.now(),
            limits=_limits(chain),
            patient=None if found is None else (found.patient_id, found.code),
            key=target,
            severity=severity,
        )
        return f"silence {number}: {target} until {_wall(ends, zone)}"

    _change(config, by, enter)


@silence.command("list", epilog="Example: stepguard silence list --all --json")
def list_silences(
    *,
    every: Annotated[bool, typer.Option("--all", help="Those that ended, too.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """List the silences in force, the newest first."""
    from alerts.silence_store import silence_lines

    with opened(config) as chain, chain.database.read() as session:
        lines, zone, now = silence_lines(session, chain.now(), ended=every), chain.settings.site.timezone, chain.now()
    if as_json:
        typer.echo(json.dumps([_object(line) for line in lines]))
        return
    for line in lines:
        typer.echo(
            f"{line.id:>4}  {line.target:<20} {_wall(line.since, zone)} - {_wall(line.until, zone)}"
            f"  by {line.by}: {line.why}{_ended(line, zone, now)}"
        )
    if not lines:
        typer.echo("nothing is silenced")


@silence.command("end", epilog="Example: stepguard silence end 3 --by ada")
def end(
    number: Annotated[int, typer.Argument(help="The silence's number, as stepguard silence list shows it.")],
    *,
    why: Annotated[str, typer.Option(help="Why, for those who look later; no names.")] = "",
    by: By = None,
    config: Config = None,
) -> None:
    """End a silence now; what is still wrong calls at once."""
    from alerts.desk import end_silence

    def enter(session: "Session", chain: Chain, who: str) -> str:
        end_silence(session, number, by=who, now=chain.now(), why=why)
        return f"silence {number} has ended"

    _change(config, by, enter)


def _change(config: Path | None, by: str | None, enter: "Callable[[Session, Chain, str], str]") -> None:
    from alerts.desk import Refused

    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                done = enter(session, chain, entitled(session, by, Action.ANSWER_PAGES))
        except Refused as error:
            raise InputError(f"silence: {error}") from error
    typer.echo(done)


def _limits(chain: Chain) -> SilenceLimits:
    try:
        return load_policy(chain.settings.site.policy).silences
    except PolicyError as error:
        raise InputError(str(error)) from error


def _ends(now: datetime, for_: str | None, until: str | None) -> datetime:
    if (for_ is None) == (until is None):
        raise InputError("give either --for SPAN or --until TIME")
    if until is not None:
        return instant(until, "--until")
    match = _SPAN.fullmatch(for_ or "")
    if match is None:
        raise InputError(f"--for {for_!r} is not a span; write it as 30m or 2h")
    count = int(match["count"])
    return now + (timedelta(hours=count) if match["unit"] == "h" else timedelta(minutes=count))


def _ended(line: "SilenceLine", zone: str, now: datetime) -> str:
    if line.ended_at is None:
        return "  ran out" if line.until <= now else ""
    by = f" by {line.ended_by}" if line.ended_by else ""
    return f"  ended {_wall(line.ended_at, zone)}{by}{f': {line.ended_why}' if line.ended_why else ''}"


def _object(line: "SilenceLine") -> dict[str, object]:
    return {
        "id": line.id,
        "target": line.target,
        "covers": line.covers,
        "by": line.by,
        "why": line.why,
        "since": line.since.isoformat(),
        "until": line.until.isoformat(),
        "ended_at": None if line.ended_at is None else line.ended_at.isoformat(),
        "ended_by": line.ended_by,
        "ended_why": line.ended_why,
    }


def _wall(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}"
