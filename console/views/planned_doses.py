"""Decides how the calendar of planned doses reads, at the console and in a terminal. Pure."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from console.views import wording
from console.views.cells import Line, Tone
from monitor.assessment import NextDose
from monitor.planned_doses import DoseCalendar, PlannedDose

NOTHING = "nothing planned"
BEHIND_SHOWN = 2
AHEAD_SHOWN = 5
"""Compact on the patient screen: the last two that are over, the next five; `stepguard doses list` shows all."""


def planned_lines(
    calendar: DoseCalendar, now: datetime, zone: tzinfo, *, next_dose: NextDose | None = None, whole: bool = False
) -> tuple[Line, ...]:
    """Return what is late or comes next, then the calendar in the order of its dates.

    `next_dose` is what the guidance says now: a plan that goes on while a dose has to wait is said. `whole` leaves
    nothing out.
    """
    return (*_coming(calendar, now, zone, next_dose), *_entries(calendar, now, zone, whole=whole))


def _coming(calendar: DoseCalendar, now: datetime, zone: tzinfo, next_dose: NextDose | None) -> Iterator[Line]:
    coming = calendar.next
    if coming is None:
        yield Line(text=f"{NOTHING} ahead" if calendar.entries else NOTHING, tone=Tone.DIM)
        return
    if coming.state == "planned":
        yield Line(text=f"next: {dose_words(coming)}, in {wording.age(coming.due - now)}")
    elif coming.state == "due":
        yield Line(
            text=f"DUE: {dose_words(coming)} at {wording.on_day(coming.due, zone, now)}, none entered",
            tone=Tone.WATCH,
        )
    else:
        yield Line(
            text=f"LATE: {dose_words(coming)} of {wording.on_day(coming.due, zone, now)}, none entered",
            tone=Tone.WATCH,
        )
    if next_dose is not None and next_dose.allowed is False:
        yield Line(text="the label's rules say not now: see next dose", tone=Tone.WATCH)
    if calendar.label_words is not None:
        when = "now" if coming.state != "planned" else "by then"
        yield Line(text=f"{when}, by the label (reference): {wording.one_line(calendar.label_words)}", tone=Tone.WATCH)


def _entries(calendar: DoseCalendar, now: datetime, zone: tzinfo, *, whole: bool) -> Iterator[Line]:
    behind = [each for each in calendar.entries if not each.open]
    ahead = [each for each in calendar.entries if each.open]
    shown = calendar.entries if whole else (*behind[-BEHIND_SHOWN:], *ahead[:AHEAD_SHOWN])
    for each in sorted(shown, key=lambda entry: entry.due):
        yield _entry(each, now, zone)
    for dose in calendar.unplanned:
        if whole:
            given = (
                f"{dose.ref}  {dose.step or 'dose'}  given {wording.on_day(dose.at, zone, now)}, not on the calendar"
            )
            yield Line(text=given, tone=Tone.DIM)
    left = len(calendar.entries) - len(shown)
    if left > 0:
        yield Line(text=f"and {left} more: stepguard doses list", tone=Tone.DIM)


def _entry(entry: PlannedDose, now: datetime, zone: tzinfo) -> Line:
    tone = Tone.WATCH if entry.open and (entry.remarks or entry.state != "planned") else Tone.PLAIN
    if not entry.open:
        tone = Tone.DIM
    words = [f"{entry.ref}  {wording.on_day(entry.due, zone, now)}  {dose_words(entry)}  {_state(entry, now, zone)}"]
    if entry.moved:
        words[-1] += ","
        words.append(f"moved from {wording.on_day(entry.first_due, zone, now)}")
    if entry.why:
        words.append(f"({wording.one_line(entry.why)})")
    text = " ".join(words) + "".join(f"; {remark}" for remark in entry.remarks)
    return Line(text=text, tone=tone, struck=entry.state == "cancelled")


def _state(entry: PlannedDose, now: datetime, zone: tzinfo) -> str:
    match entry.state:
        case "given":
            return "given" if entry.given_at is None else f"given {wording.on_day(entry.given_at, zone, now)}"
        case "passed":
            return "not given, a later dose was"
        case "due":
            return "due, none entered"
        case "late":
            return "LATE, none entered"
        case _:
            return entry.state


def dose_words(entry: PlannedDose) -> str:
    """Return the step with the amount that the schedule prints, such as `SUD2 0.3 mg/kg`."""
    amount = "" if entry.amount is None else f" {wording.whole(entry.amount)} {entry.unit or ''}".rstrip()
    return f"{wording.one_line(entry.step)}{amount}"
