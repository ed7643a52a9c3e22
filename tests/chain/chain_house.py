"""A small house: real hubs over TCP, the real gateway, monitor, alerts, outbox and board, and a clock that is moved."""

import asyncio
import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
from sqlmodel import col, select

import gateway.service
from alerts.contacts import add_contact
from alerts.cycle import Alerts
from alerts.directory import Directory
from alerts.directory_file import load_directory
from alerts.episode_keeping import EpisodeKeeper
from alerts.outbox import Outbox, receive
from alerts.policy_file import load_policy
from alerts.roster_file import load_roster
from alerts.roster_now import RosterNow
from alerts.service import PART, site_of
from alerts.stored_sources import StoredSources
from alerts.tables import OutboxRow
from alerts.view import IncidentLine, incident_lines
from alerts.web.ed_door import EdDoor
from alerts.web.server import listening
from console.demonstration.department_browser import DepartmentBrowser, Shown, code_in, link_in
from console.feed import DatabaseFeed
from console.views.cells import Row, WardView
from console.views.ward import ward_view
from gateway import store
from gateway.clock import StillClock
from gateway.database import Database
from gateway.reading import PatientId
from gateway.settings import HttpSettings, MqttSettings, RulesSettings, Settings
from monitor.assessment import Assessment
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import add_event, latest_assessments

NIGHT = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)  # Ben is the nurse on call at night
PATIENCE_S = 15.0
ADA, BEN, CLEO, ITO, ED = (f"+1202555011{n}" for n in range(1, 6))
WHO = {ADA: "day nurse", BEN: "nurse", CLEO: "second nurse", ITO: "oncologist", ED: "emergency department"}

RULES, ROSTER, POLICY = load_rules(), load_roster(), load_policy()
DEPARTMENTS = Path(__file__).parents[2] / "deploy" / "departments.toml"
PUBLIC = "https://pager.example.org"
SETTINGS = Settings(
    mqtt=MqttSettings(listen="127.0.0.1:0"), rules=RulesSettings(signed_by="Dr Ito", signed_on="2026-03-01")
)


class PacedClock(StillClock):
    """Moves only when told to; its second is a second on the wall, so that the silence of a part can be measured."""

    def wall_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


@dataclass(frozen=True, slots=True)
class Text:
    """One message of the outbox: to whom (a role, or the code of a home), how, and its words."""

    to: str
    channel: str
    body: str


@dataclass
class Home:
    """One patient's home: its hub on a connection of its own, its caregiver's telephone."""

    house: "House"
    code: str
    hub: str
    password: str
    patient_id: PatientId
    number: str
    boot: str = "b1"
    seq: int = 0
    _line: contextlib.AsyncExitStack | None = None
    _client: aiomqtt.Client | None = None

    @property
    def topic(self) -> str:
        return f"stepguard/v1/{self.hub}"

    def message(self, *, at: datetime | None = None, seq: int | None = None, **groups: Any) -> bytes:
        """Return a native message; `seq` counts by itself."""
        self.seq = self.seq + 1 if seq is None else seq
        body = {"boot": self.boot, "seq": self.seq, "measured_at": (at or self.house.clock.now()).isoformat()}
        return json.dumps(body | groups).encode()

    async def publish(self, payload: bytes) -> None:
        """Publish below `up/reading` and return once the PUBACK is here: the message is on disk."""
        await self.publish_below("up/reading", payload)

    async def publish_below(self, leaf: str, payload: bytes) -> None:
        if self._client is None:
            self._line = contextlib.AsyncExitStack()
            self._client = await self._line.enter_async_context(self.house.client(self))
        settled = self.house.settled()
        await self._client.publish(f"{self.topic}/{leaf}", payload, qos=1)
        await self.house.arrived(settled + 1)

    async def hang_up(self) -> None:
        """Disconnect; the next message connects again."""
        line, self._line, self._client = self._line, None, None
        if line is not None:
            await line.aclose()

    async def measures(self, celsius: float | None = None, **options: Any) -> None:
        """Send one message with the values given, then let monitor and alerts work."""
        await self.sends(celsius, **options)
        self.house.settle()

    async def sends(
        self,
        celsius: float | None = None,
        *,
        spo2: int | None = None,
        pressure: tuple[int, int] | None = None,
        at: datetime | None = None,
        seq: int | None = None,
    ) -> None:
        """Send one message with the values given."""
        await self.publish(self.message(at=at, seq=seq, **vitals(celsius, spo2=spo2, pressure=pressure)))

    async def measures_all_well(self, **options: Any) -> None:
        await self.measures(36.8, spo2=97, pressure=(122, 78), **options)

    def texts(self, body: str) -> None:
        """Let the caregiver text `body`, then let alerts and monitor work."""
        self.house.texts_back(self.number, body)

    def enters(self, **event: Any) -> None:
        """Let a nurse enter something into the record, then let monitor and alerts work."""
        now = self.house.clock.now()
        with self.house.database.write() as session:
            add_event(session, self.patient_id, {"at": now.isoformat(), **event}, "ada", now)
        self.house.settle()

    def answer(self) -> Assessment:
        """Return the newest assessment."""
        with self.house.database.read() as session:
            return latest_assessments(session)[self.patient_id].assessment

    def row(self) -> Row:
        """Return this patient's line on the board."""
        [row] = [row for row in self.house.board().rows if row.code == self.code]
        return row


def vitals(
    celsius: float | None = None, *, spo2: int | None = None, pressure: tuple[int, int] | None = None
) -> dict[str, Any]:
    """Return the groups of a native message."""
    groups: dict[str, Any] = {}
    if celsius is not None:
        groups["temperature"] = {"value": celsius, "unit": "Cel", "site": "oral"}
    if spo2 is not None:
        groups["oximetry"] = {"spo2_pct": spo2, "pulse_bpm": 78}
    if pressure is not None:
        groups["blood_pressure"] = {"systolic_mmhg": pressure[0], "diastolic_mmhg": pressure[1], "pulse_bpm": 78}
    return groups


@dataclass
class House:
    """The whole chain on one database. Only the telephone network is the local outbox."""

    database: Database
    clock: StillClock
    port: int = 0
    homes: dict[str, Home] = field(default_factory=dict)
    gateway: "asyncio.Task[None] | None" = None
    directory: Directory = field(default_factory=Directory)
    pages_at: str = ""
    _read: int = 0
    _door: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin monitor and alerts anew on the same database, as after the end of their process."""
        self.monitor = Monitor(self.database, RULES, self.clock)
        self.alerts = Alerts(
            self.database,
            self.clock,
            policy=POLICY,
            roster=ROSTER,
            phone=Outbox(self.database, self.clock),
            sources=StoredSources(),
            site=site_of(SETTINGS),
            directory=self.directory,
            page_url=PUBLIC if self.directory.departments else "",
        )

    async def open(self) -> None:
        """Start the gateway's service on a free port."""
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.gateway = asyncio.create_task(
            gateway.service.run(SETTINGS, self.database, self.clock, ready=port.set_result)
        )
        await asyncio.wait([port, self.gateway], return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE_S)
        if self.gateway.done():
            await self.gateway
        self.port = await port

    async def names_departments(self) -> None:
        """Give the site the directory that is shipped, and serve its pages."""
        self.directory = load_directory(DEPARTMENTS)
        self.restart()
        door = EdDoor(
            self.database,
            self.clock,
            rules=RULES,
            site=SETTINGS.site,
            roster=RosterNow(ROSTER),
            directory=self.directory,
            public_url=PUBLIC,
            wake=lambda: None,
        )
        self._door.callback(door.close)
        settings = Settings(http=HttpSettings(listen="127.0.0.1:0", public_url=PUBLIC))
        port = await self._door.enter_async_context(listening(settings, door.routes()))
        self.pages_at = f"127.0.0.1:{port}"

    async def department(self, key: str, texts: Sequence[Text]) -> DepartmentBrowser:
        """Return the browser of a department at the page that it was just told of, opened with the code it heard."""
        told = load_directory(DEPARTMENTS).by_key(key)
        numbers = {WHO.get(told.text, told.text): "sms", WHO.get(told.phone, told.phone): "voice"}
        heard = [text.body for text in texts if numbers.get(text.to) == text.channel]
        [link] = filter(None, map(link_in, heard))
        [code] = filter(None, map(code_in, heard))
        browser = DepartmentBrowser(link, self.pages_at)
        assert await asyncio.to_thread(browser.opens, code, name="Dr Lund")
        return browser

    async def page(self, browser: DepartmentBrowser) -> Shown:
        """Return what a department sees when it looks at its page again."""
        return await asyncio.to_thread(browser.look)

    async def at_the_page(self, browser: DepartmentBrowser, act: str, **form: Any) -> str:
        """Let a department press a button of its page, then let alerts and monitor work; return what it shows."""
        shown = await asyncio.to_thread(browser.does, act, key=act, **form)
        self.settle()
        return shown.text

    def sums_up(self) -> None:
        """Let the house do what it does every minute: write down what episodes came to."""
        EpisodeKeeper(self.database, SETTINGS.rules).keep(self.clock.now())
        self.settle()

    async def close(self) -> None:
        """Let every hub hang up, and end the gateway in an orderly way."""
        await self._door.aclose()
        for home in self.homes.values():
            await home.hang_up()
        if self.gateway is not None:
            self.gateway.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.gateway
            self.gateway = None

    def add_home(self, code: str = "P-0042", *, dose: bool = True, name: str = "caregiver", **profile: Any) -> Home:
        """Enrol a patient who is given a dose at this moment, with a hub and a caregiver."""
        now, number = self.clock.now(), len(self.homes) + 1
        hub, phone = f"h{number}", f"+120255502{number:02d}"
        before = now - timedelta(days=3)
        baseline = {"temperature_c": 36.7, "systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97, "pulse_bpm": 74}
        with self.database.write() as session:
            patient_id = enrol(
                session,
                code=code,
                profile={"code": code, "baseline": baseline, **profile},
                drug="teclistamab",
                schedule="us_weekly",
                now=before,
            )
            if dose:
                add_event(session, patient_id, {"type": "dose", "step": "SUD2", "at": now.isoformat()}, "ada", now)
            password = store.add_hub(session, hub)
            store.assign(session, hub, code, before)
            language = profile.get("language", "en")
            add_contact(session, patient_id, name=name, number=phone, language=language, consent_values=True, now=now)
            store.beat(session, PART, now, {})
        self.homes[code] = Home(self, code, hub, password, patient_id, phone)
        return self.homes[code]

    def client(self, home: Home) -> aiomqtt.Client:
        return aiomqtt.Client(
            "127.0.0.1",
            self.port,
            identifier=home.hub,
            username=home.hub,
            password=home.password,
            protocol=aiomqtt.ProtocolVersion.V5,
            timeout=PATIENCE_S,
        )

    def beats(self, part: str) -> None:
        """Let a part that lives say so now; the gateway's own second is one of the wall."""
        if part == "monitor":
            self.monitor.beat()
            return
        with self.database.write() as session:
            store.beat(session, part, self.clock.at, {})

    def spoke(self, part: str) -> datetime:
        """Return when a part last said that it lives."""
        with self.database.read() as session:
            return store.heartbeats(session)[part].at

    def loses(self, part: str) -> None:
        """Let a part end without a word; monitor and alerts work here only when they are told to."""

    def settled(self) -> int:
        """Return how many messages have been taken in; of no interest where a PUBACK says so."""
        return 0

    async def arrived(self, settled: int) -> None:
        """Return once so many messages have been taken in."""

    @contextlib.contextmanager
    def unseen(self) -> Iterator[None]:
        """Let all that happens inside reach monitor and alerts at once, as it does here anyway."""
        yield

    def settle(self) -> datetime | None:
        """Let alerts and monitor work until neither has anything left; return when alerts is due next."""
        self.alerts.cycle()  # a texted value becomes a reading here
        while self.monitor.cycle():
            pass
        return self.alerts.cycle()

    def pass_until(self, end: datetime) -> None:
        """Move the clock from one instant at which something is due to the next, as the services would."""
        while True:
            due = [at for at in (self.settle(), self.monitor.next_due()) if at is not None]
            if not due or min(due) > end:
                break
            self.clock.at = max(self.clock.at + timedelta(seconds=1), min(due))
        self.clock.at = max(end, self.clock.at)
        self.settle()

    def passes(self, **span: float) -> None:
        self.pass_until(self.clock.at + timedelta(**span))

    def texts_back(self, number: str, body: str) -> None:
        receive(self.database, from_number=number, body=body, now=self.clock.now())
        self.settle()

    def outbox(self) -> list[Text]:
        """Return what went out since the last look."""
        whose = {home.number: home.code for home in self.homes.values()} | WHO
        with self.database.read() as session:
            rows = session.exec(
                select(OutboxRow).where(col(OutboxRow.id) > self._read).order_by(col(OutboxRow.id))
            ).all()
        self._read = rows[-1].id or 0 if rows else self._read
        return [Text(whose.get(row.number, row.number), row.channel, row.body) for row in rows]

    def expect(self, *messages: tuple[str, str]) -> list[str]:
        """Assert that exactly these (to, channel) went out since the last look; return the words in that order."""
        fresh = self.outbox()
        assert sorted((text.to, text.channel) for text in fresh) == sorted(messages), fresh
        return [next(text.body for text in fresh if (text.to, text.channel) == wanted) for wanted in messages]

    def no_texts(self) -> None:
        self.expect()

    def lines(self, *kinds: str) -> list[IncidentLine]:
        with self.database.read() as session:
            found = incident_lines(session, self.clock.now())
        return [line for line in found if not kinds or line.kind in kinds]

    def line(self) -> IncidentLine:
        """Return the one live incident about a patient."""
        [line] = [line for line in self.lines() if line.kind != "technical"]
        return line

    def board(self) -> WardView:
        """Return the nurse's board as it stands."""
        now = self.clock.now()
        return ward_view(DatabaseFeed(self.database, RULES, SETTINGS).ward(now), now, zone=UTC, actor="ben")


async def all_well(homes: Sequence[Home]) -> None:
    for home in homes:
        await home.sends(36.8, spo2=97, pressure=(122, 78))


async def well_since_the_dose(house: House, *codes: str, **profile: Any) -> list[Home]:
    """Return homes six hours after a dose, in the window, all values fresh: it is 02:10, the next are due at 03:00."""
    house.clock.at = NIGHT - timedelta(hours=6)
    with house.unseen():
        homes = [house.add_home(code, **profile) for code in codes]
        await all_well(homes)
    house.passes(hours=3)
    await all_well(homes)
    house.passes(hours=3)
    house.no_texts()
    return homes
