"""A short night with something of everything the log seals, made once and copied for each test."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from alerts import desk, shift_store, store
from alerts.audit_rows import ALERTS_TABLES
from alerts.contacts import add_contact
from alerts.cycle import Alerts
from alerts.message import Site
from alerts.outbox import Outbox, receive
from alerts.policy_file import load_policy
from alerts.roster_file import load_roster
from alerts.shift_story import Shown, ShownItem
from alerts.stored_sources import StoredSources
from gateway.audit import writing_as
from gateway.audit_anchor import anchor
from gateway.audit_rows import GATEWAY_TABLES
from gateway.audit_verify import Verified, verify
from gateway.clock import StillClock
from gateway.database import Database
from gateway.intake import Arrived, Intake
from gateway.people_log import note
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName, PatientCode, PatientId
from gateway.store import add_hub, assign
from monitor.audit_rows import MIRRORS, MONITOR_TABLES
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.rulebook import load_rules
from monitor.store import add_event

NIGHT = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
HOME = "+12025550190"
MINUTE = timedelta(minutes=1)
ALL_TABLES = (*GATEWAY_TABLES, *MONITOR_TABLES, *ALERTS_TABLES)


def reading(seq: int, at: datetime, temperature_c: float) -> bytes:
    groups = {"temperature": {"value": temperature_c, "unit": "Cel", "site": "oral"}, "respiratory_rate_bpm": 16}
    return json.dumps({"boot": "b1", "seq": seq, "measured_at": at.isoformat(), **groups}).encode()


def verified(database: Database, **asked: object) -> Verified:
    with database.read() as session:
        return verify(session.connection(), ALL_TABLES, mirrors=MIRRORS, **asked)  # type: ignore[arg-type]


class Night:
    """Patient 1 has a fever, is called about and acknowledged; patient 2 is quiet."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, StillClock(NIGHT)
        self.intake = Intake(load_limits())
        self.monitor = Monitor(database, load_rules(), self.clock)
        self.alerts = Alerts(
            database,
            self.clock,
            policy=load_policy(),
            roster=load_roster(),
            phone=Outbox(database, self.clock),
            sources=StoredSources(),
            site=Site(unit_phone="555-0100", emergency_number="112", timezone="UTC"),
            watched=(),
        )

    def begin(self) -> None:
        with self.database.write() as session:
            for number in (1, 2):
                code, now = f"P-{number}", NIGHT - timedelta(hours=30)
                patient_id = enrol(
                    session, code=code, profile={"code": code}, drug="teclistamab", schedule=None, now=now
                )
                add_hub(session, f"hub{number}")
                assign(session, f"hub{number}", code, now)
                dose = {"at": now.isoformat(), "type": "dose", "step": "SUD1", "amount": 0.06, "unit": "mg/kg"}
                add_event(session, patient_id, dose, "ada", now)
            add_contact(session, 1, name="daughter", number=HOME, consent_values=True, now=NIGHT)
            desk.silence(
                session,
                by="ada",
                why="at the cabin till nine",
                until=NIGHT + 30 * MINUTE,
                now=NIGHT,
                limits=load_policy().silences,
                patient=(PatientId(1), PatientCode("P-1")),
            )

    def hear(self, hub: str, payload: bytes, leaf: str = "up/reading") -> None:
        self.hear_all([Arrived(HubName(hub), leaf, payload, self.clock.now())])

    def hear_all(self, messages: list[Arrived]) -> None:
        with self.database.write_connection() as connection:
            saved = self.intake.save(connection, messages)
        self.intake.adopt(saved)

    def pass_on(self) -> None:
        self.monitor.cycle()
        copy_context().run(self._call)

    def _call(self) -> None:
        writing_as("alerts")
        self.alerts.cycle()

    def anchor(self) -> None:
        with self.database.write_connection() as connection:
            anchor(connection, self.clock.now())

    def live(self) -> None:
        self.begin()
        for seq, temperature_c in enumerate((36.8, 37.1, 38.6), 1):
            self.hear("hub1", reading(seq, self.clock.now(), temperature_c))
            self.hear("hub2", reading(seq, self.clock.now(), 36.7))
            self.pass_on()
            self.anchor()
            self.clock.advance(20 * MINUTE)
        self.hear("hub2", b"not a reading")
        receive(self.database, from_number=HOME, body="T 38,7", now=self.clock.now())
        self.pass_on()
        self.pass_on()
        with self.database.write() as session:
            kept = store.live_of(session, "patient:1")
            assert kept is not None
            assert kept.id is not None
            desk.acknowledge(session, kept.id, by="ada", note="called the home", now=self.clock.now())
            store.note(session, kept.id, self.clock.now(), "note", by="ada", text="neighbour has a key")
            note(session, self.clock.now(), "view", "patient:1", {"screen": "patient"}, by="ada", patient_id=1)
        with self.database.write() as session:
            enrol(
                session,
                code="P-2",
                profile={"code": "P-2", "weight_kg": 80},
                drug="teclistamab",
                schedule=None,
                now=self.clock.now(),
            )
        self.clock.advance(5 * MINUTE)
        self.pass_on()
        self.hand_over()
        self.anchor()
        self.alerts.close()

    def hand_over(self) -> None:
        now = self.clock.now()
        with self.database.write() as session:
            pressing = shift_store.pressing_now(session, now)
            patient = PatientId(1)
            item = ShownItem(patient_id=patient, code=PatientCode("P-1"), digest="d1", pressing=pressing[patient])
            shown = Shown(given_by="ada", since=NIGHT, shown_at=now, items=(item,))
            shift_store.confirm_shift(session, shown, by="ben", roster=None, now=now)


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    file = tmp_path_factory.mktemp("night") / "night.db"
    shutil.copy(empty_database, file)
    database = Database(f"sqlite:///{file}")
    Night(database).live()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return file


@pytest.fixture
def night(lived: Path, tmp_path: Path) -> Iterator[Database]:
    """Return that night's database, for this test alone."""
    file = tmp_path / "night.db"
    shutil.copy(lived, file)
    database = Database(f"sqlite:///{file}")
    yield database
    database.dispose()


@pytest.fixture
def tamper(night: Database) -> Callable[..., None]:
    """Change the database as somebody would who has its password and not our code."""

    def change(*statements: str, **values: object) -> None:
        with night.write_connection() as connection:
            for statement in statements:
                connection.execute(text(statement), values)

    return change


@pytest.fixture(name="verified")
def verified_fixture() -> Callable[..., Verified]:
    return verified


@pytest.fixture(name="reading")
def reading_fixture() -> Callable[[int, datetime, float], bytes]:
    return reading


@pytest.fixture
def now() -> datetime:
    """An hour and a half after the night began: everything in it is over."""
    return NIGHT + 90 * MINUTE


@pytest.fixture
def tables() -> tuple[object, ...]:
    return ALL_TABLES


@pytest.fixture
def live() -> Callable[[Database], None]:
    """Have that night happen in another database."""
    return lambda database: Night(database).live()
