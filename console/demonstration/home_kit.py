"""What a simulated home measures, when, and the bytes its hub sends. Decides and renders; talks to nobody.

The intervals are those printed on the card the patient takes home; the monitor keeps its own and judges by them.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any, Literal, get_args

import numpy as np

from console.demonstration.course import FEVER_C, Vitals

REQUIRED = ("temperature", "oximetry", "blood_pressure")
"""The three groups every home measures each time, in the order people pick the devices up."""

WELL = timedelta(hours=8)
IN_WINDOW = timedelta(hours=4)
FEBRILE = timedelta(hours=1)
EMERGENCY = timedelta(minutes=15)
NIGHT_FROM, NIGHT_UNTIL, NIGHT_CHECK = time(22), time(7), time(3)
LATE_AFTERNOON, EARLY_EVENING, STILL_AWAKE = time(18), time(20), time(1)
WINDOW = timedelta(hours=96)
NIGHT_CHECKS_FOR = timedelta(hours=48)

RED_TEMPERATURE_C, RED_SYSTOLIC_MMHG, RED_SPO2_PCT = 39.5, 90, 92
"""The red box of the card: at or above, below, below."""

Garbage = Literal["malformed", "missing_unit", "duplicate_keys", "implausible", "naive_time", "not_finite"]
GARBAGE: tuple[Garbage, ...] = get_args(Garbage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What this patient was told: the times of the doses, how long after one to measure often, where they live."""

    doses: tuple[datetime, ...]
    timezone: tzinfo
    window: timedelta = WINDOW

    def since_dose(self, at: datetime) -> timedelta | None:
        """Return the time since the latest dose at or before `at`, None before the first."""
        given = [dose for dose in self.doses if dose <= at]
        return at - max(given) if given else None


def next_measurement(card: Card, at: datetime, seen: Vitals) -> datetime:
    """Return when the card says to measure again after `seen` was measured at `at`."""
    if is_red(seen):
        return at + EMERGENCY
    if seen.temperature_c >= FEVER_C:
        return at + FEBRILE
    since = card.since_dose(at)
    in_window = since is not None and since <= card.window
    due = at + (IN_WINDOW if in_window else WELL)
    return _outside_night(card, at, due, in_window=in_window)


def is_red(seen: Vitals) -> bool:
    """Return whether the card's red box says to go to the emergency department."""
    return (
        seen.temperature_c >= RED_TEMPERATURE_C
        or seen.systolic_mmhg < RED_SYSTOLIC_MMHG
        or seen.spo2_pct < RED_SPO2_PCT
    )


def late_by(rng: np.random.Generator) -> timedelta:
    """Return how far from the printed time a person really measures: mostly a little early or late."""
    return timedelta(minutes=float(np.clip(rng.normal(2, 8), -15, 24)))


def message(*, boot: str, seq: int, measured_at: datetime, seen: Vitals, groups: Collection[str]) -> bytes:
    """Return the native message (docs/interfaces.md) of these groups.

    Blood pressure carries the cuff's pulse, oximetry the probe's; breaths go along when temperature does.
    """
    body: dict[str, Any] = {"boot": boot, "seq": seq, "measured_at": measured_at.isoformat(timespec="seconds")}
    if "temperature" in groups:
        body["temperature"] = {"value": seen.temperature_c, "unit": "Cel", "site": "oral"}
        body["respiratory_rate_bpm"] = seen.breaths_bpm
    if "oximetry" in groups:
        body["oximetry"] = {"spo2_pct": seen.spo2_pct, "pulse_bpm": seen.pulse_bpm, "perfusion_index_pct": 2.4}
    if "blood_pressure" in groups:
        body["blood_pressure"] = {
            "systolic_mmhg": seen.systolic_mmhg,
            "diastolic_mmhg": seen.diastolic_mmhg,
            "pulse_bpm": seen.pulse_bpm,
        }
    return json.dumps(body).encode()


def garbage(kind: Garbage, measured_at: datetime) -> bytes:
    """Return a message as broken firmware sends it: each kind is one the gateway must survive and name.

    It carries no `boot` and `seq`: a hub counts only what it can read itself.
    """
    at = measured_at.isoformat(timespec="seconds")
    match kind:
        case "malformed":
            return f'{{"measured_at": "{at}", "temperature": {{"value": 37.1, "un'.encode()
        case "missing_unit":
            return f'{{"measured_at": "{at}", "temperature": {{"value": 98.6}}}}'.encode()
        case "duplicate_keys":
            body = '"temperature": {"value": 36.9, "value": 41.9, "unit": "Cel"}'
            return f'{{"measured_at": "{at}", {body}}}'.encode()
        case "implausible":
            return f'{{"measured_at": "{at}", "oximetry": {{"spo2_pct": 127, "pulse_bpm": 255}}}}'.encode()
        case "naive_time":
            return b'{"measured_at": "2026-03-02T22:10:05", "temperature": {"value": 36.8, "unit": "Cel"}}'
        case "not_finite":
            return f'{{"measured_at": "{at}", "temperature": {{"value": NaN, "unit": "Cel"}}}}'.encode()


def _outside_night(card: Card, at: datetime, due: datetime, *, in_window: bool) -> datetime:
    """Return `due` moved out of the hours of sleep, as the card says; aware UTC."""
    local_due = due.astimezone(card.timezone)
    if NIGHT_UNTIL <= local_due.time() <= NIGHT_FROM:
        return due
    evening_of = local_due.date() - timedelta(days=1) if local_due.time() < NIGHT_UNTIL else local_due.date()

    def on_that_night(hour: time) -> datetime:
        day = evening_of if hour > NIGHT_UNTIL else evening_of + timedelta(days=1)
        return datetime.combine(day, hour, card.timezone).astimezone(UTC)

    if at < on_that_night(EARLY_EVENING if in_window else LATE_AFTERNOON):
        return on_that_night(NIGHT_FROM)
    since = card.since_dose(at)
    if in_window and since is not None and since <= NIGHT_CHECKS_FOR and at < on_that_night(STILL_AWAKE):
        return on_that_night(NIGHT_CHECK)
    return on_that_night(NIGHT_UNTIL)
