"""Tells when a site's rule file is no longer what the monitor grades by. Changes nothing: rules change at a start."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from monitor.rulebook import RulesError, load_rules
from monitor.rules import Rules

LOOK_EVERY = timedelta(seconds=30)


class RulesWatch:
    """Compares the file with the rules in force; `state` says what came of it.

    `changed`: the next start would grade by other rules. `unusable`: the next start would fail. None: nothing to tell.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._file = None if rules.site is None else Path(rules.site.file)
        self._looked_at: datetime | None = None
        self._seen: tuple[int, int] | None = None
        self.state: Literal["changed", "unusable"] | None = None
        self.since: datetime | None = None

    def look(self, now: datetime) -> None:
        """Look at the file if it is time; read it only when it was touched."""
        if self._file is None or (self._looked_at is not None and now - self._looked_at < LOOK_EVERY):
            return
        self._looked_at = now
        try:
            found = self._file.stat()
            touched = (found.st_mtime_ns, found.st_size)
        except OSError:
            touched = (0, 0)
        if touched == self._seen:
            return
        self._seen = touched
        before, self.state = self.state, self._compare(self._file)
        if self.state != before:
            self.since = now if self.state else None

    def _compare(self, file: Path) -> Literal["changed", "unusable"] | None:
        try:
            return None if load_rules(file).version == self._rules.version else "changed"
        except RulesError:
            return "unusable"
