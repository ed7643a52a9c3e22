"""The values at which a vital sign of this patient becomes urgent by itself, as charts draw them. Pure.

They are read out of the trigger table (`monitor.columns`), which alone decides: site rules, the patient's own limits,
and what stands so far from the patient's own values when well. What needs two values at once (mean arterial
pressure, shock index, fever beside another sign) is no line of a chart.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from monitor.columns import Bedside
from monitor.record import Baseline, Limit
from monitor.rules import Rules

Rank = Literal["urgent", "emergency"]
Side = Literal["at_or_above", "at_or_below", "below"]
RULES = "rules"
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """From where on a value is of this rank. `why` is where the number comes from, in few words."""

    value: Decimal
    rank: Rank
    side: Side
    why: str = RULES

    def reached_by(self, value: Decimal) -> bool:
        """Return whether `value` is of this rank."""
        if self.side == "at_or_above":
            return value >= self.value
        return value < self.value or (self.side == "at_or_below" and value == self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The lines of each chart, the less pressing first; empty where no value is judged by itself.

    Units: degrees Celsius, mmHg, percent, beats per minute. `notes` say what else holds, in words.
    """

    temperature: tuple[Threshold, ...] = ()
    systolic: tuple[Threshold, ...] = ()
    spo2: tuple[Threshold, ...] = ()
    pulse: tuple[Threshold, ...] = ()
    baseline: Baseline = field(default_factory=Baseline)
    notes: tuple[str, ...] = ()


def thresholds(bedside: Bedside, rules: Rules) -> Thresholds:
    """Return the lines that hold for one patient at one instant."""
    return Thresholds(
        temperature=_temperature(bedside, rules),
        systolic=_systolic(bedside, rules),
        spo2=_spo2(bedside, rules),
        pulse=_pulse(bedside, rules),
        baseline=bedside.baseline,
        notes=tuple(_notes(bedside)),
    )


def _temperature(bedside: Bedside, rules: Rules) -> tuple[Threshold, ...]:
    limits = rules.temperature
    own = bedside.limits.get("temperature")
    return (
        Threshold(value=limits.fever_c, rank="urgent", side="at_or_above", why="fever"),
        Threshold(value=limits.emergency_c, rank="emergency", side="at_or_above"),
        *_own(own, "urgent"),
        *_own(own, "emergency"),
    )


def _systolic(bedside: Bedside, rules: Rules) -> tuple[Threshold, ...]:
    limits, own, normal = rules.blood_pressure, bedside.limits.get("blood_pressure"), bedside.baseline.systolic_mmhg
    if bedside.minor and own is None:
        return ()
    emergency = [*(_own(own, "emergency") or _below(limits.emergency_below_mmhg, "emergency"))]
    urgent = [*(_own(own, "urgent") or _below(limits.urgent_below_mmhg, "urgent"))]
    if normal is not None:
        if bedside.symptomatic:
            emergency.append(_fallen(normal, limits.emergency_drop_mmhg, "emergency"))
        urgent.append(_fallen(normal, limits.urgent_drop_mmhg, "urgent"))
        urgent.append(_fallen(normal, normal * limits.urgent_drop_pct / _PERCENT, "urgent"))
        if bedside.beta_blocker:
            urgent.append(_fallen(normal, limits.watch_drop_mmhg, "urgent", ", beta blocker"))
        if bedside.masked:
            urgent.append(_fallen(normal, rules.masked.systolic_drop_mmhg, "urgent", ", fever may be hidden"))
    return (_first_met(urgent), _first_met(emergency))


def _spo2(bedside: Bedside, rules: Rules) -> tuple[Threshold, ...]:
    limits, own, normal = rules.oximetry, bedside.limits.get("oximetry"), bedside.baseline.spo2_pct
    if bedside.minor and own is None:
        return ()
    lines = (limits.urgent_below_pct, limits.emergency_below_pct)
    why = RULES
    if bedside.scale2:
        lines, why = (limits.scale2_urgent_below_pct, limits.scale2_emergency_below_pct), "scale 2"
    urgent = [*(_own(own, "urgent") or _below(lines[0], "urgent", why))]
    emergency = [*(_own(own, "emergency") or _below(lines[1], "emergency", why))]
    if normal is not None:
        urgent.append(_fallen(normal, limits.urgent_drop_pct, "urgent"))
        if bedside.masked:
            masked = rules.masked
            line = min(masked.spo2_at_or_below_pct, normal - masked.spo2_drop_pct)
            urgent.append(Threshold(value=line, rank="urgent", side="at_or_below", why="fever may be hidden"))
    return (_first_met(urgent), _first_met(emergency))


def _pulse(bedside: Bedside, rules: Rules) -> tuple[Threshold, ...]:
    if bedside.minor:
        return ()
    limits = rules.pulse
    urgent = Threshold(value=limits.urgent_bpm, rank="urgent", side="at_or_above")
    if bedside.masked and rules.masked.pulse_bpm < limits.urgent_bpm:
        masked = rules.masked.pulse_bpm
        urgent = Threshold(value=masked, rank="urgent", side="at_or_above", why="fever may be hidden")
    return (urgent, Threshold(value=limits.emergency_bpm, rank="emergency", side="at_or_above"))


def _own(own: Limit | None, rank: Rank) -> tuple[Threshold, ...]:
    value = None if own is None else own.urgent if rank == "urgent" else own.emergency
    return () if value is None else (Threshold(value=value, rank=rank, side="below", why="own limit"),)


def _below(value: Decimal, rank: Rank, why: str = RULES) -> tuple[Threshold, ...]:
    return (Threshold(value=value, rank=rank, side="below", why=why),)


def _fallen(normal: Decimal, by: Decimal, rank: Rank, more: str = "") -> Threshold:
    why = f"{by.normalize():f} under baseline{more}"
    return Threshold(value=normal - by, rank=rank, side="at_or_below", why=why)


def _first_met(falling: Iterable[Threshold]) -> Threshold:
    """Return the line that a falling value meets first."""
    return max(falling, key=lambda each: (each.value, each.side == "at_or_below"))


def _notes(bedside: Bedside) -> Iterable[str]:
    if bedside.minor:
        yield "under 18: only the patient's own limits judge pressure and oxygen, and pulse is not judged"
    if bedside.baseline.systolic_mmhg is None:
        yield "no baseline pressure is recorded: no line stands for a fall from it"
    if bedside.baseline.spo2_pct is None:
        yield "no baseline oxygen is recorded: no line stands for a fall from it"
