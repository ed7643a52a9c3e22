"""A clock that follows the database's where the machine's own is wrong, so that engines on two machines agree.

What one engine planned for 02:15 must be done at 02:15 by the one that takes over. Small differences are left alone:
machines that keep their time keep it better than a question over a network can tell.
"""

from datetime import datetime, timedelta

from sqlalchemy import text

from gateway.clock import Clock, WallClock
from gateway.database import Database
from gateway.postgresql import is_postgresql

TOLERATED = timedelta(seconds=0.5)
"""A difference smaller than this changes nothing: no page is due to the half second."""
ANSWERED_WITHIN = timedelta(seconds=1)
"""An answer that took longer says too little about when it was true."""

_TIME = text("SELECT clock_timestamp()")


class AgreedClock:
    """A machine's clock, set right by `ahead`: how far the database's is ahead of it, nothing while they agree."""

    def __init__(self, own: Clock) -> None:
        self._own = own
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the agreed instant, UTC."""
        return self._own.now() + self.ahead

    def wall_seconds(self, span: timedelta) -> float:
        """Return how long `span` lasts on the wall."""
        return self._own.wall_seconds(span)

    def agree(self, database: Database) -> None:
        """Ask the database for its time; an answer that is late changes nothing.

        Raises
        ------
        sqlalchemy.exc.SQLAlchemyError
            When the database does not answer.
        """
        with database.read() as session:
            connection = session.connection()
            asked_at = self._own.now()
            told: datetime = connection.execute(_TIME).scalar_one()
            answered_at = self._own.now()
        self.heed(told, asked_at, answered_at)

    def heed(self, told: datetime, asked_at: datetime, answered_at: datetime) -> None:
        """Take the time that was told, true at some instant between the question and the answer by the own clock."""
        took = answered_at - asked_at
        if not timedelta(0) <= took <= ANSWERED_WITHIN:
            return
        ahead = told - (asked_at + took / 2)
        if abs(ahead - self.ahead) > TOLERATED + took / 2:
            self.ahead = ahead if abs(ahead) > TOLERATED + took / 2 else timedelta(0)


def agreed(clock: Clock, database: Database) -> AgreedClock | None:
    """Return the clock that engines on this database agree on; None where there is nobody to disagree with.

    That is so on SQLite, whose processes share a machine, and for a clock that is not the wall's.
    """
    return AgreedClock(clock) if isinstance(clock, WallClock) and is_postgresql(database.url) else None
