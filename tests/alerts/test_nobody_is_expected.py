"""That nothing arrives is odd only while somebody at home is overdue."""

from datetime import UTC, datetime, timedelta

import pytest

from alerts.stored_sources import StoredSources
from gateway.clock import StillClock
from gateway.store import add_hub, assign
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import add_event

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def only_patient(database):
    with database.write() as session:
        patient_id = enrol(session, code="P-1", profile={"code": "P-1"}, drug="teclistamab", schedule=None, now=NOON)
        add_hub(session, "h1")
        assign(session, "h1", "P-1", NOON)
    return patient_id


def at(database, patient_id, moment, where):
    with database.write() as session:
        add_event(
            session, patient_id, {"at": moment.isoformat(), "type": "place", "where": where}, by="ada", now=moment
        )


def troubles(database, now):
    clock = StillClock(now)
    Monitor(database, load_rules(), clock).cycle()
    with database.read() as session:
        return {one.key for one in StoredSources().troubles(session, now)}


def test_a_ward_whose_only_patient_is_in_hospital_is_not_said_to_be_deaf(database, only_patient):
    at(database, only_patient, NOON + timedelta(hours=1), "admitted")
    assert "silence" not in troubles(database, NOON + timedelta(hours=40))


def test_a_patient_who_has_just_come_home_is_given_time_to_measure(database, only_patient):
    at(database, only_patient, NOON + timedelta(hours=1), "admitted")
    at(database, only_patient, NOON + timedelta(hours=40), "home")
    assert "silence" not in troubles(database, NOON + timedelta(hours=41))
    assert "silence" in troubles(database, NOON + timedelta(hours=60))


def test_a_ward_that_nothing_reaches_is_deaf_as_soon_as_a_home_is_overdue(database, only_patient):
    at(database, only_patient, NOON + timedelta(hours=1), "home")
    assert "silence" not in troubles(database, NOON + timedelta(hours=8))
    assert "silence" in troubles(database, NOON + timedelta(hours=40))


def test_a_patient_of_whom_nothing_was_ever_heard_is_expected(database, only_patient):
    assert "silence" in troubles(database, NOON + timedelta(hours=40))
