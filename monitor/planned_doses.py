"""The calendar of planned doses: what comes next, what is late, what became of each. A planned dose is no dose. Pure.

Nothing here reaches an answer: urgency, windows and guidance know only doses that were given. In sentences:
docs/behaviour.md, "Planned doses".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.catalogue import Drug, Schedule, Step, choose_schedule, match, normalise
from monitor.dose_intake import also_followed
from monitor.next_dose import delay_words
from monitor.record import DoseGiven, DosePlanned, Event, Regimen
from monitor.restart import Delay, delays
from monitor.window import DoseSeen

EARLY_AT_MOST_DAYS = 3
"""A dose given longer before its planned day is another one, such as that of an earlier step-up (engineering,
2026-11-21)."""

State = Literal["planned", "due", "late", "given", "passed", "cancelled"]
OPEN: frozenset[State] = frozenset({"planned", "due", "late"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDose:
    """One entry of the calendar.

    `due` is when it is planned for now, `first_due` when it was first. `due` (its time has come), `late` (its day is
    over where the patient lives) and `passed` (a later dose was given instead) say that no such dose was entered.
    `why` is of the last move or of the cancellation. `remarks` hold what does not fit the label's spacing or table.
    """

    ref: str
    step: str
    due: datetime
    first_due: datetime
    state: State = "planned"
    amount: Decimal | None = None
    unit: str | None = None
    why: str = ""
    given_at: datetime | None = None
    given_ref: str | None = None
    remarks: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether it is still to be given."""
        return self.state in OPEN

    @property
    def moved(self) -> bool:
        """Whether it was planned for another time first."""
        return self.due != self.first_due


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseCalendar:
    """Every planned dose in the order in which they are due, and the doses given that nobody had planned.

    `label` is what the label says if the next one is given when it is planned, or now when it is late; None when that
    is on time, or before any dose.
    """

    entries: tuple[PlannedDose, ...] = ()
    unplanned: tuple[DoseGiven, ...] = ()
    label: Delay | None = None

    @property
    def next(self) -> PlannedDose | None:
        """The first dose that is still to be given; None when nothing is planned."""
        return next((each for each in self.entries if each.open), None)

    @property
    def label_words(self) -> str | None:
        """What the label says of the time since the last dose, in words; None when the next is on time."""
        return None if self.label is None else delay_words(self.label)


def dose_calendar(
    events: Sequence[Event], drug: Drug | None, regimen: Regimen, zone: ZoneInfo, ask_after_days: int, now: datetime
) -> DoseCalendar:
    """Return the calendar at `now`.

    Parameters
    ----------
    events
        What stands in the record at `now`, in clinical order; struck-out entries are left out.
    zone
        Where the patient lives: a planned day ends at their midnight.
    ask_after_days
        As in `monitor.restart.delays`.
    """
    planned = _as_planned(events)
    given = [event for event in events if isinstance(event, DoseGiven)]
    schedule = choose_schedule(drug, regimen.schedule, given) if drug else None
    seen = _matched(given, schedule)
    entries = _with_given(planned, seen, schedule, zone)
    entries = [_in_time(entry, seen, zone, now) for entry in entries]
    label = _label(entries, seen, drug, schedule, regimen, zone, ask_after_days, now)
    entries = _with_remarks(entries, schedule, zone, label)
    taken = {entry.given_ref for entry in entries}
    return DoseCalendar(
        entries=tuple(entries),
        unplanned=tuple(one.dose for one in seen if one.engager and one.dose.ref not in taken),
        label=label,
    )


def _as_planned(events: Sequence[Event]) -> list[PlannedDose]:
    """Return what was put on the calendar, with the last that was said of each."""
    found: dict[str, PlannedDose] = {}
    for event in events:
        if isinstance(event, DosePlanned) and event.of is None and event.step and event.due is not None:
            found[event.ref] = PlannedDose(
                ref=event.ref,
                step=event.step,
                due=event.due,
                first_due=event.due,
                amount=event.amount,
                unit=event.unit,
                why=event.why,
            )
    for event in events:
        if isinstance(event, DosePlanned) and event.of in found:
            found[event.of] = _changed(found[event.of], event)
    return sorted(found.values(), key=lambda entry: entry.due)


def _changed(entry: PlannedDose, event: DosePlanned) -> PlannedDose:
    if event.due is None:
        return replace(entry, state="cancelled", why=event.why)
    return replace(
        entry,
        due=event.due,
        step=event.step or entry.step,
        amount=entry.amount if event.amount is None else event.amount,
        unit=event.unit or entry.unit,
        state="planned",
        why=event.why,
    )


def _matched(given: Sequence[DoseGiven], schedule: Schedule | None) -> list[DoseSeen]:
    steps = match(schedule, given) if schedule else (None,) * len(given)
    return [
        DoseSeen(dose=dose, step=step, onset=None, engager=schedule is None or not schedule.gives_before(dose))
        for dose, step in zip(given, steps, strict=True)
    ]


def _with_given(
    planned: Sequence[PlannedDose], seen: Sequence[DoseSeen], schedule: Schedule | None, zone: ZoneInfo
) -> list[PlannedDose]:
    """Give each dose to the open entry of its step that lies nearest; one that is far too early fits none."""
    entries = list(planned)
    for one in (each for each in seen if each.engager):
        names = frozenset({normalise(one.dose.step or "")}) | (one.step.names if one.step else frozenset())
        fitting = [
            place
            for place, entry in enumerate(entries)
            if entry.state == "planned"
            and names & _names(entry.step, schedule)
            and _days(one.dose.at, entry.due, zone) <= EARLY_AT_MOST_DAYS
        ]
        if fitting:
            place = min(fitting, key=lambda place: abs(entries[place].due - one.dose.at))
            entries[place] = replace(entries[place], state="given", given_at=one.dose.at, given_ref=one.dose.ref)
    return entries


def _names(label: str, schedule: Schedule | None) -> frozenset[str]:
    """Return every name that the dose called `label` goes by, normalised."""
    wanted = normalise(label)
    steps = schedule.steps if schedule else ()
    later = (frozenset(map(normalise, (dose.name, *dose.aliases))) for dose in schedule.later) if schedule else ()
    return next((names for names in (*(step.names for step in steps), *later) if wanted in names), frozenset({wanted}))


def _known(label: str, schedule: Schedule) -> bool:
    """Return whether a step or a later dose of the schedule goes by this name."""
    later = (name for dose in schedule.later for name in (dose.name, *dose.aliases))
    return _step(label, schedule) is not None or normalise(label) in map(normalise, later)


def _days(earlier: datetime, later: datetime, zone: ZoneInfo) -> int:
    """Return whole calendar days where the patient lives; negative when `later` is the earlier."""
    return (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days


def _in_time(entry: PlannedDose, seen: Sequence[DoseSeen], zone: ZoneInfo, now: datetime) -> PlannedDose:
    if entry.state != "planned":
        return entry
    if any(one.engager and _days(entry.due, one.dose.at, zone) >= 0 for one in seen):
        return replace(entry, state="passed")
    if now < entry.due:
        return entry
    return replace(entry, state="late" if _days(entry.due, now, zone) > 0 else "due")


def _label(
    entries: Sequence[PlannedDose],
    seen: Sequence[DoseSeen],
    drug: Drug | None,
    schedule: Schedule | None,
    regimen: Regimen,
    zone: ZoneInfo,
    ask_after_days: int,
    now: datetime,
) -> Delay | None:
    coming = next((entry for entry in entries if entry.open), None)
    if coming is None or not seen:
        return None
    named = schedule is not None and normalise(regimen.schedule or "") == normalise(schedule.id)
    others = () if named or drug is None else also_followed(drug, schedule, [one.dose for one in seen])
    found = delays(((schedule, seen), *others), zone, ask_after_days)
    delay = None if found is None else found.at(max(now, coming.due))
    return None if delay is None or delay.kind == "on_time" else delay


def _with_remarks(
    entries: Sequence[PlannedDose], schedule: Schedule | None, zone: ZoneInfo, label: Delay | None
) -> list[PlannedDose]:
    """Say of each dose to come what does not fit: its days since the one before, and the step the label gives."""
    done: list[PlannedDose] = []
    before: PlannedDose | None = None
    first = True
    for entry in entries:
        remarks = []
        if entry.open:
            if first and label is not None and label.row is not None and label.row.give:
                gives = label.row.give[0]
                if not _names(gives, schedule) & _names(entry.step, schedule):
                    remarks.append(f"the plan says {entry.step}, after this delay the label gives {gives}")
            if schedule is not None and not _known(entry.step, schedule):
                remarks.append(f"{schedule.id} has no step of that name")
            if before is not None and schedule is not None:
                remarks += _spacing(entry, before, schedule, zone)
            first = False
        done.append(replace(entry, remarks=tuple(remarks)))
        if entry.state not in {"cancelled", "passed"}:
            before = entry
    return done


def _spacing(entry: PlannedDose, before: PlannedDose, schedule: Schedule, zone: ZoneInfo) -> Iterator[str]:
    step = _step(entry.step, schedule)
    spacing = schedule.later_spacing if step is None else step.spacing
    if spacing is None:
        return
    days = _days(before.given_at or before.due, entry.due, zone)
    said = f"{days} {'day' if days == 1 else 'days'} after {before.step}"
    longest, most = spacing.days_max_if_adverse_event, spacing.days_max
    if spacing.days_min is not None and days < spacing.days_min:
        yield f"{said}: the label asks for at least {spacing.days_min}"
    elif longest is not None and days > longest:
        yield f"{said}: the label allows at most {longest} while a side effect resolves"
    elif most is not None and days > most:
        resolving = f", {longest} while a side effect resolves" if longest is not None else ""
        yield f"{said}: the label allows at most {most}{resolving}"


def _step(label: str, schedule: Schedule) -> Step | None:
    return next((step for step in schedule.steps if normalise(label) in step.names), None)
