"""Decides how entries of a record are listed: struck lines stay, and say by whom, why, what replaced them. Pure."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from console.views import wording
from console.views.cells import Line, Tone
from monitor.overview import EntryLine, RecordLine

VOID = "void"


def entry_lines(entries: Sequence[EntryLine], now: datetime, zone: tzinfo) -> tuple[tuple[str, Line], ...]:
    """Return ref and line of each entry, newest first.

    A striking out is told on the line it struck; it has one of its own only where that line is not listed.
    """
    told = {(each.strike.at, each.strike.by) for each in entries if each.strike is not None}
    newest_first = sorted(entries, key=lambda entry: (entry.at, entry.entered_at), reverse=True)
    return tuple(
        (
            each.ref,
            Line(
                text=entry_words(each, now, zone),
                tone=_tone(each),
                struck=each.voided,
                after=strike_words(each, now, zone),
            ),
        )
        for each in newest_first
        if not (each.kind == VOID and (each.entered_at, each.by) in told)
    )


def _tone(entry: EntryLine) -> Tone:
    return Tone.DIM if entry.voided else Tone.PLAIN


def entry_words(entry: EntryLine, now: datetime, zone: tzinfo) -> str:
    """Return an entry in a line: `m12  19:10  VOID dose SUD2 0.3 mg/kg by ada, corrects m4`."""
    at = wording.clock_time(entry.at, zone, now)
    by = f" by {wording.one_line(entry.by)}" if entry.by else ""
    void = "VOID " if entry.voided else ""
    what = f"{entry.kind.replace('_', ' ')} {wording.one_line(entry.text)}".rstrip()
    corrects = f", corrects {wording.one_line(entry.corrects)}" if entry.corrects else ""
    return f"{entry.ref}  {at}  {void}{what}{by}{corrects}"


def strike_words(entry: EntryLine, now: datetime, zone: tzinfo) -> str:
    """Return by whom an entry was struck out, when, why, and what stands in its place; empty when it was not."""
    strike = entry.strike
    if strike is None:
        return ""
    when = wording.clock_time(strike.at, zone, now)
    by = f" by {wording.one_line(strike.by)}" if strike.by else ""
    instead = f", now {wording.one_line(strike.replaced_by)}" if strike.replaced_by else ""
    return f"  struck out {when}{by}: {wording.one_line(strike.why) or 'no reason given'}{instead}"


def entry_detail(chosen: RecordLine, now: datetime, zone: tzinfo) -> tuple[Line, ...]:
    """Return everything about one entry: what it says, of when, entered when and by whom, what became of it."""
    entry = chosen.line
    at, entered = (wording.clock_time(each, zone, now) for each in (entry.at, entry.entered_at))
    by = f" by {wording.one_line(entry.by)}" if entry.by else ""
    lines = [
        Line(text=f"{entry.kind.replace('_', ' ')}: {wording.one_line(entry.text)}", struck=entry.voided),
        Line(text=f"at {at}, {wording.age(now - entry.at)} ago"),
        Line(text=f"entered {entered}{by}", tone=Tone.DIM),
    ]
    if entry.corrects:
        lines.append(Line(text=f"corrects {wording.one_line(entry.corrects)}, which is struck out", tone=Tone.DIM))
    if entry.strike is not None:
        lines.append(Line(text=strike_words(entry, now, zone).strip(), tone=Tone.WATCH))
    return tuple(lines)


def why_not_struck(chosen: RecordLine) -> str | None:
    """Return why an entry cannot be struck out, before anybody types anything; None when it can."""
    entry = chosen.line
    if entry.strike is not None:
        return f"{entry.ref} is struck out already, by {wording.one_line(entry.strike.by or 'somebody')}."
    return f"{entry.ref} strikes out another entry: enter that one anew." if entry.kind == VOID else None
