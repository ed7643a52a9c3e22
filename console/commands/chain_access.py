"""How a subcommand reaches the chain: settings, database and clock, with every failure as one sentence."""

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from console.command import FailedError, InputError
from console.commands.arguments import actor
from gateway.clock import Clock, parse_clock
from gateway.permissions import Action
from gateway.reading import PatientId
from gateway.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from sqlmodel import Session

    from gateway.database import Database

# The database and the monitor are imported where they are used: help and `replay` answer without them.
# ruff: noqa: PLC0415

CLOCK_VARIABLE = "STEPGUARD_CLOCK"
"""Hands a demonstration's clock to its console process; absent in real use."""


class Chain(NamedTuple):
    """What a subcommand works on."""

    settings: Settings
    database: "Database"
    clock: Clock

    def now(self) -> datetime:
        """Return the present instant of the chain."""
        return self.clock.now()


def read_settings(config: Path | None) -> Settings:
    """Return the settings, or raise `InputError` with the sentence of `SettingsError`."""
    try:
        return load_settings(config, os.environ)
    except SettingsError as error:
        raise InputError(str(error)) from error


def chain_clock() -> Clock:
    """Return the clock of this process: the wall's, or the one a demonstration handed over."""
    try:
        return parse_clock(os.environ.get(CLOCK_VARIABLE))
    except ValueError as error:
        raise InputError(f"{CLOCK_VARIABLE} cannot be read; unset it to use this machine's clock") from error


@contextmanager
def opened(config: Path | None) -> Iterator[Chain]:
    """Give the configured chain with its schema brought up to date.

    Raises
    ------
    InputError
        When the configuration cannot be used.
    FailedError
        When the database cannot be reached or refuses.
    """
    from alembic.util import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    from console.log_lines import log_to_stderr
    from gateway.doorbell import ring_all
    from gateway.postgresql import without_password

    log_to_stderr()
    settings = read_settings(config)
    clock = chain_clock()
    url = without_password(settings.database.url)
    database = _open(settings.database.url, url)
    try:
        database.migrate()
        yield Chain(settings, database, clock)
        ring_all(settings.database.url)
    except SettingsError as error:
        raise InputError(str(error)) from error
    except SQLAlchemyError as error:
        raise FailedError(f"database.url {url}: {_first_line(error)}{_remedy(settings.database.url)}") from error
    except CommandError as error:
        raise FailedError(
            f"database.url {url}: its tables are of another version of stepguard; install the newest that used it"
        ) from error
    finally:
        database.dispose()


def patient(session: "Session", code: str) -> PatientId:
    """Return the enrolled patient of that code, or raise `InputError` with the remedy."""
    from monitor.enrolment import patient_by_code

    found = patient_by_code(session, code)
    if found is None:
        raise InputError(f"no patient {code!r} is enrolled; see stepguard enroll --help")
    return found.patient_id


def entitled(session: "Session", by: str | None, action: Action) -> str:
    """Return the name to record for what is about to be done.

    The command line asks for no password: whoever may write the database's files may do everything with them. It
    asks for a name, so that the record has one.

    Raises
    ------
    InputError
        When users exist and the name is none of them, or their role does not permit the action.
    """
    from gateway.users import NotPermittedError, require

    name = actor(by)
    try:
        return require(session, name, action)
    except NotPermittedError as error:
        raise InputError(f"--by {error}") from error


def _open(url: str, shown: str) -> "Database":
    from sqlalchemy.exc import SQLAlchemyError

    from gateway.database import Database

    try:
        return Database(url)
    except SettingsError as error:
        raise InputError(str(error)) from error
    except (SQLAlchemyError, ImportError, ValueError, TypeError) as error:
        raise InputError(f"database.url {shown!r} cannot be used: {_first_line(error)}") from error


def _remedy(url: str) -> str:
    """Return what to do about a SQLite file that cannot be opened, nothing for everything else."""
    from gateway.postgresql import database_file

    file = database_file(url)
    if file is None or os.access(file if file.exists() else file.parent, os.R_OK | os.W_OK):
        return ""
    return f"; {file.parent} must exist, and {getpass.getuser()} must be able to write there"


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
