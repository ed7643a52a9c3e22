"""What a home measured and what it is asked to measure, as values for its texts. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from gateway.reading import Reading
from monitor.assessment import NextDue

GROUPS = ("temperature", "blood_pressure", "oximetry")
"""In the order in which a home is asked to measure."""
TENTH = Decimal("0.1")
FEVER_C = Decimal("38.0")
"""ASTCT 2019 (Lee et al., doi:10.1016/j.bbmt.2018.12.758). A display must not round a value up to it."""
FEVER_F = Decimal("100.4")
SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the home should measure: `now` at once, else `groups` at `at`. Groups are vital group names."""

    now: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    at: datetime | None = None


def ask_of(due: NextDue, now: datetime) -> Ask:
    """Return what `due` asks of the home at `now`; ICE is the nurse's to ask."""
    times = {name: at for name in GROUPS if (at := getattr(due, name)) is not None}
    at_once = tuple(name for name, at in times.items() if at <= now + SOON)
    rest = {name: at for name, at in times.items() if name not in at_once}
    first = min(rest.values(), default=None)
    return Ask(now=at_once, later=tuple(name for name, at in rest.items() if at == first), at=first)


def ice_would_lower(urgent_groups: Collection[str], last: int | None, points: Sequence[int]) -> bool:
    """Whether ICE points of a home are better than those for which somebody is called: they wait for the nurse.

    `last` is the score known so far, None when there is none; then somebody was called for what was seen.
    """
    return bool({"ice", "neuro"} & set(urgent_groups)) and (last is None or sum(points) > last)


def spoken_values(readings: Sequence[Reading]) -> str:
    """Return the values of some readings as the home sent them, newest of each group: `38.4 C, SpO2 94, BP 104/61`.

    Empty when there is nothing to say. Temperatures come back in the unit they were sent in.
    """
    words: dict[str, str] = {}
    for reading in readings:
        if reading.temperature is not None and reading.temperature.sent_value is not None:
            sent = reading.temperature
            fahrenheit = sent.sent_unit == "[degF]"
            value, limit = Decimal(str(sent.sent_value)), FEVER_F if fahrenheit else FEVER_C
            words["temperature"] = f"{_tenths(value, limit)} {'F' if fahrenheit else 'C'}"
        if reading.oximetry is not None and reading.oximetry.spo2_pct is not None:
            words["oximetry"] = f"SpO2 {_whole(reading.oximetry.spo2_pct)}"
        pressure = reading.blood_pressure
        if pressure is not None and pressure.systolic_mmhg is not None and pressure.diastolic_mmhg is not None:
            words["blood_pressure"] = f"BP {_whole(pressure.systolic_mmhg)}/{_whole(pressure.diastolic_mmhg)}"
    return ", ".join(words.values())


def _tenths(value: Decimal, limit: Decimal) -> Decimal:
    rounded = value.quantize(TENTH, ROUND_HALF_UP)
    return value.quantize(TENTH, ROUND_DOWN) if value < limit <= rounded else rounded


def _whole(value: Decimal) -> str:
    return format(value.normalize(), "f")
