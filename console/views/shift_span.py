"""Decides which shift is handed over at an instant: since when, by whom, to whom. The roster's nurse counts. Pure.

For some time after a change of nurses the shift that ended is the one to read; then it is the present one.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo

from alerts.roster import Roster, Turn

HAND_OVER_TIME = timedelta(hours=2)
"""How long after a change of nurses the shift that ended is still the one handed over. Engineering, 2026-11-21."""

LONGEST_SHIFT = timedelta(hours=26)
"""A duty that began longer ago than this is no shift: the half of the day is taken. Engineering, 2026-11-21."""

LOOK_AHEAD = timedelta(hours=26)
HALVES = (time(7), time(19))
"""Where a day is cut, on the ward's wall, when the roster names no change of nurses. Engineering, 2026-11-21."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The shift from `since` until `now`. `giver` has or had it, `receiver` has it or has it next; None: not known.

    `ended_at` is when the shift ended that is handed over, None while it runs. `why` says where `since` comes from.
    """

    since: datetime
    now: datetime
    giver: str | None
    receiver: str | None
    ended_at: datetime | None
    why: str


def span_of(roster: Roster | None, now: datetime, zone: tzinfo) -> Span:
    """Return the shift to hand over at `now`."""
    if roster is None:
        why = "the roster cannot be read: since the half of the day began"
        return _half_day(now, zone, giver=None, receiver=None, why=why)
    turns = _by_person(roster.turns("nurse", now - LONGEST_SHIFT - HAND_OVER_TIME, now + LOOK_AHEAD))
    first, last = turns[0], turns[-1]
    place = next(index for index, turn in enumerate(turns) if turn.starts <= now < turn.ends)
    present = turns[place]
    before = turns[place - 1] if place > 0 else None
    if before is not None and now - present.starts < HAND_OVER_TIME:
        giver, receiver, ended_at = _name(before), _name(present), present.starts
        since, known = before.starts, before is not first
    else:
        after = turns[place + 1] if present is not last else None
        giver, receiver, ended_at = _name(present), None if after is None else _name(after), None
        since, known = present.starts, present is not first
    if known and now - since <= LONGEST_SHIFT + HAND_OVER_TIME:
        why = "since the nurse's duty began by the roster"
        return Span(since=since, now=now, giver=giver, receiver=receiver, ended_at=ended_at, why=why)
    why = "the roster names no change of nurses in that time: since the half of the day began"
    return replace(_half_day(now, zone, giver=giver, receiver=receiver, why=why), ended_at=ended_at)


def since_given(roster: Roster | None, since: datetime, now: datetime, zone: tzinfo) -> Span:
    """Return the time that somebody asked for instead; who hands over is as the roster says."""
    return replace(span_of(roster, now, zone), since=since, why="as asked")


def _half_day(now: datetime, zone: tzinfo, *, giver: str | None, receiver: str | None, why: str) -> Span:
    local = now.astimezone(zone)
    cuts = [
        datetime.combine(local.date() - timedelta(days=back), half, zone).astimezone(now.tzinfo)
        for back in (0, 1, 2)
        for half in HALVES
    ]
    since = max(cut for cut in cuts if cut <= now - HAND_OVER_TIME)
    return Span(since=since, now=now, giver=giver, receiver=receiver, ended_at=None, why=why)


def _by_person(turns: list[Turn]) -> list[Turn]:
    """Return turns in which the same person goes on as one, for whatever reason they have the duty."""
    joined: list[Turn] = []
    for turn in turns:
        if joined and joined[-1].person == turn.person:
            joined[-1] = replace(joined[-1], ends=turn.ends)
        else:
            joined.append(turn)
    return joined


def _name(turn: Turn) -> str | None:
    return None if turn.person is None else turn.person.name
