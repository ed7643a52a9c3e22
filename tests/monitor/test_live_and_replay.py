"""The live loop and `replay` are one grading: same facts, same answers, whatever order they arrived in."""

import json
import random
import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from alerts.stored_sources import StoredSources
from gateway.clock import StillClock
from gateway.database import Database
from gateway.entered import store_entered
from monitor import backlog, cycle
from monitor.assessment import Assessment
from monitor.course import Course, assess
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.export import timeline_of
from monitor.record import Record
from monitor.replay import essence, replay
from monitor.rulebook import load_rules
from monitor.store import add_event, assessments_of
from monitor.timeline import parse_timeline

RULES = load_rules()
MINUTE = timedelta(minutes=1)
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PATIENT = {
    "code": "P-0042",
    "timezone": "Europe/Copenhagen",
    "baseline": {"temperature_c": 36.6, "systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97, "pulse_bpm": 74},
}


def reading(temperature: str | None, spo2: int | None, systolic: int | None) -> dict[str, object]:
    event: dict[str, object] = {"type": "reading"}
    if temperature is not None:
        event["temperature"] = {"value": Decimal(temperature), "unit": "Cel", "site": "oral"}
    if spo2 is not None:
        event["oximetry"] = {"spo2_pct": spo2, "pulse_bpm": 88}
    if systolic is not None:
        event["blood_pressure"] = {"systolic_mmhg": systolic, "diastolic_mmhg": 60, "pulse_bpm": 90}
    return event


readings = st.builds(
    reading,
    st.sampled_from([None, "36.7", "37.6", "38.2", "39.6"]),
    st.sampled_from([None, 97, 93, 90]),
    st.sampled_from([124, 98, 86]),
)
entries = st.sampled_from(
    [
        {"type": "medication", "name": "paracetamol", "amount": 1000, "unit": "mg"},
        {"type": "dose", "step": "SUD2", "amount": Decimal("0.3"), "unit": "mg/kg"},
        {"type": "support", "oxygen": {"device": "nasal_cannula", "flow_l_min": 4}},
        {"type": "support"},
        {"type": "symptom", "names": ["dizziness"]},
        {"type": "ice", "orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 0},
        {"type": "attribution", "sign": "fever", "cause": "infection"},
        {"type": "clinician_grade", "syndrome": "crs", "grade": 2},
        {"type": "place", "where": "admitted"},
        {"type": "place", "where": "home"},
    ]
)
courses = st.lists(st.tuples(st.integers(5, 400), st.one_of(readings, readings, entries)), min_size=1, max_size=14)


def timeline(course: list[tuple[int, dict[str, object]]]) -> dict[str, object]:
    at, events = START, [{"at": START.isoformat(), "type": "dose", "step": "SUD1", "amount": Decimal("0.06")}]
    for minutes, event in course:
        at += timedelta(minutes=minutes)
        events.append({**event, "at": at.isoformat()})
    return {"patient": PATIENT, "regimen": {"drug": "teclistamab"}, "events": events}


def spelled(event: dict[str, object]) -> bytes:
    body = {key: value for key, value in event.items() if key not in {"type", "at"}}
    return json.dumps({**body, "measured_at": event["at"]}, default=float).encode()


def live_answers(told: dict[str, object], folder: Path) -> list[Assessment]:
    """Feed a timeline to the live loop, fact by fact, and return what it stored."""
    database = Database(f"sqlite:///{folder}/live.db")
    clock = StillClock(START - timedelta(minutes=1))
    with database.write() as session:
        patient_id = enrol(session, code="P-0042", profile=PATIENT, drug="teclistamab", schedule=None, now=clock.now())
    monitor = Monitor(database, RULES, clock)
    for event in told["events"]:  # type: ignore[attr-defined]
        clock.at = datetime.fromisoformat(event["at"])
        with database.write() as session:
            if event["type"] == "reading":
                store_entered(session, patient_id, spelled(event), clock.now())
            else:
                add_event(session, patient_id, event, "ada", clock.now())
        monitor.cycle()
    with database.read() as session:
        stored = [row.assessment for row in assessments_of(session, patient_id)]
        exported = timeline_of(session, patient_id)
    database.dispose()
    assert [essence(a) for a in replay(exported, RULES)] == [essence(a) for a in changes(stored)]
    return stored


def changes(answers: list[Assessment]) -> list[Assessment]:
    """Return the answers at which more than ages changed, as `replay` prints them."""
    kept: list[Assessment] = []
    for answer in answers:
        if not kept or essence(answer) != essence(kept[-1]):
            kept.append(answer)
    return kept


@settings(max_examples=25, deadline=None)
@given(course=courses)
def test_the_live_loop_gives_the_answers_of_replay(course: list, empty_database: Path) -> None:
    told = timeline(course)
    with TemporaryDirectory() as folder:
        shutil.copy(empty_database, Path(folder) / "live.db")
        assert changes(live_answers(told, Path(folder))) == list(replay(told, RULES))


@settings(max_examples=40, deadline=None)
@given(course=courses, seed=st.integers(0, 1000))
def test_order_of_arrival_and_duplicates_do_not_change_the_final_assessment(course: list, seed: int) -> None:
    record = parse_timeline(timeline(course), RULES.plausibility)
    end = max(event.known_at for event in record.events)
    expected = assess(record, RULES, end)
    shuffled = list(record.events)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a test order
    again = [event for event in shuffled if type(event).__name__ == "ReadingTaken"]
    assert assess(Record(profile=record.profile, regimen=record.regimen, events=(*shuffled, *again)), RULES, end) == (
        expected
    )


@settings(max_examples=40, deadline=None)
@given(course=courses, seed=st.integers(0, 1000))
def test_a_course_taught_in_any_order_equals_one_folded_from_the_start(course: list, seed: int) -> None:
    record = parse_timeline(timeline(course), RULES.plausibility)
    events = list(record.events)
    random.Random(seed).shuffle(events)  # noqa: S311 - a test order
    end = max(event.known_at for event in events)
    taught = Course(record.profile, record.regimen, RULES)
    for event in events:
        taught.learn(event)
        taught.assess(max(event.known_at, start_of(taught)))
    assert taught.assess(end) == assess(record, RULES, end)


def start_of(course: Course) -> datetime:
    return min(event.known_at for event in course.events)


@settings(max_examples=40, deadline=None)
@given(course=courses, minutes=st.lists(st.integers(1, 3000), max_size=5))
def test_asking_in_between_changes_no_later_answer(course: list, minutes: list[int]) -> None:
    record = parse_timeline(timeline(course), RULES.plausibility)
    end = max(event.known_at for event in record.events) + timedelta(hours=60)
    asked = Course(record.profile, record.regimen, RULES, record.events)
    for at in sorted(START + timedelta(minutes=m) for m in minutes):
        if at <= end:
            asked.assess(at)
    assert asked.assess(end) == assess(record, RULES, end)


def test_a_late_fever_opens_the_episode_at_its_measurement() -> None:
    told = timeline([(60, reading("36.7", 97, 124)), (300, reading("36.8", 97, 124))])
    fever = {**reading("38.3", None, None), "at": (START + timedelta(minutes=180)).isoformat()}
    fever["received_at"] = (START + timedelta(minutes=420)).isoformat()
    told["events"].append(fever)  # type: ignore[attr-defined]
    last = list(replay(told, RULES, every_event=True))[-1]
    assert last.crs.episode is not None
    assert last.crs.episode.onset == START + timedelta(minutes=180)
    assert last.urgency == "routine", "a late value that does not page does not move present urgency"


def test_a_restarted_monitor_goes_on_where_it_stopped(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/stepguard.db")
    database.migrate()
    clock = StillClock(START)
    with database.write() as session:
        patient_id = enrol(session, code="P-0042", profile=PATIENT, drug="teclistamab", schedule=None, now=START)
        add_event(session, patient_id, {"type": "dose", "step": "SUD1", "at": START.isoformat()}, "ada", START)
    Monitor(database, RULES, clock).cycle()
    clock.advance(timedelta(hours=1))
    with database.write() as session:
        store_entered(
            session, patient_id, spelled({**reading("38.3", 97, 120), "at": clock.now().isoformat()}), clock.now()
        )
    restarted = Monitor(database, RULES, clock)
    assert restarted.cycle() == 1
    assert restarted.cycle() == 0, "a second pass at the same instant finds nothing new"
    clock.advance(timedelta(hours=3))
    assert Monitor(database, RULES, clock).cycle() > 0, "silence alone changes the answer"
    with database.read() as session:
        assert assessments_of(session, patient_id)[-1].assessment.sight.overdue != ()


def test_a_start_answers_patient_after_patient_and_forgets_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycle, "UNREAD_AT_ONCE", 2)
    monkeypatch.setattr(cycle, "DUE_AT_ONCE", 2)
    monkeypatch.setattr(backlog, "AT_ONCE", 2)
    monkeypatch.setattr(backlog, "PRESSING_AT_ONCE", 2)
    database = Database(f"sqlite:///{tmp_path}/stepguard.db")
    database.migrate()
    clock = StillClock(START)
    with database.write() as session:
        patients = [
            enrol(session, code=f"P-{n:04}", profile={"code": f"P-{n:04}"}, drug=None, schedule=None, now=START)
            for n in range(5)
        ]
    Monitor(database, RULES, clock).cycle()
    with database.write() as session:
        for patient_id in (*patients, patients[0]):
            told = spelled({**reading("38.3", 97, 120), "at": clock.advance(MINUTE).isoformat()})
            store_entered(session, patient_id, told, clock.now())
        add_event(session, patients[4], {"type": "symptom", "names": ["rash"], "at": START.isoformat()}, "ada", START)
    clock.advance(MINUTE)
    assert _answered_in_each_pass(database, clock) == [2, 2, 1], "two of them are read in a pass"
    clock.advance(timedelta(hours=9))
    passes = _answered_in_each_pass(database, clock)
    assert len(passes) >= 3, "two of those who are due are taken in a pass"
    with database.read() as session:
        for patient_id in patients:
            assert assessments_of(session, patient_id)[-1].assessment.sight.overdue != ()


def _answered_in_each_pass(database: Database, clock: StillClock) -> list[int]:
    """Return how many patients each pass of a monitor that has just started answered."""
    monitor, passes = Monitor(database, RULES, clock), []
    count = text("SELECT count(DISTINCT patient_id) FROM assessment WHERE id > :last")
    newest = text("SELECT coalesce(max(id), 0) FROM assessment")
    while True:
        with database.read() as session:
            last = session.connection().execute(newest).scalar_one()
        if not monitor.cycle():
            return passes
        with database.read() as session:
            passes.append(session.connection().execute(count, {"last": last}).scalar_one())


@pytest.mark.parametrize("every_event", [True, False])
def test_every_line_of_a_timeline_can_be_printed(*, every_event: bool) -> None:
    told = timeline([(60, reading("36.7", 97, 124)), (120, reading("38.4", 92, 88))])
    assert len(list(replay(told, RULES, every_event=every_event))) >= 3


def test_a_corrected_enrolment_is_answered_at_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/stepguard.db")
    database.migrate()
    clock = StillClock(START)
    with database.write() as session:
        patient_id = enrol(session, code="P-0042", profile={"code": "P-0042"}, drug=None, schedule=None, now=START)
        add_event(session, patient_id, {"type": "dose", "step": "SUD1", "at": START.isoformat()}, "ada", START)
        store_entered(session, patient_id, spelled({**reading("36.8", 97, 101), "at": START.isoformat()}), START)
    monitor = Monitor(database, RULES, clock)
    monitor.cycle()
    clock.advance(timedelta(minutes=5))
    with database.write() as session:
        enrol(session, code="P-0042", profile=PATIENT, drug="teclistamab", schedule=None, now=clock.now())
    assert monitor.cycle() == 1
    assert monitor.cycle() == 0
    with database.read() as session:
        before, after = [row.assessment for row in assessments_of(session, patient_id)][-2:]
    assert before.urgency == "routine", "without a baseline the relative rules are off"
    assert after.urgency == "watch", "101 is 23 below the baseline of 124"
    assert (before.window.phase, after.window.phase) == ("unknown", "open")


def test_a_patient_whose_record_breaks_the_grading_holds_up_nobody_else(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/stepguard.db")
    database.migrate()
    clock = StillClock(START)
    with database.write() as session:
        broken = enrol(session, code="P-0001", profile={"code": "P-0001"}, drug=None, schedule=None, now=START)
        sound = enrol(session, code="P-0002", profile={"code": "P-0002"}, drug=None, schedule=None, now=START)
        session.connection().execute(
            text("UPDATE enrolment SET profile = :unreadable WHERE patient_id = :patient"),
            {"unreadable": json.dumps({"code": "P-0001", "timezone": "Nowhere/At_All"}), "patient": broken},
        )
        for patient_id in (broken, sound):
            at = {**reading("38.4", 97, 120), "at": START.isoformat()}
            store_entered(session, patient_id, spelled(at), START)
    monitor = Monitor(database, RULES, clock)
    monitor.cycle()
    monitor.beat()
    with database.read() as session:
        assert assessments_of(session, sound)[-1].assessment.urgency == "urgent"
        assert assessments_of(session, broken) == []
        troubles = {trouble.key: trouble for trouble in StoredSources().troubles(session, START)}
    assert troubles[f"ungraded:{broken}"].severity == "high"
    with database.write() as session:
        enrol(session, code="P-0001", profile={"code": "P-0001"}, drug=None, schedule=None, now=clock.advance(MINUTE))
    monitor.cycle()
    monitor.beat()
    with database.read() as session:
        assert assessments_of(session, broken)[-1].assessment.urgency == "urgent", "corrected, it is graded at once"
        assert f"ungraded:{broken}" not in {trouble.key for trouble in StoredSources().troubles(session, START)}
