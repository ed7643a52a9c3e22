"""Understands a line that puts somebody on duty: `nurse ben 07:00 Ada is ill`. Pure; asks, never guesses."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from alerts.roster import STAFF_ROLES, Person, Roster, StaffRole
from console.entry.line import one_of
from console.entry.moment import Asks
from console.views import wording

EXAMPLE = "role, who, until when, why: nurse ben 07:00 Ada is ill   oncologist ito 19:00-07:00   nurse ben +8h"
LONGEST = timedelta(days=14)
"""A longer absence belongs into the roster file, where everybody who plans sees it."""

SHORT = {"ed": "emergency_department", "second": "second_nurse"}
_CLOCKS = re.compile(r"(?:(\d{1,2}):(\d{2})-)?(\d{1,2}):(\d{2})$")
_SPAN = re.compile(r"\+(\d{1,3})(h|d)$")
_LEAST_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """Somebody to be put on duty from `starts` until `ends` (exclusive), once the person has agreed to `read_back`."""

    role: StaffRole
    person: Person
    starts: datetime
    ends: datetime
    why: str
    read_back: str


def understand_duty(line: str, roster: Roster | None, now: datetime, zone: tzinfo) -> OnDuty | Asks:
    """Return what a line means, or the question it leaves open."""
    if roster is None:
        return Asks(question="The roster is not read yet; one moment.")
    words = line.split()
    if len(words) < _LEAST_WORDS:
        return Asks(question=EXAMPLE)
    spoken = SHORT.get(words[0].casefold(), words[0])
    role = one_of(spoken, STAFF_ROLES, "role")
    if isinstance(role, Asks):
        return role
    person = person_meant(words[1], roster)
    if isinstance(person, Asks):
        return person
    span = _span(words[2], now, zone)
    if isinstance(span, Asks):
        return span
    starts, ends = span
    known: StaffRole = next(each for each in STAFF_ROLES if each == role)
    return _on_duty(known, person, starts, ends, " ".join(words[3:]), roster, now, zone)


def _on_duty(
    role: StaffRole, person: Person, starts: datetime, ends: datetime, why: str, roster: Roster, now: datetime,
    zone: tzinfo,
) -> OnDuty | Asks:  # fmt: skip
    if ends - starts > LONGEST:
        return Asks(question="That is more than 14 days: change the roster file instead.")
    present = roster.on_call(role, starts)
    if present == person:
        return Asks(question=f"{person.name} is {role.replace('_', ' ')} then already.")
    instead = "where nobody is" if present is None else f"in place of {wording.one_line(present.name)}"
    begins = "now" if starts <= now else wording.clock_time(starts, zone, now)
    said = f"{wording.one_line(person.name)} is {role.replace('_', ' ')} from {begins} until "
    said += f"{wording.clock_time(ends, zone, now)} ({wording.span(ends - starts)}), {instead}"
    reason = f"; why: {why}" if why else "; no reason given"
    return OnDuty(role=role, person=person, starts=starts, ends=ends, why=why, read_back=said + reason)


def person_meant(word: str, roster: Roster) -> Person | Asks:
    """Return whom a word means: a key of the roster, or the beginning of a name that only one person has."""
    exact = roster.by_key(word) or roster.by_key(word.casefold())
    if exact is not None:
        return exact
    folded = word.casefold()
    found = [
        each
        for each in roster.people
        if each.key.casefold().startswith(folded)
        or any(part.startswith(folded) for part in each.name.casefold().split())
    ]
    if len(found) == 1:
        return found[0]
    keys = ", ".join(sorted(each.key for each in found or roster.people))
    return Asks(question=f"{word!r} could be {keys}: which?" if found else f"Nobody here is {word!r}; known are {keys}")


def _span(word: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime] | Asks:
    """Return from when until when; a bare clock time is the next one of its kind."""
    if ahead := _SPAN.match(word):
        unit = timedelta(hours=1) if ahead[2] == "h" else timedelta(days=1)
        if int(ahead[1]) < 1:
            return Asks(question="For how long? Write it as +8h.")
        return now, now + int(ahead[1]) * unit
    match = _CLOCKS.match(word)
    if match is None:
        return Asks(question=f"Until when is {word!r}? Write it as 07:00, 19:00-07:00 or +8h.")
    try:
        first = None if match[1] is None else time(int(match[1]), int(match[2]))
        last = time(int(match[3]), int(match[4]))
    except ValueError:
        return Asks(question=f"When is {word!r}? Write it as 07:00.")
    starts = now if first is None else _next(first, now, zone)
    return starts, _next(last, starts, zone)


def _next(clock: time, after: datetime, zone: tzinfo) -> datetime:
    """Return the first instant after `after` at which the ward's wall clock shows `clock`."""
    day = after.astimezone(zone).date()
    found = [datetime.combine(day + timedelta(days=ahead), clock, zone).astimezone(after.tzinfo) for ahead in range(3)]
    return next(each for each in found if each > after)
