"""What tests of several parts share: a database of the newest schema, made once and copied.

STEPGUARD_TEST_DATABASE=postgresql runs every test that takes `database` or `database_url` on PostgreSQL instead.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from gateway.database import Database

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
OTHER_THAN_ROOT = "postgres"
"""PostgreSQL does not run as root."""


@pytest.fixture(scope="session", autouse=True)
def _free_admin_addresses() -> Iterator[None]:
    """Let every part that a test starts answer for its health at a free address: many run at once."""
    with pytest.MonkeyPatch.context() as environment:
        for section in ("HTTP", "GATEWAY", "MONITOR", "ALERTS"):
            environment.setenv(f"STEPGUARD_{section}__ADMIN_LISTEN", "127.0.0.1:0")
        yield


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty SQLite database of the newest schema, to be copied: migrating takes longer than most tests."""
    file = tmp_path_factory.mktemp("empty") / "empty.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return file


@dataclass
class PostgresServer:
    """A server of this test session's own, reached by a socket in its folder. Nothing in it survives a power cut."""

    programs: Path
    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _template: str | None = None

    def create(self) -> None:
        self.folder.chmod(0o755)
        home = self.folder / "server"
        home.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(home, OTHER_THAN_ROOT, OTHER_THAN_ROOT)
        self._run("initdb", "-A", "trust", "-U", "stepguard", "-E", "UTF8", "--locale=C", "--no-sync")
        self.control("start")

    def control(self, *what: str) -> None:
        """Start, stop or restart the server, as `pg_ctl` does, and wait until that is done."""
        options = f"-k {self.folder / 'server'} -c listen_addresses= -c fsync=off -c max_connections=60"
        self._run("pg_ctl", "-w", "-s", "-o", options, "-l", f"{self.folder / 'server' / 'log'}", *what)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://stepguard@/{name}?host={self.folder / 'server'}"

    def empty(self) -> str:
        """Return the URL of a database with nothing in it."""
        return self.url(self._make("template1"))

    def migrated(self) -> str:
        """Return the URL of an empty database of the newest schema."""
        if self._template is None:
            self._template = self._make("template1")
            database = Database(self.url(self._template))
            database.migrate()
            database.dispose()
        return self.url(self._make(self._template))

    def drop(self, url: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def cut(self, url: str) -> None:
        """End every connection to a database, as an administrator may."""
        name = url.partition("?")[0].rpartition("/")[2]
        self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 - a name made here

    def execute(self, statement: str) -> None:
        """Run one statement as the owner of everything, beside the databases of the tests."""
        with psycopg.connect(host=str(self.folder / "server"), user="stepguard", dbname="postgres") as connection:
            connection.autocommit = True
            connection.execute(statement.encode())

    def _make(self, template: str) -> str:
        name = f"house_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = (f"{self.programs / program}", "-D", f"{self.folder / 'server' / 'files'}", *arguments)
        user = OTHER_THAN_ROOT if os.geteuid() == 0 else None
        # not inherited: the server would keep the other end of a test runner's pipe open
        with (self.folder / f"{program}.out").open("ab") as said:
            finished = subprocess.run(
                command,
                user=user,
                group=user,
                extra_groups=[] if user else None,
                cwd="/",
                stdout=said,
                stderr=said,
                check=False,
            )
        assert finished.returncode == 0, (self.folder / f"{program}.out").read_text()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Give a PostgreSQL server of this session; a test that restarts it disturbs no other."""
    if not PROGRAMS:
        pytest.skip("needs postgresql: apt install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="stepguard-pg-"))  # a socket's path has room for 107 bytes
    server = PostgresServer(PROGRAMS[-1], folder)
    try:
        server.create()
        yield server
    finally:
        if (folder / "server" / "files" / "postmaster.pid").exists():
            server.control("stop", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the URL of an empty PostgreSQL database of the newest schema, this test's own."""
    url = postgres_server.migrated()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def sqlite_url(tmp_path: Path, empty_database: Path) -> str:
    """Return the URL of an empty SQLite database of the newest schema, this test's own."""
    file = tmp_path / "house.db"
    shutil.copy(empty_database, file)
    return f"sqlite:///{file}"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of an empty database of the newest schema, on the database chosen for this run."""
    chosen = os.environ.get("STEPGUARD_TEST_DATABASE", "sqlite")
    assert chosen in {"sqlite", "postgresql"}, chosen
    url: str = request.getfixturevalue("postgres_url" if chosen == "postgresql" else "sqlite_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return an empty database of this test's own."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def reopen(database_url: str) -> Iterator[Callable[[], Database]]:
    """Open the test's database once more, as another process would."""
    opened: list[Database] = []

    def another() -> Database:
        opened.append(Database(database_url))
        return opened[-1]

    yield another
    for database in opened:
        database.dispose()
