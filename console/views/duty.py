"""Decides how the roster reads: who is on call now and next, hours nobody covers, telephones, overrides. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from alerts.roster import STAFF_ROLES, Roster, StaffRole, Turn
from console.views import wording
from console.views.cells import Line, Tone
from console.views.shift_lines import head_words, status_line
from console.views.shift_values import Handed

AHEAD = timedelta(days=7)
"""How far ahead hours without anybody are looked for: a week of shifts can still be moved around."""

NEXT_WITHIN = timedelta(days=31)
ROLE_WORDS: dict[StaffRole, str] = {
    "nurse": "nurse",
    "second_nurse": "second nurse",
    "oncologist": "oncologist",
    "emergency_department": "emergency dept.",
}
ROLE_WIDTH = max(len(word) for word in ROLE_WORDS.values())
ORIGINS = {"override": "put on duty by hand", "swap": "swapped in the file"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone:
    """One member of staff's telephone. `state` is unverified, asked, verified or failed, `why` why it failed.

    `test` is what became of the newest test of somebody who is on call within a day: None when there was none.
    """

    key: str
    name: str
    number: str
    state: str
    why: str
    tested_at: datetime | None
    test: str | None
    test_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An override that was entered and has not ended. `known` is False for somebody who left the roster."""

    id: int
    role: StaffRole
    name: str
    starts: datetime
    ends: datetime
    why: str
    by: str
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyBook:
    """What one read found of who is on call. `roster` is None when its file cannot be used; `problem` then says so.

    `homes_untried` of `homes` telephones of homes are not verified. `handed` is how far the shift has been taken
    over; None where nobody asked.
    """

    roster: Roster | None
    problem: str | None
    telephones: Sequence[Telephone] = ()
    overrides: Sequence[Standing] = ()
    homes: int = 0
    homes_untried: int = 0
    handed: Handed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyView:
    """The roster screen: a head line, who is on call, the hand-over, what nobody covers, telephones, overrides."""

    head: Line
    on_call: tuple[Line, ...]
    gaps: tuple[Line, ...]
    telephones: tuple[Line, ...]
    overrides: tuple[Line, ...]
    handed: tuple[Line, ...] = ()


def duty_view(book: DutyBook, now: datetime, zone: tzinfo) -> DutyView:
    """Return the roster screen at `now`; a role that nobody holds is an emergency in words, never a blank."""
    roster = book.roster
    handed = () if book.handed is None else _handed(book.handed, zone)
    if roster is None:
        broken = Line(text=f"THE ROSTER CANNOT BE READ: {wording.one_line(book.problem or '')}", tone=Tone.EMERGENCY)
        return DutyView(head=broken, on_call=(), gaps=(), telephones=(), overrides=(), handed=handed)
    untested = {each.number: each for each in book.telephones}
    on_call = tuple(line for role in STAFF_ROLES for line in _role(roster, role, untested, now, zone))
    gaps = tuple(
        _gap_line(gap.role, gap.starts, gap.ends, now, zone) for gap in roster.gaps(STAFF_ROLES, now, now + AHEAD)
    )
    return DutyView(
        head=_head(book, roster, len(gaps), now),
        on_call=on_call,
        gaps=gaps,
        telephones=tuple(_telephone_line(each, now, zone) for each in _worst_first(book.telephones))
        + tuple(_homes(book)),
        overrides=tuple(_override_line(each, now, zone) for each in book.overrides),
        handed=handed,
    )


def _handed(handed: Handed, zone: tzinfo) -> tuple[Line, ...]:
    return Line(text=head_words(handed.span, zone), tone=Tone.DIM), status_line(handed, zone)


def _head(book: DutyBook, roster: Roster, gaps: int, now: datetime) -> Line:
    if book.problem is not None:
        text = "the changed roster file cannot be used, the one before is in force: see stepguard roster check"
        return Line(text=text, tone=Tone.URGENT)
    nobody = [ROLE_WORDS[role] for role in STAFF_ROLES if roster.on_call(role, now) is None]
    if nobody:
        return Line(text=f"NOBODY IS ON CALL as {', '.join(nobody)}: o puts somebody on duty", tone=Tone.EMERGENCY)
    if roster.example:
        return Line(text="this is the shipped example: it calls nobody real (site.roster)", tone=Tone.URGENT)
    if gaps:
        return Line(text=f"Every role is held now; within a week {gaps} gap{'' if gaps == 1 else 's'}", tone=Tone.WATCH)
    return Line(text="Every role is held, now and for the next 7 days.", tone=Tone.CALM)


def _role(
    roster: Roster, role: StaffRole, telephones: dict[str, Telephone], now: datetime, zone: tzinfo
) -> Iterator[Line]:
    """Say who holds a role, until when, by what telephone, and who follows."""
    present, *later = roster.turns(role, now, now + NEXT_WITHIN)
    word = f"{ROLE_WORDS[role]:<{ROLE_WIDTH}}"
    if present.person is None:
        yield Line(text=f"{word}  NOBODY until {_when(present.ends, now, zone)}", tone=Tone.EMERGENCY)
    else:
        until = f"until {_when(present.ends, now, zone)}" if later else "for 31 days and more"
        known = telephones.get(present.person.number)
        doubt = "" if known is None or known.state == "verified" else f" ({_state(known)})"
        origin = f", {ORIGINS[present.origin]}" if present.origin in ORIGINS else ""
        name = wording.one_line(present.person.name)
        text = f"{word}  {name}  {present.person.number}  {until}{origin}{doubt}"
        yield Line(text=text, tone=Tone.WATCH if doubt else Tone.PLAIN)
    following = next((turn for turn in later if turn.person != present.person), None)
    if following is not None:
        yield _next_line(following, now, zone)


def _next_line(turn: Turn, now: datetime, zone: tzinfo) -> Line:
    who = "NOBODY" if turn.person is None else wording.one_line(turn.person.name)
    soon = turn.person is None and turn.starts - now < timedelta(days=1)
    tone = Tone.URGENT if soon else Tone.WATCH if turn.person is None else Tone.DIM
    return Line(text=f"{'':<{ROLE_WIDTH}}  then {who} from {_when(turn.starts, now, zone)}", tone=tone)


def _gap_line(role: StaffRole, starts: datetime, ends: datetime, now: datetime, zone: tzinfo) -> Line:
    begins = "NOW" if starts <= now else _when(starts, now, zone)
    text = (
        f"nobody is {ROLE_WORDS[role]}: {begins} to {_when(ends, now, zone)} ({wording.span(ends - max(starts, now))})"
    )
    return Line(text=text, tone=Tone.EMERGENCY if starts <= now else Tone.URGENT)


def _worst_first(telephones: Sequence[Telephone]) -> list[Telephone]:
    order = {"failed": 0, "unverified": 1, "asked": 2, "verified": 3}
    return sorted(telephones, key=lambda each: (each.test != "failed", order.get(each.state, 0), each.name))


def _telephone_line(phone: Telephone, now: datetime, zone: tzinfo) -> Line:
    text = f"{wording.one_line(phone.name)}  {phone.number}  {_state(phone)}"
    tone = Tone.PLAIN if phone.state == "verified" else Tone.WATCH
    if phone.state == "failed":
        tone = Tone.URGENT
    if phone.test is not None and phone.tested_at is not None:
        tested = _when(phone.tested_at, now, zone)
        if phone.test == "failed":
            return Line(
                text=f"{text}; the daily test of {tested} did NOT arrive: {wording.one_line(phone.test_why)}",
                tone=Tone.EMERGENCY,
            )
        text += f"; daily test {tested}: {phone.test}"
    return Line(text=text, tone=tone)


def _state(phone: Telephone) -> str:
    words = {"unverified": "NOT VERIFIED", "asked": "asked, no answer yet", "failed": "FAILED"}
    said = words.get(phone.state, phone.state)
    return f"{said}: {wording.one_line(phone.why)}" if phone.why else said


def _homes(book: DutyBook) -> Iterator[Line]:
    if book.homes_untried:
        text = f"{book.homes_untried} of {book.homes} telephones of homes are not verified"
        yield Line(text=text, tone=Tone.WATCH)
    elif book.homes:
        yield Line(text=f"all {book.homes} telephones of homes are verified", tone=Tone.DIM)


def _override_line(one: Standing, now: datetime, zone: tzinfo) -> Line:
    starts = "now" if one.starts <= now else _when(one.starts, now, zone)
    why = f": {wording.one_line(one.why)}" if one.why else ""
    text = f"{one.id}  {ROLE_WORDS[one.role]}  {wording.one_line(one.name)}  {starts} to {_when(one.ends, now, zone)}"
    text += f", by {wording.one_line(one.by)}{why}"
    if not one.known:
        return Line(text=f"{text}; WITHOUT EFFECT: not on the roster any more", tone=Tone.URGENT)
    return Line(text=text)


def _when(at: datetime, now: datetime, zone: tzinfo) -> str:
    return wording.clock_time(at, zone, now)
