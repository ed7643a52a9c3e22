"""`kill -9` of gateway, monitor, alerts and console at a site: nothing confirmed is lost, no rung is skipped."""

import asyncio
import contextlib
import json
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import aiohttp
import aiomqtt
import pytest
from apart_house import PATIENCE_S, Site
from chain_house import BEN, CLEO, ITO
from real_services import PARTS, Services, services
from sqlalchemy import text

from alerts.audit_rows import ALERTS_TABLES
from alerts.contacts import add_contact
from gateway import store
from gateway.audit_rows import GATEWAY_TABLES
from gateway.audit_verify import verify
from gateway.clock import SpedClock, WallClock
from gateway.database import Database
from monitor.audit_rows import MIRRORS, MONITOR_TABLES
from monitor.enrolment import enrol, enrolled
from monitor.recompute import recompute
from monitor.rulebook import load_rules
from monitor.store import add_event

KILLS = int(os.environ.get("STEPGUARD_KILLS", "4"))
SPEED = 60.0
NIGHT_ON_CALL = datetime(2026, 3, 3, 22, 10, tzinfo=UTC)
HOMES = 3
MEASURES_EVERY_S = 0.4
SENDS_AGAIN_AFTER_S = 3.0
LOOK_EVERY_S = 0.1
LADDER_S = 20.0
"""What the last rung of an urgent ladder needs on this clock, 15 minutes, and some."""

LAST_RUNG = "oncologist.sms"
STAFF_RUNGS = {"nurse.sms", "nurse.voice", "second_nurse.sms", LAST_RUNG}

Round = tuple[str, str, int]
"""Whose, in which round of calls, at which repetition of its ladder."""


class ConfirmedHub:
    """Measures all the time, keeps every reading until `down/ack` covers it, and sends again what stays uncovered."""

    def __init__(self, number: int, code: str, clock: SpedClock, site: Site) -> None:
        self.name, self.code, self._clock, self._site = f"h{number}", code, clock, site
        self.febrile = False
        self.made = self.confirmed = 0
        self._kept: dict[int, tuple[bytes, float]] = {}

    async def live(self) -> None:
        async with aiomqtt.Client(
            "127.0.0.1",
            self._site.hub_port,
            username=self.name,
            password=self._site.hub_passwords[self.name],
            identifier=self.name,
            protocol=aiomqtt.ProtocolVersion.V5,
            timeout=PATIENCE_S,
        ) as client:
            await client.subscribe(f"stepguard/v1/{self.name}/down/ack", 1)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._hear(client))
                both.create_task(self._measure(client))

    async def confirmed_all(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            until = self.made
            while self.confirmed < until:  # noqa: ASYNC110 - another process decides when
                await asyncio.sleep(LOOK_EVERY_S)

    async def _hear(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            self.confirmed = max(self.confirmed, json.loads(message.payload)["seq"])  # type: ignore[arg-type]
            self._kept = {number: kept for number, kept in self._kept.items() if number > self.confirmed}

    async def _measure(self, client: aiomqtt.Client) -> None:
        while True:
            self.made += 1
            reading = {
                "boot": "b1",
                "seq": self.made,
                "measured_at": self._clock.now().isoformat(),
                "temperature": {"value": 38.4 if self.febrile else 36.8, "unit": "Cel", "site": "oral"},
                "oximetry": {"spo2_pct": 97},
                "blood_pressure": {"systolic_mmhg": 122, "diastolic_mmhg": 78},
            }
            self._kept[self.made] = (json.dumps(reading).encode(), 0.0)
            for number, (payload, sent_s) in list(self._kept.items()):
                if monotonic() - sent_s >= SENDS_AGAIN_AFTER_S:
                    self._kept[number] = (payload, monotonic())
                    await client.publish(f"stepguard/v1/{self.name}/up/reading", payload, 1)
            await asyncio.sleep(MEASURES_EVERY_S)


def furnished(database: Database, clock: SpedClock, site: Site) -> list[ConfirmedHub]:
    """Enrol patients who are given a dose at this moment, each with a hub and a caregiver: nothing is overdue yet."""
    now = clock.now()
    baseline = {"systolic_mmhg": 124, "diastolic_mmhg": 78, "spo2_pct": 97, "temperature_c": 36.7}
    hubs = [ConfirmedHub(number, f"P-000{number}", clock, site) for number in range(1, HOMES + 1)]
    with database.write() as session:
        for number, hub in enumerate(hubs, 1):
            patient_id = enrol(
                session,
                code=hub.code,
                profile={"baseline": baseline},
                drug="teclistamab",
                schedule="us_weekly",
                now=now,
            )
            dose = {"at": now.isoformat(), "type": "dose", "step": "SUD1"}
            add_event(session, patient_id, dose, "ada", now)
            store.add_hub(session, hub.name)
            store.assign(session, hub.name, hub.code, now - timedelta(minutes=1))
            add_contact(session, patient_id, name="care", number=f"+12025550{number}00", consent_values=True, now=now)
    return hubs


def confirmed_is_stored(database: Database, hubs: Sequence[ConfirmedHub]) -> None:
    """Assert that everything confirmed until now is stored exactly once."""
    confirmed = {hub.name: hub.confirmed for hub in hubs}
    found: dict[str, Counter[int]] = {hub.name: Counter() for hub in hubs}
    with database.read() as session:
        rows = session.connection().execute(text("SELECT hub.name, seq FROM reading JOIN hub ON hub.id = hub_id"))
        for name, seq in rows:
            found[name][seq] += 1
    for name, last in confirmed.items():
        wrong = {seq: found[name][seq] for seq in range(1, last + 1) if found[name][seq] != 1}
        assert wrong == {}, f"{name}: confirmed up to {last}, and stored so often"


def fever_pages(database: Database) -> dict[Round, list[tuple[str, str | None]]]:
    """Return (rung, the telephone network's reference) of the pages to staff of each round of calls about a fever."""
    pages: dict[Round, list[tuple[str, str | None]]] = {}
    with database.read() as session:
        rows = session.connection().execute(
            text(
                "SELECT incident.code, page.rung, page.reference FROM page JOIN incident ON incident.id = incident_id "
                "WHERE incident.kind = 'clinical' AND page.kind = 'page' AND page.role <> 'caregiver'"
            )
        )
        for code, key, reference in rows:
            round_, repetition, rung = key.split(".", 2)
            pages.setdefault((code, round_, int(repetition)), []).append((rung, reference))
    return pages


async def carried(site: Site) -> None:
    """Be the telephone network: bring what was taken to its telephone, and say so, unless alerts is dead just then."""
    while True:
        with contextlib.suppress(aiohttp.ClientError, AssertionError):
            await asyncio.to_thread(site.telephones.deliver)
        await asyncio.sleep(LOOK_EVERY_S)


def ladders_end(database: Database, codes: set[str]) -> None:
    """Wait until calls about every fever have come to the last rung."""
    until = monotonic() + LADDER_S + PATIENCE_S
    while True:
        pages = fever_pages(database)
        if {code for (code, *_), fired in pages.items() if LAST_RUNG in {rung for rung, _ in fired}} == codes:
            return
        assert monotonic() < until, f"a ladder did not come to its end: {pages}"
        sleep(LOOK_EVERY_S)


async def restarted_at_random(running: Services, chance: random.Random) -> None:
    """Kill one service at some instant and start it anew, as a supervisor does."""
    await asyncio.sleep(chance.uniform(0.0, 1.0))
    part = chance.choice(PARTS)
    await asyncio.to_thread(running.kill, part)
    await asyncio.to_thread(running.start, part)


@contextlib.asynccontextmanager
async def going_on(*lives: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Let homes and telephones live while the body runs; the end of one of them is a failure."""
    living = [asyncio.create_task(life) for life in lives]
    try:
        yield
        assert not [life for life in living if life.done()]
    finally:
        for life in living:
            life.cancel()
        for outcome in await asyncio.gather(*living, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome


@pytest.fixture
def database_at_site(site: Site) -> Iterator[Database]:
    database = Database(site.database_url)
    database.migrate()
    yield database
    database.dispose()


@pytest.mark.faults
@pytest.mark.slow
async def test_kills_of_each_service_lose_nothing_confirmed_and_skip_no_rung(site: Site, database_at_site: Database):
    clock, database = SpedClock(NIGHT_ON_CALL, WallClock().now(), SPEED), database_at_site
    hubs = furnished(database, clock, site)
    codes = {hub.code for hub in hubs}
    chance = random.Random(7)  # noqa: S311 - chooses instants, keeps no secret
    with services(site, clock.spell()) as running:
        async with going_on(*(hub.live() for hub in hubs), carried(site)):
            await asyncio.to_thread(running.shows, *codes)
            for kill in range(KILLS):
                for number, hub in enumerate(hubs):
                    hub.febrile = hub.febrile or kill >= number * KILLS / HOMES
                await restarted_at_random(running, chance)
                await asyncio.to_thread(confirmed_is_stored, database, hubs)
            await asyncio.to_thread(ladders_end, database, codes)
            running.kill("console")
            running.start("console")
            await asyncio.to_thread(running.shows, *codes, "38.4")
            await asyncio.gather(*(hub.confirmed_all() for hub in hubs))
    confirmed_is_stored(database, hubs)
    assert min(hub.confirmed for hub in hubs) > KILLS
    nobody_was_passed_over(database, site, codes)
    with database.read() as session:
        sealed = verify(session.connection(), (*GATEWAY_TABLES, *MONITOR_TABLES, *ALERTS_TABLES), mirrors=MIRRORS)
        assert sealed.findings == []
        assert sealed.entries > sum(hub.confirmed for hub in hubs)
        for one in enrolled(session):
            derived = recompute(session, one.patient_id, load_rules())
            assert derived.compared > 0
            assert (derived.differences, derived.not_comparable) == ([], [])


def nobody_was_passed_over(database: Database, site: Site, codes: set[str]) -> None:
    """Assert that every rung of every round that came to its end was fired once, and reached its telephone."""
    reached = {taken.reference for taken in site.telephones.taken()}
    called = {taken.to for taken in site.telephones.taken()}
    pages = fever_pages(database)
    assert {code for code, *_ in pages} == codes
    for (code, round_, repetition), fired in pages.items():
        rungs = Counter(rung for rung, _ in fired)
        assert max(rungs.values()) == 1, f"{code}: a rung of round {round_} was fired twice: {rungs}"
        if LAST_RUNG in rungs or (code, round_, repetition + 1) in pages:
            assert set(rungs) == STAFF_RUNGS, f"{code}: round {round_} skipped a rung: {rungs}"
            assert {reference for _, reference in fired} <= reached, f"{code}: a rung reached no telephone"
    assert {BEN, CLEO, ITO} <= called
