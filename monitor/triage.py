"""What one reading says by itself, before any history: enough to say who is graded first. Pure.

What is decided with it is only an order. Emergencies that end, repeats, silence and episodes are the fold's.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gateway.plausibility import BelowFloor, Usable, judge
from gateway.reading import Reading
from monitor import columns
from monitor.age import is_minor
from monitor.columns import Bedside, active_limits
from monitor.record import Profile
from monitor.rules import Rules
from monitor.scores import ShockIndex
from monitor.state import PERIPHERAL_SITES, ROUTINE, URGENT, Value


@dataclass(slots=True)
class Row:
    """The graded values of one reading; None where a group has none. `floored` waits for a sound value."""

    temperature: Decimal | None = None
    site: str | None = None
    spo2: Decimal | None = None
    systolic: Decimal | None = None
    diastolic: Decimal | None = None
    breaths: Decimal | None = None
    pulse: Decimal | None = None
    index_pulse: Decimal | None = None
    floored: bool = False


def row_of(reading: Reading, rules: Rules) -> Row:
    """Return the values of `reading` that are graded (docs/behaviour.md, "Reading a value")."""
    row, judged = Row(), judge(reading, rules.plausibility)
    verdicts = (judged.temperature, judged.oximetry, judged.blood_pressure, judged.respiratory_rate)
    row.floored = any(isinstance(verdict, BelowFloor) for verdict in verdicts)

    def counts(verdict: object) -> bool:
        return isinstance(verdict, Usable) or (isinstance(verdict, BelowFloor) and verdict.pulse_only)

    warm = reading.temperature
    if warm is not None and counts(judged.temperature) and warm.temperature_c is not None:
        reassures = warm.site not in PERIPHERAL_SITES
        if reassures or warm.temperature_c >= rules.temperature.fever_c:
            row.temperature, row.site = warm.temperature_c, warm.site
    if reading.oximetry is not None and counts(judged.oximetry):
        row.spo2 = reading.oximetry.spo2_pct
    cuff = reading.blood_pressure
    row.pulse = judged.oximeter_pulse_bpm if judged.cuff_pulse_bpm is None else judged.cuff_pulse_bpm
    if cuff is not None and counts(judged.blood_pressure):
        row.systolic, row.diastolic, row.index_pulse = cuff.systolic_mmhg, cuff.diastolic_mmhg, row.pulse
    if reading.respiratory_rate is not None and counts(judged.respiratory_rate):
        row.breaths = reading.respiratory_rate.breaths_bpm
    return row


def strictest(profile: Profile, now: datetime, rules: Rules) -> Bedside:
    """Return the patient as whatever may be known elsewhere would make the limits tightest: fever hidden, unwell."""
    return Bedside(
        baseline=profile.baseline,
        limits=active_limits(profile.limits, now),
        scale2=profile.spo2_scale == 2,  # noqa: PLR2004 - the name of a scale
        beta_blocker="beta_blocker" in profile.conditions,
        minor=is_minor(profile, now, rules),
        masked=True,
        symptomatic=True,
    )


def rank_alone(reading: Reading, bedside: Bedside, rules: Rules) -> int:
    """Return the rank of the worst that `reading` says of its patient by itself; what cannot be graded is urgent."""
    row = row_of(reading, rules)
    ranks = [ROUTINE]

    def value(*numbers: Decimal) -> Value:
        return Value(at=reading.received_at, numbers=numbers, site=row.site)

    low_pressure = False
    if row.systolic is not None and row.diastolic is not None:
        ranks.append(columns.pressure(value(row.systolic, row.diastolic), bedside, rules)[0])
        low_pressure = ranks[-1] >= URGENT
    if row.spo2 is not None:
        ranks.append(columns.saturation(value(row.spo2), bedside, rules)[0])
    if row.breaths is not None:
        ranks.append(columns.breaths(value(row.breaths), bedside, rules)[0])
    red = "another value" if max(ranks) >= URGENT else ""
    if row.pulse is not None:
        index = None
        if row.index_pulse is not None and row.systolic is not None:
            index = ShockIndex(row.index_pulse, row.systolic)
        warm = row.temperature is not None and row.temperature >= rules.temperature.fever_c
        ranks.append(
            columns.pulse(value(row.pulse), index, bedside, rules, fever_or_low_pressure=warm or low_pressure)[0]
        )
    if row.temperature is not None:
        ranks.append(columns.temperature(value(row.temperature), bedside, rules, red=red, urgent=red)[0])
    return max(*ranks, URGENT if row.floored else ROUTINE)  # below the floor is no value that agrees with a fever
