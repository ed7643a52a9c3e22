"""Commits what arrives, in groups, and only then lets it be acknowledged.

A group is whatever arrived while the last one was being committed: one message on a quiet night, a thousand under
load, and never a wait for more. The queue is bounded; when it is full, sockets are not read. When the database
fails nothing is acknowledged and the same group is tried again until it can be stored.
"""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from gateway.clock import monotonic_s
from gateway.database import Database
from gateway.intake import Arrived, BootKey, Intake, Outcome, Saved
from gateway.postgresql import Turn
from gateway.reading import HubName
from gateway.wakeup import Bell, Wakeup

GROUP_SIZE = 1_000
QUEUE_MESSAGES = 8_000
QUEUE_BYTES = 32 * 2**20
"""Full is whichever comes first: a thousand hubs with a backlog, or a few with very large messages."""

FIRST_RETRY_S = 0.05
LAST_RETRY_S = 2.0

log = structlog.get_logger(__name__)


class Sender(Protocol):
    """Whoever waits to hear that messages are stored."""

    def stored(self, packet_ids: Sequence[int]) -> None:
        """Acknowledge these packets of this connection; they are on disk."""
        ...

    def resume(self) -> None:
        """Read on: there is room again."""
        ...


class Ingest:
    """The queue between the sockets and the database. Everything but `_write` runs in the event loop."""

    def __init__(
        self,
        database: Database,
        intake: Intake,
        *,
        wakes: Sequence[Bell] = (),
    ) -> None:
        self._database = database
        self._intake = intake
        self.confirm: Callable[[Mapping[HubName, tuple[str, int]]], None] = lambda _: None
        self.measured: Callable[[Sequence[Arrived], float], None] = lambda _messages, _took_s: None
        self._wakes = wakes
        self._queue: deque[tuple[Arrived, Sender | None, int]] = deque()
        self._queued_bytes = 0
        self._waiting: list[Sender] = []
        self._arrived = asyncio.Event()
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gateway-writer")
        self._committing: asyncio.Future[Saved] | None = None
        self._group: list[tuple[Arrived, Sender | None, int]] = []
        self._closing = False
        self._began_s = 0.0
        self.deaf: str | None = None
        self.commits = 0
        self.outcomes: Counter[Outcome] = Counter()

    @property
    def counts(self) -> dict[str, int]:
        """Return how many messages became what since the start."""
        return {outcome.value: self.outcomes[outcome] for outcome in Outcome}

    @property
    def queued(self) -> int:
        """Return how many messages wait for their commit."""
        return len(self._queue) + len(self._group)

    @property
    def full(self) -> bool:
        """Return whether a sender must stop reading; it may then call `when_room`."""
        return len(self._queue) >= QUEUE_MESSAGES or self._queued_bytes >= QUEUE_BYTES

    def confirmed(self, hub: HubName) -> dict[str, int]:
        """Return of each boot of a hub the highest number below which nothing is missing."""
        return self._intake.confirmed(hub)

    def gaps(self) -> dict[BootKey, tuple[HubName, datetime]]:
        """Return the boots of which a number is missing, with the hub's name and since when."""
        return self._intake.gaps()

    def missing(self, key: BootKey, at_most: int) -> list[int]:
        """Return at most `at_most` numbers missing of one boot."""
        return self._intake.missing(key, at_most)

    def asked_in_vain(self, key: BootKey) -> None:
        """Take note that a hub was asked for numbers that may never have been."""
        self._intake.asked_in_vain(key)

    def when_room(self, sender: Sender) -> None:
        """Have `sender.resume` called once the queue is half empty."""
        self._waiting.append(sender)

    def offer(self, message: Arrived, sender: Sender | None, packet_id: int) -> None:
        """Take a message; `sender` hears of it once it is stored. `packet_id` 0 means that nobody waits."""
        self._queue.append((message, sender, packet_id))
        self._queued_bytes += len(message.payload)
        self._arrived.set()

    async def run(self) -> None:
        """Commit group after group until cancelled."""
        while True:
            await self._arrived.wait()
            await self._commit_next()

    async def drain(self, within_s: float) -> None:
        """Commit what is queued, for an orderly end. What cannot be stored in time stays unacknowledged."""
        self._closing = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                if self._committing is not None:
                    await self._finish(self._committing)
                while self._queue or self._group:
                    await self._commit_next()
        self._writer.shutdown(wait=False)

    async def _commit_next(self) -> None:
        if not self._group:
            count = min(len(self._queue), GROUP_SIZE)
            self._group = [self._queue.popleft() for _ in range(count)]
            if not self._queue:
                self._arrived.clear()
        messages = [message for message, _, _ in self._group]
        pause_s = FIRST_RETRY_S
        while True:
            loop = asyncio.get_running_loop()
            self._began_s = monotonic_s()
            self._committing = loop.run_in_executor(self._writer, self._write, messages)
            if await self._finish(self._committing):
                return
            if self._closing:
                raise TimeoutError
            await self._pause(pause_s)
            pause_s = min(2 * pause_s, LAST_RETRY_S)

    async def _finish(self, committing: "asyncio.Future[Saved]") -> bool:
        """Wait for a commit and tell everybody; return False when the database would not take it."""
        try:
            saved = await asyncio.shield(committing)  # a cancelled loop must not forget a commit under way
        except (DBAPIError, PoolTimeoutError) as error:
            self._committing = None
            self._turn_deaf(error)
            return False
        self._committing = None
        self.deaf = None
        self._settle(saved)
        return True

    def _settle(self, saved: Saved) -> None:
        self._intake.adopt(saved)
        self.outcomes.update(saved.outcomes)
        self.measured([message for message, _, _ in self._group], monotonic_s() - self._began_s)
        by_sender: dict[Sender, list[int]] = {}
        for message, sender, packet_id in self._group:
            self._queued_bytes -= len(message.payload)
            if sender is not None and packet_id:
                by_sender.setdefault(sender, []).append(packet_id)
        self._group = []
        for sender, packet_ids in by_sender.items():
            sender.stored(packet_ids)
        self.confirm(saved.confirmed)
        for wake in self._wakes:
            wake.nudge()
        half_empty = len(self._queue) <= QUEUE_MESSAGES // 2 and self._queued_bytes <= QUEUE_BYTES // 2
        if half_empty and self._waiting and not self._closing:
            waiting, self._waiting = self._waiting, []
            for sender in waiting:
                sender.resume()

    def _turn_deaf(self, error: Exception) -> None:
        reason = type(error).__name__
        if self.deaf is None:
            log.error("gateway is deaf: the database takes nothing, nothing is acknowledged", error=reason)
        self.deaf = reason

    async def _pause(self, seconds: float) -> None:
        await Wakeup().wait(seconds)

    def _write(self, messages: Sequence[Arrived]) -> Saved:
        """Commit a group, in the writer thread."""
        with self._database.write_connection(Turn.READINGS) as connection:
            saved = self._intake.save(connection, messages)
        self.commits += 1
        return saved
