"""One process of each part works at a time; a second one stands by and takes over when the first is gone.

What a part remembers (the numbers of each hub, the folds of patients, which texts are under way) is right only while
nobody else writes beside it. On SQLite a file lock says who leads: it is gone with the process. On PostgreSQL it is
a lock of a session of its own, gone with the connection; because a connection can be lost while its process lives
on, every new leader raises a counter, and what an earlier one still tries to write is refused.
"""

import asyncio
import contextlib
import fcntl
import os
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.account import Account
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.postgresql import LOCK_SPACE, Turn, connect, is_postgresql, parse_url, part_lock
from gateway.store import beat
from gateway.wakeup import Wakeup

if TYPE_CHECKING:
    import psycopg

LOOK_EVERY_S = 0.5
"""How often a standby looks whether the leader is gone, and a leader whether its lock still holds."""
BEAT_EVERY_S = 2.0
STANDBY = ".standby"
"""Ends the name under which a part that stands by gives its heartbeat."""

TURNS = {"gateway": Turn.READINGS, "monitor": Turn.ASSESSMENTS, "alerts": Turn.CALLS}
"""The turn that each part's leader alone takes by itself, and which is refused to an earlier leader."""

_RAISE = text(
    "INSERT INTO leadership (part, epoch) VALUES (:part, 1)"
    " ON CONFLICT (part) DO UPDATE SET epoch = leadership.epoch + 1 RETURNING epoch"
)
_EPOCH = text("SELECT epoch FROM leadership WHERE part = :part")

log = structlog.get_logger(__name__)


class SupersededError(Exception):
    """Another process leads this part now; this one must not write, and ends."""


class Seat(Protocol):
    """What one process of a part holds while it leads. Used in threads, one call at a time."""

    def take(self) -> bool:
        """Try to become the leader; return whether this process is it now."""
        ...

    def keep(self) -> None:
        """Look whether this process still leads; raises SupersededError when it does not."""
        ...

    def leave(self) -> None:
        """Let another process lead."""
        ...


def seat_of(database: Database, part: str) -> Seat:
    """Return the seat of a part on this database, not taken yet."""
    return _SessionSeat(database, part) if is_postgresql(database.url) else _FileSeat(database.url, part)


async def led(
    database: Database,
    clock: Clock,
    part: str,
    work: Callable[[], Coroutine[Any, Any, None]],
    *,
    account: Account | None = None,
) -> None:
    """Run `work` as the leader of `part`; stand by before, for as long as another process leads.

    `account` is told that the part is not ready while it stands by.

    Raises
    ------
    SupersededError
        When another process became the leader meanwhile, because this one had lost its connection.
    """
    seat = seat_of(database, part)
    try:
        await _stand_by(seat, database, clock, part, account)
        await _lead(seat, work)
    finally:
        await asyncio.to_thread(seat.leave)


async def _stand_by(seat: Seat, database: Database, clock: Clock, part: str, account: Account | None) -> None:
    waiting, tick, beaten_s = False, Wakeup(), float("-inf")
    if account is not None:
        account.check("leading", lambda: "stands by: another process of this part leads" if waiting else None)
    while not await asyncio.to_thread(seat.take):
        if not waiting:
            log.info("standing by: another process leads", part=part)
            waiting = True
        if monotonic_s() - beaten_s >= BEAT_EVERY_S:
            beaten_s = monotonic_s()
            await asyncio.to_thread(_beat_standby, database, clock, part)
        await tick.wait(LOOK_EVERY_S)
    if waiting:
        log.info("leads from now on", part=part)
        waiting = False


async def _lead(seat: Seat, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    working, watching = asyncio.create_task(work()), asyncio.create_task(_watch(seat))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        superseded = watching.done() and not working.done()
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)
    await (watching if superseded else working)


async def _watch(seat: Seat) -> None:
    tick = Wakeup()
    while True:
        await tick.wait(LOOK_EVERY_S)
        await asyncio.to_thread(seat.keep)


def _beat_standby(database: Database, clock: Clock, part: str) -> None:
    detail = {"host": socket.gethostname(), "pid": os.getpid()}
    with contextlib.suppress(SQLAlchemyError), database.write(TURNS[part]) as session:
        beat(session, f"{part}{STANDBY}", clock.now(), detail)


class _FileSeat:
    """A lock on a file beside a SQLite database. One in memory has no second process."""

    def __init__(self, url: str, part: str) -> None:
        name = parse_url(url).database
        self._file = None if name in {None, "", ":memory:"} else Path(f"{name}-{part}")
        self._descriptor: int | None = None

    def take(self) -> bool:
        if self._file is None:
            return True
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def keep(self) -> None:
        """Nothing but its end takes a file lock from a process."""

    def leave(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class _SessionSeat:
    """A lock of a PostgreSQL session, and the counter that tells an earlier leader from the present one."""

    def __init__(self, database: Database, part: str) -> None:
        self._database = database
        self._part = part
        self._session: psycopg.Connection[Any] | None = None
        self._epoch: int | None = None

    def take(self) -> bool:
        """Take the lock and raise the counter; a database that is away is waited for."""
        import psycopg  # noqa: PLC0415 - a house on SQLite needs no driver of PostgreSQL

        try:
            if not self._lock():
                return False
            with self._database.write() as session:
                self._epoch = session.connection().execute(_RAISE, {"part": self._part}).scalar_one()
        except (psycopg.Error, SQLAlchemyError) as error:
            log.warning("cannot find out who leads", part=self._part, error=type(error).__name__)
            self._hang_up()
            return False
        self._database.fence(TURNS[self._part], self._refuse_if_superseded)
        return True

    def keep(self) -> None:
        """Ask over the session that holds the lock; after losing it, take the lock again if nobody led meanwhile."""
        import psycopg  # noqa: PLC0415 - as above

        try:
            if self._session is not None:
                self._session.execute("SELECT 1")
                return
        except psycopg.Error as error:
            log.warning("lost the connection that says who leads", part=self._part, error=type(error).__name__)
            self._hang_up()
        with contextlib.suppress(psycopg.Error, SQLAlchemyError):
            held = self._lock()
            with self._database.read() as session:
                self._refuse_if_superseded(session.connection())
            if not held:
                self._hang_up()

    def leave(self) -> None:
        """Let go of the lock with its session."""
        self._database.fence(TURNS[self._part], None)
        self._hang_up()

    def _lock(self) -> bool:
        if self._session is None:
            self._session = connect(self._database.url)
        found = self._session.execute(
            "SELECT pg_try_advisory_lock(%s::int, %s::int)", (LOCK_SPACE, part_lock(self._part))
        ).fetchone()
        return found is not None and bool(found[0])

    def _hang_up(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None

    def _refuse_if_superseded(self, connection: Connection) -> None:
        if connection.execute(_EPOCH, {"part": self._part}).scalar() != self._epoch:
            raise SupersededError(f"another process leads the {self._part} now")
