"""What the label says when the next dose is late: which step is given again. A table lookup, never a guess.

Days are calendar days where the patient lives, from the start of the last dose; of a continuous infusion that
stopped, hours and days from its end. In sentences: docs/behaviour.md, "Guidance".
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.catalogue import LaterDose, Schedule, Step, normalise
from monitor.catalogue_rules import RestartRow
from monitor.window import DoseSeen

_HOUR = timedelta(hours=1)
_CONTINUOUS = "cIV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """What holds from some instant on while no further dose is given.

    `on_time` needs no rule, `row` is the label's, `not_known` has to be asked. `why` says why it is not known.
    `from_day` is the first whole day since the last dose on which it holds.
    """

    kind: Literal["on_time", "row", "not_known"]
    from_day: int
    row: RestartRow | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """Every answer after the last dose, in order: `answers[i]` holds from `limits[i - 1]` until `limits[i]`."""

    after: str
    limits: tuple[datetime, ...]
    answers: tuple[Delay, ...]

    def at(self, now: datetime) -> Delay:
        """Return the answer at `now`."""
        return self.answers[bisect_right(self.limits, now)]

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next instant after `now` at which the answer changes, None when it stays."""
        place = bisect_right(self.limits, now)
        return self.limits[place] if place < len(self.limits) else None


Followed = tuple[Schedule | None, Sequence[DoseSeen]]
"""A schedule, and the doses as steps of it; None where the doses fit no schedule."""


def delays(followed: Sequence[Followed], zone: ZoneInfo, ask_after_days: int) -> Delays | None:
    """Return what holds after the last dose, None before any.

    Parameters
    ----------
    followed
        The schedule that the doses follow; after it every other that they may follow as well, where nobody has named
        one. Where another one's table says something else, it is not known.
    zone
        Where the patient lives: a day begins at their midnight.
    ask_after_days
        How long an interval may be that no schedule names before a pharmacist is asked.
    """
    found = [(schedule, _after(doses, schedule, zone, ask_after_days)) for schedule, doses in followed]
    known = [(schedule.id if schedule else "", each) for schedule, each in found if each is not None]
    if len(known) <= 1:
        return known[0][1] if known else None
    first = known[0][1]
    instants = sorted({at for _, each in known for at in each.limits})
    answers = [_agreed([(name, each.answers[0]) for name, each in known])]
    limits: list[datetime] = []
    for at in instants:
        answer = _agreed([(name, each.at(at)) for name, each in known])
        if _said(answer) != _said(answers[-1]):
            limits.append(at)
            answers.append(answer)
    return Delays(after=first.after, limits=tuple(limits), answers=tuple(answers))


def _agreed(answers: Sequence[tuple[str, Delay]]) -> Delay:
    """Return the first answer unless the table of another schedule says otherwise."""
    (name, first), *others = answers
    differing = [other for other, delay in others if delay.kind == "row" and _asks(delay) != _asks(first)]
    if not differing:
        return first
    names = " or ".join((name, *differing))
    return Delay(
        kind="not_known", from_day=first.from_day, why=f"it depends on the schedule, which is not named: {names}"
    )


def _asks(delay: Delay) -> tuple[object, ...]:
    """Return what a delay comes to: nothing while on time or to go on, else its codes and the step given first."""
    if delay.row is None:
        return () if delay.kind == "on_time" else (delay.kind,)
    codes = tuple(action for action in delay.row.actions if action not in {"proceed", "ask_pharmacist"})
    return (codes, delay.row.give[:1]) if codes else ()


def _said(delay: Delay) -> tuple[object, ...]:
    return (delay.kind, delay.row, delay.why)


def _after(given: Sequence[DoseSeen], schedule: Schedule | None, zone: ZoneInfo, ask_after_days: int) -> Delays | None:
    """Return what one schedule says after the last dose of the drug itself, None before any."""
    doses = [seen for seen in given if seen.engager]
    if not doses:
        return None
    last = doses[-1]
    after = last.dose.step or (last.step.name if last.step else "the last dose")
    continuous = schedule is not None and schedule.route == _CONTINUOUS
    begin = last.dose.ended_at if continuous else last.dose.at
    if begin is None:
        return Delays(after=after, limits=(), answers=(Delay(kind="on_time", from_day=0),))
    groups = _rows_after(last, doses, schedule)
    due_days = 0 if continuous else _due_days(last, doses, schedule)
    last_day_on_time = due_days if due_days is not None else -1 if groups else ask_after_days

    def delay_at(instant: datetime) -> Delay:
        days = (instant.astimezone(zone).date() - begin.astimezone(zone).date()).days
        hours = Decimal((instant - begin) // timedelta(seconds=1)) / 3600 if continuous else None
        return _answer(groups, days, hours, last_day_on_time)

    instants = sorted({at for at in _instants(groups, begin, zone, last_day_on_time) if at > begin})
    answers = [delay_at(begin)]
    limits: list[datetime] = []
    for at in instants:
        answer = delay_at(at)
        if _said(answer) != _said(answers[-1]):
            limits.append(at)
            answers.append(answer)
    return Delays(after=after, limits=tuple(limits), answers=tuple(answers))


def _answer(groups: Sequence[Sequence[RestartRow]], days: int, hours: Decimal | None, last_day_on_time: int) -> Delay:
    """Return the one answer of all groups of rows that may hold; where they differ it is not known."""
    rows = [row for group in groups for row in group]
    if (days <= last_day_on_time and hours is None) or not _begun(rows, days, hours):
        if rows or days <= last_day_on_time:
            return Delay(kind="on_time", from_day=days)
        return Delay(kind="not_known", from_day=days, why="no delay table was found for this dose")
    found = [next((row for row in group if row.covers(days, hours)), None) for group in groups]
    said = {(row.actions, () if row.actions == ("proceed",) else row.give) if row else None for row in found}
    first = found[0] if found else None
    if first is None or None in said:
        return Delay(kind="not_known", from_day=days, why="the table found does not cover this delay")
    if len(said) > 1:
        names = " or ".join(group[0].after for group in groups)
        return Delay(kind="not_known", from_day=days, why=f"it depends on which was given: {names}")
    return Delay(kind="row", from_day=days, row=first)


def _begun(rows: Iterable[RestartRow], days: int, hours: Decimal | None) -> bool:
    """Whether the earliest row has begun: before it the dose is within what the label allows anyway."""
    return any(
        days >= row.first_day and (hours is None or row.hours_from is None or hours >= row.hours_from) for row in rows
    )


def _instants(
    groups: Sequence[Sequence[RestartRow]], begin: datetime, zone: ZoneInfo, last_day_on_time: int
) -> Iterable[datetime]:
    """Give every instant at which another answer may begin."""
    first_date = begin.astimezone(zone).date()
    yield _midnight(first_date, last_day_on_time + 1, zone)
    for row in (row for group in groups for row in group):
        for hours in (row.hours_from, row.hours_below):
            if hours is not None:
                yield begin + hours * _HOUR
        yield _midnight(first_date, row.first_day, zone)
        if row.end_day != float("inf"):
            yield _midnight(first_date, int(row.end_day), zone)


def _midnight(first_date: date, days: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(first_date + timedelta(days=days), time(), tzinfo=zone)


def _rows_after(
    last: DoseSeen, doses: Sequence[DoseSeen], schedule: Schedule | None
) -> tuple[tuple[RestartRow, ...], ...]:
    """Return the rows that may apply to the last dose, one group per label they are filed under.

    A dose is looked up by its step, else by the name of a later dose it carries, else by every later dose that
    it may have been.
    """
    if schedule is None:
        return ()
    by_name: dict[str, list[RestartRow]] = {}
    for row in schedule.restart:
        for label in row.labels:
            by_name.setdefault(normalise(label), []).append(row)
    names = _named(last, doses, schedule)
    own = {tuple(rows): None for name, rows in by_name.items() if name in names}
    if own:
        return tuple(own)
    later = [dose for dose in schedule.later if names & _names(dose)] or _possible_later(last, doses, schedule)
    wanted = {name for dose in later for name in _names(dose)}
    final = schedule.steps[-1] if schedule.steps else None
    if not schedule.later and final is not None and _is_later(last, doses, schedule):
        wanted = set(final.names)
    return tuple({tuple(rows): None for name, rows in by_name.items() if name in wanted})


def _named(last: DoseSeen, doses: Sequence[DoseSeen], schedule: Schedule) -> frozenset[str]:
    """Return the labels the last dose goes by.

    A label that names a later dose counts as it was entered, whatever step its amount or its place would match; and
    a dose matched to the final step again is a later dose, not that step.
    """
    entered = frozenset({normalise(last.dose.step or "")})
    is_later = any(entered & _names(dose) for dose in schedule.later) or _is_later(last, doses, schedule)
    return entered if is_later or last.step is None else entered | last.step.names


def _is_later(last: DoseSeen, doses: Sequence[DoseSeen], schedule: Schedule) -> bool:
    """Whether the final step was given before the last dose, and the last dose is no step before it."""
    final = schedule.steps[-1] if schedule.steps else None
    given_before = final is not None and any(seen.step is final for seen in doses[:-1])
    return given_before and (last.step is None or last.step is final)


def _names(dose: LaterDose) -> frozenset[str]:
    return frozenset(normalise(name) for name in (dose.name, *dose.aliases))


def _possible_later(last: DoseSeen, doses: Sequence[DoseSeen], schedule: Schedule) -> list[LaterDose]:
    """Return the later doses an unnamed dose may have been, by amount where it is known."""
    if not _is_later(last, doses, schedule):
        return []
    amount = last.dose.amount
    return [dose for dose in schedule.later if None in {amount, dose.amount} or dose.amount == amount]


def _due_days(last: DoseSeen, doses: Sequence[DoseSeen], schedule: Schedule | None) -> int | None:
    """Return the last day after the last dose on which the next is on time, None when no schedule says.

    The longest of what the schedule plans and of what the label lets a side effect take. Where a schedule names no
    days the rows alone decide; without rows, `ask_after_days`.
    """
    if schedule is None:
        return _last_interval_days(doses)
    names_step = last.step is not None and bool(_named(last, doses, schedule) & last.step.names)
    following = _following(last.step, schedule) if names_step else None
    if following is not None and last.step is not None:
        spacing = following.spacing
        allowed = (spacing.days_max, spacing.days_max_if_adverse_event) if spacing else ()
        return max(
            (day for day in (days_between(last.step, following, schedule), *allowed) if day is not None), default=None
        )
    named = [dose for dose in schedule.later if _named(last, doses, schedule) & _names(dose)]
    every = {dose.every_days for dose in named or _possible_later(last, doses, schedule) or schedule.later}
    known = [days for days in every if days is not None]
    return max(known) if known and None not in every else None if schedule.restart else _last_interval_days(doses)


def _last_interval_days(doses: Sequence[DoseSeen]) -> int | None:
    """Return the days between the last two doses: what was on time then is on time now. None with one dose."""
    return (doses[-1].dose.at.date() - doses[-2].dose.at.date()).days if len(doses) > 1 else None


def following_steps(doses: Sequence[DoseSeen], schedule: Schedule) -> tuple[str, ...]:
    """Return what the schedule has after the doses given, in order; the later doses once the steps are over."""
    later = tuple(dose.name for dose in schedule.later)
    doses = [seen for seen in doses if seen.engager]
    if not doses:
        return tuple(step.name for step in schedule.steps[:1])
    last = doses[-1]
    if last.step is None or not _named(last, doses, schedule) & last.step.names:
        return later
    following = _following(last.step, schedule)
    return (following.name,) if following is not None else later


def _following(step: Step | None, schedule: Schedule) -> Step | None:
    if step is None or step not in schedule.steps:
        return None
    place = schedule.steps.index(step)
    return schedule.steps[place + 1] if place + 1 < len(schedule.steps) else None


def days_between(step: Step, following: Step, schedule: Schedule) -> int | None:
    """Return the days from one step to the next as the schedule prints them, None where it does not."""
    if step.day is None or following.day is None:
        return None
    cycles = (following.cycle or 1) - (step.cycle or 1)
    if cycles and schedule.cycle_days is None:
        return None
    return cycles * (schedule.cycle_days or 0) + following.day - step.day
