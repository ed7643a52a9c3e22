"""Gateway, monitor and alerts as the tasks of one process, waking each other. Composes them; decides nothing."""

import asyncio
from collections.abc import Callable

import alerts.service
import gateway.service
import monitor.service
from console.ground import Ground, read_ground
from console.log_lines import log_to_stderr
from console.running import run_parts
from gateway.clock import Clock
from gateway.database import Database
from gateway.doorbell import RungWakeup
from gateway.settings import Settings


async def run_chain(
    settings: Settings,
    clock: Clock,
    *,
    database: Database,
    ground: Ground | None = None,
    ready: Callable[[int], None] | None = None,
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

    Raises
    ------
    PartEndedError
        When a part ends by itself, after the others were given time to finish what they had in hand.
    SettingsError and the other errors of `console.ground.GroundError`
        When the files cannot be used; nothing has started then.
    """
    log_to_stderr()
    ground = ground or read_ground(settings)
    await asyncio.to_thread(database.migrate)
    with RungWakeup(database.url, "monitor") as to_monitor, RungWakeup(database.url, "alerts") as to_alerts:
        await run_parts(
            {
                "gateway": gateway.service.run(settings, database, clock, wakes=[to_monitor], ready=ready),
                "monitor": monitor.service.run(database, ground.rules, clock, woken_by=to_monitor, wakes=[to_alerts]),
                "alerts": alerts.service.run(
                    settings, database, clock, roster=ground.roster, policy=ground.policy, woken_by=to_alerts
                ),
            }
        )
