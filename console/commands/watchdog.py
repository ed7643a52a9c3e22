"""The watchdog: a process apart, with a configuration of its own, that watches a running system from outside."""

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from console.command import InputError
from console.commands.arguments import Config, Json, family
from console.commands.chain_access import chain_clock, read_settings
from console.commands.parts import serve_part
from gateway.settings import SettingsError

if TYPE_CHECKING:
    from alerts.watchdog import Watchdog
    from gateway.clock import Clock
    from gateway.settings import Settings

# Only the watchdog itself needs its clients.
# ruff: noqa: PLC0415

app = family()


@app.command(
    epilog="Example: stepguard watchdog --config watchdog.toml; to try it: stepguard watchdog --once --config"
    " watchdog.toml (exit 1 when something is wrong; calls nobody)"
)
def watchdog(
    *,
    once: Annotated[bool, typer.Option("--once", help="Go one round, say what was seen, call nobody.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> int:
    """Watch a running system from outside."""
    from console.log_lines import log_to_stderr

    log_to_stderr()
    settings, clock = read_settings(config), chain_clock()
    if not once:
        if as_json:
            raise InputError("--json says what one round has seen; give --once with it")
        serve_part("watchdog", _watch(settings, clock))
        return 0
    return _say(_seen_once(settings, clock), as_json=as_json)


async def _watch(settings: "Settings", clock: "Clock") -> None:
    from alerts.watchdog_service import run
    from console.answering import answering

    async with answering("watchdog", settings.watchdog.admin_listen) as account:
        await run(settings, clock, account=account)


def _seen_once(settings: "Settings", clock: "Clock") -> "Watchdog":
    from alerts.watchdog_service import once

    try:
        return asyncio.run(once(settings, clock))
    except SettingsError as error:
        raise InputError(str(error)) from error


def _say(dog: "Watchdog", *, as_json: bool) -> int:
    """Print one round and everything that is wrong at this moment; return the exit code."""
    from alerts.watchdog import report
    from alerts.watchdog_round import LEGS, spans_s

    well = dog.is_well and not dog.known
    if as_json:
        typer.echo(json.dumps({"well": well, **report(dog, dog.known)}))
        return 0 if well else 1
    spans = {} if dog.last is None else spans_s(dog.last.round)
    for leg in LEGS:
        typer.echo(f"{leg:<10} {f'{spans[leg]:.1f} s' if leg in spans else 'not seen'}")
    if dog.last is None:
        typer.echo("FAULT the round did not end in time")
    elif dog.last.verdict.state != "well":
        typer.echo(f"FAULT {dog.last.verdict.text}")
    for one in dog.known:
        typer.echo(f"{'FAULT' if one.severity == 'high' else 'low  '} {one.text}, since {one.since.isoformat()}")
    if well:
        typer.echo("all is well")
    return 0 if well else 1
