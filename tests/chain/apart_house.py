"""The house as a site runs it: gateway, monitor and alerts are processes of their own, started by their commands."""

import asyncio
import contextlib
import http.client
import os
import select
import signal
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic
from typing import Any

import part_apart
from chain_house import DEPARTMENTS, NIGHT, WHO, Home, House, Text
from forked import FORKED, load_once
from part_apart import CLOCK, ToldClock
from telephones import Telephones

import alerts.store
from gateway.database import Database
from gateway.notices import channel_of
from gateway.postgresql import connect
from monitor.outcome import next_changes
from monitor.store import patients_with

PATIENCE_S = 60.0  # processes share a machine with whatever else it runs


class MovedClock:
    """The story's hand on the clock of all processes."""

    def __init__(self, file: Path, *, paced: bool = False) -> None:
        file.write_bytes(bytes(CLOCK.size))
        self._told = ToldClock(file, paced=paced)
        self.paced = paced
        self.question = 0
        self.held = False
        self.at = NIGHT

    @property
    def at(self) -> datetime:
        return self._told.now()

    @at.setter
    def at(self, at: datetime) -> None:
        self._told.tell(at, self.question, held=self.held)

    def ask(self, *, held: bool = False) -> int:
        """Ask the next question; while `held`, parts stand still before they would answer it."""
        self.question += 1
        self.held = held
        self.at = self.at
        return self.question

    def now(self) -> datetime:
        return self.at

    def wall_seconds(self, span: timedelta) -> float:
        return self._told.wall_seconds(span)

    def advance(self, span: timedelta) -> datetime:
        self.at += span
        return self.at


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where a house stands: its database, broker and telephones, and what its processes are started with."""

    folder: Path
    database_url: str
    telephones: Telephones
    environment: dict[str, str]
    arguments: tuple[str, ...]
    hub_port: int
    hub_passwords: Mapping[str, str]
    gateway_admin: str


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
    _processes: dict[str, BaseProcess] = field(default_factory=dict)
    _heard: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        passes = self.site.folder / "passes"
        self._passes = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._passes.bind(str(passes))
        self._passes.settimeout(PATIENCE_S)
        self._bells = connect(self.database.url)
        self.monitor = Elsewhere(self.database)
        self.restart()

    def restart(self) -> None:
        """Kill monitor and alerts and start them anew."""
        for part in ("monitor", "alerts"):
            self._kill(part, signal.SIGKILL)
            self._start(part)

    async def open(self) -> None:
        """Start the gateway and wait until hubs can reach it."""
        self._start("gateway")
        self.port = self.site.hub_port
        await asyncio.to_thread(self._wait_until_heard)

    def add_home(self, code: str = "P-0042", **options: Any) -> Home:
        """Enrol a patient whose hub has the password that the broker knows."""
        home = super().add_home(code, **options)
        home.password = self.site.hub_passwords[home.hub]
        return home

    async def names_departments(self) -> None:
        """Start alerts anew with the directory that is shipped; it serves the pages itself."""
        self.site.environment["STEPGUARD_SITE__DEPARTMENTS"] = str(DEPARTMENTS)
        self.pages_at = self.site.environment["STEPGUARD_HTTP__LISTEN"]
        self._kill("alerts", signal.SIGKILL)
        self._start("alerts")

    async def close(self) -> None:
        """Let every hub hang up, and end the gateway in an orderly way."""
        for home in self.homes.values():
            await home.hang_up()
        await asyncio.to_thread(self._kill, "gateway", signal.SIGTERM)

    def texts_back(self, number: str, body: str) -> None:
        self.site.telephones.text(number, body)
        self.settle()

    def outbox(self) -> list[Text]:
        """Return what went out since the last look."""
        whose = {home.number: home.code for home in self.homes.values()} | WHO
        fresh = self.site.telephones.taken()[self._read :]
        self._read += len(fresh)
        return [Text(whose.get(one.to, one.to), one.channel, one.body) for one in fresh]

    def leave(self) -> None:
        for part in list(self._processes):
            self._kill(part, signal.SIGKILL)
        self._passes.close()
        self._bells.close()

    def sums_up(self) -> None:
        """Wait until the house has written down what an episode came to: alerts looks every few seconds."""
        self.clock.advance(timedelta(minutes=1))
        until = monotonic() + PATIENCE_S
        while not self._summed_up():
            assert monotonic() < until, f"no episode was summed up: {self.said('alerts')}"
            self._listen(0.05)
        self.settle()

    def _summed_up(self) -> bool:
        with self.database.read() as session:
            return bool(patients_with(session, "episode_summary"))

    def beats(self, part: str) -> None:
        """Wait until a part that lives has said so at this instant."""
        until = monotonic() + PATIENCE_S
        while self.spoke(part) < self.clock.at:
            assert monotonic() < until, f"{part} does not say that it lives: {self.said(part)}"
            self._listen(0.05)

    def loses(self, part: str) -> None:
        self._kill(part, signal.SIGKILL)

    def settle(self) -> datetime | None:
        """Let alerts and monitor work until neither has anything left; return when alerts is due next."""
        for part in ("alerts", "monitor", "monitor", "alerts"):
            if part in self._processes:
                self._let_work(part)
        while self.site.telephones.deliver():
            self._let_work("alerts")
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

    @contextlib.contextmanager
    def unseen(self) -> Iterator[None]:
        """Hold monitor and alerts still between two passes until all that happens inside has happened."""
        question = self.clock.ask(held=True)
        for part in ("monitor", "alerts"):
            self._ring(part)
            self._hear(part, question, teller=f"{part}-held")
        try:
            yield
        finally:
            self.clock.ask()

    def _let_work(self, part: str) -> None:
        question = self.clock.ask()
        self._ring(part)
        self._hear(part, question)

    def _ring(self, part: str) -> None:
        self._bells.execute("SELECT pg_notify(%s, '')", (channel_of(part),))

    def _hear(self, part: str, at_least: int, *, teller: str | None = None) -> None:
        """Wait until `part` has told of so much."""
        until = monotonic() + PATIENCE_S
        while self._heard.get(teller or part, 0) < at_least:
            assert self._processes[part].is_alive(), f"{part} has ended: {self.said(part)}"
            assert self._listen(min(0.2, until - monotonic())) or monotonic() < until, f"{part} did not answer"

    def _listen(self, at_most_s: float) -> bool:
        """Take in everything that was told, after waiting so long for something."""
        heard = False
        while select.select([self._passes], [], [], 0.0 if heard else max(0.0, at_most_s))[0]:
            teller, number = self._passes.recv(64).decode().split()
            self._heard[teller], heard = int(number), True
        return heard

    def said(self, part: str) -> str:
        """Return what a part has written to stderr; nothing when it died before it could write."""
        log = self.site.folder / f"{part}.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def _wait_until_heard(self) -> None:
        """Wait until the gateway says that it hears hubs: what they send before is kept by them, not by the broker."""
        until, answer = monotonic() + PATIENCE_S, "nothing"
        while True:
            with (
                contextlib.suppress(OSError),
                contextlib.closing(http.client.HTTPConnection(self.site.gateway_admin, timeout=1.0)) as asking,
            ):
                asking.request("GET", "/readyz")
                response = asking.getresponse()
                if response.status == http.HTTPStatus.OK:
                    return
                answer = response.read().decode()
            assert self._processes["gateway"].is_alive(), f"the gateway has ended: {self.said('gateway')}"
            assert monotonic() < until, f"the gateway is not ready, it says {answer}: {self.said('gateway')}"
            self._listen(0.05)

    def _start(self, part: str) -> None:
        self._heard[part] = 0
        load_once()
        process = FORKED.Process(
            target=part_apart.run,
            args=(self.site.folder, part, self.site.arguments, self.site.environment),
            kwargs={"paced": self.clock.paced},
            name=part,
        )
        process.start()
        self._processes[part] = process

    def _kill(self, part: str, how: signal.Signals) -> None:
        process = self._processes.pop(part, None)
        if process is not None and process.pid is not None:
            os.kill(process.pid, how)
            process.join(PATIENCE_S)
            assert process.exitcode is not None, f"{part} does not leave"
            process.close()


@contextlib.contextmanager
def founded(site: Site, *, paced: bool = False) -> Iterator[ApartHouse]:
    """Give a house on `site` whose gateway is not open yet."""
    database = Database(site.database_url)
    house = ApartHouse(database, MovedClock(site.folder / "clock", paced=paced), site=site)
    try:
        yield house
    finally:
        house.leave()
        database.dispose()
