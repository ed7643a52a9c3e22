"""A whole chain on the machine's own clock, answering for itself over real HTTP."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import aiomqtt
import pytest
from prometheus_client.parser import text_string_to_metric_families

from console.answering import PARTS
from console.chain import run_chain
from console.ground import read_ground
from gateway import store
from gateway.account import Account
from gateway.admin import Here, serving
from gateway.clock import WallClock
from gateway.database import Database
from gateway.settings import DatabaseSettings, MqttSettings, Settings
from gateway.wakeup import Wakeup
from monitor.enrolment import enrol

PATIENCE_S = 20.0
LOOK_EVERY_S = 0.02
CODE, HUB = "P-0042", "kit-17"


@dataclass
class Chain:
    """A running chain, seen from outside."""

    database: Database
    settings: Settings
    address: str
    port: int
    task: "asyncio.Task[None]"
    password: str
    accounts: dict[str, Account]
    seq: int = field(default=0)

    async def get(self, path: str) -> tuple[int, str]:
        """Return status and body."""
        return await get(self.address, path)

    async def ready(self) -> tuple[int, dict[str, Any]]:
        status, body = await self.get("/readyz")
        return status, json.loads(body)

    async def metrics(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        _, body = await self.get("/metrics")
        return samples(body)

    async def until(self, holds: Callable[[], Any]) -> Any:
        """Ask again and again, within reason, until what `holds` returns is true; return that."""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := await holds()):
                await Wakeup().wait(LOOK_EVERY_S)
        return found

    async def publish(self, *payloads: bytes) -> None:
        """Publish as the home's hub and return once every message is on disk."""
        client = aiomqtt.Client(
            "127.0.0.1",
            self.port,
            username=HUB,
            password=self.password,
            identifier=HUB,
            protocol=aiomqtt.ProtocolVersion.V5,
        )
        async with client:
            for payload in payloads:
                await client.publish(f"stepguard/v1/{HUB}/up/reading", payload, qos=1)

    def reading(self, celsius: float, *, seq: int | None = None) -> bytes:
        self.seq = self.seq + 1 if seq is None else seq
        return json.dumps(
            {
                "boot": "b1",
                "seq": self.seq,
                "measured_at": WallClock().now().isoformat(),
                "temperature": {"value": celsius, "unit": "Cel", "site": "oral"},
                "oximetry": {"spo2_pct": 97, "pulse_bpm": 80},
                "blood_pressure": {"systolic_mmhg": 122, "diastolic_mmhg": 78},
            }
        ).encode()


async def get(address: str, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}{path}") as response:
        return response.status, await response.text()


def samples(page: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return every sample of a page by name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


@contextlib.asynccontextmanager
async def running(database: Database, settings: Settings) -> AsyncIterator[Chain]:
    now = WallClock().now()
    with database.write() as session:
        password = store.add_hub(session, HUB)
        enrol(session, code=CODE, profile={"code": CODE}, drug="teclistamab", schedule=None, now=now)
        store.assign(session, HUB, CODE, now - timedelta(days=1))
    accounts = {part: Account(part) for part in PARTS}
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with serving([Here(account) for account in accounts.values()], "127.0.0.1:0", "http.admin_listen") as address:
        task = asyncio.create_task(
            run_chain(
                settings,
                WallClock(),
                database=database,
                ground=read_ground(settings),
                ready=port.set_result,
                accounts=accounts,
            )
        )
        chain = Chain(
            database=database,
            settings=settings,
            address=address,
            port=await asyncio.wait_for(port, PATIENCE_S),
            task=task,
            password=password,
            accounts=accounts,
        )
        try:
            yield chain
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def chain(database: Database) -> AsyncIterator[Chain]:
    """Return a running chain with one home."""
    settings = Settings(database=DatabaseSettings(url=database.url), mqtt=MqttSettings(listen="127.0.0.1:0"))
    async with running(database, settings) as chain:
        yield chain


@pytest.fixture
def get_from() -> Callable[[str, str], Any]:
    """Return how to ask an address for a path: status and body."""
    return get


@pytest.fixture
def file_of(tmp_path: Path) -> Path:
    """Return the file of the test's own SQLite database."""
    return tmp_path / "house.db"
