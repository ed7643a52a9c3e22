"""A medicine as the entry line knows it. Pure; `console.entry.vocabulary` reads the file."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """A medicine and its names. A bare amount within `least` to `most` is in `unit`; without a unit it is asked for."""

    name: str
    names: tuple[str, ...]
    unit: str | None
    least: Decimal | None
    most: Decimal | None
