"""A gateway to knock at: a real service on a free port, its database, and hubs that may connect."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from gateway import service, store
from gateway.clock import StillClock
from gateway.database import Database
from gateway.mqtt.packets import V5, Connack, Connect, Packet, Publish, decode_packet, encode_packet, next_frame
from gateway.settings import MqttSettings, Settings
from gateway.wakeup import Wakeup

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MAX_PACKET_BYTES = 65_536
PATIENCE_S = 10.0


def spell(seq: int | None = 1, *, at: datetime = NOON, boot: str = "b1", **groups: object) -> bytes:
    """Return a native message; without a sequence number when `seq` is None."""
    body: dict[str, object] = {} if seq is None else {"boot": boot, "seq": seq}
    body["measured_at"] = at.isoformat()
    return json.dumps(body | (groups or {"respiratory_rate_bpm": 16})).encode()


@dataclass
class House:
    """A running gateway, seen from outside."""

    database: Database
    clock: StillClock
    port: int
    task: "asyncio.Task[None]"
    passwords: dict[str, str] = field(default_factory=dict)

    def hub(self, name: str, code: str, assigned_from: datetime = NOON - timedelta(days=30)) -> None:
        with self.database.write() as session:
            self.passwords[name] = store.add_hub(session, name)
            store.ensure_patient(session, code)
            store.assign(session, name, code, assigned_from)

    message = staticmethod(spell)

    async def stop(self) -> None:
        """End the gateway in an orderly way."""
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task

    async def stranger(self) -> "RawClient":
        """Return a connected socket that has said nothing yet."""
        return await RawClient.open(self.port)

    async def connect(self, name: str, password: str, protocol: int = V5, **fields: object) -> Connack:
        """Introduce oneself once and return the answer."""
        client = await self.stranger()
        try:
            return await client.connect(name, password, protocol, **fields)
        finally:
            await client.close()

    def readings(self) -> list[store.StoredReading]:
        with self.database.read() as session:
            return store.readings_after(session, 0, 100_000)

    def quarantined(self) -> list[store.Quarantined]:
        with self.database.read() as session:
            return store.quarantined_after(session, 0, 1_000)

    @contextlib.asynccontextmanager
    async def client(self, name: str, protocol: int = V5, **connect: object) -> AsyncIterator["RawClient"]:
        client = await RawClient.open(self.port)
        connack = await client.connect(name, self.passwords.get(name, "?"), protocol, **connect)
        assert connack.reason == 0, connack
        try:
            yield client
        finally:
            await client.close()


class RawClient:
    """A client that sends exactly the bytes a test wants."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.protocol = V5
        self.name = ""
        self._buffer = bytearray()

    @classmethod
    async def open(cls, port: int) -> "RawClient":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def connect(self, name: str, password: str, protocol: int = V5, **fields: object) -> Connack:
        self.protocol, self.name = protocol, name
        fields = {"client_id": name, "username": name, "password": password.encode()} | fields
        await self.send(Connect(protocol=protocol, **fields))  # type: ignore[arg-type]
        answer = await self.receive()
        assert isinstance(answer, Connack), answer
        return answer

    async def send(self, *packets: Packet) -> None:
        self.writer.write(b"".join(encode_packet(packet, self.protocol) for packet in packets))
        await self.writer.drain()

    async def publish(self, payload: bytes, packet_id: int = 1, leaf: str = "up/reading", **more: object) -> Packet:
        topic = f"stepguard/v1/{self.name}/{leaf}"
        await self.send(Publish(topic, payload, 1, packet_id, **more))  # type: ignore[arg-type]
        return await self.receive()

    async def receive(self) -> Packet:
        """Return the next packet; EOFError when the other side closed, TimeoutError when nothing comes."""
        async with asyncio.timeout(PATIENCE_S):
            while (frame := next_frame(self._buffer, 0, 2**28)) is None:
                received = await self.reader.read(65_536)
                if not received:
                    raise EOFError
                self._buffer += received
        first, start, end = frame
        packet = decode_packet(first, bytes(self._buffer[start:end]), self.protocol)
        del self._buffer[:end]
        return packet

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOON)


@contextlib.asynccontextmanager
async def running(database: Database, clock: StillClock, wakes: list[Wakeup] | None = None) -> AsyncIterator[House]:
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    settings = Settings(mqtt=MqttSettings(listen="127.0.0.1:0", max_packet_bytes=MAX_PACKET_BYTES))
    task = asyncio.create_task(service.run(settings, database, clock, wakes=wakes or (), ready=port.set_result))
    await asyncio.wait([port, task], return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE_S)
    if task.done():
        await task
    house = House(database, clock, await port, task)
    try:
        yield house
    finally:
        await house.stop()


@pytest.fixture
def start(database: Database, clock: StillClock) -> Callable[[], contextlib.AbstractAsyncContextManager[House]]:
    """Start a gateway on the test's database; may be called again, as after a restart."""
    return lambda: running(database, clock)


@pytest.fixture
async def house(database: Database, clock: StillClock) -> AsyncIterator[House]:
    async with running(database, clock) as house:
        house.hub("h1", "P-1")
        house.hub("h2", "P-2")
        yield house
