"""Which urgency one value says by itself: the trigger table, patient limits and masked rules. Knows no history.

Every function returns `(rank, words)`: rank 0 routine, 1 watch, 2 urgent, 3 emergency; words name value and limit.
The limits are site defaults of monitor/data/rules.toml (engineering, unsigned) unless a source stands there.
"""

from datetime import datetime, timedelta
from decimal import ROUND_DOWN, Decimal

import msgspec

from monitor.record import Baseline, Limit
from monitor.rules import Rules
from monitor.scores import ShockIndex
from monitor.state import EMERGENCY, ROUTINE, URGENT, WATCH, Value

Column = tuple[int, str]
WATCHED_SITES = frozenset({"axillary", "tympanic", "temporal", "forehead", "skin", "finger", "toe"})
"""Sites that read low: their own-baseline exemption from watch does not apply."""
_PERCENT = Decimal(100)
_TENTHS, _HUNDREDTH = -1, Decimal("0.01")


class Bedside(msgspec.Struct, frozen=True, kw_only=True):
    """What the trigger table needs to know of the patient at one instant, besides the value itself."""

    baseline: Baseline
    limits: dict[str, Limit]
    scale2: bool
    beta_blocker: bool
    minor: bool
    masked: bool
    symptomatic: bool


def temperature(value: Value, bedside: Bedside, rules: Rules, *, red: str, urgent: str) -> Column:
    """Return the column of a temperature.

    Parameters
    ----------
    red
        Name of another group in its urgent column or worse, pulse excepted; empty when there is none.
    urgent
        Name of any other urgent value, pulse included; counts only for a fever that came back.
    """
    limits, t = rules.temperature, value.numbers[0]
    if t >= limits.emergency_c:
        return EMERGENCY, f"{_temperature(value)} (at or above {limits.emergency_c})"
    if t >= limits.fever_c:
        said = _temperature(value)
        if red:
            return EMERGENCY, f"{said} (at or above {limits.fever_c}) with {red} urgent"
        if value.back:
            words = f"{said}: fever is back within {_hours(limits.back_within)} h of an antipyretic"
            return (EMERGENCY, f"{words}, with {urgent} urgent") if urgent else (URGENT, words)
        if value.still:
            return URGENT, f"{said}: still febrile {_hours(limits.still_after)} h after an antipyretic"
        return URGENT, f"{said} (at or above {limits.fever_c})"
    below = _below_limit(bedside, "temperature", t, "temperature", "C")
    if below:
        return below
    if t >= limits.watch_c:
        own = bedside.baseline.temperature_c
        usual = own is not None and t <= own + limits.baseline_band_c and value.site not in WATCHED_SITES
        words = f"{limits.watch_c} to below {limits.fever_c}"
        return (ROUTINE, "") if usual else (WATCH, f"{_temperature(value)} ({words})")
    return ROUTINE, ""


def pressure(value: Value, bedside: Bedside, rules: Rules) -> Column:
    """Return the column of a cuff reading: absolute, mean arterial, and relative to the patient's own baseline."""
    limits, (systolic, diastolic) = rules.blood_pressure, value.numbers
    own = bedside.limits.get("blood_pressure")
    if bedside.minor and own is None:
        return ROUTINE, ""
    emergency_below = own.emergency if own and own.emergency is not None else limits.emergency_below_mmhg
    urgent_below = own.urgent if own and own.urgent is not None else limits.urgent_below_mmhg
    baseline = bedside.baseline.systolic_mmhg
    drop = None if baseline is None else baseline - systolic
    if systolic < emergency_below:
        return EMERGENCY, f"systolic {systolic:f} (below {emergency_below})"
    if systolic + 2 * diastolic < 3 * limits.map_emergency_below_mmhg:
        mean = ((systolic + 2 * diastolic) / 3).quantize(Decimal("0.1"))
        return EMERGENCY, f"mean pressure {mean} (below {limits.map_emergency_below_mmhg})"
    if drop is not None and bedside.symptomatic and drop >= limits.emergency_drop_mmhg:
        return EMERGENCY, f"systolic {systolic:f}, {drop:f} below baseline, with symptoms"
    if systolic < urgent_below:
        return URGENT, f"systolic {systolic:f} (below {urgent_below})"
    if drop is not None and baseline is not None:
        if drop >= limits.urgent_drop_mmhg or drop * _PERCENT >= limits.urgent_drop_pct * baseline:
            return URGENT, f"systolic {systolic:f}, {drop:f} below baseline {baseline:f}"
        if bedside.beta_blocker and drop >= limits.watch_drop_mmhg:
            return URGENT, f"systolic {systolic:f}, {drop:f} below baseline under a beta blocker"
        if bedside.masked and drop >= rules.masked.systolic_drop_mmhg:
            return URGENT, f"systolic {systolic:f}, {drop:f} below baseline while fever may be hidden"
        if drop >= limits.watch_drop_mmhg:
            return WATCH, f"systolic {systolic:f}, {drop:f} below baseline {baseline:f}"
    return ROUTINE, ""


def saturation(value: Value, bedside: Bedside, rules: Rules) -> Column:
    """Return the column of an SpO2 on air, by the patient's own limits or scale when there are any."""
    limits, spo2 = rules.oximetry, value.numbers[0]
    own = bedside.limits.get("oximetry")
    if bedside.minor and own is None:
        return ROUTINE, ""
    watch_below: Decimal | None = limits.watch_below_pct
    urgent_below, emergency_below = limits.urgent_below_pct, limits.emergency_below_pct
    if bedside.scale2:
        watch_below = None
        urgent_below, emergency_below = limits.scale2_urgent_below_pct, limits.scale2_emergency_below_pct
    if own is not None:
        watch_below = None
        urgent_below = own.urgent if own.urgent is not None else urgent_below
        emergency_below = own.emergency if own.emergency is not None else emergency_below
    if spo2 < emergency_below:
        return EMERGENCY, f"SpO2 {spo2:f} (below {emergency_below})"
    if spo2 < urgent_below:
        return URGENT, f"SpO2 {spo2:f} (below {urgent_below})"
    baseline = bedside.baseline.spo2_pct
    drop = None if baseline is None else baseline - spo2
    if drop is not None and drop >= limits.urgent_drop_pct:
        return URGENT, f"SpO2 {spo2:f}, {drop:f} below baseline {baseline:f}"
    masked = rules.masked
    if bedside.masked and drop is not None and spo2 <= masked.spo2_at_or_below_pct and drop >= masked.spo2_drop_pct:
        return URGENT, f"SpO2 {spo2:f}, {drop:f} below baseline while fever may be hidden"
    if watch_below is not None and spo2 < watch_below:
        usual = drop is not None and drop <= limits.baseline_band_pct
        return (ROUTINE, "") if usual else (WATCH, f"SpO2 {spo2:f} (below {watch_below})")
    return ROUTINE, ""


def breaths(value: Value, bedside: Bedside, rules: Rules) -> Column:
    """Return the column of a respiratory rate."""
    limits, rate = rules.respiratory_rate, value.numbers[0]
    below = _below_limit(bedside, "respiratory_rate", rate, "breaths", "/min")
    if below:
        return below
    if bedside.minor:
        return ROUTINE, ""
    for rank, limit in ((EMERGENCY, limits.emergency_bpm), (URGENT, limits.urgent_bpm), (WATCH, limits.watch_bpm)):
        if rate >= limit:
            return rank, f"breaths {rate:f} /min (at or above {limit})"
    return ROUTINE, ""


def pulse(
    value: Value, index: ShockIndex | None, bedside: Bedside, rules: Rules, *, fever_or_low_pressure: bool
) -> Column:
    """Return the column of a pulse and of the shock index that belongs to it.

    Parameters
    ----------
    index
        The newest pair of pulse and pressure, None when there is none (docs/behaviour.md, "Urgency").
    fever_or_low_pressure
        Whether there is fresh fever, or a pressure that is urgent or worse.
    """
    limits, rate = rules.pulse, value.numbers[0]
    if bedside.minor:
        return ROUTINE, ""
    counts = index is not None and _index_counts(index, bedside.baseline, rules)
    if rate >= limits.emergency_bpm:
        return EMERGENCY, f"pulse {rate:f} /min (at or above {limits.emergency_bpm})"
    if counts and index is not None and fever_or_low_pressure and index.at_least(limits.shock_index_emergency):
        return EMERGENCY, f"shock index {index.cents} (at or above {limits.shock_index_emergency})"
    if rate >= limits.urgent_bpm:
        return URGENT, f"pulse {rate:f} /min (at or above {limits.urgent_bpm})"
    if counts and index is not None:
        return URGENT, f"shock index {index.cents} (at or above {limits.shock_index_urgent})"
    if bedside.masked and rate >= rules.masked.pulse_bpm:
        return URGENT, f"pulse {rate:f} /min while fever may be hidden (at or above {rules.masked.pulse_bpm})"
    if rate >= limits.watch_bpm:
        return WATCH, f"pulse {rate:f} /min (at or above {limits.watch_bpm})"
    return ROUTINE, ""


def ice(value: Value, best: int | None, rules: Rules) -> Column:
    """Return the column of a home ICE score; `best` is the best score of the last days, None when there is none."""
    limits, score = rules.ice, int(value.numbers[0])
    if score <= limits.emergency_at_or_below:
        return EMERGENCY, f"ICE {score} (at or below {limits.emergency_at_or_below})"
    if score <= limits.urgent_at_or_below:
        return URGENT, f"ICE {score} (at or below {limits.urgent_at_or_below})"
    if best is not None and best - score >= limits.urgent_drop:
        return URGENT, f"ICE {score}, {best - score} points down"
    return (WATCH, f"ICE {score}") if score <= limits.watch_at_or_below else (ROUTINE, "")


def capd(score: int | None, rules: Rules) -> Column:
    """Return the column of a child's CAPD; None is a child that could not be assessed."""
    limits = rules.ice
    if score is None:
        return EMERGENCY, "CAPD: unable"
    if score >= limits.capd_emergency_at_or_above:
        return EMERGENCY, f"CAPD {score} (at or above {limits.capd_emergency_at_or_above})"
    if score >= limits.capd_urgent_at_or_above:
        return URGENT, f"CAPD {score} (at or above {limits.capd_urgent_at_or_above})"
    return (WATCH, f"CAPD {score}") if score >= limits.capd_watch_at_or_above else (ROUTINE, "")


def active_limits(limits: tuple[tuple[str, Limit], ...], now: datetime) -> dict[str, Limit]:
    """Return the limits that have not expired at `now`."""
    return {group: limit for group, limit in limits if limit.until is None or now < limit.until}


def _index_counts(index: ShockIndex, baseline: Baseline, rules: Rules) -> bool:
    if not index.at_least(rules.pulse.shock_index_urgent):
        return False
    if baseline.pulse_bpm is None or baseline.systolic_mmhg is None:
        return True
    own = ShockIndex(baseline.pulse_bpm, baseline.systolic_mmhg)
    return index.above(own, rules.pulse.shock_index_above_baseline)


def _below_limit(bedside: Bedside, group: str, number: Decimal, what: str, unit: str) -> Column | None:
    own = bedside.limits.get(group)
    if own is None:
        return None
    if own.emergency is not None and number < own.emergency:
        return EMERGENCY, f"{what} {_shown(number)} {unit} (below the patient's own limit {own.emergency})"
    if own.urgent is not None and number < own.urgent:
        return URGENT, f"{what} {_shown(number)} {unit} (below the patient's own limit {own.urgent})"
    return None


def _temperature(value: Value) -> str:
    site = f" {value.site}" if value.site and value.site != "unknown" else ""
    return f"temperature {_shown(value.numbers[0])} C{site}"


def _hours(span: timedelta) -> int:
    return int(span / timedelta(hours=1))


def _shown(number: Decimal) -> str:
    """Return a number as it was measured; what a conversion made longer than hundredths is cut, never rounded up."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= _TENTHS:
        return f"{number:f}"
    return f"{number.quantize(_HUNDREDTH, rounding=ROUND_DOWN):f}".removesuffix("0")
