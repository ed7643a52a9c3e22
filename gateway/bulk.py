"""Writes many rows with few statements, on a bare connection: the object mapper would cost more than the rest.

SQLite's driver gives up Python's lock at every step of a statement, and a busy event loop holds it for five
milliseconds each time: `executemany` steps once per row, and was measured forty times slower beside one. So
rows go in blocks of a few fixed sizes, one step per block, each size a statement the driver keeps prepared.

PostgreSQL takes new rows as one binary COPY (a thousand readings in 7 ms, against 31 ms in blocks and 16 ms as
arrays) and changed rows as one array per column.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

BLOCK_SIZES = (512, 64, 8, 1)
"""Rows per statement, largest first; 512 rows of ten columns stay far below SQLite's 32,766 parameters."""

Rows = Sequence[tuple[object, ...]]


def insert_rows(connection: Connection, table: str, columns: Sequence[str], rows: Rows) -> None:
    """Append rows; `table` and `columns` are our own names, values go as parameters."""
    if connection.dialect.name == "postgresql":
        if rows:
            _copy(connection, table, tuple(columns), rows)
        return
    for block in _blocks(rows):
        connection.exec_driver_sql(_insert(table, tuple(columns), len(block)), tuple(chain.from_iterable(block)))


def upsert_rows(connection: Connection, table: str, columns: Sequence[str], key_columns: int, rows: Rows) -> None:
    """Write rows whose first `key_columns` columns are the primary key, replacing those that exist.

    No key may stand in two of the rows.
    """
    keys = ", ".join(columns[:key_columns])
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns[key_columns:])
    replacing = f"ON CONFLICT ({keys}) DO UPDATE SET {changes}"
    if connection.dialect.name == "postgresql":
        if rows:
            arrays = tuple(list(column) for column in zip(*rows, strict=True))
            connection.exec_driver_sql(
                f"{_insert_arrays(connection.dialect, table, tuple(columns))} {replacing}", arrays
            )
        return
    for block in _blocks(rows):
        insert = _insert(table, tuple(columns), len(block))
        connection.exec_driver_sql(f"{insert} {replacing}", tuple(chain.from_iterable(block)))


def _blocks(rows: Rows) -> Iterator[Rows]:
    at = 0
    for size in BLOCK_SIZES:
        while len(rows) - at >= size:
            yield rows[at : at + size]
            at += size


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608 - our own names


@lru_cache(maxsize=64)
def _types(dialect: Dialect, table: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return PostgreSQL's names of the columns' types, as the tables of this program declare them."""
    described: Table = SQLModel.metadata.tables[table]
    return tuple(described.c[column].type.compile(dialect).lower() for column in columns)


@lru_cache(maxsize=64)
def _insert_arrays(dialect: Dialect, table: str, columns: tuple[str, ...]) -> str:
    arrays = ", ".join(f"{'%b' if kind == 'bytea' else '%s'}::{kind}[]" for kind in _types(dialect, table, columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM unnest({arrays})"  # noqa: S608 - our own names


def _copy(connection: Connection, table: str, columns: tuple[str, ...], rows: Rows) -> None:
    """Append rows by COPY, which the engine knows nothing of; its errors come out as the engine's own would."""
    import psycopg  # noqa: PLC0415 - a house on SQLite needs no driver of PostgreSQL

    driver: psycopg.Connection[Any] | None = connection.connection.driver_connection
    if driver is None:
        raise TypeError("a connection in a transaction has one of the driver's")
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)".encode()) as copy,
        ):
            copy.set_types([_COPIED.get(kind, kind) for kind in _types(connection.dialect, table, columns)])
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        gone = driver.closed
        if gone:
            connection.invalidate(error)
        raise DBAPIError.instance(
            f"COPY {table}", None, error, psycopg.Error, hide_parameters=True, connection_invalidated=gone
        ) from error


_COPIED = {"varchar": "text", "integer": "int4", "bigint": "int8", "boolean": "bool"}
