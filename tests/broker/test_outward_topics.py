"""What other systems of the hospital see at the broker: what is stored, no identity, no free words, nothing old."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiomqtt
import pytest

from alerts.outward import publishing
from alerts.tables import IncidentRow
from gateway.clock import StillClock
from gateway.database import Database
from gateway.settings import Settings
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import add_event

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PLANTED = "Rosalind Quill 1956-03-01 teclistamab"


class Hospital:
    """A database that the monitor grades, and a dashboard that hears the outward topics."""

    def __init__(self, database: Database, broker: Any) -> None:
        self.database, self.broker = database, broker
        self.clock = StillClock(NOON)
        self.monitor = Monitor(database, load_rules(), self.clock)
        self.settings = Settings(mqtt=broker.settings(encrypted=True, publish_assessments=True))
        with database.write() as session:
            self.patient_id = enrol(
                session, code="P-1", profile={}, drug="teclistamab", schedule=None, now=NOON - timedelta(days=1)
            )
            dose = {"at": (NOON - timedelta(hours=20)).isoformat(), "type": "dose", "step": PLANTED}
            add_event(session, self.patient_id, dose, "ada", NOON)
        self.monitor.cycle()

    def enter(self, **event: object) -> None:
        with self.database.write() as session:
            add_event(session, self.patient_id, {"at": self.clock.now().isoformat(), **event}, "ada", self.clock.now())
        self.monitor.cycle()

    def incident(self, **more: object) -> int:
        row: dict[str, Any] = {
            "subject": "technical:clock:kit-17",
            "kind": "technical",
            "urgency": "urgent",
            "state": "calling",
        }
        with self.database.write() as session:
            kept = IncidentRow(**(row | {"opened_at": NOON, "body": PLANTED.encode()} | more))
            session.add(kept)
            session.flush()
            return kept.id or 0

    @contextlib.asynccontextmanager
    async def dashboard(self) -> AsyncIterator[dict[str, bytes]]:
        """Give what a client sees retained under every outward topic, kept up to date."""
        seen: dict[str, bytes] = {}
        async with aiomqtt.Client(
            "127.0.0.1",
            self.broker.port,
            username="stepguard",
            password=self.broker.passwords["stepguard"],
            identifier="dashboard",
            protocol=aiomqtt.ProtocolVersion.V5,
        ) as client:
            await client.subscribe([("stepguard/v1/patients/#", 1), ("stepguard/v1/incidents/#", 1)])

            async def listen() -> None:
                async for message in client.messages:
                    if message.payload:
                        seen[message.topic.value] = bytes(message.payload)  # type: ignore[arg-type]
                    else:
                        seen.pop(message.topic.value, None)

            listening = asyncio.create_task(listen())
            try:
                yield seen
            finally:
                listening.cancel()
                await asyncio.wait([listening])


@pytest.fixture
def hospital(sqlite_url: str, mosquitto: Any) -> Any:
    database = Database(sqlite_url)
    yield Hospital(database, mosquitto)
    database.dispose()


ASSESSMENT = "stepguard/v1/patients/P-1/assessment"


async def test_the_newest_assessment_and_every_open_incident_are_retained(hospital: Hospital, wait_until: Any):
    number = hospital.incident()
    topic = f"stepguard/v1/incidents/{number}"
    async with (
        publishing(hospital.settings, hospital.database, hospital.clock),
        hospital.dashboard() as seen,
    ):
        await wait_until(lambda: {ASSESSMENT, topic} <= seen.keys(), "both are published")
        first = json.loads(seen[ASSESSMENT])
        assert first["place"] == "home"
        assert first["window"]["hours_since_dose"] == 20.0
        assert json.loads(seen[topic])["state"] == "calling"
        hospital.clock.advance(timedelta(minutes=10))
        hospital.enter(type="place", where="travelling")
        await wait_until(lambda: json.loads(seen[ASSESSMENT])["place"] == "travelling", "the new one follows")
    async with hospital.dashboard() as later:
        await wait_until(lambda: ASSESSMENT in later, "it stays for whoever comes later")


async def test_nothing_that_was_planted_leaves_the_house(hospital: Hospital, wait_until: Any):
    number = hospital.incident()
    async with (
        publishing(hospital.settings, hospital.database, hospital.clock),
        hospital.dashboard() as seen,
    ):
        await wait_until(lambda: len(seen) == 2, "both are published")
        everything = b"\n".join([*seen.values(), *(topic.encode() for topic in seen)])
    for word in (*PLANTED.split(), "kit-17", "ada"):
        assert word.encode() not in everything, word
    published = json.loads(seen[ASSESSMENT])
    assert (published["reasons"], published["guidance"]["now"], published["window"]["dose"]) == ([], [], None)
    assert set(json.loads(seen[f"stepguard/v1/incidents/{number}"])) == {
        "id", "patient", "kind", "urgency", "state", "opened_at", "resolved_at"
    }  # fmt: skip


async def test_what_is_over_is_cleared_even_when_it_ended_while_nobody_published(hospital: Hospital, wait_until: Any):
    resolved = {"state": "resolved", "subject": "technical:a"}
    old = hospital.incident(**resolved, resolved_at=NOON)
    async with (
        publishing(hospital.settings, hospital.database, hospital.clock),
        hospital.dashboard() as seen,
    ):
        await wait_until(lambda: {ASSESSMENT, f"stepguard/v1/incidents/{old}"} <= seen.keys(), "both are published")
    hospital.clock.advance(timedelta(days=1))
    hospital.enter(type="place", where="ended")
    async with (
        publishing(hospital.settings, hospital.database, hospital.clock),
        hospital.dashboard() as seen,
    ):
        new = hospital.incident(opened_at=hospital.clock.now())
        await wait_until(lambda: set(seen) == {f"stepguard/v1/incidents/{new}"}, "only what is current is left")


async def test_outward_topics_return_after_the_broker_was_away(hospital: Hospital, wait_until: Any):
    async with publishing(hospital.settings, hospital.database, hospital.clock):
        async with hospital.dashboard() as seen:
            await wait_until(lambda: ASSESSMENT in seen, "it is published")
        hospital.broker.kill()
        hospital.clock.advance(timedelta(minutes=10))
        hospital.enter(type="place", where="travelling")
        hospital.broker.start()
        async with hospital.dashboard() as seen:
            await wait_until(
                lambda: ASSESSMENT in seen and json.loads(seen[ASSESSMENT])["place"] == "travelling", "it is back"
            )


async def test_nothing_is_published_unless_it_was_asked_for(hospital: Hospital, wait_until: Any):
    silent = Settings(mqtt=hospital.broker.settings(encrypted=True))
    async with publishing(silent, hospital.database, hospital.clock):
        assert not [task for task in asyncio.all_tasks() if task.get_name() == "outward topics"]
