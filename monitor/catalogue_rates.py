"""How often and when: rates in percent, times to onset and durations, as published."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from monitor.catalogue_origin import Origin, OtherValue

Of = Literal["patients", "patients with CRS", "patients with ICANS", "CRS events"]
HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate(Origin):
    """A percentage. `what` is counted (`any grade`, `grade 3 or higher`, `recurrent`), `of` is what it is a share of.

    `qualifier` is `about`, `up to` or `below` where the source says so. `schedules` names the schedules it belongs to;
    empty is all of them.
    """

    what: str
    value: Decimal
    of: Of = "patients"
    qualifier: Literal["about", "up to", "below"] | None = None
    population: str | None = None
    schedules: tuple[str, ...] = ()
    other: tuple[OtherValue, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no percentage."""
        Origin.__post_init__(self)
        if not 0 <= self.value <= HUNDRED:
            raise ValueError(f"{self.value} is no percentage; give 0 to 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing(Origin):
    """A time to onset or a duration: median with its range, or `text` where no median was published.

    `counted_from` names the start of the clock where the source names it.
    """

    what: Literal["onset", "duration"]
    unit: Literal["hour", "day"] | None = None
    median: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    counted_from: str | None = None
    text: str | None = None
    population: str | None = None
    schedules: tuple[str, ...] = ()
    other: tuple[OtherValue, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a range that does not hold its median, and numbers without a unit."""
        Origin.__post_init__(self)
        given = [value for value in (self.low, self.median, self.high) if value is not None]
        if not given and not self.text:
            raise ValueError("a timing needs a median, a range or text; where nothing is known add a not_known row")
        if given and self.unit is None:
            raise ValueError("a timing with numbers needs its unit, hour or day")
        if given != sorted(given):
            raise ValueError("low, median and high are out of order")
