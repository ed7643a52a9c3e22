"""What a label says after a syndrome of some grade, and after a delay. Rows of a table, chosen by what happened.

How the rows are read: docs/behaviour.md, "Guidance".
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from monitor.catalogue_origin import Origin, OtherValue

Action = Literal[
    "proceed",
    "withhold_until_resolved",
    "symptom_free_72h",
    "premedicate",
    "hospitalize_24h",
    "hospitalize_48h",
    "consider_hospitalization",
    "observe_24h",
    "stay_near_48h",
    "reduce_rate_50",
    "repeat_step",
    "restart_step_up",
    "discontinue_permanently",
    "ask_pharmacist",
]
Syndrome = Literal["crs", "icans"]
Occurrence = Literal["any", "first", "recurrent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDoseRule(Origin):
    """What the label says about the next dose after one syndrome reached one grade.

    `lasted_*_h` limit how long the event lasted, in hours: at least, more than, less than, up to and including;
    `lasted_counts` says what is timed: the time at this grade, until no worse than grade 1, or until resolved.
    `at_starting_dose` is set where the label asks whether it happened at the lowest dose; None where it does not.
    The next dose waits until the event is back to `until_grade` (0 is resolved) and, where the label names hours,
    for `symptom_free_h` more. `treatment` is what the label gives now, for this grade.
    `any_recurrence` says that the row also answers when the event came back at another grade; after more seizures than
    `stops_after_seizures` treatment ends for good, whatever the actions say.
    """

    syndrome: Syndrome
    grade: int
    actions: tuple[Action, ...]
    text: str
    occurrence: Occurrence = "any"
    lasted_at_least_h: Decimal | None = None
    lasted_over_h: Decimal | None = None
    lasted_under_h: Decimal | None = None
    lasted_through_h: Decimal | None = None
    lasted_counts: Literal["at_this_grade", "until_grade_1", "until_resolved"] = "at_this_grade"
    at_starting_dose: bool | None = None
    until_grade: int = 0
    symptom_free_h: Decimal | None = None
    treatment: str | None = None
    any_recurrence: bool = False
    stops_after_seizures: int | None = None
    other: tuple[OtherValue, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a row that says nothing, contradicts itself or limits itself twice."""
        Origin.__post_init__(self)
        if self.grade not in {1, 2, 3, 4}:
            raise ValueError(f"grade {self.grade} does not exist; grades are 1 to 4")
        if not self.actions or not self.text:
            raise ValueError("a rule needs actions and text; where the label is silent: ask_pharmacist and why")
        if None not in {self.lasted_at_least_h, self.lasted_over_h}:
            raise ValueError("lasted_at_least_h and lasted_over_h exclude each other; keep one")
        if None not in {self.lasted_under_h, self.lasted_through_h}:
            raise ValueError("lasted_under_h and lasted_through_h exclude each other; keep one")
        if ("symptom_free_72h" in self.actions) != (self.symptom_free_h == 72):  # noqa: PLR2004 - the code's own hours
            raise ValueError("symptom_free_72h and symptom_free_h = 72 belong together; give both or neither")
        if "discontinue_permanently" in self.actions and len(self.actions) > 1:
            raise ValueError("discontinue_permanently stands alone; remove the other actions")

    def covers(self, *, recurrent: bool, lasted_h: Decimal, at_starting_dose: bool = False) -> bool:
        """Return whether this is the row for an event of its grade that happened so and lasted `lasted_h` hours."""
        return (
            self.occurrence in {"any", "recurrent" if recurrent else "first"}
            and self.at_starting_dose in {None, at_starting_dose}
            and (self.lasted_at_least_h is None or lasted_h >= self.lasted_at_least_h)
            and (self.lasted_over_h is None or lasted_h > self.lasted_over_h)
            and (self.lasted_under_h is None or lasted_h < self.lasted_under_h)
            and (self.lasted_through_h is None or lasted_h <= self.lasted_through_h)
        )

    @property
    def bounds_h(self) -> tuple[Decimal, ...]:
        """The hours at which this row begins or ends to hold."""
        limits = (self.lasted_at_least_h, self.lasted_over_h, self.lasted_under_h, self.lasted_through_h)
        return tuple(limit for limit in limits if limit is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestartRow(Origin):
    """How to go on when the dose after `after` (or one of `also_after`) is late.

    Days are whole calendar days from the last dose to the day on which the next one would be given: from
    `days_from` on, below `days_below` or up to and including `days_through`; None is open. `hours_from` and
    `hours_below` do the same for a continuous infusion that stopped. `give` lists step labels in the order given.
    No row for a delay means not known: ask a pharmacist.
    """

    after: str
    actions: tuple[Action, ...]
    text: str
    also_after: tuple[str, ...] = ()
    days_from: int | None = None
    days_below: int | None = None
    days_through: int | None = None
    hours_from: int | None = None
    hours_below: int | None = None
    give: tuple[str, ...] = ()
    other: tuple[OtherValue, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a row that says nothing or ends twice, and a doubtful one that answers without a pharmacist."""
        Origin.__post_init__(self)
        if not self.actions or not self.text:
            raise ValueError("a restart row needs actions and text; leave it out where nothing is known")
        if None not in {self.days_below, self.days_through}:
            raise ValueError("days_below and days_through exclude each other; keep one")
        if self.confidence == "uncertain" and "ask_pharmacist" not in self.actions:
            raise ValueError("an uncertain restart row must ask the pharmacist; add ask_pharmacist to its actions")
        if self.first_day >= self.end_day and self.hours_below is None:
            raise ValueError("the days of this row are empty; check days_from and days_through")

    @property
    def labels(self) -> tuple[str, ...]:
        """Every last dose the row is for."""
        return (self.after, *self.also_after)

    @property
    def first_day(self) -> int:
        """The first whole day on which the row holds."""
        return self.days_from or 0

    @property
    def end_day(self) -> float:
        """The first day on which it no longer holds; infinite when open."""
        if self.days_through is not None:
            return self.days_through + 1
        return float("inf") if self.days_below is None else self.days_below

    def covers(self, days: int, hours: Decimal | None = None) -> bool:
        """Return whether this is the row for a delay of `days` whole days (`hours` for a stopped infusion)."""
        hours = Decimal(days * 24) if hours is None else hours
        return (
            self.first_day <= days < self.end_day
            and (self.hours_from is None or hours >= self.hours_from)
            and (self.hours_below is None or hours < self.hours_below)
        )
