"""People who log in: kept here, checked here, and asked here whether they may.

Every attempt is counted before the password is looked at, so that a hundred terminals at once have no more tries
than one. While nobody has a login that is enabled, no login is asked for anywhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import argon2
from sqlmodel import Session, col, select

from gateway import user_passwords as passwords
from gateway.database import Database
from gateway.people_log import note
from gateway.permissions import Action, Role, may, refusal
from gateway.tables import UserRow

NAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}")
HASHER: Final = argon2.PasswordHasher()
"""The library's own parameters; a hash made with older ones is renewed at the next login."""

FREE_TRIES: Final = 5
"""Wrong passwords in a row before a login is locked: tired fingers need two or three."""

FIRST_LOCK: Final = timedelta(minutes=1)
LONGEST_LOCK: Final = timedelta(minutes=15)
"""Each further wrong password doubles the lock up to this: four guesses an hour, and no nurse shut out for a night."""


DOUBLINGS: Final = 4
"""Enough doublings to reach the longest lock; a count of years must not overflow a time."""


class UserError(Exception):
    """What was asked about a user cannot be done; the message names the user and the remedy."""


class NotPermittedError(Exception):
    """Somebody may not do this; the message is a sentence that says why and what helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One person's login. `wrong_in_a_row` counts since the last success; `locked_until` may have passed."""

    name: str
    role: Role
    disabled: bool
    created_at: datetime
    last_login_at: datetime | None
    wrong_in_a_row: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nobody was let in. `sentence` says what to tell them; `locked_until` is set while no password is tried."""

    sentence: str
    locked_until: datetime | None = None


WRONG: Final = Refused(sentence="name or password is wrong")


def canonical(name: str) -> str:
    """Return the name as it is kept: without blanks around it, in small letters."""
    return name.strip().casefold()


def logins_exist(session: Session) -> bool:
    """Return whether anybody's login is enabled; while nobody's is, everybody may do everything."""
    return session.exec(select(UserRow.id).where(col(UserRow.disabled).is_(False)).limit(1)).first() is not None


def users(session: Session) -> Sequence[User]:
    """Return every user by name, the disabled ones too."""
    return [_user(row) for row in session.exec(select(UserRow).order_by(UserRow.name))]


def enabled_user(session: Session, name: str) -> User | None:
    """Return the user of that name unless there is none or the login is disabled."""
    row = _row(session, name)
    return None if row is None or row.disabled else _user(row)


def require(session: Session, name: str, action: Action) -> str:
    """Return the name to record for an action, as kept.

    Raises
    ------
    NotPermittedError
        When logins are set up and `name` has none, a disabled one, or a role that does not permit the action.
    """
    if not logins_exist(session):
        return name.strip()
    user = enabled_user(session, name)
    if user is None:
        raise NotPermittedError(f"{name.strip()!r} has no enabled login; name a user of stepguard user list")
    if not may(user.role, action):
        raise NotPermittedError(f"{user.name}: {refusal(user.role, action)}")
    return user.name


def add_user(session: Session, name: str, role: Role, password: str, *, by: str, now: datetime) -> User:
    """Give somebody a login.

    Raises
    ------
    UserError
        For a name that is taken or no single opaque word.
    PasswordRefusedError
        For a password nobody should have.
    """
    name = canonical(name)
    if not NAME.fullmatch(name):
        raise UserError(
            f"user {name!r}: a name is one word of 2 to 32 small letters, digits, dots or dashes, such as ada or n17"
        )
    if _row(session, name) is not None:
        raise UserError(f"user {name!r} exists already; give another name, or see stepguard user password")
    passwords.refuse_weak(password, name)
    row = UserRow(name=name, role=role.value, password_hash=passwords.hash_password(password, HASHER), created_at=now)
    session.add(row)
    session.flush()
    note(session, now, "change", f"user:{name}", {"change": "added", "role": role.value}, by=by)
    return _user(row)


def set_password(session: Session, name: str, password: str, *, by: str, now: datetime) -> None:
    """Give a user another password; it unlocks the login too."""
    row = _known(session, name)
    passwords.refuse_weak(password, row.name)
    row.password_hash = passwords.hash_password(password, HASHER)
    row.wrong_in_a_row, row.locked_until = 0, None
    _changed(session, row, {"change": "password"}, by=by, now=now)


def set_role(session: Session, name: str, role: Role, *, by: str, now: datetime) -> None:
    """Give a user another role; a console they have open follows within a second."""
    row = _known(session, name)
    before, row.role = row.role, role.value
    _changed(session, row, {"change": "role", "from": before, "to": role.value}, by=by, now=now)


def set_user_disabled(session: Session, name: str, *, disabled: bool, by: str, now: datetime) -> None:
    """Shut a login or open it again; the name stays, because the record holds it."""
    row = _known(session, name)
    row.disabled = disabled
    _changed(session, row, {"change": "disabled" if disabled else "enabled"}, by=by, now=now)


def unlock(session: Session, name: str, *, by: str, now: datetime) -> None:
    """Forget wrong passwords and the lock they brought."""
    row = _known(session, name)
    row.wrong_in_a_row, row.locked_until = 0, None
    _changed(session, row, {"change": "unlocked"}, by=by, now=now)


def log_in(database: Database, name: str, password: str, now: datetime) -> User | Refused:
    """Let somebody in, or not. Takes a tenth of a second: call it in a thread.

    The password is checked outside every transaction, so that a login holds up no reading. An unknown name takes as
    long as a known one. A locked login is refused without looking at the password.
    """
    name = canonical(name)
    with database.write() as session:
        row = _row(session, name)
        if row is not None and row.locked_until is not None and now < row.locked_until:
            note(session, now, "login", f"user:{row.name}", {"outcome": "locked"}, by=None)
            return _locked(row.locked_until, now)
        tried = None if row is None else row.password_hash
        if row is not None:
            row.wrong_in_a_row += 1
            row.locked_until = lock_after(row.wrong_in_a_row, now)
            session.add(row)
    nobody = passwords.hash_of_nobody(HASHER)  # made in any case: an unknown name must not take longer or shorter
    right = passwords.matches(password, tried or nobody, HASHER) and tried is not None
    stale = right and passwords.is_outdated(tried or nobody, HASHER)
    renewed = passwords.hash_password(password, HASHER) if stale else None
    with database.write() as session:
        row = _row(session, name)
        if row is None or not right or row.disabled or row.password_hash != tried:
            return _refuse(session, row, right=right, now=now)
        row.wrong_in_a_row, row.locked_until, row.last_login_at = 0, None, now
        row.password_hash = renewed or row.password_hash
        session.add(row)
        note(session, now, "login", f"user:{row.name}", {"outcome": "let in"}, by=row.name)
        return _user(row)


def _refuse(session: Session, row: UserRow | None, *, right: bool, now: datetime) -> Refused:
    # the name typed is kept only when it is one of ours: people type passwords into the wrong field
    subject = "user:unknown" if row is None else f"user:{row.name}"
    note(session, now, "login", subject, {"outcome": "refused"}, by=None)
    if row is None:
        return WRONG
    if right and row.disabled:
        return Refused(sentence="this login is disabled; an administrator can run stepguard user enable")
    return WRONG if row.locked_until is None or row.locked_until <= now else _locked(row.locked_until, now)


def lock_after(wrong_in_a_row: int, now: datetime) -> datetime | None:
    """Return until when a login is locked after so many wrong passwords in a row; None while it is not."""
    beyond = wrong_in_a_row - FREE_TRIES
    if beyond < 0:
        return None
    return now + min(LONGEST_LOCK, FIRST_LOCK * (1 << min(beyond, DOUBLINGS)))


def _locked(until: datetime, now: datetime) -> Refused:
    left = -(-(until - now) // timedelta(minutes=1))
    sentence = f"locked after wrong passwords for {left} more min; an administrator can run stepguard user unlock"
    return Refused(sentence=sentence, locked_until=until)


def _changed(session: Session, row: UserRow, what: dict[str, str], *, by: str, now: datetime) -> None:
    session.add(row)
    note(session, now, "change", f"user:{row.name}", what, by=by)


def _known(session: Session, name: str) -> UserRow:
    row = _row(session, name)
    if row is None:
        raise UserError(f"there is no user {canonical(name)!r}; see stepguard user list")
    return row


def _row(session: Session, name: str) -> UserRow | None:
    return session.exec(select(UserRow).where(UserRow.name == canonical(name))).first()


def _user(row: UserRow) -> User:
    return User(
        name=row.name,
        role=Role(row.role),
        disabled=row.disabled,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
        wrong_in_a_row=row.wrong_in_a_row,
        locked_until=row.locked_until,
    )
