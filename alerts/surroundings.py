"""Measures what this machine stands on: room on its disks, and its clock beside the database server's.

What was measured goes out with the heartbeat of alerts, so that everybody who reads it says the same.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from gateway.clock import Clock, WallClock, monotonic_s
from gateway.database import Database
from gateway.postgresql import is_postgresql, parse_url
from gateway.readiness import LineState, clock_state, disk_state
from gateway.settings import Settings

LOOK_EVERY_S = 20.0
"""Wall seconds between two looks: a disk of homes' readings fills in hours, never in seconds."""
SERVER = "the database server"

Room = Callable[[Path], tuple[int, int]]
"""Tells how many bytes are free on the disk of a folder, and how many it has; raises OSError."""


def room_on(folder: Path) -> tuple[int, int]:
    """Return the bytes that this user may still write into `folder`, and those of its whole disk."""
    usage = shutil.disk_usage(folder)
    return usage.free, usage.total


def folders_of(settings: Settings) -> dict[str, Path]:
    """Return the folders whose disk must have room, by what they hold; the database's own only when it is a file."""
    found = {}
    file = None if is_postgresql(settings.database.url) else parse_url(settings.database.url).database
    if file not in {None, "", ":memory:"}:
        found["database"] = Path(str(file)).absolute().parent
    if settings.backup.folder is not None:
        found["backups"] = Path(settings.backup.folder)
    return found


class Surroundings:
    """What was measured last, and since when each thing stands as it does. Used by one thread at a time."""

    def __init__(self, settings: Settings, database: Database, clock: Clock, *, room: Room = room_on) -> None:
        self._folders = folders_of(settings)
        self._database, self._clock, self._room = database, clock, room
        self._looked_s: float | None = None
        self._known: dict[str, object] = {}
        self._since: dict[str, tuple[LineState, datetime]] = {}

    def detail(self) -> Mapping[str, object]:
        """Return what a heartbeat says of them; measured anew when it is time."""
        if self._looked_s is None or monotonic_s() - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = monotonic_s()
            now = self._clock.now()
            self._known = {"disk": list(self._disks(now)), **self._server_clock(now)}
        return self._known

    def _disks(self, now: datetime) -> Iterator[Mapping[str, object]]:
        for what, folder in self._folders.items():
            try:
                free, total = self._room(folder)
            except OSError as error:
                fault = type(error).__name__
                yield {"what": what, "fault": fault, "since": self._stands(what, "failed", now)}
                continue
            since = self._stands(what, disk_state(free, total), now)
            yield {"what": what, "free_bytes": free, "total_bytes": total, "since": since}

    def _server_clock(self, now: datetime) -> Mapping[str, object]:
        """Return how far ahead this machine's clock is of the database server's.

        Nothing where they are one machine, nor on a clock that was never this machine's: a demonstration's.
        """
        if not is_postgresql(self._database.url) or not isinstance(self._clock, WallClock):
            return {}
        try:
            with self._database.read() as session:
                asked_at = self._clock.now()
                server_at = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
                answered_at = self._clock.now()
        except SQLAlchemyError:
            return {}  # a database that does not answer is told elsewhere
        offset_s = (asked_at + (answered_at - asked_at) / 2 - server_at) / timedelta(seconds=1)
        since = self._stands("clock", clock_state(offset_s), now)
        return {"clock": {"against": SERVER, "ahead_s": round(offset_s, 3), "since": since}}

    def _stands(self, what: str, state: LineState, now: datetime) -> str:
        known = self._since.get(what)
        if known is None or known[0] != state:
            self._since[what] = known = (state, now)
        return known[1].isoformat()
