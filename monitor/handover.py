"""Everything about a patient that whoever receives them must know, as one value. Pure.

Facts as recorded, each with its age; what is missing is said. Nothing is calculated from the patient's weight. Who
prints it, and how: docs/behaviour.md, "The emergency department".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from monitor.age import is_under
from monitor.assessment import Assessment
from monitor.cadence import ice_answered_at
from monitor.catalogue import Drug, normalise
from monitor.catalogue_origin import Origin
from monitor.catalogue_rules import Syndrome
from monitor.course import Course
from monitor.handover_vitals import VitalTold, vitals_told
from monitor.next_dose import label_of
from monitor.next_dose_sheet import Statement, sheet
from monitor.observation import running
from monitor.onset import Onset
from monitor.record import CapdAsked, Event, IceAsked, MedicationTaken, NeuroExamined, Profile, SupportGiven
from monitor.rules import Rules
from monitor.state import REQUIRED, State
from monitor.window import DoseSeen

TOLD_FOR = timedelta(days=10)
"""How far back medicines are told: as long as the longest of them may hide fever (tocilizumab)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(Origin):
    """One sentence with its source."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """What is said of every patient; monitor/data/handover.toml.

    `first` comes before anything else; `differential` are other causes to think of; `tocilizumab` is reference, never
    an order; `not_here` is what this system cannot know.
    """

    first: tuple[Remark, ...]
    differential: tuple[Remark, ...]
    tocilizumab: tuple[Remark, ...]
    not_here: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseTold:
    """A dose of the drug as entered; `number` counts the doses given, from 1. `hours` since its start."""

    number: int
    step: str | None
    amount: Decimal | None
    unit: str | None
    at: datetime
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsetTold:
    """When cytokine release syndrome usually begins after this dose, hours; `basis` says how near the figures are."""

    low_h: float
    peak_from_h: float
    peak_to_h: float
    high_h: float
    median: str
    basis: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenTold:
    """A recorded medicine. `hides_fever_until` is None where it hides none."""

    name: str
    amount: Decimal | None
    unit: str | None
    purpose: str | None
    at: datetime
    hides_fever_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One patient at one instant. Lists are empty where there is nothing to say; None is not known.

    `asks_capd` is whether CAPD is this child's question, not ICE; `answer_fresh` and `examination_fresh` whether the
    newest answer and examination still count for grading. `minor` is whether the values are a child's or a youth's,
    for whom no limits are shipped. `label` is what the label treats these grades with and where it wants the patient,
    `label_next` what it then says of the drug; `second` a published reference beside it; `prompted` are the other
    causes that this course prompts, before those of `remarks`, which hold for everybody.
    """

    profile: Profile
    at: datetime
    drug: str | None
    brand: str | None
    target: str | None
    route: str | None
    dose: DoseTold | None
    doses: tuple[DoseTold, ...]
    onset: OnsetTold | None
    assessment: Assessment
    vitals: tuple[VitalTold, ...]
    taken: tuple[TakenTold, ...]
    support: SupportGiven | None
    neuro: NeuroExamined | None
    ice: IceAsked | None
    capd: CapdAsked | None
    asks_capd: bool
    answer_fresh: bool
    examination_fresh: bool
    minor: bool
    symptoms: tuple[str, ...]
    expected_by: datetime | None
    label: tuple[Statement, ...]
    label_next: tuple[Statement, ...]
    second: tuple[Statement, ...]
    prompted: tuple[Statement, ...]
    remarks: Remarks
    missing: tuple[str, ...]
    rules_version: str
    unsigned: str | None


def handover(course: Course, remarks: Remarks, at: datetime) -> Handover:
    """Return the handover of one patient from everything known by `at`."""
    assessment = course.assess(at)
    found = course.find(at)
    known = sheet(course, at)
    state, rules, profile = course.state, course.rules, course.profile
    events = course.standing(at)
    drug = rules.catalogue.find(course.regimen.drug)
    doses = tuple(_dose(number, seen, at) for number, seen in enumerate(state.doses, 1))
    told_of = found.window.seen
    dose = next(
        (one for one, seen in zip(doses, state.doses, strict=True) if told_of and seen.dose == told_of.dose), None
    )
    vitals = tuple(vitals_told(state, events, rules.plausibility, at))
    asks_capd, answered_at = is_under(profile, at, rules.ice.capd_under_years), ice_answered_at(state)
    asked = "CAPD" if asks_capd else "ICE"
    return Handover(
        profile=profile,
        at=at,
        drug=drug.name if drug else course.regimen.drug,
        brand=drug.brand if drug else None,
        target=drug.target if drug else None,
        route=drug.route if drug else None,
        dose=dose or (doses[-1] if doses else None),
        doses=doses,
        onset=_onset(told_of.onset if told_of else None),
        assessment=assessment,
        vitals=vitals,
        taken=tuple(_taken(events, rules, at)),
        support=state.support,
        neuro=state.neuro,
        ice=state.ice,
        capd=state.capd,
        asks_capd=asks_capd,
        answer_fresh=answered_at is not None and at < answered_at + rules.ice.fresh,
        examination_fresh=state.neuro is not None and at < state.neuro.at + rules.ice.neuro_fresh,
        minor=found.minor,
        symptoms=found.symptoms,
        expected_by=state.expected_by,
        label=tuple(_label_now(course, drug, assessment, at)),
        label_next=known.label,
        second=known.second_reference,
        prompted=known.other_causes,
        remarks=remarks,
        missing=tuple(_missing(state, profile, vitals, drug, course.regimen.drug, asked=asked)),
        rules_version=rules.version,
        unsigned=rules.unsigned_because,
    )


def _dose(number: int, seen: DoseSeen, at: datetime) -> DoseTold:
    given = seen.dose
    return DoseTold(
        number=number,
        step=given.step or (seen.step.name if seen.step else None),
        amount=given.amount,
        unit=given.unit,
        at=given.at,
        hours=seen.hours(at),
    )


def _onset(onset: Onset | None) -> OnsetTold | None:
    if onset is None:
        return None
    return OnsetTold(
        low_h=onset.hours[0],
        peak_from_h=onset.hours[1],
        peak_to_h=onset.hours[3],
        high_h=onset.hours[4],
        median=onset.median_text,
        basis=onset.basis,
        source=onset.source,
        confidence=onset.confidence,
    )


def _taken(events: Sequence[Event], rules: Rules, at: datetime) -> Iterator[TakenTold]:
    """Give the recorded medicines, the newest first."""
    for event in reversed(events):
        if isinstance(event, MedicationTaken) and at - TOLD_FOR <= event.at <= at:
            hiding = rules.masking.get(normalise(event.name))
            yield TakenTold(
                name=event.name,
                amount=event.amount,
                unit=event.unit,
                purpose=event.purpose,
                at=event.at,
                hides_fever_until=event.at + hiding.lasts if hiding else None,
            )


def _label_now(course: Course, drug: Drug | None, said: Assessment, at: datetime) -> Iterator[Statement]:
    """Give what the label treats these grades with, and where it wants the patient."""
    label = label_of(drug)
    given: tuple[tuple[Syndrome, tuple[int | None, int | None]], ...] = (
        ("crs", (said.crs.grade, said.crs.clinician_grade)),
        ("icans", (said.icans.grade, said.icans.clinician_grade)),
    )
    for syndrome, grades in given:
        grade = max((one for one in grades if one is not None), default=0)
        for rule in label.of(syndrome, grade):
            if rule.treatment:
                about = f"{syndrome.upper()} grade {grade}, treatment"
                yield _statement(about, rule.treatment, rule)
    for watch in running(course.state.watches, at):
        yield _statement("where to be", watch.words(course.zone).removeprefix("label: "), watch.observation)


def _statement(about: str, says: str, origin: Origin) -> Statement:
    return Statement(
        about=about,
        says=says,
        source=origin.source,
        confidence=origin.confidence,
        checked=origin.checked,
        doubt=origin.confidence == "uncertain",
    )


_WORDS = {"temperature": "temperature", "oximetry": "oxygen saturation", "blood_pressure": "blood pressure"}


def _missing(
    state: State,
    profile: Profile,
    vitals: Sequence[VitalTold],
    drug: Drug | None,
    entered_drug: str | None,
    *,
    asked: str,
) -> Iterator[str]:
    """Give what nobody recorded, in the order in which a receiving physician would ask."""
    if drug is None:
        yield "drug not recorded" if entered_drug is None else "drug not in the catalogue: window and label unknown"
    if not state.doses:
        yield "no dose recorded"
    for vital in vitals:
        if vital.name in REQUIRED and not vital.points:
            yield f"{_WORDS[vital.name]}: never measured at home"
        elif vital.name in REQUIRED and not vital.fresh:
            yield f"{_WORDS[vital.name]}: no fresh value"
    for group in REQUIRED:
        track = state.tracks[group]
        if track.floor_at is not None or track.no_reading:
            yield f"{_WORDS[group]}: the last try gave no usable value"
    if not state.medication_recorded:
        yield "premedication and antipyretics not recorded: fever may be hidden"
    if state.ice is None and state.capd is None:
        yield f"{asked} never asked"
    elif not state.answered_before_dose and state.doses:
        yield f"no {asked} from before the first dose to compare with"
    own = state.baseline
    if own.systolic_mmhg is None or own.spo2_pct is None:
        yield "baseline blood pressure or saturation not recorded"
    if profile.weight_kg is None:
        yield "weight not recorded"
    if profile.allergies is None:
        yield "allergies not recorded"
    if state.support is None:
        yield "support (oxygen, fluids, vasopressors) not entered"
