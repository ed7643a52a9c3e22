"""Reads the roster file again whenever it changes, and keeps the last one that could be used.

Somebody who saves a mistake at night must not leave the ward without anybody to call, nor without knowing of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alerts.roster import Roster
from alerts.roster_file import RosterError, load_roster
from gateway.clock import monotonic_s

SETTLES_WITHIN_S = 1.0
"""Wall seconds within which a file that is being written is whole again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at the file found: the roster in force, and why the file itself is not; None when it is."""

    roster: Roster
    problem: str | None


class RosterWatch:
    """The roster of one file. `roster` is what was read of it before the watch began; `elapsed_s` is wall time."""

    def __init__(self, path: Path | str, roster: Roster, *, elapsed_s: Callable[[], float] = monotonic_s) -> None:
        self._path = Path(path)
        self._roster = roster
        self._elapsed_s = elapsed_s
        self._seen: tuple[int, int, int] | None = None
        self._refused: str | None = None
        self._refused_at_s = 0.0

    def look(self) -> Look:
        """Return the roster in force now.

        A file that cannot be used is a problem only once it has been so for a moment: a look may fall into the instant
        in which an editor writes it.
        """
        seen = self._signature()
        if seen != self._seen:
            self._seen = seen
            self._read()
        settled = self._refused is not None and self._elapsed_s() - self._refused_at_s >= SETTLES_WITHIN_S
        return Look(roster=self._roster, problem=self._refused if settled else None)

    def _signature(self) -> tuple[int, int, int]:
        try:
            stat = self._path.stat()
        except OSError:
            return (0, 0, 0)  # a file that is away; reading it says why
        return (stat.st_mtime_ns, stat.st_size, stat.st_ino)

    def _read(self) -> None:
        try:
            self._roster = load_roster(self._path)
        except RosterError as error:
            self._refused, self._refused_at_s = str(error), self._elapsed_s()
        else:
            self._refused = None
