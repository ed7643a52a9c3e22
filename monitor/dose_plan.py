"""Proposes the dates of a schedule's doses: from the first one, or from the last that was given. Pure.

Only days that the schedule prints become dates. Amounts are the schedule's own words, never calculated from a weight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from monitor.catalogue import LaterDose, Schedule, Step, normalise
from monitor.planned_doses import DoseCalendar, PlannedDose
from monitor.record import DoseGiven
from monitor.restart import days_between


class PlanRefusedError(Exception):
    """No dates can be proposed; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """One dose with its date. `amount` and `unit` are those of the schedule, None where it names none."""

    step: str
    due: datetime
    amount: Decimal | None
    unit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The doses of a plan, and in words those for which the schedule prints no day."""

    doses: tuple[Proposed, ...]
    undated: tuple[str, ...] = ()


def propose(schedule: Schedule, zone: ZoneInfo, *, start: datetime, later: int = 0) -> Proposal:
    """Return the whole step-up with its first step at `start`, and so many later doses after it.

    Every dose is at the same time of day where the patient lives.

    Raises
    ------
    PlanRefusedError
        When the schedule has no steps, or names no interval of the later doses asked for.
    """
    if not schedule.steps:
        raise PlanRefusedError(f"no doses are known of schedule {schedule.id}; add each with stepguard doses add")
    first = schedule.steps[0]
    dated, undated = _dated(schedule.steps, first, schedule, start, zone)
    last = dated[-1].due if dated else start
    return Proposal(
        doses=(*dated, *_later(schedule, _named_later(schedule, later), last, later, zone)), undated=undated
    )


def propose_after(
    schedule: Schedule, zone: ZoneInfo, *, last: DoseGiven, step: Step | None, later: int = 0
) -> Proposal:
    """Return what the schedule has after the `last` dose given, which is its `step`, or one of its later doses.

    Raises
    ------
    PlanRefusedError
        As in `propose`, and when the schedule is over and no later dose is asked for.
    """
    dated: tuple[Proposed, ...] = ()
    undated: tuple[str, ...] = ()
    if step is not None and step in schedule.steps:
        steps = schedule.steps[schedule.steps.index(step) + 1 :]
        dated, undated = _dated(steps, step, schedule, last.at, zone)
    named = next((each for each in schedule.later if normalise(last.step or "") in _names(each)), None)
    begin = dated[-1].due if dated else last.at
    row = named if named is not None and later else _named_later(schedule, later)
    doses = (*dated, *_later(schedule, row, begin, later, zone))
    if not doses and not undated:
        raise PlanRefusedError(f"the steps of {schedule.id} are over; say how many later doses to plan with --later")
    return Proposal(doses=doses, undated=undated)


def _dated(
    steps: Sequence[Step], anchor: Step, schedule: Schedule, at: datetime, zone: ZoneInfo
) -> tuple[tuple[Proposed, ...], tuple[str, ...]]:
    dated, undated = [], []
    for step in steps:
        days = 0 if step is anchor else days_between(anchor, step, schedule)
        if days is None:
            undated.append(f"{step.name}: {step.day_text or 'the schedule prints no day'}")
        else:
            dated.append(Proposed(step=step.name, due=_on_day(at, days, zone), amount=step.amount, unit=step.unit))
    return tuple(dated), tuple(undated)


def _named_later(schedule: Schedule, later: int) -> LaterDose | None:
    """Return the later dose that follows the steps: the first of the schedule; None when none is asked for."""
    if later <= 0:
        return None
    if not schedule.later or schedule.later[0].every_days is None:
        raise PlanRefusedError(f"{schedule.id} names no interval of later doses; add each with stepguard doses add")
    return schedule.later[0]


def _later(
    schedule: Schedule, row: LaterDose | None, begin: datetime, count: int, zone: ZoneInfo
) -> tuple[Proposed, ...]:
    if row is None or row.every_days is None:
        return ()
    unit = row.unit or (schedule.steps[-1].unit if schedule.steps else None)
    return tuple(
        Proposed(step=row.name, due=_on_day(begin, row.every_days * each, zone), amount=row.amount, unit=unit)
        for each in range(1, count + 1)
    )


def _names(dose: LaterDose) -> frozenset[str]:
    return frozenset(normalise(name) for name in (dose.name, *dose.aliases))


def _on_day(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same time of day so many days on, by the clocks where the patient lives."""
    here = at.astimezone(zone)
    return (here + timedelta(days=days)).astimezone(at.tzinfo)


def as_events(proposal: Proposal, now: datetime) -> tuple[dict[str, Any], ...]:
    """Return the entries that put a proposal on the calendar."""
    return tuple(
        {
            "type": "planned_dose",
            "at": now.isoformat(),
            "step": dose.step,
            "due": dose.due.isoformat(),
            "amount": dose.amount,
            "unit": dose.unit if dose.amount is not None else None,
        }
        for dose in proposal.doses
    )


def cancelling(calendar: DoseCalendar, now: datetime, why: str) -> tuple[dict[str, Any], ...]:
    """Return the entries that cancel every dose still to come."""
    return tuple(cancellation(entry.ref, now, why) for entry in calendar.entries if entry.open)


def open_entry(calendar: DoseCalendar, ref: str) -> PlannedDose:
    """Return the planned dose of that ref which is still to be given.

    Raises
    ------
    PlanRefusedError
        When there is none, or it is over: moved, a cancelled one would come back and a given one would lose its day.
    """
    found = next((entry for entry in calendar.entries if entry.ref.casefold() == ref.casefold()), None)
    if found is None:
        raise PlanRefusedError(f"{ref!r} is no planned dose of this record; see stepguard doses list")
    if not found.open:
        raise PlanRefusedError(f"{found.ref} is {found.state} already; a new date is a new entry: stepguard doses add")
    return found


def cancellation(ref: str, now: datetime, why: str) -> dict[str, Any]:
    """Return the entry that cancels one planned dose."""
    return {"type": "planned_dose", "at": now.isoformat(), "of": ref, "due": None, "why": why}


def moving(ref: str, due: datetime, now: datetime, why: str) -> dict[str, Any]:
    """Return the entry that plans one dose for another time."""
    return {"type": "planned_dose", "at": now.isoformat(), "of": ref, "due": due.isoformat(), "why": why}
