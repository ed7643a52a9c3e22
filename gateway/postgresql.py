"""What is particular to PostgreSQL: how its connections are set up, how its writers take turns, what it is named.

One PostgreSQL database belongs to one Stepguard: locks and channels are named within the database.
"""

import os
import secrets
from collections.abc import Collection
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError

from gateway.settings import SettingsError

if TYPE_CHECKING:
    import psycopg

DRIVER = "postgresql+psycopg"
OLDEST_SERVER = 14
"""The oldest version that PostgreSQL's own project still repaired when this was written."""

CONNECT_WITHIN_S = 5
STATEMENT_WITHIN_S = 30
LOCK_WITHIN_S = 10
READER_IDLE_S = 300
"""A reader may think this long between two statements: a monitor that folds a whole ward anew."""
WRITER_IDLE_S = 10
"""A writer that stops in mid transaction holds its turn no longer than this."""
MIGRATE_WITHIN_S = 600
"""How long a part waits for another one's migration, and how long one may take."""

POOL_WITHIN_S = 10
CONNECTING: dict[str, Any] = {
    "connect_timeout": CONNECT_WITHIN_S,
    # A server that vanished without a word is given up on: silence after 5 s, three questions, bytes nobody takes.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
NAMED = "stepguard"
"""Begins the name that every session of ours has at the server; the rest says which process it belongs to."""
_SESSION: dict[str, str] = {
    "timezone": "UTC",
    "synchronous_commit": "on",  # whatever the server's own default: a commit is a promise
    "statement_timeout": f"{STATEMENT_WITHIN_S}s",
    "lock_timeout": f"{LOCK_WITHIN_S}s",
    "idle_in_transaction_session_timeout": f"{READER_IDLE_S}s",
    "default_transaction_isolation": "read committed",
    # The server finds out as soon that a client vanished: its locks are wanted by others.
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
LOCK_SPACE = 0x53544550
"""The first half of every advisory lock of ours; the second says what is locked."""
MIGRATION_LOCK = 1
_FIRST_TURN = 16
_FIRST_PART = 64


class Turn(IntEnum):
    """Tables that one writer at a time adds rows to, so that ids become visible in the order in which they count.

    Readers keep a cursor (`id > cursor`): a row that became visible after a higher one would never be read. Whoever
    takes several turns takes CALLS first, so that no two wait for each other.
    """

    CALLS = 1
    """Incidents, pages, texts, people, and whatever else has no turn of its own."""
    READINGS = 2
    """Readings and quarantine, with the marks and states of hubs; hubs and their homes."""
    RECORD = 3
    """What people enter into a record, and enrolments."""
    ASSESSMENTS = 4
    """Answers of the monitor, how each patient stands, how far it has read."""


ALL_TURNS = tuple(Turn)


def is_postgresql(url: str) -> bool:
    """Return whether `url` names a PostgreSQL database."""
    return url.startswith("postgresql")


def parse_url(url: str) -> URL:
    """Return the parts of a database URL.

    Raises
    ------
    SettingsError
        When it is none, or names a database or driver that is not supported; never with what it holds.
    """
    try:
        name = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(
            "database.url: not a database URL; write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
        ) from error
    if name.drivername not in {"sqlite", DRIVER}:
        raise SettingsError(
            f"database.url: {name.drivername}:// is not supported; write sqlite:///FILE or {DRIVER}://USER@HOST/NAME"
        )
    return name


def database_file(url: str) -> Path | None:
    """Return the file of a SQLite database; None for one in memory, on a server, or for what is no URL."""
    try:
        name = make_url(url)
    except (ArgumentError, ValueError):
        return None
    on_disk = name.drivername.startswith("sqlite") and name.database not in {None, "", ":memory:"}
    return Path(str(name.database)) if on_disk else None


def without_password(url: str) -> str:
    """Return a database URL as it may be shown: its password as three stars, also one among the options."""
    try:
        name = make_url(url)
    except (ArgumentError, ValueError):
        return "(not a database URL)"
    if "password" in name.query:
        name = name.update_query_dict({"password": "***"})
    return name.render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


def set_up(connection: "psycopg.Connection[Any]", _record: object = None) -> None:
    """Make a fresh connection durable, in UTC, and bound in time.

    Raises
    ------
    SettingsError
        When the server is older than this program supports.
    """
    version = connection.info.server_version // 10_000
    if version < OLDEST_SERVER:
        raise SettingsError(
            f"database.url: the server is PostgreSQL {version}; Stepguard needs {OLDEST_SERVER} or newer"
        )
    was_autocommit, connection.autocommit = connection.autocommit, True
    settings = {"application_name": process_name(), **_SESSION}
    names = ", ".join("set_config(%s, %s, false)" for _ in settings)
    connection.execute(f"SELECT {names}".encode(), [word for pair in settings.items() for word in pair])
    connection.autocommit = was_autocommit


def process_name() -> str:
    """Return the name by which the sessions of this process are told from those of every other, on any machine."""
    return f"{NAMED} {_token_of(os.getpid())}"


@lru_cache(maxsize=2)
def _token_of(_pid: int) -> str:
    """Draw a name anew in each process: one that was forked has its parent's memory and another number."""
    return secrets.token_hex(6)


def connect(url: str) -> "psycopg.Connection[Any]":
    """Open one connection outside any pool, each statement a transaction of its own; the caller closes it."""
    import psycopg  # noqa: PLC0415 - a house on SQLite needs no driver of PostgreSQL

    name = parse_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(name, autocommit=True, **CONNECTING)
    try:
        set_up(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def take_turn(connection: Connection, turns: Collection[Turn] = ALL_TURNS) -> None:
    """Wait for these turns and keep them until the transaction ends. Call it before ids are drawn.

    Taking one again is free. On SQLite there is one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql" and turns:
        connection.exec_driver_sql(_take(tuple(sorted(turns))))


@lru_cache(maxsize=32)
def _take(turns: tuple[Turn, ...]) -> str:
    locks = ", ".join(f"pg_advisory_xact_lock({LOCK_SPACE}, {_FIRST_TURN + turn})" for turn in turns)
    return f"SELECT set_config('idle_in_transaction_session_timeout', '{WRITER_IDLE_S}s', true), {locks}"


def lock_migration(connection: Connection) -> None:
    """Wait until no other part migrates, and keep the others waiting until the transaction ends."""
    for name in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {name} = '{MIGRATE_WITHIN_S}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_SPACE}, {MIGRATION_LOCK})")


def part_lock(part: str) -> int:
    """Return the second half of the advisory lock that the leading process of a part holds."""
    return _FIRST_PART + ("gateway", "monitor", "alerts").index(part)
