"""Keeps a hub's line in Mosquitto's password file, at the only moment its password is known.

Ours are stored as scrypt hashes, which Mosquitto cannot check; it has PBKDF2 with SHA-512. The file is replaced in
one step, keeps its owner and mode, and lines of others are never touched.
"""

import base64
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

ITERATIONS = 101
"""As mosquitto_passwd has it. A hub's password is 128 random bits, which no number of guesses finds."""

SALT_BYTES = 12
FIRST_MODE = 0o600


class PasswordFileError(Exception):
    """The password file cannot be used; the message names it and the remedy."""


def spell_password(password: str) -> str:
    """Return a password as Mosquitto 2 stores it: `$7$iterations$salt$digest`, with a fresh salt."""
    salt = secrets.token_bytes(SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def write_password(file: Path, name: str, password: str | None) -> None:
    """Put a user's line into the file, in place of an older one; None takes it out.

    Raises
    ------
    PasswordFileError
        When the file cannot be read or replaced; then it is as it was.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        kept = [line for line in lines if line.partition(":")[0] != name]
        if password is not None:
            kept.append(f"{name}:{spell_password(password)}")
        _replace(file, "".join(f"{line}\n" for line in kept))
    except UnicodeDecodeError as error:
        raise PasswordFileError(f"{file}: not a password file of Mosquitto; name another file") from error
    except OSError as error:
        raise PasswordFileError(
            f"{file}: {error.strerror}; name a file in a folder this user may write, or run as one who may"
        ) from error


def _replace(file: Path, content: str) -> None:
    mode, owner = FIRST_MODE, None
    if file.exists():
        found = file.stat()
        mode, owner = found.st_mode & 0o777, (found.st_uid, found.st_gid)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        fresh.chmod(mode)
        if owner is not None and owner != (os.geteuid(), os.getegid()):
            os.chown(fresh, *owner)
        fresh.replace(file)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
