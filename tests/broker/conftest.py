"""A gateway behind either front, and hubs that are the same for both."""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiomqtt
import pytest
from sqlalchemy.exc import OperationalError

from gateway import service, store
from gateway.account import Account
from gateway.clock import StillClock
from gateway.database import Database
from gateway.settings import MqttSettings, Settings

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PATIENCE_S = 30.0
LARGEST_BYTES = 65_536


async def until(found: Callable[[], Any], what: str) -> Any:
    """Wait, with a bound, for something that another process or the network decides."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not (value := found()):  # noqa: ASYNC110 - nothing tells us when
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"waited in vain: {what}")
    return value


class Hub:
    """A well-meaning hub, connected."""

    def __init__(self, name: str, client: aiomqtt.Client) -> None:
        self.name, self.client = name, client

    async def listen(self, leaf: str = "#") -> None:
        await self.client.subscribe(f"stepguard/v1/{self.name}/down/{leaf}", 1)

    async def publish(self, payload: bytes, leaf: str = "up/reading", qos: int = 1, *, retain: bool = False) -> None:
        await self.client.publish(f"stepguard/v1/{self.name}/{leaf}", payload, qos, retain=retain)

    async def heard(self, leaf: str = "ack") -> Any:
        """Return the next message below `down/LEAF`."""
        async with asyncio.timeout(PATIENCE_S):
            async for message in self.client.messages:
                if message.topic.value == f"stepguard/v1/{self.name}/down/{leaf}":
                    return json.loads(message.payload)
        raise AssertionError

    async def heard_until(self, seq: int, boot: str = "b1") -> None:
        """Wait until `down/ack` covers a number."""
        while (await self.heard()) != {"boot": boot, "seq": seq}:
            continue


def reading(seq: int | None, *, boot: str = "b1", at: datetime = NOON, **more: object) -> bytes:
    numbered = {} if seq is None else {"boot": boot, "seq": seq}
    return json.dumps({**numbered, "measured_at": at.isoformat(), "respiratory_rate_bpm": 16, **more}).encode()


@dataclass
class Site:
    """A gateway and what hubs need to reach it; `broker` is None when the gateway is the endpoint itself."""

    database: Database
    clock: StillClock
    broker: Any
    mqtt: MqttSettings
    passwords: dict[str, str] = field(default_factory=dict)
    account: Account = field(default_factory=lambda: Account("gateway"))
    hub_port: int = 0
    _task: "asyncio.Task[None] | None" = None

    def add_hub(self, name: str, code: str) -> None:
        with self.database.write() as session:
            self.passwords[name] = store.add_hub(session, name)
            store.ensure_patient(session, code)
            store.assign(session, name, code, NOON - timedelta(days=30))
        if self.broker is not None:
            self.broker.let_in(name, self.passwords[name])

    async def start(self, *, heard: bool = True) -> None:
        """Start the gateway; with `heard` wait until hubs are heard."""
        ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.account = Account("gateway")
        settings = Settings(mqtt=self.mqtt)
        self._task = asyncio.create_task(
            service.run(settings, self.database, self.clock, ready=ready.set_result, account=self.account)
        )
        await asyncio.wait([ready, self._task], return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE_S)
        if self._task.done():
            await self._task
        self.hub_port = await ready
        if heard and self.broker is not None:
            await until(lambda: self.measured("stepguard_connections") == 1, "the gateway hears the broker")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def measured(self, name: str) -> float:
        return next(
            family.samples[0].value for collect in self.account._collect for family in collect() if family.name == name
        )

    @contextlib.asynccontextmanager
    async def hub(self, name: str = "h1", **more: Any) -> AsyncIterator[Hub]:
        """Connect a hub."""
        async with aiomqtt.Client(
            "127.0.0.1",
            self.hub_port,
            username=name,
            password=self.passwords[name],
            identifier=name,
            protocol=aiomqtt.ProtocolVersion.V5,
            **{"timeout": PATIENCE_S, **more},
        ) as client:
            yield Hub(name, client)

    def stored(self) -> list[int | None]:
        with self.database.read() as session:
            return [row.reading.seq for row in store.readings_after(session, 0, 100_000)]

    def quarantined(self) -> list[store.Quarantined]:
        with self.database.read() as session:
            return store.quarantined_after(session, 0, 1_000)

    def said(self) -> Any:
        """Return what the gateway's last heartbeat says."""
        with self.database.read() as session:
            beats = store.heartbeats(session)
        return beats["gateway"].detail if "gateway" in beats else {}


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[], contextlib.AbstractContextManager[None]]:
    """Let the database take no reading for a while."""

    @contextlib.contextmanager
    def refusing() -> Iterator[None]:
        def refuse(*_: object) -> None:
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

        with monkeypatch.context() as patched:
            patched.setattr("gateway.ingest.Ingest._write", refuse)
            yield

    return refusing


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOON)


@pytest.fixture(params=["endpoint", "broker"])
async def site(request: pytest.FixtureRequest, sqlite_url: str, clock: StillClock) -> AsyncIterator[Site]:
    """Give a running gateway with one hub, behind each front in turn."""
    broker = request.getfixturevalue("mosquitto") if request.param == "broker" else None
    mqtt = MqttSettings(listen="127.0.0.1:0") if broker is None else broker.settings()
    async with _running(sqlite_url, clock, broker, mqtt) as site:
        yield site


@pytest.fixture
async def broker_site(mosquitto: Any, sqlite_url: str, clock: StillClock) -> AsyncIterator[Site]:
    """Give a running gateway with one hub at a broker."""
    async with _running(sqlite_url, clock, mosquitto, mosquitto.settings(max_packet_bytes=LARGEST_BYTES)) as site:
        yield site


@contextlib.asynccontextmanager
async def _running(url: str, clock: StillClock, broker: Any, mqtt: MqttSettings) -> AsyncIterator[Site]:
    database = Database(url)
    site = Site(database, clock, broker, mqtt)
    site.add_hub("h1", "P-1")
    await site.start()
    try:
        yield site
    finally:
        await site.stop()
        database.dispose()


@pytest.fixture
def spell() -> Callable[..., bytes]:
    """Spell a native reading with one number."""
    return reading


@pytest.fixture
def wait_until() -> Callable[[Callable[[], Any], str], Any]:
    """Wait with a bound for something that another process decides."""
    return until
