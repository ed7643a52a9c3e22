"""People who log in: added, listed, shut out and let in again by whoever administers the server.

No role of Stepguard's own administers users: whoever may write the database's files may do this, nobody else can.
"""

import getpass
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.command import InputError
from console.commands.arguments import By, Config, Json, actor, branch, family, text_of
from console.commands.chain_access import Chain, opened
from gateway.permissions import Role, in_words

if TYPE_CHECKING:
    from sqlmodel import Session

    from gateway.users import User

# The database and argon2 are imported where they are used: help answers without them.
# ruff: noqa: PLC0415

app = family()
user = branch("People who log in, with their roles and passwords.")
app.add_typer(user, name="user")

Name = Annotated[str, typer.Argument(help="One word without meaning to outsiders, such as ada or n17.", metavar="NAME")]
RoleOption = Annotated[Role, typer.Option(help="What they may do; see docs/people.md.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="A file whose first line is the password; - reads standard input.", metavar="F"),
]
Generate = Annotated[bool, typer.Option("--generate", help="Make a random password and print it, this once.")]


@user.command(epilog="Example: stepguard user add ada --role nurse; stepguard user add ben --role physician --generate")
def add(
    name: Name,
    *,
    role: RoleOption,
    password_file: PasswordFile = None,
    generate: Generate = False,
    by: By = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Give somebody a login; asks for the password twice unless told otherwise."""
    from gateway.users import add_user, canonical, enabled_user, logins_exist

    who = actor(by)
    with opened(config) as chain:
        with chain.database.read() as session:
            first = not logins_exist(session)
            taken = enabled_user(session, name) is not None
        if taken:
            raise InputError(f"user {canonical(name)!r} exists already; give another name, or stepguard user password")
        secret = _password(name, password_file, generate=generate)
        _change(chain, lambda session, now: add_user(session, name, role, secret, by=who, now=now))
    shown = canonical(name)
    _tell(shown, f"{shown} may log in as {in_words(role)}", secret if generate else None, as_json=as_json)
    if first:
        typer.echo("from now on the console asks for a login, and --by must name a user", err=True)


@user.command("list", epilog="Example: stepguard user list --json")
def list_users(*, as_json: Json = False, config: Config = None) -> None:
    """List every user with role and state."""
    from gateway.users import users

    with opened(config) as chain, chain.database.read() as session:
        found, now = users(session), chain.now()
    if as_json:
        typer.echo(json.dumps([_plain(one, now) for one in found]))
        return
    for one in found:
        last = "never logged in" if one.last_login_at is None else f"last login {_time(one.last_login_at)}"
        typer.echo(f"{one.name:<20} {in_words(one.role):<18} {last:<38} {_state(one, now)}")
    if not found:
        typer.echo("no users; the console asks nobody to log in. Add one with stepguard user add NAME --role nurse")


@user.command(epilog="Example: stepguard user password ada --generate")
def password(
    name: Name,
    *,
    password_file: PasswordFile = None,
    generate: Generate = False,
    by: By = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Give a user another password; it unlocks the login too."""
    from gateway.users import canonical, set_password

    who = actor(by)
    with opened(config) as chain:
        _refuse_unknown(chain, name)
        secret = _password(name, password_file, generate=generate)
        _change(chain, lambda session, now: set_password(session, name, secret, by=who, now=now))
    shown = canonical(name)
    _tell(shown, f"{shown} has a new password", secret if generate else None, as_json=as_json)


@user.command("role", epilog="Example: stepguard user role ada physician")
def change_role(
    name: Name,
    role: Annotated[Role, typer.Argument(help="The role from now on.", metavar="ROLE")],
    *,
    by: By = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Give a user another role; an open console follows at once."""
    from gateway.users import canonical, set_role

    who = actor(by)
    with opened(config) as chain:
        _change(chain, lambda session, now: set_role(session, name, role, by=who, now=now))
    _tell(canonical(name), f"{canonical(name)} is {in_words(role)} from now on", None, as_json=as_json)


@user.command(epilog="Example: stepguard user disable ada")
def disable(name: Name, *, by: By = None, as_json: Json = False, config: Config = None) -> None:
    """Shut a login, for somebody who left; the name stays in the record."""
    from gateway.users import logins_exist

    with opened(config) as chain:
        said = _set_disabled(chain, name, disabled=True, by=by)
        with chain.database.read() as session:
            last = not logins_exist(session)
    _tell(said, f"{said} may not log in any more", None, as_json=as_json)
    if last:
        typer.echo("nobody's login is enabled now: consoles that are opened ask for none", err=True)


@user.command(epilog="Example: stepguard user enable ada")
def enable(name: Name, *, by: By = None, as_json: Json = False, config: Config = None) -> None:
    """Open a login again that was disabled."""
    with opened(config) as chain:
        said = _set_disabled(chain, name, disabled=False, by=by)
    _tell(said, f"{said} may log in", None, as_json=as_json)


@user.command(epilog="Example: stepguard user unlock ada")
def unlock(name: Name, *, by: By = None, as_json: Json = False, config: Config = None) -> None:
    """Forget wrong passwords, and the lock they brought."""
    from gateway.users import canonical
    from gateway.users import unlock as forget

    who = actor(by)
    with opened(config) as chain:
        _change(chain, lambda session, now: forget(session, name, by=who, now=now))
    _tell(canonical(name), f"{canonical(name)} may try again", None, as_json=as_json)


def _set_disabled(chain: Chain, name: str, *, disabled: bool, by: str | None) -> str:
    from gateway.users import canonical, set_user_disabled

    who = actor(by)
    _change(chain, lambda session, now: set_user_disabled(session, name, disabled=disabled, by=who, now=now))
    return canonical(name)


def _change(chain: Chain, deed: "Callable[[Session, datetime], object]") -> None:
    from gateway.user_passwords import PasswordRefusedError
    from gateway.users import UserError

    try:
        with chain.database.write() as session:
            deed(session, chain.now())
    except (UserError, PasswordRefusedError) as error:
        raise InputError(str(error)) from error


def _refuse_unknown(chain: Chain, name: str) -> None:
    """Refuse before a password is asked for twice in vain."""
    from gateway.users import canonical, users

    with chain.database.read() as session:
        if canonical(name) not in {one.name for one in users(session)}:
            raise InputError(f"there is no user {canonical(name)!r}; see stepguard user list")


def _password(name: str, file: Path | None, *, generate: bool) -> str:
    """Return the password as told: made, read from a file, or asked for twice at the terminal."""
    if generate and file is not None:
        raise InputError("--generate and --password-file exclude each other; give one of them")
    if generate:
        from gateway.user_passwords import make_password

        return make_password(name)
    if file is not None:
        return _first_line(file)
    if not sys.stdin.isatty():
        raise InputError("the password is asked for at a terminal; elsewhere give --password-file F or --generate")
    from gateway.user_passwords import LEAST_LENGTH

    first = getpass.getpass(f"Password, at least {LEAST_LENGTH} characters: ")
    if getpass.getpass("Once more: ") != first:
        raise InputError("the two passwords differ; nothing was changed")
    return first


def _first_line(file: Path) -> str:
    lines = text_of(file, "write the password on its first line").splitlines()
    if not lines or not lines[0]:
        raise InputError(f"{file}: its first line is empty; write the password there")
    return lines[0]


def _tell(name: str, sentence: str, secret: str | None, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"user": name} | ({} if secret is None else {"password": secret})))
        return
    if secret is not None:
        typer.echo(secret)
        typer.echo(f"the password of {name}, shown this once", err=True)
    typer.echo(sentence, err=secret is not None)


def _state(one: "User", now: datetime) -> str:
    if one.disabled:
        return "disabled"
    if one.locked_until is not None and now < one.locked_until:
        return f"LOCKED until {_time(one.locked_until)} after {one.wrong_in_a_row} wrong passwords"
    return f"enabled, {one.wrong_in_a_row} wrong since the last login" if one.wrong_in_a_row else "enabled"


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _plain(one: "User", now: datetime) -> dict[str, object]:
    locked = one.locked_until is not None and now < one.locked_until
    return {
        "user": one.name,
        "role": one.role.value,
        "disabled": one.disabled,
        "created_at": _time(one.created_at),
        "last_login_at": None if one.last_login_at is None else _time(one.last_login_at),
        "wrong_in_a_row": one.wrong_in_a_row,
        "locked_until": _time(one.locked_until) if locked and one.locked_until else None,
    }
