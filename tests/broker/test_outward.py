"""What other systems of the hospital find retained at the broker, and what is taken away again."""

import asyncio
import contextlib
import json
from datetime import UTC, datetime, timedelta

import aiomqtt

from alerts.outward import publishing
from gateway.clock import StillClock
from gateway.settings import Settings
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import add_event

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
PATIENCE_S = 15.0
TOPIC = "stepguard/v1/patients/P-0042/assessment"


def enters(database, patient_id, clock, **event):
    with database.write() as session:
        add_event(session, patient_id, {"at": clock.at.isoformat(), **event}, "ada", clock.at)
    monitor = Monitor(database, load_rules(), clock)
    while monitor.cycle():
        pass


@contextlib.asynccontextmanager
async def dashboard(mosquitto, name="dashboard"):
    user = mosquitto.settings()
    async with aiomqtt.Client(
        "127.0.0.1", mosquitto.port, username=user.username, password=user.password, identifier=name
    ) as client:
        await client.subscribe(TOPIC, qos=1)
        yield client.messages


async def test_an_assessment_is_retained_without_words_and_cleared_when_care_has_ended(mosquitto, database):
    clock = StillClock(NOON)
    with database.write() as session:
        patient_id = enrol(
            session, code="P-0042", profile={"code": "P-0042"}, drug="teclistamab", schedule="us_weekly", now=NOON
        )
    enters(database, patient_id, clock, type="dose", step="SUD1")
    settings = Settings(mqtt=mosquitto.settings(encrypted=True, publish_assessments=True))

    async with asyncio.timeout(PATIENCE_S), publishing(settings, database, clock), dashboard(mosquitto) as messages:
        said = await anext(messages)
        assessment = json.loads(said.payload)
        assert assessment["window"]["phase"] == "open"
        assert (assessment["window"]["dose"], assessment["reasons"], assessment["guidance"]["now"]) == (None, [], [])

        async with dashboard(mosquitto, "another") as later:
            assert (await anext(later)).retain, "whoever comes later finds it"

        clock.advance(timedelta(hours=1))
        enters(database, patient_id, clock, type="place", where="ended")
        while (said := await anext(messages)).payload:
            pass
        assert said.payload == b""


async def test_nothing_is_published_where_nobody_asked_for_it(mosquitto, database):
    settings = Settings(mqtt=mosquitto.settings(encrypted=True))
    before = asyncio.all_tasks()
    async with publishing(settings, database, StillClock(NOON)):
        assert asyncio.all_tasks() == before
