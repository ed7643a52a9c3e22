"""Decides how the state of the whole system reads: can it see, can it call, what exactly does not work. Pure.

What nothing can tell is said as not known; only what was seen to work is called so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from console.views import wording
from console.views.cells import STANDING_FAULTS, Fault, Incident, Line, Tone

SEEING = frozenset({"database", "gateway", "monitor", "hubs", "readings"})
CALLING = frozenset({"database", "alerts", "texts"})
MARKS = {"ok": "works", "doubtful": "DOUBTFUL", "failed": "FAILED", "unseen": "not known"}
TONES = {"ok": Tone.CALM, "doubtful": Tone.URGENT, "failed": Tone.EMERGENCY, "unseen": Tone.UNSEEN}
WORST_FIRST = ("failed", "doubtful", "unseen", "ok")
MARK_WIDTH = max(len(word) for word in MARKS.values())
SUBJECT_WIDTH = 12


class Part(Protocol):
    """How one thing stands that the system needs; `state` is ok, doubtful, failed or unseen (nothing can tell)."""

    @property
    def subject(self) -> str: ...  # noqa: D102 - the names are those of `gateway.readiness.SystemLine`
    @property
    def state(self) -> str: ...  # noqa: D102
    @property
    def since(self) -> datetime | None: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemView:
    """The system screen: can it see, can it call, every part, the technical conditions, how the site is set up."""

    seeing: Line
    calling: Line
    parts: tuple[Line, ...]
    conditions: tuple[Line, ...]
    setup: tuple[Line, ...]


def system_view(
    parts: Sequence[Part],
    incidents: Sequence[Incident],
    faults: Sequence[Fault],
    now: datetime,
    zone: tzinfo,
    *,
    failure: str | None,
) -> SystemView:
    """Return the system screen at `now`.

    Parameters
    ----------
    parts
        As they were read last.
    incidents
        The open ones; the technical ones are listed.
    failure
        Why nothing can be read at present. Nothing is called working then, whatever was read before.
    """
    seeing = _answer("CAN SEE", [each for each in parts if each.subject in SEEING], now, zone, failure)
    calling = _answer("CAN CALL", [each for each in parts if each.subject in CALLING], now, zone, failure)
    technical = [each for each in incidents if each.kind == "technical"]
    standing = [each for each in faults if each.kind in STANDING_FAULTS]
    return SystemView(
        seeing=seeing,
        calling=calling,
        parts=tuple(_part_line(each, now, zone, known=failure is None) for each in _worst_first(parts)),
        conditions=tuple(_condition(each, now, zone) for each in technical),
        setup=tuple(Line(text=wording.one_line(each.text), tone=Tone.WATCH) for each in standing),
    )


def _answer(question: str, parts: Sequence[Part], now: datetime, zone: tzinfo, failure: str | None) -> Line:
    """Answer yes only where every part was seen to work."""
    if failure is not None:
        return Line(text=f"{question}: NOT KNOWN, the database does not answer here: {failure}", tone=Tone.EMERGENCY)
    if not parts:
        return Line(text=f"{question}: not known yet", tone=Tone.UNSEEN)
    failed = [each for each in parts if each.state == "failed"]
    if failed:
        since = min((each.since for each in failed if each.since is not None), default=None)
        when = "" if since is None else f" since {wording.clock_time(since, zone, now)}"
        return Line(text=f"{question}: NO{when}: {', '.join(each.subject for each in failed)}", tone=Tone.EMERGENCY)
    doubtful = [each.subject for each in parts if each.state == "doubtful"]
    if doubtful:
        return Line(text=f"{question}: yes, but {', '.join(doubtful)} doubtful", tone=Tone.URGENT)
    unseen = [each.subject for each in parts if each.state == "unseen"]
    if unseen:
        return Line(text=f"{question}: yes, as far as is known; not known of {', '.join(unseen)}", tone=Tone.UNSEEN)
    return Line(text=f"{question}: yes", tone=Tone.CALM)


def _worst_first(parts: Sequence[Part]) -> list[Part]:
    """Return what does not work before what nothing can tell, and that before what works."""
    return sorted(parts, key=lambda each: WORST_FIRST.index(each.state))


def _part_line(part: Part, now: datetime, zone: tzinfo, *, known: bool) -> Line:
    state = part.state if known else "unseen"
    since = ""
    if part.since is not None:
        since = f" ({wording.clock_time(part.since, zone, now)}, {wording.short_age(now - part.since)} ago)"
    said = "" if part.text == MARKS[state] else wording.one_line(part.text)
    was = "" if known else f"was: {MARKS[part.state]}; "
    text = f"{MARKS[state]:<{MARK_WIDTH}}  {part.subject:<{SUBJECT_WIDTH}} {was}{said}{since}"
    return Line(text=text, tone=TONES[state])


def _condition(incident: Incident, now: datetime, zone: tzinfo) -> Line:
    since = wording.clock_time(incident.opened_at, zone, now)
    high = incident.urgency in {"urgent", "emergency"}
    who = f", {wording.one_line(incident.holder)} has it" if incident.holder else ""
    text = f"{'HIGH' if high else 'low ':<4}  {wording.one_line(incident.reason)}, since {since}"
    text += f" ({wording.age(now - incident.opened_at)}){who}"
    return Line(text=text, tone=Tone.URGENT if high else Tone.WATCH)
