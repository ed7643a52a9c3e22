"""When cytokine release syndrome begins after a dose: fitted distributions, tabulated, with their fallbacks. Pure.

The figures are those of monitor/data/onset.toml. Here they are only looked up, so that a grading needs no fitting.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from monitor.catalogue import Drug, Schedule, Step, normalise

HOUR = timedelta(hours=1)
_DAY_H = 24
Percentiles = tuple[float, float, float, float, float, float]
_STEEPEST = 3.0  # a cubic between two points rises throughout while no slope exceeds three times the chord's


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A distribution as a rising cubic between points of the logarithm of time.

    `log_hours` are the points, `shares` the distribution there, `slopes` its derivative by the logarithm of time,
    `pieces` per stretch its beginning, the inverse of its width and the coefficients of the cubic over 0..1.
    """

    log_hours: tuple[float, ...]
    shares: tuple[float, ...]
    slopes: tuple[float, ...]
    pieces: tuple[tuple[float, float, float, float, float, float], ...]

    @classmethod
    def through(cls, hours: Sequence[float], shares: Sequence[float], density_per_h: Sequence[float]) -> "Curve":
        """Return the curve through tabulated points; slopes too steep to keep it rising are lowered."""
        logs = [math.log(hour) for hour in hours]
        return cls.along(logs, shares, [hour * density for hour, density in zip(hours, density_per_h, strict=True)])

    @classmethod
    def along(cls, log_hours: Sequence[float], shares: Sequence[float], slopes: Sequence[float]) -> "Curve":
        """Return the curve of these points and slopes by the logarithm of time."""
        steps = [(b - a, z - y) for (a, b), (y, z) in zip(pairwise(log_hours), pairwise(shares), strict=True)]
        chords = [rise / width for width, rise in steps]
        kept = [
            min(slope, *(_STEEPEST * chord for chord in chords[max(0, i - 1) : i + 1]))
            for i, slope in enumerate(slopes)
        ]
        pieces = []
        for i, (width, rise) in enumerate(steps):
            m0, m1 = kept[i] * width, kept[i + 1] * width
            pieces.append((log_hours[i], 1 / width, shares[i], m0, 3 * rise - 2 * m0 - m1, m0 + m1 - 2 * rise))
        return cls(log_hours=tuple(log_hours), shares=tuple(shares), slopes=tuple(kept), pieces=tuple(pieces))

    def at(self, hours: float) -> tuple[float, float]:
        """Return the share of onsets by `hours` and the density per hour there; beyond the last point no density."""
        if hours <= 0:
            return 0.0, 0.0
        logs = self.log_hours
        x = math.log(hours)
        if x <= logs[0]:
            per_hour = self.shares[0] / math.exp(logs[0])
            return per_hour * hours, per_hour
        if x >= logs[-1]:
            return self.shares[-1], 0.0
        begins, inverse, share, slope, bend, twist = self.pieces[bisect_right(logs, x) - 1]
        s = (x - begins) * inverse
        rising = slope + s * (2 * bend + s * 3 * twist)
        return share + s * (slope + s * (bend + s * twist)), rising * inverse / hours if rising > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The share of onsets that may come at any hour up to `hours`, so that no thin fit excludes a late one."""

    share: float
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """The time from the start of a dose to onset, hours: percentiles 2.5, 25, 50, 75, 97.5, 99.5 and the curve.

    `median_means` is what the printed median can mean, a day for a text in days; None where no median is published.
    `basis` says how near the row is to this dose: dose, drug or route. A union of several rows (`single` False) has
    limits but no quantiles of its own, and says nothing about a single fever.
    """

    hours: Percentiles
    closes_h: float
    source: str
    confidence: str
    curve: Curve
    tail: Tail
    median_means: tuple[float, float] | None = None
    day_granular: bool = False
    basis: str = "dose"
    single: bool = True

    @property
    def peak_from(self) -> timedelta:
        """The 25th percentile."""
        return self.hours[1] * HOUR

    @property
    def peak_to(self) -> timedelta:
        """The 75th percentile."""
        return self.hours[3] * HOUR

    @property
    def ends(self) -> timedelta:
        """The operational close or the 99.5th percentile, whichever is later."""
        return max(self.closes_h, self.hours[5]) * HOUR

    def limits(self, dose_at: datetime) -> tuple[datetime, ...]:
        """Return the instants at which the phase of a dose given at `dose_at` changes."""
        return (dose_at + self.peak_from, dose_at + self.peak_to, dose_at + self.ends)

    @property
    def median_text(self) -> str:
        """The published median in words: an interval where the text counts days, `12-36 h`, else one figure, `27 h`."""
        if not self.single:
            return "not known for this dose"
        if self.median_means is None:
            return "not published"
        low, high = self.median_means
        return f"{low:g}-{high:g} h" if self.day_granular else f"{(low + high) / 2:g} h"

    @property
    def hours_text(self) -> str:
        """The fitted percentiles in words; the middle one is an interval where the text counts days."""
        told = [f"{hours:g}" for hours in self.hours]
        if self.day_granular and self.median_means is not None:
            told[2] = "{:g}-{:g}".format(*self.median_means)
        return ", ".join(told)

    def quantile(self, hours: float) -> float:
        """Return the share of onsets by `hours` after the dose, 0..1, without the tail."""
        return self.curve.at(hours)[0]

    def with_tail(self, hours: float) -> tuple[float, float]:
        """Return share and density per hour at `hours`, the tail included."""
        share, density = self.curve.at(hours)
        loose, end = self.tail.share, self.tail.hours
        if hours >= end:
            return (1 - loose) * share + loose, (1 - loose) * density
        return (1 - loose) * share + loose * max(hours, 0.0) / end, (1 - loose) * density + loose / end


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsetRow:
    """One row of the data file. `cites` are ids of the list of sources.

    `other` holds what further texts say and why they are not used.
    """

    drug: str
    route: str
    steps: frozenset[str]
    schedules: frozenset[str]
    onset: Onset
    published: str
    uses: str
    why: str
    unit: str
    convention: str
    counted_from: str
    n: int
    n_basis: str
    checked: date
    verified_by: str
    research: bool
    envelope_median_h: tuple[float, float]
    cites: tuple[str, ...]
    other: tuple[str, ...] = ()

    @property
    def note(self) -> str | None:
        """What further texts say, None when there are none."""
        return "; ".join(self.other) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskNumbers:
    """What a fever is weighed with.

    `background_per_h` is the rate of fevers of any other cause, `background_factor` how far it may be off either way;
    `visible_masked` the share of fevers seen while a fever-hiding drug works; `rate_when_unknown` stands for a dose
    without a published rate where doses are only compared; `closing_from` is the probability that keeps a window
    from closing. Doses longer ago than `remembered_h` count no more.
    """

    background_per_h: float
    background_factor: float
    visible_masked: float
    rate_when_unknown: float
    closing_from: float
    remembered_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsetTable:
    """Every row, with its fallbacks: this dose, this drug, this route, unknown."""

    rows: tuple[OnsetRow, ...]
    risk: RiskNumbers

    def with_background(self, fevers_per_day: float) -> "OnsetTable":
        """Return the table for a ward with so many fevers of other causes per patient-day."""
        return replace(self, risk=replace(self.risk, background_per_h=fevers_per_day / _DAY_H))

    def find(self, drug: Drug | None, schedule: Schedule | None, step: Step | None) -> Onset | None:
        """Return the distribution for a dose, or None when not even the route is known."""
        if drug is None:
            return None
        route = schedule.route if schedule else drug.route
        named = {normalise(name) for name in (drug.name, *drug.names)}
        own = [row for row in self.rows if row.drug in named and row.route == route]
        if schedule is not None:
            mine = [row for row in own if normalise(schedule.id) in row.schedules]
            others = [row for row in own if not row.schedules]
            for nearest in (mine, others):
                found = _for_step(nearest, step)
                if found is not None:
                    return found
            own = mine or others or own
        if own:
            whole = [row for row in own if not row.steps]
            return _union(whole or own, "dose" if step is not None and whole else "drug")
        same_route = [row for row in self.rows if row.route == route]
        return _union(same_route, "route") if same_route else None


def _for_step(rows: Sequence[OnsetRow], step: Step | None) -> Onset | None:
    """Return the row of that step, else the one of every step, both only when the step is known."""
    if step is None:
        return None
    for row in rows:
        if row.steps & step.names:
            return row.onset
    return next((row.onset for row in rows if not row.steps), None)


def _union(rows: Sequence[OnsetRow], basis: str) -> Onset:
    """Return the widest reading of several rows: the earliest of the early, the latest of the late limits."""
    onsets = [row.onset for row in rows]
    first = onsets[0]
    if len(rows) == 1:
        return Onset(
            hours=first.hours,
            closes_h=first.closes_h,
            source=first.source,
            confidence=first.confidence,
            curve=first.curve,
            tail=first.tail,
            median_means=first.median_means,
            day_granular=first.day_granular,
            basis=basis,
        )
    columns = list(zip(*(onset.hours for onset in onsets), strict=True))
    count = len(onsets)
    return Onset(
        hours=(
            min(columns[0]),
            min(columns[1]),
            sum(columns[2]) / count,
            max(columns[3]),
            max(columns[4]),
            max(columns[5]),
        ),
        closes_h=max(onset.closes_h for onset in onsets),
        source="; ".join(dict.fromkeys(onset.source for onset in onsets)),
        confidence="uncertain",
        curve=Curve.along(
            first.curve.log_hours,
            [sum(at) / count for at in zip(*(onset.curve.shares for onset in onsets), strict=True)],
            [sum(at) / count for at in zip(*(onset.curve.slopes for onset in onsets), strict=True)],
        ),
        tail=first.tail,
        basis=basis,
        single=False,
    )
