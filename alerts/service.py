"""Runs alerts: a pass on every wake-up and at least once a second, each in a thread, until it is cancelled."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import structlog

from alerts.cycle import Alerts
from alerts.directory_file import load_directory
from alerts.episode_keeping import rules_named
from alerts.fault import where
from alerts.handing_on import handing_on
from alerts.housekeeping import Housekeeping, Job, jobs_of
from alerts.line_probe import probing
from alerts.message import Site
from alerts.metrics import AlertsMetrics
from alerts.outward import publishing
from alerts.phone import Phone
from alerts.phone_settings import is_twilio
from alerts.phones import phone_of
from alerts.policy import Policy
from alerts.pulse import PART, Pulse, was_at_work
from alerts.roster import Roster
from alerts.roster_now import RosterNow
from alerts.roster_watch import RosterWatch
from alerts.sources import Sources
from alerts.system_view import disk_line, told
from alerts.view import faults
from gateway.account import Account, DatabaseCheck
from gateway.agreed_clock import agreed
from gateway.audit import writing_as
from gateway.audit_configuration import fingerprint, seal_start, shown_settings
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.settings import Settings
from gateway.wakeup import Wakeup

if TYPE_CHECKING:
    from alerts.web.ed_door import EdDoor

log = structlog.get_logger()
LONGEST_WAIT_S = 1.0
SHORTEST_WAIT_S = 0.01
SEND_WAIT_S = 0.02
"""How long a pass waits for the telephone network before it goes on to decide what is new."""


async def run(
    settings: Settings,
    database: Database,
    clock: Clock,
    *,
    roster: Roster,
    policy: Policy,
    woken_by: Wakeup,
    phone: Phone | None = None,
    sources: Sources | None = None,
    account: Account | None = None,
) -> None:
    """Make someone come until cancelled; `phone` defaults to what the settings name, `sources` to the stored record.

    `account` is told how it goes, for /readyz and /metrics.

    A pass that fails is logged and tried again: only the database can fail it as a whole, and it may come back.
    """
    writing_as("alerts")
    account = account or Account(PART)
    own, shared = clock, agreed(clock, database)
    clock = shared or own
    metrics = AlertsMetrics(clock, database)
    account.check("database", DatabaseCheck(database))
    account.check("texts", lambda: _mute(database, clock))
    account.check("disk", lambda: _full(database))
    account.counts(metrics.collect)
    account.reports(lambda: told(database, clock.now()))
    if shared is not None:
        await asyncio.to_thread(shared.agree, database)
    taken_over = await asyncio.to_thread(was_at_work, database, clock)
    started_with = {"settings": shown_settings(settings), "policy": fingerprint(policy), "roster": fingerprint(roster)}
    await asyncio.to_thread(seal_start, database, "alerts", clock.now(), started_with)
    pulse = Pulse(settings, database, own, clock, account)
    phone = phone or phone_of(settings, database, clock)
    sources = sources or _stored_sources()
    alerts = Alerts(
        database,
        clock,
        policy=policy,
        roster=roster,
        roster_watch=None if settings.site.roster is None else RosterWatch(settings.site.roster, roster),
        phone=phone,
        sources=sources,
        site=site_of(settings),
        send_wait_s=SEND_WAIT_S,
        wake=woken_by.nudge,
        pulse=pulse,
        metrics=metrics,
        directory=load_directory(settings.site.departments, timezone=settings.site.timezone),
        page_url=settings.http.public_url or "",
    )
    house = Housekeeping(database, clock, _jobs(settings, database, roster, policy, woken_by, phone, sources))
    roster_now = _roster_now(settings, roster)
    hooks = _webhooks(settings, database, clock, woken_by, account, roster_now, sources, patient=taken_over)
    try:
        probe = probing(phone, database, clock, wake=woken_by.nudge)
        async with hooks, probe, publishing(settings, database, clock), handing_on(settings, database, clock) as hand:
            pulse.tells(hand.detail)
            house.start()
            await _pass_for_ever(alerts, clock, woken_by, pulse, metrics)
    finally:
        account.leave()
        house.stop()
        await asyncio.to_thread(alerts.close)


def prepare(settings: Settings) -> None:
    """Load what the first page needs, so that an engine that stands by has it when it must call."""
    if is_twilio(settings):
        from alerts import twilio_phone  # noqa: PLC0415 - a house without a provider needs none of it
        from alerts.web import door, server  # noqa: F401, PLC0415 - as above

        twilio_phone.load()


@asynccontextmanager
async def _webhooks(
    settings: Settings,
    database: Database,
    clock: Clock,
    woken_by: Wakeup,
    account: Account,
    roster: RosterNow,
    sources: Sources,
    *,
    patient: bool,
) -> AsyncIterator[None]:
    """Listen while the body runs for the telephone network and for emergency departments, as far as configured.

    `patient` as for `door`.
    """
    if not is_twilio(settings) and not settings.http.public_url:
        yield
        return
    from alerts.web.door import Counted, door  # noqa: PLC0415 - a part that serves nobody needs no server
    from alerts.web.server import serving, serving_pages  # noqa: PLC0415 - as above

    pages = await asyncio.to_thread(_ed_door, settings, database, clock, roster, woken_by)
    listening: Callable[[], AbstractAsyncContextManager[Counted]] = partial(serving_pages, settings, pages)
    if is_twilio(settings):
        account.counts(pages.collect)
        wake = woken_by.nudge
        listening = partial(serving, settings, database, clock, roster=roster, sources=sources, wake=wake, pages=pages)
    try:
        async with door(listening, account, patient=patient):
            yield
    finally:
        pages.close()


def _ed_door(settings: Settings, database: Database, clock: Clock, roster: RosterNow, woken_by: Wakeup) -> "EdDoor":
    from alerts.web.ed_door import EdDoor  # noqa: PLC0415 - as above

    return EdDoor(
        database,
        clock,
        rules=rules_named(settings.rules),
        site=settings.site,
        roster=roster,
        directory=load_directory(settings.site.departments, timezone=settings.site.timezone),
        public_url=settings.http.public_url or "",
        wake=woken_by.nudge,
    )


async def _pass_for_ever(alerts: Alerts, clock: Clock, woken_by: Wakeup, pulse: Pulse, metrics: AlertsMetrics) -> None:
    while True:
        wait_s = LONGEST_WAIT_S
        try:
            began_s = monotonic_s()
            next_at = await asyncio.to_thread(alerts.cycle)
            metrics.cycled(monotonic_s() - began_s)
            if next_at is not None:
                wait_s = min(LONGEST_WAIT_S, max(SHORTEST_WAIT_S, clock.wall_seconds(next_at - clock.now())))
            await asyncio.to_thread(pulse)
        except Exception as error:  # noqa: BLE001 - the engine must outlive a database that is away
            log.error("alerts pass failed", error=where(error))  # noqa: TRY400 - see alerts.fault
        await woken_by.wait(wait_s)


def _jobs(
    settings: Settings, database: Database, roster: Roster, policy: Policy, woken_by: Wakeup, phone: Phone,
    sources: Sources,
) -> Sequence[Job]:  # fmt: skip
    now = _roster_now(settings, roster)
    site = site_of(settings)
    wake = woken_by.nudge
    return jobs_of(settings, database, roster=now, policy=policy, site=site, wake=wake, phone=phone, sources=sources)


def _roster_now(settings: Settings, roster: Roster) -> RosterNow:
    """Return the roster of the moment for one more reader: each follows the file by itself."""
    return RosterNow(roster, None if settings.site.roster is None else RosterWatch(settings.site.roster, roster))


def site_of(settings: Settings) -> Site:
    """Return the numbers and the local time that the texts need."""
    site = settings.site
    return Site(unit_phone=site.unit_phone, emergency_number=site.emergency_number, timezone=site.timezone)


def _stored_sources() -> Sources:
    from alerts.stored_sources import StoredSources  # noqa: PLC0415 - only a running engine reads the other parts

    return StoredSources()


def _mute(database: Database, clock: Clock) -> str | None:
    """Return why nobody can be called, by what the board would say; None when texts go out."""
    with database.read() as session:
        return next((fault.text for fault in faults(session, clock.now()) if fault.kind == "mute"), None)


def _full(database: Database) -> str | None:
    """Return which disk has no room left for what must be written."""
    with database.read() as session:
        line = disk_line(session)
    return line.text if line.state == "failed" else None
