"""Judges whether a device's value can be what it says. Throws nothing away and knows nothing of the patient's state.

Absence, impossibility and doubt stay three different answers, because none of them is "normal".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from gateway.reading import (
    FLAGS,
    SITES,
    BloodPressure,
    Oximetry,
    Reading,
    RespiratoryRate,
    Temperature,
    VitalGroup,
)

_WORD = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueLimits:
    """The bounds of one vital, in its own unit; None where it has no such bound."""

    possible_from: Decimal | None = None
    possible_to: Decimal | None = None
    floor_below: Decimal | None = None
    floor_at_or_below: Decimal | None = None
    ceiling_above: Decimal | None = None
    not_a_value: frozenset[Decimal] = frozenset()

    def impossible(self, value: Decimal) -> bool:
        """Return whether no patient can have `value`: zero, below zero, a code for "nothing", out of range."""
        return (
            value <= 0
            or value in self.not_a_value
            or (self.possible_from is not None and value < self.possible_from)
            or (self.possible_to is not None and value > self.possible_to)
        )

    def implausible(self, value: Decimal) -> bool:
        """Return whether a possible `value` is likelier a bad measurement than a living patient at home."""
        return (
            (self.floor_below is not None and value < self.floor_below)
            or (self.floor_at_or_below is not None and value <= self.floor_at_or_below)
            or (self.ceiling_above is not None and value > self.ceiling_above)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JumpLimit:
    """A change of `more_than` units within less than `within` is doubtful."""

    more_than: Decimal
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PlausibilityLimits:
    """Every number of gateway/data/plausibility.toml."""

    temperature_c: ValueLimits
    systolic_mmhg: ValueLimits
    spo2_pct: ValueLimits
    pulse_bpm: ValueLimits
    perfusion_index_pct: ValueLimits
    breaths_bpm: ValueLimits
    doubtful_flags: frozenset[str]
    not_graded_flags: frozenset[str]
    jump: Mapping[str, JumpLimit]
    clock_ahead: timedelta
    clock_behind: timedelta


class Usable(msgspec.Struct, frozen=True):
    """To be graded; every doubt is shown and asks for a repeat."""

    doubts: tuple[str, ...] = ()


class NoReading(msgspec.Struct, frozen=True):
    """The device measured nothing. Repeat asked; urgency stays as it was."""

    reason: str


class BelowFloor(msgspec.Struct, frozen=True):
    """Possible, but likelier a bad measurement: not graded, repeat asked at once, urgent until a fresh value comes.

    `pulse_only` says that the group's other values are sound and only its pulse is under the floor.
    """

    reason: str
    pulse_only: bool = False


class NotGraded(msgspec.Struct, frozen=True):
    """Somebody else's value or a demonstration: stored, never graded."""

    reason: str


Verdict = Usable | NoReading | BelowFloor | NotGraded


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One verdict per group of a message; None for a group the message does not have.

    The pulses are those of each device once a bad one was dropped, None when there is no usable one. A device
    that measured nothing has no pulse either; one whose other value is under its floor may still have.
    `mentions` are remarks that are no doubt, such as a flag nobody knows.
    """

    temperature: Verdict | None = None
    oximetry: Verdict | None = None
    blood_pressure: Verdict | None = None
    respiratory_rate: Verdict | None = None
    oximeter_pulse_bpm: Decimal | None = None
    cuff_pulse_bpm: Decimal | None = None
    mentions: tuple[str, ...] = ()


def judge(reading: Reading, limits: PlausibilityLimits) -> Judged:
    """Return what each group of `reading` is worth (docs/behaviour.md, "Reading a value")."""
    oximetry = _oximetry(reading.oximetry, limits)
    blood_pressure = _blood_pressure(reading.blood_pressure, limits)
    return Judged(
        temperature=_temperature(reading.temperature, limits),
        oximetry=oximetry,
        blood_pressure=blood_pressure,
        respiratory_rate=_respiratory_rate(reading.respiratory_rate, limits),
        oximeter_pulse_bpm=_pulse(reading.oximetry, oximetry, limits),
        cuff_pulse_bpm=_pulse(reading.blood_pressure, blood_pressure, limits),
        mentions=tuple(_mentions(reading)),
    )


def jump_doubts(
    group: VitalGroup | str,
    previous: tuple[Decimal, datetime],
    new: tuple[Decimal, datetime],
    limits: PlausibilityLimits,
) -> tuple[str, ...]:
    """Return the doubt about a change too fast for one patient, or nothing.

    Parameters
    ----------
    group
        `temperature` (C), `blood_pressure` (its systolic, mmHg) or `pulse` (per minute, either device); groups
        without a limit never jump.
    previous
        The patient's previous graded value of the same vital and its time.
    new
        The value in question and its time. A span of exactly the limit is no longer within it.
    """
    limit = limits.jump.get(str(group))
    if limit is None:
        return ()
    (before, before_at), (after, after_at) = previous, new
    if abs(after_at - before_at) >= limit.within or abs(after - before) <= limit.more_than:
        return ()
    minutes = int(limit.within.total_seconds() // 60)
    return (f"{str(group).replace('_', ' ')} changed by more than {limit.more_than} in {minutes} min",)


def _temperature(sent: Temperature | None, limits: PlausibilityLimits) -> Verdict | None:
    if sent is None:
        return None
    if aside := _set_aside(sent.flags, limits):
        return aside
    if sent.temperature_c is None or limits.temperature_c.impossible(sent.temperature_c):
        return NoReading("temperature: no reading")
    if limits.temperature_c.implausible(sent.temperature_c):
        return BelowFloor("temperature: outside the plausible range")
    return Usable(_doubts(sent.flags, limits))


def _oximetry(sent: Oximetry | None, limits: PlausibilityLimits) -> Verdict | None:
    if sent is None:
        return None
    if aside := _set_aside(sent.flags, limits):
        return aside
    if sent.spo2_pct is None or limits.spo2_pct.impossible(sent.spo2_pct):
        return NoReading("oximetry: no reading")
    if sent.perfusion_index_pct is not None and limits.perfusion_index_pct.impossible(sent.perfusion_index_pct):
        return NoReading("oximetry: no reading, the perfusion index is no value")
    if limits.spo2_pct.implausible(sent.spo2_pct):
        return BelowFloor("oximetry: SpO2 below the plausible floor")
    if _pulse_under_floor(sent.pulse_bpm, limits):
        return BelowFloor("oximetry: pulse below the plausible floor", pulse_only=True)
    return Usable(_doubts(sent.flags, limits))


def _blood_pressure(sent: BloodPressure | None, limits: PlausibilityLimits) -> Verdict | None:
    if sent is None:
        return None
    if aside := _set_aside(sent.flags, limits):
        return aside
    systolic, diastolic = sent.systolic_mmhg, sent.diastolic_mmhg
    if systolic is None or diastolic is None or limits.systolic_mmhg.impossible(systolic) or diastolic <= 0:
        return NoReading("blood pressure: no reading")
    if diastolic >= systolic:
        return NoReading("blood pressure: no reading, diastolic is not below systolic")
    if limits.systolic_mmhg.implausible(systolic):
        return BelowFloor("blood pressure: systolic below the plausible floor")
    if _pulse_under_floor(sent.pulse_bpm, limits):
        return BelowFloor("blood pressure: pulse below the plausible floor", pulse_only=True)
    return Usable(_doubts(sent.flags, limits))


def _respiratory_rate(sent: RespiratoryRate | None, limits: PlausibilityLimits) -> Verdict | None:
    if sent is None:
        return None
    if aside := _set_aside(sent.flags, limits):
        return aside
    if sent.breaths_bpm is None or limits.breaths_bpm.impossible(sent.breaths_bpm):
        return NoReading("respiratory rate: no reading")
    return Usable(_doubts(sent.flags, limits))


def _pulse(
    sent: Oximetry | BloodPressure | None, verdict: Verdict | None, limits: PlausibilityLimits
) -> Decimal | None:
    """Return the pulse a device measured in this patient; None when absent, bad, or from a device that saw nothing."""
    if sent is None or sent.pulse_bpm is None or isinstance(verdict, NoReading | NotGraded):
        return None
    pulse = sent.pulse_bpm
    return None if limits.pulse_bpm.impossible(pulse) or limits.pulse_bpm.implausible(pulse) else pulse


def _pulse_under_floor(pulse: Decimal | None, limits: PlausibilityLimits) -> bool:
    return pulse is not None and not limits.pulse_bpm.impossible(pulse) and limits.pulse_bpm.implausible(pulse)


def _set_aside(flags: frozenset[str], limits: PlausibilityLimits) -> NotGraded | None:
    aside = sorted(flags & limits.not_graded_flags) if flags else ()
    return NotGraded(f"marked {aside[0]}") if aside else None


def _doubts(flags: frozenset[str], limits: PlausibilityLimits) -> tuple[str, ...]:
    return tuple(sorted(flags & limits.doubtful_flags)) if flags else ()


def _mentions(reading: Reading) -> Iterator[str]:
    """Name unknown words; a word that is none of ours is named only if it cannot carry anybody's name."""
    if reading.temperature is not None and reading.temperature.site not in SITES:
        yield f"unknown site {_spell(reading.temperature.site)}"
    for group in (reading.temperature, reading.oximetry, reading.blood_pressure, reading.respiratory_rate):
        if group is not None and group.flags:
            for flag in sorted(group.flags - FLAGS):
                yield f"unknown flag {_spell(flag)}"


def _spell(word: str) -> str:
    return word if _WORD.fullmatch(word) else "(unprintable)"
