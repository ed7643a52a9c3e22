"""Every stored assessment comes out of the record again, bit for bit, whatever happened in between."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from gateway.clock import StillClock
from gateway.database import Database
from gateway.entered import store_entered
from gateway.intake import Arrived, Intake
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName
from gateway.store import add_hub, assign
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.recompute import recompute
from monitor.rulebook import load_rules
from monitor.store import add_event, events_of

RULES = load_rules()
MINUTE = timedelta(minutes=1)
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

values = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.sampled_from([36.7, 37.7, 38.3, 39.6]).map(
            lambda c: {"value": c, "unit": "Cel", "site": "oral"}
        ),
        "oximetry": st.sampled_from([97, 93, 90]).map(lambda pct: {"spo2_pct": pct, "pulse_bpm": 91}),
        "blood_pressure": st.sampled_from([124, 98, 86]).map(lambda mm: {"systolic_mmhg": mm, "diastolic_mmhg": 60}),
    },
).filter(bool)
entries = st.sampled_from(
    [
        {"type": "medication", "name": "paracetamol", "amount": 1000, "unit": "mg"},
        {"type": "dose", "step": "SUD2", "amount": 0.3, "unit": "mg/kg"},
        {"type": "support", "oxygen": {"device": "nasal_cannula", "flow_l_min": 4}},
        {"type": "symptom", "names": ["dizziness"]},
        {"type": "ice", "orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 0},
        {"type": "clinician_grade", "syndrome": "crs", "grade": 2},
        {"type": "place", "where": "admitted"},
        {"type": "place", "where": "home"},
        {"type": "baseline", "systolic_mmhg": 118},
    ]
)
profiles = st.sampled_from([{}, {"baseline": {"systolic_mmhg": 130, "spo2_pct": 97}}, {"spo2_scale": 2}])
late = st.sampled_from([0, 0, 0, 3, 45, 400])
deeds = st.one_of(
    st.tuples(st.just("measured"), values, late),
    st.tuples(st.just("measured"), values, late),
    st.tuples(st.just("texted"), values),
    st.tuples(st.just("entered"), entries, late),
    st.tuples(st.just("void"), st.integers(0, 30)),
    st.tuples(st.just("garbage")),
    st.tuples(st.just("enrolled"), profiles, st.sampled_from(["teclistamab", "epcoritamab", None])),
    st.tuples(st.just("restart")),
    st.tuples(st.just("cycle")),
    st.tuples(st.just("wait"), st.sampled_from([1, 20, 130, 700])),
)


class Day:
    """A monitor that lives through whatever it is told."""

    def __init__(self, database: Database, start) -> None:
        self.database, self.clock = database, StillClock(start)
        self.intake, self.seq = Intake(load_limits()), 0
        with database.write() as session:
            self.patient_id = self._enrol(session, {}, "teclistamab")
            add_hub(session, "h1")
            assign(session, "h1", "P-1", start - timedelta(days=9))
            dose = {"type": "dose", "step": "SUD1", "at": start.isoformat()}
            add_event(session, self.patient_id, dose, "ada", start)
        self.restart()

    def _enrol(self, session, profile, drug):
        now = self.clock.now()
        return enrol(session, code="P-1", profile={"code": "P-1", **profile}, drug=drug, schedule=None, now=now)

    def restart(self) -> None:
        self.monitor = Monitor(self.database, RULES, self.clock)

    def cycle(self) -> None:
        self.monitor.cycle()

    def wait(self, minutes: int) -> None:
        self.clock.advance(minutes * MINUTE)

    def enrolled(self, profile, drug) -> None:
        with self.database.write() as session:
            self._enrol(session, profile, drug)

    def measured(self, groups, late_min: int) -> None:
        self.seq += 1
        at = self.clock.now() - late_min * MINUTE
        self._arrive(json.dumps({"boot": "b", "seq": self.seq, "measured_at": at.isoformat(), **groups}).encode())

    def garbage(self) -> None:
        self.seq += 1
        self._arrive(b"\xff%d" % self.seq)

    def _arrive(self, payload: bytes) -> None:
        with self.database.write_connection() as connection:
            saved = self.intake.save(connection, [Arrived(HubName("h1"), "up/reading", payload, self.clock.now())])
        self.intake.adopt(saved)

    def texted(self, groups) -> None:
        now = self.clock.now()
        with self.database.write() as session:
            store_entered(
                session, self.patient_id, json.dumps({"measured_at": now.isoformat(), **groups}).encode(), now
            )

    def entered(self, event, late_min: int) -> None:
        now = self.clock.now()
        with self.database.write() as session:
            add_event(session, self.patient_id, {**event, "at": (now - late_min * MINUTE).isoformat()}, "ada", now)

    def void(self, which: int) -> None:
        now = self.clock.now()
        with self.database.write() as session:
            refs = [one.event.ref for one in events_of(session, self.patient_id)]
            event = {"type": "void", "of": refs[which % len(refs)], "why": "wrong", "at": now.isoformat()}
            add_event(session, self.patient_id, event, "ada", now)

    def live(self, told) -> None:
        for what, *values in told:
            getattr(self, what)(*values)
            self.clock.advance(timedelta(seconds=7))
        self.cycle()

    def recomputed(self):
        with self.database.read() as session:
            stored = session.connection().execute(text("SELECT count(*) FROM assessment")).scalar_one()
            return stored, recompute(session, self.patient_id, RULES)


@settings(max_examples=25, deadline=None)
@given(told=st.lists(deeds, max_size=25))
def test_what_was_stored_comes_out_again_whatever_was_late_void_corrected_or_restarted(
    told: list, empty_database: Path
) -> None:
    with TemporaryDirectory() as folder:
        shutil.copy(empty_database, Path(folder) / "day.db")
        day = Day(Database(f"sqlite:///{folder}/day.db"), START)
        try:
            day.live(told)
            stored, found = day.recomputed()
        finally:
            day.database.dispose()
    assert found.not_comparable == []
    assert found.differences == []
    assert found.compared == stored > 0


def lived(database: Database) -> Day:
    day = Day(database, START)
    day.live([("measured", {"temperature": {"value": 38.4, "unit": "Cel", "site": "oral"}}, 0), ("cycle",)])
    return day


def change(database: Database, statement: str) -> None:
    with database.write_connection() as connection:
        connection.execute(text(statement))


def test_a_changed_byte_of_a_stored_assessment_is_reported_with_its_key(database):
    day = lived(database)
    change(
        database,
        'UPDATE assessment SET body = CAST(replace(CAST(body AS TEXT), \'"urgency":"urgent"\', \'"urgency":"watch"\')'
        " AS BLOB) WHERE reading_id = 1",
    )
    _, found = day.recomputed()
    assert [(one.key, one.stored, one.recomputed) for one in found.differences] == [("urgency", "watch", "urgent")]


def test_a_changed_reading_changes_what_comes_out(database):
    day = lived(database)
    change(database, "UPDATE reading SET payload = CAST(replace(CAST(payload AS TEXT), '38.4', '36.4') AS BLOB)")
    _, found = day.recomputed()
    assert ("urgency", "urgent", "routine") in [(one.key, one.stored, one.recomputed) for one in found.differences]


def test_an_assessment_of_other_rules_is_not_compared_and_says_so(database):
    day = lived(database)
    stored, all_of_them = day.recomputed()
    change(
        database,
        f"UPDATE assessment SET body = CAST(replace(CAST(body AS TEXT), '{RULES.version}', 'older') AS BLOB)"
        " WHERE id = 1",
    )
    _, found = day.recomputed()
    assert found.compared == all_of_them.compared - 1 == stored - 1
    assert [(one.assessment_id, one.why.split(";")[0]) for one in found.not_comparable] == [
        (1, "given by the rules older")
    ]


def test_an_assessment_whose_reading_is_gone_is_not_taken_for_sound(database):
    day = lived(database)
    change(database, "DELETE FROM reading")
    _, found = day.recomputed()
    assert "what caused it is gone: reading 1" in [one.why for one in found.not_comparable]
