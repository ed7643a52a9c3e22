"""What tests of several parts share: a database of the newest schema, made once and copied.

STEPGUARD_TEST_DATABASE=postgresql runs every test that takes `database` or `database_url` on PostgreSQL instead.
"""

import contextlib
import gc
import itertools
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import trustme
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, Engine, make_url
from sqlalchemy.engine.interfaces import CompiledCacheType

import gateway.database
from gateway.database import Database
from gateway.mosquitto_passwords import write_password
from gateway.settings import MqttSettings

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
settings.register_profile(
    "unhurried",
    deadline=None,  # a property is true or not; how long a machine takes to try it is no part of it
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="STEPGUARD_EXAMPLES" not in os.environ,  # an ordinary run tries the same cases, a nightly one new ones
)
settings.load_profile("unhurried")

OTHER_THAN_ROOT = "postgres"
"""PostgreSQL does not run as root."""

OPEN_TO_OTHERS = tempfile.gettempdir()
"""Other users may not go into pytest's own folders."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among modules and tests, which stay; later only where much has come together."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 100)
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """Let the SQLite databases of all tests share what SQLAlchemy keeps per engine: how each statement reads in SQL.

    A part has one database and compiles a statement once; here every test has a database of its own.
    """
    make = gateway.database._engine
    first = make(make_url("sqlite://"))
    first.connect().close()
    compiled: CompiledCacheType = {}

    def make_alike(name: URL) -> Engine:
        engine = make(name)
        if name.drivername == "sqlite":
            engine.dialect = engine.pool._dialect = first.dialect
            engine._compiled_cache = compiled
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gateway.database, "_engine", make_alike)
        yield
    first.dispose()


@pytest.fixture(scope="session", autouse=True)
def _free_admin_addresses() -> Iterator[None]:
    """Let every part that a test starts answer for its health at a free address: many run at once."""
    with pytest.MonkeyPatch.context() as environment:
        for section in ("HTTP", "GATEWAY", "MONITOR", "ALERTS"):
            environment.setenv(f"STEPGUARD_{section}__ADMIN_LISTEN", "127.0.0.1:0")
        yield


@pytest.fixture(scope="session", autouse=True)
def _nothing_stays_behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Put what a killed process leaves behind, such as its sockets, where pytest takes it away."""
    folder = tmp_path_factory.mktemp("t", numbered=False)  # a socket's path has room for 107 bytes
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", str(folder))
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
    folder = Path(tempfile.mkdtemp(prefix="stepguard-pg-", dir=OPEN_TO_OTHERS))  # its path is short, as sockets need
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


MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
SHIPPED_BROKER = Path(__file__).parent.parent / "deploy" / "mosquitto"
INSTALLED_AT = "/etc/mosquitto/stepguard"
GATEWAY_USER = "stepguard"
BROKER_STARTS_WITHIN_S = 10.0
STRANGERS_CONNECT = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"


class MosquittoServer:
    """A Mosquitto of one test with the shipped configuration; only its ports and folders are its own."""

    def __init__(self, folder: Path, authority: trustme.CA, *, certificates: bool = False) -> None:
        self.folder = folder
        self.authority = authority
        self.port, self.tls_port = _free_ports(2)
        self.passwords: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._configure(certificates=certificates)
        self.let_in(GATEWAY_USER, secrets.token_urlsafe(8))

    def let_in(self, name: str, password: str) -> None:
        """Give a user its password, as `stepguard device add --mosquitto-passwords` does."""
        self.passwords[name] = password
        write_password(self.folder / "passwords", name, password)
        self.reload()

    def shut_out(self, name: str) -> None:
        write_password(self.folder / "passwords", name, None)
        self.reload()

    def settings(self, *, encrypted: bool = False, **more: object) -> MqttSettings:
        """Return how a gateway finds this broker."""
        own: dict[str, object] = {"username": GATEWAY_USER, "password": self.passwords[GATEWAY_USER]}
        if encrypted:
            own |= {"url": f"mqtts://localhost:{self.tls_port}", "ca": str(self.folder / "ca.crt")}
        else:
            own |= {"url": f"mqtt://127.0.0.1:{self.port}"}
        return MqttSettings(**(own | more))  # type: ignore[arg-type]

    def start(self) -> None:
        """Start, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            command = [str(MOSQUITTO), "-c", str(self.folder / "mosquitto.conf")]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        ends_at = time.monotonic() + BROKER_STARTS_WITHIN_S
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1.0) as stranger:
                stranger.sendall(STRANGERS_CONNECT)
                if stranger.recv(1):  # a refusal: it listens earlier than it can be told to reload
                    return
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < ends_at, "mosquitto did not start in time"
            time.sleep(0.02)  # another process decides when

    def send(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def reload(self) -> None:
        if self._process is not None:
            self.send(signal.SIGHUP)

    def kill(self) -> None:
        """End it as a power cut would; without a moment to save anything."""
        self.stop(signal.SIGKILL)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is not None:
            self.send(number)
            self._process.wait(timeout=BROKER_STARTS_WITHIN_S)
            self._process = None

    def _configure(self, *, certificates: bool) -> None:
        shipped = (SHIPPED_BROKER / "mosquitto.conf").read_text(encoding="utf-8")
        own = shipped.replace(INSTALLED_AT, str(self.folder))
        own = own.replace("listener 1883 127.0.0.1", f"listener {self.port} 127.0.0.1")
        own = own.replace("listener 8883", f"listener {self.tls_port} 127.0.0.1")
        if certificates:
            for key in ("cafile", "require_certificate", "use_identity_as_username"):
                own = own.replace(f"#{key}", key)
        own = f"persistence_location {self.folder}/\n{own}"
        if os.geteuid() == 0:
            own = f"user root\n{own}"  # its own user may not read a test's folder
        (self.folder / "mosquitto.conf").write_text(own, encoding="utf-8")
        shutil.copy(SHIPPED_BROKER / "acl", self.folder / "acl")
        served = self.authority.issue_cert("localhost", "127.0.0.1")
        served.private_key_pem.write_to_path(self.folder / "server.key")
        (self.folder / "server.crt").write_bytes(b"".join(pem.bytes() for pem in served.cert_chain_pems))
        self.authority.cert_pem.write_to_path(self.folder / "ca.crt")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Give an authority that signs the certificates of this session."""
    return trustme.CA()


@pytest.fixture
def make_mosquitto(tmp_path: Path, authority: trustme.CA) -> Iterator[Callable[..., MosquittoServer]]:
    """Make a Mosquitto that is not started yet; `certificates=True` has hubs show theirs."""
    if MOSQUITTO is None:
        pytest.skip("needs mosquitto: apt install mosquitto")
    made: list[MosquittoServer] = []

    def make(*, certificates: bool = False) -> MosquittoServer:
        folder = tmp_path / f"mosquitto{len(made)}"
        folder.mkdir()
        made.append(MosquittoServer(folder, authority, certificates=certificates))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture
def mosquitto(make_mosquitto: Callable[..., MosquittoServer]) -> MosquittoServer:
    """Give a running Mosquitto with the shipped configuration."""
    server = make_mosquitto()
    server.start()
    return server
