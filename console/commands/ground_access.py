"""Rules, roster and policy for a subcommand, with every failure as one sentence."""

import typer

from alerts.directory import Directory
from alerts.directory_file import DirectoryError, load_directory
from alerts.roster import Roster
from alerts.roster_file import RosterError, load_roster
from console.command import InputError
from console.ground import Ground, GroundError, read_ground, rules_of
from gateway.settings import Settings
from monitor.rules import Rules


def with_ground(settings: Settings) -> Ground:
    """Return what the chain reads from files, or raise `InputError` with file, key and remedy."""
    try:
        return read_ground(settings)
    except GroundError as error:
        raise InputError(str(error)) from error


def rules_for(settings: Settings) -> Rules:
    """Return the rules alone, or raise `InputError` with file, key and remedy."""
    try:
        return rules_of(settings)
    except GroundError as error:
        raise InputError(str(error)) from error


def roster_for(settings: Settings) -> Roster:
    """Return the roster alone, or raise `InputError` with file, key and remedy."""
    try:
        return load_roster(settings.site.roster)
    except RosterError as error:
        raise InputError(str(error)) from error


def directory_for(settings: Settings) -> Directory:
    """Return the directory of departments alone, or raise `InputError` with file, key and remedy."""
    try:
        return load_directory(settings.site.departments, timezone=settings.site.timezone)
    except DirectoryError as error:
        raise InputError(str(error)) from error


def warn_unsigned(ground: Ground) -> None:
    """Say on stderr that nobody has signed these thresholds; the board says so too, for as long as it is true."""
    if ground.rules.unsigned_because is not None:
        typer.echo(ground.rules.unsigned_because, err=True)
