"""Decides how the changes of a shift read: grades and urgency, the values that mattered, entries, incidents. Pure.

Many changes of one kind are told by the first, the worst and the last: that there were more is said.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import groupby

from alerts.shift_story import ShiftIncident
from alerts.story import Happened
from console.views import wording
from console.views.cells import Tone
from console.views.shift_values import Fact
from monitor.assessment import URGENCIES
from monitor.overview import EntryLine, Point
from monitor.shift_past import Entered, Past, Standing

TOLD_IN_FULL = 4
"""So many changes of one thing fit a line; of more the worst and the last are told."""

NOT_TOLD = frozenset({"paged", "sent again", "called again", "stood for", "judged by itself again"})
"""What the ladder does by itself; the incident's own screen has every call."""

ENTERED_LATER = timedelta(minutes=5)
"""Below it an entry was made when it happened, and one time is enough."""

OFTEN = 3
"""Something done to an incident more often than this in a row is told once, with how often."""

EXTREMES: tuple[tuple[str, str, Callable[..., Point], str], ...] = (
    ("temperature", "temperature", max, "highest"),
    ("oximetry", "SpO2", min, "lowest"),
    ("blood_pressure", "pressure", min, "lowest"),
    ("pulse", "pulse", max, "highest"),
)


def changes(
    past: Past, stories: Sequence[ShiftIncident], now: datetime, zone: tzinfo, *, eventful: bool = True
) -> tuple[Fact, ...]:
    """Return what changed in a shift, the courses first, then what happened in the order it did.

    `eventful` False leaves out the values: a well patient's brief line has the newest.
    """
    happened = [*_entries(past.entries, now, zone), *(fact for each in stories for fact in _incident(each, now, zone))]
    values = tuple(_values(past.points, now, zone)) if eventful else ()
    return (*_courses(past, now, zone), *values, *sorted(happened, key=lambda fact: fact.at or now))


def _courses(past: Past, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    named: tuple[tuple[str, Callable[[Standing], str], Callable[[Standing], float]], ...] = (
        ("urgency", lambda one: one.urgency, lambda one: URGENCIES.index(one.urgency)),
        ("CRS", _crs, lambda one: -1 if one.crs_grade is None else one.crs_grade),
        ("ICANS", _icans, lambda one: -1 if one.icans_grade is None else one.icans_grade),
        ("sight", lambda one: "NOT SEEN" if one.blind else "seen", lambda one: one.blind),
        ("place", lambda one: wording.PLACES[one.place], lambda _: 0),
    )
    for name, words, badness in named:
        text = _course(past, words, badness, now, zone)
        if text is not None:
            yield Fact(topic="changed", text=f"{name}: {text}")


def _course(
    past: Past, words: Callable[[Standing], str], badness: Callable[[Standing], float], now: datetime, zone: tzinfo
) -> str | None:
    """Return `routine, urgent 02:10, watch 05:40`; None when nothing changed."""
    first = past.before
    steps = [first] if first is not None else []
    for one in past.standings:
        if not steps or words(steps[-1]) != words(one):
            steps.append(one)
    moved = steps[1:] if first is not None else steps
    if not moved:
        return None
    began = "not assessed before" if first is None else words(first)
    if len(moved) <= TOLD_IN_FULL:
        return ", ".join([began, *(f"{words(one)} {_at(one.at, now, zone)}" for one in moved)])
    worst = max(moved, key=badness)
    told = [f"{len(moved)} changes", f"worst {words(worst)} first {_at(worst.at, now, zone)}"]
    return ", ".join([began, *told, f"now {words(moved[-1])} since {_at(moved[-1].at, now, zone)}"])


def _crs(one: Standing) -> str:
    clinician = "" if one.clinician_grade is None else f" (clinician {one.clinician_grade})"
    if one.crs_grade is None:
        return f"no grade{clinician}"
    if one.crs_grade == 0:
        return f"0{', fever may be hidden' if one.masked else ''}{clinician}"
    certainty = "" if one.certainty == "none" else f" {one.certainty}"
    return f"{'at least ' if one.crs_at_least else ''}{one.crs_grade}{certainty}{clinician}"


def _icans(one: Standing) -> str:
    return "not asked" if one.icans_grade is None else str(one.icans_grade)


def _values(points: Sequence[Point], now: datetime, zone: tzinfo) -> Iterator[Fact]:
    """Yield for each vital how many values came, the one that mattered most, and what was not graded."""
    told = []
    for group, name, worst_of, word in EXTREMES:
        graded = [each for each in points if each.group == group and each.graded and each.values]
        if graded:
            worst = worst_of(graded, key=lambda each: each.values[0])
            of = "the only one" if len(graded) == 1 else f"{word} of {len(graded)}"
            told.append(f"{name} {_number(group, worst.values)} at {_at(worst.at, now, zone)} ({of})")
    if told:
        yield Fact(topic="changed", text=f"values: {'; '.join(told)}")
    refused = [each for each in points if not each.graded]
    if refused:
        many = "1 value or message was" if len(refused) == 1 else f"{len(refused)} values or messages were"
        why = wording.one_line(refused[-1].remark or "no reason kept")
        yield Fact(topic="changed", text=f"{many} not graded, the last: {why}", tone=Tone.WATCH)
    if not points:
        yield Fact(topic="changed", text="no value arrived in this shift", tone=Tone.UNSEEN)


def _number(group: str, values: Sequence[Decimal]) -> str:
    if group == "temperature":
        return wording.temperature(values[0])
    return "/".join(wording.whole(each) for each in values)


def _entries(entries: Sequence[Entered], now: datetime, zone: tzinfo) -> Iterator[Fact]:
    for each in entries:
        line = each.line
        late = "" if line.entered_at - line.at < ENTERED_LATER else f" (for {_at(line.at, now, zone)})"
        by = f", {wording.one_line(line.by)}" if line.by else ""
        void = f"STRUCK OUT{_struck(line)}: " if line.voided else ""
        kind, said = line.kind.replace("_", " "), wording.one_line(line.text)
        what = said if said.casefold().startswith(kind) else f"{kind} {said}".rstrip()
        text = f"{void}{what}{late}{by} [{line.ref}]"
        tone = Tone.DIM if line.voided else Tone.PLAIN
        yield Fact(topic="changed", text=text, at=line.entered_at, tone=tone, struck=line.voided)


def _struck(line: EntryLine) -> str:
    """Return who struck it out, why, and by what it was replaced, as far as is kept."""
    strike = line.strike
    if strike is None:
        return ""
    by = f" by {wording.one_line(strike.by)}" if strike.by else ""
    why = f" ({wording.one_line(strike.why)})" if strike.why else ""
    return f"{by}{why}{f', now {strike.replaced_by}' if strike.replaced_by else ''}"


def _incident(story: ShiftIncident, now: datetime, zone: tzinfo) -> Iterator[Fact]:
    page = f"page {story.page_code}"
    told = [each for each in story.happened if each.what not in NOT_TOLD]
    for what, together in groupby(told, key=lambda each: each.what):
        run = list(together)
        if len(run) > OFTEN:
            last, names = run[-1], ", ".join(dict.fromkeys(wording.one_line(each.by) for each in run if each.by))
            by = f" by {names}" if names else ""
            text = f"{page} {wording.one_line(what)} {len(run)} times{by}, last {_at(last.at, now, zone)}"
            yield Fact(topic="changed", text=text, at=run[0].at)
        else:
            yield from (Fact(topic="changed", text=f"{page} {_done(each)}", at=each.at) for each in run)
    if story.resolved_at is not None and not any(each.what == "resolved" for each in told):
        yield Fact(topic="changed", text=f"{page} resolved", at=story.resolved_at)


def _done(happened: Happened) -> str:
    by = f" by {wording.one_line(happened.by)}" if happened.by else ""
    note = f": {wording.one_line(happened.note)}" if happened.note else ""
    return f"{wording.one_line(happened.what)}{by}{note}"


def _at(at: datetime, now: datetime, zone: tzinfo) -> str:
    return wording.clock_time(at, zone, now)
