"""What would have been called otherwise under other rules: two folds of one recorded timeline, held side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from monitor.assessment import URGENCIES, Urgency
from monitor.course import Course
from monitor.findings import Findings
from monitor.record import Record, known_order
from monitor.rules import Rules
from monitor.state import EMERGENCY, URGENT

Fate = Literal["missed", "later", "added", "earlier"]
FATES: tuple[Fate, ...] = ("missed", "later", "added", "earlier")
"""In the order in which they are told: what the new rules lose comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From `at` on the patient's urgency was `rank`, because of `groups` (those urgent or worse by themselves)."""

    at: datetime
    rank: int
    groups: frozenset[str]
    grade: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An instant at which one set of rules would have had somebody called, and what the other makes of it.

    `other_at` is when the other set says the same, None for never while it lasted.
    """

    fate: Fate
    at: datetime
    urgency: Urgency
    groups: tuple[str, ...]
    other_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One timeline under one set of rules: minutes at each urgency, first instants, the worst CRS grade.

    `worst_grade` is None where no instant could be graded; first instants are None where it never came to that.
    """

    minutes: dict[Urgency, float]
    first_urgent: datetime | None
    first_emergency: datetime | None
    worst_grade: int | None
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One timeline under the old rules and under the new ones."""

    code: str
    old: Outcome
    new: Outcome
    told: tuple[Told, ...]

    @property
    def changed(self) -> bool:
        """Whether anything would have come out otherwise."""
        return bool(self.told) or self.old != self.new


def compare(record: Record, old: Rules, new: Rules) -> Difference:
    """Return what `record` would have come to under `new`, beside what it comes to under `old`.

    Both are folded as `stepguard replay` folds them: in the order in which things became known, to the last event.
    """
    before, after = tuple(steps(record, old)), tuple(steps(record, new))
    end = max((event.known_at for event in record.events), default=None)
    lost = _told(before, after, end, gone="missed", moved="later")
    won = _told(after, before, end, gone="added", moved="earlier")
    return Difference(
        code=record.profile.code,
        old=_sum(before, end),
        new=_sum(after, end),
        told=tuple(sorted((*lost, *won), key=lambda one: (FATES.index(one.fate), one.at))),
    )


def steps(record: Record, rules: Rules) -> Iterator[Step]:
    """Give the instants at which urgency, its causes or the grade changed."""
    course = Course(record.profile, record.regimen, rules)
    last: Step | None = None
    clock: datetime | None = None
    for event in sorted(record.events, key=known_order):
        for at in _instants(course, clock, event.known_at):
            found = _step(at, course.find(at))
            if last is None or _differs(found, last):
                yield found
                last = found
        course.learn(event)
        clock = event.known_at
        found = _step(clock, course.find(clock))
        if last is None or _differs(found, last):
            yield found
            last = found


def _instants(course: Course, clock: datetime | None, end: datetime) -> Iterator[datetime]:
    """Give every instant after `clock` and before `end` at which something may change by itself."""
    at = None if clock is None else course.next_change(clock)
    while at is not None and at < end:
        yield at
        at = course.next_change(at)


def _step(at: datetime, found: Findings) -> Step:
    return Step(at=at, rank=found.urgency, groups=found.causes, grade=found.crs.grade)


def _differs(one: Step, other: Step) -> bool:
    return (one.rank, one.groups, one.grade) != (other.rank, other.groups, other.grade)


def _calls(course: Sequence[Step]) -> Iterator[tuple[int, frozenset[str]]]:
    """Give the place of every step that calls somebody, and the groups it calls about.

    That is a rise to urgent or worse, or another group urgent (docs/behaviour.md, "Who is called, and when"). No groups
    stand for the rise itself.
    """
    rank, groups = 0, frozenset[str]()
    for place, step in enumerate(course):
        if step.rank >= URGENT:
            if step.rank > rank:
                yield place, frozenset()
            elif step.groups - groups:
                yield place, step.groups - groups
        rank, groups = step.rank, step.groups


def _told(
    one: Sequence[Step], other: Sequence[Step], end: datetime | None, *, gone: Fate, moved: Fate
) -> Iterator[Told]:
    """Give every call of `one` that `other` makes later or never while the reason for it lasts."""
    for place, wanted in _calls(one):
        step = one[place]
        over = next((after.at for after in one[place + 1 :] if after.rank < step.rank), end)
        at = _reached(other, step.at, over, step.rank, wanted)
        if at is None or at > step.at:
            yield Told(
                fate=gone if at is None else moved,
                at=step.at,
                urgency=URGENCIES[step.rank],
                groups=tuple(sorted(wanted or step.groups)),
                other_at=at,
            )


def _reached(
    course: Sequence[Step], start: datetime, end: datetime | None, rank: int, wanted: frozenset[str]
) -> datetime | None:
    """Return when `course` is at `rank` or worse, with these groups urgent, between `start` and `end`."""
    for step, following in pairwise((*course, None)):
        assert step is not None  # noqa: S101 - None stands at the end alone
        if following is not None and following.at <= start:
            continue
        if end is not None and step.at > start and step.at >= end:
            return None
        if step.rank >= rank and wanted <= step.groups:
            return max(step.at, start)
    return None


def _sum(course: Sequence[Step], end: datetime | None) -> Outcome:
    minutes: dict[Urgency, float] = dict.fromkeys(URGENCIES, 0.0)
    for step, following in pairwise((*course, None)):
        assert step is not None  # noqa: S101 - as above
        until = end if following is None else following.at
        if until is not None:
            minutes[URGENCIES[step.rank]] += (until - step.at) / timedelta(minutes=1)
    return Outcome(
        minutes=minutes,
        first_urgent=next((step.at for step in course if step.rank >= URGENT), None),
        first_emergency=next((step.at for step in course if step.rank >= EMERGENCY), None),
        worst_grade=max((step.grade for step in course if step.grade is not None), default=None),
        calls=sum(1 for _ in _calls(course)),
    )
