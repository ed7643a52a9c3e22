"""Options that many subcommands share, and the reading of what was given to them."""

import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from console.command import InputError

Config = Annotated[Path | None, typer.Option("--config", help="Configuration file; default stepguard.toml if present.")]
Json = Annotated[bool, typer.Option("--json", help="Machine output, alone on stdout.")]
By = Annotated[
    str | None,
    typer.Option("--by", help="Who does this: a user, once users exist; default the login name.", metavar="NAME"),
]
At = Annotated[
    str | None, typer.Option("--at", help="When it happened, with an offset or Z; default now.", metavar="TIME")
]
Patient = Annotated[str, typer.Argument(help="The patient's code, such as P-0042.", metavar="PATIENT")]


def family() -> typer.Typer:
    """Return an empty application for one module's subcommands."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)
    app.callback()(_no_options)  # keeps a family of one command from swallowing the command's name
    return app


def branch(summary: str) -> typer.Typer:
    """Return an application for the subcommands below one command, such as `device add`."""
    return typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=False, help=summary)


def instant(text: str, option: str) -> datetime:
    """Return the aware UTC time that `text` says.

    Raises
    ------
    InputError
        When it is not a time or has no offset: a time without one is never guessed.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{option} {text!r} is not a time; write it as 2026-03-02T10:00Z") from error
    if at.tzinfo is None:
        raise InputError(f"{option} {text!r} has no offset; add Z for UTC or an offset such as +01:00")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise InputError(f"{option} {text!r} is before or after all time; write it as 2026-03-02T10:00Z") from error


def text_of(file: Path, remedy: str) -> str:
    """Return what stands in a file, or on standard input when it is `-`; `remedy` says what to write there.

    Raises
    ------
    InputError
        When it cannot be read as text.
    """
    try:
        return sys.stdin.buffer.read().decode() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(f"{file}: cannot be read: {reason}; {remedy}") from error


def actor(by: str | None) -> str:
    """Return the name to enter in the record.

    Raises
    ------
    InputError
        When none was given and the machine knows none either.
    """
    if by is not None:
        if not by.strip():
            raise InputError("--by is empty; name the person who does this")
        return by.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise InputError("--by NAME is needed: this machine knows no login name") from error


def _no_options() -> None:
    """Hold the family together."""
