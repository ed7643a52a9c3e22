"""The home's values as somebody needs them who sees the patient next: newest, how old, what came before. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

from gateway.plausibility import PlausibilityLimits, Usable, judge
from gateway.reading import Reading
from monitor.assessment import URGENCIES, Urgency
from monitor.record import Baseline, Event, ReadingTaken
from monitor.state import State

VitalName = Literal["temperature", "blood_pressure", "oximetry", "pulse", "respiratory_rate"]
ORDER: tuple[VitalName, ...] = ("temperature", "blood_pressure", "oximetry", "pulse", "respiratory_rate")
UNITS: dict[VitalName, str] = {
    "temperature": "C",
    "blood_pressure": "mmHg",
    "oximetry": "%",
    "pulse": "/min",
    "respiratory_rate": "/min",
}
EARLIER = 4
"""How many values stand beside the newest: a row that fits a narrow telephone."""
TEXTED = "texted by the home"
"""Said beside a value that no device sent."""
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value: `numbers` as graded (degrees Celsius; systolic and diastolic), the site, what is doubtful in it.

    `by_text` when the home typed it, and no device sent it.
    """

    numbers: tuple[Decimal, ...]
    at: datetime
    site: str | None = None
    doubts: tuple[str, ...] = ()
    by_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalTold:
    """One vital. No `points` means never measured; the newest stands last.

    `fresh` is whether the newest still counts for grading (of a pulse, whether a device that counts it is fresh),
    `urgency` what this vital alone says. `baseline` holds the patient's own values when well; empty when not recorded.
    """

    name: VitalName
    unit: str
    points: tuple[Point, ...]
    fresh: bool
    urgency: Urgency
    baseline: tuple[Decimal, ...]

    @property
    def newest(self) -> Point | None:
        """The newest value, however old."""
        return self.points[-1] if self.points else None


def vitals_told(state: State, events: Iterable[Event], limits: PlausibilityLimits, at: datetime) -> list[VitalTold]:
    """Return every vital in the order of the page, from the readings that stand at `at`."""
    found: dict[str, dict[tuple[datetime, tuple[Decimal, ...]], Point]] = {name: {} for name in ORDER}
    for event in events:
        if isinstance(event, ReadingTaken) and event.at <= at:
            for name, point in points_of(event, limits):
                found[name][point.at, point.numbers] = point
    return [_told(name, found[name].values(), state, at) for name in ORDER]


def spell(name: VitalName, numbers: tuple[Decimal, ...], fever_c: Decimal = Decimal("38.0")) -> str:
    """Return a value as it is printed: `38.4`, `104/61`, `94`. Only `fever_c` is never reached by rounding."""
    if name == "temperature":
        value = numbers[0]
        rounded = value.quantize(_TENTH, ROUND_HALF_UP)
        return f"{value.quantize(_TENTH, ROUND_DOWN) if value < fever_c <= rounded else rounded}"
    return "/".join(f"{number.normalize():f}" for number in numbers)


def _told(name: VitalName, points: Iterable[Point], state: State, at: datetime) -> VitalTold:
    newest = sorted(points, key=lambda point: point.at)[-EARLIER - 1 :]
    track = state.tracks[name]
    return VitalTold(
        name=name,
        unit=UNITS[name],
        points=tuple(newest),
        fresh=_fresh(name, state, at),
        urgency=URGENCIES[track.rank],
        baseline=_baseline(name, state.baseline),
    )


def _fresh(name: VitalName, state: State, at: datetime) -> bool:
    groups = ("oximetry", "blood_pressure") if name == "pulse" else (name,)
    return any(state.tracks[group].fresh(at) for group in groups)


def _baseline(name: VitalName, own: Baseline) -> tuple[Decimal, ...]:
    values: dict[str, tuple[Decimal | None, ...]] = {
        "temperature": (own.temperature_c,),
        "blood_pressure": (own.systolic_mmhg, own.diastolic_mmhg),
        "oximetry": (own.spo2_pct,),
        "pulse": (own.pulse_bpm,),
    }
    return tuple(value for value in values.get(name, ()) if value is not None)


def points_of(event: ReadingTaken, limits: PlausibilityLimits) -> Iterator[tuple[VitalName, Point]]:
    """Give the values of one reading that may be graded."""
    reading, judged = event.reading, judge(event.reading, limits)
    clock = (event.clock_doubt,) if event.clock_doubt else ()
    verdicts = {
        "temperature": judged.temperature,
        "blood_pressure": judged.blood_pressure,
        "oximetry": judged.oximetry,
        "respiratory_rate": judged.respiratory_rate,
    }
    for name, numbers, site in _measured(reading):
        verdict = verdicts[name]
        if isinstance(verdict, Usable):
            doubts = (*verdict.doubts, *clock)
            yield name, Point(numbers=numbers, at=event.graded_at, site=site, doubts=doubts, by_text=event.by_text)
    # Both devices of one reading count the same heart: one of them is enough on a page.
    pulse = judged.cuff_pulse_bpm or judged.oximeter_pulse_bpm
    if pulse is not None:
        yield "pulse", Point(numbers=(pulse,), at=event.graded_at, doubts=clock, by_text=event.by_text)


def _measured(reading: Reading) -> Iterator[tuple[VitalName, tuple[Decimal, ...], str | None]]:
    if (warmth := reading.temperature) is not None and warmth.temperature_c is not None:
        yield "temperature", (warmth.temperature_c,), None if warmth.site == "unknown" else warmth.site
    if (cuff := reading.blood_pressure) is not None and None not in {cuff.systolic_mmhg, cuff.diastolic_mmhg}:
        numbers = (cuff.systolic_mmhg, cuff.diastolic_mmhg)
        yield "blood_pressure", tuple(number for number in numbers if number is not None), None
    if (oximeter := reading.oximetry) is not None and oximeter.spo2_pct is not None:
        yield "oximetry", (oximeter.spo2_pct,), None
    if (breaths := reading.respiratory_rate) is not None and breaths.breaths_bpm is not None:
        yield "respiratory_rate", (breaths.breaths_bpm,), None
