"""A site's limit decides who is called about: after a start with other rules, and never before somebody started it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from alerts.stored_sources import StoredSources
from gateway.clock import StillClock
from gateway.database import Database
from gateway.entered import store_entered
from gateway.reading import PatientId
from gateway.store import heartbeats
from monitor.assessment import decode
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.recompute import recompute
from monitor.rulebook import load_rules
from monitor.rules import Rules
from monitor.store import add_event, latest_assessments
from monitor.tables import AssessmentRow

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LIMIT = """name = "north"
[oximetry.urgent_below_pct]
value = "95"
source = "ward meeting"
confidence = "site"
checked = 2026-12-01
""" + "".join(
    f"""[[vector]]
of = "oximetry.urgent_below_pct"
side = "{side}"
when = "no baseline; 0h dose SUD1; 1h well; 2h S {spo2}"
expect = {{ urgency = "{urgency}" }}
"""
    for side, spo2, urgency in (("below", 94, "urgent"), ("at", 95, "watch"), ("above", 96, "routine"))
)


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    file = tmp_path / "site-rules.toml"
    file.write_text(LIMIT, encoding="utf-8")
    return file


@pytest.fixture
def patient(database: Database) -> PatientId:
    """A patient whose SpO2 of 94 is watch by the shipped rules, graded by them."""
    with database.write() as session:
        patient_id = enrol(session, code="P-0042", profile={}, drug="teclistamab", schedule=None, now=NOW)
        dose = {"at": (NOW - timedelta(hours=2)).isoformat(), "type": "dose", "step": "SUD1"}
        add_event(session, patient_id, dose, by="ada", now=NOW)
        payload = b'{"measured_at": "2026-03-02T12:00:00+00:00", "oximetry": {"spo2_pct": 94}}'
        store_entered(session, patient_id, payload, NOW)
    graded(database, load_rules(), NOW)
    return patient_id


def graded(database: Database, rules: Rules, now: datetime) -> Monitor:
    monitor = Monitor(database, rules, StillClock(now))
    while monitor.cycle():
        pass
    return monitor


def standing(database: Database, patient_id: PatientId):
    with database.read() as session:
        return latest_assessments(session)[patient_id].assessment


def stamps(database: Database) -> list[str]:
    with database.read() as session:
        return [
            decode(row.body).rules_version for row in session.exec(select(AssessmentRow).order_by(AssessmentRow.id))
        ]


def test_a_stricter_limit_calls_about_a_value_that_is_already_there(database, patient, site_file):
    assert standing(database, patient).urgency == "watch"
    graded(database, load_rules(site_file), NOW + timedelta(minutes=5))
    now = standing(database, patient)
    assert now.urgency == "urgent"
    assert "SpO2 94 (below 95)" in now.reasons


def test_answers_given_before_keep_the_version_they_were_given_by(database, patient, site_file):
    before, own = stamps(database), load_rules(site_file)
    graded(database, own, NOW + timedelta(minutes=5))
    after = stamps(database)
    assert after[: len(before)] == before
    assert set(before) == {load_rules().version}
    assert set(after[len(before) :]) == {own.version}


def test_answers_of_either_version_come_out_of_the_record_again_by_their_own_rules(database, patient, site_file):
    own = load_rules(site_file)
    graded(database, own, NOW + timedelta(minutes=5))
    for rules in (load_rules(), own):
        with database.read() as session:
            found = recompute(session, patient, rules)
        assert found.differences == []
        assert found.compared
        assert all("given by the rules" in one.why for one in found.not_comparable)


def test_a_start_with_the_same_rules_grades_nobody_anew(database, patient):
    before = stamps(database)
    graded(database, load_rules(), NOW + timedelta(seconds=1))
    assert stamps(database) == before


def conditions(database: Database, now: datetime) -> list[tuple[str, str]]:
    with database.read() as session:
        return [(one.severity, one.text) for one in StoredSources().troubles(session, now) if one.key == "rules"]


def test_an_edited_file_is_told_and_an_unusable_one_is_high(database, patient, site_file):
    clock = StillClock(NOW)
    monitor = Monitor(database, load_rules(site_file), clock)
    version = load_rules(site_file).version
    monitor.beat()
    assert conditions(database, clock.now()) == []

    site_file.write_text(LIMIT + "# a second look\n", encoding="utf-8")
    clock.advance(timedelta(minutes=1))
    monitor.beat()
    [(severity, text)] = conditions(database, clock.now())
    assert (severity, "next start" in text) == ("low", True)

    site_file.write_text(LIMIT.replace("95", "80", 1), encoding="utf-8")
    clock.advance(timedelta(minutes=1))
    monitor.beat()
    [(severity, text)] = conditions(database, clock.now())
    assert (severity, "restart would fail" in text) == ("high", True)
    with database.read() as session:
        assert heartbeats(session)["monitor"].detail["rules"] == version

    site_file.write_text(LIMIT, encoding="utf-8")
    clock.advance(timedelta(minutes=1))
    monitor.beat()
    assert conditions(database, clock.now()) == []


def test_a_file_that_went_away_is_high_too(database, patient, site_file):
    clock = StillClock(NOW)
    monitor = Monitor(database, load_rules(site_file), clock)
    site_file.unlink()
    monitor.beat()
    assert [severity for severity, _ in conditions(database, clock.now())] == ["high"]


def test_no_clinical_word_reaches_the_condition(database, patient, site_file):
    clock = StillClock(NOW)
    monitor = Monitor(database, load_rules(site_file), clock)
    site_file.write_text("oximetry = 3", encoding="utf-8")
    monitor.beat()
    [(_, text)] = conditions(database, clock.now())
    assert "oximetry" not in text
