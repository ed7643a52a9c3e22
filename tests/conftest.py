"""What tests of several parts share: a database of the newest schema, made once and copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.database import Database


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty database of the newest schema, to be copied: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("empty") / "empty.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return file


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Iterator[Database]:
    """Return an empty database of this test's own."""
    file = tmp_path / "house.db"
    shutil.copy(empty_database, file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.dispose()
