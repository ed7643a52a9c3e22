"""`kill -9` of gateway and broker in the middle of a backlog: what `down/ack` confirmed is on disk, once."""

import asyncio
import contextlib
import json
import os
import random
import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from hub_backlog import NOON, START_WITHIN_S, processes
from sqlalchemy import text

from gateway import store
from gateway.database import Database

KILLS = int(os.environ.get("STEPGUARD_KILLS", "4"))
BACKLOG = 400
DRAIN_PER_KILL_S = 2.0
HUBS = ("h1", "h2")
IMPORTS = """
import asyncio
from console.log_lines import log_to_stderr
from gateway import service
from gateway.clock import WallClock
from gateway.database import Database
from gateway.settings import MqttSettings, Settings
settings = Settings(mqtt=MqttSettings(url=sys.argv[2], username="stepguard", password=sys.argv[3]))
log_to_stderr()
"""
WORK = "asyncio.run(service.run(settings, Database(sys.argv[1]), WallClock(), ready=ready))"


class ConfirmedHub:
    """Keeps every reading until `down/ack` covers it, and sends all it keeps whenever it connects."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.made = 0
        self.confirmed = 0
        self.kept: dict[int, bytes] = {}

    def measure(self, count: int) -> None:
        for _ in range(count):
            self.made += 1
            at = (NOON + timedelta(seconds=self.made)).isoformat()
            body = {"boot": "b1", "seq": self.made, "measured_at": at, "respiratory_rate_bpm": 16}
            self.kept[self.made] = json.dumps(body).encode()

    async def send_backlog(self, broker: Any) -> None:
        """Send everything kept and return when all of it is confirmed; MqttError when the broker dies."""
        async with aiomqtt.Client(
            "127.0.0.1",
            broker.port,
            username=self.name,
            password=broker.passwords[self.name],
            identifier=self.name,
            protocol=aiomqtt.ProtocolVersion.V5,
            timeout=START_WITHIN_S,
        ) as client:
            client.pending_calls_threshold = BACKLOG
            await client.subscribe(f"stepguard/v1/{self.name}/down/ack", 1)
            topic = f"stepguard/v1/{self.name}/up/reading"
            sending = asyncio.gather(*(client.publish(topic, payload, 1) for payload in list(self.kept.values())))
            try:
                async for message in client.messages:
                    self._confirm(json.loads(message.payload)["seq"])  # type: ignore[arg-type]
                    if not self.kept:
                        return
            finally:
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError, aiomqtt.MqttError):
                    await sending

    def _confirm(self, seq: int) -> None:
        self.confirmed = max(self.confirmed, seq)
        for covered in [number for number in self.kept if number <= seq]:
            del self.kept[covered]


def stored_numbers(database: Database) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = {name: Counter() for name in HUBS}
    with database.read() as session:
        rows = session.connection().execute(text("SELECT hub.name, seq FROM reading JOIN hub ON hub.id = hub_id"))
        for name, seq in rows:
            found[name][seq] += 1
    return found


@pytest.mark.faults
@pytest.mark.slow
async def test_kills_of_gateway_and_broker_lose_nothing_confirmed_and_store_nothing_twice(
    tmp_path: Path, mosquitto: Any
):
    database = Database(f"sqlite:///{tmp_path / 'killed.db'}")
    database.migrate()
    chance = random.Random(5)  # noqa: S311 - chooses instants, keeps no secret
    hubs = [ConfirmedHub(name) for name in HUBS]
    with database.write() as session:
        for name in HUBS:
            mosquitto.let_in(name, store.add_hub(session, name))
            store.ensure_patient(session, f"P-{name}")
            store.assign(session, name, f"P-{name}", NOON - timedelta(days=1))
    url = mosquitto.settings().url
    with processes(IMPORTS, WORK, database.url, url, mosquitto.passwords["stepguard"]) as start:
        for kill in range(KILLS):
            for hub in hubs:
                hub.measure(BACKLOG)
            with start() as (process, _):
                sending = [asyncio.create_task(hub.send_backlog(mosquitto)) for hub in hubs]
                await reached(database, sum(hub.made for hub in hubs) - chance.randrange(50, 2 * BACKLOG), sending)
                if kill % 2:
                    mosquitto.kill()
                else:
                    os.kill(process, signal.SIGKILL)
                for each in sending:
                    each.cancel()
                await asyncio.gather(*sending, return_exceptions=True)
            if kill % 2:
                mosquitto.start()
            found = stored_numbers(database)
            for hub in hubs:
                lost = [seq for seq in range(1, hub.confirmed + 1) if found[hub.name][seq] != 1]
                assert not lost, f"confirmed and not stored exactly once: {lost[:10]}"
        with start():
            async with asyncio.timeout(START_WITHIN_S + KILLS * DRAIN_PER_KILL_S):
                await asyncio.gather(*(hub.send_backlog(mosquitto) for hub in hubs))
    assert stored_numbers(database) == {hub.name: Counter(range(1, hub.made + 1)) for hub in hubs}
    database.dispose()


async def reached(database: Database, count: int, sending: list["asyncio.Task[None]"]) -> None:
    """Wait until so many readings are stored, or the hubs are done; fails when neither comes."""
    async with asyncio.timeout(START_WITHIN_S):
        while not all(each.done() for each in sending):
            if await asyncio.to_thread(lambda: sum(map(Counter.total, stored_numbers(database).values()))) >= count:
                return
            await asyncio.sleep(0.005)
