"""Runs a watchdog until it is cancelled, or for one round; says over /readyz and /metrics how it goes."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import Metric

from alerts.fault import where
from alerts.watchdog import Watchdog, report
from alerts.watchdog_round import LEGS, WITHIN, spans_s
from alerts.watchdog_settings import watch_of
from gateway.account import Account
from gateway.clock import Clock, monotonic_s
from gateway.metrics import counters, gauges
from gateway.settings import Settings
from gateway.wakeup import Wakeup

log = structlog.get_logger(__name__)
PART = "watchdog"
SHORTEST_WAIT_S = 0.05
ONCE_WITHIN_S = WITHIN["received"].total_seconds() + 60.0


async def run(settings: Settings, clock: Clock, *, account: Account) -> None:
    """Watch and call until cancelled.

    Raises
    ------
    SettingsError
        When the section `watchdog` cannot be used.
    """
    dog = Watchdog(watch_of(settings), clock, ZoneInfo(settings.site.timezone))
    account.check("telephone", lambda: dog.own_fault)
    account.check("watched", lambda: dog.findings[0].text if dog.findings else None)
    account.reports(lambda: report(dog, dog.findings))
    account.counts(lambda: _figures(dog))
    tick = Wakeup()
    try:
        while True:
            try:
                await dog.tick()
                account.beat()
            except Exception as error:  # noqa: BLE001 - whoever watches must outlive what it did not foresee
                log.error("watchdog stumbled", error=where(error))  # noqa: TRY400 - see alerts.fault
            await tick.wait(max(SHORTEST_WAIT_S, clock.wall_seconds(dog.pause())))
    finally:
        account.leave()
        await dog.close()


async def once(settings: Settings, clock: Clock) -> Watchdog:
    """Go one round and look at everything once, calling nobody; return what was seen.

    Raises
    ------
    SettingsError
        As for `run`.
    """
    dog = Watchdog(watch_of(settings), clock, ZoneInfo(settings.site.timezone), mute=True)
    tick, until_s = Wakeup(), monotonic_s() + ONCE_WITHIN_S
    try:
        await dog.tick()
        while dog.last is None and monotonic_s() < until_s:
            await tick.wait(max(SHORTEST_WAIT_S, min(1.0, clock.wall_seconds(dog.pause()))))
            await dog.tick()
    finally:
        await dog.close()
    return dog


def _figures(dog: Watchdog) -> Iterable[Metric]:
    spans = {} if dog.last is None else spans_s(dog.last.round)
    yield gauges(
        "stepguard_watchdog_leg_seconds",
        "From the beginning of the newest round to each leg; NaN for one that was not reached.",
        ("leg",),
        [((leg,), spans.get(leg, float("nan"))) for leg in LEGS],
    )
    yield counters(
        "stepguard_watchdog_rounds",
        "Rounds of a synthetic reading by how they ended.",
        ("state",),
        [((state,), count) for state, count in dog.rounds.items()],
    )
    found = [one.severity for one in dog.findings]
    yield gauges(
        "stepguard_watchdog_findings",
        "What is wrong by the watchdog's own sight.",
        ("severity",),
        [((severity,), float(found.count(severity))) for severity in ("high", "low")],
    )
