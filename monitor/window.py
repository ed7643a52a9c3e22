"""Where an instant lies in the onset distribution of a dose. Explains and sharpens; never an input that silences.

Phases and their limits: docs/behaviour.md, "Onset window". Distributions: monitor/data/onset.toml, percentiles of the
time to onset among those who get cytokine release syndrome after that dose.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from statistics import NormalDist

import msgspec

from monitor.assessment import Phase
from monitor.catalogue import Drug, Schedule, Step, normalise
from monitor.record import DoseGiven

_PROBABILITIES = (0.025, 0.25, 0.5, 0.75, 0.975, 0.995)
_NORMAL = NormalDist()
_Z = tuple(_NORMAL.inv_cdf(p) for p in _PROBABILITIES)
_RATE_UNKNOWN = 0.3  # only ratios between doses matter; the same for every dose without a published rate
HOUR = timedelta(hours=1)


@lru_cache(maxsize=256)
def _knots(hours: tuple[float, ...]) -> tuple[tuple[float, float], ...]:
    """Return (log time, normal score) of each percentile, repeated times once."""
    knots = [(math.log(hour), z) for hour, z in zip(hours, _Z, strict=True)]
    return tuple(knot for i, knot in enumerate(knots) if i == 0 or knot[0] > knots[i - 1][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """Percentiles of the time from the start of a dose to onset, hours.

    `basis` says how near the row is to this dose: dose, drug or route. A union of several rows (`single` False)
    has limits but no quantiles of its own.
    """

    hours: tuple[float, float, float, float, float, float]
    closes_h: float
    source: str
    confidence: str
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

    def limits(self, dose_at: datetime) -> tuple[datetime, ...]:
        """Return the instants at which the phase of a dose given at `dose_at` changes."""
        return (dose_at + self.peak_from, dose_at + self.peak_to, dose_at + self.ends)

    @property
    def ends(self) -> timedelta:
        """The operational close or the 99.5th percentile, whichever is later."""
        return max(self.closes_h, self.hours[5]) * HOUR

    def quantile(self, hours: float) -> float:
        """Return the share of onsets by `hours` after the dose, 0..1.

        Linear in the normal score against the logarithm of time between the published percentiles, the same
        slope beyond them; repeated percentiles (a capped tail) count as the first of them.
        """
        if hours <= 0:
            return 0.0
        knots = _knots(self.hours)
        x = math.log(hours)
        upper = next((i for i, knot in enumerate(knots) if knot[0] >= x), len(knots) - 1)
        (x0, z0), (x1, z1) = knots[max(upper, 1) - 1], knots[max(upper, 1)]
        return _NORMAL.cdf(z0 + (z1 - z0) * (x - x0) / (x1 - x0))

    def density(self, hours: float) -> float:
        """Return the density of onset per hour at `hours`, by central difference of `quantile`."""
        if hours <= 0:
            return 0.0
        step = max(hours * 0.01, 0.01)
        low = max(hours - step, hours / 2)
        return (self.quantile(hours + step) - self.quantile(low)) / (hours + step - low)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsetRow:
    """One row of the data file."""

    drug: str
    route: str
    steps: frozenset[str]
    onset: Onset
    published: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnsetTable:
    """Every row, with its fallbacks: this dose, this drug, this route, unknown."""

    rows: tuple[OnsetRow, ...]

    def find(self, drug: Drug | None, schedule: Schedule | None, step: Step | None) -> Onset | None:
        """Return the distribution for a dose, or None when not even the route is known."""
        if drug is None:
            return None
        route = schedule.route if schedule else drug.route
        own = [row for row in self.rows if row.drug == normalise(drug.name) and row.route == route]
        if step is not None:
            for row in own:
                if row.steps & step.names:
                    return row.onset
        if own:
            whole = [row for row in own if not row.steps]
            return _union(whole or own, "drug" if step is None or not whole else "dose")
        same_route = [row for row in self.rows if row.route == route]
        return _union(same_route, "route") if same_route else None


def _union(rows: Sequence[OnsetRow], basis: str) -> Onset:
    """Return the widest reading of several rows: the earliest of the early, the latest of the late limits."""
    first = rows[0].onset
    if len(rows) == 1:
        return Onset(
            hours=first.hours,
            closes_h=first.closes_h,
            source=first.source,
            confidence=first.confidence,
            basis=basis,
        )
    columns = list(zip(*(row.onset.hours for row in rows), strict=True))
    lows = tuple(min(column) for column in columns[:2])
    middle = sum(columns[2]) / len(rows)
    highs = tuple(max(column) for column in columns[3:])
    return Onset(
        hours=(lows[0], lows[1], middle, highs[0], highs[1], highs[2]),
        closes_h=max(row.onset.closes_h for row in rows),
        source="; ".join(dict.fromkeys(row.onset.source for row in rows)),
        confidence="uncertain",
        basis=basis,
        single=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseSeen:
    """A dose given, matched as well as it can be. `onset` None means that nothing is known about its window.

    `limits` are the instants at which its phase changes: to peak, to closing, to closed.
    """

    dose: DoseGiven
    step: Step | None
    onset: Onset | None
    remark: str | None = None
    limits: tuple[datetime, ...] = ()

    def phase(self, now: datetime) -> Phase:
        """Return the phase of this dose at `now`; limits are half-open (docs/behaviour.md, "Onset window")."""
        for limit, phase in zip(self.limits, _PHASES, strict=False):
            if now < limit:
                return phase
        return "closed" if self.limits else "unknown"

    def hazard(self, at: datetime) -> float:
        """Return the relative hazard of onset per hour at `at`, with the early plateau below the 25th percentile.

        Cause-specific hazard pi f / (1 - pi F) after a dose that gives a share pi the syndrome; an early fever
        never scores below the core of the window, because small times cannot be read from a published minimum.
        """
        if self.onset is None:
            return 0.0
        hours = max((at - self.dose.at) / HOUR, 0.0)
        share = float(self.step.crs_pct.value) / 100 if self.step and self.step.crs_pct else _RATE_UNKNOWN

        def at_hour(hour: float) -> float:
            onset = self.onset
            if onset is None:
                return 0.0
            return share * onset.density(hour) / (1 - share * onset.quantile(hour))

        core = self.onset.hours[1]
        return max(at_hour(hours), at_hour(core)) if hours < core else at_hour(hours)


class WindowNow(msgspec.Struct, frozen=True, kw_only=True):
    """The phase that counts at one instant, and the dose it is told of."""

    phase: Phase
    seen: DoseSeen | None

    @property
    def inside(self) -> bool:
        """Whether this counts as "in the window": unknown is treated as open."""
        return self.phase in {"open", "peak", "closing", "unknown"}

    def hours(self, now: datetime) -> float | None:
        """Return hours since the start of the dose, None before any."""
        return None if self.seen is None else (now - self.seen.dose.at) / HOUR

    def quantile(self, now: datetime) -> float | None:
        """Return the share of onsets by `now` for this dose, None where no single distribution is known."""
        if self.seen is None or self.seen.onset is None or not self.seen.onset.single:
            return None
        return self.seen.onset.quantile((now - self.seen.dose.at) / HOUR)


_PHASES: tuple[Phase, ...] = ("open", "peak", "closing")
_MOST_INSIDE: dict[Phase, int] = {"peak": 4, "open": 3, "unknown": 3, "closing": 2, "closed": 1, "before": 0}


def locate(doses: Sequence[DoseSeen], now: datetime, doses_of_last: timedelta) -> WindowNow:
    """Return where `now` lies, over all doses: peak over open over closing over closed, equals to the latest dose.

    Parameters
    ----------
    doses
        In the order given.
    doses_of_last
        Doses older than this are closed whatever their distribution says.
    """
    if not doses:
        return WindowNow(phase="before", seen=None)
    best, phase = doses[-1], _phase_within(doses[-1], now, doses_of_last)
    for seen in reversed(doses[:-1]):
        candidate = _phase_within(seen, now, doses_of_last)
        if _MOST_INSIDE[candidate] > _MOST_INSIDE[phase]:
            best, phase = seen, candidate
    return WindowNow(phase=phase, seen=best)


def _phase_within(seen: DoseSeen, now: datetime, doses_of_last: timedelta) -> Phase:
    return "closed" if now - seen.dose.at >= doses_of_last else seen.phase(now)


def most_likely_dose(doses: Sequence[DoseSeen], onset_at: datetime) -> DoseSeen | None:
    """Return the dose with the largest share of the hazard at `onset_at`; the latest when none has a distribution."""
    given = [seen for seen in doses if seen.dose.at <= onset_at]
    if not given:
        return None
    return max(given, key=lambda seen: (seen.hazard(onset_at), seen.dose.at))
