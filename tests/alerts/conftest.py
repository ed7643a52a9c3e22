"""A ward on one machine: a database, a movable clock, a telephone network that allows no surprise, a monitor."""

import asyncio
import importlib.util
import itertools
import json
import math
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web
from sqlmodel import Session

from alerts.contacts import add_contact
from alerts.cycle import Alerts
from alerts.directory import Directory
from alerts.ed_sheet import EdSheet, calls_of
from alerts.message import Site
from alerts.metrics import AlertsMetrics
from alerts.outbox import receive
from alerts.phone import Delivery, Outcome, Outgoing, Phone, Sent
from alerts.phones import phone_of
from alerts.policy_file import load_policy
from alerts.roster_file import load_roster
from alerts.roster_now import RosterNow
from alerts.roster_watch import RosterWatch
from alerts.sources import Cause, News, Trouble
from alerts.view import IncidentLine, incident_lines
from alerts.web.server import serving
from gateway.database import Database
from gateway.reading import BloodPressure, Oximetry, PatientCode, PatientId, Reading, Temperature
from gateway.settings import HttpSettings, Settings, TwilioSettings
from monitor.assessment import (
    Assessment,
    Crs,
    Episode,
    Guidance,
    Icans,
    News2,
    NextDose,
    NextDue,
    Sight,
    Window,
)
from monitor.course import Course
from monitor.handover import handover
from monitor.handover_file import load_remarks
from monitor.rulebook import load_rules
from monitor.timeline import parse_timeline

ADA, BEN, CLEO, ITO, ED = (f"+1202555011{n}" for n in range(1, 6))
HOME = "+12025550190"
ACCOUNT, TOKEN, OWN_NUMBER = "AC" + "0" * 32, "12345", "+12025550100"
PUBLIC = "https://pager.example.org/stepguard"
PATIENCE_S = 20.0
START = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)  # a night: Ben is the nurse on call


@dataclass
class MovableClock:
    """Moves when told to; a second of it is a second on the wall, so that silence can be measured."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def wall_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


@dataclass
class FakePhone:
    """A network that remembers everything. `outcomes` maps (number, channel) to what becomes of messages there."""

    outcomes: dict[tuple[str, str], list[Outcome]] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    sent: list[Outgoing] = field(default_factory=list)
    read: int = 0

    def send(self, message: Outgoing) -> Outcome:
        waiting = self.outcomes.get((message.number, message.channel))
        outcome = waiting.pop(0) if waiting else Sent(f"ref-{message.key}")
        self.sent.append(message)
        return outcome

    def delivery(self, reference: str) -> Delivery:
        return self.deliveries.get(reference, "delivered")

    def take(self) -> list[Outgoing]:
        """Return what was sent since the last look."""
        fresh, self.read = self.sent[self.read :], len(self.sent)
        return fresh


@dataclass
class FakeMonitor:
    """The other parts as a list of what they would have stored."""

    stored: list[News] = field(default_factory=list)
    causes: dict[int, Cause] = field(default_factory=dict)
    conditions: list[Trouble] = field(default_factory=list)
    beats: dict[str, datetime] = field(default_factory=dict)
    entered: list[tuple[PatientId, dict[str, Any]]] = field(default_factory=list)
    places: list[tuple[PatientId, str]] = field(default_factory=list)
    symptoms: list[tuple[PatientId, tuple[str, ...]]] = field(default_factory=list)
    ice: list[tuple[PatientId, tuple[int, ...]]] = field(default_factory=list)

    def news(self, _session: Session, after_id: int, limit: int) -> Sequence[News]:
        return [one for one in self.stored if one.id > after_id][:limit]

    def cause(self, _session: Session, reading_id: int) -> Cause | None:
        return self.causes.get(reading_id)

    def newest(self, _session: Session, patient_id: PatientId) -> News | None:
        return next((one for one in reversed(self.stored) if one.patient_id == patient_id), None)

    def troubles(self, _session: Session, _now: datetime) -> Sequence[Trouble]:
        return list(self.conditions)

    def heartbeats(self, _session: Session) -> Mapping[str, datetime]:
        return self.beats

    def enter_reading(self, _session: Session, patient_id: PatientId, payload: bytes, _received_at: datetime) -> int:
        self.entered.append((patient_id, json.loads(payload, parse_float=Decimal)))
        return 1000 + len(self.entered)

    def enter_place(self, _session: Session, patient_id: PatientId, where: str, _now: datetime) -> None:
        self.places.append((patient_id, where))

    def enter_symptoms(self, _session: Session, patient_id: PatientId, names: Sequence[str], _now: datetime) -> None:
        self.symptoms.append((patient_id, tuple(names)))

    def enter_ice(self, _session: Session, patient_id: PatientId, points: Sequence[int], _now: datetime) -> None:
        self.ice.append((patient_id, tuple(points)))


def assessment(at: datetime, **said: Any) -> Assessment:
    """Return a quiet assessment of a patient in the window, but for what `said` changes."""
    grade = said.get("grade", 0)
    onset = said.get("onset")
    return Assessment(
        at=at,
        crs=Crs(
            grade=grade,
            at_least=False,
            certainty="suspected" if grade else "none",
            fever=said.get("fever", bool(grade)),
            fever_masked=False,
            hypotension_grade=0,
            hypoxia_grade=0,
            clinician_grade=None,
            disagrees=False,
            episode=None
            if onset is None
            else Episode(
                number=1,
                dose="SUD2",
                onset=onset,
                peak=grade,
                resolved=None,
                resolved_while_masked=False,
                attributed=False,
            ),
        ),
        icans=Icans(
            grade=0, at_least=False, ice=said.get("ice", 10), asked_at=None, clinician_grade=None, disagrees=False
        ),
        urgency=said.get("urgency", "routine"),
        reasons=("because",),
        window=Window(
            dose="SUD2",
            hours_since_dose=31.0,
            phase=said.get("phase", "peak"),
            quantile=0.5,
            crs_probability=None,
        ),
        sight=Sight(
            state=said.get("sight", "seen"),
            overdue=tuple(said.get("overdue", ())),
            oldest_minutes=5,
        ),
        place=said.get("place", "home"),
        news2=News2(score=None, complete=False),
        shock_index=None,
        next_due=said.get("due", NextDue(temperature=None, oximetry=None, blood_pressure=None, ice=None)),
        guidance=Guidance(now=(), next_dose=NextDose(allowed=None, earliest=None, actions=(), text="", source="test")),
        rules_version="test",
    )


class Ward:
    """What a story needs: report, advance, expect."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database = database
        self.clock = clock
        self.phone = FakePhone()
        self.monitor = FakeMonitor()
        self.policy = load_policy()
        self.roster = load_roster()
        self.roster_watch: RosterWatch | None = None
        self.watched: tuple[str, ...] = ()
        self.directory = Directory()
        self.page_url = ""
        self._ids = itertools.count(1)
        self.alerts = self.engine()

    def engine(self) -> Alerts:
        """Return a fresh engine on the same database, as after a restart."""
        self.metrics = AlertsMetrics(self.clock, self.database)
        return Alerts(
            self.database,
            self.clock,
            policy=self.policy,
            roster=self.roster,
            roster_watch=self.roster_watch,
            phone=self.phone,
            sources=self.monitor,
            site=Site(unit_phone="555-0100", emergency_number="112"),
            watched=self.watched,
            metrics=self.metrics,
            directory=self.directory,
            page_url=self.page_url,
        )

    def repeated(self) -> float:
        """Return how many pages the present engine has counted as sent once more."""
        [pages] = [family for family in self.metrics.collect() if family.name == "stepguard_pages"]
        return sum(sample.value for sample in pages.samples if sample.labels["outcome"] == "repeated")

    def restart(self) -> None:
        self.alerts = self.engine()

    def caregiver(self, patient: int = 1, number: str = HOME, **options: Any) -> None:
        with self.database.write() as session:
            add_contact(
                session,
                PatientId(patient),
                number=number,
                **{"name": "caregiver", "consent_values": True, "now": self.clock.at, **options},
            )

    def says(self, patient: int = 1, *, reading: Reading | None = None, by_text: bool = False, **said: Any) -> None:
        """Let the monitor store an assessment and run a pass. `groups` names what is urgent or worse."""
        groups = frozenset(said.pop("groups", ()))
        news_id = next(self._ids)
        reading_id = None
        if reading is not None:
            reading_id = 1000 + len(self.monitor.entered) if by_text and self.monitor.entered else news_id
            self.monitor.causes[reading_id] = Cause(reading=reading, by_text=by_text)
        stored = assessment(self.clock.at, **said)
        episode = stored.crs.episode
        self.monitor.stored.append(
            News(
                id=news_id,
                patient_id=PatientId(patient),
                code=PatientCode(f"P-{patient:04d}"),
                urgent_groups=groups,
                reading_id=reading_id,
                calm=stored.urgency == "routine"
                and not stored.crs.fever
                and (episode is None or episode.resolved is not None),
                read=lambda: stored,
            )
        )
        self.alerts.cycle()

    def fever(self, patient: int = 1, celsius: str = "38.4", **said: Any) -> None:
        """A first fever: urgent, suspected grade 1."""
        due = NextDue(temperature=None, oximetry=self.clock.at, blood_pressure=self.clock.at, ice=None)
        self.says(
            patient,
            reading=self.measured(celsius=celsius),
            **{"urgency": "urgent", "grade": 1, "groups": {"temperature"}, "due": due, **said},
        )

    def low_pressure(self, patient: int = 1, **said: Any) -> None:
        """One dangerous pressure and nothing else."""
        self.says(
            patient,
            reading=self.measured(pressure=(86, 51)),
            **{"urgency": "emergency", "groups": {"blood_pressure"}, **said},
        )

    def measured(
        self, celsius: str | None = None, spo2: int | None = None, pressure: tuple[int, int] | None = None
    ) -> Reading:
        now = self.clock.at
        return Reading(
            measured_at=now,
            received_at=now,
            temperature=None
            if celsius is None
            else Temperature(temperature_c=Decimal(celsius), sent_value=Decimal(celsius), sent_unit="Cel"),
            oximetry=None if spo2 is None else Oximetry(spo2_pct=Decimal(spo2)),
            blood_pressure=None
            if pressure is None
            else BloodPressure(systolic_mmhg=Decimal(pressure[0]), diastolic_mmhg=Decimal(pressure[1])),
        )

    def advance(self, *, until: datetime | None = None, **span: float) -> None:
        """Move the clock second by second where something is due, running a pass at each such instant."""
        end = until or self.clock.at + timedelta(**span)
        while True:
            due = self.alerts.cycle()
            if due is None or due > end:
                break
            self.clock.at = max(self.clock.at + timedelta(seconds=1), due)
        self.clock.at = end
        self.alerts.cycle()

    def texts_back(self, number: str, body: str) -> None:
        receive(self.database, from_number=number, body=body, now=self.clock.at)
        self.alerts.cycle()

    def expect(self, *messages: tuple[str, str]) -> list[str]:
        """Assert that exactly these (number, channel) were reached since the last look; return the words, in order."""
        fresh = self.phone.take()
        assert sorted((m.number, m.channel) for m in fresh) == sorted(messages), [
            (m.number, m.channel, m.body) for m in fresh
        ]
        return [next(m.body for m in fresh if (m.number, m.channel) == wanted) for wanted in messages]

    def no_texts(self) -> None:
        self.expect()

    def lines(self) -> list[IncidentLine]:
        with self.database.read() as session:
            return incident_lines(session, self.clock.at)

    def line(self) -> IncidentLine:
        [line] = self.lines()
        return line


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(autouse=True)
def _looks_around_when_a_story_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an engine look at technical conditions at its start and when told, not when a second of the wall is over."""
    monkeypatch.setattr("alerts.cycle.LOOK_AROUND_S", math.inf)


@pytest.fixture
def ward(request: pytest.FixtureRequest, database: Database, clock: MovableClock) -> Iterator[Ward]:
    """Give a ward. A story (a module named so) fails on any text or call that it neither expected nor took."""
    ward = Ward(database, clock)
    own = ward.phone
    yield ward
    if request.module.__name__.endswith("stories"):
        surprises = [(m.number, m.channel, m.body) for m in own.take()]
        assert surprises == [], "the story ended with texts or calls it did not expect"


@pytest.fixture
def answer_that_says() -> Callable[..., Assessment]:
    """Give the maker of assessments."""
    return assessment


class Background:
    """An event loop in a thread of its own: the network's side of a test whose own side blocks."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()


def module_of(name: str, file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def phone_network() -> ModuleType:
    """Give deploy/phone_network.py: one network for those who try Stepguard out and for its tests."""
    return module_of("phone_network", Path(__file__).resolve().parents[2] / "deploy" / "phone_network.py")


@pytest.fixture(scope="session")
def ed_patient() -> ModuleType:
    """Give the records of the patient whom the emergency department receives."""
    return module_of("ed_patient", Path(__file__).with_name("ed_patient.py"))


@pytest.fixture(scope="session")
def fhir_r4() -> ModuleType:
    """Give the rules of FHIR R4 that a document must keep."""
    return module_of("fhir_r4", Path(__file__).with_name("fhir_r4.py"))


@pytest.fixture(scope="session")
def ed_sheet(ed_patient: ModuleType) -> Callable[..., EdSheet]:
    """Give the maker of the page's value from a timeline, by default at the instant of its emergency."""
    rules, remarks, roster = load_rules(), load_remarks(), load_roster()

    def made(timeline: Mapping[str, Any], now: datetime = ed_patient.NOW, **more: Any) -> EdSheet:
        record = parse_timeline(timeline, rules.plausibility)
        told = handover(Course(record.profile, record.regimen, rules, record.events), remarks, now)
        calls = calls_of(roster, told, "555-0100")
        return EdSheet(handover=told, calls=calls, **more)

    return made


@pytest.fixture
def background() -> Iterator[Background]:
    running = Background()
    yield running
    running.end()


@pytest.fixture
def network(background: Background, phone_network: ModuleType) -> Iterator[Any]:
    """Give a telephone network that listens; `network.url` is its API."""
    taking = phone_network.Network(ACCOUNT, TOKEN, OWN_NUMBER, webhooks=PUBLIC)
    runner = web.AppRunner(taking.application(), access_log=None, shutdown_timeout=0.1)

    async def start() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()

    background.run(start())
    taking.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield taking
    background.run(runner.cleanup())


@pytest.fixture
def twilio_settings(network: Any) -> Settings:
    """Give the settings of a site whose provider is `network`, behind a proxy."""
    twilio = TwilioSettings(account_sid=ACCOUNT, auth_token=TOKEN, from_=OWN_NUMBER, api_url=network.url)
    return Settings(twilio=twilio, http=HttpSettings(listen="127.0.0.1:0", public_url=PUBLIC))


@pytest.fixture
def twilio(twilio_settings: Settings, database: Database, clock: MovableClock) -> Phone:
    """Give the real adapter, pointed at `network`."""
    return phone_of(twilio_settings, database, clock)


@pytest.fixture
def webhooks(
    background: Background,
    network: Any,
    twilio_settings: Settings,
    database: Database,
    clock: MovableClock,
    ward: Ward,
) -> Iterator[Any]:
    """Give the webhooks, served and reached by `network` through a proxy that knows the public URL alone."""
    woken: list[bool] = []
    stack = AsyncExitStack()
    served = serving(
        twilio_settings,
        database,
        clock,
        roster=RosterNow(ward.roster),
        sources=ward.monitor,
        wake=lambda: woken.append(True),
    )
    hooks = background.run(stack.enter_async_context(served))
    hooks.woken = woken
    network.reach[PUBLIC] = f"http://127.0.0.1:{hooks.port}"
    yield hooks
    background.run(stack.aclose())


@pytest.fixture
def called(ward: Ward, twilio: Phone, webhooks: Any) -> Ward:
    """Give a ward whose telephones are reached through `network`."""
    ward.phone = twilio
    ward.restart()
    return ward
