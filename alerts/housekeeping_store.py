"""Keeps when each job of the house was last done, and which of them fail."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from alerts.sources import Trouble
from gateway.database import UtcTime


class HousekeepingRow(SQLModel, table=True):
    """One job. `done_at` is when it was last done well, or first heard of; `tried_at` when it last failed."""

    __tablename__ = "housekeeping"

    job: str = Field(primary_key=True)
    done_at: datetime = Field(sa_type=UtcTime)
    tried_at: datetime | None = Field(default=None, sa_type=UtcTime)
    failed_since: datetime | None = Field(default=None, sa_type=UtcTime)
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one job stands; see `HousekeepingRow`."""

    done_at: datetime
    tried_at: datetime | None


def standing(session: Session, job: str) -> Standing | None:
    """Return how a job stands, None when it was never heard of."""
    row = session.get(HousekeepingRow, job)
    return None if row is None else Standing(done_at=row.done_at, tried_at=row.tried_at)


def last_done(session: Session) -> dict[str, datetime]:
    """Return when each job was last done well, or first heard of."""
    return {row.job: row.done_at for row in session.exec(select(HousekeepingRow))}


def done(session: Session, job: str, now: datetime) -> None:
    """Remember that a job was done at `now`, or is counted from then."""
    session.merge(HousekeepingRow(job=job, done_at=now))


def failed(session: Session, job: str, fault: str, now: datetime) -> None:
    """Remember that a job failed at `now`; `fault` names a class of errors, never what it says."""
    row = session.get(HousekeepingRow, job)
    if row is None:
        raise LookupError(f"job {job} was never heard of")
    row.tried_at, row.fault = now, fault
    row.failed_since = row.failed_since or now
    session.add(row)


def housekeeping_troubles(session: Session) -> Iterator[Trouble]:
    """Yield the technical condition of every job whose last try failed."""
    rows = session.exec(select(HousekeepingRow).where(col(HousekeepingRow.failed_since).is_not(None)))
    for row in rows:
        if row.failed_since is not None:
            yield Trouble(
                key=f"housekeeping:{row.job}",
                severity="low",
                since=row.failed_since,
                text=f"{row.job} fails ({row.fault}); see the log",
            )
