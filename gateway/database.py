"""The only place that makes an engine: connections, the UTC column type, transactions, migrations."""

import contextlib
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
from sqlalchemy import BigInteger, Connection, Dialect, Engine, event, make_url
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, create_engine

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


class WriteTurn:
    """One writer at a time: a lock between threads, and a file lock between the processes of one SQLite database.

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
    """One database: many readers, and one writing transaction at a time within this process.

    Writers take turns by a lock of their own, within the process and between processes: SQLite's busy handler sleeps
    up to 100 ms between tries and would be the tail of every latency.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = create_engine(
            url, connect_args=_connect_args(url), pool_size=16, hide_parameters=True
        )  # parameters are values of people: an error must not carry them into a log
        self._writing = WriteTurn(_lock_file(url))
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _tune_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    def migrate(self) -> None:
        """Bring the schema to the newest version; safe to run from every part at its start."""
        config = alembic.config.Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._writing, self.engine.connect() as connection:
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for reading; what it reads is one consistent moment."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session in a writing transaction: committed at the end, rolled back if the body raises."""
        with (
            self._writing,
            Session(self.engine.execution_options(immediate=True), expire_on_commit=False) as session,
        ):
            yield session
            session.commit()

    @contextmanager
    def write_connection(self) -> Iterator[Connection]:
        """Give a bare connection in a writing transaction, for statements of many rows."""
        with self._writing, self.engine.execution_options(immediate=True).begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()
        self._writing.close()


def _lock_file(url: str) -> Path | None:
    """Return the file beside a SQLite database by which its writers take turns; None for other databases."""
    name = make_url(url)
    if not name.drivername.startswith("sqlite") or name.database in {None, "", ":memory:"}:
        return None
    return Path(f"{name.database}-turn")


def _connect_args(url: str) -> dict[str, Any]:
    return {"check_same_thread": False} if url.startswith("sqlite") else {}


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
