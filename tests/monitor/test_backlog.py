"""More waits than one pass takes: whoever may be in danger goes first, nobody starves, no answer changes."""

import json
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from gateway.clock import StillClock
from gateway.database import Database
from gateway.entered import store_entered
from gateway.reading import PatientId
from monitor import backlog, cycle, news
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.recompute import recompute
from monitor.rulebook import load_rules
from monitor.store import add_event, assessments_of

RULES = load_rules()
MINUTE = timedelta(minutes=1)
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WELL_C, FEVER_C = 36.7, 38.4
BASELINE = {"temperature_c": 36.6, "systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97, "pulse_bpm": 74}
Limits = Callable[..., None]


class House:
    """Patients, what they measure, and a monitor that can be killed between two passes."""

    def __init__(self, database: Database, patients: int) -> None:
        self.database, self.clock = database, StillClock(START)
        with database.write() as session:
            self.patients = [
                enrol(
                    session,
                    code=f"P-{number:04}",
                    profile={"code": f"P-{number:04}", "baseline": BASELINE},
                    drug="teclistamab",
                    schedule=None,
                    now=START,
                )
                for number in range(patients)
            ]
        self.restart()

    def restart(self) -> None:
        self.monitor = Monitor(self.database, RULES, self.clock)

    def measures(self, patient: int, temperature_c: float) -> None:
        at = self.clock.advance(timedelta(seconds=1)).isoformat()
        told = {"measured_at": at, "temperature": {"value": temperature_c, "unit": "Cel", "site": "oral"}}
        with self.database.write() as session:
            store_entered(session, self.patients[patient], json.dumps(told).encode(), self.clock.now())

    def is_told_of(self, patient: int, **event: object) -> None:
        at = self.clock.advance(timedelta(seconds=1))
        with self.database.write() as session:
            add_event(session, self.patients[patient], {**event, "at": at.isoformat()}, "ada", at)

    def answered_next(self) -> list[int]:
        """Let the monitor make one pass; return the patients it answered, in the order stored."""
        newest = text("SELECT coalesce(max(id), 0) FROM assessment")
        fresh = text("SELECT patient_id FROM assessment WHERE id > :last ORDER BY id")
        with self.database.read() as session:
            last = session.connection().execute(newest).scalar_one()
        self.monitor.cycle()
        with self.database.read() as session:
            found = session.connection().execute(fresh, {"last": last}).scalars().all()
        return [self.patients.index(PatientId(one)) for one in dict.fromkeys(found)]

    def urgency(self, patient: int) -> str:
        with self.database.read() as session:
            return assessments_of(session, self.patients[patient])[-1].assessment.urgency

    def answers(self) -> list[list[bytes]]:
        """Return every answer as stored, by patient."""
        query = text("SELECT at, body FROM assessment WHERE patient_id = :patient ORDER BY id")
        with self.database.read() as session:
            return [
                [(at, bytes(body)) for at, body in session.connection().execute(query, {"patient": patient})]
                for patient in self.patients
            ]

    def cursors(self) -> list[str]:
        with self.database.read() as session:
            return list(session.connection().execute(text("SELECT name FROM monitor_cursor ORDER BY name")).scalars())


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a pass take two patients, one of those whose readings could be urgent, and three readings of each."""
    limit(monkeypatch.setattr)


def limit(set_to: Callable[[object, str, int], None]) -> None:
    set_to(cycle, "UNREAD_AT_ONCE", 2)
    set_to(backlog, "AT_ONCE", 2)
    set_to(backlog, "PRESSING_AT_ONCE", 1)
    set_to(backlog, "LOOKED_AT", 8)
    set_to(news, "BATCH", 3)


@pytest.fixture
def waiting(database: Database, limited: None) -> House:
    """Eight patients, each with two readings nobody has graded, all of them well."""
    house = House(database, 8)
    house.monitor.cycle()
    house.restart()
    for patient in (*range(8), *range(8)):
        house.measures(patient, WELL_C)
    return house


def test_a_fever_among_many_ungraded_readings_is_answered_in_the_first_pass(waiting: House):
    waiting.measures(7, FEVER_C)
    assert waiting.answered_next() == [7]
    assert waiting.urgency(7) == "urgent"


def test_a_fever_that_comes_while_the_monitor_catches_up_is_answered_in_the_next_pass(waiting: House):
    assert waiting.answered_next() == [0, 1], "while nobody is in danger whoever waits longest goes first"
    waiting.measures(0, FEVER_C)
    assert waiting.answered_next() == [0]
    waiting.measures(6, FEVER_C)
    waiting.measures(7, 39.9)
    assert waiting.answered_next() == [2, 3], "every other pass belongs to those who wait longest"
    assert waiting.answered_next() == [7], "an emergency before a fever"
    assert [waiting.urgency(patient) for patient in (0, 7)] == ["urgent", "emergency"]


def test_a_fever_that_lies_far_back_is_found_before_its_turn(waiting: House):
    waiting.measures(5, FEVER_C)
    for patient in (*range(4), *range(4), *range(4)):
        waiting.measures(patient, WELL_C)
    passes = [waiting.answered_next() for _ in range(3)]
    assert passes == [[0, 1], [5], [2, 3]], "the newest readings are looked at first, older ones in later passes"


def test_what_somebody_enters_goes_before_readings_of_the_well(waiting: House):
    waiting.is_told_of(6, type="symptom", names=["seizure"])
    assert waiting.answered_next() == [6]
    assert waiting.urgency(6) == "emergency"


def test_danger_without_end_starves_nobody(waiting: House):
    passes = []
    while 7 not in {patient for one in passes for patient in one}:
        waiting.measures(0, FEVER_C)
        waiting.measures(1, FEVER_C)
        passes.append(waiting.answered_next())
    assert len(passes) <= 10
    assert passes[0] == [1], "the newest first"


def test_nobody_is_answered_about_without_what_is_known_already(waiting: House):
    """Whoever is due while readings wait is not called overdue: their readings are taken first."""
    while waiting.answered_next():
        pass
    waiting.clock.advance(timedelta(hours=20))
    for patient in range(8):
        waiting.measures(patient, WELL_C)
    waiting.restart()
    while waiting.answered_next():
        pass
    with waiting.database.read() as session:
        for patient in waiting.patients:
            last = assessments_of(session, patient)[-1].assessment
            assert "temperature" not in last.sight.overdue


def test_what_is_left_of_a_backlog_is_nothing(waiting: House):
    waiting.measures(3, FEVER_C)
    waiting.answered_next()
    assert waiting.cursors() == ["monitor", "patient:4"], "a patient who is ahead is written down"
    while waiting.answered_next():
        pass
    assert waiting.cursors() == ["monitor"]
    waiting.measures(2, WELL_C)
    assert waiting.answered_next() == [2]


def test_a_patient_with_more_readings_than_a_pass_takes_is_answered_in_parts(database: Database, limited: None):
    house = House(database, 1)
    house.monitor.cycle()
    for _ in range(7):
        house.measures(0, WELL_C)
    house.measures(0, FEVER_C)
    house.clock.advance(timedelta(hours=12))
    answered = []
    while house.answered_next():
        answered.append(len(house.answers()[0]))
    assert answered[:2] == [3, 6], "nothing is said of the silence after readings that are still to come"
    with database.read() as session:
        first = [one.assessment for one in assessments_of(session, house.patients[0])][:8]
    assert [one.urgency for one in first] == [*["routine"] * 7, "urgent"]


def test_a_patient_whose_enrolment_cannot_be_read_holds_up_nobody(waiting: House):
    with waiting.database.write() as session:
        session.connection().execute(
            text("UPDATE enrolment SET profile = :unreadable WHERE patient_id = :patient"),
            {"unreadable": json.dumps({"code": "P-0000", "timezone": "Nowhere/At_All"}), "patient": 1},
        )
    while len({patient for patient, given in enumerate(waiting.answers()) if given}) < 7:
        assert waiting.answered_next()


happenings = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from([WELL_C, WELL_C, 37.7, FEVER_C, 39.8, "rash", "paracetamol"]),
        st.integers(0, 90),
    ),
    min_size=6,
    max_size=12,
)


def live(folder: Path, empty: Path, told: Sequence[tuple[int, object, int]], kills: Iterator[bool]) -> House:
    """Let everything happen while no monitor runs, then let one catch up that is killed between passes."""
    shutil.copy(empty, folder / "house.db")
    house = House(Database(f"sqlite:///{folder}/house.db"), 3)
    house.monitor.cycle()
    house.restart()
    for patient, what, minutes in told:
        house.clock.advance(minutes * MINUTE)
        if isinstance(what, float):
            house.measures(patient, what)
        elif what == "rash":
            house.is_told_of(patient, type="symptom", names=["rash"])
        else:
            house.is_told_of(patient, type="medication", name="paracetamol", amount=1000, unit="mg")
    while house.answered_next():
        if next(kills):
            house.restart()
    return house


@settings(max_examples=5)
@given(told=happenings, seed=st.integers(0, 1000))
def test_the_order_of_catching_up_and_kills_in_it_change_no_answer(told: list, seed: int, empty_database: Path):
    chance = random.Random(seed)  # noqa: S311 - chooses when to kill
    with TemporaryDirectory() as one, TemporaryDirectory() as other, pytest.MonkeyPatch.context() as patched:
        at_once = live(Path(one), empty_database, told, iter(lambda: False, None))
        limit(patched.setattr)
        in_parts = live(Path(other), empty_database, told, iter(lambda: chance.random() < 0.4, None))
        assert in_parts.answers() == at_once.answers()
        with in_parts.database.read() as session:
            for patient in in_parts.patients:
                derived = recompute(session, patient, RULES)
                assert (derived.differences, derived.not_comparable) == ([], [])
        at_once.database.dispose()
        in_parts.database.dispose()
