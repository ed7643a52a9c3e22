"""Decides which job of the house is due, from what was last done and the clock alone. Pure.

So a restart at the wrong minute skips nothing, and a clock that is turned forward or back does nothing twice.
"""

from datetime import datetime, timedelta

from apscheduler.triggers.base import BaseTrigger

RETRY_AFTER = timedelta(minutes=5)
"""Between two tries of a job that failed."""
_TICK = timedelta(microseconds=1)


def next_time(trigger: BaseTrigger, done_at: datetime) -> datetime | None:
    """Return the first time of `trigger` after `done_at`; None when it has none."""
    found: datetime | None = trigger.get_next_fire_time(done_at, done_at + _TICK)
    return found


def due(trigger: BaseTrigger, *, done_at: datetime, tried_at: datetime | None, now: datetime) -> bool:
    """Return whether a job must be done at `now`; however many of its times were missed, it is done once.

    Parameters
    ----------
    done_at
        When it was last done well, or first heard of.
    tried_at
        When it last failed; None when it did not.
    """
    at = next_time(trigger, done_at)
    if at is None or at > now:
        return False
    return tried_at is None or now >= tried_at + RETRY_AFTER
