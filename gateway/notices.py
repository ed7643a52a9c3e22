"""Bells on PostgreSQL: NOTIFY through a connection of its own, heard by a thread that listens and reconnects.

Ringing never waits: a thread sends, and rings that came meanwhile are one. NOTIFY carries nothing but the name of the
part, and a transaction that only notifies writes nothing to disk.
"""

import contextlib
import os
import select
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from gateway.postgresql import connect

if TYPE_CHECKING:
    import psycopg

FIRST_RETRY_S = 0.1
LAST_RETRY_S = 2.0
LINGER_S = 1.0
"""How long the end of the process waits for a ring under way."""

log = structlog.get_logger(__name__)


def channel_of(part: str) -> str:
    """Return the channel on which a part is woken."""
    return f"stepguard_{part}"


def notify_once(url: str, *parts: str) -> None:
    """Wake these parts from a process that is about to end; a database that is away is no error here."""
    import psycopg  # noqa: PLC0415 - a house on SQLite needs no driver of PostgreSQL

    with contextlib.suppress(psycopg.Error), contextlib.closing(connect(url)) as connection:
        for part in parts:
            connection.execute("SELECT pg_notify(%s, '')", (channel_of(part),))


class Notifier:
    """Rings one part from a thread of its own, begun by the first ring in each process."""

    def __init__(self, url: str, part: str) -> None:
        self._url = url
        self._channel = channel_of(part)
        self._wanted = threading.Event()
        self._begun_in: int | None = None
        self._beginning = threading.Lock()

    def ring(self) -> None:
        """Have the part woken soon; from any thread, without waiting."""
        if self._begun_in != os.getpid():
            self._begin()
        self._wanted.set()

    def _begin(self) -> None:
        with self._beginning:
            if self._begun_in == os.getpid():
                return
            self._wanted = threading.Event()  # a fork inherits no thread, and no ring of its parent's
            threading.Thread(target=self._send_for_ever, name=f"rings {self._channel}", daemon=True).start()
            self._begun_in = os.getpid()

    def _send_for_ever(self) -> None:
        import psycopg  # noqa: PLC0415 - as above

        connection: psycopg.Connection[Any] | None = None
        pause = threading.Event()
        retry_s = FIRST_RETRY_S
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                connection = connection or connect(self._url)
                connection.execute("SELECT pg_notify(%s, '')", (self._channel,))
                retry_s = FIRST_RETRY_S
            except psycopg.Error:
                if connection is not None:
                    connection.close()
                connection = None
                self._wanted.set()  # whoever sleeps must still be woken once the server is back
                pause.wait(retry_s)
                retry_s = min(2 * retry_s, LAST_RETRY_S)


class Listener:
    """Calls `heard` whenever a part is rung, from a thread; reconnects for ever, and calls it after each reconnect."""

    def __init__(self, url: str, part: str, heard: Callable[[], None]) -> None:
        self._url = url
        self._channel = channel_of(part)
        self._heard = heard
        self._leave, self._left = os.pipe()
        self._thread = threading.Thread(target=self._listen_for_ever, name=f"hears {self._channel}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        os.close(self._left)
        self._thread.join(LINGER_S)
        if not self._thread.is_alive():
            os.close(self._leave)

    def _listen_for_ever(self) -> None:
        import psycopg  # noqa: PLC0415 - as above

        retry_s = FIRST_RETRY_S
        while True:
            try:
                with contextlib.closing(connect(self._url)) as connection:
                    connection.execute(f"LISTEN {self._channel}".encode())
                    retry_s = FIRST_RETRY_S
                    self._heard()  # what was rung while nobody listened
                    while self._wait_for(connection.fileno(), None):
                        self._take(connection)
                    return
            except psycopg.Error as error:
                log.warning("bell is deaf until the database answers", bell=self._channel, error=type(error).__name__)
            if not self._wait_for(None, retry_s):
                return
            retry_s = min(2 * retry_s, LAST_RETRY_S)

    def _wait_for(self, socket: int | None, at_most_s: float | None) -> bool:
        """Wait for the server or for time to pass; return False when told to leave."""
        watched = [self._leave] if socket is None else [self._leave, socket]
        return self._leave not in select.select(watched, [], [], at_most_s)[0]

    def _take(self, connection: "psycopg.Connection[Any]") -> None:
        """Read what came; several rings at once count as one."""
        connection.pgconn.consume_input()
        rung = False
        while connection.pgconn.notifies() is not None:
            rung = True
        if rung:
            self._heard()
