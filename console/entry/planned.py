"""Understands a line about planned doses: a whole schedule, one dose, a move, a cancellation. Pure; guesses nothing.

`plan 2026-03-02 10:00 +4`, `again ...`, `SUD2 2026-03-05 10:00`, `m12 2026-03-09 10:00 cough`, `m12 cancel relapse`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from console.entry.moment import Asks
from console.views import wording
from monitor.catalogue import Drug, Schedule, choose_schedule
from monitor.dose_plan import PlanRefusedError, as_events, cancellation, cancelling, moving, propose
from monitor.planned_doses import DoseCalendar, PlannedDose

PLANNED_EXAMPLE = (
    "all: plan 2026-03-02 10:00 +4 (four after the step-up)   one: SUD2 2026-03-05 10:00   "
    "move: m12 2026-03-09 10:00 cough   cancel: m12 cancel progression"
)
MOST_LATER = 52
_WHOLE = ("plan", "again")
_DATE_AND_TIME = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """Entries that change the calendar, ready to be saved once somebody has read `read_back` and agreed."""

    events: tuple[Mapping[str, Any], ...]
    read_back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSetting:
    """What a line is understood against: the moment, the home's clock, the drug and schedule, the calendar."""

    now: datetime
    zone: ZoneInfo
    drug: Drug | None
    schedule: str | None
    calendar: DoseCalendar

    def day(self, at: datetime) -> str:
        """Return an instant as it is read back: its day and the time of the home's clocks."""
        return wording.on_day(at, self.zone, self.now)


def understand_planned(line: str, setting: PlanSetting) -> Planning | Asks:
    """Return what a line changes on the calendar, or the question."""
    words = line.split()
    if not words:
        return Asks(question=PLANNED_EXAMPLE)
    if words[0].casefold() in _WHOLE:
        return _whole(words[1:], setting, again=words[0].casefold() == "again")
    entry = next((each for each in setting.calendar.entries if each.ref.casefold() == words[0].casefold()), None)
    if entry is not None:
        return _changed(entry, words[1:], setting)
    return _one(words, setting)


def _whole(words: list[str], setting: PlanSetting, *, again: bool) -> Planning | Asks:
    later = 0
    if words and words[-1].startswith("+"):
        if not words[-1][1:].isdecimal() or int(words[-1][1:]) > MOST_LATER:
            return Asks(question=f"How many doses after the step-up? +4, at most +{MOST_LATER}.")
        later, words = int(words[-1][1:]), words[:-1]
    start = instant_of(words, setting.zone)
    if isinstance(start, Asks):
        return start
    schedule = the_schedule(setting.drug, setting.schedule)
    if isinstance(schedule, Asks):
        return schedule
    if setting.calendar.next is not None and not again:
        return Asks(question="Doses are planned already: again instead of plan cancels those still to come first.")
    try:
        proposal = propose(schedule, setting.zone, start=start, later=later)
    except PlanRefusedError as error:
        return Asks(question=f"{error}.")
    cancelled = cancelling(setting.calendar, setting.now, "planned anew")
    dates = ", ".join(f"{dose.step} {setting.day(dose.due)}" for dose in proposal.doses)
    said = f"{schedule.id}: {dates}"
    if proposal.undated:
        said += f"; NOT planned: {'; '.join(proposal.undated)}"
    if cancelled:
        said += f"; {len(cancelled)} planned before are cancelled"
    return Planning(events=(*cancelled, *as_events(proposal, setting.now)), read_back=said)


def _changed(entry: PlannedDose, words: list[str], setting: PlanSetting) -> Planning | Asks:
    if not entry.open:
        return Asks(question=f"{entry.ref} is {entry.state} already.")
    if words and words[0].casefold() == "cancel":
        why = " ".join(words[1:])
        if not why:
            return Asks(question=f"Why is it cancelled? {entry.ref} cancel progression")
        said = f"{entry.ref} {entry.step} of {setting.day(entry.due)} is cancelled: {why}"
        return Planning(events=(cancellation(entry.ref, setting.now, why),), read_back=said)
    due = instant_of(words[:_DATE_AND_TIME], setting.zone)
    if isinstance(due, Asks):
        return due
    why = " ".join(words[_DATE_AND_TIME:])
    if not why:
        return Asks(question=f"Why is it moved? {entry.ref} {words[0]} {words[1]} cough")
    moved = f"{setting.day(entry.due)} to {setting.day(due)}"
    said = f"{entry.ref} {entry.step} moves from {moved}: {why}"
    return Planning(events=(moving(entry.ref, due, setting.now, why),), read_back=said)


def _one(words: list[str], setting: PlanSetting) -> Planning | Asks:
    if len(words) <= _DATE_AND_TIME:
        return Asks(question=PLANNED_EXAMPLE)
    step = " ".join(words[:-_DATE_AND_TIME])
    due = instant_of(words[-_DATE_AND_TIME:], setting.zone)
    if isinstance(due, Asks):
        return due
    event = {"type": "planned_dose", "at": setting.now.isoformat(), "step": step, "due": due.isoformat()}
    return Planning(events=(event,), read_back=f"{step} is planned for {setting.day(due)}")


def the_schedule(drug: Drug | None, named: str | None) -> Schedule | Asks:
    """Return the schedule that doses are planned by; the question when it is not named and there are several."""
    if drug is None:
        return Asks(question="The drug is not known: enrol it first, or plan each dose: SUD1 2026-03-02 10:00")
    if named is None and len(drug.schedules) > 1:
        return Asks(question=f"Which schedule is not known: one of {', '.join(each.id for each in drug.schedules)}.")
    found = choose_schedule(drug, named, [])
    return found or Asks(question=f"No schedule is known of {drug.name}.")


def instant_of(words: list[str], zone: ZoneInfo) -> datetime | Asks:
    """Return the instant of a date and a time of day at home; asks where the clocks change."""
    if len(words) != _DATE_AND_TIME:
        return Asks(question="On which day and when? Write 2026-03-02 10:00.")
    try:
        day, clock = date.fromisoformat(words[0]), time.fromisoformat(words[1])
    except ValueError:
        return Asks(question=f"When is {' '.join(words)!r}? Write 2026-03-02 10:00.")
    if clock.tzinfo is not None:
        return Asks(question="Write the time of the home's clocks, without an offset: 2026-03-02 10:00.")
    first = datetime.combine(day, clock, zone)
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        return Asks(question=f"The clocks change that night: {clock:%H:%M} is not one moment. Choose another time.")
    return first
