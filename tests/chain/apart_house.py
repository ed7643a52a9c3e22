"""The house as a site runs it: gateway, monitor and alerts are processes of their own, started by their commands."""

import asyncio
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from chain_house import NIGHT, PATIENCE_S, House
from part_apart import CLOCK, ToldClock

import alerts.store
from gateway.database import Database
from gateway.doorbell import Doorbell
from monitor.outcome import next_changes

LAUNCHER = Path(__file__).parent / "part_apart.py"
ROOT = LAUNCHER.parents[2]


class MovedClock:
    """The story's hand on the clock of all processes."""

    def __init__(self, file: Path) -> None:
        file.write_bytes(bytes(CLOCK.size))
        self._told = ToldClock(file)
        self.question = 0
        self.at = NIGHT

    @property
    def at(self) -> datetime:
        return self._told.now()

    @at.setter
    def at(self, at: datetime) -> None:
        self._told.tell(at, self.question)

    def ask(self) -> int:
        self.question += 1
        self._told.tell(self.at, self.question)
        return self.question

    def now(self) -> datetime:
        return self.at

    def wall_seconds(self, span: timedelta) -> float:
        return self._told.wall_seconds(span)

    def advance(self, span: timedelta) -> datetime:
        self.at += span
        return self.at


@dataclass
class Site:
    """Where a house stands: its database, the port for hubs, and what its processes are started with."""

    folder: Path
    database_url: str
    environment: Mapping[str, str]
    arguments: tuple[str, ...] = ()
    hub_port: int | None = None

    def let_in(self, hub: str, password: str) -> None:
        """Make the hub known to whatever stands between it and the gateway; the gateway's own endpoint knows it."""


@dataclass
class Elsewhere:
    """What the stories ask of a monitor that runs in another process."""

    database: Database

    def next_due(self) -> datetime | None:
        with self.database.read() as session:
            return min((at for at, _ in next_changes(session.connection())), default=None)


@dataclass
class ApartHouse(House):
    """The whole chain on one database, each part in a process of its own."""

    site: Site = field(kw_only=True)
    _processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    _heard: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        passes = self.site.folder / "passes"
        self._passes = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._passes.bind(str(passes))
        self._passes.settimeout(PATIENCE_S)
        self.monitor = Elsewhere(self.database)
        self.restart()

    def restart(self) -> None:
        """Kill monitor and alerts and start them anew."""
        for part in ("monitor", "alerts"):
            self._kill(part, signal.SIGKILL)
            self._start(part)

    async def open(self) -> None:
        """Start the gateway and wait until hubs can reach it."""
        self._heard["port"] = 0
        self._start("gateway")
        await asyncio.to_thread(self._hear, "port", 1, "gateway")
        self.port = self.site.hub_port or self._heard["port"]

    async def close(self) -> None:
        """Let every hub hang up, and end the gateway in an orderly way."""
        for home in self.homes.values():
            await home.hang_up()
        await asyncio.to_thread(self._kill, "gateway", signal.SIGTERM)

    def leave(self) -> None:
        for part in list(self._processes):
            self._kill(part, signal.SIGKILL)
        self._passes.close()

    def settle(self) -> datetime | None:
        """Let alerts and monitor work until neither has anything left; return when alerts is due next."""
        for part in ("alerts", "monitor", "monitor", "alerts"):
            self._let_work(part)
        with self.database.read() as session:
            waiting = alerts.store.waiting(session)
        return min((at for at in (waiting.incident_at, waiting.page_at) if at is not None), default=None)

    def settled(self) -> int:
        """Return how many messages the gateway has taken in since it was opened."""
        self._listen(0.0)
        return self._heard["gateway"]

    async def arrived(self, settled: int) -> None:
        """Wait until the gateway has taken in so many messages: a broker's acknowledgement does not say so."""
        await asyncio.to_thread(self._hear, "gateway", settled)

    def _let_work(self, part: str) -> None:
        question = self.clock.ask()
        Doorbell(self.database.url, part).nudge()
        self._hear(part, question)

    def _hear(self, teller: str, at_least: int, part: str | None = None) -> None:
        """Wait until so much has been told."""
        until, part = monotonic() + PATIENCE_S, part or teller
        while self._heard.get(teller, 0) < at_least:
            assert self._processes[part].poll() is None, f"{part} has ended: {self.said(part)}"
            assert self._listen(min(0.2, until - monotonic())) or monotonic() < until, f"{part} did not answer"

    def _listen(self, at_most_s: float) -> bool:
        """Take in everything that was told, after waiting so long for something."""
        heard = False
        while select.select([self._passes], [], [], 0.0 if heard else max(0.0, at_most_s))[0]:
            teller, number = self._passes.recv(64).decode().split()
            self._heard[teller], heard = int(number), True
        return heard

    def said(self, part: str) -> str:
        """Return what a part has written to stderr."""
        return (self.site.folder / f"{part}.log").read_text(encoding="utf-8")

    def _start(self, part: str) -> None:
        self._heard[part] = 0
        with (self.site.folder / f"{part}.log").open("ab") as log:
            self._processes[part] = subprocess.Popen(
                [sys.executable, str(LAUNCHER), str(self.site.folder), part, *self.site.arguments],
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.site.environment},
                stderr=log,
            )

    def _kill(self, part: str, how: signal.Signals) -> None:
        process = self._processes.pop(part, None)
        if process is not None:
            process.send_signal(how)
            process.wait(timeout=PATIENCE_S)


@contextlib.contextmanager
def founded(site: Site) -> Iterator[ApartHouse]:
    """Give a house on `site` whose gateway is not open yet."""
    database = Database(site.database_url)
    house = ApartHouse(database, MovedClock(site.folder / "clock"), site=site)
    try:
        yield house
    finally:
        house.leave()
        database.dispose()
