"""PINs with which members of staff hear more in a call than a code: set, taken away, listed. Never shown again."""

import getpass
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from alerts.roster import Person
from console.command import InputError
from console.commands.arguments import By, Config, Json, text_of
from console.commands.chain_access import entitled, opened
from console.commands.roster_access import known_person, roster_of
from gateway.permissions import Action

# The database and argon2 are imported where they are used: help answers without them.
# ruff: noqa: PLC0415

SET_EXAMPLE = "Example: stepguard roster pin ben --by ada; stepguard roster pin ben --generate --by ada"
LIST_EXAMPLE = "Example: stepguard roster pins --json"
PinFile = Annotated[
    Path | None, typer.Option(help="A file whose first line is the PIN; - reads standard input.", metavar="F")
]


def pin(
    person: Annotated[str, typer.Argument(help="Whose: a key of the roster file.")],
    *,
    pin_file: PinFile = None,
    generate: Annotated[bool, typer.Option("--generate", help="Make a random PIN and print it, this once.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take the PIN away.")] = False,
    by: By = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Give somebody on the roster the PIN after which a call says more than a code; asks for it twice."""
    from alerts import pins

    if remove + generate + (pin_file is not None) > 1:
        raise InputError("roster pin: give only one of --pin-file, --generate and --remove")
    owner = known_person(roster_of(config), person)
    with opened(config) as chain:
        with chain.database.read() as session:
            who = entitled(session, by, Action.CHANGE_ROSTER)
        if remove:
            with chain.database.write() as session:
                had = pins.remove_pin(session, owner, by=who, now=chain.now())
            _tell(owner, f"{owner.name} {'has no PIN any more' if had else 'had no PIN'}", None, as_json=as_json)
            return
        secret = pins.make_pin(owner) if generate else _given(pin_file)
        try:
            pins.refuse_weak(secret, owner)
        except pins.PinRefusedError as error:
            raise InputError(f"{error}; nothing was changed") from error
        hashed = pins.hashed(secret)
        with chain.database.write() as session:
            entitled(session, by, Action.CHANGE_ROSTER)
            pins.set_pin(session, owner, hashed, by=who, now=chain.now())
    _tell(owner, f"{owner.name} hears more in a call after this PIN", secret if generate else None, as_json=as_json)


def list_pins(*, as_json: Json = False, config: Config = None) -> None:
    """Say who on the roster has a PIN, and since when."""
    from alerts import pins

    people = roster_of(config).people
    with opened(config) as chain, chain.database.read() as session:
        since = pins.who_has_one(session)
    if as_json:
        named = [
            {
                "person": one.key,
                "name": one.name,
                "set_at": None if (at := since.get(one.key)) is None else at.isoformat(),
            }
            for one in people
        ]
        typer.echo(json.dumps(named))
        return
    for one in people:
        at = since.get(one.key)
        typer.echo(f"{one.name:<24} {'no PIN' if at is None else f'PIN since {at:%Y-%m-%d}'}")


def _tell(owner: Person, sentence: str, secret: str | None, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"person": owner.key} | ({} if secret is None else {"pin": secret})))
        return
    if secret is not None:
        typer.echo(secret)
    typer.echo(sentence, err=secret is not None)


def _given(file: Path | None) -> str:
    if file is not None:
        return _first_line(file)
    if not sys.stdin.isatty():
        raise InputError("the PIN is asked for at a terminal; elsewhere give --pin-file F or --generate")
    first = getpass.getpass("PIN, 6 digits: ")
    if getpass.getpass("Once more: ") != first:
        raise InputError("the two PINs differ; nothing was changed")
    return first


def _first_line(file: Path) -> str:
    return text_of(file, "write the PIN on its first line").partition("\n")[0].strip()
