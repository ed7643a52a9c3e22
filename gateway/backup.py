"""Copies a database that is in use into one file, whole or not at all, with a manifest beside it."""

import contextlib
import fcntl
import importlib.metadata
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import URL, Connection, text

from gateway.database import Database
from gateway.manifest import Counted, Head, Manifest, audit_heads, beside, count_tables, schema_of, sha256_of
from gateway.postgresql import is_postgresql, parse_url

STEP_PAGES = 1_000
"""Pages copied at once, 4 MB: between two steps others read and write."""
PART_SUFFIX = ".part"
BESIDE_PART = ("-journal", "-wal", "-shm", "-turn")
Progress = Callable[[int, int], None]
"""Told how many of how many pages are copied."""


class BackupError(Exception):
    """A backup cannot be made or used; the message names the file or program and the remedy."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a copy holds."""

    schema: str
    tables: dict[str, Counted]
    audit: dict[str, Head]


def back_up(database: Database, to: Path, now: datetime, progress: Progress = lambda _done, _of: None) -> Manifest:
    """Write a backup to `to` and its manifest beside it, both readable by this user alone; return the manifest.

    The database stays in use: readers and writers go on. The file appears under its name only when it is whole,
    checked and on disk; a backup that is killed leaves at most hidden files with `.part` in their names, which the
    next one to the same name replaces.

    Raises
    ------
    BackupError
        When something stands at `to` already, another backup to it is under way, a program is missing, or the copy
        does not pass its check.
    sqlalchemy.exc.SQLAlchemyError, OSError
        When the database cannot be read, or the folder cannot be written.
    """
    for file in (to, beside(to)):
        if file.exists():
            raise BackupError(f"{file} exists; choose another name, nothing is overwritten")
    with _part(to) as part:
        try:
            contents = _dump(database, part) if is_postgresql(database.url) else _copy(database.url, part, progress)
        except sqlite3.Error as error:
            raise BackupError(f"{to}: {error}; make room in {to.parent}, or name a file elsewhere") from error
        manifest = Manifest(
            made_at=now,
            stepguard=importlib.metadata.version("stepguard"),
            database=database.engine.dialect.name,
            schema=contents.schema,
            tables=contents.tables,
            audit=contents.audit,
            bytes=part.stat().st_size,
            sha256=sha256_of(part),
        )
        sync(part)
        _write_new(beside(to), msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
        try:
            os.link(part, to)  # unlike a rename it never replaces what somebody put there meanwhile
        except FileExistsError as error:
            beside(to).unlink()
            raise BackupError(f"{to} exists; choose another name, nothing is overwritten") from error
        sync(to.parent)
    return manifest


def sqlite_file(url: str) -> Path:
    """Return the file of a SQLite database.

    Raises
    ------
    BackupError
        When it lives in memory only.
    """
    name = parse_url(url).database
    if name in {None, "", ":memory:"}:
        raise BackupError("database.url: a database in memory cannot be backed up")
    return Path(str(name))


def contents_of(connection: Connection) -> Contents:
    """Return what a database holds, as one transaction sees it."""
    return Contents(schema_of(connection), count_tables(connection), audit_heads(connection))


def check_sqlite(file: Path) -> str | None:
    """Return what SQLite finds wrong with a file, None when it is sound."""
    try:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            found += [f"row of {row[0]} without its parent" for row in connection.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == ["ok"] else "; ".join(found)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on disk before returning."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def run_program(arguments: list[str], password: str | None) -> None:
    """Run a program of PostgreSQL's, with the password in its environment where no list of processes shows it.

    Raises
    ------
    BackupError
        When it is not installed or fails; with its last line, which names no values.
    """
    environment = dict(os.environ) | ({} if password is None else {"PGPASSWORD": password})
    try:
        finished = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise BackupError(
            f"{arguments[0]} is not installed here; install PostgreSQL's client programs (Debian: postgresql-client)"
        ) from error
    if finished.returncode:
        lines = finished.stderr.strip().splitlines() or ["no reason given"]
        raise BackupError(f"{arguments[0]} failed: {lines[-1]}")


def address_of(url: str, *, database: str | None = None) -> tuple[str, str | None]:
    """Return the address of a PostgreSQL database for its own programs, without the password, and the password."""
    name = parse_url(url)
    options = {key: value for key, value in name.query.items() if key != "password"}
    password = name.password if name.password is not None else name.query.get("password")
    address = URL.create(
        "postgresql", name.username, None, name.host, name.port, database or name.database, query=options
    )
    return address.render_as_string(hide_password=False), password if isinstance(password, str) else None


@contextmanager
def _part(to: Path) -> Iterator[Path]:
    """Give an empty file beside `to` that nobody else writes, and remove it in the end."""
    part = to.with_name(f".{to.name}{PART_SUFFIX}")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"{to}: another backup to it is under way; wait, or choose another name") from error
        _tidy(part)  # a journal left by one that was killed would be played into this copy
        os.ftruncate(descriptor, 0)
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)
            _tidy(part)
    finally:
        os.close(descriptor)


def _tidy(part: Path) -> None:
    for suffix in BESIDE_PART:
        part.with_name(part.name + suffix).unlink(missing_ok=True)


def _copy(url: str, part: Path, progress: Progress) -> Contents:
    """Copy a SQLite database in steps. An open read keeps it one moment, whatever is written meanwhile."""
    source = sqlite3.connect(sqlite_file(url), isolation_level=None)
    target = sqlite3.connect(part, isolation_level=None)
    with contextlib.closing(source), contextlib.closing(target):
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target, pages=STEP_PAGES, progress=lambda _, left, total: progress(total - left, total))
        source.execute("ROLLBACK")
    if (wrong := check_sqlite(part)) is not None:
        raise BackupError(f"the copy is damaged ({wrong}); check the disk, and the database with restore --drill")
    copy = Database(f"sqlite:///{part}")
    try:
        with copy.read() as session:
            contents = contents_of(session.connection())
    finally:
        copy.dispose()
    with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    return contents


def _dump(database: Database, part: Path) -> Contents:
    """Have pg_dump copy a PostgreSQL database as one transaction sees it, and count in the same transaction."""
    address, password = address_of(database.url)
    with database.read() as session:
        connection = session.connection()
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(text(f"SET LOCAL {limit} = 0"))  # a large database takes its time
        contents = contents_of(connection)
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        run_program(
            [
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                f"--file={part}",
                f"--dbname={address}",
            ],
            password,
        )
    return contents


def _write_new(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
