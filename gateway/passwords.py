"""Makes, hashes and checks the passwords of hubs.

A hub's password is 128 random bits that no person chose, so nobody can guess it and a slow hash would buy nothing;
a cheap salted scrypt keeps a stolen table useless and lets a thousand hubs reconnect within seconds.
"""

import hashlib
import hmac
import secrets

PASSWORD_BYTES = 16
SALT_BYTES = 16
COST = 2**8
BLOCK_SIZE = 8
PARALLELISM = 1
_SCHEME = "scrypt"


def make_password() -> str:
    """Return a new password of 128 random bits, safe to type and to put into a URL."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def hash_password(password: str) -> str:
    """Return `scrypt$cost$block$parallelism$salt$digest`, with a fresh salt."""
    salt = secrets.token_bytes(SALT_BYTES)
    digest = _digest(password.encode(), salt, COST, BLOCK_SIZE, PARALLELISM)
    return "$".join([_SCHEME, str(COST), str(BLOCK_SIZE), str(PARALLELISM), salt.hex(), digest.hex()])


def matches(password: bytes, password_hash: str) -> bool:
    """Return whether `password` is the one that was hashed; a hash of another make matches nothing."""
    try:
        scheme, cost, block, parallelism, salt, digest = password_hash.split("$")
        if scheme != _SCHEME:
            return False
        computed = _digest(password, bytes.fromhex(salt), int(cost), int(block), int(parallelism))
        return hmac.compare_digest(computed, bytes.fromhex(digest))
    except ValueError:
        return False


class Verified:
    """Remembers which password opened which hub, as a keyed digest in memory, so that scrypt runs once per hub."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._digests: dict[str, bytes] = {}

    def check(self, password: bytes, password_hash: str) -> bool:
        """Return what `matches` returns; a changed hash is a different question and asks scrypt again."""
        digest = hmac.digest(self._key, password, "sha256")
        known = self._digests.get(password_hash)
        if known is not None and hmac.compare_digest(known, digest):
            return True
        if not matches(password, password_hash):
            return False
        self._digests[password_hash] = digest
        return True


def _digest(password: bytes, salt: bytes, cost: int, block: int, parallelism: int) -> bytes:
    return hashlib.scrypt(password, salt=salt, n=cost, r=block, p=parallelism)
