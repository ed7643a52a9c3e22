"""Passwords of people: argon2 with the library's own parameters, a rule of length, and nothing for show.

People choose passwords that can be guessed, so checking one costs a tenth of a second and 64 MB; call it in a thread.
"""

import functools
import secrets
import unicodedata

import argon2
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

LEAST_LENGTH = 12
"""NIST SP 800-63B asks for 8 at least; a password that may be tried from a shared terminal gets more."""

MOST_LENGTH = 256
"""Longer ones would only make checking slow."""

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without l, 1, i, o and 0, which look alike on a note."""

GROUPS, GROUP_LENGTH = 4, 4
"""Four groups of four from 31 characters: 79 random bits, typed without a mistake."""


class PasswordRefusedError(ValueError):
    """A password nobody should have; the message says what to do instead and never quotes it."""


def make_password(name: str) -> str:
    """Return a new random password such as `kq7m-xw3d-9hfa-tz6r` that does not happen to hold the user's name."""
    while True:
        made = "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
        if name.casefold() not in made:
            return made


def refuse_weak(password: str, name: str) -> None:
    """Raise `PasswordRefusedError` for one that is too short, too long or holds the user's name."""
    if len(password) < LEAST_LENGTH:
        raise PasswordRefusedError(f"a password has at least {LEAST_LENGTH} characters; several words are easy to keep")
    if len(password) > MOST_LENGTH:
        raise PasswordRefusedError(f"a password has at most {MOST_LENGTH} characters")
    if name.casefold() in password.casefold():
        raise PasswordRefusedError("the password holds the user's name; choose another")
    if len(set(password)) == 1:
        raise PasswordRefusedError("the password is one character repeated; choose another")


def hash_password(password: str, hasher: argon2.PasswordHasher) -> str:
    """Return the hash to keep, with salt and parameters inside."""
    return hasher.hash(_typed(password))


def matches(password: str, password_hash: str, hasher: argon2.PasswordHasher) -> bool:
    """Return whether `password` is the one that was hashed; a hash of another make matches nothing."""
    try:
        return hasher.verify(password_hash, _typed(password))
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str, hasher: argon2.PasswordHasher) -> bool:
    """Return whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(password_hash)


@functools.lru_cache(maxsize=4)
def hash_of_nobody(hasher: argon2.PasswordHasher) -> str:
    """Return a hash that no password matches, so that an unknown name takes as long to refuse as a known one."""
    return hasher.hash(secrets.token_bytes(32))


def _typed(password: str) -> str:
    """Return one spelling of what was typed: keyboards compose an accented letter in two ways."""
    return unicodedata.normalize("NFC", password)[: MOST_LENGTH + 1]
