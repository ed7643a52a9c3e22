"""A ward whose pages go out by HTTP to a telephone network, from engines that are killed; the clock moves by hand."""

import asyncio
import contextlib
import importlib.util
import json
import os
import secrets
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, sleep
from types import ModuleType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import aiohttp
import paging_apart
from aiohttp import web
from forked import FORKED, load_once
from part_apart import CLOCK, ToldClock
from sqlalchemy import text

import alerts.store
from alerts.audit_rows import ALERTS_TABLES
from alerts.contacts import add_contact
from gateway import store
from gateway.audit_rows import GATEWAY_TABLES
from gateway.audit_verify import verify
from gateway.clock import Clock, SpedClock
from gateway.database import Database
from gateway.doorbell import Doorbell
from gateway.intake import READING_LEAF, Arrived, Intake
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName
from monitor.audit_rows import MIRRORS, MONITOR_TABLES
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import add_event

PATIENCE_S = 40.0
NIGHT = datetime(2026, 3, 3, 22, 10, tzinfo=UTC)
ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "a token of the tests", "+12025550100"
PUBLIC = "https://pager.example.org"
PROGRAM = Path(__file__).parents[2] / "deploy" / "phone_network.py"
ROSTER = Path(__file__).parents[2] / "alerts" / "data" / "roster.toml"
BASELINE = {"systolic_mmhg": 124, "diastolic_mmhg": 78, "spo2_pct": 97, "temperature_c": 36.7}
LOOK_EVERY_S = 0.01
NEWS = {"sms": ("sent", "delivered"), "voice": ("ringing", "in-progress", "completed")}
STAFF_RUNGS = {"nurse.sms", "nurse.voice", "second_nurse.sms", "oncologist.sms"}


def _network() -> ModuleType:
    spec = importlib.util.spec_from_file_location("phone_network", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TelephoneNetwork:
    """Twilio's API in a thread. Everything taken reaches its telephone, and the webhooks are told until they listen."""

    def __init__(self, served_at: str) -> None:
        module = _network()
        self.stalls = module.Manner(stalls=True)
        self.network = module.Network(ACCOUNT, TOKEN, NUMBER, webhooks=PUBLIC, reach={PUBLIC: served_at})
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.told = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open())
        self._telling = asyncio.run_coroutine_threadsafe(self._tell_for_ever(), self._loop)
        return self

    def __exit__(self, *_: object) -> None:
        self._telling.cancel()
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    def taken(self) -> list[Any]:
        """Return every text and call so far, in the order in which they were taken."""
        return list(self.network.taken)

    def by_page(self) -> Counter[int]:
        """Return how often the network took each page."""
        return Counter(page_of(one) for one in self.taken())

    def text(self, number: str, body: str) -> int:
        """Let somebody text `body`; return the webhook's answer, 0 while nobody listens."""
        with contextlib.suppress(aiohttp.ClientError):
            return int(self._do(self.network.reply(number, body))[0])
        return 0

    async def _open(self) -> None:
        self._runner = web.AppRunner(self.network.application(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.api_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _close(self) -> None:
        await self._runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}  # what it was told never to answer
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _tell_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for one in self.taken()[self.told :]:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    if await self._tell(one):
                        self.told += 1
                        continue
                break

    async def _tell(self, one: Any) -> bool:
        answers = [await self.network.tell(one, status) for status in NEWS[one.channel]]
        if one.channel == "voice":
            answers.append(await self.network.listened(one, "human"))
        return all(answer == 204 for answer in answers)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)


def page_of(taken: Any) -> int:
    """Return the page that a message of the network was sent for."""
    return int(parse_qs(urlsplit(taken.form["StatusCallback"]).query)["page"][0].removeprefix("page-"))


class PagingHouse:
    """The database, its patients, and the engines that call for them."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        network: TelephoneNetwork,
        listen: str,
        running: SpedClock | None = None,
    ) -> None:
        (folder / "clock").write_bytes(bytes(CLOCK.size))
        self.database, self.folder, self.network = database, folder, network
        self._listen = listen
        self._bell = Doorbell(database.url, "alerts")
        self._told = ToldClock(folder / "clock")
        self._clock: Clock = running or self._told
        self._running = running
        if running is None:
            self.at = NIGHT
        self._intake = Intake(load_limits())
        self._monitor = Monitor(database, load_rules(), self._clock)
        self._seq: Counter[str] = Counter()
        self.engines: dict[str, BaseProcess] = {}

    @property
    def at(self) -> datetime:
        return self._clock.now()

    @at.setter
    def at(self, at: datetime) -> None:
        self._told.tell(at, 0, held=False)
        self._bell.nudge()

    def enrol(self, count: int) -> list[str]:
        """Enrol patients a day into their first step, each with a hub and a caregiver; return their codes."""
        codes = [f"P-{number:04d}" for number in range(1, count + 1)]
        with self.database.write() as session:
            for number, code in enumerate(codes, 1):
                patient = enrol(
                    session,
                    code=code,
                    profile={"baseline": BASELINE},
                    drug="teclistamab",
                    schedule="us_weekly",
                    now=self.at - timedelta(days=1),
                )
                dose = {"at": (self.at - timedelta(hours=20)).isoformat(), "type": "dose", "step": "SUD1"}
                add_event(session, patient, dose, "ada", self.at)
                store.add_hub(session, f"h-{code}")
                store.assign(session, f"h-{code}", code, self.at - timedelta(days=1))
                add_contact(
                    session, patient, name="care", number=f"+1202666{number:04d}", consent_values=True, now=self.at
                )
        with self.database.write_connection() as connection:
            self._intake.load(connection)
        self.measure(*codes, celsius=36.8)
        return codes

    def arm(self) -> None:
        """Let engines end at the step they were told, from now on."""
        (self.folder / paging_apart.ARMED).touch()

    def measure(self, *codes: str, celsius: float) -> None:
        """Store a reading of every vital group from each home, and let the monitor grade it."""
        arrived = []
        for code in codes:
            self._seq[code] += 1
            reading = {
                "boot": "b1",
                "seq": self._seq[code],
                "measured_at": self.at.isoformat(),
                "temperature": {"value": celsius, "unit": "Cel", "site": "oral"},
                "oximetry": {"spo2_pct": 97},
                "blood_pressure": {"systolic_mmhg": 122, "diastolic_mmhg": 78},
            }
            payload = json.dumps(reading).encode()
            arrived.append(Arrived(hub=HubName(f"h-{code}"), leaf=READING_LEAF, payload=payload, received_at=self.at))
        with self.database.write_connection() as connection:
            self._intake.save(connection, arrived)
        self._monitor.cycle()
        self._bell.nudge()

    def start(
        self,
        name: str = "engine",
        ends_at: tuple[str, int, signal.Signals] | None = None,
        *,
        database_url: str | None = None,
    ) -> BaseProcess:
        """Start an engine, which ends at a step if told so."""
        environment = {
            "STEPGUARD_DATABASE__URL": database_url or self.database.url,
            "STEPGUARD_HTTP__LISTEN": self._listen,
            "STEPGUARD_HTTP__PUBLIC_URL": PUBLIC,
            "STEPGUARD_ALERTS__ADMIN_LISTEN": "127.0.0.1:0",
            "STEPGUARD_TWILIO__ACCOUNT_SID": ACCOUNT,
            "STEPGUARD_TWILIO__AUTH_TOKEN": TOKEN,
            "STEPGUARD_TWILIO__FROM": NUMBER,
            "STEPGUARD_TWILIO__API_URL": self.network.api_url,
            "STEPGUARD_SITE__TIMEZONE": "UTC",
            "STEPGUARD_SITE__UNIT_PHONE": "555-0100",
            "STEPGUARD_SITE__ROSTER": str(ROSTER),
            "STEPGUARD_RULES__SIGNED_BY": "Dr Ito",
            "STEPGUARD_RULES__SIGNED_ON": "2026-03-01",
        }
        if self._running is not None:
            environment["STEPGUARD_CLOCK"] = self._running.spell()
        load_once()
        process = FORKED.Process(target=paging_apart.run, args=(self.folder, name, (), environment, ends_at), name=name)
        process.start()
        self.engines[name] = process
        return process

    def kill(self, name: str = "engine", how: signal.Signals = signal.SIGKILL) -> None:
        """End an engine and wait until it is gone."""
        process = self.engines.pop(name)
        if process.exitcode is None and process.pid is not None:
            os.kill(process.pid, signal.SIGCONT)
            os.kill(process.pid, how)
        process.join(PATIENCE_S)
        assert process.exitcode is not None, f"{name} does not leave: {self.said(name)}"
        process.close()

    def leave(self) -> None:
        for name in list(self.engines):
            self.kill(name)

    def said(self, name: str = "engine") -> str:
        log = self.folder / f"{name}.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def rows(self, query: str, **values: object) -> list[Any]:
        with self.database.read() as session:
            return list(session.connection().execute(text(query), values).all())

    def next_at(self) -> datetime | None:
        """Return when something of an incident falls due by the clock alone, None when nothing does."""
        with self.database.read() as session:
            return alerts.store.waiting(session).incident_at

    def settled(self) -> bool:
        """Whether everything due has gone out and everything that was told is taken in."""
        with self.database.read() as session:
            waiting = alerts.store.waiting(session)
            taken_to = alerts.store.cursor(session)
        due = [at for at in (waiting.incident_at, waiting.page_at) if at is not None and at <= self.at]
        return not due and not waiting.unread and taken_to >= self.fevered_to

    fevered_to = 0
    """The newest assessment that somebody must be called about."""

    def fever(self, code: str) -> None:
        """Let one patient have a fever."""
        self.measure(code, celsius=38.4)
        self.fevered_to = self.rows("SELECT max(id) FROM assessment")[0][0]

    def live_until(self, end: datetime) -> None:
        """Let time pass up to `end`, from one instant at which something falls due to the next."""
        while True:
            self.wait(self.settled, "what is due is sent")
            next_at = self.next_at()
            if next_at is None or next_at > end:
                return
            self.at = max(self.at, next_at)

    def wait(self, until: Callable[[], bool], what: str, at_most_s: float = PATIENCE_S) -> float:
        """Wait until something holds; return how long that took, on the wall."""
        began_s = monotonic()
        while not until():
            waited_s = monotonic() - began_s
            assert waited_s < at_most_s, f"{what}: not after {waited_s:.1f} s: " + "".join(
                f"\n{name}: {self.said(name)[-2000:]}" for name in self.engines
            )
            sleep(LOOK_EVERY_S)
        return monotonic() - began_s

    def nothing_lost(self, codes: list[str]) -> tuple[int, int]:
        """Assert that every rung was fired once and reached the network; return duplicates, and how many it counted."""
        fired: dict[tuple[str, str], Counter[str]] = {}
        pages = self.rows(
            "SELECT page.id, incident.code, page.rung, page.role, page.state, page.kind, page.lead_id FROM page"
            " LEFT JOIN incident ON incident.id = page.incident_id"
        )
        times = self.network.by_page()
        for page, code, rung, role, _state, kind, lead in pages:
            assert lead is not None or times[page] >= 1, f"{code}: {rung} was owed and never reached the network"
            if code is not None and kind == "page" and role != "caregiver":
                turn, repetition, name = rung.split(".", 2)
                fired.setdefault((code, f"{turn}.{repetition}"), Counter())[name] += 1
        for (code, turn), names in fired.items():
            assert max(names.values()) == 1, f"{code}: a rung of {turn} was fired twice: {names}"
        for code in codes:
            first = min(turn for one, turn in fired if one == code)
            assert set(fired[code, first]) == STAFF_RUNGS, f"{code}: a rung was skipped: {fired[code, first]}"
        counted = self.rows("SELECT count(*) FROM incident_event WHERE what = 'sent again'")[0][0]
        return sum(times.values()) - len(times), counted

    def seals_hold(self) -> None:
        """Assert that the audit log finds nothing wrong."""
        with self.database.read() as session:
            tables = (*GATEWAY_TABLES, *MONITOR_TABLES, *ALERTS_TABLES)
            sealed = verify(session.connection(), tables, mirrors=MIRRORS)
        assert sealed.findings == []
        assert sealed.entries > 0


@contextlib.contextmanager
def paging_house(database: Database, folder: Path, running: SpedClock | None = None) -> Iterator[PagingHouse]:
    """Give a ward on `database` with a telephone network and no engine yet; its clock moves by hand or is `running`."""
    listen = _free_address()
    with TelephoneNetwork(f"http://{listen}") as network:
        house = PagingHouse(database, folder, network, listen, running)
        try:
            yield house
        finally:
            house.leave()


def _free_address() -> str:
    """Return an address nobody listens on, below the ports that outgoing connections are given meanwhile."""
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return f"127.0.0.1:{port}"
