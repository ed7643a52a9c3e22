"""Who lives on the simulated ward of `benchmarks.alarm_load`: bodies, doses, habits and devices. Draws them only.

Every number here is an assumption of the benchmark, not evidence: rates and onset times come from the published figures
in the catalogue, bodies from `console.demonstration.course`, and how people and devices fail is set below, on the bad
side of what a clinic would hope for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import numpy as np

from console.demonstration.course import (
    FEVER_C,
    Course,
    Reaction,
    Severity,
    Vitals,
    draw_baseline,
    draw_onset_hours,
    draw_reaction,
    vitals_at,
)
from console.demonstration.home_kit import Card
from console.demonstration.plan import Regimen

Kind = Literal["well", "grade 1", "grade 2+", "sloppy", "broken device"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SHARES: dict[Kind, float] = {"well": 0.35, "grade 1": 0.2, "grade 2+": 0.2, "sloppy": 0.15, "broken device": 0.1}
"""Of every ward. Sloppy homes and broken devices have well, grade 1 and grade 2+ patients in turn."""

Fault = Literal["offline", "garbage", "wrong clock", "bad probe"]
FAULTS: tuple[Fault, ...] = get_args(Fault)

ZONE = ZoneInfo("Europe/Copenhagen")
DOSE_HOUR = 10
FIRST_DOSE_WITHIN_DAYS = 4
WEEK = 7
LOOK_EVERY = timedelta(minutes=5)
HYPOTENSION_MMHG, MEAN_PRESSURE_MMHG, HYPOXIA_PCT = 90, 65, 92
"""What would need fluids, a vasopressor or oxygen: where the simulated body is grade 2 or worse (with fever)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How people at a home behave. Chances are 0 to 1, minutes are medians or spreads."""

    late_mean_min: float
    late_spread_min: float
    late_most_min: float
    forgets_round: float
    forgets_at_night: float
    leaves_out_a_device: float
    heeds_text: float
    heeds_call: float
    heeds_nurse: float
    heeds_at_night: float
    answers_after_min: float


ORDINARY = Manner(
    late_mean_min=2,
    late_spread_min=9,
    late_most_min=28,
    forgets_round=0.02,
    forgets_at_night=0.12,
    leaves_out_a_device=0.01,
    heeds_text=0.85,
    heeds_call=0.85,
    heeds_nurse=0.97,
    heeds_at_night=0.45,
    answers_after_min=9,
)
SLOPPY = Manner(
    late_mean_min=20,
    late_spread_min=30,
    late_most_min=150,
    forgets_round=0.15,
    forgets_at_night=0.5,
    leaves_out_a_device=0.12,
    heeds_text=0.55,
    heeds_call=0.6,
    heeds_nurse=0.9,
    heeds_at_night=0.25,
    answers_after_min=20,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """How the devices of a home fail: chances per value, 0 to 1."""

    artefact: float
    flagged: float
    nothing: float
    duplicate: float = 0.01


SOUND = Devices(artefact=0.003, flagged=0.01, nothing=0.005)
"""An artefact is a wrong value that nothing marks: a cold finger, a cuff over a sleeve, hot tea."""
BAD_PROBE = Devices(artefact=0.02, flagged=0.08, nothing=0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDose:
    """One dose of the 28 days."""

    at: datetime
    name: str
    amount: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """One patient of the ward. `reaction` None stays well; `severe_at` is when the body first is grade 2 or worse."""

    number: int
    kind: Kind
    code: str
    hub: str
    caregiver_number: str
    regimen: Regimen
    doses: tuple[GivenDose, ...]
    course: Course
    card: Card
    manner: Manner
    devices: Devices
    fault: Fault | None
    febrile: tuple[tuple[datetime, datetime], ...]
    severe_at: datetime | None

    @property
    def severity(self) -> int:
        """The simulated grade: 0 well, 1 fever alone, 2 and 3 with pressure or oxygen."""
        reaction = self.course.reaction
        return 0 if reaction is None else reaction.severity

    def profile(self) -> dict[str, object]:
        """Return the `patient` object of a timeline (docs/interfaces.md)."""
        well = self.course.baseline
        return {
            "code": self.code,
            "born": "1958-06-01",
            "timezone": str(ZONE),
            "language": "en",
            "baseline": {
                "temperature_c": round(well.temperature_c, 1),
                "systolic_mmhg": round(well.systolic_mmhg),
                "diastolic_mmhg": round(well.diastolic_mmhg),
                "spo2_pct": round(well.spo2_pct),
                "pulse_bpm": round(well.pulse_bpm),
            },
        }


def draw_ward(*, patients: int, days: int, seed: int, start: datetime, regimens: Sequence[Regimen]) -> list[Resident]:
    """Return the residents of one ward; the same arguments give the same ward to the last digit."""
    kinds = [kind for kind in KINDS for _ in range(round(SHARES[kind] * patients))]
    kinds = (kinds + ["well"] * patients)[:patients]
    return [_resident(number, kind, kinds, days, seed, start, regimens) for number, kind in enumerate(kinds)]


def _resident(
    number: int,
    kind: Kind,
    kinds: Sequence[Kind],
    days: int,
    seed: int,
    start: datetime,
    regimens: Sequence[Regimen],
) -> Resident:
    rng = np.random.default_rng([seed, number])
    among = sum(other == kind for other in kinds[:number])
    regimen = regimens[int(rng.integers(len(regimens)))]
    doses = _doses(rng, regimen, days, start)
    severity = _severity(rng, kind, among)
    baseline = draw_baseline(rng)
    reaction = None if severity == 0 else _reaction(rng, regimen, doses, severity, baseline, start, days)
    course = Course(baseline=baseline, timezone=ZONE, reaction=reaction)
    fault = FAULTS[among % len(FAULTS)] if kind == "broken device" else None
    longest = max(step.onset.ends for step in regimen.steps)
    return Resident(
        number=number,
        kind=kind,
        code=f"P-{seed % 100:02d}{number:04d}",
        hub=f"hub-{number:04d}",
        caregiver_number=f"+4520{number:06d}",
        regimen=regimen,
        doses=doses,
        course=course,
        card=Card(doses=tuple(dose.at for dose in doses), timezone=ZONE, window=longest),
        manner=SLOPPY if kind == "sloppy" else ORDINARY,
        devices=BAD_PROBE if fault == "bad probe" else SOUND,
        fault=fault,
        febrile=febrile_days(course),
        severe_at=severe_at(course),
    )


def _severity(rng: np.random.Generator, kind: Kind, among: int) -> int:
    match kind:
        case "grade 1":
            return 1
        case "grade 2+":
            return 3 if rng.uniform() < 0.25 else 2
        case "well":
            return 0
        case _:
            return among % 3


def _doses(rng: np.random.Generator, regimen: Regimen, days: int, start: datetime) -> tuple[GivenDose, ...]:
    """Return the step-up doses and then one a week, as far as they fall into the days."""
    first = start.astimezone(ZONE).replace(hour=DOSE_HOUR, minute=int(rng.integers(0, 60)))
    first += timedelta(days=int(rng.integers(1, min(FIRST_DOSE_WITHIN_DAYS, days // 3) + 1)) - regimen.steps[0].day + 1)
    given = [(step.day, step) for step in regimen.steps]
    while given[-1][0] + WEEK <= days:
        given.append((given[-1][0] + WEEK, regimen.steps[-1]))
    doses = [
        GivenDose(
            at=(first + timedelta(days=day - 1)).astimezone(UTC), name=step.name, amount=step.amount, unit=step.unit
        )
        for day, step in given
    ]
    return tuple(dose for dose in doses if start < dose.at < start + timedelta(days=days - 1))


def _reaction(
    rng: np.random.Generator,
    regimen: Regimen,
    doses: Sequence[GivenDose],
    severity: int,
    baseline: Vitals,
    start: datetime,
    days: int,
) -> Reaction:
    """Return a reaction after one of the step-up doses, by their published rates and onset times.

    From severity 2 on it passes the limits of grade 2, whatever the patient's own pressure.
    """
    steps = regimen.steps[: len(doses)]
    rates = np.array([step.probability for step in steps])
    chosen = int(rng.choice(len(steps), p=rates / rates.sum()))
    hours = draw_onset_hours(rng, steps[chosen].onset.quantile, 1.0)
    onset_at = min(doses[chosen].at + timedelta(hours=hours), start + timedelta(days=0.7 * days))
    grade: Severity = 1 if severity == 1 else 2 if severity == 2 else 3
    reaction = draw_reaction(rng, onset_at, grade)
    if grade == 1:
        return reaction
    low_pressure = grade == 3 or rng.uniform() < 0.7
    fall = baseline.systolic_mmhg - float(rng.uniform(74, 86) if grade == 2 else rng.uniform(64, 76))
    loss = baseline.spo2_pct - float(rng.uniform(87, 90.5) if grade == 2 else rng.uniform(80, 87))
    if low_pressure:
        reaction = replace(reaction, pressure_fall_mmhg=fall)
    return replace(reaction, oxygen_fall_pct=loss) if grade == 3 or not low_pressure else reaction


def febrile_days(course: Course) -> tuple[tuple[datetime, datetime], ...]:
    """Return the febrile patient-days: spans of 24 h from onset on, as long as the body is at 38.0 C or more."""
    reaction = course.reaction
    if reaction is None:
        return ()
    last = reaction.onset_at
    for at in _instants(reaction):
        if vitals_at(course, at).temperature_c >= FEVER_C:
            last = at
    days = int((last - reaction.onset_at) / timedelta(days=1)) + 1
    return tuple(
        (reaction.onset_at + timedelta(days=day), reaction.onset_at + timedelta(days=day + 1)) for day in range(days)
    )


def severe_at(course: Course) -> datetime | None:
    """Return the first instant at which the body is grade 2 or worse; None when it never is."""
    reaction = course.reaction
    if reaction is None or reaction.severity == 1:
        return None
    for at in _instants(reaction):
        body = vitals_at(course, at)
        mean = (body.systolic_mmhg + 2 * body.diastolic_mmhg) / 3
        if body.systolic_mmhg < HYPOTENSION_MMHG or mean < MEAN_PRESSURE_MMHG or body.spo2_pct < HYPOXIA_PCT:
            return at
    return None


def recovers_at(course: Course) -> datetime | None:
    """Return when the reaction is over, None without one."""
    reaction = course.reaction
    if reaction is None:
        return None
    lasts_h = reaction.rise_h + reaction.plateau_h + reaction.decline_h + 8
    return reaction.onset_at + timedelta(hours=lasts_h)


def _instants(reaction: Reaction) -> list[datetime]:
    lasts_h = reaction.rise_h + reaction.plateau_h + reaction.decline_h + 12
    return [reaction.onset_at + step * LOOK_EVERY for step in range(int(timedelta(hours=lasts_h) / LOOK_EVERY))]
