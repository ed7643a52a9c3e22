"""A night on a ward of twelve homes, as values; fakes of the feed and the desk; and a way to look at it.

`python tests/console/conftest.py` opens the console over this ward in the terminal.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from alerts.enrolment_check import Checklist
from alerts.instructions import Offered, Offers, ToTelephone
from alerts.roster import Roster, StaffRole
from alerts.roster_file import load_roster
from alerts.shift_story import Confirmation, Shown, pressing
from alerts.story import Call, Happened, Reply, Story
from alerts.view import Fault, IncidentLine, TextLine
from console.entry.enrolment import Enrolling
from console.entry.enrolment_fields import Seen
from console.entry.vocabulary import load_medicines
from console.ports import RefusedError
from console.terminal import ConsoleApp
from console.views.cells import Cell, Snapshot
from console.views.devices import HubSight
from console.views.duty import DutyBook, Standing, Telephone
from console.views.incidents import IncidentBook
from console.views.record import PatientRecord
from console.views.rows import order, row
from console.views.shift_patient import patient_report
from console.views.shift_span import span_of
from console.views.shift_values import Material, ShiftReport
from console.views.shift_ward import ward_report
from gateway.audit_log import Line as LogLine
from gateway.clock import StillClock
from gateway.reading import HubName, PatientCode, PatientId
from monitor.assessment import (
    Assessment,
    Crs,
    Episode,
    Guidance,
    Icans,
    News2,
    NextDose,
    NextDue,
    Sight,
    Window,
)
from monitor.columns import Bedside
from monitor.dossier import Dossier, EpisodeTold, NeuroTold, Stay
from monitor.handover import TakenTold
from monitor.next_dose_sheet import Statement
from monitor.overview import EntryLine, History, Measured, OnsetCurve, Overview, Point, RecordLine, Strike
from monitor.planned_doses import DoseCalendar
from monitor.record import Baseline, Limit
from monitor.rulebook import load_rules
from monitor.shift_past import Entered, Past, Running
from monitor.shift_past import Standing as ShiftStanding
from monitor.thresholds import thresholds

sys.path.insert(0, str(Path(__file__).parent))  # for keyboard.py, which the tests beside it import

T = TypeVar("T")
NOW = datetime(2026, 3, 3, 1, 14, 7, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Copenhagen")
ACTOR = "Ada Berg"
EARLY = (0.05, 0.2, 0.55, 0.9, 1.0, 0.8, 0.5, 0.3, 0.2, 0.12, 0.08, 0.05)
LATE = (0.02, 0.05, 0.15, 0.35, 0.6, 0.9, 1.0, 0.85, 0.6, 0.4, 0.2, 0.1)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def measured(
    *values: str | int,
    ago: float,
    urgency: str = "routine",
    fresh: bool = True,
    doubts: tuple[str, ...] = (),
    site: str | None = None,
) -> Measured:
    return Measured(
        values=tuple(Decimal(str(each)) for each in values),
        measured_at=NOW - minutes(ago),
        urgency=urgency,
        fresh=fresh,
        doubts=doubts,
        site=site,
    )


def curve(density: tuple[float, ...] = EARLY, hours: float = 96.0) -> OnsetCurve:
    return OnsetCurve(
        hours=hours,
        density=density,
        source="MajesTEC-1, NEJM 2022;387:495",
        confidence="published",
        median="36 h",
        half_h=(26.0, 48.0),
        most_h=(10.0, 80.0),
    )


def assessment(
    *,
    urgency: str = "routine",
    grade: int | None = 0,
    at_least: bool = False,
    certainty: str = "none",
    masked: bool = False,
    clinician: int | None = None,
    disagrees: bool = False,
    icans: int | None = None,
    ice: int | None = None,
    reasons: tuple[str, ...] = (),
    phase: str = "peak",
    sight: str = "seen",
    overdue: tuple[str, ...] = (),
    oldest: int | None = None,
    place: str = "home",
    due_in: float | None = 120,
    guidance: Guidance | None = None,
) -> Assessment:
    due = None if due_in is None else NOW + minutes(due_in)
    return Assessment(
        at=NOW,
        crs=Crs(
            grade=grade,
            at_least=at_least,
            certainty=certainty,
            fever=None,
            fever_masked=masked,
            hypotension_grade=None,
            hypoxia_grade=None,
            clinician_grade=clinician,
            disagrees=disagrees,
            episode=Episode(
                number=1,
                dose="SUD2",
                onset=NOW - minutes(130),
                peak=grade,
                resolved=None,
                resolved_while_masked=False,
                attributed=False,
            )
            if grade
            else None,
        ),
        icans=Icans(
            grade=icans,
            at_least=False,
            ice=ice,
            asked_at=None,
            clinician_grade=None,
            disagrees=False,
        ),
        urgency=urgency,
        reasons=reasons,
        window=Window(dose="SUD2", hours_since_dose=31.0, phase=phase, quantile=0.41, crs_probability=0.62),
        sight=Sight(state=sight, overdue=overdue, oldest_minutes=oldest),
        place=place,
        news2=News2(score=2, complete=False),
        shock_index=0.71,
        next_due=NextDue(temperature=due, oximetry=due, blood_pressure=due, ice=None),
        guidance=guidance
        or Guidance(
            now=(),
            next_dose=NextDose(allowed=True, earliest=None, actions=("proceed",), text="", source="label"),
        ),
        rules_version="2026.11.3",
    )


def patient(
    number: int,
    code: str,
    *,
    drug: str | None = "teclistamab",
    step: str | None = "SUD2",
    hours: float | None = 31.0,
    onset: OnsetCurve | None = None,
    answer: Assessment | None = None,
    temperature: Measured | None = None,
    oximetry: Measured | None = None,
    pressure: Measured | None = None,
    pulse: Measured | None = None,
) -> Overview:
    return Overview(
        patient_id=PatientId(number),
        code=PatientCode(code),
        drug=drug,
        schedule="us_weekly",
        dose_step=step,
        dose_amount="0.3 mg/kg",
        dose_at=None if hours is None else NOW - timedelta(hours=hours),
        curve=onset,
        assessment=answer,
        assessed_at=NOW - minutes(2),
        temperature=temperature,
        oximetry=oximetry,
        blood_pressure=pressure,
        pulse=pulse,
    )


def well(number: int, code: str, *, ago: float = 70, due_in: float = 120, **more: object) -> Overview:
    """Return a patient who is seen, afebrile and within every limit."""
    values: dict[str, object] = {
        "answer": assessment(due_in=due_in),
        "temperature": measured("36.8", ago=ago, site="oral"),
        "oximetry": measured(97, ago=ago),
        "pressure": measured(124, 78, ago=ago),
        "pulse": measured(76, ago=ago),
        "onset": curve(),
    }
    return patient(number, code, **(values | more))


def incident(number: int, patient_id: int | None, code: str | None, **more: object) -> IncidentLine:
    values: dict[str, object] = {
        "id": number,
        "page_code": f"KD{number:02}",
        "patient_id": None if patient_id is None else PatientId(patient_id),
        "code": None if code is None else PatientCode(code),
        "kind": "clinical",
        "urgency": "emergency",
        "state": "calling",
        "reason": "now emergency",
        "opened_at": NOW - timedelta(seconds=41),
        "unanswered_since": NOW - timedelta(seconds=41),
        "holder": None,
        "held_until": None,
        "next_step": "nurse voice",
        "next_at": NOW + timedelta(seconds=19),
    }
    return IncidentLine(**(values | more))


def text(number: int, ago: float, body: str, **more: object) -> TextLine:
    values: dict[str, object] = {
        "id": number,
        "at": NOW - minutes(ago),
        "direction": "out",
        "role": "caregiver",
        "person": "E.",
        "number": "+4555501234",
        "body": body,
        "status": "delivered",
        "incident_id": 7,
    }
    return TextLine(**(values | more))


UNSIGNED = Fault(kind="unsigned", since=NOW, text="thresholds are unsigned engineering defaults")


def sample_overviews() -> list[Overview]:
    """Return twelve homes: one emergency, one urgent answered, one unseen, two to watch, one in hospital, six well."""
    return [
        well(12, "P-0012", drug="teclistamab", step="D1", hours=6, ago=62, due_in=96),
        patient(
            42,
            "P-0042",
            onset=curve(),
            answer=assessment(
                urgency="emergency",
                grade=2,
                at_least=True,
                certainty="suspected",
                due_in=13,
                reasons=(
                    "fever 38.9 C oral, 3 min ago (>= 38.0, ASTCT 2019)",
                    "systolic 86, 2 min ago (< 90; 38 below baseline 124)",
                    "SpO2 93 on air, 3 min ago (92-93: call)",
                    "paracetamol 1000 mg at 01:20 may hide fever until 07:20",
                    "home cannot see: fluids, vasopressors, oxygen given",
                ),
                guidance=Guidance(
                    now=(
                        "emergency department now: see page",
                        "label, grade 2: withhold, supportive care; consider tocilizumab",
                    ),
                    next_dose=NextDose(
                        allowed=False,
                        earliest=None,
                        actions=("withhold_until_resolved", "premedicate", "hospitalize_48h"),
                        text="Withhold until the reaction has resolved; premedicate and stay 48 h at the next dose.",
                        source="US prescribing information, table 2",
                    ),
                ),
            ),
            temperature=measured("38.9", ago=3, urgency="urgent", site="oral"),
            oximetry=measured(93, ago=3, urgency="urgent"),
            pressure=measured(86, 51, ago=2, urgency="emergency"),
            pulse=measured(118, ago=2, urgency="watch"),
        ),
        well(3, "P-0003", drug="epcoritamab", step="D8", hours=52, onset=curve(LATE), ago=110, due_in=130),
        patient(
            17,
            "P-0017",
            drug="talquetamab",
            step="SUD1",
            hours=22,
            onset=curve(),
            answer=assessment(
                urgency="urgent", grade=1, certainty="suspected", reasons=("fever 38.2 C oral, 9 min ago (>= 38.0)",)
            ),
            temperature=measured("38.2", ago=9, urgency="urgent", site="oral"),
            oximetry=measured(96, ago=9),
            pressure=measured(118, 70, ago=64),
            pulse=measured(98, ago=9),
        ),
        patient(
            31,
            "P-0031",
            drug="epcoritamab",
            step="D15",
            hours=19,
            onset=curve(LATE),
            answer=assessment(
                urgency="watch",
                grade=None,
                sight="blind",
                overdue=("temperature", "oximetry", "blood_pressure"),
                oldest=430,
                reasons=("nothing fresh: temperature 7 h old, oximetry and pressure never measured",),
                due_in=-190,
            ),
            temperature=measured("37.1", ago=430, fresh=False),
        ),
        patient(
            8,
            "P-0008",
            drug="elranatamab",
            step="SUD2",
            hours=40,
            onset=curve(),
            answer=assessment(urgency="watch", reasons=("temperature 37.99 (37.5 to below 38.0): measure again",)),
            temperature=measured("37.99", ago=22, urgency="watch", site="oral"),
            oximetry=measured(97, ago=118),
            pressure=measured(121, 74, ago=118),
            pulse=measured(88, ago=118),
        ),
        well(21, "P-0021", drug="glofitamab", step="2.5 mg", hours=14, ago=40, due_in=200),
        patient(
            5,
            "P-0005",
            drug="mosunetuzumab",
            step="C1D8",
            hours=9,
            onset=curve(LATE),
            answer=assessment(
                urgency="watch", sight="partial", overdue=("blood_pressure",), reasons=("blood pressure overdue",)
            ),
            temperature=measured("36.9", ago=35),
            oximetry=measured("94", ago=35, urgency="watch", doubts=("poor_signal",)),
            pressure=measured(131, 80, ago=300, fresh=False),
            pulse=measured(81, ago=35),
        ),
        patient(
            26,
            "P-0026",
            drug="tarlatamab",
            step="D1",
            hours=28,
            onset=curve(LATE),
            answer=assessment(
                grade=1, certainty="confirmed", place="admitted", due_in=None, urgency="watch", ice=10, icans=0
            ),
            temperature=measured("37.7", ago=95, urgency="watch"),
            oximetry=measured(96, ago=95),
            pressure=measured(117, 69, ago=95),
            pulse=measured(92, ago=95),
        ),
        well(33, "P-0033", drug="elranatamab", step="SUD1", hours=61, ago=15, due_in=225),
        well(35, "P-0035", drug="talquetamab", step="SUD3", hours=130, ago=310, due_in=170),
        well(38, "P-0038", drug="linvoseltamab", step="SUD1", hours=4, onset=None, ago=20, due_in=76),
    ]


def sample_incidents() -> list[IncidentLine]:
    return [
        incident(7, 42, "P-0042"),
        incident(
            4,
            17,
            "P-0017",
            urgency="urgent",
            state="acknowledged",
            unanswered_since=None,
            holder="Ben Lund",
            held_until=NOW + minutes(107),
            next_step=None,
            next_at=None,
            reason="first report",
        ),
        incident(
            9,
            31,
            "P-0031",
            kind="no_sight",
            urgency="watch",
            state="open",
            unanswered_since=None,
            reason="measurements are overdue",
            next_step="caregiver voice",
            next_at=NOW + minutes(4),
        ),
        incident(
            5,
            26,
            "P-0026",
            urgency="watch",
            state="acknowledged",
            unanswered_since=None,
            holder="the hospital",
            held_until=None,
            next_step=None,
            next_at=None,
        ),
    ]


def sample_texts() -> list[TextLine]:
    return [
        text(
            6,
            0.6,
            "EMERGENCY P-0042. Reply KD07 OK or call 555-0100.",
            role="nurse",
            person="Ada Berg",
            status="delivered",
        ),
        text(5, 1, "Received 86/51. Sit down. Measure again now. A nurse will call."),
        text(4, 2, "86/51", direction="in", status="reading"),
        text(3, 3, "Received 38.9 C. Next: blood pressure now."),
        text(2, 8, "URGENT P-0017. Reply KD04 OK or call 555-0100.", role="nurse", person="Ben Lund", incident_id=4),
        text(1, 30, "Please measure temperature, oxygen and blood pressure.", incident_id=9, status="failed: no route"),
    ]


def call(number: int, ago_s: float, **more: object) -> Call:
    at = NOW - timedelta(seconds=ago_s)
    values: dict[str, object] = {
        "id": number,
        "at": at,
        "sent_at": at,
        "role": "nurse",
        "person": "Ada Berg",
        "channel": "sms",
        "kind": "page",
        "reason": "now emergency",
        "state": "delivered",
        "outcome": "",
        "receipt_by": at + timedelta(seconds=30),
        "arrived_at": at + timedelta(seconds=4),
        "joined": False,
    }
    return Call(**(values | more))


def sample_stories() -> dict[int, Story]:
    """Return what happened to the incidents of the sample: one text awaited, one failed, one answered page."""
    return {
        7: Story(
            incident_id=7,
            round=1,
            began_at=NOW - timedelta(seconds=41),
            calls=(
                call(1, 41, role="caregiver", person="E.", state="failed", outcome="landline", arrived_at=None),
                call(2, 41),
                call(3, 12, role="caregiver", person="E.", channel="voice", state="sent", arrived_at=None),
            ),
            happened=(Happened(at=NOW - timedelta(seconds=41), what="opened", by=None, note="emergency"),),
        ),
        4: Story(
            incident_id=4,
            round=2,
            began_at=NOW - minutes(20),
            calls=(call(4, 1200, person="Ben Lund"),),
            replies=(
                Reply(
                    at=NOW - minutes(13),
                    role="nurse",
                    person="Ben Lund",
                    channel="sms",
                    body="KD04 OK",
                    meaning="accepted",
                ),
            ),
            happened=(Happened(at=NOW - minutes(13), what="acknowledged", by="Ben Lund", note="by text"),),
            accepted_at=NOW - minutes(13),
            accepted_note="by text",
        ),
    }


def sample_roster() -> Roster:
    """Return the shipped roster as if it were a site's own."""
    return replace(load_roster(None), example=False)


def telephone(key: str, name: str, number: str, **more: object) -> Telephone:
    values: dict[str, object] = {
        "key": key,
        "name": name,
        "number": number,
        "state": "verified",
        "why": "",
        "tested_at": NOW - timedelta(hours=9),
        "test": "answered",
        "test_why": "",
    }
    return Telephone(**(values | more))


def sample_duty() -> DutyBook:
    roster = sample_roster()
    first, *others = roster.people
    return DutyBook(
        roster=roster,
        problem=None,
        telephones=(
            telephone(first.key, first.name, first.number, state="unverified", tested_at=None, test=None),
            *(telephone(one.key, one.name, one.number) for one in others),
        ),
        overrides=(
            Standing(
                id=3,
                role="nurse",
                name=first.name,
                starts=NOW - minutes(60),
                ends=NOW + timedelta(hours=6),
                why="a colleague is ill",
                by="ada",
                known=True,
            ),
        ),
        homes=12,
        homes_untried=2,
    )


def hub(name: str, code: str | None, **more: object) -> HubSight:
    values: dict[str, object] = {
        "name": HubName(name),
        "code": None if code is None else PatientCode(code),
        "since": NOW - timedelta(days=2),
        "disabled": False,
        "online": True,
        "state_at": NOW - timedelta(hours=3),
        "heard_at": NOW - minutes(3),
        "battery_pct": 83,
        "software": "1.4",
    }
    return HubSight(**(values | more))


def sample_hubs() -> list[HubSight]:
    return [
        hub("kit-17", "P-0042"),
        hub("kit-02", "P-0012", battery_pct=12, heard_at=NOW - minutes(62)),
        hub("kit-31", "P-0031", online=False, heard_at=NOW - timedelta(hours=11), state_at=NOW - timedelta(hours=10)),
        hub("kit-05", "P-0005", troubles=("clock 7 minutes ahead: readings are graded at the time they arrived",)),
        hub("kit-90", None, heard_at=None, online=None, state_at=None, battery_pct=None),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """How one part of the system stands."""

    subject: str
    state: str
    text: str
    since: datetime | None = None


def sample_parts() -> list[Stands]:
    return [
        Stands(subject="database", state="ok", text="sqlite: answers"),
        Stands(subject="gateway", state="ok", text="works", since=NOW - timedelta(seconds=1)),
        Stands(subject="monitor", state="ok", text="works", since=NOW - timedelta(seconds=1)),
        Stands(subject="alerts", state="ok", text="works", since=NOW - timedelta(seconds=1)),
        Stands(subject="hubs", state="ok", text="hubs are heard, 11 connected"),
        Stands(subject="readings", state="ok", text="the newest of any home", since=NOW - minutes(2)),
        Stands(subject="texts", state="failed", text="texts do not go out", since=NOW - minutes(5)),
        Stands(subject="watchdog", state="unseen", text="none is set up: nobody outside notices"),
    ]


def sample_snapshot() -> Snapshot:
    return Snapshot(
        read_at=NOW,
        overviews=sample_overviews(),
        incidents=sample_incidents(),
        faults=(UNSIGNED,),
        texts=sample_texts(),
    )


def sample_history() -> History:
    course = (
        (46, "36.7"),
        (40, "36.9"),
        (34, "36.8"),
        (28, "36.6"),
        (20, "36.9"),
        (10, "37.2"),
        (5, "37.6"),
        (2, "38.4"),
    )
    points = [point("temperature", hours, value) for hours, value in course]
    points += [point("temperature", 0.05, "38.9"), point("temperature", 15, "43.5", graded=False)]
    points += [point("blood_pressure", hours, 124 - int(20 / (hours + 1)), 76) for hours in (46, 34, 22, 10, 2)]
    points += [point("blood_pressure", 0.03, 86, 51)]
    points += [point("oximetry", hours, 97) for hours in (46, 34, 22, 10)]
    points += [point("pulse", hours, 74 + int(20 / (hours + 1))) for hours in (46, 34, 22, 10, 2)]
    points += [point("pulse", 0.03, 118), point("oximetry", 2, 95), point("oximetry", 0.05, 93)]
    return History(points=tuple(sorted(points, key=lambda each: each.at)), entries=sample_entries())


def point(group: str, hours: float, *values: str | int, graded: bool = True) -> Point:
    return Point(
        at=NOW - timedelta(hours=hours),
        group=group,
        values=tuple(Decimal(str(each)) for each in values),
        graded=graded,
    )


def bedside(**more: object) -> Bedside:
    values: dict[str, object] = {
        "baseline": Baseline(
            temperature_c=Decimal("36.6"), systolic_mmhg=Decimal(124), spo2_pct=Decimal(97), pulse_bpm=Decimal(74)
        ),
        "limits": {},
        **dict.fromkeys(("scale2", "beta_blocker", "minor", "masked", "symptomatic"), False),
    }
    return Bedside(**(values | more))


def taken(name: str, hours: float, *, hides_h: float | None = None, **more: object) -> TakenTold:
    at = NOW - timedelta(hours=hours)
    values: dict[str, object] = {
        "name": name,
        "amount": Decimal(1000),
        "unit": "mg",
        "purpose": None,
        "at": at,
        "hides_fever_until": None if hides_h is None else at + timedelta(hours=hides_h),
    }
    return TakenTold(**(values | more))


def says(about: str, words: str, source: str = "US prescribing information, table 2", **more: object) -> Statement:
    values: dict[str, object] = {
        "about": about,
        "says": words,
        "source": source,
        "confidence": "published",
        "checked": None,
        "doubt": False,
    }
    return Statement(**(values | more))


def sample_dossier(**more: object) -> Dossier:
    """Return what stands behind the one emergency of the sample."""
    values: dict[str, object] = {
        "thresholds": thresholds(bedside(masked=True), load_rules()),
        "onset": None,
        "doses": (),
        "taken": (taken("paracetamol", 0.9, hides_h=6), taken("dexamethasone", 32, hides_h=24)),
        "stays": (),
        "episodes": (
            EpisodeTold(
                number=1,
                dose="SUD2",
                onset=NOW - minutes(130),
                peak=2,
                told=0,
                resolved=None,
                resolved_while_masked=False,
                closed_by_clinician=False,
            ),
        ),
        "neuro": (),
        "label": (
            says("CRS grade 2, treatment", "withhold, supportive care; consider tocilizumab"),
            says("where to be", "in hospital for 48 h from the administration", confidence="label-known"),
        ),
        "around": (says("premedication", "dexamethasone 16 mg, 1 to 3 h before", doubt=True, confidence="uncertain"),),
        "second": (),
        "prompted": (says("infection", "blood cultures before antibiotics", source="ASTCT 2019"),),
        "missing": ("weight not recorded",),
        "unseen_after": timedelta(hours=12),
    }
    return Dossier(**(values | more))


def sample_entries() -> tuple[EntryLine, ...]:
    return (
        entry("m1", 31, "dose", "SUD2 0.3 mg/kg"),
        entry("m2", 32, "medication", "dexamethasone 16 mg, premedication"),
        entry("m3", 3, "medication", "paracetamol 500 mg", voided=True),
        entry("m4", 0.9, "medication", "paracetamol 1000 mg"),
        entry("m5", 2.5, "ice", "10 of 10"),
    )


def entry(ref: str, hours: float, kind: str, words: str, *, voided: bool = False) -> EntryLine:
    at = NOW - timedelta(hours=hours)
    strike = Strike(at=at + minutes(20), by="Ben Lund", why="wrong amount", replaced_by="m4") if voided else None
    return EntryLine(ref=ref, at=at, entered_at=at, by="Ada Berg", kind=kind, text=words, voided=voided, strike=strike)


SAMPLE_BODIES: Mapping[str, Mapping[str, object]] = {
    "m1": {"type": "dose", "step": "SUD2", "amount": 0.3, "unit": "mg/kg", "ended_at": None},
    "m2": {"type": "medication", "name": "dexamethasone", "amount": 16, "unit": "mg", "purpose": "premedication"},
    "m3": {"type": "medication", "name": "paracetamol", "amount": 500, "unit": "mg"},
    "m4": {"type": "medication", "name": "paracetamol", "amount": 1000, "unit": "mg"},
    "m5": {"type": "ice", "orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 1},
}


def sample_record() -> tuple[RecordLine, ...]:
    """Return the entries of the sample as the record screen reads them."""
    lines = sample_entries()
    return tuple(
        RecordLine(line=line, body={"at": line.at.isoformat(), "id": line.ref, **SAMPLE_BODIES[line.ref]})
        for line in lines
    )


def sample_offers(words: str | None = "", why_none: str = "") -> Offers:
    """Return one instruction for two telephones, one of which has no text in its language; both, with `words` None."""
    come = "The nurse asks you to come to the unit now to be seen. Take the card and all your medicines. " * 3
    texted = ToTelephone(
        person="Eva", number="+12025550190", channel="sms", language="en", words=f"{come}END", signed="Dr Ito, 2026"
    )
    if words is None:
        texted = replace(texted, words=None, why="no text in Danish")
    left_out = ToTelephone(
        person="Jonas", number="+12025550191", channel="sms", language="da", words=None, why="no text in Danish"
    )
    one = Offered(key="come-in", title="Come", telephones=(texted, left_out))
    return Offers(drug="teclistamab", offered=(one,), why_none=why_none)


def standing(ago: float, urgency: str, grade: int | None = 0, **more: object) -> ShiftStanding:
    values: dict[str, object] = {
        "at": NOW - minutes(ago),
        "urgency": urgency,
        "crs_grade": grade,
        "crs_at_least": bool(grade),
        "certainty": "suspected" if grade else "none",
        "masked": False,
        "icans_grade": 0,
        "clinician_grade": None,
        "blind": False,
        "place": "home",
    }
    return ShiftStanding(**(values | more))


def sample_pasts() -> dict[PatientId, Past]:
    """Return what became of the ward since the evening; whoever is left out was routine throughout."""
    return {
        PatientId(42): Past(
            before=standing(500, "routine"),
            standings=(standing(130, "urgent", 1), standing(2, "emergency", 2)),
            points=(point("temperature", 2, "38.4"), point("temperature", 0.05, "38.9")),
            entries=(
                Entered(line=entry("m3", 3, "medication", "paracetamol 500 mg", voided=True)),
                Entered(line=entry("m4", 0.9, "medication", "paracetamol 1000 mg")),
            ),
            running=(Running(what="paracetamol may hide fever", until=NOW + timedelta(hours=5)),),
        ),
    }


def sample_shift(feed: "FakeFeed", now: datetime) -> ShiftReport:
    """Return the hand-over of the feed's ward, made by the deciding functions themselves."""
    snapshot = feed.snapshot
    by_patient: dict[PatientId | None, list[IncidentLine]] = {}
    for each in snapshot.incidents:
        by_patient.setdefault(each.patient_id, []).append(each)
    found = sorted(
        snapshot.overviews,
        key=lambda each: order(row(each, by_patient.get(each.patient_id, ()), now, ZONE, blind=False), each, now),
    )
    routine = Past(before=standing(500, "routine"))
    return ShiftReport(
        span=span_of(feed.book.roster, now, ZONE),
        ward=ward_report(
            feed.book,
            feed.parts,
            snapshot.incidents,
            snapshot.faults,
            (),
            {},
            patients=len(found),
            pressing="",
            confirmed=feed.taken.get(None),
            now=now,
            zone=ZONE,
        ),
        patients=tuple(
            patient_report(
                Material(
                    overview=each,
                    past=feed.pasts.get(each.patient_id, routine),
                    pressing=pressing(each.assessment, (), by_patient.get(each.patient_id, ())),
                    incidents=by_patient.get(each.patient_id, ()),
                ),
                feed.taken.get(each.patient_id),
                now,
                ZONE,
            )
            for each in found
        ),
    )


@dataclass(frozen=True, slots=True)
class SampleShift:
    """A report and the roster, as the feed gives them."""

    report: ShiftReport
    roster: Roster | None


@dataclass
class FakeFeed:
    """A feed of given values. `broken` makes every read raise it."""

    snapshot: Snapshot
    history: History
    broken: Exception | None = None
    support: str | None = None
    told: dict[int, Story] = field(default_factory=sample_stories)
    book: DutyBook = field(default_factory=sample_duty)
    hubs: list[HubSight] = field(default_factory=sample_hubs)
    parts: list[Stands] = field(default_factory=sample_parts)
    entered: Sequence[RecordLine] = field(default_factory=sample_record)
    planned: DoseCalendar = field(default_factory=DoseCalendar)
    behind: Dossier = field(default_factory=sample_dossier)
    log: Sequence[LogLine] = ()
    asked_support: tuple[PatientId, datetime] | None = None
    offers: Offers = field(default_factory=sample_offers)
    pasts: dict[PatientId, Past] = field(default_factory=sample_pasts)
    taken: dict[PatientId | None, Confirmation] = field(default_factory=dict)
    shifts_made: int = 0
    seen: Seen = field(default_factory=lambda: Seen(values={"timezone": ZONE.key}, timezone=ZONE.key))

    def ward(self, now: datetime) -> Snapshot:
        if self.broken is not None:
            raise self.broken
        return replace(self.snapshot, read_at=now)

    def patient(self, patient_id: PatientId, now: datetime) -> PatientRecord:
        if self.broken is not None:
            raise self.broken
        own = [each for each in self.snapshot.incidents if each.patient_id == patient_id]
        return PatientRecord(
            patient_id=patient_id,
            read_at=now,
            overview=next((each for each in self.snapshot.overviews if each.patient_id == patient_id), None),
            history=self.history,
            incidents=own,
            texts=[each for each in self.snapshot.texts if each.incident_id in {one.id for one in own}],
            dossier=self.behind,
            planned=self.planned,
        )

    def record(self, patient_id: PatientId, now: datetime) -> Sequence[RecordLine]:
        del patient_id, now
        return self._unless_broken(self.entered)

    def enrolment(self, patient_id: PatientId | None, now: datetime) -> tuple[Seen, Checklist | None]:
        del now
        return self._unless_broken(self.seen if patient_id is None else replace(self.seen, patient_id=patient_id)), None

    def trail(self, patient_id: PatientId, now: datetime) -> Sequence[LogLine]:
        del patient_id, now
        return self._unless_broken(self.log)

    def incidents(self, now: datetime) -> IncidentBook:
        del now
        return self._unless_broken(IncidentBook(stories=self.told, roster=self.book.roster))

    def duty(self, now: datetime) -> DutyBook:
        return self._unless_broken(replace(self.book, handed=sample_shift(self, now).handed))

    def devices(self, now: datetime) -> Sequence[HubSight]:
        del now
        return self._unless_broken(self.hubs)

    def system(self, now: datetime) -> Sequence[Stands]:
        del now
        return self._unless_broken(self.parts)

    def instructions(self, patient_id: PatientId, now: datetime) -> Offers:
        del patient_id, now
        return self._unless_broken(self.offers)

    def shift(self, now: datetime) -> SampleShift:
        self.shifts_made += 1
        return self._unless_broken(SampleShift(sample_shift(self, now), self.book.roster))

    def _unless_broken(self, found: T) -> T:
        if self.broken is not None:
            raise self.broken
        return found

    def standing_support(self, patient_id: PatientId, now: datetime) -> str | None:
        if self.broken is not None:
            raise self.broken
        self.asked_support = (patient_id, now)
        return self.support


@dataclass
class FakeDesk:
    """Keeps what it was asked to do; answers pages in the feed, as the real one does through the database."""

    feed: FakeFeed
    done: list[tuple[object, ...]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    looked: list[tuple[PatientId, str]] = field(default_factory=list)
    shift_looks: list[tuple[str, int, str]] = field(default_factory=list)
    refusal: str | None = None

    def _do(self, by: str, *deed: object) -> None:
        if self.refusal is not None:
            raise RefusedError(self.refusal)
        self.done.append(deed)
        self.names.append(by)

    def acknowledge(self, incident_id: int, note: str, *, by: str) -> None:
        self._do(by, "acknowledge", incident_id, note)
        self._held(incident_id, by)

    def take(self, incident_id: int, *, by: str) -> None:
        self._do(by, "take", incident_id)
        self._held(incident_id, by)

    def escalate(self, incident_id: int, *, by: str) -> None:
        self._do(by, "escalate", incident_id)

    def hold_notice(self, incident_id: int, reason: str, *, by: str) -> None:
        self._do(by, "hold", incident_id, reason)

    def send_notice(self, incident_id: int, *, by: str) -> None:
        self._do(by, "send", incident_id)

    def hand_over(self, incident_id: int, to: str, *, by: str) -> None:
        self._do(by, "hand over", incident_id, to)

    def silence(self, incident_id: int, until: datetime, why: str, *, by: str) -> None:
        self._do(by, "silence", incident_id, until, why)

    def end_silence(self, silence_id: int, *, by: str) -> None:
        self._do(by, "end silence", silence_id)

    def home_answered(self, incident_id: int, note: str, *, by: str) -> None:
        self._do(by, "home answered", incident_id, note)

    def plan_doses(self, patient_id: PatientId, events: Sequence[Mapping[str, object]], *, by: str) -> None:
        self._do(by, "plan", patient_id, tuple(dict(event) for event in events))

    def enrol(self, asked: Enrolling, *, by: str) -> None:
        self._do(by, "enrol", asked)

    def put_on_duty(self, role: StaffRole, person: str, starts: datetime, ends: datetime, why: str, *, by: str) -> None:
        self._do(by, "on duty", role, person, starts, ends, why)

    def end_duty(self, number: str, *, by: str) -> None:
        self._do(by, "off duty", number)

    def put_hub(self, hub: HubName, code: PatientCode, *, by: str) -> None:
        self._do(by, "put", hub, code)

    def take_hub_out(self, hub: HubName, *, by: str) -> None:
        self._do(by, "take out", hub)

    def swap_hub(self, leaves: HubName, comes: HubName, code: PatientCode, *, by: str) -> None:
        self._do(by, "swap", leaves, comes, code)

    def write_note(self, incident_id: int, text: str, *, by: str) -> None:
        self._do(by, "note", incident_id, text)

    def instruct(self, patient_id: PatientId, key: str, shown: Sequence[str], *, by: str) -> None:
        self._do(by, "instruct", patient_id, key, tuple(shown))

    def enter(self, patient_id: PatientId, event: Mapping[str, object], *, by: str) -> None:
        self._do(by, "enter", patient_id, dict(event))

    def correct(self, patient_id: PatientId, of: str, event: Mapping[str, object], why: str, *, by: str) -> None:
        self._do(by, "correct", patient_id, of, dict(event), why)

    def set_limit(self, patient_id: PatientId, group: str, limit: Limit | None, *, by: str) -> None:
        self._do(by, "limit", patient_id, group, limit)

    def look(self, patient_id: PatientId, *, by: str) -> None:
        self.looked.append((patient_id, by))

    def look_at_shift(self, patients: Sequence[PatientId], form: str, *, by: str) -> None:
        self.shift_looks.append((form, len(patients), by))

    def confirm_shift(self, shown: Shown, *, by: str) -> None:
        self._do(by, "take over", shown.given_by, tuple(each.code for each in shown.items))
        for each in shown.items:
            self.feed.taken[each.patient_id] = Confirmation(
                patient_id=each.patient_id,
                since=shown.since,
                shown_at=shown.shown_at,
                confirmed_at=shown.shown_at + minutes(2),
                given_by=shown.given_by,
                received_by=by,
                digest=each.digest,
            )

    def _held(self, incident_id: int, by: str) -> None:
        answered = [
            replace(
                each,
                state="acknowledged",
                unanswered_since=None,
                holder=by,
                held_until=NOW + minutes(15),
                next_step=None,
                next_at=None,
            )
            if each.id == incident_id
            else each
            for each in self.feed.snapshot.incidents
        ]
        self.feed.snapshot = replace(self.feed.snapshot, incidents=answered)


def build_console(feed: FakeFeed, desk: FakeDesk, clock: StillClock) -> ConsoleApp:
    return ConsoleApp(
        feed,
        desk,
        clock,
        actor=ACTOR,
        zone=ZONE,
        catalogue=load_rules().catalogue,
        medicines=load_medicines(),
        flashing=False,
    )


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOW)


@pytest.fixture
def feed() -> FakeFeed:
    return FakeFeed(sample_snapshot(), sample_history())


@pytest.fixture
def desk(feed: FakeFeed) -> FakeDesk:
    return FakeDesk(feed)


@pytest.fixture
def console(feed: FakeFeed, desk: FakeDesk, clock: StillClock) -> ConsoleApp:
    return build_console(feed, desk, clock)


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Builders of single values, for tests that need a ward of their own."""
    return SimpleNamespace(
        now=NOW,
        zone=ZONE,
        actor=ACTOR,
        patient=patient,
        well=well,
        incident=incident,
        assessment=assessment,
        measured=measured,
        curve=curve,
        text=text,
        history=sample_history,
        call=call,
        story=Story,
        hub=hub,
        roster=sample_roster,
        telephone=telephone,
        duty=sample_duty,
        part=Stands,
        snapshot=sample_snapshot,
        shift=sample_shift,
        standing=standing,
        dossier=sample_dossier,
        cell=lambda words: Cell(text=words),
        thresholds=lambda **more: thresholds(bedside(**more), load_rules()),
        baseline=Baseline,
        limit=lambda urgent, emergency: Limit(urgent=Decimal(urgent), emergency=Decimal(emergency)),
        taken=taken,
        says=says,
        episode=EpisodeTold,
        neuro=NeuroTold,
        stay=Stay,
        point=point,
        entry=entry,
        log_line=LogLine,
        fault=Fault,
        offers=sample_offers,
        unsigned=UNSIGNED,
    )


if __name__ == "__main__":
    shown = FakeFeed(sample_snapshot(), sample_history())
    build_console(shown, FakeDesk(shown), StillClock(NOW)).run()
