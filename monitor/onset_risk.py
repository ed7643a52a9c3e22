"""What a fever at one instant would mean, and what risk is left without one. Pure; never an input that silences.

In sentences: docs/behaviour.md, "Onset window". Formulae and their limits: docs/decisions/0019-fits-of-onset-times.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.onset import Onset

_HALVINGS = 40
_LEAST_LEFT = 1e-12  # a share of 100 % at the end of the tail would divide by nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRisk:
    """One dose: how its onsets are spread, and the share of patients who get the syndrome after it.

    `known` is False where the distribution is not this drug's own or the share is not published: then the hazard may
    be compared with that of other doses, but no probability follows from it.
    """

    onset: Onset
    share: float
    known: bool

    def hazard(self, hours: float, visible: float = 1.0) -> float:
        """Return the hazard of onset per hour at `hours` after the dose, if none was seen since it."""
        return self.after(hours).hazard(visible)

    def after(self, hours: float) -> "Dosed":
        """Return this dose as it stands `hours` after it; hours before the dose count as its start."""
        hours = hours if hours > 0 else 0.0
        by_now, density = self.onset.with_tail(hours)
        return Dosed(self, hours, by_now, density)


class Dosed(NamedTuple):
    """A dose `hours` ago: the share of its onsets that lie behind, and their density per hour now."""

    risk: DoseRisk
    hours: float
    by_now: float
    density: float

    def hazard(self, visible: float = 1.0) -> float:
        """Return the hazard of onset per hour if none was seen since the dose; `visible` is the share s seen as fever.

        Cause-specific hazard s pi f / (1 - s pi F). Before the 25th percentile it is never below the hazard there,
        because small times cannot be read from a published minimum.
        """
        now = self.raw(visible)
        core = self.risk.onset.hours[1]
        return max(now, self.risk.after(core).raw(visible)) if self.hours < core else now

    def raw(self, visible: float = 1.0) -> float:
        """Return the hazard without the early plateau."""
        seen = visible * self.risk.share
        return seen * self.density / max(1 - seen * self.by_now, _LEAST_LEFT)

    def residual(self, visible: float = 1.0) -> float:
        """Return the probability that onset is still to come, or came unseen, if no fever was seen until now."""
        share, seen = self.risk.share, visible * self.by_now
        return share * (1 - seen) / max(1 - share * seen, _LEAST_LEFT)


def probability(hazard: float, background: float) -> float:
    """Return the probability that a fever is cytokine release syndrome: its hazard against that of other fevers.

    Parameters
    ----------
    hazard
        Sum over the doses, per hour.
    background
        Fevers of any other cause per hour, above 0.
    """
    return hazard / (hazard + background)


def shares(doses: Sequence[Dosed]) -> tuple[float, ...]:
    """Return how the hazard divides among the doses; the sum is 1 unless there is no hazard at all."""
    hazards = [dosed.hazard() for dosed in doses]
    total = sum(hazards)
    return tuple(hazard / total if total else 0.0 for hazard in hazards)


def residual(doses: Sequence[Dosed], visible: float) -> float:
    """Return the probability that at least one of the doses still brings the syndrome, each taken by itself."""
    none = 1.0
    for dosed in doses:
        none *= 1 - dosed.residual(visible)
    return 1 - none


def hours_until_unlikely(doses: Sequence[Dosed], background: float, least: float, horizon_h: float) -> float | None:
    """Return after how many hours from now a fever falls below the probability `least`; None if it is below now.

    Looked for within `horizon_h`, behind every window, where the hazard only falls.
    """

    def likely(after: float) -> bool:
        hazard = sum(dosed.risk.hazard(dosed.hours + after) for dosed in doses)
        return probability(hazard, background) >= least

    if not likely(0.0):
        return None
    low, high = 0.0, horizon_h
    if likely(high):
        return horizon_h
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if likely(middle) else (low, middle)
    return high
