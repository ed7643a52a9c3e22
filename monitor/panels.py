"""What stands beside the label: a second published reference per grade, and other causes to think of. Pure.

The rows and their sources: monitor/data/panels.toml. They prompt and explain; none excludes cytokine release
syndrome, none lowers urgency, and no dose is computed from them.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from monitor.catalogue_origin import Origin
from monitor.catalogue_rules import Syndrome

PromptKind = Literal[
    "outside_the_window",
    "after_resolution",
    "no_defervescence",
    "possible_neutropenia",
    "long_symptoms",
    "attributed_fever",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRow(Origin):
    """What a consensus paper says of one grade."""

    syndrome: Syndrome
    grade: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt(Origin):
    """Another cause to think of, and when.

    `once_c` is a temperature that counts by itself; any fever counts after `kept_for_h` hours.
    `after_antipyretic_h` and `after_anticytokine_h` are hours after which fever should have gone. `lasted_h` is how
    long symptoms last before the prompt shows. None is not looked at.
    """

    kind: PromptKind
    text: str
    once_c: Decimal | None = None
    kept_for_h: int | None = None
    after_antipyretic_h: int | None = None
    after_anticytokine_h: int | None = None
    lasted_h: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LongGap(Origin):
    """Days without a dose after which starting again is thought of where no label says anything."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """The second reference, the prompts, and the long gap. `targets` are those the panels were written for."""

    name: str
    targets: tuple[str, ...]
    rows: tuple[PanelRow, ...]
    prompts: tuple[Prompt, ...]
    long_gap: LongGap

    def row(self, syndrome: Syndrome, grade: int | None) -> PanelRow | None:
        """Return what the panel says of a grade; None where it says nothing."""
        return next((row for row in self.rows if (row.syndrome, row.grade) == (syndrome, grade)), None)

    def written_for(self, target: str | None) -> bool:
        """Return whether the panels were written for drugs of this target (`BCMA x CD3`)."""
        return target is not None and any(name.casefold() in target.casefold() for name in self.targets)


def hours(number: int | None) -> timedelta | None:
    """Return the span of so many hours, None for None."""
    return None if number is None else timedelta(hours=number)
