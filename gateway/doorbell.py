"""Wakes a part that runs in another process. Losing a ring costs at most a second, as with any wakeup.

Whoever stores something for a part rings; nobody there is no error. The database's URL decides how: on PostgreSQL by
NOTIFY, also between machines; on SQLite by one Unix datagram socket per database and part, on this machine.
"""

import asyncio
import contextlib
import hashlib
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Self

from gateway.notices import Listener, Notifier, notify_once
from gateway.postgresql import is_postgresql
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
    parts = ("monitor", "alerts")
    if is_postgresql(database_url):
        notify_once(database_url, *parts)
        return
    for part in parts:
        Doorbell(database_url, part).nudge()


class Doorbell:
    """Rings one part."""

    def __init__(self, database_url: str, part: str) -> None:
        self._path = str(bell_of(database_url, part))
        self._notifier = Notifier(database_url, part) if is_postgresql(database_url) else None

    def nudge(self) -> None:
        """Ring; safe from any thread, harmless when nobody listens or the other is already awake."""
        if self._notifier is not None:
            self._notifier.ring()
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ring:
            ring.settimeout(0)
            ring.sendto(_RING, self._path)


class RungWakeup(Wakeup):
    """A wakeup that other processes can ring too; close it to stop listening.

    When a second process of the same part listens on SQLite, the first hears no rings any more and looks by itself.
    """

    def __init__(self, database_url: str, part: str) -> None:
        super().__init__()
        postgresql = is_postgresql(database_url)
        self._datagrams = None if postgresql else _Datagrams(bell_of(database_url, part), self.nudge)
        self._notices = Listener(database_url, part, self.nudge) if postgresql else None

    async def wait(self, at_most_s: float) -> bool:
        """Wait for a nudge or a ring, at most `at_most_s` wall seconds. Return whether one came."""
        if self._datagrams is not None:
            self._datagrams.listen(asyncio.get_running_loop())
        return await super().wait(at_most_s)

    def __enter__(self) -> Self:
        """Listen from now on."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self.close()

    def close(self) -> None:
        """Stop listening and take the bell away."""
        if self._datagrams is not None:
            self._datagrams.close()
        if self._notices is not None:
            self._notices.close()


class _Datagrams:
    """A Unix socket in a known place, read by the event loop that waits."""

    def __init__(self, path: Path, heard: Callable[[], None]) -> None:
        self._path = path
        self._heard = heard
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.settimeout(0)
        path.unlink(missing_ok=True)
        self._socket.bind(str(path))
        path.chmod(0o600)
        self._listening: asyncio.AbstractEventLoop | None = None

    def listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Read in this event loop."""
        if self._listening is not loop:
            loop.add_reader(self._socket, self._rung)
            self._listening = loop

    def close(self) -> None:
        """Stop reading and take the socket away."""
        if self._listening is not None and not self._listening.is_closed():
            self._listening.remove_reader(self._socket)
        self._listening = None
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _rung(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._socket.recv(16):
                pass
        self._heard()
