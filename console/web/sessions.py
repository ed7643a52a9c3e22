"""Who is logged in at the door of the console in a browser, and until when. Knows nothing of the web.

A session opens consoles; it does not keep anybody logged in. It ends when a console of it is locked or left, a minute
after the last one has lost its page, and after a shift. Whoever sits in a console that is open meanwhile stays there:
that console has its own lock.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

UNATTENDED: Final = timedelta(seconds=60)
"""How long a page may be gone, for a reload or a network that stumbles. Engineering choice, 2026-11-21, unsigned."""

LONGEST: Final = timedelta(hours=13)
"""The longest shift and an hour of hand-over. Engineering choice, 2026-11-21, unsigned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who gave a password. `unattended_since` is None while a console of theirs is open."""

    name: str
    began_at: datetime
    consoles: int
    unattended_since: datetime | None

    def holds(self, now: datetime) -> bool:
        """Return whether it still opens a console. A clock that was set back ends it."""
        if not timedelta(0) <= now - self.began_at < LONGEST:
            return False
        return self.unattended_since is None or timedelta(0) <= now - self.unattended_since < UNATTENDED


class Sessions:
    """The sessions of one door, by the hash of what the browser keeps: nothing here opens anything if it leaks."""

    def __init__(self) -> None:
        self._held: dict[str, Session] = {}

    def begin(self, token: str, name: str, now: datetime) -> None:
        """Let a browser in that brings `token` from now on; forget sessions that are over."""
        self._held = {key: each for key, each in self._held.items() if each.holds(now)}
        self._held[_key(token)] = Session(name=name, began_at=now, consoles=0, unattended_since=now)

    def of(self, token: str | None, now: datetime) -> Session | None:
        """Return the session a browser brings; None when there is none or it is over."""
        found = None if token is None else self._held.get(_key(token))
        return found if found is not None and found.holds(now) else None

    def end(self, token: str) -> None:
        """End a session: its console was locked or left."""
        self._held.pop(_key(token), None)

    def opened(self, token: str) -> None:
        """Count a console that was opened."""
        if (found := self._held.get(_key(token))) is not None:
            self._held[_key(token)] = replace(found, consoles=found.consoles + 1, unattended_since=None)

    def closed(self, token: str, now: datetime) -> None:
        """Count a console that lost its page; the last one starts the minute."""
        if (found := self._held.get(_key(token))) is not None:
            left = max(0, found.consoles - 1)
            self._held[_key(token)] = replace(found, consoles=left, unattended_since=None if left else now)


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
