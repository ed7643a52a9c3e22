"""Gateway, monitor and alerts put together, waking each other: as tasks of one process, or each in its own.

Composes them; decides nothing.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import alerts.service
import gateway.service
import monitor.service
from alerts.pulse import STUCK_AFTER_S
from console.answering import PARTS, answering
from console.ground import Ground, read_ground
from console.log_lines import log_to_stderr
from console.running import run_parts
from gateway.account import Account
from gateway.admin import Elsewhere, serving
from gateway.clock import Clock
from gateway.database import Database
from gateway.doorbell import Doorbell, RungWakeup
from gateway.leadership import led
from gateway.settings import Settings


async def run_chain(
    settings: Settings,
    clock: Clock,
    *,
    database: Database,
    ground: Ground | None = None,
    ready: Callable[[int], None] | None = None,
    accounts: Mapping[str, Account] | None = None,
) -> None:
    """Run the three parts until cancelled.

    Parameters
    ----------
    settings
        Where to listen, which files to read.
    clock
        Whose time every part keeps.
    database
        The opened database; it is migrated here and stays the caller's to close.
    ground
        Rules, roster and policy already read; by default they are read as the settings say.
    ready
        Called with the endpoint's port once hubs can connect.
    accounts
        Told how each part fares, for whoever serves /readyz and /metrics.

    Raises
    ------
    PartEndedError
        When a part ends by itself, after the others were given time to finish what they had in hand.
    SettingsError and the other errors of `console.ground.GroundError`
        When the files cannot be used; nothing has started then.
    """
    log_to_stderr()
    ground = ground or read_ground(settings)
    told = accounts or {}
    await asyncio.to_thread(database.migrate)
    with RungWakeup(database.url, "monitor") as to_monitor, RungWakeup(database.url, "alerts") as to_alerts:
        await run_parts(
            {
                "gateway": gateway.service.run(
                    settings, database, clock, wakes=[to_monitor], ready=ready, account=told.get("gateway")
                ),
                "monitor": monitor.service.run(
                    database,
                    ground.rules,
                    clock,
                    woken_by=to_monitor,
                    wakes=[to_alerts],
                    account=told.get("monitor"),
                ),
                "alerts": alerts.service.run(
                    settings,
                    database,
                    clock,
                    roster=ground.roster,
                    policy=ground.policy,
                    woken_by=to_alerts,
                    account=told.get("alerts"),
                ),
            }
        )


def parts_apart(
    settings: Settings,
    clock: Clock,
    *,
    database: Database,
    ground: Ground,
    ready: Callable[[int], None],
    folder: Path,
) -> Mapping[str, Callable[[], Coroutine[Any, Any, None]]]:
    """Return the three parts as work for processes of their own, and a fourth that answers for all of them.

    Each part rings the next one's bell, and answers for itself on a Unix socket in `folder`; the fourth serves their
    answers as one on `http.admin_listen`.

    Parameters
    ----------
    database
        Migrated, with no connection open; every process opens its own.
    folder
        Where only this user may enter.
    """
    to_monitor, to_alerts = Doorbell(database.url, "monitor"), Doorbell(database.url, "alerts")
    sockets = {part: folder / f"{part}.sock" for part in PARTS}

    async def gateway_alone() -> None:
        async with answering("gateway", sockets["gateway"]) as account:

            async def lead() -> None:
                await gateway.service.run(settings, database, clock, wakes=[to_monitor], ready=ready, account=account)

            await led(database, clock, "gateway", lead, account=account)

    async def monitor_alone() -> None:
        async with answering("monitor", sockets["monitor"]) as account:

            async def lead() -> None:
                with RungWakeup(database.url, "monitor") as woken_by:
                    await monitor.service.run(
                        database, ground.rules, clock, woken_by=woken_by, wakes=[to_alerts], account=account
                    )

            await led(database, clock, "monitor", lead, account=account)

    async def alerts_alone() -> None:
        await asyncio.to_thread(alerts.service.prepare, settings)
        async with answering("alerts", sockets["alerts"]) as account:

            async def lead() -> None:
                with RungWakeup(database.url, "alerts") as woken_by:
                    await alerts.service.run(
                        settings,
                        database,
                        clock,
                        roster=ground.roster,
                        policy=ground.policy,
                        woken_by=woken_by,
                        account=account,
                    )

            await led(database, clock, "alerts", lead, account=account, stuck_after_s=STUCK_AFTER_S)

    async def admin_alone() -> None:
        witnesses = [Elsewhere(part, socket) for part, socket in sockets.items()]
        async with serving(witnesses, settings.http.admin_listen, "http.admin_listen"):
            await asyncio.Event().wait()

    return {"gateway": gateway_alone, "monitor": monitor_alone, "alerts": alerts_alone, "admin": admin_alone}
