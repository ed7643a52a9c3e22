"""The long-running commands: the whole chain, one part of it, or the board."""

import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import typer

from console.command import FailedError, InputError
from console.commands.arguments import By, Config, actor, family
from console.commands.chain_access import opened, read_settings
from console.running import PartEndedError, run_parts, run_until_told
from gateway.settings import Settings, SettingsError

# Each command imports its own part: a gateway's process must hold neither the monitor nor the console.
# ruff: noqa: PLC0415

app = family()


@app.command(epilog="Example: stepguard up --config stepguard.toml")
def up(*, config: Config = None) -> None:
    """Run gateway, monitor and alerts as one process group."""
    from console.chain import parts_apart
    from console.commands.ground_access import warn_unsigned, with_ground
    from console.group import GroupEndedError, run_group

    settings = read_settings(config)
    ground = with_ground(settings)
    warn_unsigned(ground)
    with opened(config) as chain:
        chain.database.dispose()  # a connection must not be shared with a forked process
        with tempfile.TemporaryDirectory(prefix="stepguard-") as folder:  # made for this user alone
            parts = parts_apart(
                settings,
                chain.clock,
                database=chain.database,
                ground=ground,
                ready=_met_at(chain.settings),
                folder=Path(folder),
            )
            try:
                run_group(parts)
            except GroupEndedError as error:
                raise (InputError if error.unusable else FailedError)(str(error)) from error


@app.command(epilog="Example: stepguard gateway --config stepguard.toml")
def gateway(*, config: Config = None) -> None:
    """Run the gateway alone: readings are stored."""
    from console.answering import answering
    from gateway.doorbell import Doorbell
    from gateway.leadership import led
    from gateway.service import run

    with opened(config) as chain:
        bell = Doorbell(chain.database.url, "monitor")

        async def work() -> None:
            async with answering("gateway", chain.settings.gateway.admin_listen) as account:

                async def lead() -> None:
                    await run(
                        chain.settings,
                        chain.database,
                        chain.clock,
                        wakes=[bell],
                        ready=_met_at(chain.settings),
                        account=account,
                    )

                await led(chain.database, chain.clock, "gateway", lead, account=account)

        serve_part("gateway", work())


@app.command(epilog="Example: stepguard monitor --config stepguard.toml")
def monitor(*, config: Config = None) -> None:
    """Run the monitor alone: stored readings are graded."""
    from console.answering import answering
    from console.commands.ground_access import rules_for
    from gateway.doorbell import Doorbell, RungWakeup
    from gateway.leadership import led
    from monitor.service import run

    with opened(config) as chain:
        rules = rules_for(chain.settings)
        bell = Doorbell(chain.database.url, "alerts")

        async def work() -> None:
            async with answering("monitor", chain.settings.monitor.admin_listen) as account:

                async def lead() -> None:
                    with RungWakeup(chain.database.url, "monitor") as woken_by:
                        await run(chain.database, rules, chain.clock, woken_by=woken_by, wakes=[bell], account=account)

                await led(chain.database, chain.clock, "monitor", lead, account=account)

        serve_part("monitor", work())


@app.command(epilog="Example: stepguard alerts --config stepguard.toml")
def alerts(*, config: Config = None) -> None:
    """Run the alerts alone: assessments become calls."""
    from alerts.pulse import STUCK_AFTER_S
    from alerts.service import prepare, run
    from console.answering import answering
    from console.commands.ground_access import warn_unsigned, with_ground
    from gateway.doorbell import RungWakeup
    from gateway.leadership import led

    with opened(config) as chain:
        ground = with_ground(chain.settings)
        warn_unsigned(ground)
        prepare(chain.settings)

        async def work() -> None:
            async with answering("alerts", chain.settings.alerts.admin_listen) as account:

                async def lead() -> None:
                    with RungWakeup(chain.database.url, "alerts") as woken_by:
                        await run(
                            chain.settings,
                            chain.database,
                            chain.clock,
                            roster=ground.roster,
                            policy=ground.policy,
                            woken_by=woken_by,
                            account=account,
                        )

                await led(chain.database, chain.clock, "alerts", lead, account=account, stuck_after_s=STUCK_AFTER_S)

        serve_part("alerts", work())


@app.command(epilog="Example: stepguard console --by ada")
def console(*, by: By = None, config: Config = None) -> int:
    """Open the nurse's board in this terminal."""
    from console.app import run

    name = actor(by)
    with opened(config) as chain:
        return run(chain.settings, chain.clock, actor=name, offered=by or "")


def serve_part(name: str, work: Coroutine[Any, Any, None]) -> None:
    """Run one part until asked to leave, with every end that is not its own wish as one sentence."""
    _serve(run_parts({name: work}))


def _serve(work: Coroutine[Any, Any, None]) -> None:
    """Run until asked to leave; say on stderr what ended by itself."""
    try:
        run_until_told(work)
    except PartEndedError as error:
        if isinstance(error.cause, SettingsError):
            raise InputError(str(error.cause)) from error
        raise FailedError(str(error)) from error


def _met_at(settings: Settings) -> Callable[[int], None]:
    """Return what tells where hubs are met, once they can be."""
    from gateway.addresses import EMBEDDED

    place = "listening for hubs on port" if settings.mqtt.url == EMBEDDED else "hubs are met at the broker on port"
    return lambda port: typer.echo(f"{place} {port}", err=True)
