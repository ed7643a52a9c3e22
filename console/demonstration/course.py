"""How a body lives through the hours after a dose. Draws and computes; talks to nobody.

For demonstrations and rehearsals only: the numbers below make plausible curves, they are not evidence, and no
grading reads them. Onset times and rates come from the drug's published figures, which the caller passes in. The
order of events is the published one: temperature first, then pressure, then oxygen (clinical course of cytokine
release syndrome as in Lee et al. 2019, doi:10.1016/j.bbmt.2018.12.758).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Literal

import numpy as np

FEVER_C = 38.0
ANTIPYRETIC_EFFECT_C = 1.1
ANTIPYRETIC_HOURS = (0.5, 1.5, 4.0, 6.0)  # begins, full, begins to wear off, gone
CIRCADIAN_C = 0.25
WARMEST_HOUR = 18.0  # of the patient's own day
LONGEST_ONSET_H = 28 * 24.0
ONSET_PRECISION_H = 0.01

Severity = Literal[1, 2, 3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What perfect devices would read at one instant: degrees Celsius, mmHg, percent and per minute."""

    temperature_c: float
    systolic_mmhg: float
    diastolic_mmhg: float
    spo2_pct: float
    pulse_bpm: float
    breaths_bpm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """One run of cytokine release syndrome.

    `onset_at` is the instant at which the temperature passes 38.0 C. Lags count from there, in hours; falls are
    differences from the patient's own baseline at the worst instant, in mmHg and percent.
    """

    onset_at: datetime
    severity: Severity
    peak_c: float
    rise_h: float
    plateau_h: float
    decline_h: float
    pressure_fall_mmhg: float
    pressure_lag_h: float
    oxygen_fall_pct: float
    oxygen_lag_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One patient's hours: who they are when well, at most one reaction, and antipyretics taken."""

    baseline: Vitals
    timezone: tzinfo
    reaction: Reaction | None = None
    antipyretics: tuple[datetime, ...] = ()


def draw_baseline(rng: np.random.Generator) -> Vitals:
    """Return a well adult's vitals, spread as in an outpatient clinic."""
    systolic = float(np.clip(rng.normal(124, 10), 106, 150))
    return Vitals(
        temperature_c=float(np.clip(rng.normal(36.6, 0.15), 36.2, 36.9)),
        systolic_mmhg=systolic,
        diastolic_mmhg=float(np.clip(systolic * 0.6 + rng.normal(1, 3), 60, 92)),
        spo2_pct=float(np.clip(rng.normal(97.3, 0.7), 96, 99)),
        pulse_bpm=float(np.clip(rng.normal(73, 6), 58, 86)),
        breaths_bpm=float(np.clip(rng.normal(15, 1.2), 12, 18)),
    )


def chance_still(probability: float, passed: float) -> float:
    """Return the chance that a reaction is still to come when none has shown yet.

    `probability` is the published rate after this dose, `passed` the part of the onset distribution that lies
    behind; both 0 to 1.
    """
    return probability * (1 - passed) / (1 - probability * passed)


def draw_onset_hours(rng: np.random.Generator, share_by: Callable[[float], float], after_hours: float) -> float:
    """Return hours from dose to onset, given that `after_hours` have passed without one.

    `share_by` is the published distribution: the share (0 to 1) of onsets by so many hours after the dose.
    """
    wanted = float(rng.uniform(share_by(after_hours), 1.0))
    low, high = after_hours, LONGEST_ONSET_H
    while high - low > ONSET_PRECISION_H:
        middle = (low + high) / 2
        low, high = (middle, high) if share_by(middle) < wanted else (low, middle)
    return high


def draw_reaction(rng: np.random.Generator, onset_at: datetime, severity: Severity) -> Reaction:
    """Return a reaction of the given severity: 1 fever alone, 2 pressure or oxygen falls too, 3 both and far."""
    pressure = {1: rng.uniform(0, 12), 2: rng.uniform(36, 48), 3: rng.uniform(46, 62)}[severity]
    oxygen = {1: rng.uniform(0, 1), 2: rng.uniform(2, 6), 3: rng.uniform(7, 11)}[severity]
    pressure_lag_h = rng.uniform(1.5, 5)
    return Reaction(
        onset_at=onset_at,
        severity=severity,
        peak_c=float({1: rng.uniform(38.4, 39.1), 2: rng.uniform(38.9, 39.8), 3: rng.uniform(39.4, 40.4)}[severity]),
        rise_h=float(rng.uniform(1.5, 4)),
        plateau_h=float(rng.uniform(6, 20)),
        decline_h=float(rng.uniform(6, 14)),
        pressure_fall_mmhg=float(pressure),
        pressure_lag_h=float(pressure_lag_h),
        oxygen_fall_pct=float(oxygen),
        oxygen_lag_h=float(pressure_lag_h + rng.uniform(1, 4)),
    )


def vitals_at(course: Course, at: datetime) -> Vitals:
    """Return the true vitals at `at`; devices add their own error."""
    warmth_c = _fever_c(course, at)
    pressure_mmhg, oxygen_pct = _falls(course.reaction, at)
    baseline = course.baseline
    temperature_c = baseline.temperature_c + _circadian_c(at.astimezone(course.timezone)) + warmth_c
    temperature_c -= min(_antipyretic_c(course.antipyretics, at), max(0.0, temperature_c - baseline.temperature_c))
    return Vitals(
        temperature_c=temperature_c,
        systolic_mmhg=baseline.systolic_mmhg - pressure_mmhg,
        diastolic_mmhg=baseline.diastolic_mmhg - 0.65 * pressure_mmhg,
        spo2_pct=min(100.0, baseline.spo2_pct - oxygen_pct),
        pulse_bpm=baseline.pulse_bpm + 9 * warmth_c + 0.45 * pressure_mmhg,
        breaths_bpm=baseline.breaths_bpm + 1.2 * warmth_c + 0.9 * oxygen_pct,
    )


def measured(true: Vitals, rng: np.random.Generator) -> Vitals:
    """Return what home devices print: with their error, and rounded as they round."""
    return Vitals(
        temperature_c=round(true.temperature_c + rng.normal(0, 0.06), 1),
        systolic_mmhg=round(true.systolic_mmhg + rng.normal(0, 2.5)),
        diastolic_mmhg=round(min(true.diastolic_mmhg + rng.normal(0, 2), true.systolic_mmhg - 12)),
        spo2_pct=round(min(99.0, true.spo2_pct + rng.normal(0, 0.4))),
        pulse_bpm=round(true.pulse_bpm + rng.normal(0, 2)),
        breaths_bpm=round(true.breaths_bpm + rng.normal(0, 0.6)),
    )


def _fever_c(course: Course, at: datetime) -> float:
    """Return degrees above what this hour of the day would show without a reaction."""
    reaction = course.reaction
    if reaction is None:
        return 0.0
    well_c = course.baseline.temperature_c + _circadian_c(reaction.onset_at.astimezone(course.timezone))
    span_c = reaction.peak_c - well_c
    before_onset_h = reaction.rise_h * (FEVER_C - well_c) / span_c
    begins_at = reaction.onset_at - timedelta(hours=before_onset_h)
    knots_h = np.cumsum([0.0, reaction.rise_h, reaction.plateau_h, reaction.decline_h])
    return span_c * float(np.interp(_hours(at - begins_at), knots_h, [0, 1, 1, 0]))


def _falls(reaction: Reaction | None, at: datetime) -> tuple[float, float]:
    """Return how far pressure (mmHg) and oxygen (percent) are below baseline."""
    if reaction is None:
        return 0.0, 0.0
    hours = _hours(at - reaction.onset_at)
    end_h = reaction.plateau_h + reaction.decline_h
    share = [
        float(np.interp(hours, [lag_h * 0.4, lag_h, max(end_h, lag_h + 1), max(end_h, lag_h + 1) + 8], [0, 1, 1, 0]))
        for lag_h in (reaction.pressure_lag_h, reaction.oxygen_lag_h)
    ]
    return reaction.pressure_fall_mmhg * share[0], reaction.oxygen_fall_pct * share[1]


def _antipyretic_c(taken: tuple[datetime, ...], at: datetime) -> float:
    effect = [np.interp(_hours(at - one), ANTIPYRETIC_HOURS, [0, 1, 1, 0], left=0, right=0) for one in taken]
    return ANTIPYRETIC_EFFECT_C * float(max(effect, default=0.0))


def _circadian_c(local: datetime) -> float:
    hour = local.hour + local.minute / 60
    return CIRCADIAN_C * float(np.cos((hour - WARMEST_HOUR) * np.pi / 12))


def _hours(span: timedelta) -> float:
    return span / timedelta(hours=1)
