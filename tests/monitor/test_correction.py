"""A wrong entry is corrected in one step: the old line is struck out and kept, and the answers follow the new one."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.clock import StillClock
from gateway.database import Database
from gateway.permissions import Action, asked_of
from monitor.correction import UNEXPLAINED, correct_event, replacing, strike_out
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.event_fields import BadEvent
from monitor.export import timeline_of
from monitor.rulebook import load_rules
from monitor.screen import history, record_lines
from monitor.store import add_event
from monitor.ward_reading import overviews

NOW = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
GIVEN = NOW - timedelta(hours=3, seconds=11)


@pytest.fixture
def record(tmp_path):
    """Return a database with one patient and a dose with an end, entered with a wrong amount."""
    database = Database(f"sqlite:///{tmp_path}/record.db")
    database.migrate()
    with database.write() as session:
        patient_id = enrol(
            session, code="P-0042", profile={}, drug="teclistamab", schedule="us_weekly", now=NOW - timedelta(days=1)
        )
        wrong = {
            "at": GIVEN.isoformat(),
            "type": "dose",
            "step": "SUD2",
            "amount": 3,
            "unit": "mg/kg",
            "ended_at": (GIVEN + timedelta(minutes=5)).isoformat(),
        }
        ref = add_event(session, patient_id, wrong, by="ada", now=GIVEN)
    yield database, patient_id, ref
    database.dispose()


def dose(amount=0.3, at=GIVEN):
    return {
        "at": at.isoformat(),
        "type": "dose",
        "step": "SUD2",
        "amount": amount,
        "unit": "mg/kg",
        "ended_at": None,
    }


def test_the_old_line_is_struck_out_with_who_when_and_why_and_names_what_replaced_it(record):
    database, patient_id, wrong = record
    with database.write() as session:
        right = correct_event(session, patient_id, wrong, dose(), why="a slip", by="ben", now=NOW)
        lines = {each.line.ref: each for each in record_lines(session, patient_id)}
    old, new = lines[wrong].line, lines[right].line
    assert (old.voided, old.text) == (True, "SUD2 3 mg/kg")
    assert (old.strike.by, old.strike.at, old.strike.why, old.strike.replaced_by) == ("ben", NOW, "a slip", right)
    assert (new.voided, new.text, new.at, new.corrects) == (False, "SUD2 0.3 mg/kg", GIVEN, wrong)
    assert lines[right].body["ended_at"] == lines[wrong].body["ended_at"], "the end of the infusion was not in question"


def test_the_answers_and_an_exported_timeline_follow_the_correction(record):
    database, patient_id, wrong = record
    rules, clock = load_rules(), StillClock(NOW)
    monitor = Monitor(database, rules, clock)
    monitor.cycle()
    with database.write() as session:
        correct_event(session, patient_id, wrong, dose(), why="", by="ben", now=NOW)
    monitor.cycle()
    with database.read() as session:
        [overview] = overviews(session, rules, NOW)
        void = timeline_of(session, patient_id)["events"][-1]
    assert overview.dose_amount == "0.3 mg/kg"
    assert (void["type"], void["of"], void["why"]) == ("void", wrong, UNEXPLAINED)


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        ({"at": GIVEN.isoformat(), "type": "note", "text": "x"}, "is of the kind dose"),
        (dose(at=GIVEN + timedelta(hours=1)), "end before it begins"),
        ({**dose(), "amount": -1}, "must not be below 0"),
    ],
)
def test_a_refused_correction_leaves_the_old_entry_standing(record, event, refusal):
    database, patient_id, wrong = record
    with pytest.raises(BadEvent, match=refusal), database.write() as session:
        correct_event(session, patient_id, wrong, event, why="", by="ben", now=NOW)
    with database.read() as session:
        [only] = record_lines(session, patient_id)
    assert not only.line.voided


def test_an_entry_is_struck_out_once_and_a_striking_out_is_not_corrected(record):
    database, patient_id, wrong = record
    void = {"at": NOW.isoformat(), "type": "void", "of": wrong, "why": "of another patient"}
    with database.write() as session:
        struck = strike_out(session, patient_id, void, by="ben", now=NOW)
        with pytest.raises(BadEvent, match="struck out already, by ben: of another patient"):
            strike_out(session, patient_id, void, by="ada", now=NOW)
        with pytest.raises(BadEvent, match="struck out already"):
            correct_event(session, patient_id, wrong, dose(), why="", by="ada", now=NOW)
        with pytest.raises(BadEvent, match="strikes out another entry"):
            correct_event(session, patient_id, struck, dose(), why="", by="ada", now=NOW)
        with pytest.raises(BadEvent, match="no entry 'm99'"):
            correct_event(session, patient_id, "m99", dose(), why="", by="ada", now=NOW)
        told = history(session, patient_id, GIVEN).entries
    assert [each.voided for each in told] == [True, False]


def test_what_a_kind_says_is_said_anew_and_what_it_holds_beside_stays():
    old = {
        "type": "medication",
        "at": GIVEN.isoformat(),
        "id": "m1",
        "name": "paracetamol",
        "purpose": "treatment",
        "source": "home",
    }
    event = {"type": "medication", "at": GIVEN.isoformat(), "name": "paracetamol", "amount": 500, "unit": "mg"}
    assert replacing(old, event) == {**event, "source": "home"}


def test_correcting_a_grade_asks_for_the_permission_to_grade():
    assert asked_of({"type": "clinician_grade", "by": "Dr Berg"}) is Action.NOTE_GRADE
