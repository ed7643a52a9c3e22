"""Who lives in the demonstration: patients, their doses, their courses and their habits. Draws; stores nothing.

The same seed, number and onset figures give the same plan, to the last digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from console.demonstration.course import (
    Course,
    Reaction,
    Severity,
    chance_still,
    draw_baseline,
    draw_onset_hours,
    draw_reaction,
    vitals_at,
)
from console.demonstration.home_kit import IN_WINDOW, Card, late_by, next_measurement
from gateway.reading import HubName, PatientCode
from monitor.catalogue import Drug, Schedule, Step
from monitor.onset import Onset
from monitor.rules import Rules

MEDIAN = 2  # index of the 50th percentile in `Onset.hours`
HOURS_SINCE_DOSE = (3.0, 60.0)
BEFORE_FIRST_DOSE_SHARE = 0.08
LONG_AFTER_SHARE = 0.15
LONG_AFTER_HOURS = (120.0, 400.0)
FIRST_FEVER_WITHIN = timedelta(minutes=10)
FIRST_FEVER_WALL_S = 9.0
GRADE_2_SHARE, GRADE_3_SHARE = 0.28, 0.03
HISTORY = timedelta(hours=20)
MORNING_HOUR = 6
OWN_HOUR_SHARE = (0.15, 1.0)
LAST_WELL_BEFORE = timedelta(minutes=50)
DUE_SOON = timedelta(minutes=8)
LANGUAGES = ("en", "en", "da", "de", "es")
WRONG_CLOCK_AHEAD = timedelta(hours=3, minutes=7)


class Habit(StrEnum):
    """What is peculiar about a home; most are ordinary."""

    ORDINARY = "ordinary"
    HEATS_UP = "heats_up"
    STOPS_MEASURING = "stops_measuring"
    SENDS_GARBAGE = "sends_garbage"
    WRONG_CLOCK = "wrong_clock"
    TAKES_PARACETAMOL = "takes_paracetamol"
    WORSENS = "worsens"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseStep:
    """One step of a published schedule.

    `day` is the day of the first cycle, from 1; `probability` is the share of patients with any cytokine release
    syndrome after this one, 0 to 1.
    """

    name: str
    day: int
    amount: float
    unit: str
    onset: Onset
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen:
    """The step-up part of one drug's schedule."""

    drug: str
    schedule: str
    steps: tuple[DoseStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDose:
    """A dose this patient has had."""

    at: datetime
    step: DoseStep


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePlan:
    """Everything that is settled about one home before the demonstration begins.

    `measured_before` are the instants of the rounds before it; `first_round_at` is the first one within it.
    """

    code: PatientCode
    hub: HubName
    caregiver: str
    caregiver_number: str
    language: str
    regimen: Regimen
    doses: tuple[GivenDose, ...]
    course: Course
    card: Card
    habit: Habit
    seed: tuple[int, int]
    measured_before: tuple[datetime, ...]
    first_round_at: datetime

    def profile(self) -> dict[str, Any]:
        """Return the `patient` object of a timeline (docs/interfaces.md)."""
        well = self.course.baseline
        return {
            "code": self.code,
            "born": "1958-06-01",
            "timezone": str(self.card.timezone),
            "language": self.language,
            "baseline": {
                "temperature_c": round(well.temperature_c, 1),
                "systolic_mmhg": round(well.systolic_mmhg),
                "diastolic_mmhg": round(well.diastolic_mmhg),
                "spo2_pct": round(well.spo2_pct),
                "pulse_bpm": round(well.pulse_bpm),
            },
        }


def step_up_regimens(rules: Rules) -> tuple[Regimen, ...]:
    """Return the first cycle of every schedule, as far as its steps have a published rate and an onset distribution."""
    regimens = (
        Regimen(
            drug=drug.name,
            schedule=schedule.id,
            steps=tuple(filter(None, (_dose_step(rules, drug, schedule, step) for step in schedule.steps))),
        )
        for drug in rules.catalogue.drugs
        for schedule in drug.schedules
    )
    return tuple(regimen for regimen in regimens if regimen.steps)


def _dose_step(rules: Rules, drug: Drug, schedule: Schedule, step: Step) -> DoseStep | None:
    """Return a first-cycle step with its figures, or None when one is unknown."""
    onset = rules.onset.find(drug, schedule, step)
    probability = _probability(drug, step)
    if step.cycle != 1 or step.day is None or step.amount is None or probability is None or onset is None:
        return None
    return DoseStep(
        name=step.name,
        day=step.day,
        amount=float(step.amount),
        unit=step.unit,
        onset=onset,
        probability=probability,
    )


def _probability(drug: Drug, step: Step) -> float | None:
    """Return the chance of CRS after a step, 0..1; None when nothing was published.

    Where a label prints shares of events instead of patients, that share of the drug's rate over all doses.
    """
    if step.crs_pct is not None:
        return float(step.crs_pct.value) / 100
    if step.crs_event_share is None or drug.crs_any_pct is None:
        return None
    return float(step.crs_event_share.value * drug.crs_any_pct.value) / 10_000


def plan_homes(
    *, patients: int, seed: int, origin: datetime, speed: float, regimens: Sequence[Regimen], timezone: ZoneInfo
) -> tuple[HomePlan, ...]:
    """Return `patients` homes as they stand at `origin`.

    The first heats up within seconds of the wall at `speed`; the next ones, as far as there are patients, stop
    measuring, send garbage, have a wrong clock, take paracetamol and worsen far; the rest is drawn from the
    published figures.
    """
    peculiar = [habit for habit in Habit if habit is not Habit.ORDINARY]
    codes = np.random.default_rng(seed).permutation(np.arange(1, max(1000, 10 * patients)))[:patients]
    return tuple(
        _plan_home(
            number=index,
            code=PatientCode(f"P-{codes[index]:04d}"),
            habit=peculiar[index] if index < len(peculiar) else Habit.ORDINARY,
            seed=seed,
            origin=origin,
            speed=speed,
            regimen=regimens[index % len(regimens)],
            timezone=timezone,
        )
        for index in range(patients)
    )


def _plan_home(
    *,
    number: int,
    code: PatientCode,
    habit: Habit,
    seed: int,
    origin: datetime,
    speed: float,
    regimen: Regimen,
    timezone: ZoneInfo,
) -> HomePlan:
    rng = np.random.default_rng([seed, number])
    doses = _draw_doses(rng, regimen, origin, habit)
    card = Card(doses=tuple(dose.at for dose in doses), timezone=timezone)
    reaction = _draw_reaction(rng, habit, doses, origin, speed)
    course = Course(baseline=draw_baseline(rng), timezone=timezone, reaction=reaction)
    before, first_round_at = _rounds(rng, course, card, origin)
    match habit:
        case Habit.HEATS_UP:
            before = _with_last(before, origin - LAST_WELL_BEFORE)
            first_round_at = origin + _first_fever_after(speed)
        case Habit.TAKES_PARACETAMOL if reaction is not None:
            course = replace(course, antipyretics=(reaction.onset_at + timedelta(minutes=50),))
            first_round_at = reaction.onset_at + timedelta(minutes=5)
        case Habit.WORSENS if reaction is not None:
            first_round_at = reaction.onset_at + timedelta(minutes=10)
        case Habit.WRONG_CLOCK:
            before = _with_last(before, origin - IN_WINDOW + DUE_SOON)
            first_round_at = origin + DUE_SOON
        case Habit.STOPS_MEASURING:
            before = _with_last(before, origin - IN_WINDOW + DUE_SOON)
            first_round_at = before[-1]
    return HomePlan(
        code=code,
        hub=HubName(f"hub-{number + 1:04d}"),
        caregiver=f"caregiver of {code}",
        caregiver_number=f"+4520{10_0000 + number:06d}",
        language=str(rng.choice(LANGUAGES)),
        regimen=regimen,
        doses=doses,
        course=course,
        card=card,
        habit=habit,
        seed=(seed, number),
        measured_before=before,
        first_round_at=first_round_at,
    )


def _with_last(rounds: tuple[datetime, ...], last: datetime) -> tuple[datetime, ...]:
    """Return the rounds with `last` as their last one, and none in the hour before it."""
    return (*(at for at in rounds if at < last - timedelta(hours=1)), last)


def _first_fever_after(speed: float) -> timedelta:
    return min(FIRST_FEVER_WITHIN, timedelta(seconds=FIRST_FEVER_WALL_S * speed))


def _draw_doses(rng: np.random.Generator, regimen: Regimen, origin: datetime, habit: Habit) -> tuple[GivenDose, ...]:
    """Return the doses given so far, oldest first; empty for a patient whose first dose is still to come."""
    ordinary = habit is Habit.ORDINARY
    if ordinary and rng.uniform() < BEFORE_FIRST_DOSE_SHARE:
        return ()
    hours = rng.uniform(*(LONG_AFTER_HOURS if ordinary and rng.uniform() < LONG_AFTER_SHARE else HOURS_SINCE_DOSE))
    likely = [step.probability for step in regimen.steps]
    latest = int(np.argmax(likely) if habit is Habit.HEATS_UP else rng.integers(len(regimen.steps)))
    if habit is Habit.HEATS_UP:
        hours = max(regimen.steps[latest].onset.hours[MEDIAN], HOURS_SINCE_DOSE[0])
    last_at = origin - timedelta(hours=float(hours))
    return tuple(
        GivenDose(at=last_at - timedelta(days=regimen.steps[latest].day - step.day), step=step)
        for step in regimen.steps[: latest + 1]
    )


def _draw_reaction(
    rng: np.random.Generator, habit: Habit, doses: Sequence[GivenDose], origin: datetime, speed: float
) -> Reaction | None:
    match habit:
        case Habit.HEATS_UP:
            onset_at = origin + _first_fever_after(speed) * 0.6
            return replace(
                draw_reaction(rng, onset_at, 2),
                peak_c=39.3,
                rise_h=1.6,
                pressure_lag_h=0.8,
                pressure_fall_mmhg=46.0,
                oxygen_lag_h=1.6,
                oxygen_fall_pct=4.0,
            )
        case Habit.TAKES_PARACETAMOL:
            return draw_reaction(rng, origin + timedelta(minutes=float(rng.uniform(15, 40))), 1)
        case Habit.WORSENS:
            return draw_reaction(rng, origin + timedelta(minutes=float(rng.uniform(30, 60))), 3)
        case Habit.ORDINARY if doses:
            return _draw_by_chance(rng, doses[-1], origin)
        case _:
            return None


def _draw_by_chance(rng: np.random.Generator, dose: GivenDose, origin: datetime) -> Reaction | None:
    """Return a reaction still to come with the published rate and onset of this dose, or None."""
    hours = (origin - dose.at) / timedelta(hours=1)
    still = chance_still(dose.step.probability, dose.step.onset.quantile(hours))
    if rng.uniform() >= still:
        return None
    onset_at = dose.at + timedelta(hours=draw_onset_hours(rng, dose.step.onset.quantile, hours))
    draw = rng.uniform()
    severity: Severity = 3 if draw < GRADE_3_SHARE else 2 if draw < GRADE_3_SHARE + GRADE_2_SHARE else 1
    return draw_reaction(rng, onset_at, severity)


def _rounds(
    rng: np.random.Generator, course: Course, card: Card, origin: datetime
) -> tuple[tuple[datetime, ...], datetime]:
    """Return the rounds of the hours before `origin`, by the card with human lateness, and the next one after it.

    People measure when they get up and then once more at an hour of their own, so the rounds of a street are spread
    over the day; after a dose they measure within the interval of the window.
    """
    morning = origin.astimezone(card.timezone).replace(hour=MORNING_HOUR, minute=0, second=0).astimezone(UTC)
    at = origin - HISTORY - timedelta(minutes=float(rng.uniform(0, 240)))
    before: list[datetime] = []
    while True:
        due = next_measurement(card, at, vitals_at(course, at))
        due = min([due, *(dose + IN_WINDOW for dose in card.doses if at < dose < due)]) + late_by(rng)
        if before and before[-1] < morning <= at:
            due = at + (due - at) * float(rng.uniform(*OWN_HOUR_SHARE))
        if at >= origin:
            return tuple(before), at
        before.append(at)
        at = max(due, at + timedelta(minutes=5))
