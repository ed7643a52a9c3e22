"""Decides how the checklist of an enrolment reads, at the console and in a terminal. Pure."""

from collections.abc import Mapping

from alerts.enrolment_check import Checklist, Item
from console.views import wording
from console.views.cells import Line, Tone

MARKS = {"done": "ok", "open": "OPEN", "waiting": "waiting", "too late": "too late"}
MARK_WIDTH = max(len(mark) for mark in MARKS.values())
NAMED = 3
"""Patients named in one line of the system screen; `stepguard enrolment` names all."""


def checklist_lines(checklist: Checklist, *, remedies: bool) -> tuple[Line, ...]:
    """Return every item, done or not; `remedies` adds what to do about what is missing."""
    return tuple(_line(item, remedies=remedies) for item in checklist.items)


def missing_lines(checklist: Checklist) -> tuple[Line, ...]:
    """Return what is missing, one line each; empty when the enrolment is complete."""
    return tuple(
        Line(text=f"{item.what}: {wording.one_line(item.says)}", tone=Tone.UNSEEN) for item in checklist.missing
    )


def lines_on_screen(checklist: Checklist) -> tuple[Line, ...]:
    """Return what is missing, and the key that opens the form for it; empty when the enrolment is complete."""
    lines = missing_lines(checklist)
    return (*lines, Line(text="H opens the form", tone=Tone.DIM)) if lines else ()


def summary(checklist: Checklist) -> str:
    """Return in a few words what is missing."""
    if checklist.complete:
        return "enrolment complete"
    return f"enrolment incomplete: {', '.join(item.what for item in checklist.missing)}"


def every_summary(found: Mapping[str, Checklist]) -> str:
    """Return how many enrolments are incomplete, and the first of them with how much each lacks."""
    incomplete = {code: each for code, each in found.items() if not each.complete}
    if not incomplete:
        return f"all {len(found)} complete" if found else "nobody is enrolled"
    named = ", ".join(f"{code} ({len(each.missing)} missing)" for code, each in list(incomplete.items())[:NAMED])
    more = f" and {len(incomplete) - NAMED} more" if len(incomplete) > NAMED else ""
    return f"{len(incomplete)} of {len(found)} incomplete: {named}{more}; see stepguard enrolment"


def _line(item: Item, *, remedies: bool) -> Line:
    remedy = f"  [{item.remedy}]" if remedies and item.missing and item.remedy else ""
    text = f"{MARKS[item.standing]:<{MARK_WIDTH}}  {item.what}: {wording.one_line(item.says)}{remedy}"
    return Line(text=text, tone=Tone.UNSEEN if item.missing else Tone.PLAIN)
