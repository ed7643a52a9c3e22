"""Single values of a night on a ward, each made with what a test leaves out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from alerts.story import Call
from alerts.view import Fault, IncidentLine, TextLine
from console.views.devices import HubSight
from console.views.duty import Telephone
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
from monitor.handover import TakenTold
from monitor.next_dose_sheet import Statement
from monitor.overview import EntryLine, Measured, OnsetCurve, Overview, Point, Strike
from monitor.record import Baseline
from monitor.shift_past import Standing as ShiftStanding

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stands:
    """How one part of the system stands."""

    subject: str
    state: str
    text: str
    since: datetime | None = None


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


def entry(ref: str, hours: float, kind: str, words: str, *, voided: bool = False) -> EntryLine:
    at = NOW - timedelta(hours=hours)
    strike = Strike(at=at + minutes(20), by="Ben Lund", why="wrong amount", replaced_by="m4") if voided else None
    return EntryLine(ref=ref, at=at, entered_at=at, by="Ada Berg", kind=kind, text=words, voided=voided, strike=strike)


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
