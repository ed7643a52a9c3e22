"""Understands the lines about an incident: to whom it is handed over, for how long its calls are held back. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from alerts.roster import Person, Roster
from console.entry.duty import person_meant
from console.entry.moment import Asks
from console.views import wording
from console.views.cells import Incident, rank

HAND_OVER_EXAMPLE = "to whom: ben"
SILENCE_EXAMPLE = "for how long, and why: 2h at a wedding, devices at home   30m update of the machine"
_SPAN = re.compile(r"(\d{1,3})(m|min|h)$")
_UNITS = {"m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1)}
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedTo:
    """A colleague who will be asked to take an incident."""

    person: Person
    read_back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hush:
    """A silence to be entered: until when (exclusive) and why."""

    until: datetime
    why: str
    read_back: str


def understand_hand_over(line: str, incident: Incident, roster: Roster | None) -> HandedTo | Asks:
    """Return to whom an incident is handed over, or the question."""
    if roster is None:
        return Asks(question="The roster is not read yet; one moment.")
    if not line.strip():
        keys = ", ".join(sorted(each.key for each in roster.people))
        return Asks(question=f"To whom? {keys}")
    person = person_meant(line.strip(), roster)
    if isinstance(person, Asks):
        return person
    if person.name == incident.holder:
        return Asks(question=f"{wording.one_line(person.name)} has it already.")
    name = wording.one_line(person.name)
    said = f"{name} is called until they accept; until then it stays with {wording.one_line(incident.holder or '')}"
    return HandedTo(person=person, read_back=said)


def understand_silence(line: str, incident: Incident, now: datetime, zone: tzinfo) -> Hush | Asks:
    """Return the silence a line asks for. How long one may last is the policy's, and said when it is saved."""
    words = line.split()
    if not words:
        return Asks(question=SILENCE_EXAMPLE)
    match = _SPAN.match(words[0])
    if match is None:
        return Asks(question=f"For how long is {words[0]!r}? Write it as 2h or 30m.")
    if len(words) < _LEAST_WORDS:
        return Asks(question="Why? Write it after the time.")
    span = int(match[1]) * _UNITS[match[2]]
    if span <= timedelta(0):
        return Asks(question="For how long? Write it as 2h or 30m.")
    until = now + span
    what = "this condition" if incident.kind == "technical" else "reminders and calls of the watch level"
    said = f"{what}: nobody is called until {wording.clock_time(until, zone, now)}; anything worse calls at once; why: "
    why = " ".join(words[1:])
    return Hush(until=until, why=why, read_back=said + why)


def why_not_silenced(incident: Incident) -> str | None:
    """Return why no silence can cover this incident, before anybody types one; None when one may."""
    if incident.kind == "technical" or rank(incident.urgency) < rank("urgent"):
        return None
    return f"{incident.urgency.capitalize()} is never silenced: answer it (a); worsening then calls again."
