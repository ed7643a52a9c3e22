"""`kill -9` in the middle of a backlog: what was acknowledged is on disk, once, and the rest comes again."""

import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway import store
from gateway.database import Database
from gateway.mqtt.packets import V5, Connack, Connect, Publish, Subscribe, decode_packet, encode_packet, next_frame
from gateway.mqtt.packets import Puback as Acknowledged

KILLS = 20
BACKLOG = 1_500
"""Messages under way when the process dies."""

START_WITHIN_S = 20.0
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HUBS = ("h1", "h2")

GATEWAYS = """
import asyncio, os, sys
from gateway import service
from gateway.clock import WallClock
from gateway.database import Database
from gateway.settings import MqttSettings, Settings
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        settings = Settings(mqtt=MqttSettings(listen="127.0.0.1:0"))
        ready = lambda port: print(os.getpid(), port, flush=True)
        asyncio.run(service.run(settings, Database(sys.argv[1]), WallClock(), ready=ready))
    os.waitpid(child, 0)
    print("gone", flush=True)
"""
"""Forks one gateway after the other: a fresh process each, without importing everything twenty times."""


@contextlib.contextmanager
def gateways(url: str) -> Iterator[Callable[[], contextlib.AbstractContextManager[tuple[int, int]]]]:
    """Give a way to run a gateway process; it gives the process id and port, and the process dies at its end."""
    command = [sys.executable, "-c", GATEWAYS, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as forker:
        assert forker.stdin is not None
        assert forker.stdout is not None
        asked, told = forker.stdin, forker.stdout

        @contextlib.contextmanager
        def start() -> Iterator[tuple[int, int]]:
            asked.write("start\n")
            process, port = map(int, told.readline().split())
            try:
                yield process, port
            finally:
                with contextlib.suppress(ProcessLookupError):  # the test may have killed it
                    os.kill(process, signal.SIGKILL)
                assert told.readline() == "gone\n"

        try:
            yield start
        finally:
            asked.close()
            forker.wait(START_WITHIN_S)


class HomeHub:
    """Keeps every message until it is acknowledged, and sends all it keeps whenever it connects."""

    def __init__(self, name: str, password: str) -> None:
        self.name, self.password = name, password
        self.made = 0
        self.kept: dict[int, bytes] = {}
        self.acknowledged: Counter[int] = Counter()

    def measure(self, until: int) -> None:
        while len(self.kept) < until:
            self.made += 1
            at = (NOON + timedelta(seconds=self.made)).isoformat()
            body = {"boot": "b1", "seq": self.made, "measured_at": at, "respiratory_rate_bpm": 16}
            self.kept[self.made] = json.dumps(body).encode()

    async def connect(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        hello = Connect(
            protocol=V5, client_id=self.name, username=self.name, password=self.password.encode(), keep_alive_s=60
        )
        writer.write(encode_packet(hello, V5))
        return reader, writer

    async def send_backlog(self, port: int, stop_after: int | None) -> None:
        """Send everything kept, a window at a time; return after so many acknowledgements or when all are in."""
        reader, writer = await self.connect(port)
        try:
            await self._exchange(reader, writer, stop_after)
        except (ConnectionError, EOFError):
            pass  # the process died; what it acknowledged before was counted
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stop_after: int | None
    ) -> None:
        waiting, under_way, heard = list(self.kept), {}, 0
        buffer = bytearray()
        while waiting or under_way:
            while waiting and len(under_way) < 900:
                seq = waiting.pop(0)
                packet_id = seq % 65_535 + 1
                under_way[packet_id] = seq
                topic = f"stepguard/v1/{self.name}/up/reading"
                writer.write(encode_packet(Publish(topic, self.kept[seq], 1, packet_id), V5))
            received = await reader.read(65_536)
            if not received:
                raise EOFError
            buffer += received
            at = 0
            while (frame := next_frame(buffer, at, 2**20)) is not None:
                first, start, at = frame
                packet = decode_packet(first, bytes(buffer[start:at]), V5)
                if isinstance(packet, Acknowledged):
                    assert packet.reason == 0
                    seq = under_way.pop(packet.packet_id)
                    del self.kept[seq]
                    self.acknowledged[seq] += 1
                    heard += 1
                else:
                    assert isinstance(packet, Connack | Subscribe)
            del buffer[:at]
            if stop_after is not None and heard >= stop_after:
                return


def stored_numbers(database: Database) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = {name: Counter() for name in HUBS}
    with database.read() as session:
        rows = session.connection().execute(text("SELECT hub.name, seq FROM reading JOIN hub ON hub.id = hub_id"))
        for name, seq in rows:
            found[name][seq] += 1
    return found


@pytest.mark.faults
@pytest.mark.slow
async def test_twenty_kills_within_a_backlog_lose_nothing_acknowledged_and_store_nothing_twice(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'killed.db'}")
    database.migrate()
    chance = random.Random(7)  # noqa: S311 - chooses instants, keeps no secret
    hubs = []
    with database.write() as session:
        for name in HUBS:
            hubs.append(HomeHub(name, store.add_hub(session, name)))
            store.ensure_patient(session, f"P-{name}")
            store.assign(session, name, f"P-{name}", NOON - timedelta(days=1))
    under_way_at_kills = 0
    with gateways(database.url) as start:
        for _ in range(KILLS):
            for hub in hubs:
                hub.measure(BACKLOG)
            with start() as (process, port):
                first_to_stop = chance.randrange(1, BACKLOG - 1_000)
                sending = [
                    asyncio.create_task(hubs[0].send_backlog(port, first_to_stop)),
                    asyncio.create_task(hubs[1].send_backlog(port, None)),
                ]
                await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED, timeout=START_WITHIN_S)
                os.kill(process, signal.SIGKILL)
                await asyncio.gather(*sending)
            under_way_at_kills += sum(len(hub.kept) for hub in hubs)
            found = stored_numbers(database)
            for hub in hubs:
                lost = [seq for seq in hub.acknowledged if found[hub.name][seq] != 1]
                assert not lost, f"acknowledged and not stored exactly once: {lost[:10]}"
        assert under_way_at_kills > KILLS * 500, "the kills must fall into a backlog"
        with start() as (_, port):
            await asyncio.gather(*(hub.send_backlog(port, None) for hub in hubs))
    assert stored_numbers(database) == {hub.name: Counter(range(1, hub.made + 1)) for hub in hubs}
    database.dispose()
