"""Alerts on the gateway's and the monitor's own tables: nothing here is a fake but the telephone network."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from alerts.contacts import add_contact
from alerts.home_replies import Entered
from alerts.outbox import receive
from alerts.policy_file import load_policy
from alerts.pulse import Pulse
from alerts.roster_file import load_roster
from alerts.service import run
from alerts.sources import native_payload
from alerts.stored_sources import StoredSources
from alerts.tables import OutboxRow
from alerts.view import faults, incident_lines, text_lines
from gateway.account import Account
from gateway.clock import StillClock
from gateway.entered import TEXT_HUB_ID, store_entered
from gateway.settings import RulesSettings, Settings
from gateway.store import beat, readings_of
from gateway.wakeup import Wakeup
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import add_event, events_of

NOW = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
HOME = "+12025550190"


@pytest.fixture
def patient(database):
    with database.write() as session:
        patient_id = enrol(
            session,
            code="P-0042",
            profile={"code": "P-0042", "baseline": {"systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97}},
            drug="teclistamab",
            schedule="us_weekly",
            now=NOW - timedelta(days=2),
        )
        dose = {
            "at": (NOW - timedelta(hours=31)).isoformat(),
            "type": "dose",
            "step": "SUD2",
            "amount": 0.3,
            "unit": "mg/kg",
        }
        add_event(session, patient_id, dose, "ada", NOW - timedelta(hours=31))
        add_contact(session, patient_id, name="caregiver", number=HOME, consent_values=True, now=NOW)
        quiet = Entered(
            temperature=Decimal("36.8"),
            spo2_pct=Decimal(97),
            systolic_mmhg=Decimal(122),
            diastolic_mmhg=Decimal(76),
        )
        for hours in range(30, -1, -3):
            at = NOW - timedelta(hours=hours)
            store_entered(session, patient_id, native_payload(quiet, at), at)
    return patient_id


def engine(ward, database, clock):
    ward.clock = clock
    ward.monitor = StoredSources()
    ward.restart()
    return ward


def test_texted_values_take_the_same_path_as_a_devices(database, clock, patient):
    with database.write() as session:
        payload = native_payload(Entered(temperature=Decimal("38.4"), spo2_pct=Decimal(94)), NOW)
        store_entered(session, patient, payload, NOW)
    with database.read() as session:
        *_, stored = readings_of(session, patient)
    assert stored.hub_id == TEXT_HUB_ID
    assert stored.graded_at == NOW
    assert stored.reading.temperature.temperature_c == Decimal("38.4")
    assert stored.reading.temperature.site == "unknown"


def test_an_entered_payload_that_is_no_reading_is_a_mistake_of_ours(database, patient):
    with database.write() as session, pytest.raises(ValueError, match="must be readable"):
        store_entered(session, patient, b"{}", NOW)


def test_a_fever_texted_by_a_caregiver_is_graded_and_brings_the_nurse(ward, database, clock, patient):
    engine(ward, database, clock)
    monitor = Monitor(database, load_rules(), clock)
    monitor.cycle()
    ward.alerts.cycle()
    ward.no_texts()
    receive(database, from_number=HOME, body="T 38,4", now=clock.now())
    ward.alerts.cycle()
    ward.no_texts()
    monitor.cycle()
    ward.alerts.cycle()
    sent = {message.number: message.body for message in ward.phone.take()}
    assert sent["+12025550112"].startswith("STEPGUARD URGENT P-0042. Reply ")
    assert sent[HOME] == "Received 38.4 C. Now: blood pressure and oxygen. A nurse will call."
    [line] = [line for line in ward.lines() if line.kind != "technical"]
    assert (line.kind, line.urgency, line.code) == ("clinical", "urgent", "P-0042")


def test_a_texted_emergency_and_what_it_agrees_with_sends_the_patient_to_hospital(ward, database, clock, patient):
    engine(ward, database, clock)
    monitor = Monitor(database, load_rules(), clock)
    receive(database, from_number=HOME, body="T 39.6 S 90 B 86/51", now=clock.now())
    ward.alerts.cycle()
    monitor.cycle()
    ward.alerts.cycle()
    home = next(message.body for message in ward.phone.take() if message.number == HOME)
    assert home.startswith("Go to the emergency department now.")
    receive(database, from_number=HOME, body="going", now=clock.now())
    ward.alerts.cycle()
    with database.read() as session:
        assert [event.body["where"] for event in events_of(session, patient) if event.body["type"] == "place"] == [
            "travelling"
        ]


def test_a_home_that_stops_measuring_is_reminded_when_it_is_overdue(ward, database, clock, patient):
    engine(ward, database, clock)
    monitor = Monitor(database, load_rules(), clock)
    monitor.cycle()
    clock.at += timedelta(hours=40)
    monitor.cycle()
    ward.alerts.cycle()
    home = [message.body for message in ward.phone.take() if message.number == HOME]
    assert any(body.startswith("Please measure now:") for body in home)


async def test_the_service_calls_and_says_that_it_is_alive(database, patient):
    clock = StillClock(NOW)
    with database.write() as session:
        store_entered(session, patient, native_payload(Entered(temperature=Decimal("38.4")), NOW), NOW)
        beat(session, "gateway", NOW, {})
        beat(session, "monitor", NOW, {})
    Monitor(database, load_rules(), clock).cycle()
    wakeup = Wakeup()
    settings = Settings()
    task = asyncio.create_task(
        run(settings, database, clock, roster=load_roster(), policy=load_policy(), woken_by=wakeup)
    )
    try:
        async with asyncio.timeout(20):
            while not task.done():
                with database.read() as session:
                    sent = session.exec(select(OutboxRow)).all()
                    alive = not any(fault.kind == "mute" for fault in faults(session, NOW))
                if sent and alive:
                    break
                wakeup.nudge()
                await asyncio.sleep(0)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert any("P-0042" in row.body for row in sent)
    with database.read() as session:
        assert [line.code for line in incident_lines(session, NOW) if line.kind == "clinical"] == ["P-0042"]
        assert {line.status for line in text_lines(session)} == {"delivered"}
        assert "unsigned" in {fault.kind for fault in faults(session, NOW)}


def test_an_engine_that_never_ran_is_a_fault(database):
    with database.read() as session:
        assert [fault.kind for fault in faults(session, NOW)] == ["mute"]


@pytest.mark.parametrize(
    ("second_lasts_s", "after_s", "quiet"), [(1, 14, False), (1, 15, True), (600, 8_999, False), (600, 9_000, True)]
)
def test_an_engine_that_goes_quiet_is_a_fault_however_fast_the_clock_runs(database, second_lasts_s, after_s, quiet):
    with database.write() as session:
        beat(session, "alerts", NOW, {"second_lasts_s": second_lasts_s})
    with database.read() as session:
        kinds = [fault.kind for fault in faults(session, NOW + timedelta(seconds=after_s))]
    assert kinds == (["mute"] if quiet else [])


def test_signed_rules_are_no_fault(database):
    settings = Settings(rules=RulesSettings(signed_by="Dr Ito", signed_on="2026-03-01"))
    Pulse(settings, database, StillClock(NOW), StillClock(NOW), Account("alerts"))()
    with database.read() as session:
        assert faults(session, NOW) == []
