"""Where an instant lies in the onset distribution of a dose. Explains and sharpens; never an input that silences.

Phases and their limits: docs/behaviour.md, "Onset window". Distributions: monitor/onset.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from monitor.assessment import Phase
from monitor.catalogue import Step
from monitor.onset import HOUR, Onset, RiskNumbers
from monitor.onset_risk import Dosed, DoseRisk, hours_until_unlikely, probability, residual
from monitor.record import DoseGiven


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseSeen:
    """A dose given, matched as well as it can be. `onset` None means that nothing is known about its window.

    `limits` are the instants at which its phase changes: to peak, to closing, to closed. `risk` weighs a fever after
    this dose; None when nothing is known about its window. `engager` is False for what the schedule gives before the
    drug itself: its window counts like any other, but it brings no cytokine release syndrome to weigh.
    """

    dose: DoseGiven
    step: Step | None
    onset: Onset | None
    remark: str | None = None
    limits: tuple[datetime, ...] = ()
    risk: DoseRisk | None = None
    engager: bool = True

    def phase(self, now: datetime) -> Phase:
        """Return the phase of this dose at `now`; limits are half-open (docs/behaviour.md, "Onset window")."""
        for limit, phase in zip(self.limits, _PHASES, strict=False):
            if now < limit:
                return phase
        return "closed" if self.limits else "unknown"

    def hours(self, at: datetime) -> float:
        """Return hours since the start of this dose, negative before it."""
        return (at - self.dose.at) / HOUR

    def hazard(self, at: datetime) -> float:
        """Return the relative hazard of onset per hour at `at`; 0 when nothing is known about the dose."""
        return 0.0 if self.risk is None else self.risk.hazard(self.hours(at))


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
        return None if self.seen is None else self.seen.hours(now)

    def quantile(self, now: datetime) -> float | None:
        """Return the share of onsets by `now` for this dose, None where no single distribution is known."""
        if self.seen is None or self.seen.onset is None or not self.seen.onset.single:
            return None
        return self.seen.onset.quantile(self.seen.hours(now))


_PERCENT = 100
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


def dose_risk(onset: Onset | None, step: Step | None, numbers: RiskNumbers) -> DoseRisk | None:
    """Return how a dose weighs, None when nothing is known about its window.

    Only a distribution of the drug's own and a published rate of this step say how probable anything is.
    """
    if onset is None:
        return None
    rate = step.crs_pct if step else None
    share = numbers.rate_when_unknown if rate is None else float(rate.value) / _PERCENT
    return DoseRisk(onset=onset, share=share, known=rate is not None and onset.single)


def keep_open_while_likely(doses: Sequence[DoseSeen], numbers: RiskNumbers) -> tuple[DoseSeen, ...]:
    """Return the doses, the last close put off while a fever would still be this probable (docs/behaviour.md).

    The dose with the largest share of the hazard stays open. Without a known rate nothing is put off.
    """
    if any(not seen.limits for seen in doses) or not doses:
        return tuple(doses)
    closes_at = max(seen.limits[-1] for seen in doses)
    dosed = weigh(doses, closes_at, numbers)
    if dosed is None:
        return tuple(doses)
    after = hours_until_unlikely(
        [one for _, one in dosed], numbers.background_per_h, numbers.closing_from, numbers.remembered_h
    )
    if after is None:
        return tuple(doses)
    last = most_likely_dose(doses, closes_at)
    later = closes_at + after * HOUR
    return tuple(replace(seen, limits=(*seen.limits[:-1], later)) if seen is last else seen for seen in doses)


Weighed = tuple[datetime, Dosed]


class Odds(msgspec.Struct, frozen=True, kw_only=True):
    """The probability that a fever now would be cytokine release syndrome, and its range over what is not known."""

    probability: float
    low: float
    high: float


def weigh(doses: Sequence[DoseSeen], now: datetime, numbers: RiskNumbers) -> list[Weighed] | None:
    """Return the doses that count at `now`, each with the instant it was given.

    None when there is none, long after the last, or when one of them is not known: then nothing is said.
    """
    counted = []
    for seen in doses:
        hours = seen.hours(now)
        if hours >= numbers.remembered_h or not seen.engager:
            continue
        if seen.risk is None or not seen.risk.known:
            return None
        counted.append((seen.dose.at, seen.risk.after(hours)))
    return counted or None


def odds(weighed: Sequence[Weighed], numbers: RiskNumbers, *, masked: bool) -> Odds:
    """Return what a fever would mean where the doses stand so.

    A running fever-hiding drug does not lower the probability: the fever in question is seen, and others are hidden as
    well. It lowers the low end of the range, which also takes the background at its highest.
    """
    hazard = least = sum([dosed.hazard() for _, dosed in weighed])
    if masked:
        least = sum([dosed.hazard(numbers.visible_masked) for _, dosed in weighed])
    background, factor = numbers.background_per_h, numbers.background_factor
    return Odds(
        probability=probability(hazard, background),
        low=probability(least, background * factor),
        high=probability(hazard, background / factor),
    )


def residual_risk(
    weighed: Sequence[Weighed],
    now: datetime,
    *,
    seen_until: datetime | None,
    given_after: datetime | None,
    visible: float,
) -> float | None:
    """Return the probability that cytokine release syndrome is still to come, no fever having been seen.

    `seen_until` is the last temperature: what came later was not seen. Only doses `given_after` the last fever count;
    None when there is none. `visible` is the share of fevers that would have been seen.
    """
    left = [
        dosed if seen_until == now else dosed.risk.after(dosed.hours - (now - (seen_until or at)) / HOUR)
        for at, dosed in weighed
        if given_after is None or at > given_after
    ]
    return residual(left, visible) if left else None
