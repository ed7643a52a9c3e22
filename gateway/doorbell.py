"""Wakes a part that runs in another process of this machine. Losing a ring costs at most a second, as with any wakeup.

One Unix datagram socket per database and part: whoever stores something for a part rings; nobody there is no error.
"""

import asyncio
import contextlib
import hashlib
import os
import socket
import tempfile
from pathlib import Path
from typing import Self

from gateway.wakeup import Wakeup

_SQLITE = "sqlite:///"
_RING = b"!"


def bell_of(database_url: str, part: str) -> Path:
    """Return where a part listens: the same for every process of this user that opens the same database."""
    url = database_url
    if url.startswith(_SQLITE):
        url = str(Path(url.removeprefix(_SQLITE)).resolve())
    name = hashlib.sha256(url.encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"stepguard-{os.getuid()}-{name}-{part}.bell"


def ring_all(database_url: str) -> None:
    """Wake every part that reads what people enter."""
    for part in ("monitor", "alerts"):
        Doorbell(database_url, part).nudge()


class Doorbell:
    """Rings one part."""

    def __init__(self, database_url: str, part: str) -> None:
        self._path = str(bell_of(database_url, part))

    def nudge(self) -> None:
        """Ring; safe from any thread, harmless when nobody listens or the other is already awake."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ring:
            ring.settimeout(0)
            ring.sendto(_RING, self._path)


class RungWakeup(Wakeup):
    """A wakeup that other processes can ring too; close it to stop listening.

    When a second process of the same part listens, the first hears no rings any more and looks by itself.
    """

    def __init__(self, database_url: str, part: str) -> None:
        super().__init__()
        self._path = bell_of(database_url, part)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(0)
        self._path.unlink(missing_ok=True)
        self._socket.bind(str(self._path))
        self._path.chmod(0o600)
        self._listening: asyncio.AbstractEventLoop | None = None

    async def wait(self, at_most_s: float) -> bool:
        """Wait for a nudge or a ring, at most `at_most_s` wall seconds. Return whether one came."""
        loop = asyncio.get_running_loop()
        if self._listening is not loop:
            loop.add_reader(self._socket, self._rung)
            self._listening = loop
        return await super().wait(at_most_s)

    def __enter__(self) -> Self:
        """Listen from now on."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self.close()

    def close(self) -> None:
        """Stop listening and take the bell away."""
        if self._listening is not None and not self._listening.is_closed():
            self._listening.remove_reader(self._socket)
        self._listening = None
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _rung(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(16):
                pass
        self.nudge()
