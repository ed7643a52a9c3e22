"""The summary of an episode in the record: written once, struck out and written anew when something changed."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from fhir.resources.R4B.bundle import Bundle

from alerts import store
from alerts.episode_calls import EpisodeCalls
from alerts.episode_fhir import as_fhir
from alerts.episode_keeping import EpisodeKeeper, episodes_told
from alerts.episode_paper import as_pdf, as_text
from alerts.episode_words import episode_words
from alerts.incident import Incident, Terms
from alerts.tables import PageRow
from gateway.clock import StillClock
from gateway.entered import store_entered
from gateway.settings import RulesSettings
from monitor.cycle import Monitor
from monitor.enrolment import enrol
from monitor.episode_record import Basis, standing_summaries
from monitor.export import timeline_of
from monitor.replay import replay
from monitor.rulebook import load_rules
from monitor.store import add_event, assessments_of, events_of
from monitor.timeline import parse_profile

RULES = load_rules()
DOSE = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONE = ZoneInfo("Europe/Copenhagen")
WELL_AT = (22, 26, 30, 34, 38, 42, 46)
PROFILE = {"code": "P-0042", "born": "1956-03-01", "timezone": "Europe/Copenhagen"}


class Ward:
    """Patients whose episodes end, a monitor that answers, and the part of the house that sums up."""

    def __init__(self, database):
        self.database, self.clock = database, StillClock(DOSE)
        self.monitor = Monitor(database, RULES, self.clock)
        self.keeper = EpisodeKeeper(database, RulesSettings())

    def patient(self, code="P-0042"):
        with self.database.write() as session:
            self.id = enrol(
                session, code=code, profile={**PROFILE, "code": code}, drug="teclistamab", schedule=None, now=DOSE
            )
        self.enters(0, type="dose", step="SUD2", amount=0.3, unit="mg/kg")
        return self.id

    def enters(self, hours, **event):
        now = max(self.clock.at, DOSE + hours * HOUR)
        with self.database.write() as session:
            return add_event(session, self.id, {"at": (DOSE + hours * HOUR).isoformat(), **event}, "ada", now)

    def measures(self, *hours, celsius="36.8", systolic=122, received=None):
        with self.database.write() as session:
            for hour in hours:
                body = {
                    "measured_at": (DOSE + hour * HOUR).isoformat(),
                    "temperature": {"value": float(celsius), "unit": "Cel", "site": "oral"},
                    "oximetry": {"spo2_pct": 97},
                    "blood_pressure": {"systolic_mmhg": systolic, "diastolic_mmhg": 70},
                }
                store_entered(session, self.id, json.dumps(body).encode(), DOSE + (received or hour) * HOUR)

    def is_ill_and_well_again(self):
        self.measures(20, celsius="38.4")
        self.enters(21, type="medication", name="tocilizumab", amount=560, unit="mg", purpose="treatment")
        self.measures(*WELL_AT)
        return self.sums_up(47)

    def sums_up(self, hours):
        self.clock.at = DOSE + hours * HOUR
        while self.monitor.cycle():
            pass
        return self.keeper.keep(self.clock.at)

    def entries(self):
        with self.database.read() as session:
            return events_of(session, self.id)

    def standing(self):
        return standing_summaries(self.entries())

    def told(self):
        with self.database.read() as session:
            return episodes_told(session, self.id, RULES, self.clock.at)


@pytest.fixture
def ward(database):
    ward = Ward(database)
    ward.patient()
    return ward


def test_an_open_episode_is_not_summed_up_and_one_that_ended_is_once(ward):
    ward.measures(20, celsius="38.4")
    assert ward.sums_up(21) == 0
    assert ward.told()[0].kept is None
    ward.measures(*WELL_AT)
    assert ward.sums_up(47) == 1
    [kept] = ward.standing()
    assert (kept.summary.ended, kept.summary.peak.grade, kept.made_at) == ("resolved", 1, ward.clock.at)
    assert kept.made_from == Basis(reading_id=8, event_id=1, enrolment_id=1)
    assert ward.entries()[-1].by == "stepguard"
    assert ward.told()[0].is_kept
    for keeper in (ward.keeper, EpisodeKeeper(ward.database, RulesSettings())):
        ward.keeper = keeper
        assert ward.sums_up(48) == 0


def test_what_comes_later_and_speaks_of_later_changes_no_summary(ward):
    assert ward.is_ill_and_well_again() == 1
    ward.enters(48, type="note", text="slept well")
    ward.measures(50)
    assert ward.sums_up(51) == 0


def test_a_value_that_comes_late_supersedes_the_summary_and_the_old_one_stays_struck_out(ward):
    ward.is_ill_and_well_again()
    [before] = ward.standing()
    ward.measures(20.5, celsius="38.6", systolic=82, received=50)
    assert ward.sums_up(51) == 2
    [after] = ward.standing()
    assert (before.summary.peak.grade, after.summary.peak.grade) == (1, 2)
    strike = next(one.body for one in ward.entries() if one.body["type"] == "void")
    assert strike["of"] == before.ref
    assert "superseded" in strike["why"]
    assert strike["replaced_by"] == after.ref
    assert next(one.body for one in ward.entries() if one.event.ref == after.ref)["corrects"] == before.ref
    assert ward.sums_up(52) == 0


def test_a_fever_that_was_somebody_elses_leaves_no_episode(ward):
    ward.is_ill_and_well_again()
    ward.enters(48, type="void", of="r1", why="the husband's")
    assert ward.sums_up(49) == 1
    assert ward.standing() == ()
    assert ward.told() == ()
    assert ward.sums_up(50) == 0


def test_a_corrected_baseline_or_drug_is_taken_in(ward):
    ward.is_ill_and_well_again()
    with ward.database.write() as session:
        enrol(session, code="P-0042", profile=PROFILE, drug="elranatamab", schedule=None, now=DOSE + 48 * HOUR)
    ward.monitor = Monitor(ward.database, RULES, ward.clock)
    assert ward.sums_up(49) == 2
    [kept] = ward.standing()
    assert kept.summary.drug == "elranatamab"


def test_a_watch_that_ends_while_an_episode_is_open_leaves_its_summary(ward):
    ward.measures(20, celsius="38.4")
    ward.enters(22, type="place", where="ended")
    assert ward.sums_up(23) == 1
    assert ward.standing()[0].summary.ended == "watch_ended"
    ward.enters(24, type="place", where="home")
    assert ward.sums_up(25) == 1, "watched again: the episode has not ended"
    assert ward.standing() == ()


def test_the_summary_changes_no_answer_and_leaves_with_the_record(ward):
    ward.is_ill_and_well_again()
    with ward.database.read() as session:
        before = assessments_of(session, ward.id)[-1].assessment
        ward.monitor.cycle()
    with ward.database.read() as session:
        after = assessments_of(session, ward.id)[-1].assessment
        exported = timeline_of(session, ward.id)
    assert (after.urgency, after.crs, after.sight.state) == (before.urgency, before.crs, before.sight.state)
    assert exported["events"][-1]["summary"]["peak"]["grade"] == 1
    *_, replayed = replay(exported, RULES)
    assert replayed.crs.episode == after.crs.episode


def test_one_record_that_cannot_be_summed_up_holds_up_nobody_else(ward, monkeypatch):
    broken = ward.id
    ward.is_ill_and_well_again()
    ward.keeper = EpisodeKeeper(ward.database, RulesSettings())
    ward.patient("P-0043")
    real = episodes_told.__globals__["record_of"]

    def unreadable(session, patient_id):
        return 1 / 0 if patient_id == broken else real(session, patient_id)

    monkeypatch.setattr("alerts.episode_keeping.record_of", unreadable)
    with pytest.raises(ZeroDivisionError):
        ward.is_ill_and_well_again()
    assert len(ward.standing()) == 1, "the other patient's"


def page(incident_id, at, role, **more):
    return PageRow(
        incident_id=incident_id, rung="1", role=role, person=more.get("person"), number="+1202", channel="sms",
        kind="page", urgency="urgent", body="", reason="", due_at=at, created_at=at, state="delivered", attempts=1,
        engine="e", sent_at=at,
    )  # fmt: skip


def with_calls(ward):
    """Let somebody have been called about the episode, and about something long before it."""
    terms = Terms(holds_s={}, ed_hold_s=0, no_answer_after_s=0, no_answer_after_staff_s=0)
    for began, resolved in ((1, 2), (20, 30)):
        at = DOSE + began * HOUR
        incident = Incident(
            opened_at=at, began_at=at, kind="clinical", urgency="urgent", reason="", terms=terms,
            state="resolved", resolved_at=DOSE + resolved * HOUR,
        )  # fmt: skip
        kept = store.Kept(id=None, subject=f"patient:{ward.id}", patient_id=ward.id, code="P-0042", incident=incident)
        with ward.database.write() as session:
            kept = store.save(session, kept, store.Plan(look_at=None, step=None, step_at=None))
            session.add(page(kept.id, at, "nurse", person="ben"))
            session.add(page(kept.id, at, "caregiver"))
            store.note(session, kept.id, at, "paged", by="ben")
            store.note(session, kept.id, at + HOUR / 6, "acknowledged", by="Ben", text="P7QK OK")


@pytest.fixture
def summed_up(ward):
    with_calls(ward)
    ward.is_ill_and_well_again()
    return ward


def test_it_says_who_was_called_when_and_what_was_answered_meanwhile(summed_up):
    [told] = summed_up.told()
    [call] = told.calls.calls
    assert (call.role, call.person, call.at, call.outcome) == ("nurse", "ben", DOSE + 20 * HOUR, "delivered")
    [answer] = told.calls.answers
    assert (answer.what, answer.by, answer.note) == ("acknowledged", "Ben", "P7QK OK")
    assert summed_up.standing()[0].calls["answers"][0]["by"] == "Ben"


@pytest.fixture
def printed(summed_up):
    [told] = summed_up.told()
    made_at = told.kept.made_at
    profile = parse_profile({**PROFILE, "code": "P-0042"})
    page_of = episode_words(told.summary, told.calls, made_at, ZONE)
    return told.summary, page_of, profile, made_at


def test_it_prints_what_a_hospital_files(printed):
    summary, words, _, made_at = printed
    text = as_text(words)
    for said in (
        "Episode 1 of P-0042: cytokine release syndrome (CRS)",
        "teclistamab, SUD2, 0.3 mg/kg on Mon 2 Mar 11:00; began 20 h after it",
        "Worst CRS grade 1 or more, Tue 3 Mar 07:00, SUSPECTED: from home values",
        "ICANS never graded",
        "tocilizumab 560 mg, treatment, by ada",
        "Temperature: 38.4 C",
        "text to nurse ben, delivered",
        "acknowledged, by Ben: P7QK OK",
        f"rules {RULES.version}",
        "nobody has signed",
    ):
        assert said in text, f"{said} is not in\n{text}"
    assert max(map(len, text.splitlines())) <= 78
    for paper in ("a4", "letter"):
        assert as_pdf(words, made_at, paper=paper).startswith(b"%PDF")
    assert as_pdf(words, made_at) == as_pdf(words, made_at)
    assert summary.ended == "resolved"


def test_the_document_is_read_by_another_librarys_models_and_keeps_the_rules_of_r4(printed, fhir_r4):
    document = as_fhir(*printed)
    assert document == as_fhir(*printed)
    bundle = json.loads(document, parse_float=Decimal)
    assert fhir_r4.broken(bundle) == []
    Bundle.model_validate_json(document)
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds[:3] == ["Composition", "Patient", "Device"]
    condition = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Condition")
    assert condition["clinicalStatus"]["coding"][0]["code"] == "resolved"
    assert condition["abatementDateTime"] > condition["onsetDateTime"]


def test_an_open_episode_with_support_is_a_document_too(ward, fhir_r4):
    ward.measures(20, celsius="39.0", systolic=84)
    ward.enters(20.5, type="support", vasopressors=["norepinephrine"])
    ward.enters(20.6, type="clinician_grade", syndrome="crs", grade=3)
    ward.sums_up(21)
    [told] = ward.told()
    words = episode_words(told.summary, told.calls, ward.clock.at, ZONE)
    document = as_fhir(told.summary, words, parse_profile({"code": "P-0042"}), ward.clock.at)
    bundle = json.loads(document)
    assert fhir_r4.broken(bundle) == []
    Bundle.model_validate_json(document)
    composition = bundle["entry"][0]["resource"]
    assert composition["status"] == "preliminary"
    assert "Support: norepinephrine" in document.decode()
    assert '"abatementDateTime"' not in document.decode()
    assert "CONFIRMED by what staff entered (low pressure 3)" in " ".join(as_text(words).split())


def test_an_engine_that_was_slower_writes_nothing_beside_what_stands(ward):
    ward.is_ill_and_well_again()
    [told] = ward.told()
    slower = EpisodeKeeper(ward.database, RulesSettings())
    made_from = Basis(reading_id=1, event_id=1, enrolment_id=1)
    assert slower._write(ward.id, [told.summary], {1: EpisodeCalls()}, made_from, ward.clock.at) == 0
    assert len(ward.standing()) == 1
