"""Backups while the system runs, and bringing them back."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.command import FailedError, InputError
from console.commands.arguments import Config, Json, family
from console.commands.chain_access import chain_clock, opened, read_settings

if TYPE_CHECKING:
    from sqlmodel import Session

    from gateway.restore import Restored

# The database is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()

AFTERWARDS = (
    "start the parts again, then look: stepguard up (or the services), stepguard status, audit verify (as an auditor)",
    "hubs are asked again for what came after the backup; what one has deleted stays missing and shows as a gap",
)


@app.command(epilog="Example: stepguard backup --to /var/backups/stepguard/2026-03-02.backup")
def backup(
    *,
    to: Annotated[Path, typer.Option("--to", help="The file to write; it must not exist.", metavar="FILE")],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Copy the database into a file while everything runs on."""
    from gateway.backup import BackupError, back_up
    from gateway.manifest import beside

    if not to.parent.is_dir():
        raise InputError(f"--to {to}: the folder {to.parent} does not exist; make it, or name a file elsewhere")

    def shown(done: int, of: int) -> None:
        typer.echo(f"{done} of {of} pages", err=True)

    with opened(config) as chain:
        try:
            manifest = back_up(chain.database, to, chain.now(), shown)
        except BackupError as error:
            raise (InputError if to.exists() else FailedError)(str(error)) from error
    rows = sum(table.rows for table in manifest.tables.values())
    if as_json:
        typer.echo(json.dumps({"file": str(to), "bytes": manifest.bytes, "sha256": manifest.sha256, "rows": rows}))
        return
    typer.echo(f"{to}: {manifest.bytes} bytes, {rows} rows, schema {manifest.schema}; checked and on disk")
    typer.echo(f"{beside(to)} belongs to it; keep the two together, away from this machine")


@app.command(epilog="Example: stepguard restore /var/backups/stepguard/2026-03-02.backup --drill")
def restore(
    file: Annotated[Path, typer.Argument(help="What stepguard backup wrote.", metavar="FILE")],
    *,
    drill: Annotated[bool, typer.Option("--drill", help="Only try: into a temporary database, then check it.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in place of a database that holds something.")
    ] = False,
    as_json: Json = False,
    config: Config = None,
) -> int:
    """Bring a backup back, or try whether it could be."""
    import psycopg
    from sqlalchemy.exc import SQLAlchemyError

    from gateway import restore as restoring
    from gateway.backup import BackupError
    from gateway.manifest import ManifestError

    url = read_settings(config).database.url
    now: datetime = chain_clock().now()
    try:
        if drill:
            restored = restoring.drill(url, file, check_audit)
        else:
            restored = restoring.restore(url, file, now, check_audit, replace=replace)
    except (BackupError, ManifestError) as error:
        raise InputError(str(error)) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise FailedError(
            "database.url: the role may not make the database in which a backup is tried; as administrator of "
            "PostgreSQL: ALTER ROLE stepguard CREATEDB"
        ) from error
    except (SQLAlchemyError, psycopg.Error) as error:
        raise FailedError(f"database.url: the database refuses: {type(error).__name__}") from error
    _tell(restored, file, drill=drill, as_json=as_json)
    return 1 if restored.faults else 0


def check_audit(session: "Session") -> list[str]:
    """Return what is wrong with the audit log of an open database, in sentences."""
    from alerts.audit_rows import ALERTS_TABLES
    from gateway.audit_rows import GATEWAY_TABLES
    from gateway.audit_verify import verify
    from monitor.audit_rows import MONITOR_TABLES

    verified = verify(session.connection(), (*GATEWAY_TABLES, *MONITOR_TABLES, *ALERTS_TABLES))
    return [f"audit log, {finding.where}: {finding.sentence}" for finding in verified.findings]


def _tell(restored: "Restored", file: Path, *, drill: bool, as_json: bool) -> None:
    manifest = restored.manifest
    if as_json:
        moved = None if restored.moved_to is None else str(restored.moved_to)
        answer = {
            "drill": drill,
            "sound": not restored.faults,
            "faults": restored.faults,
            "took_s": round(restored.took_s, 3),
            "made_at": manifest.made_at.isoformat(),
            "moved_to": moved,
        }
        typer.echo(json.dumps(answer))
        return
    for fault in restored.faults:
        typer.echo(f"FAULT {fault}", err=True)
    if restored.faults:
        typer.echo(f"{file} cannot be relied on; nothing was changed", err=True)
        return
    rows = sum(table.rows for table in manifest.tables.values())
    did = "can be restored" if drill else "is restored"
    typer.echo(f"{file} of {manifest.made_at.isoformat()} {did}: {rows} rows, audit log sound, {restored.took_s:.1f} s")
    if drill:
        return
    if restored.moved_to is not None:
        typer.echo(f"the database that stood there is kept as {restored.moved_to}")
    for line in AFTERWARDS:
        typer.echo(line)
