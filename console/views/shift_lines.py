"""Decides how the shift report reads: I-PASS or SBAR, on a screen and as text. The facts are the same in both. Pure.

I-PASS is Starmer et al. 2014 (doi:10.1056/NEJMsa1405556): illness severity, patient summary, action list, situation
awareness and contingency, synthesis by the receiver.
"""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Literal

from alerts.shift_story import Confirmation
from console.views import wording
from console.views.cells import GROUP_MARK, GROUP_TONE, Group, Line, Tone
from console.views.shift_span import Span
from console.views.shift_values import Fact, Handed, PatientReport, ShiftReport, Topic, WardReport

Layout = Literal["I-PASS", "SBAR"]
Block = tuple[str, tuple[Line, ...]]
"""A heading and the lines under it."""

LAYOUTS: dict[Layout, tuple[tuple[str, tuple[Topic, ...]], ...]] = {
    "I-PASS": (
        ("I  illness severity", ("illness",)),
        ("P  patient summary", ("summary", "why")),
        ("   what changed this shift", ("changed",)),
        ("A  action list", ("open", "actions")),
        ("S  situation awareness and contingency", ("ahead",)),
    ),
    "SBAR": (
        ("S  situation", ("illness", "open")),
        ("B  background", ("summary",)),
        ("   what changed this shift", ("changed",)),
        ("A  assessment", ("why",)),
        ("R  recommendation", ("actions", "ahead")),
    ),
}
"""Under which heading each topic stands; every topic stands under exactly one of each layout."""

EMPTY: dict[str, str] = {
    "   what changed this shift": "nothing that is recorded",
    "A  action list": "nothing is open",
    "A  assessment": "nothing to report",
}
SYNTHESIS: dict[Layout, str] = {
    "I-PASS": "S  synthesis by the receiver",
    "SBAR": "   read back by the receiver",
}
WIDTH = 78
"""Of the text form: it fits a terminal of 80 columns and a page of any monospaced type."""

RULE = "-" * WIDTH


def other(layout: Layout) -> Layout:
    """Return the layout that is not this one."""
    return "SBAR" if layout == "I-PASS" else "I-PASS"


def sections(report: PatientReport, layout: Layout) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    """Yield headings and what stands under them; what has nothing to say says so."""
    for heading, topics in LAYOUTS[layout]:
        found = tuple(fact for topic in topics for fact in report.facts if fact.topic == topic)
        yield heading, found or (Fact(topic=topics[0], text=EMPTY.get(heading, "nothing is recorded"), tone=Tone.DIM),)


def patient_blocks(report: PatientReport, layout: Layout, now: datetime, zone: tzinfo) -> tuple[Block, ...]:
    """Return one patient's part under its headings, the receiver's confirmation last."""
    said = Line(text=confirmed_words(report.confirmed, now, zone), tone=_confirmed_tone(report.confirmed))
    found = [(heading, tuple(_line(each, now, zone) for each in facts)) for heading, facts in sections(report, layout)]
    return (*found, (SYNTHESIS[layout], (said,)))


def ward_blocks(report: WardReport, now: datetime, zone: tzinfo) -> tuple[Block, ...]:
    """Return the ward's part under its headings."""
    said = Line(text=confirmed_words(report.confirmed, now, zone), tone=_confirmed_tone(report.confirmed))
    found = [(heading, tuple(_line(each, now, zone) for each in facts)) for heading, facts in report.sections]
    return (*found, ("confirmation of the ward's part", (said,)))


def lines_of(blocks: Sequence[Block]) -> tuple[Line, ...]:
    """Return blocks one below the other, headings in capitals, what stands under them indented."""
    lines: list[Line] = []
    for heading, below in blocks:
        lines.append(Line(text=heading.upper(), tone=Tone.DIM))
        lines += [Line(text=f"   {each.text}", tone=each.tone, struck=each.struck) for each in below]
    return tuple(lines)


def _line(fact: Fact, now: datetime, zone: tzinfo) -> Line:
    at = "" if fact.at is None or fact.topic == "ahead" else f"{wording.clock_time(fact.at, zone, now)}  "
    return Line(text=f"{at}{fact.text}", tone=fact.tone, struck=fact.struck)


def confirmed_words(confirmed: Confirmation | None, now: datetime, zone: tzinfo) -> str:
    """Return who took somebody over, from whom and when; that nobody has is said."""
    if confirmed is None:
        return "not confirmed by a receiving nurse"
    to, by = wording.one_line(confirmed.received_by), wording.one_line(confirmed.given_by)
    at, read = (wording.clock_time(each, zone, now) for each in (confirmed.confirmed_at, confirmed.shown_at))
    return f"confirmed by {to} at {at}, handed over by {by}; read as of {read}"


def _confirmed_tone(confirmed: Confirmation | None) -> Tone:
    return Tone.WATCH if confirmed is None else Tone.CALM


def head_words(span: Span, zone: tzinfo) -> str:
    """Return which shift this is: `shift of Ada Berg, Fri 19:00 to 07:00 and up to now, to Ben Ortiz by the roster`."""
    began = wording.clock_time(span.since, zone, span.now)
    until = "now"
    if span.ended_at is not None:
        until = f"{wording.clock_time(span.ended_at, zone, span.now)} and up to now"
    giver = "nobody known" if span.giver is None else wording.one_line(span.giver)
    receiver = "nobody known" if span.receiver is None else wording.one_line(span.receiver)
    return f"shift of {giver}, {began} to {until}, to {receiver} by the roster"


def status_line(handed: Handed, zone: tzinfo) -> Line:
    """Return whether the shift has been taken over: by whom, when, and whom nobody has confirmed."""
    now, total = handed.span.now, len(handed.taken) + len(handed.left)
    confirmed = [*handed.taken, *(() if handed.ward is None else (handed.ward,))]
    if not confirmed:
        many = f"{total} patient{'' if total == 1 else 's'}"
        return Line(text=f"NOT HANDED OVER: {many} and the ward are not confirmed", tone=Tone.WATCH)
    newest = max(confirmed, key=lambda each: each.confirmed_at)
    to, at = wording.one_line(newest.received_by), wording.clock_time(newest.confirmed_at, zone, now)
    said = f"handed over to {to} at {at}"
    missing = [*([] if handed.ward else ["the ward"]), *handed.left]
    if not missing:
        return Line(text=f"{said}, confirmed: all {total} and the ward", tone=Tone.CALM)
    named = ", ".join(missing[:NAMED]) + (f" and {len(missing) - NAMED} more" if len(missing) > NAMED else "")
    return Line(text=f"{said}: {len(handed.taken)} of {total} confirmed; NOT CONFIRMED: {named}", tone=Tone.URGENT)


NAMED = 6
"""Who is not confirmed is named up to so many; the rest is counted, and marked in the list."""


def list_line(report: PatientReport, *, worse_now: bool) -> Line:
    """Return one patient's line in the list: mark, code, how they stand, whether somebody confirmed them."""
    mark = GROUP_MARK[report.group]
    word = "routine" if report.group is Group.REST else report.group.name.lower()
    shown = {"emergency": "EMERGENCY", "urgent": "URGENT", "unseen": "NOT SEEN"}.get(word, word)
    done = "[x] " if report.confirmed is not None else "[ ] "
    note = "  WORSE NOW: read it anew (r)" if worse_now else "" if report.eventful else "  uneventful"
    return Line(text=f"{done}{mark} {report.code}  {shown}{note}", tone=GROUP_TONE[report.group])


def ward_line(report: WardReport) -> Line:
    """Return the ward's line in the list."""
    loud = [fact for _, facts in report.sections for fact in facts if fact.tone in {Tone.EMERGENCY, Tone.URGENT}]
    done = "[x] " if report.confirmed is not None else "[ ] "
    many = f"{len(loud)} thing{'' if len(loud) == 1 else 's'} to know" if loud else "duty, system, telephones"
    return Line(text=f"{done}   the ward  {many}", tone=Tone.URGENT if loud else Tone.PLAIN)


def hung(lines: Sequence[Line], width: int) -> tuple[Line, ...]:
    """Return lines wrapped to a width so that what goes on stands further in than what begins."""
    return tuple(
        Line(text=part, tone=each.tone, struck=each.struck)
        for each in lines
        for part in textwrap.wrap(each.text, max(20, width), subsequent_indent="     ", break_on_hyphens=False) or [""]
    )


def as_text(report: ShiftReport, layout: Layout, zone: tzinfo) -> str:
    """Return the whole report as lines of at most 78 characters."""
    return "\n".join(_document(report, layout, zone)) + "\n"


def _document(report: ShiftReport, layout: Layout, zone: tzinfo) -> Iterator[str]:
    now = report.span.now
    yield from _wrapped(f"STEPGUARD SHIFT REPORT ({layout}), made {now.astimezone(zone):%a %Y-%m-%d %H:%M %Z}", "")
    yield from _wrapped(head_words(report.span, zone), "")
    yield from _wrapped(f"{report.span.why}. {AS_OF}", "")
    yield from _wrapped(status_line(report.handed, zone).text, "")
    for each in report.eventful:
        yield RULE
        yield f"{GROUP_MARK[each.group]} {each.code}"
        yield from _block(lines_of(patient_blocks(each, layout, now, zone)))
    yield RULE
    yield from uneventful_lines(report, now, zone)
    yield RULE
    yield "THE WARD"
    yield from _block(lines_of(ward_blocks(report.ward, now, zone)))


AS_OF = "Ages are as of that time; nothing here is watched on paper."
UNEVENTFUL = "SEEN AND ROUTINE ALL SHIFT, NOTHING ENTERED BUT ICE IN FULL, NOTHING OPEN"


def uneventful_lines(report: ShiftReport, now: datetime, zone: tzinfo) -> Iterator[str]:
    """Yield the heading and one line for each patient of whom there is no more to say."""
    yield f"{UNEVENTFUL}: {len(report.uneventful)}"
    for each in report.uneventful:
        done = (
            ""
            if each.confirmed is None
            else f"  (confirmed {wording.clock_time(each.confirmed.confirmed_at, zone, now)})"
        )
        yield from _wrapped(f"   {each.brief}{done}", "      ")


def _block(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        yield from _wrapped(line.text, "      ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]
