"""Writes many rows with one statement, on a bare connection: the object mapper would cost more than the rest."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from sqlalchemy import Connection


def insert_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Collection[tuple[object, ...]]
) -> None:
    """Append rows; `table` and `columns` are our own names, values go as parameters."""
    if rows:
        connection.exec_driver_sql(_insert(table, tuple(columns), connection.dialect.paramstyle), list(rows))


def upsert_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    key_columns: int,
    rows: Collection[tuple[object, ...]],
) -> None:
    """Write rows whose first `key_columns` columns are the primary key, replacing those that exist."""
    if not rows:
        return
    insert = _insert(table, tuple(columns), connection.dialect.paramstyle)
    keys = ", ".join(columns[:key_columns])
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns[key_columns:])
    connection.exec_driver_sql(f"{insert} ON CONFLICT ({keys}) DO UPDATE SET {changes}", list(rows))


@lru_cache(maxsize=32)
def _insert(table: str, columns: tuple[str, ...], paramstyle: str) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
