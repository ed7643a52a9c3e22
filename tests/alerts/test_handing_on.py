"""Other alerting systems hear what staff are called about; our own ladder neither waits for them nor trusts them."""

import asyncio
import itertools
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import trustme
from aiohttp import web
from sqlmodel import select

from alerts import desk
from alerts.handed_on import is_called_about
from alerts.handing_on import HandingOn, handing_on, pause_s
from alerts.handing_on_settings import check_handing_on
from alerts.incident_news import open_for, open_technical
from alerts.inhibition import Explained
from alerts.network_watch import handing_on_troubles
from alerts.policy_file import load_policy, terms_of
from alerts.report import Report
from alerts.roster_file import load_roster
from alerts.service import run
from alerts.tables import PageRow
from gateway.clock import StillClock
from gateway.settings import HandingOnSettings, Settings, SettingsError
from gateway.store import beat
from gateway.wakeup import Wakeup

BEN = "+12025550112"
TOKEN = "integration-key"
PATIENCE_S = 20.0
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _looks_often(monkeypatch):
    monkeypatch.setattr("alerts.handing_on.EVERY_S", 0.01)
    monkeypatch.setattr("alerts.handing_on.FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr("alerts.handing_on.LONGEST_PAUSE_S", 0.02)


@dataclass
class Listening:
    """A system that others push to. `answers` are statuses given instead of the true ones; 0 never answers."""

    token: str | None = None
    answers: list[int] = field(default_factory=list)
    bodies: list[object] = field(default_factory=list)
    refused: int = 0
    url: str = ""

    def __post_init__(self) -> None:
        self._changed = asyncio.Condition()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(holds), PATIENCE_S)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        async with self._changed:
            status = self._status(request, body)
            self._changed.notify_all()
        if status == 0:
            await asyncio.Event().wait()
        headers = {"Location": "http://127.0.0.1:9/elsewhere"} if status == 307 else {}
        return web.Response(status=status, headers=headers)

    def _status(self, request: web.Request, body: object) -> int:
        if self.answers:
            self.refused += 1
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if self.token is not None and request.headers.get("Authorization") != f"Bearer {self.token}":
            self.refused += 1
            return 401
        self.bodies.append(body)
        return self.hear(body)

    def hear(self, body: object) -> int:
        raise NotImplementedError


@dataclass
class Alertmanager(Listening):
    """`POST /api/v2/alerts` as Alertmanager takes it: labels tell alerts apart, `endsAt` says until when one fires."""

    path = "/api/v2/alerts"
    alerts: dict[tuple[tuple[str, str], ...], dict[str, object]] = field(default_factory=dict)

    def hear(self, body: object) -> int:
        assert isinstance(body, list)
        for alert in body:
            labels = alert["labels"]
            assert set(alert) <= {"labels", "annotations", "startsAt", "endsAt", "generatorURL"}
            assert labels["alertname"]
            assert all(isinstance(value, str) and value for value in labels.values())
            starts, ends = (datetime.fromisoformat(alert[name]) for name in ("startsAt", "endsAt"))
            if not starts.tzinfo or not ends.tzinfo or ends < starts:
                return 400
            self.alerts[tuple(sorted(labels.items()))] = alert
        return 200

    def firing(self, now: datetime) -> list[tuple[str, str]]:
        return sorted(
            (dict(labels)["alertname"], dict(labels)["severity"])
            for labels, alert in self.alerts.items()
            if datetime.fromisoformat(str(alert["endsAt"])) > now
        )


@dataclass
class GoAlert(Listening):
    """The generic API as GoAlert takes it: one open alert per dedup key, closed by `action`, answered with 204."""

    path = "/api/v2/generic/incoming"
    open: dict[str, str] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    bad: str | None = None

    def hear(self, body: object) -> int:
        assert isinstance(body, dict)
        assert set(body) <= {"summary", "details", "dedup", "action"}
        if not body["summary"] or (self.bad is not None and self.bad in body["summary"]):
            return 400
        if body.get("action") == "close":
            self.open.pop(body["dedup"], None)
            return 204
        if body["dedup"] not in self.open:
            self.opened.append(body["dedup"])
        self.open[body["dedup"]] = body["summary"]
        return 204


@asynccontextmanager
async def listening(system: Listening, authority: trustme.CA | None = None) -> AsyncIterator[Listening]:
    application = web.Application()
    application.router.add_post(system.path, system.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    context = None
    if authority is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(context)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    system.url = f"http{'s' if context else ''}://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield system
    finally:
        await runner.cleanup()


def to(*systems: Listening, **more) -> Settings:
    given = {}
    for system in systems:
        name = "alertmanager" if isinstance(system, Alertmanager) else "webhook"
        given[f"{name}_url"] = system.url if name == "alertmanager" else f"{system.url}{system.path}"
        given[f"{name}_token"] = system.token
    settings = Settings(handing_on=HandingOnSettings(**{**given, **more}))
    check_handing_on(settings)
    return settings


def accept(ward, code="P-0001"):
    incident = next(line.id for line in ward.lines() if line.code == code)
    with ward.database.write() as session:
        desk.acknowledge(session, incident, by="Ben", note="", now=ward.clock.at)


async def test_alertmanager_hears_of_a_call_of_its_worsening_and_of_its_end(ward):
    async with listening(Alertmanager()) as system, handing_on(to(system), ward.database, ward.clock):
        ward.fever()
        await system.until(lambda: system.firing(ward.clock.at) == [("StepguardPatient", "urgent")])
        ward.low_pressure(groups={"temperature", "blood_pressure"})
        await system.until(lambda: system.firing(ward.clock.at) == [("StepguardPatient", "emergency")])
        accept(ward)
        await system.until(lambda: system.firing(ward.clock.at) == [])


async def test_alertmanager_is_told_again_each_minute_and_forgets_us_five_minutes_after_we_are_gone(ward, monkeypatch):
    wall_s = [0.0]
    monkeypatch.setattr("alerts.handing_on.monotonic_s", lambda: wall_s[0])
    async with listening(Alertmanager()) as system:
        async with handing_on(to(system), ward.database, ward.clock):
            ward.fever()
            await system.until(lambda: len(system.bodies) == 1)
            first = system.bodies[0][0]
            ward.clock.at += timedelta(seconds=60)
            wall_s[0] += 60
            await system.until(lambda: len(system.bodies) == 2)
            again = system.bodies[1][0]
        assert again["labels"] == first["labels"]
        assert again["startsAt"] == first["startsAt"]
        assert datetime.fromisoformat(again["endsAt"]) == ward.clock.at + timedelta(minutes=5)
        assert system.firing(ward.clock.at + timedelta(seconds=299)) == [("StepguardPatient", "urgent")]
        assert system.firing(ward.clock.at + timedelta(minutes=5)) == []


async def test_a_webhook_opens_one_alert_closes_it_on_acceptance_and_opens_it_again_under_the_same_key(ward):
    async with listening(GoAlert(token=TOKEN)) as system, handing_on(to(system), ward.database, ward.clock):
        ward.fever()
        await system.until(lambda: list(system.open.values()) == [f"Stepguard urgent: P-0001, page {code(ward)}"])
        ward.low_pressure(groups={"temperature", "blood_pressure"})
        await system.until(lambda: any("emergency" in summary for summary in system.open.values()))
        assert len(system.opened) == 1
        accept(ward)
        await system.until(lambda: system.open == {})
        ward.advance(minutes=16)
        await system.until(lambda: len(system.opened) == 2)
        assert len(set(system.opened)) == 1, "the key stays"


def code(ward):
    return ward.line().page_code


async def test_after_a_restart_what_is_open_stays_one_alert_and_what_ended_meanwhile_is_closed(ward):
    async with listening(GoAlert()) as system:
        async with handing_on(to(system), ward.database, ward.clock):
            ward.fever(1)
            ward.fever(2)
            await system.until(lambda: len(system.open) == 2)
        accept(ward, "P-0001")
        async with handing_on(to(system), ward.database, ward.clock):
            await system.until(lambda: len(system.open) == 1)
        assert [summary.split(",")[0] for summary in system.open.values()] == ["Stepguard urgent: P-0002"]
        assert len(system.opened) == 2


async def test_nothing_but_code_urgency_and_numbers_leaves_the_house(ward):
    ward.caregiver(name="Marta Quist")
    async with (
        listening(GoAlert()) as hook,
        listening(Alertmanager()) as manager,
        handing_on(to(hook, manager), ward.database, ward.clock),
    ):
        ward.fever(celsius="38.7")
        await hook.until(lambda: len(hook.bodies) == 1)
        await manager.until(lambda: len(manager.bodies) == 1)
    said = json.dumps([hook.bodies, manager.bodies])
    for secret in ("Marta", "Quist", "38.7", "temperature", "SUD2", "teclistamab", "+1202", "grade", "Ben Ortiz"):
        assert secret not in said
    assert "P-0001" in said
    assert "555-0100" in said


async def test_a_receiver_that_hangs_delays_neither_our_calls_nor_the_other_receiver(database, ward):
    clock = StillClock(ward.clock.at)
    ward.says(urgency="watch")  # an incident to act on once everything runs
    with database.write() as session:
        beat(session, "gateway", clock.now(), {})
        beat(session, "monitor", clock.now(), {})
    async with listening(Alertmanager(answers=[0])) as hanging, listening(GoAlert()) as other:
        woken_by = Wakeup()
        service = asyncio.create_task(
            run(
                to(hanging, other),
                database,
                clock,
                roster=load_roster(),
                policy=load_policy(),
                woken_by=woken_by,
                sources=ward.monitor,
            )
        )
        try:
            with database.write() as session:
                desk.escalate_now(session, ward.line().id, by="Ben", now=clock.now())
            woken_by.nudge()
            await hanging.until(lambda: hanging.refused == 1)
            await other.until(lambda: len(other.open) == 1)
            await soon(lambda: delivered(database))
            assert hanging.refused == 1, "it is still waiting for an answer"
        finally:
            service.cancel()
            await asyncio.wait([service])


def delivered(database) -> bool:
    with database.read() as session:
        rows = session.exec(select(PageRow).where(PageRow.number == BEN)).all()
    return any(row.state == "delivered" for row in rows)


async def test_a_receiver_that_is_down_is_a_low_condition_until_it_is_back(ward, monkeypatch):
    wall_s = [0.0]
    monkeypatch.setattr("alerts.handing_on.monotonic_s", lambda: wall_s[0])
    async with listening(GoAlert(answers=[503])) as system, handing_on(to(system), ward.database, ward.clock) as hand:
        ward.fever()
        await system.until(lambda: system.refused >= 2)
        assert troubles(ward, hand) == [], "it may be restarting"
        wall_s[0] += 60
        assert troubles(ward, hand) == [
            ("handing_on:webhook", "low", "calls are not handed on to the webhook: answered 503")
        ]
        system.answers.clear()
        await system.until(lambda: len(system.open) == 1)
        await soon(lambda: not troubles(ward, hand))


async def soon(holds: Callable[[], bool]) -> None:
    """Let everything else go on until that holds."""
    async with asyncio.timeout(PATIENCE_S):
        for _ in itertools.count():
            if holds():
                return
            await asyncio.sleep(0)


def troubles(ward, hand: HandingOn) -> list[tuple[str, str, str]]:
    with ward.database.write() as session:
        beat(session, "alerts", ward.clock.at, hand.detail())
    with ward.database.read() as session:
        return [(one.key, one.severity, one.text) for one in handing_on_troubles(session)]


async def test_a_message_that_is_refused_by_itself_keeps_back_no_other(ward):
    async with listening(GoAlert(bad="P-0001")) as system, handing_on(to(system), ward.database, ward.clock) as hand:
        ward.low_pressure(1)
        ward.fever(2)
        await system.until(lambda: len(system.open) == 1)
        ward.fever(3)
        await system.until(lambda: len(system.open) == 2)
        assert [body["summary"][:27] for body in system.bodies].count("Stepguard emergency: P-0001") == 1
        assert hand._failing["webhook"][2] == "answered 400 to 1 messages"


@pytest.mark.parametrize(("status", "why"), [(307, "answered 307"), (401, "answered 401")])
async def test_a_redirect_and_a_wrong_token_are_faults_and_carry_the_token_nowhere(ward, status, why):
    system = GoAlert(answers=[307]) if status == 307 else GoAlert(token="another")
    async with listening(system):
        settings = to(system, webhook_token=TOKEN)
        async with handing_on(settings, ward.database, ward.clock) as hand:
            ward.fever()
            await system.until(lambda: system.refused >= 2)
            assert hand._failing["webhook"][2] == why
    assert TOKEN not in json.dumps(system.bodies)


async def test_only_a_receiver_whose_certificate_is_trusted_hears_anything(ward, authority, tmp_path):
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    async with listening(GoAlert(token=TOKEN), authority) as system:
        ward.fever()
        async with handing_on(to(system), ward.database, ward.clock) as hand:
            await soon(lambda: bool(hand._failing))
        assert system.bodies == []
        async with handing_on(to(system, ca=str(trusted)), ward.database, ward.clock):
            await system.until(lambda: len(system.open) == 1)


async def test_the_worst_is_handed_on_first(ward):
    ward.fever(1)
    ward.fever(2)
    ward.low_pressure(3)
    async with listening(GoAlert()) as system, handing_on(to(system), ward.database, ward.clock):
        await system.until(lambda: len(system.open) == 3)
    assert [body["summary"].split()[1] for body in system.bodies] == ["emergency:", "urgent:", "urgent:"]


NOW = datetime.fromisoformat("2026-03-03T02:10:00+00:00")
TERMS = terms_of(load_policy())


def test_what_calls_nobody_is_not_handed_on():
    watch = open_for(Report(at=NOW, urgency="watch"), TERMS, NOW)
    low = open_technical("a hub is offline", "low", NOW, TERMS)
    high = open_technical("no reading can arrive", "high", NOW, TERMS)
    urgent = open_for(Report(at=NOW, urgency="urgent", urgent_groups=frozenset({"temperature"})), TERMS, NOW)
    assert [is_called_about(one, NOW) for one in (watch, low, high, urgent)] == [False, False, True, True]


def test_a_storm_is_handed_on_as_its_cause():
    from dataclasses import replace  # noqa: PLC0415 - one use

    home = open_for(
        Report(at=NOW, urgency="urgent", urgent_groups=frozenset({"sight"}), overdue=("oximetry",)), TERMS, NOW
    )
    held = replace(home, explained=Explained(cause="deaf", since=NOW, until=NOW + HOUR))
    assert not is_called_about(held, NOW)
    assert is_called_about(held, NOW + HOUR)
    hubs = replace(open_technical("hubs", "high", NOW, TERMS), explained=Explained(cause="deaf", since=NOW))
    assert not is_called_about(hubs, NOW + HOUR)


def test_tries_grow_further_apart_and_never_beyond_a_bound(monkeypatch):
    monkeypatch.undo()
    pauses = [pause_s(tries, 1.0) for tries in range(12)]
    assert pauses[:5] == [1.0, 1.0, 2.0, 4.0, 8.0]
    assert max(pauses) == 60.0
    assert pause_s(12, 0.0) == 30.0


@pytest.mark.parametrize(
    ("given", "key", "remedy"),
    [
        ({"alertmanager_url": "alertmanager:9093"}, "alertmanager_url", "http://HOST"),
        ({"alertmanager_url": "https://h:99999"}, "alertmanager_url", "port"),
        ({"alertmanager_url": "https://h/?a=b"}, "alertmanager_url", "without what follows"),
        ({"webhook_url": "https://u:pw@h/in"}, "webhook_url", "STEPGUARD_HANDING_ON__WEBHOOK_TOKEN_FILE"),
        ({"webhook_url": "https://h/in?token=abc"}, "webhook_url", "STEPGUARD_HANDING_ON__WEBHOOK_TOKEN_FILE"),
        ({"webhook_url": "http://h/in", "webhook_token": "t"}, "webhook_url", "use https"),
        ({"webhook_token": "t"}, "webhook_url", "is missing"),
        ({"webhook_url": "https://h/in", "source": "our ward"}, "source", "letters"),
        ({"webhook_url": "https://h/in", "ca": "/nowhere.pem"}, "ca", "PEM"),
    ],
)
def test_settings_that_would_reach_nobody_or_leak_a_secret_stop_the_start(given, key, remedy):
    with pytest.raises(SettingsError) as said:
        check_handing_on(Settings(handing_on=HandingOnSettings(**given)))
    assert f"handing_on.{key}" in str(said.value)
    assert remedy in str(said.value)
    assert "abc" not in str(said.value)
    assert "pw" not in str(said.value)


def test_settings_that_can_be_used_are_taken():
    for given in (
        {},
        {"alertmanager_url": "http://alertmanager:9093"},
        {"webhook_url": "http://127.0.0.1:8081/api/v2/generic/incoming", "webhook_token": "t"},
        {"webhook_url": "https://h.example/in?service=ward", "webhook_token": "t", "source": "ward-3"},
    ):
        check_handing_on(Settings(handing_on=HandingOnSettings(**given)))
