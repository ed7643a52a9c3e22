"""What a part can say of itself while it runs: whether it can do its work, and what it has counted."""

import contextlib
from collections.abc import Callable, Iterable, Mapping

from prometheus_client import Metric
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from gateway.clock import monotonic_s
from gateway.database import Database
from gateway.metrics import gauges
from gateway.postgresql import database_file
from gateway.readiness import not_ready

Check = Callable[[], str | None]
"""Says what is wrong, None when nothing is. May read the database; it runs in a thread."""

Report = Callable[[], Mapping[str, object]]
"""Says more about the part, in values that JSON can hold. May read the database; it runs in a thread."""


class Account:
    """One part's own word about itself, filled by the part and read by `gateway.admin`."""

    def __init__(self, part: str) -> None:
        self.part = part
        self._checks: dict[str, Check] = {}
        self._collect: list[Callable[[], Iterable[Metric]]] = []
        self._reports: list[Report] = []
        self._beaten_s: float | None = None
        self._leaving = False

    def check(self, subject: str, check: Check) -> None:
        """Have `check` asked whenever somebody wants to know whether the part is ready."""
        self._checks[subject] = check

    def counts(self, collect: Callable[[], Iterable[Metric]]) -> None:
        """Have `collect` asked for every scrape."""
        self._collect.append(collect)

    def reports(self, report: Report) -> None:
        """Have `report` asked whenever somebody wants to know more than whether the part is ready."""
        self._reports.append(report)

    def beat(self) -> None:
        """Note that a cycle is done and its heartbeat is on disk."""
        self._beaten_s = monotonic_s()

    def leave(self) -> None:
        """Note that the part was asked to end: it is not ready from now on."""
        self._leaving = True

    def not_ready(self) -> dict[str, str]:
        """Return what keeps the part from its work; may wait for the database."""
        age_s = None if self._beaten_s is None else monotonic_s() - self._beaten_s
        faults = {subject: _asked(check) for subject, check in self._checks.items()}
        return not_ready(leaving=self._leaving, cycle_age_s=age_s, faults=faults)

    def told(self) -> dict[str, object]:
        """Return what the part says beside its readiness; nothing while its database does not answer."""
        found: dict[str, object] = {}
        for report in self._reports:
            with contextlib.suppress(SQLAlchemyError):  # readiness names the database
                found.update(report())
        return found

    def families(self) -> list[Metric]:
        """Return what the part has counted, and whether it is ready; may wait for the database."""
        found: list[Metric] = []
        for collect in self._collect:
            try:
                found += collect()
            except SQLAlchemyError:  # what needs no database is counted all the same; readiness names the database
                continue
        return [*found, ready_gauge({self.part: not self.not_ready()})]


def ready_gauge(ready: dict[str, bool]) -> Metric:
    """Return whether each part is ready, 1 or 0."""
    values = [((part,), float(is_ready)) for part, is_ready in ready.items()]
    return gauges("stepguard_ready", "Whether a part can do its work now; see /readyz.", ("part",), values)


class DatabaseCheck:
    """Finds a database that does not answer, and a SQLite file that is no longer the one that was opened.

    An open SQLite file that is moved, removed or replaced goes on taking writes that nobody will ever read.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file = database_file(database.url)
        self._opened = self._identity()

    def __call__(self) -> str | None:
        """Return what is wrong with the database, None when it answers."""
        if self._file is not None and self._identity() != self._opened:
            return "the database file was moved, removed or replaced while it was in use; restart this part"
        try:
            with self._database.read() as session:
                session.connection().execute(text("SELECT max(at) FROM heartbeat")).one()
        except SQLAlchemyError as error:
            return f"the database does not answer: {type(error).__name__}"
        return None

    def _identity(self) -> tuple[int, int] | None:
        if self._file is None:
            return None
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _asked(check: Check) -> str | None:
    try:
        return check()
    except SQLAlchemyError as error:
        return f"cannot be told: {type(error).__name__}"
