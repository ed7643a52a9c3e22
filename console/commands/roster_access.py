"""How commands about duty reach the roster's file and the people on it."""

from pathlib import Path

from alerts.roster import Person, Roster
from alerts.roster_file import RosterError, load_roster
from console.command import InputError
from console.commands.chain_access import read_settings


def roster_of(config: Path | None, file: Path | None = None) -> Roster:
    """Return the roster of `file`, else the configured one, or raise `InputError` with the remedy."""
    settings = read_settings(config)
    try:
        return load_roster(file or settings.site.roster)
    except RosterError as error:
        raise InputError(str(error)) from error


def known_person(found: Roster, key: str) -> Person:
    """Return the person whom the roster's file calls `key`, or raise `InputError` with those it knows."""
    person = found.by_key(key)
    if person is None:
        raise InputError(f"nobody on the roster is {key!r}; known are {', '.join(sorted(p.key for p in found.people))}")
    return person
