"""Runs the gateway: its front (the endpoint or a broker), the writer, and once a second the watch over both."""

import asyncio
import contextlib
import resource
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.account import Account, DatabaseCheck
from gateway.addresses import EMBEDDED, refuse_unusable
from gateway.audit_configuration import seal_start, shown_settings
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.front import Front, front_of
from gateway.ingest import Ingest
from gateway.intake import Intake
from gateway.keys import HubKeys
from gateway.metrics import GatewayMetrics
from gateway.plausibility_limits import load_limits
from gateway.postgresql import Turn
from gateway.resend import ASKED_IN_VAIN, NUMBERS_PER_REQUEST, ResendRequests
from gateway.settings import Settings
from gateway.store import beat
from gateway.wakeup import Bell, Wakeup

PART = "gateway"
BEAT_S = 1.0
DRAIN_S = 5.0
REFUSED_S = 5.0
SOCKETS = 65_536

log = structlog.get_logger(__name__)


async def run(
    settings: Settings,
    database: Database,
    clock: Clock,
    *,
    wakes: Sequence[Bell] = (),
    ready: Callable[[int], None] | None = None,
    account: Account | None = None,
) -> None:
    """Take readings in until cancelled; then commit and acknowledge what has arrived, and leave.

    Parameters
    ----------
    settings, database, clock
        A migrated database; the clock says when a message was received.
    wakes
        Nudged after every commit.
    ready
        Called with the port hubs are met at, once they may connect or the broker is being looked for.
    account
        Told how the gateway fares, for /readyz and /metrics.

    Raises
    ------
    SettingsError
        When `mqtt` cannot be used as configured.
    """
    refuse_unusable(settings.mqtt)
    account = account or Account(PART)
    account.check("database", DatabaseCheck(database))
    intake = Intake(load_limits())
    keys = HubKeys(database)
    await asyncio.to_thread(_load, database, intake, keys)
    started_with = {"settings": shown_settings(settings)}
    await asyncio.to_thread(seal_start, database, "gateway", clock.now(), started_with)
    ingest = Ingest(database, intake, wakes=wakes)
    front = front_of(settings.mqtt, ingest, keys, clock)
    ingest.confirm = front.confirm
    heartbeat = _Heartbeat(database, clock, front, counts_hubs=settings.mqtt.url == EMBEDDED)
    _measure(account, front, clock)
    _allow_sockets()
    port = await front.open()
    if ready is not None:
        ready(port)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(ingest.run(), name="gateway ingest")
            tasks.create_task(_watch(heartbeat, clock, front, account), name="gateway watch")
    finally:
        account.leave()
        front.hold()
        try:
            await ingest.drain(DRAIN_S)
        finally:
            await front.close()
        await asyncio.to_thread(heartbeat.beat)


def _measure(account: Account, front: Front, clock: Clock) -> None:
    """Have the account say what the front and its queue know."""
    ingest = front.ingest
    metrics = GatewayMetrics(
        clock,
        outcomes=ingest.outcomes,
        refusals=lambda: front.refusals,
        connections=lambda: front.connections,
        queued=lambda: ingest.queued,
    )
    ingest.measured = lambda messages, took_s: metrics.committed(messages, clock.now(), took_s)
    account.counts(metrics.collect)
    account.check("readings", lambda: None if ingest.deaf is None else f"deaf, nothing is stored: {ingest.deaf}")
    account.check("hubs", lambda: front.fault)


def _allow_sockets() -> None:
    """Use as many file descriptors as we may: the usual 1,024 are fewer than the hubs of a large site."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = SOCKETS if hard == resource.RLIM_INFINITY else min(SOCKETS, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _load(database: Database, intake: Intake, keys: HubKeys) -> None:
    keys.refresh()
    with database.read() as session:
        intake.load(session.connection())


async def _watch(heartbeat: "_Heartbeat", clock: Clock, front: Front, account: Account) -> None:
    """Once a second: heartbeat, silent connections, missing numbers, changed passwords."""
    tick, requests = Wakeup(), ResendRequests[tuple[int, str]]()
    while True:
        if await asyncio.to_thread(heartbeat.beat):
            account.beat()
        with contextlib.suppress(SQLAlchemyError):
            await asyncio.to_thread(front.keys.refresh)
        await front.sweep()
        _ask_for_missing(front, requests, clock)
        await tick.wait(BEAT_S)


def _ask_for_missing(front: Front, requests: ResendRequests[tuple[int, str]], clock: Clock) -> None:
    gaps, now = front.ingest.gaps(), clock.now()
    for key in requests.due({key: since for key, (_, since) in gaps.items()}, now):
        hub, boot = gaps[key][0], key[1]
        if requests.times(key) >= ASKED_IN_VAIN:
            front.ingest.asked_in_vain(key)
        if front.request(hub, boot, front.ingest.missing(key, NUMBERS_PER_REQUEST)):
            requests.asked(key, now)


class _Heartbeat:
    """Writes down that the gateway lives and what it says of itself."""

    def __init__(self, database: Database, clock: Clock, front: Front, *, counts_hubs: bool) -> None:
        self._database, self._clock, self._front = database, clock, front
        self._counts_hubs = counts_hubs
        self._deaf_since: datetime | None = None
        self._refused_since_s: float | None = None

    def beat(self) -> bool:
        """Write the heartbeat. When even that fails, its age says so to everybody who reads it."""
        now = self._clock.now()
        try:
            with self._database.write(Turn.READINGS) as session:
                beat(session, PART, now, self._detail(now))
        except SQLAlchemyError as error:
            log.warning("heartbeat not written", error=type(error).__name__)
            return False
        return True

    def _lasting(self, why: str | None) -> str | None:
        """Return why the database takes no readings, once that lasts: another writer's turn is no trouble."""
        if why is None:
            self._refused_since_s = None
            return None
        since_s = self._refused_since_s = self._refused_since_s or monotonic_s()
        return f"the database takes none ({why})" if monotonic_s() - since_s >= REFUSED_S else None

    def _detail(self, now: datetime) -> dict[str, object]:
        front, ingest, valid_until = self._front, self._front.ingest, self._front.certificate_valid_until
        deaf = front.fault or self._lasting(ingest.deaf)
        self._deaf_since = None if deaf is None else self._deaf_since or now
        return {
            **ingest.counts,
            "refused": dict(front.refusals),
            "connections": front.connections if self._counts_hubs else None,
            "queued": ingest.queued,
            "deaf": deaf,
            "deaf_since": None if self._deaf_since is None else self._deaf_since.isoformat(),
            "warning": front.warning,
            "certificate_valid_until": None if valid_until is None else valid_until.isoformat(),
        }
