"""A watched house: the whole chain with its telephone network, and beside it a watchdog with a network of its own."""

import asyncio
import contextlib
import importlib.util
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from aiohttp import web

from alerts.system_view import system_state
from alerts.watchdog import Watchdog
from alerts.watchdog_settings import watch_of
from console.answering import PARTS
from console.chain import run_chain
from console.ground import read_ground
from gateway.account import Account
from gateway.admin import Here, serving
from gateway.clock import Clock, WallClock
from gateway.database import Database
from gateway.readiness import SystemLine
from gateway.settings import (
    DatabaseSettings,
    HttpSettings,
    MqttSettings,
    Settings,
    TwilioSettings,
    WatchdogSettings,
)
from gateway.synthetic import add_synthetic
from gateway.wakeup import Wakeup

PROGRAM = Path(__file__).parents[2] / "deploy" / "phone_network.py"
PATIENCE_S = 25.0
OWN, WATCHDOG, ENGINEER, SECOND = "+12025550100", "+12025550190", "+12025550131", "+12025550132"


def _program() -> Any:
    spec = importlib.util.spec_from_file_location("phone_network", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


NETWORKS = _program()


def find_port() -> int:
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextlib.asynccontextmanager
async def served(application: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass
class Outside:
    """Whoever waits for pings, and whoever takes webhooks."""

    pings: int = 0
    told: list[dict[str, Any]] = field(default_factory=list)

    def application(self) -> web.Application:
        async def ping(_: web.Request) -> web.Response:
            self.pings += 1
            return web.Response()

        async def hook(request: web.Request) -> web.Response:
            self.told.append(await request.json())
            return web.Response()

        application = web.Application()
        application.add_routes([web.get("/ping", ping), web.post("/hook", hook)])
        return application


@dataclass
class Watched:
    """The house and its watchdog. `ours` is the network of the house's account, `theirs` that of the watchdog's."""

    database: Database
    address: str
    port: int
    ours: Any
    theirs: Any
    outside: Outside
    settings: Settings
    house: Settings
    chain: "asyncio.Task[None]"
    dog: Watchdog

    def program(self) -> tuple[list[str], dict[str, str]]:
        """Return the command of the watchdog and the environment that holds its settings."""
        section = {
            key: ",".join(value) if isinstance(value, list) else str(value)
            for key, value in msgspec.to_builtins(self.settings.watchdog).items()
            if value
        }
        environment = {f"STEPGUARD_WATCHDOG__{key.upper()}": value for key, value in section.items()}
        own = {"PATH": os.environ["PATH"], "STEPGUARD_WATCHDOG__ADMIN_LISTEN": "127.0.0.1:0"}
        return [str(Path(sys.executable).with_name("stepguard")), "watchdog"], environment | own

    def new_dog(self, clock: Clock) -> Watchdog:
        return Watchdog(watch_of(self.settings), clock, ZoneInfo("UTC"))

    async def watch_until(self, holds: Callable[[], Any], dog: Watchdog | None = None) -> Any:
        """Let the watchdog look again and again, within reason, until `holds`; return what that was."""
        dog = dog or self.dog
        async with asyncio.timeout(PATIENCE_S):
            await dog.tick()
            while not (found := holds()):
                await Wakeup().wait(0.1)
                await dog.tick()
        return found

    async def round(self) -> Any:
        """Go one whole round and return it."""
        before = self.dog.last
        self.dog._next_round_at = WallClock().now()
        return await self.watch_until(lambda: self.dog.last if self.dog.last is not before else None)

    def called(self) -> list[tuple[str, str, str]]:
        """Return whom the watchdog called by telephone, how, and with which words."""
        return [(one.channel, one.to, one.body) for one in self.theirs.taken]

    def finding(self, key: str) -> Any:
        return next((one for one in self.dog.findings if one.key == key), None)

    def lines(self) -> dict[str, SystemLine]:
        with self.database.read() as session:
            return {line.subject: line for line in system_state(session, WallClock().now())}

    async def stop_chain(self) -> None:
        self.chain.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.chain


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Call at once about what is seen once: how long a thing must last is tested with values."""
    for name in ("ANSWER_GRACE", "PATH_GRACE"):
        monkeypatch.setattr(f"alerts.watchdog_sight.{name}", timedelta(0))
    monkeypatch.setattr("alerts.watchdog_calls.OVER_AFTER", timedelta(0))
    monkeypatch.setattr("alerts.watchdog.ROUND_AGAIN_AFTER", timedelta(0))
    for name in ("PING_EVERY", "INBOX_EVERY", "CERTIFICATES_EVERY"):
        monkeypatch.setattr(f"alerts.watchdog.{name}", timedelta(0))


@pytest.fixture
async def watched(database: Database, impatient: None) -> AsyncIterator[Watched]:
    """A house whose gateway is its own endpoint."""
    async with standing(database) as house:
        yield house


@pytest.fixture
async def watched_behind_a_broker(database: Database, impatient: None, mosquitto: Any) -> AsyncIterator[Watched]:
    """A house with Mosquitto between hubs and gateway, spoken to by TLS."""
    async with standing(database, broker=mosquitto) as house:
        yield house


@contextlib.asynccontextmanager
async def standing(database: Database, broker: Any = None) -> AsyncIterator[Watched]:
    async with contextlib.AsyncExitStack() as stack:
        outside = Outside()
        outside_url = await stack.enter_async_context(served(outside.application()))
        theirs = NETWORKS.Network("AC" + "1" * 32, "their token", WATCHDOG)
        their_url = await stack.enter_async_context(served(theirs.application()))
        http_port = find_port()
        hooks = f"http://127.0.0.1:{http_port}"
        ours = NETWORKS.Network(
            "AC" + "0" * 32, "our token", OWN, webhooks=hooks, lively=True, peers={WATCHDOG: their_url}
        )
        our_url = await stack.enter_async_context(served(ours.application()))
        with database.write() as session:
            password = add_synthetic(session, "watchdog", WATCHDOG, WallClock().now())
        if broker is not None:
            broker.let_in("watchdog", password)
        settings = Settings(
            database=DatabaseSettings(url=database.url),
            mqtt=MqttSettings(listen="127.0.0.1:0") if broker is None else broker.settings(encrypted=True),
            twilio=TwilioSettings(account_sid="AC" + "0" * 32, auth_token="our token", from_=OWN, api_url=our_url),
            http=HttpSettings(listen=f"127.0.0.1:{http_port}", public_url=hooks),
        )
        accounts = {part: Account(part) for part in PARTS}
        address = await stack.enter_async_context(
            serving([Here(account) for account in accounts.values()], "127.0.0.1:0", "http.admin_listen")
        )
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        chain = asyncio.create_task(
            run_chain(
                settings,
                WallClock(),
                database=database,
                ground=read_ground(settings),
                ready=port.set_result,
                accounts=accounts,
            )
        )
        await asyncio.wait([port, chain], return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE_S)
        way_in: dict[str, Any] = {"url": f"mqtt://127.0.0.1:{await port}"}
        if broker is not None:
            place = f"localhost:{broker.tls_port}"
            way_in = {"url": f"mqtts://{place}", "ca": str(broker.folder / "ca.crt"), "certificates": place}
        own = Settings(
            watchdog=WatchdogSettings(
                **way_in,
                password=password,
                readyz=f"http://{address}",
                account_sid="AC" + "1" * 32,
                auth_token="their token",
                number=WATCHDOG,
                api_url=their_url,
                call=[ENGINEER, SECOND],
                webhook=f"{outside_url}/hook",
                ping=f"{outside_url}/ping",
            )
        )
        house = Watched(
            database=database,
            address=address,
            port=await port,
            ours=ours,
            theirs=theirs,
            outside=outside,
            settings=own,
            house=settings,
            chain=chain,
            dog=Watchdog(watch_of(own), WallClock(), ZoneInfo("UTC")),
        )
        await _until(lambda: all(line.state != "failed" for line in house.lines().values()))
        if broker is not None:  # a broker keeps nothing for a gateway that never subscribed
            await _until(lambda: connections(accounts["gateway"]) == 1)
        try:
            yield house
        finally:
            await house.dog.close()
            await house.stop_chain()


def connections(account: Account) -> float:
    """Return to how many the gateway listens: 1 once the broker is heard."""
    families = (family for collect in account._collect for family in collect())
    return next(family.samples[0].value for family in families if family.name == "stepguard_connections")


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await asyncio.to_thread(holds):
            await Wakeup().wait(0.05)


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    return _until


@pytest.fixture
def phones() -> Any:
    """Return the program of the telephone networks."""
    return NETWORKS


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Return what finds a port that nobody listens on."""
    return find_port
