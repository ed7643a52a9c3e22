"""Which drug, which schedule, which step: matches what people typed to the catalogue. Guesses nothing silently."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from monitor.record import DoseGiven

MICROGRAM = {"ug": "mcg", "µg": "mcg", "microgram": "mcg", "micrograms": "mcg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """A number with its origin. `confidence` is published, review, label-known or uncertain."""

    value: Decimal
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What the label asks after a dose."""

    kind: str
    hours: str
    counted_from: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One dose of a schedule. `names` are all normalised labels it answers to."""

    name: str
    names: frozenset[str]
    ordinal: int
    cycle: int | None
    day: int | None
    amount: Decimal | None
    unit: str
    source: str
    confidence: str
    crs_pct: Sourced | None = None
    observation: Observation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A regional or disease-specific step-up schedule."""

    id: str
    route: str
    steps: tuple[Step, ...]
    maintenance: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDoseRule:
    """What the label says about the next dose after one syndrome reached one grade."""

    syndrome: str
    grade: int
    actions: tuple[str, ...]
    text: str
    recurrent: str | None
    discontinue_if_lasted_h: Decimal | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """One bispecific T-cell engager."""

    name: str
    brand: str | None
    route: str
    target: str | None
    crs_any_pct: Sourced | None
    schedules: tuple[Schedule, ...]
    next_dose: tuple[NextDoseRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every drug the rules know."""

    drugs: tuple[Drug, ...]

    def find(self, name: str | None) -> Drug | None:
        """Return the drug of that generic or brand name, matched case-blind; None when it is not known."""
        if not name:
            return None
        wanted = normalise(name)
        for drug in self.drugs:
            brands = re.sub(r"\(.*?\)", "", drug.brand or "").split("/")
            if wanted in {normalise(known) for known in (drug.name, *brands)}:
                return drug
        return None


def normalise(label: str) -> str:
    """Return a label without case, spaces and punctuation: `Dose-1` and `dose 1` are one."""
    return re.sub(r"[^a-z0-9.]+", "", label.casefold())


def same_unit(one: str | None, other: str | None) -> bool:
    """Return whether two units are the same, `ug` being `mcg`."""
    return _unit(one) == _unit(other)


def _unit(unit: str | None) -> str:
    plain = (unit or "").casefold().replace(" ", "")
    for written, meant in MICROGRAM.items():
        plain = re.sub(rf"(?<![a-z]){written}(?![a-z])", meant, plain)
    return plain


def choose_schedule(drug: Drug, name: str | None, doses: Sequence[DoseGiven]) -> Schedule | None:
    """Return the named schedule, else the first that fits every dose given; None when none does."""
    if name:
        for schedule in drug.schedules:
            if normalise(schedule.id) == normalise(name):
                return schedule
    for schedule in drug.schedules:
        if all(match_step(schedule, dose, ordinal) for ordinal, dose in enumerate(doses, 1)):
            return schedule
    return None


def match_step(schedule: Schedule, dose: DoseGiven, ordinal: int) -> Step | None:
    """Return the step a dose is: by label, else by amount and unit, else by its ordinal among the doses given.

    A dose whose amount contradicts the step of its ordinal matches nothing.
    """
    if dose.step:
        wanted = normalise(dose.step)
        named = [step for step in schedule.steps if wanted in step.names]
        if len(named) > 1:
            named = [step for step in named if _amount_fits(step, dose)] or named
        if named:
            return min(named, key=lambda step: abs(step.ordinal - ordinal))
    if dose.amount is not None:
        measured = [step for step in schedule.steps if step.amount is not None and _amount_fits(step, dose)]
        return min(measured, key=lambda step: abs(step.ordinal - ordinal)) if measured else None
    return next((step for step in schedule.steps if step.ordinal == ordinal), None)


def _amount_fits(step: Step, dose: DoseGiven) -> bool:
    if dose.amount is None or step.amount is None:
        return True
    return dose.amount == step.amount and (dose.unit is None or same_unit(dose.unit, step.unit))
