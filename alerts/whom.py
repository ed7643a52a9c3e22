"""Finds the person somebody means by a name, a role or NEXT. Pure; guesses nothing."""

from dataclasses import dataclass
from datetime import datetime

from alerts.roster import Person, Roster, StaffRole

LADDER: tuple[StaffRole, ...] = ("nurse", "second_nurse", "oncologist")
"""Who may be asked to take a page, in the order in which the shipped policy calls them."""
NEXT_WORD = "NEXT"
ROLE_WORDS: dict[str, StaffRole] = {
    "NURSE": "nurse",
    "FIRST NURSE": "nurse",
    "SECOND": "second_nurse",
    "SECOND NURSE": "second_nurse",
    "2ND NURSE": "second_nurse",
    "ONCOLOGIST": "oncologist",
    "ONC": "oncologist",
    "DOCTOR": "oncologist",
}


@dataclass(frozen=True, slots=True)
class NobodyMeant:
    """Nobody, or more than one; a sentence for whoever asked."""

    sentence: str


def find(roster: Roster, whom: str, *, asked_by: Person, now: datetime) -> Person | NobodyMeant:
    """Return who is meant by `whom`, written in capitals."""
    if whom == NEXT_WORD:
        found = next_after(roster, asked_by, now)
        return found or NobodyMeant("Nobody further is on call.")
    role = ROLE_WORDS.get(whom)
    if role is not None:
        found = roster.on_call(role, now)
        if found is None:
            return NobodyMeant(f"Nobody is on call as {role.replace('_', ' ')}.")
    else:
        desk = roster.on_call("emergency_department", now)  # told by its own notice, and no one to keep a page
        named = [person for person in roster.people if _is_named(person, whom.split()) and person != desk]
        if not named:
            return NobodyMeant("Nobody on the roster has this name. Say a name, NURSE, SECOND, ONCOLOGIST or NEXT.")
        if len(named) > 1:
            return NobodyMeant("More than one person has this name. Say the whole name.")
        found = named[0]
    return NobodyMeant("That is you.") if found.key == asked_by.key else found


def next_after(roster: Roster, person: Person, now: datetime) -> Person | None:
    """Return who comes after `person` on the ladder: the next role up that another holds, then those below."""
    held = [role for role in LADDER if roster.on_call(role, now) == person]
    start = LADDER.index(held[-1]) + 1 if held else 0
    for role in (*LADDER[start:], *LADDER[:start]):
        other = roster.on_call(role, now)
        if other is not None and other.key != person.key:
            return other
    return None


def _is_named(person: Person, words: list[str]) -> bool:
    """Whether every word is the key, or one of the names, of this person."""
    known = {person.key.upper(), *person.name.upper().split()}
    return known.issuperset(words)
