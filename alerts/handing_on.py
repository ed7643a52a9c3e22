"""Pushes what staff are being called about to Alertmanager and to a webhook, when a site names them.

Beside the ladder and never in its way: tasks of their own, one per receiver, that read the database and remember what
they have told. Level-triggered: what is called about is compared with what was told, so a restart of either side ends
in the same picture. A receiver that does not answer is tried again with growing pauses and becomes a low technical
condition; the other receiver and our own calls do not notice.
"""

import asyncio
import contextlib
import random
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import aiohttp
import structlog

from alerts.fault import where
from alerts.handing_on_receivers import Alertmanager, Receiver, RefusedError, Webhook
from alerts.handing_on_store import Snapshot, snapshot
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.settings import HandingOnSettings, Settings
from gateway.wakeup import Wakeup

EVERY_S = 1.0
TIMEOUT_S = 5.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
TROUBLE_AFTER_S = 60.0
"""A receiver that restarts is back within this; then it is a condition on the board."""

log = structlog.get_logger()


class HandingOn:
    """The receivers of one process, and what is wrong with them."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._settings = settings
        self._failing: dict[str, tuple[float, datetime, str]] = {}

    def detail(self) -> dict[str, object]:
        """Return for the heartbeat which receivers have not been reached for a while, since when and why."""
        now_s = monotonic_s()
        failing = {
            name: {"since": since.isoformat(), "why": why}
            for name, (since_s, since, why) in list(self._failing.items())
            if now_s - since_s >= TROUBLE_AFTER_S
        }
        return {"handing_on": failing}

    async def serve(self, receiver: Receiver) -> None:
        """Keep one receiver up to date until cancelled."""
        tries = 0
        while True:
            try:
                seen = await asyncio.to_thread(self._snapshot, lately=receiver.asks_what_is_over)
                fault = await receiver.tell(seen, self._clock.now(), monotonic_s())
            except (aiohttp.ClientError, TimeoutError, OSError, RefusedError) as error:
                tries += 1
                self._failed(receiver.name, str(error) if isinstance(error, RefusedError) else type(error).__name__)
            except Exception as error:  # noqa: BLE001 - nobody is called by this, and nobody may go uncalled for it
                tries += 1
                log.error("handing on failed", receiver=receiver.name, error=where(error))  # noqa: TRY400 - see fault
                self._failed(receiver.name, type(error).__name__)
            else:
                tries = 0
                if fault is None:
                    self._failing.pop(receiver.name, None)
                else:
                    self._failed(receiver.name, fault)
            await Wakeup().wait(pause_s(tries, random.random()))  # noqa: S311 - spreads tries, keeps no secret

    def _failed(self, name: str, why: str) -> None:
        since_s, since, _ = self._failing.get(name, (monotonic_s(), self._clock.now(), why))
        if name not in self._failing:
            log.warning("calls are not handed on; trying again", receiver=name, error=why)
        self._failing[name] = (since_s, since, why)

    def _snapshot(self, *, lately: bool) -> Snapshot:
        with self._database.read() as session:
            return snapshot(session, self._clock.now(), lately=lately)


def pause_s(tries: int, chance: float) -> float:
    """Return how long to wait before the next look; `chance` from 0 to 1 spreads several processes apart."""
    if tries == 0:
        return EVERY_S
    return min(FIRST_PAUSE_S * 2.0 ** min(tries - 1, 16), LONGEST_PAUSE_S) * (0.5 + 0.5 * chance)


@contextlib.asynccontextmanager
async def handing_on(settings: Settings, database: Database, clock: Clock) -> AsyncIterator[HandingOn]:
    """Hand on while the body runs, where the settings name a receiver."""
    hand = HandingOn(settings, database, clock)
    given = settings.handing_on
    if given.alertmanager_url is None and given.webhook_url is None:
        yield hand
        return
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    connector = aiohttp.TCPConnector(ssl=_trust(given))
    async with aiohttp.ClientSession(timeout=timeout, connector=connector, trust_env=False) as client:
        tasks = [
            asyncio.create_task(hand.serve(receiver), name=f"handing on to {receiver.name}")
            for receiver in _receivers(settings, client)
        ]
        try:
            yield hand
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


def _receivers(settings: Settings, client: aiohttp.ClientSession) -> Sequence[Receiver]:
    given, phone = settings.handing_on, settings.site.unit_phone
    found: list[Receiver] = []
    if given.alertmanager_url is not None:
        found.append(Alertmanager(client, given.alertmanager_url, given.alertmanager_token, given.source, phone))
    if given.webhook_url is not None:
        found.append(Webhook(client, given.webhook_url, given.webhook_token, given.source, phone))
    return found


def _trust(given: HandingOnSettings) -> ssl.SSLContext | bool:
    return True if given.ca is None else ssl.create_default_context(cafile=given.ca)
