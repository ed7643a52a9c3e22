"""What one process of a part holds while it leads, and what takes it away.

On SQLite a file lock says who leads: it is gone with the process. On PostgreSQL it is a lease: the lock of a session of
its own, gone with the connection, and renewed by speaking over that session. A process that is stopped, or cut off
from the database, keeps its lock and falls silent. Whoever stands by measures that silence with a clock of its own,
ends the sessions of the silent one, and leads: in doubt somebody works. Every new leader raises a counter, and what
an earlier one still tries to write is refused.
"""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from gateway.clock import monotonic_s
from gateway.database import Database
from gateway.postgresql import LOCK_SPACE, NAMED, Turn, connect, is_postgresql, parse_url, part_lock, process_name

if TYPE_CHECKING:
    import psycopg

LEASE_S = 3.0
"""Wall seconds of silence after which a lease has ended: six renewals missed, and with the rest of a takeover under the
five seconds that no page may be late."""

LETS_GO_WITHIN_S = 1.0
"""What the server needs to end sessions and to let go of their locks, and some."""

TURNS = {"gateway": Turn.READINGS, "monitor": Turn.ASSESSMENTS, "alerts": Turn.CALLS}
"""The turn that each part's leader alone takes by itself, and which is refused to an earlier leader."""

_RAISE = text(
    "INSERT INTO leadership (part, epoch) VALUES (:part, 1)"
    " ON CONFLICT (part) DO UPDATE SET epoch = leadership.epoch + 1 RETURNING epoch"
)
_EPOCH = text("SELECT epoch FROM leadership WHERE part = :part")
_LEADS = "SELECT epoch FROM leadership WHERE part = %s"
_TRY = "SELECT pg_try_advisory_lock(%s::int, %s::int)"
_HOLDER = """
SELECT held.pid, session.application_name, session.state_change, (SELECT at FROM heartbeat WHERE part = %s)
FROM pg_locks held LEFT JOIN pg_stat_activity session ON session.pid = held.pid
WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 2
  AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND held.classid = %s::int::oid AND held.objid = %s::int::oid
"""
_END_SESSIONS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND (pid = %s OR (application_name = %s AND application_name LIKE %s AND application_name <> %s))
"""

log = structlog.get_logger(__name__)


class SupersededError(Exception):
    """Another process leads this part now; this one must not write, and ends."""


class Seat(Protocol):
    """What one process of a part holds while it leads. Used in threads, one call at a time."""

    def take(self) -> bool:
        """Try to become the leader; return whether this process is it now."""
        ...

    def keep(self) -> None:
        """Renew the lease; raises SupersededError when another process leads."""
        ...

    def leave(self) -> None:
        """Let another process lead."""
        ...


def seat_of(database: Database, part: str, stuck_after_s: float | None = None) -> Seat:
    """Return the seat of a part on this database, not taken yet; `stuck_after_s` as for `gateway.leadership.led`."""
    if is_postgresql(database.url):
        return _LeasedSeat(database, part, stuck_after_s)
    return _FileSeat(database.url, part)


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


class _Unchanged:
    """For how long something that another process renews has stayed the same, by this process's own clock.

    Two machines need not agree about the time for that, nor need either with the database.
    """

    def __init__(self) -> None:
        self._seen: object = None
        self._since_s = monotonic_s()

    def for_s(self, value: object) -> float:
        """Return for how many wall seconds `value` has been what is seen."""
        if value != self._seen:
            self._seen, self._since_s = value, monotonic_s()
        return monotonic_s() - self._since_s


class _LeasedSeat:
    """A lock of a PostgreSQL session, renewed; and the counter that tells an earlier leader from the present one."""

    def __init__(self, database: Database, part: str, stuck_after_s: float | None) -> None:
        self._database = database
        self._part = part
        self._stuck_after_s = stuck_after_s
        self._session: psycopg.Connection[Any] | None = None
        self._held = False
        self._epoch: int | None = None
        self._spoken, self._beaten = _Unchanged(), _Unchanged()

    def take(self) -> bool:
        """Take the lock and raise the counter; a database that is away is waited for."""
        import psycopg  # noqa: PLC0415 - a house on SQLite needs no driver of PostgreSQL

        try:
            if not self._lock() and not self._override():
                return False
            with self._database.write(TURNS[self._part]) as session:
                self._epoch = session.connection().execute(_RAISE, {"part": self._part}).scalar_one()
        except (psycopg.Error, SQLAlchemyError) as error:
            log.warning("cannot find out who leads", part=self._part, error=type(error).__name__)
            self._hang_up()
            # Nobody could renew anything while the database was away: silence counts from now on.
            self._spoken, self._beaten = _Unchanged(), _Unchanged()
            return False
        self._database.fence(TURNS[self._part], self._refuse_if_superseded)
        return True

    def keep(self) -> None:
        """Speak over the session that holds the lock; after losing it, take the lock again if nobody led meanwhile."""
        import psycopg  # noqa: PLC0415 - as above

        try:
            if self._session is not None and (self._held or self._lock()):
                found = self._session.execute(_LEADS, (self._part,)).fetchone()
                self._refuse_if_other(found[0] if found else None)
                return
        except psycopg.Error as error:
            log.warning("lost the connection that says who leads", part=self._part, error=type(error).__name__)
            self._hang_up()
        with contextlib.suppress(psycopg.Error, SQLAlchemyError):
            self._lock()
            with self._database.read() as session:
                self._refuse_if_superseded(session.connection())

    def leave(self) -> None:
        """Let go of the lock with its session."""
        self._database.fence(TURNS[self._part], None)
        self._hang_up()

    def _lock(self) -> bool:
        if self._session is None:
            self._session = connect(self._database.url)
        found = self._session.execute(_TRY, (LOCK_SPACE, part_lock(self._part))).fetchone()
        self._held = found is not None and bool(found[0])
        return self._held

    def _override(self) -> bool:
        """End the sessions of a leader whose lease has ended; return whether there was such a one.

        Its sessions may hold more than the lock: a transaction half done, and with it the turn that our first page
        would wait for.
        """
        assert self._session is not None  # noqa: S101 - `_lock` has just spoken over it
        found = self._session.execute(_HOLDER, (self._part, LOCK_SPACE, part_lock(self._part))).fetchone()
        if found is None:
            return False  # gone this very moment: the next look takes it
        holder, name, spoken_at, beaten_at = found
        silent_s, idle_s = self._spoken.for_s((holder, spoken_at)), self._beaten.for_s((holder, beaten_at))
        # Nobody is told when a session of another database user last spoke; its heartbeat is for everybody to see.
        silent = spoken_at is not None and silent_s >= LEASE_S
        stuck = self._stuck_after_s is not None and idle_s >= self._stuck_after_s
        if not silent and not stuck:
            return False
        log.warning("leads in place of a process that fell silent", part=self._part, silent=silent, stuck=stuck)
        self._end(holder, name)
        return True

    def _end(self, holder: int, name: str | None) -> None:
        """End the sessions of a process and take its lock; without the lock the counter alone says who leads."""
        import psycopg  # noqa: PLC0415 - as above

        assert self._session is not None  # noqa: S101 - as above
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):  # sessions of another database user
            self._session.execute(_END_SESSIONS, (holder, name, f"{NAMED} %", process_name()))
        until_s = monotonic_s() + LETS_GO_WITHIN_S
        while not self._lock() and monotonic_s() < until_s:
            self._session.execute("SELECT pg_sleep(0.02)")

    def _hang_up(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session, self._held = None, False

    def _refuse_if_superseded(self, connection: Connection) -> None:
        self._refuse_if_other(connection.execute(_EPOCH, {"part": self._part}).scalar())

    def _refuse_if_other(self, epoch: int | None) -> None:
        if epoch != self._epoch:
            raise SupersededError(f"another process leads the {self._part} now")
