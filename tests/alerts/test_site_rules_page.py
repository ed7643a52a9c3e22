"""A site's own limit, from its file to the nurse's telephone: one value, two rule sets, and who is called."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from alerts.home_replies import Entered
from alerts.sources import native_payload
from alerts.stored_sources import StoredSources
from alerts.view import faults, incident_lines
from gateway.clock import StillClock
from gateway.entered import store_entered
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import add_event

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
VALUES = Entered(
    temperature=Decimal("36.8"),
    spo2_pct=Decimal(94),
    systolic_mmhg=Decimal(122),
    diastolic_mmhg=Decimal(76),
)
SITE = """name = "north"
[oximetry.urgent_below_pct]
value = "95"
source = "ward meeting"
confidence = "site"
checked = 2026-12-01
""" + "".join(
    f'[[vector]]\nof = "oximetry.urgent_below_pct"\nside = "{side}"\n'
    f'when = "no baseline; 0h dose SUD1; 1h well; 2h S {spo2}"\nexpect = {{ urgency = "{urgency}" }}\n'
    for side, spo2, urgency in (("below", 94, "urgent"), ("at", 95, "watch"), ("above", 96, "routine"))
)


@pytest.fixture
def site_file(tmp_path):
    file = tmp_path / "site-rules.toml"
    file.write_text(SITE, encoding="utf-8")
    return file


@pytest.fixture
def called(ward, database):
    """Grade an SpO2 of 94 by some rules and return the texts to staff that came of it."""

    def run(rules):
        ward.clock, ward.monitor = StillClock(NOW), StoredSources()
        ward.restart()
        with database.write() as session:
            patient = enrol(session, code="P-0042", profile={}, drug="teclistamab", schedule=None, now=NOW)
            dose = {"at": (NOW - timedelta(hours=1)).isoformat(), "type": "dose", "step": "SUD2"}
            add_event(session, patient, dose, "ada", NOW - timedelta(hours=1))
            store_entered(session, patient, native_payload(VALUES, NOW), NOW)
        monitor = Monitor(database, rules, ward.clock)
        while monitor.cycle():
            pass
        monitor.beat()
        ward.alerts.cycle()
        return [message.body for message in ward.phone.take() if message.body.startswith("STEPGUARD URGENT")]

    return run


def test_the_shipped_limit_calls_nobody_about_94(called):
    assert called(load_rules()) == []


def test_a_limit_that_a_site_raised_calls_the_nurse_about_94(called, site_file, database):
    [page] = called(load_rules(site_file))
    assert "P-0042" in page
    with database.read() as session:
        [incident] = [line for line in incident_lines(session, NOW) if line.kind == "clinical"]
    assert incident.urgency == "urgent"


def test_the_board_says_which_version_would_have_to_be_signed(called, site_file, database):
    rules = load_rules(site_file, "Dr Ito", "2026-12-01")
    called(rules)
    with database.read() as session:
        said = [fault.text for fault in faults(session, NOW) if fault.kind == "unsigned"]
    assert said == [f"the site's rules are signed without naming them: set rules.signed_version to {rules.version}"]


def test_the_banner_is_gone_for_the_version_signed_and_back_after_a_change(called, site_file, database):
    signed = load_rules(site_file).version
    called(load_rules(site_file, "Dr Ito", "2026-12-01", signed))
    with database.read() as session:
        assert "unsigned" not in {fault.kind for fault in faults(session, NOW)}
    site_file.write_text(SITE.replace("ward meeting", "somebody"), encoding="utf-8")
    Monitor(database, load_rules(site_file, "Dr Ito", "2026-12-01", signed), StillClock(NOW)).beat()
    with database.read() as session:
        [fault] = [fault for fault in faults(session, NOW) if fault.kind == "unsigned"]
    assert f"changed since they were signed as {signed}" in fault.text
