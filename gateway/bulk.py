"""Writes many rows with few statements, on a bare connection: the object mapper would cost more than the rest.

SQLite's driver gives up Python's lock at every step of a statement, and a busy event loop holds it for five
milliseconds each time: `executemany` steps once per row, and was measured forty times slower beside one. So
rows go in blocks of a few fixed sizes, one step per block, each size a statement the driver keeps prepared.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain

from sqlalchemy import Connection

BLOCK_SIZES = (512, 64, 8, 1)
"""Rows per statement, largest first; 512 rows of ten columns stay far below SQLite's 32,766 parameters."""

Rows = Sequence[tuple[object, ...]]


def insert_rows(connection: Connection, table: str, columns: Sequence[str], rows: Rows) -> None:
    """Append rows; `table` and `columns` are our own names, values go as parameters."""
    for block in _blocks(rows):
        sql = _insert(table, tuple(columns), len(block), connection.dialect.paramstyle)
        connection.exec_driver_sql(sql, tuple(chain.from_iterable(block)))


def upsert_rows(connection: Connection, table: str, columns: Sequence[str], key_columns: int, rows: Rows) -> None:
    """Write rows whose first `key_columns` columns are the primary key, replacing those that exist."""
    keys = ", ".join(columns[:key_columns])
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns[key_columns:])
    for block in _blocks(rows):
        insert = _insert(table, tuple(columns), len(block), connection.dialect.paramstyle)
        sql = f"{insert} ON CONFLICT ({keys}) DO UPDATE SET {changes}"
        connection.exec_driver_sql(sql, tuple(chain.from_iterable(block)))


def _blocks(rows: Rows) -> Iterator[Rows]:
    at = 0
    for size in BLOCK_SIZES:
        while len(rows) - at >= size:
            yield rows[at : at + size]
            at += size


@lru_cache(maxsize=64)
def _insert(table: str, columns: tuple[str, ...], rows: int, paramstyle: str) -> str:
    mark = "?" if paramstyle == "qmark" else "%s"
    row = f"({', '.join([mark] * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608 - our own names
