"""What a backup should hold: written beside it, and compared with what a restore finds."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection, inspect, text

SUFFIX = ".manifest.json"
_CHUNK_BYTES = 2**20


class Counted(msgspec.Struct, frozen=True):
    """How many rows a table has, and the newest id; None where it has none."""

    rows: int
    newest_id: int | None


class Head(msgspec.Struct, frozen=True):
    """The newest row of one chain of the audit log."""

    number: int
    hash: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What was copied: of which kind of database, at which schema, how much, sealed how."""

    made_at: datetime
    stepguard: str
    database: str
    schema: str
    tables: dict[str, Counted]
    audit: dict[str, Head]
    bytes: int
    sha256: str


class ManifestError(Exception):
    """The manifest of a backup is missing or cannot be read; the message names the file and the remedy."""


def beside(backup: Path) -> Path:
    """Return where the manifest of a backup stands."""
    return backup.with_name(backup.name + SUFFIX)


def read_manifest(backup: Path) -> Manifest:
    """Return the manifest of a backup.

    Raises
    ------
    ManifestError
        When it is missing or cannot be read.
    """
    file = beside(backup)
    try:
        return msgspec.json.decode(file.read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise ManifestError(f"{file}: missing; a backup is the two files together, copy both") from error
    except (OSError, msgspec.MsgspecError) as error:
        raise ManifestError(f"{file}: cannot be read ({type(error).__name__}); take another backup") from error


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def schema_of(connection: Connection) -> str:
    """Return the revision of the schema; empty for a database that has none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def count_tables(connection: Connection) -> dict[str, Counted]:
    """Return the count and the newest id of every table, as this transaction sees them."""
    found = inspect(connection)
    counted = {}
    for table in sorted(found.get_table_names()):
        numbered = any(column["name"] == "id" for column in found.get_columns(table))
        newest = "max(id)" if numbered else "NULL"
        row = connection.execute(text(f"SELECT count(*), {newest} FROM {table}")).one()  # noqa: S608 - names of its own
        counted[table] = Counted(row[0], row[1])
    return counted


def audit_heads(connection: Connection) -> dict[str, Head]:
    """Return the newest row of each chain of the audit log."""
    rows = connection.execute(
        text(
            "SELECT chain, number, hash FROM audit AS one"
            " WHERE number = (SELECT max(number) FROM audit WHERE chain = one.chain) ORDER BY chain"
        )
    )
    return {chain: Head(number, bytes(newest).hex()) for chain, number, newest in rows}


def differences(
    manifest: Manifest, *, schema: str, tables: Mapping[str, Counted], audit: Mapping[str, Head]
) -> Iterator[str]:
    """Give one sentence for everything in which a restored database differs from its manifest."""
    if schema != manifest.schema:
        yield f"its schema is {schema or 'none'}, the manifest says {manifest.schema}"
    for table in sorted({*manifest.tables, *tables}):
        wanted, found = manifest.tables.get(table), tables.get(table)
        if wanted != found:
            yield f"table {table} has {_say(found)}, the manifest says {_say(wanted)}"
    for chain in sorted({*manifest.audit, *audit}):
        if manifest.audit.get(chain) != audit.get(chain):
            yield f"the audit chain {chain} does not end as the manifest says"


def _say(counted: Counted | None) -> str:
    if counted is None:
        return "nothing"
    newest = "" if counted.newest_id is None else f" up to id {counted.newest_id}"
    return f"{counted.rows} rows{newest}"
