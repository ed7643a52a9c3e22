"""How a subcommand reaches the chain: settings, database and clock, with every failure as one sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from console.command import FailedError, InputError
from gateway.clock import Clock, parse_clock
from gateway.database import Database
from gateway.reading import PatientId
from gateway.settings import Settings, SettingsError, load_settings

CLOCK_VARIABLE = "STEPGUARD_CLOCK"
"""Hands a demonstration's clock to its console process; absent in real use."""


class Chain(NamedTuple):
    """What a subcommand works on."""

    settings: Settings
    database: Database
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
    return parse_clock(os.environ.get(CLOCK_VARIABLE))


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
    settings = read_settings(config)
    database = open_database(settings)
    try:
        yield Chain(settings, database, chain_clock())
    except SQLAlchemyError as error:
        raise FailedError(f"database.url {settings.database.url}: {_first_line(error)}") from error
    finally:
        database.dispose()


def open_database(settings: Settings) -> Database:
    """Return the migrated database, or raise `FailedError` naming `database.url`."""
    url = settings.database.url
    try:
        database = Database(url)
    except (SQLAlchemyError, ImportError, ValueError, TypeError) as error:
        raise InputError(f"database.url {_without_password(url)!r} cannot be used: {_first_line(error)}") from error
    try:
        database.migrate()
    except SQLAlchemyError as error:
        database.dispose()
        raise FailedError(f"database.url {_without_password(url)!r}: {_first_line(error)}") from error
    return database


def patient(session: Session, code: str) -> PatientId:
    """Return the enrolled patient of that code, or raise `InputError` with the remedy."""
    from monitor.store import patient_by_code  # noqa: PLC0415 - only entries about patients need the monitor

    found = patient_by_code(session, code)
    if found is None:
        raise InputError(f"no patient {code!r} is enrolled; see stepguard enroll --help")
    return found.patient_id


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.rpartition(':')[0]}:***{at}{tail}" if at and head.count(":") > 1 else url
