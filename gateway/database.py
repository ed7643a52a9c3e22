"""The only place that makes an engine: connections, the UTC column type, transactions, migrations."""

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
from sqlalchemy import URL, BigInteger, Connection, Dialect, Engine, Integer, event
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Session, create_engine

from gateway.postgresql import ALL_TURNS, CONNECTING, POOL_WITHIN_S, Turn, lock_migration, parse_url, set_up, take_turn

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BUSY_TIMEOUT_MS = 15_000
WAL_AUTOCHECKPOINT_PAGES = 20_000  # measured: at a million rows four times the rate of SQLite's default of 1,000


def to_microseconds(at: datetime) -> int:
    """Return microseconds since 1970 in UTC. A naive time is a bug and raises ValueError."""
    if at.tzinfo is None:
        raise ValueError("a time without an offset cannot be stored")
    return (at - EPOCH) // MICROSECOND


def from_microseconds(value: int) -> datetime:
    """Return the aware UTC time that `to_microseconds` stored."""
    return EPOCH + timedelta(microseconds=value)


class UtcTime(TypeDecorator[datetime]):
    """An instant as integer microseconds: exact, ordered, eight bytes, the same in SQLite and PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Store an aware time; refuse a naive one."""
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware UTC time."""
        return None if value is None else from_microseconds(int(value))


class RowId(TypeDecorator[int]):
    """The number of a row in a table that grows: 64 bits in SQLite and in PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite counts rows by itself only where the column is called an integer; it has 64 bits there too."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())


class WriteTurn:
    """One writer of SQLite at a time: a lock between threads, and a file lock between processes.

    The file lock is fair enough, wakes its waiter at once, and is gone with a process that is killed.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._threads = threading.Lock()
        self._opened: tuple[int, int] | None = None

    def __enter__(self) -> None:
        """Wait for the turn."""
        self._threads.acquire()
        try:
            descriptor = self._descriptor()
            if descriptor is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        """Give the turn to the next."""
        try:
            if self._opened is not None and self._opened[0] == os.getpid():
                fcntl.flock(self._opened[1], fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None and self._opened[0] == os.getpid():
            os.close(self._opened[1])
        self._opened = None

    def _descriptor(self) -> int | None:
        """Open the file anew in every process: a descriptor inherited by a fork would be one lock for both.

        Where it cannot be opened the database cannot either, and says so better.
        """
        if self._file is not None and (self._opened is None or self._opened[0] != os.getpid()):
            with contextlib.suppress(OSError):
                self._opened = (os.getpid(), os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return self._opened[1] if self._opened is not None else None


class Database:
    """One database: many readers of one moment each, and writers that take turns.

    On SQLite one writing transaction runs at a time, within this process and between processes, by a lock of our own:
    SQLite's busy handler sleeps up to 100 ms between tries and would be the tail of every latency. On PostgreSQL
    writers take the turns they name (`gateway.postgresql.Turn`); one that names none takes all of them and may rely
    on the same as on SQLite: nobody else writes meanwhile.

    Raises
    ------
    SettingsError
        When `url` cannot be used; without what it holds.
    """

    def __init__(self, url: str) -> None:
        name = parse_url(url)
        self.url = url
        self._sqlite = name.drivername == "sqlite"
        self.engine: Engine = _engine(name)
        self._turn = WriteTurn(_lock_file(name)) if self._sqlite else None
        if self._sqlite:
            event.listen(self.engine, "connect", _tune_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "connect", set_up)
        self._fences: dict[Turn, Callable[[Connection], None]] = {}
        one_moment = {} if self._sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reads: Engine = self.engine.execution_options(**one_moment)
        self._writes: Engine = self.engine.execution_options(immediate=self._sqlite)

    def migrate(self) -> None:
        """Bring the schema to the newest version; safe to run from every part at its start."""
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._writing(), self.engine.connect() as connection:
            config.attributes["connection"] = connection
            if self._sqlite:
                alembic.command.upgrade(config, "head")
                return
            with connection.begin():
                lock_migration(connection)
                alembic.command.upgrade(config, "head")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for reading; what it reads is one consistent moment."""
        with Session(self._reads, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self, *turns: Turn) -> Iterator[Session]:
        """Give a session in a writing transaction: committed at the end, rolled back if the body raises.

        `turns` says on PostgreSQL which tables it adds to; without, no other writer runs beside it.
        """
        with self._writing(), Session(self._writes, expire_on_commit=False) as session:
            if not self._sqlite:
                self._begin(session.connection(), turns)
            yield session
            session.commit()

    @contextmanager
    def write_connection(self, *turns: Turn) -> Iterator[Connection]:
        """Give a bare connection in a writing transaction, for statements of many rows; `turns` as for `write`."""
        with self._writing(), self._writes.begin() as connection:
            if not self._sqlite:
                self._begin(connection, turns)
            yield connection

    def fence(self, turn: Turn, check: Callable[[Connection], None] | None) -> None:
        """Have `check` asked in every transaction that names `turn`, before it does anything; it may raise."""
        if check is None:
            self._fences.pop(turn, None)
        else:
            self._fences[turn] = check

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        if self._turn is not None:
            self._turn.close()

    def _begin(self, connection: Connection, turns: tuple[Turn, ...]) -> None:
        take_turn(connection, turns or ALL_TURNS)
        for turn in turns:
            if (check := self._fences.get(turn)) is not None:
                check(connection)

    def _writing(self) -> AbstractContextManager[None]:
        return nullcontext() if self._turn is None else self._turn


def _engine(name: URL) -> Engine:
    """Make an engine whose errors carry no parameters: they are values of people and must not get into a log."""
    if name.drivername == "sqlite":
        return create_engine(name, connect_args={"check_same_thread": False}, pool_size=16, hide_parameters=True)
    return create_engine(
        name,
        connect_args=CONNECTING,
        pool_size=8,
        pool_timeout=POOL_WITHIN_S,
        pool_pre_ping=True,  # a server that restarted costs nobody an error who was not writing just then
        pool_use_lifo=True,
        hide_parameters=True,
    )


def _lock_file(name: URL) -> Path | None:
    """Return the file beside a SQLite database by which its writers take turns; None for one in memory."""
    if name.database in {None, "", ":memory:"}:
        return None
    return Path(f"{name.database}-turn")


def _tune_sqlite(connection: Any, _record: object) -> None:
    """Durable at every commit (FULL), readers never block the writer (WAL)."""
    connection.isolation_level = None  # we send BEGIN ourselves, see _begin_sqlite
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"wal_autocheckpoint={WAL_AUTOCHECKPOINT_PAGES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at the start of a writing transaction: upgrading a read can fail half-way."""
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
