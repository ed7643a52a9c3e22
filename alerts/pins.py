"""Keeps the PINs with which members of staff hear more than a code by telephone. A PIN itself is never kept or logged.

Six digits can be guessed by a machine that has the hash, and not by somebody who picks up a colleague's telephone:
three wrong tries end it for that call. Checking one takes a tenth of a second; call it in a thread.
"""

import itertools
import re
import secrets
from datetime import datetime

import argon2
import msgspec
from sqlmodel import Session, select

from alerts.roster import Person
from alerts.tables import PinRow
from gateway import user_passwords
from gateway.audit import Entry, append, writing_chain

PIN_DIGITS = 6
HASHER = argon2.PasswordHasher()
_PIN = re.compile(rf"[0-9]{{{PIN_DIGITS}}}")


class PinRefusedError(ValueError):
    """A PIN nobody should have; the message says what to do instead and never quotes it."""


def refuse_weak(pin: str, person: Person) -> None:
    """Raise `PinRefusedError` for a PIN of another length, and for those that everybody tries first."""
    if not _PIN.fullmatch(pin):
        raise PinRefusedError(f"a PIN has exactly {PIN_DIGITS} digits")
    steps = {int(after) - int(before) for before, after in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {-1}) or pin[: PIN_DIGITS // 2] == pin[PIN_DIGITS // 2 :]:
        raise PinRefusedError("the PIN is a row or a repetition that others try first; choose another")
    if pin in person.number:
        raise PinRefusedError("the PIN is part of the telephone's number; choose another")


def make_pin(person: Person) -> str:
    """Return a random PIN that `refuse_weak` takes."""
    while True:
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
        try:
            refuse_weak(pin, person)
        except PinRefusedError:
            continue
        return pin


def hashed(pin: str) -> str:
    """Return the hash to keep."""
    return user_passwords.hash_password(pin, HASHER)


def set_pin(session: Session, person: Person, pin_hash: str, *, by: str, now: datetime) -> None:
    """Give a person of the roster another PIN, by its hash."""
    session.merge(PinRow(person=person.key, hash=pin_hash, set_at=now, set_by=by))
    _seal(session, person.key, "set", by, now)


def remove_pin(session: Session, person: Person, *, by: str, now: datetime) -> bool:
    """Take a person's PIN away; return whether they had one."""
    row = session.get(PinRow, person.key)
    if row is None:
        return False
    session.delete(row)
    _seal(session, person.key, "removed", by, now)
    return True


def hash_of(session: Session, key: str) -> str | None:
    """Return the hash of a person's PIN; None when they have none."""
    return session.exec(select(PinRow.hash).where(PinRow.person == key)).first()


def who_has_one(session: Session) -> dict[str, datetime]:
    """Return since when which people of the roster have a PIN."""
    return dict(session.exec(select(PinRow.person, PinRow.set_at)).all())


def is_right(pin: str, pin_hash: str) -> bool:
    """Whether this PIN was hashed. Takes a tenth of a second."""
    return user_passwords.matches(pin, pin_hash, HASHER)


def _seal(session: Session, key: str, what: str, by: str, now: datetime) -> None:
    entry = Entry("change", f"pin:{key}", msgspec.json.encode({"what": what}), actor=by)
    append(session.connection(), writing_chain(), now, [entry])
