"""A synthetic reading becomes one page to its watchdog, is graded like any other, and touches nobody's ward."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from alerts import synthetic_page
from alerts.contacts import add_contact
from alerts.cycle import Alerts
from alerts.metrics import AlertsMetrics
from alerts.outbox import Outbox
from alerts.policy_file import load_policy
from alerts.roster_file import load_roster
from alerts.service import site_of
from alerts.store import last_outcomes
from alerts.stored_sources import StoredSources
from alerts.synthetic_words import page_words, token_in, token_of
from alerts.system_view import told
from alerts.tables import OutboxRow
from alerts.view import counts, incident_lines, text_lines
from gateway import store
from gateway.clock import StillClock
from gateway.database import Database
from gateway.intake import Arrived, Intake
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName, PatientId
from gateway.settings import Settings
from gateway.synthetic import add_synthetic, synthetic_patients
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.metrics import MonitorMetrics
from monitor.rulebook import load_rules
from monitor.ward_reading import overviews

START = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
RULES, ROSTER, POLICY = load_rules(), load_roster(), load_policy()
WATCHDOG = "+12025550190"
BEN = "+12025550112"  # the nurse on call at night


class Ward:
    """Gateway's intake, monitor and alerts on one database; texts go to the local outbox."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, StillClock(START)
        self.intake = Intake(load_limits())
        self.metrics = AlertsMetrics(self.clock, database)
        self.monitor = Monitor(database, RULES, self.clock)
        self.alerts = Alerts(
            database,
            self.clock,
            policy=POLICY,
            roster=ROSTER,
            phone=Outbox(database, self.clock),
            sources=StoredSources(),
            site=site_of(Settings()),
            watched=(),
            metrics=self.metrics,
        )
        self._read = 0

    def measures(self, hub: str, celsius: float, seq: int) -> None:
        body = {
            "boot": "w1",
            "seq": seq,
            "measured_at": self.clock.now().isoformat(),
            "temperature": {"value": celsius, "unit": "Cel", "site": "oral"},
        }
        with self.database.write_connection() as connection:
            saved = self.intake.save(
                connection, [Arrived(HubName(hub), "up/reading", json.dumps(body).encode(), self.clock.now())]
            )
        self.intake.adopt(saved)
        self.settle()

    def settle(self) -> None:
        while self.monitor.cycle():
            pass
        self.alerts.cycle()

    def passes(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))
        self.settle()

    def texts(self) -> list[tuple[str, str]]:
        with self.database.read() as session:
            rows = session.exec(
                select(OutboxRow).where(col(OutboxRow.id) > self._read).order_by(col(OutboxRow.id))
            ).all()
        self._read = rows[-1].id or 0 if rows else self._read
        return [(row.number, row.body) for row in rows]


@pytest.fixture
def ward(database: Database) -> Ward:
    with database.write() as session:
        add_synthetic(session, "watchdog", WATCHDOG, START)
    return Ward(database)


def home(ward: Ward) -> PatientId:
    with ward.database.write() as session:
        known = enrol(session, code="P-1", profile={}, drug="teclistamab", schedule=None, now=START)
        store.add_hub(session, "h1")
        store.assign(session, "h1", "P-1", START)
    return known


def test_each_synthetic_reading_causes_one_page_to_the_watchdog_and_no_ladder(ward: Ward):
    for seq in (1, 2, 3):
        ward.measures("watchdog", 38.4, seq)
        assert ward.texts() == [(WATCHDOG, page_words(f"w1-{seq}"))]
        ward.passes(minutes=15)
        assert ward.texts() == []
    ward.passes(hours=24)
    assert ward.texts() == []


def test_what_the_synthetic_patient_does_is_in_no_figure_of_the_ward(ward: Ward):
    ward.measures("watchdog", 38.4, 1)
    with ward.database.read() as session:
        assert overviews(session, RULES, START) == []
        assert incident_lines(session, START) == []
        assert text_lines(session) == []
        assert last_outcomes(session, 3) == []
        found = counts(session)
    assert (found.opened, found.texts_sent) == (0, 0)
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for metrics in (ward.metrics, MonitorMetrics(ward.clock, ward.database))
        for family in metrics.collect()
        for sample in family.samples
    }
    assert values["stepguard_synthetic_pages_total", "delivered"] == 1
    assert values["stepguard_pages_total", "sms", "sent"] == 0
    assert values["stepguard_reading_to_page_seconds_count",] == 0
    assert values["stepguard_patients", "blind"] == values["stepguard_patients", "partial"] == 0


def test_readyz_says_how_far_the_newest_synthetic_page_came(ward: Ward):
    assert told(ward.database, START)["synthetic"] is None
    ward.measures("watchdog", 38.4, 7)
    trail = told(ward.database, START)["synthetic"]
    assert isinstance(trail, dict)
    assert (trail["token"], trail["state"], trail["sent_at"]) == (
        "w1-7",
        "delivered",
        "2026-03-03T02:10:00Z",
    )


def test_a_synthetic_reading_that_is_graded_as_harmless_pages_nobody(ward: Ward):
    """So that a grading that went wrong is noticed by the page that does not come."""
    ward.measures("watchdog", 36.8, 1)
    assert ward.texts() == []


def test_a_real_patient_beside_it_is_called_about_as_ever(ward: Ward):
    home(ward)
    ward.measures("watchdog", 38.4, 1)
    ward.measures("h1", 38.4, 1)
    assert [number for number, _ in ward.texts()] == [WATCHDOG, BEN]


def enrolled_after_all(ward: Ward, patient_id: PatientId) -> None:
    with ward.database.write() as session:
        session.connection().exec_driver_sql("UPDATE patient SET code = 'P-9'")
        session.connection().exec_driver_sql("UPDATE synthetic_patient SET number = '+12025550190'")
        row = session.connection().exec_driver_sql("DELETE FROM synthetic_patient RETURNING patient_id, hub_id").one()
        enrol(session, code="P-9", profile={}, drug=None, schedule=None, now=START)
        session.connection().exec_driver_sql(
            f"INSERT INTO synthetic_patient VALUES ({row[0]}, {row[1]}, '{WATCHDOG}', 0)"  # noqa: S608 - numbers
        )


def given_a_contact(ward: Ward, patient_id: PatientId) -> None:
    with ward.database.write() as session:
        add_contact(session, patient_id, name="daughter", number="+12025550177", consent_values=False, now=START)


@pytest.mark.parametrize("spoken_for", [enrolled_after_all, given_a_contact])
def test_a_mark_on_somebody_real_swallows_no_alarm(ward: Ward, spoken_for: Callable[[Ward, PatientId], None]):
    with ward.database.read() as session:
        [mark] = synthetic_patients(session)
    spoken_for(ward, mark)
    ward.measures("watchdog", 38.4, 1)
    assert BEN in {number for number, _ in ward.texts()}
    with ward.database.read() as session:
        [line] = incident_lines(session, START)
    assert line.urgency == "urgent"


def test_a_start_goes_through_the_last_of_its_readings_and_pages_as_before(ward: Ward, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("monitor.cycle.SYNTHETIC_KEPT", 2)
    for seq in range(1, 5):
        ward.measures("watchdog", 38.4, seq)
        ward.passes(minutes=15)
    ward.texts()
    ward.monitor = Monitor(ward.database, RULES, ward.clock)
    ward.measures("watchdog", 38.4, 5)
    assert ward.texts() == [(WATCHDOG, page_words("w1-5"))]
    with ward.database.read() as session:
        [mark] = synthetic_patients(session)
        assert [one.reading.seq for one in store.readings_of(session, mark, newest=2)] == [4, 5]
        assert len(store.readings_of(session, mark)) == 5


def test_when_nobody_can_tell_who_is_synthetic_everybody_is_real(ward: Ward, monkeypatch: pytest.MonkeyPatch):
    def broken(*_args: object) -> None:
        raise RuntimeError("not readable")

    home(ward)
    monkeypatch.setattr(synthetic_page, "synthetic_patients", broken)
    ward.measures("h1", 38.4, 1)
    ward.measures("watchdog", 38.4, 1)
    with ward.database.read() as session:
        clinical = [line.urgency for line in incident_lines(session, START) if line.kind == "clinical"]
    assert clinical == ["urgent", "urgent"]
    assert BEN in {number for number, _ in ward.texts()}


@pytest.mark.parametrize("seq", [0, 17])
def test_the_words_of_a_synthetic_page_name_their_reading(seq: int):
    assert token_in(page_words(token_of("w7f3a", seq))) == f"w7f3a-{seq}"
    assert len(page_words(token_of("w7f3a", seq))) <= 160
    assert token_in("STEPGUARD URGENT P-0042. Reply K7Q2 OK.") is None
