"""What is particular to PostgreSQL: what a connection is set to, which server is refused, and what is never shown."""

from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.database import Database
from gateway.postgresql import OLDEST_SERVER, Turn, set_up, without_password
from gateway.settings import SettingsError


def shown(database: Database, name: str) -> str:
    with database.read() as session:
        found: str = session.connection().execute(text(f"SHOW {name}")).scalar_one()
        return found


def test_commits_are_durable_and_nobody_waits_for_ever_whatever_the_servers_defaults(
    postgres_url: str, postgres_server
):
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    for default in ("synchronous_commit = off", "timezone = 'Asia/Tokyo'", "statement_timeout = 0"):
        postgres_server.execute(f"ALTER DATABASE {name} SET {default}")
    database = Database(postgres_url)
    assert shown(database, "synchronous_commit") == "on"
    assert shown(database, "timezone") == "UTC"
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        assert shown(database, limit) != "0", limit
    database.dispose()


def test_a_reader_cannot_write(postgres_url: str):
    database = Database(postgres_url)
    with pytest.raises(DBAPIError, match="read-only"), database.read() as session:
        session.connection().execute(text("DELETE FROM patient"))
    database.dispose()


def test_a_turn_is_waited_for_no_longer_than_a_while(postgres_url: str):
    database = Database(postgres_url)
    with database.write(Turn.READINGS):
        with database.write(Turn.ASSESSMENTS):
            pass  # other tables are nobody's business
        with database.engine.begin() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(DBAPIError, match="lock timeout"):
                other.execute(text(f"SELECT pg_advisory_xact_lock({0x53544550}, {16 + Turn.READINGS})"))
    database.dispose()


def test_a_server_that_is_too_old_is_refused_by_its_version():
    old = SimpleNamespace(info=SimpleNamespace(server_version=(OLDEST_SERVER - 1) * 10_000 + 4))
    with pytest.raises(SettingsError, match=f"PostgreSQL {OLDEST_SERVER - 1}; Stepguard needs {OLDEST_SERVER}"):
        set_up(old)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    ["mysql://u:secret@h/x", "postgresql://u:secret@h/x", "secret@", ""],
)
def test_a_url_that_cannot_be_used_is_refused_without_what_it_holds(url: str):
    with pytest.raises(SettingsError, match=r"database\.url") as refused:
        Database(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "may_be_shown"),
    [
        ("postgresql+psycopg://ward:secret@db/x", "postgresql+psycopg://ward:***@db/x"),
        ("postgresql+psycopg://ward@db/x?password=secret", "postgresql+psycopg://ward@db/x?password=***"),
        ("postgresql+psycopg://ward@/x?host=/run/postgresql", "postgresql+psycopg://ward@/x?host=/run/postgresql"),
        ("sqlite:///stepguard.db", "sqlite:///stepguard.db"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, may_be_shown: str):
    assert without_password(url).replace("%2F", "/") == may_be_shown


@pytest.mark.parametrize(
    "where", ["ward:secret@127.0.0.1:1/x", "ward:secret@[h/x", "ward@127.0.0.1:1/x?password=secret&nonsense=1"]
)
def test_a_server_that_cannot_be_reached_is_said_without_the_password(where: str):
    database = Database(f"postgresql+psycopg://{where}")
    with pytest.raises(DBAPIError) as away:
        database.migrate()
    assert "secret" not in str(away.value)
    database.dispose()
