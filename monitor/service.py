"""Runs the monitor: a pass whenever nudged, whenever an answer changes by itself, and every second anyway."""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import OperationalError

from gateway.account import Account, DatabaseCheck
from gateway.audit_configuration import seal_start
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.wakeup import Bell, Wakeup
from monitor.cycle import Monitor
from monitor.metrics import MonitorMetrics
from monitor.rules import Rules

PART = "monitor"
LOOK_EVERY_S = 1.0
_SHORTEST_WAIT_S = 0.01
log = structlog.get_logger("monitor")


async def run(
    database: Database,
    rules: Rules,
    clock: Clock,
    *,
    woken_by: Wakeup,
    wakes: Sequence[Bell] = (),
    account: Account | None = None,
) -> None:
    """Assess until cancelled; `account` is told how it goes, for /readyz and /metrics.

    A pass that the database refuses is tried again a second later: nothing of it was kept, and what it should have
    read is still there.
    """
    started_with: dict[str, object] = {"rules": rules.version, "signed": rules.signed}
    if rules.site is not None:
        started_with["site"] = {change.row: f"{change.value}" for change in rules.site.changes}
    await asyncio.to_thread(seal_start, database, "monitor", clock.now(), started_with)
    account = account or Account(PART)
    metrics = MonitorMetrics(clock, database)
    account.check("database", DatabaseCheck(database))
    account.counts(metrics.collect)
    try:
        await _assess_for_ever(Monitor(database, rules, clock, metrics=metrics), clock, woken_by, wakes, account)
    finally:
        account.leave()


async def _assess_for_ever(
    monitor: Monitor, clock: Clock, woken_by: Wakeup, wakes: Sequence[Bell], account: Account
) -> None:
    beaten_at = 0.0
    while True:
        try:
            stored = await asyncio.to_thread(monitor.cycle)
            if monotonic_s() - beaten_at >= LOOK_EVERY_S:
                await asyncio.to_thread(monitor.beat)
                account.beat()
                beaten_at = monotonic_s()
        except OperationalError as error:
            log.warning("database refused a pass; trying again", error=type(error.orig).__name__)
            stored = 0
        if stored:
            for wake in wakes:
                wake.nudge()
            continue
        due = monitor.next_due()
        wait_s = LOOK_EVERY_S if due is None else clock.wall_seconds(due - clock.now())
        await woken_by.wait(min(LOOK_EVERY_S, max(wait_s, _SHORTEST_WAIT_S)))
