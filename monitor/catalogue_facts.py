"""What a label asks around a dose, and what it says in words: observation, spacing, premedication, statements."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from monitor.catalogue_origin import Origin, OtherValue

Clock = Literal["infusion_start", "infusion_end", "administration"]
Place = Literal[
    "hospitalize", "healthcare_setting", "stay_near_facility", "daily_checks", "decide_individually", "none_required"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier syndrome that a label makes something depend on: one of `syndromes`, of `grade_at_least` or worse.

    `dose` names the step it followed, or is `previous` for the dose before; None is any dose before.
    """

    grade_at_least: int
    syndromes: tuple[Literal["crs", "icans"], ...] = ("crs",)
    dose: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no event could answer."""
        if not self.syndromes or self.grade_at_least not in {1, 2, 3, 4}:
            raise ValueError("syndromes is empty, or grade_at_least is not 1 to 4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Origin):
    """What the label asks after a dose: `kind` for `hours_min` to `hours_max` hours from `counted_from` on.

    Hours are None where the source names none. `condition` limits it (only after an earlier CRS, say), and `earlier`
    says the same so that the record can answer it; `when` names the later doses it belongs to.
    """

    kind: Place
    hours_min: Decimal | None = None
    hours_max: Decimal | None = None
    counted_from: Clock = "administration"
    condition: str | None = None
    earlier: Earlier | None = None
    when: str | None = None
    other: tuple[OtherValue, ...] = ()

    def __post_init__(self) -> None:
        """Refuse hours that run backwards."""
        Origin.__post_init__(self)
        if self.hours_min is not None and self.hours_max is not None and self.hours_min > self.hours_max:
            raise ValueError("hours_min is above hours_max")
        if self.earlier is not None and self.condition is None:
            raise ValueError("earlier needs its condition in words")

    @property
    def hours(self) -> str:
        """The hours in words: `48`, `22 to 24`, empty when the source names none."""
        if self.hours_min is None:
            return ""
        if self.hours_max is None or self.hours_max == self.hours_min:
            return f"{self.hours_min}"
        return f"{self.hours_min} to {self.hours_max}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing(Origin):
    """Allowed days since the previous dose: least, most, and most while a side effect resolves. None is not named."""

    days_min: int | None = None
    days_max: int | None = None
    days_max_if_adverse_event: int | None = None
    other: tuple[OtherValue, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a spacing without numbers or with numbers out of order."""
        Origin.__post_init__(self)
        given = [days for days in (self.days_min, self.days_max, self.days_max_if_adverse_event) if days is not None]
        if not given or given != sorted(given):
            raise ValueError("days_min, days_max and days_max_if_adverse_event are missing or out of order")


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine(Origin):
    """A medicine given around a dose. `dose` is None where only the agent is known; no `steps` means every step."""

    medicine: str
    timing: str
    dose: str | None = None
    steps: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()
    condition: str | None = None
    other: tuple[OtherValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Origin):
    """A statement in words: indication, driving, maintenance, a regional difference."""

    text: str
    topic: str = ""
    region: str | None = None
    other: tuple[OtherValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rems(Origin):
    """Whether the US risk programme (REMS) covers the drug, under which name, as of when. It can change: look it up."""

    required: bool
    as_of: date
    programme: str | None = None
