"""The roster of the moment: the file as it is now, under the overrides that people entered."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from alerts.roster import Roster
from alerts.roster_overrides import with_overrides
from alerts.roster_watch import RosterWatch
from alerts.sources import Trouble


class RosterNow:
    """What one engine knows of who is on call. `watch` is None where no file of the site is followed."""

    def __init__(self, roster: Roster, watch: RosterWatch | None = None) -> None:
        self._watch = watch
        self._file = roster
        self._problem: str | None = None
        self.roster = roster

    @property
    def follows_a_file(self) -> bool:
        """Whether the people are a site's own, read from its file."""
        return self._watch is not None

    def read(self, session: Session, now: datetime) -> Roster:
        """Return the roster in force at `now`."""
        if self._watch is not None:
            look = self._watch.look()
            self._file, self._problem = look.roster, look.problem
        self.roster = with_overrides(session, self._file, now)
        return self.roster

    def troubles(self, now: datetime) -> Iterator[Trouble]:
        """Yield the technical condition of a file that cannot be used."""
        if self._problem is not None:
            yield Trouble(
                key="roster:file",
                severity="high",
                since=now,
                # What is wrong may quote a number or a name; `stepguard roster check` says it to who asks.
                text="the changed roster cannot be used, the one before is in force",
            )
