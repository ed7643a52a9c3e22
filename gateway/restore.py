"""Brings a backup back, into a temporary database as a drill or in place of the real one; checks before it replaces."""

import contextlib
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from gateway.backup import (
    BackupError,
    Contents,
    address_of,
    check_sqlite,
    contents_of,
    run_program,
    sqlite_file,
    sync,
)
from gateway.clock import monotonic_s
from gateway.database import Database
from gateway.manifest import Manifest, count_tables, differences, read_manifest, sha256_of
from gateway.postgresql import connect, is_postgresql, parse_url
from gateway.readiness import QUIET_AFTER_S, quiet
from gateway.store import heartbeats

AuditCheck = Callable[[Session], list[str]]
"""Verifies the audit log of an open database; gives one sentence for everything that is wrong."""
KEPT = ("patient", "hub", "reading", "app_user", "audit")
"""Tables of which one row is worth keeping."""
BESIDE_SQLITE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore brought back, or a drill found that it would; `faults` is empty when all is well.

    `moved_to` is where the database that stood there before is kept; None when there was none, or it was replaced.
    """

    manifest: Manifest
    took_s: float
    faults: tuple[str, ...]
    moved_to: Path | None = None


def drill(url: str, backup: Path, check_audit: AuditCheck) -> Restored:
    """Restore a backup into a temporary database of the same kind, check everything, and remove it again.

    Parameters
    ----------
    url
        The configured database. It is only used to reach a PostgreSQL server; nothing of it is read or changed.

    Raises
    ------
    BackupError, ManifestError
        When the backup cannot be read at all, or is of the other kind of database.
    sqlalchemy.exc.SQLAlchemyError, psycopg.Error
        When the server cannot be reached or does not let us make a database.
    """
    began_s = monotonic_s()
    manifest = _right_kind(url, backup)
    faults = _file_faults(backup, manifest)
    if not faults:
        with _temporary(url, backup) as database:
            faults = _faults(database, manifest, check_audit)
    return Restored(manifest=manifest, took_s=monotonic_s() - began_s, faults=tuple(faults))


def restore(url: str, backup: Path, now: datetime, check_audit: AuditCheck, *, replace: bool = False) -> Restored:
    """Put a backup in place of the configured database, once a drill of it has found nothing wrong.

    A SQLite database that stood there is moved aside, never removed. On PostgreSQL it is replaced in one transaction.

    Raises
    ------
    BackupError, ManifestError
        When a part is alive, the database holds something and `replace` is not given, or the backup is of the other
        kind of database.
    """
    began_s = monotonic_s()
    manifest = _right_kind(url, backup)
    occupied = _occupied(url, now)
    if occupied and not replace:
        raise BackupError("the database holds patients or readings; give --replace to put the backup in its place")
    tried = drill(url, backup, check_audit)
    if tried.faults:
        return tried
    moved_to = None
    if is_postgresql(url):
        address, password = address_of(url)
        _pg_restore(backup, address, password, clean=True)
    else:
        moved_to = _move_in(sqlite_file(url), backup, now)
    database = Database(url)
    try:
        database.migrate()
    finally:
        database.dispose()
    return Restored(manifest=manifest, took_s=monotonic_s() - began_s, faults=(), moved_to=moved_to)


def _right_kind(url: str, backup: Path) -> Manifest:
    if not backup.is_file():
        raise BackupError(f"{backup}: no such file; name the backup that was written")
    manifest = read_manifest(backup)
    configured = "postgresql" if is_postgresql(url) else "sqlite"
    if manifest.database != configured:
        raise BackupError(f"{backup} is of {manifest.database}, database.url names {configured}; set database.url")
    return manifest


def _file_faults(backup: Path, manifest: Manifest) -> list[str]:
    if sha256_of(backup) != manifest.sha256:
        return [f"{backup.name} is not the file that was written: its SHA-256 differs from the manifest"]
    return []


def _faults(database: Database, manifest: Manifest, check_audit: AuditCheck) -> list[str]:
    if database.engine.dialect.name == "sqlite" and (wrong := check_sqlite(sqlite_file(database.url))) is not None:
        return [f"SQLite finds the file damaged: {wrong}"]
    with database.read() as session:
        found: Contents = contents_of(session.connection())
    faults = list(differences(manifest, schema=found.schema, tables=found.tables, audit=found.audit))
    database.migrate()
    with database.read() as session:
        faults += check_audit(session)
    return faults


@contextmanager
def _temporary(url: str, backup: Path) -> Iterator[Database]:
    """Give a temporary database with the backup in it."""
    if is_postgresql(url):
        name = f"stepguard_drill_{secrets.token_hex(4)}"
        with contextlib.closing(connect(url)) as server:
            server.execute(f'CREATE DATABASE "{name}"'.encode())
            try:
                address, password = address_of(url, database=name)
                _pg_restore(backup, address, password, clean=False)
                with _opened(parse_url(url).set(database=name).render_as_string(hide_password=False)) as database:
                    yield database
            finally:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
        return
    with tempfile.TemporaryDirectory(prefix="stepguard-drill-", dir=backup.parent) as folder:
        copy = Path(folder) / "drill.db"
        shutil.copyfile(backup, copy)
        with _opened(f"sqlite:///{copy}") as database:
            yield database


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.dispose()


def _occupied(url: str, now: datetime) -> bool:
    """Return whether the configured database holds anything worth keeping.

    Raises
    ------
    BackupError
        When a part is at work on it.
    """
    if not is_postgresql(url) and not sqlite_file(url).exists():
        return False
    try:
        with _opened(url) as database, database.read() as session:
            connection = session.connection()
            if not inspect(connection).has_table("heartbeat"):
                return False
            beats = heartbeats(session)
            counted = count_tables(connection)
    except DatabaseError:
        return True  # damaged, and there: nobody can be at work on it
    alive = sorted(part for part, beat in beats.items() if not quiet(beat.at, now))
    if alive:
        raise BackupError(
            f"{', '.join(alive)} is at work on this database; stop every part, wait {QUIET_AFTER_S:.0f} s, then restore"
        )
    return any(counted[table].rows for table in KEPT if table in counted)


def _move_in(file: Path, backup: Path, now: datetime) -> Path | None:
    """Put a copy of the backup where the database stood, which is moved aside with what stands beside it."""
    new = file.with_name(f".{file.name}.restored")
    shutil.copyfile(backup, new)
    new.chmod(0o600)
    sync(new)
    moved_to = file.with_name(f"{file.name}.before-{now:%Y%m%dT%H%M%SZ}") if file.exists() else None
    if moved_to is not None:
        for suffix in BESIDE_SQLITE:
            with contextlib.suppress(FileNotFoundError):
                Path(f"{file}{suffix}").rename(f"{moved_to}{suffix}")
    new.rename(file)
    sync(file.parent)
    return moved_to


def _pg_restore(backup: Path, address: str, password: str | None, *, clean: bool) -> None:
    arguments = ["pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    if clean:
        arguments += ["--clean", "--if-exists"]
    run_program([*arguments, f"--dbname={address}", str(backup)], password)
