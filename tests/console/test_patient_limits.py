"""A patient's own limits set and ended one by one, and what screens read of them and of an attribution."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from console.desk import DatabaseDesk
from console.ports import RefusedError
from gateway.clock import StillClock
from gateway.database import Database
from gateway.permissions import Role
from gateway.users import add_user
from monitor.cycle import Monitor
from monitor.enrolment import enrol, profile_object
from monitor.patient_limits import own_limits
from monitor.record import Limit
from monitor.rulebook import load_rules
from monitor.store import add_event
from monitor.ward_reading import overviews

NOW = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
LIMIT = Limit(
    urgent=Decimal(88), emergency=Decimal(85), by="Dr Berg", why="chronic hypoxia", until=NOW + timedelta(days=14)
)


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path}/record.db")
    opened.migrate()
    yield opened
    opened.dispose()


def test_limits_are_set_and_ended_by_whoever_may_and_nothing_else_of_the_enrolment_changes(database):
    profile = {"baseline": {"spo2_pct": 91}, "team": "north", "conditions": ["beta_blocker"]}
    with database.write() as session:
        patient_id = enrol(session, code="P-0042", profile=profile, drug="teclistamab", schedule=None, now=NOW)
    desk = DatabaseDesk(database, StillClock(NOW))
    desk.set_limit(patient_id, "oximetry", LIMIT, by="ada")
    with database.read() as session:
        assert own_limits(session, patient_id) == (("oximetry", LIMIT),)
        kept = profile_object(session, patient_id)
    assert {key: kept[key] for key in profile} == profile
    wild = Limit(urgent=Decimal(20), emergency=Decimal(10), by="B", why="w", until=LIMIT.until)
    with pytest.raises(RefusedError, match="outside"):
        desk.set_limit(patient_id, "oximetry", wild, by="ada")
    desk.set_limit(patient_id, "oximetry", None, by="ada")
    with database.write() as session:
        assert own_limits(session, patient_id) == ()
        add_user(session, "ada", Role.NURSE, "a long password", by="root", now=NOW)
    with pytest.raises(RefusedError, match="ask a physician"):
        desk.set_limit(patient_id, "oximetry", LIMIT, by="ada")


def test_screens_read_team_baseline_and_until_when_a_sign_is_attributed(database):
    rules, clock = load_rules(), StillClock(NOW)
    with database.write() as session:
        profile = {"baseline": {"spo2_pct": 97, "systolic_mmhg": 124}, "team": "North"}
        patient_id = enrol(session, code="P-0042", profile=profile, drug="teclistamab", schedule=None, now=NOW)
        for event in (
            {"type": "dose", "step": "SUD1"},
            {"type": "baseline", "systolic_mmhg": 118},
            {"type": "attribution", "sign": "fever", "cause": "infection"},
        ):
            add_event(session, patient_id, {"at": NOW.isoformat(), **event}, by="ada", now=NOW)
    Monitor(database, rules, clock).cycle()
    with database.read() as session:
        [now] = overviews(session, rules, NOW)
        [later] = overviews(session, rules, NOW + rules.crs.attribution)
    assert now.team == "north"
    assert now.usual == {"spo2_pct": 97, "systolic_mmhg": 118}
    [held] = now.attributions
    assert (held.sign, held.cause, held.until) == ("fever", "infection", NOW + rules.crs.attribution)
    assert later.attributions == ()
