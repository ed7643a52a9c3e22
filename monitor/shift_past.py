"""What became of one patient since an instant, as values: answers, numbers, entries, and what of them still runs. Pure.

Nothing here judges; `console.views.shift_changes` says it in words.
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.assessment import Assessment, Certainty, Urgency, Where
from monitor.overview import EntryLine, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a patient stood from `at` (what the answer is about) until the next. Grades are None when not known."""

    at: datetime
    urgency: Urgency
    crs_grade: int | None
    crs_at_least: bool
    certainty: Certainty
    masked: bool
    icans_grade: int | None
    clinician_grade: int | None
    blind: bool
    place: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One entered fact. `expected` marks what a well patient's shift holds too: a round of ICE with every point."""

    line: EntryLine
    expected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Something entered that holds until an instant, such as the hours of a drug that hides fever.

    `at_latest` says that something else may end it sooner.
    """

    what: str
    until: datetime
    at_latest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One patient since an instant.

    `before` is how the patient stood at that instant, None when nobody had assessed them; `standings` are the changes
    since, oldest first. `entries` were entered since, whatever time they speak of. `support` is what the record says
    is given now, None when nothing was ever entered.
    """

    before: Standing | None
    standings: tuple[Standing, ...] = ()
    points: tuple[Point, ...] = ()
    entries: tuple[Entered, ...] = ()
    running: tuple[Running, ...] = ()
    support: EntryLine | None = None


def standing(answer: Assessment) -> Standing:
    """Return how an answer says that a patient stands, from the instant it is about."""
    return Standing(
        at=answer.at,
        urgency=answer.urgency,
        crs_grade=answer.crs.grade,
        crs_at_least=answer.crs.at_least,
        certainty=answer.crs.certainty,
        masked=answer.crs.fever_masked,
        icans_grade=answer.icans.grade,
        clinician_grade=answer.crs.clinician_grade,
        blind=answer.sight.state == "blind",
        place=answer.place,
    )


def alike(one: Standing, other: Standing) -> bool:
    """Whether two differ in nothing but their instant."""
    return _without_time(one) == _without_time(other)


def _without_time(one: Standing) -> tuple[object, ...]:
    return (
        one.urgency,
        one.crs_grade,
        one.crs_at_least,
        one.certainty,
        one.masked,
        one.icans_grade,
        one.clinician_grade,
        one.blind,
        one.place,
    )
