"""What every writer and reader may rely on, whichever database it is."""

import importlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import SQLModel, select

from gateway.bulk import insert_rows, upsert_rows
from gateway.database import Database, to_microseconds
from gateway.postgresql import Turn
from gateway.tables import PatientRow, QuarantineRow

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PATIENCE_S = 20.0
COLUMNS = ("hub_name", "patient_id", "topic", "received_at", "reason", "payload")
Reopen = Callable[[], Database]


def codes(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(session.exec(select(PatientRow.code)))


def test_what_a_failing_body_wrote_is_gone(database: Database):
    def write_and_fail() -> None:
        with database.write() as session:
            session.add(PatientRow(code="P-1"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert codes(database) == []


def test_what_one_patient_broke_costs_the_others_nothing(database: Database):
    with database.write() as session:
        session.add(PatientRow(code="P-1"))
        session.flush()
        again = PatientRow(code="P-1")
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(again)
        session.add(PatientRow(code="P-2"))
    assert codes(database) == ["P-1", "P-2"]


def test_a_read_is_one_moment(database: Database, reopen: Reopen):
    with database.read() as session:
        assert session.exec(select(PatientRow)).all() == []
        with reopen().write() as other:
            other.add(PatientRow(code="P-1"))
        assert session.exec(select(PatientRow)).all() == []
    assert codes(database) == ["P-1"]


def test_two_writers_that_name_no_turn_never_run_side_by_side(database: Database, reopen: Reopen):
    """Looking first and writing afterwards is safe: nobody else writes in between."""
    databases = [reopen() for _ in range(4)]

    def count_up(own: Database) -> None:
        for _ in range(10):
            with own.write() as session:
                highest = session.connection().execute(text("SELECT count(*) FROM patient")).scalar_one()
                session.add(PatientRow(code=f"P-{highest:03d}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_up, databases))
    assert codes(database) == [f"P-{number:03d}" for number in range(40)]


@pytest.mark.parametrize("turns", [(), (Turn.READINGS,)])
def test_a_reader_with_a_cursor_sees_every_row_once_however_writers_interleave(
    database: Database, reopen: Reopen, turns: tuple[Turn, ...]
):
    """Each writer draws its ids early and commits late; ids still become visible in their order."""
    writers, each = 4, 15
    done = threading.Event()

    def write(number: int) -> None:
        own = reopen()
        for at in range(each):
            with own.write_connection(*turns) as connection:
                rows = [(f"w{number}", None, "up", at, f"{row}", b"") for row in range(1 + at % 3)]
                insert_rows(connection, "quarantine", COLUMNS, rows)
                connection.execute(text("SELECT count(*) FROM reading"))
                insert_rows(connection, "quarantine", COLUMNS, rows)

    def follow() -> list[int]:
        seen: list[int] = []
        query = text("SELECT id FROM quarantine WHERE id > :after ORDER BY id")
        while True:
            last_look = done.is_set()
            with database.read() as session:
                seen += session.connection().execute(query, {"after": seen[-1] if seen else 0}).scalars()
            if last_look:
                return seen

    with ThreadPoolExecutor(writers + 1) as pool:
        reader = pool.submit(follow)
        list(pool.map(write, range(writers)))
        done.set()
        seen = reader.result(PATIENCE_S)
    with database.read() as session:
        stored = session.connection().execute(text("SELECT id FROM quarantine ORDER BY id")).scalars().all()
    assert len(stored) == writers * 2 * sum(1 + at % 3 for at in range(each))
    assert seen == list(stored)


def test_without_turns_postgresql_would_let_a_reader_miss_a_row(postgres_url: str):
    """Why turns are taken: ids are drawn in one order and become visible in another."""
    database = Database(postgres_url)
    late = text("INSERT INTO patient (code) VALUES (:code)")
    with database.engine.begin() as first:
        first.execute(late, {"code": "drawn first"})
        with database.engine.begin() as second:
            second.execute(late, {"code": "seen first"})
        with database.read() as session:
            [seen] = session.exec(select(PatientRow.id))
    with database.read() as session:
        assert min(session.exec(select(PatientRow.id))) < seen
    database.dispose()


def test_parts_that_start_together_migrate_once(postgres_server, tmp_path):
    for url in (f"sqlite:///{tmp_path}/new.db", postgres_server.empty()):
        parts = [Database(url) for _ in range(3)]
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(Database.migrate, parts))
        assert codes(parts[0]) == []
        for part in parts:
            part.dispose()


def test_the_schema_is_what_the_tables_of_this_program_describe(database: Database):
    for folder in ("gateway", "monitor", "alerts"):
        for module in Path(importlib.import_module(folder).__path__[0]).glob("*.py"):
            if "table=True" in module.read_text(encoding="utf-8"):
                importlib.import_module(f"{folder}.{module.stem}")
    found = inspect(database.engine)
    for name, table in SQLModel.metadata.tables.items():
        stored = {column["name"]: column for column in found.get_columns(name)}
        assert stored.keys() == set(table.columns.keys()), name
        for column in table.columns:
            assert stored[column.name]["nullable"] == bool(column.nullable), f"{name}.{column.name}"
            if database.engine.dialect.name == "postgresql":
                described = column.type.compile(database.engine.dialect)
                assert str(stored[column.name]["type"]) == described, f"{name}.{column.name}"


@given(
    rows=st.lists(
        st.tuples(
            st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8),
            st.none() | st.integers(1, 2**31 - 1),
            st.just("up"),
            st.integers(-(2**55), 2**55),
            st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8),
            st.binary(max_size=40),
        ),
        max_size=70,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_written_in_bulk_come_back_as_they_were(database: Database, rows: list[tuple[object, ...]]):
    with database.write_connection() as connection:
        connection.execute(text("DELETE FROM quarantine"))
        insert_rows(connection, "quarantine", COLUMNS, rows)
    with database.read() as session:
        stored = session.exec(select(QuarantineRow).order_by(QuarantineRow.id)).all()  # type: ignore[arg-type]
    assert [
        (row.hub_name, row.patient_id, row.topic, to_microseconds(row.received_at), row.reason, row.payload)
        for row in stored
    ] == rows


def test_rows_written_again_replace_those_with_their_key(database: Database):
    columns = ("hub_id", "online", "at", "battery_pct", "boot", "software")
    with database.write_connection() as connection:
        upsert_rows(connection, "hub_state", columns, 1, [(n, True, n, None, None, "1.0") for n in range(1, 80)])
        upsert_rows(connection, "hub_state", columns, 1, [(7, False, 2**40, 55, "b'2", None), (99, True, 1, 0, "", "")])
        upsert_rows(connection, "hub_state", columns, 1, [])
    with database.read() as session:
        stored = session.connection().execute(
            text("SELECT * FROM hub_state WHERE hub_id IN (6, 7, 99) ORDER BY hub_id")
        )
        assert [tuple(row) for row in stored] == [
            (6, True, 6, None, None, "1.0"),
            (7, False, 2**40, 55, "b'2", None),
            (99, True, 1, 0, "", ""),
        ]


def test_a_row_in_bulk_that_is_refused_undoes_the_transaction_and_says_so_as_any_statement(database: Database):
    with pytest.raises(SQLAlchemyError), database.write_connection() as connection:
        insert_rows(
            connection, "quarantine", COLUMNS, [("h1", None, "up", 1, "kept", b""), (None, None, "up", 1, "", b"")]
        )
    with database.write_connection() as connection:
        insert_rows(connection, "quarantine", COLUMNS, [("h1", None, "up", 1, "kept", b"")])
    with database.read() as session:
        assert [row.reason for row in session.exec(select(QuarantineRow))] == ["kept"]
