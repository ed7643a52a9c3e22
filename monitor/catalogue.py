"""The drug catalogue: which drug, which schedule, which step; matches what people typed. Guesses nothing silently.

The rows are files of monitor/data/drugs, read by monitor/catalogue_file.py; their form: docs/interfaces.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate
from typing import Literal

from monitor.catalogue_facts import Fact, Medicine, Observation, Rems, Spacing
from monitor.catalogue_origin import NotKnown, Origin, OtherValue, Reference
from monitor.catalogue_rates import Rate, Timing
from monitor.catalogue_rules import NextDoseRule, RestartRow
from monitor.record import DoseGiven

MICROGRAM = {"ug": "mcg", "\u03bcg": "mcg", "microgram": "mcg", "micrograms": "mcg"}
"""By what casefold makes of it: of the micro sign it makes a Greek mu."""
Route = Literal["SC", "IV", "cIV"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Origin):
    """One dose of a schedule. `names` are all normalised labels it answers to."""

    name: str
    unit: str
    ordinal: int = 0
    names: frozenset[str] = frozenset()
    aliases: tuple[str, ...] = ()
    cycle: int | None = None
    day: int | None = None
    day_text: str | None = None
    amount: Decimal | None = None
    spacing: Spacing | None = None
    rates: tuple[Rate, ...] = ()
    observations: tuple[Observation, ...] = ()
    other: tuple[OtherValue, ...] = ()

    @property
    def crs_pct(self) -> Rate | None:
        """Patients with CRS of any grade after this dose, percent of those treated; None when not known."""
        return next((rate for rate in self.rates if rate.what == "any grade" and rate.of == "patients"), None)

    @property
    def crs_event_share(self) -> Rate | None:
        """The share of all CRS events that follow this dose, where a label prints that instead of patients."""
        return next((rate for rate in self.rates if rate.of == "CRS events"), None)

    @property
    def observation(self) -> Observation | None:
        """The first thing the label asks after this dose."""
        return self.observations[0] if self.observations else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterDose(Origin):
    """A dose that repeats after the step-up. `every_days` is its interval, None where the source names none."""

    name: str
    aliases: tuple[str, ...] = ()
    amount: Decimal | None = None
    unit: str | None = None
    every_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Origin):
    """A regional or disease-specific step-up schedule.

    Without steps it is a slot: the regimen exists, its doses were not found. `before` holds what is given before the
    first step and is no dose of this drug. `restart` answers delays, `later` names the doses after the step-up.
    """

    id: str
    route: Route
    title: str = ""
    region: str | None = None
    cycle_days: int | None = None
    later_spacing: Spacing | None = None
    steps: tuple[Step, ...] = ()
    before: tuple[Medicine, ...] = ()
    later: tuple[LaterDose, ...] = ()
    maintenance: Fact | None = None
    later_observations: tuple[Observation, ...] = ()
    restart: tuple[RestartRow, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Every dose a restart row may name: what comes before, the steps, and the doses after them."""
        before = (medicine.medicine for medicine in self.before)
        return (*before, *(step.name for step in self.steps), *(dose.name for dose in self.later))

    def gives_before(self, dose: DoseGiven) -> bool:
        """Whether a dose is what the schedule gives before its first step, and no dose of the drug."""
        label = normalise(dose.step or "")
        return any(normalise(given.medicine.split()[0]) in label for given in self.before)

    def names_no_step(self, dose: DoseGiven) -> bool:
        """Whether the label of a dose says that it comes before the first step or after the last."""
        label = normalise(dose.step or "")
        later = {normalise(name) for each in self.later for name in (each.name, *each.aliases)}
        return label in later or self.gives_before(dose)


@dataclass(frozen=True, slots=True, kw_only=True)
class SyndromeFacts:
    """How often one syndrome happens, when it begins and how long it lasts."""

    rates: tuple[Rate, ...] = ()
    timings: tuple[Timing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug(Origin):
    """One bispecific T-cell engager. `not_known` lists the gaps that were looked into."""

    name: str
    route: Route
    brand: str | None = None
    target: str | None = None
    names: tuple[str, ...] = ()
    investigational: bool = False
    indication: Fact | None = None
    rems: Rems | None = None
    driving: Fact | None = None
    schedules: tuple[Schedule, ...] = ()
    premedication: tuple[Medicine, ...] = ()
    crs: SyndromeFacts = SyndromeFacts()
    icans: SyndromeFacts = SyndromeFacts()
    next_dose: tuple[NextDoseRule, ...] = ()
    facts: tuple[Fact, ...] = ()
    not_known: tuple[NotKnown, ...] = ()

    @property
    def crs_any_pct(self) -> Rate | None:
        """Patients with CRS of any grade over all doses, percent; None when not known."""
        return next((rate for rate in self.crs.rates if rate.what == "any grade"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every drug the rules know, with the list of sources its rows cite."""

    drugs: tuple[Drug, ...]
    references: tuple[Reference, ...] = ()
    by_name: Mapping[str, Drug] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note every drug under each of its names; a dose is looked up for every patient."""
        named = [(normalise(name), drug) for drug in reversed(self.drugs) for name in self.names_of(drug)]
        object.__setattr__(self, "by_name", dict(named))

    def find(self, name: str | None) -> Drug | None:
        """Return the drug of that generic or brand name, matched case-blind; None when it is not known."""
        return self.by_name.get(normalise(name)) if name else None

    @staticmethod
    def names_of(drug: Drug) -> tuple[str, ...]:
        """Return every name a drug answers to: generic, other and brand names."""
        brands = re.sub(r"\(.*?\)", "", drug.brand or "").split("/")
        return (drug.name, *drug.names, *filter(None, (brand.strip() for brand in brands)))


@lru_cache(maxsize=4096)
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
    return next((schedule for schedule in drug.schedules if fits(schedule, doses)), None)


def fits(schedule: Schedule, doses: Sequence[DoseGiven]) -> bool:
    """Return whether every dose given is a step of the schedule, or is named like one before or after its steps."""
    return all(step or schedule.names_no_step(dose) for step, dose in zip(match(schedule, doses), doses, strict=True))


def match(schedule: Schedule, doses: Sequence[DoseGiven]) -> tuple[Step | None, ...]:
    """Return the step that each dose is. What is given before the first step does not count among the doses."""
    ordinals = accumulate(not schedule.gives_before(dose) for dose in doses)
    return tuple(match_step(schedule, dose, ordinal) for dose, ordinal in zip(doses, ordinals, strict=True))


def match_step(schedule: Schedule, dose: DoseGiven, ordinal: int) -> Step | None:
    """Return the step a dose is: by label, else by amount and unit, else by its ordinal among the doses given.

    A dose matches nothing whose amount contradicts the step of its ordinal, or whose label says that it is none of
    the steps.
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
    if schedule.names_no_step(dose):
        return None
    return next((step for step in schedule.steps if step.ordinal == ordinal), None)


def _amount_fits(step: Step, dose: DoseGiven) -> bool:
    if dose.amount is None or step.amount is None:
        return True
    return dose.amount == step.amount and (dose.unit is None or same_unit(dose.unit, step.unit))
