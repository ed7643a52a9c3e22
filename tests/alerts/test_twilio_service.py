"""The alerts part as it runs at a site with a provider: it listens while it runs, wakes on a webhook, and lets go."""

import asyncio
import contextlib
import socket
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import aiohttp
import msgspec
import pytest
from sqlmodel import select

import alerts.service
from alerts import pins
from alerts.policy_file import load_policy
from alerts.roster_file import load_roster
from alerts.tables import InboundRow
from alerts.view import incident_lines
from gateway.account import Account
from gateway.clock import StillClock
from gateway.settings import HttpSettings
from gateway.store import ensure_patient
from gateway.wakeup import Wakeup
from monitor.assessment import encode
from monitor.tables import AssessmentRow, PatientNowRow

PUBLIC = "https://pager.example.org/stepguard"
ADA, STRANGER = "+12025550111", "+12025550177"
PIN = "482915"
PATIENCE_S = 20.0
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # before the hour at which telephones are tried


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def until(happened):
    async with asyncio.timeout(PATIENCE_S):
        while not await happened():  # noqa: ASYNC110 - a port and another thread give no event to await
            await asyncio.sleep(0.01)


@pytest.fixture
async def site(network, database, twilio_settings, free_port):
    """Give alerts as it runs at a site whose provider is `network`: its clock, its account, the task it runs in."""
    listening = HttpSettings(listen=f"127.0.0.1:{free_port}", public_url=PUBLIC)
    settings = msgspec.structs.replace(twilio_settings, http=listening)
    network.reach[PUBLIC] = f"http://127.0.0.1:{free_port}"
    site = SimpleNamespace(clock=StillClock(NOON), account=Account("alerts"), woken_by=Wakeup(), port=free_port)
    site.running = asyncio.create_task(
        alerts.service.run(
            settings,
            database,
            site.clock,
            roster=load_roster(),
            policy=load_policy(),
            woken_by=site.woken_by,
            account=site.account,
        )
    )
    yield site
    site.running.cancel()
    await asyncio.wait([site.running], timeout=PATIENCE_S)
    assert site.running.cancelled()


def emergency(database, said):
    """Store an assessment as the monitor does."""
    with database.write() as session:
        patient_id = ensure_patient(session, "P-0042")
        row = AssessmentRow(
            patient_id=patient_id, at=NOON, assessed_at=NOON, reading_id=None, event_id=None,
            urgent_groups="blood_pressure", body=encode(said),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(PatientNowRow(patient_id=patient_id, assessment_id=row.id, glance=b""))


async def test_a_night_at_a_site_text_call_pin_and_a_reply_that_no_webhook_brought(
    site, network, database, answer_that_says, monkeypatch
):
    monkeypatch.setattr("alerts.housekeeping.LOOK_EVERY_S", 0.05)
    with database.write() as session:
        pins.set_pin(session, load_roster().by_key("ada"), pins.hashed(PIN), by="ben", now=NOON)
    emergency(database, answer_that_says(NOON, urgency="emergency", grade=2))

    def to_ada(channel):
        mine = [one for one in network.taken if (one.to, one.channel) == (ADA, channel)]
        return [one for one in mine if "mergency" in one.body.capitalize() or "EMERGENCY" in one.body]

    def holder():
        with database.read() as session:
            return next(line.holder for line in incident_lines(session, site.clock.now()) if line.code == "P-0042")

    async def texted():
        assert not site.running.done(), site.running.exception()
        return bool(to_ada("sms"))

    async def called():
        site.woken_by.nudge()
        return bool(to_ada("voice"))

    async def accepted():
        return holder() == "Ada Berg"

    await until(texted)
    [text] = to_ada("sms")
    assert (await network.tell(text, "delivered")) == 204
    site.clock.advance(timedelta(seconds=61))
    await until(called)
    [call] = to_ada("voice")
    await network.press(call, "2")
    _, words = await network.press(call, PIN)
    assert "C R S grade 2, suspected. Because of blood pressure." in words
    assert holder() is None
    code = text.body.split("Reply ")[1].split(" ")[0]
    await network.reply(ADA, f"{code} OK", at=site.clock.now(), lost=True)
    site.clock.advance(timedelta(seconds=31))
    await until(accepted)


async def test_a_stranger_is_answered_by_the_running_part_and_the_port_is_free_when_it_ends(site, network, database):
    async def stored():
        assert not site.running.done(), site.running.exception()
        with contextlib.suppress(aiohttp.ClientError):
            return (await network.reply(STRANGER, "hello", "SM1"))[0] == 200
        return False

    async def answered():
        return any(taken.to == STRANGER for taken in network.taken)

    await until(stored)
    await until(answered)
    with database.read() as session:
        assert [row.meaning for row in session.exec(select(InboundRow))] == ["unknown number"]
    assert any(family.name == "stepguard_webhooks" for family in site.account.families())
    site.running.cancel()
    await asyncio.wait([site.running], timeout=PATIENCE_S)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", site.port)
