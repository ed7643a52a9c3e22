"""Decides whether a part can do its work now, and how the machine under it stands.

Board, `stepguard status`, /readyz and the watchdog ask the same questions here and show the same list of lines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

QUIET_AFTER_S = 15.0
"""Wall seconds after which a part that says nothing counts as quiet; as in the shipped policy.

A part beats once a second, so this is no hiccup and still sooner than the first rung of a ladder runs out.
"""
LEAVING = "leaving: it finishes what it has in hand and takes nothing new"
UNFINISHED = "no cycle has finished yet"

LineState = Literal["ok", "doubtful", "failed", "unseen"]
"""`unseen`: nothing here can tell, which is not the same as well."""

GIB = 1 << 30
DISK_LOW_BYTES, DISK_LOW_SHARE, DISK_AMPLE_BYTES = 2 * GIB, 0.10, 20 * GIB
"""Little room: below the first, or below the share of a disk that has not the third left either.

Two GiB are days of readings of a hundred homes and one night's backup: time to make room in office hours.
"""
DISK_FULL_BYTES = GIB // 2
"""A database needs room to write its log before it can even delete; below this, hours are left at most."""

CLOCK_DOUBTFUL_S, CLOCK_WRONG_S = 10.0, 60.0
"""Ladders and windows count in minutes, so that seconds do no harm; a minute off, calls come a rung too late."""

WATCHDOG_SILENT_AFTER = timedelta(minutes=65)
"""Twice the longest pause between two of its readings, and time for one to arrive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemLine:
    """How one thing stands. `since` is when its present state began, None where nobody noted that."""

    subject: str
    state: LineState
    text: str
    since: datetime | None = None


_RANK: dict[LineState, int] = {"failed": 0, "doubtful": 1, "unseen": 2, "ok": 3}


def worst(lines: Iterable[SystemLine]) -> LineState:
    """Return the worst state among `lines`; of none at all, `unseen`."""
    return min((line.state for line in lines), key=_RANK.__getitem__, default="unseen")


def disk_state(free_bytes: int, total_bytes: int) -> LineState:
    """Return how a disk stands by the room that is left on it."""
    if free_bytes < DISK_FULL_BYTES:
        return "failed"
    scarce = free_bytes < DISK_AMPLE_BYTES and free_bytes < total_bytes * DISK_LOW_SHARE
    return "doubtful" if scarce or free_bytes < DISK_LOW_BYTES else "ok"


def clock_state(offset_s: float) -> LineState:
    """Return how a clock stands that is `offset_s` seconds ahead of (below zero: behind) another."""
    if abs(offset_s) >= CLOCK_WRONG_S:
        return "failed"
    return "doubtful" if abs(offset_s) >= CLOCK_DOUBTFUL_S else "ok"


def watchdog_state(
    now: datetime,
    *,
    since: datetime,
    online: bool | None,
    state_at: datetime | None,
    reading_at: datetime | None,
) -> tuple[LineState, datetime]:
    """Return how a watchdog stands, and since when.

    Parameters
    ----------
    since
        When it was set up; counts as the last that was heard of it until something is.
    online, state_at
        What it last said of itself, or the network on its behalf, and when.
    reading_at
        When its newest reading arrived; None: never.
    """
    heard_at = max(at for at in (since, reading_at, state_at if online else None) if at is not None)
    if online is False and state_at is not None and (reading_at is None or reading_at <= state_at):
        return "failed", state_at
    if now - heard_at >= WATCHDOG_SILENT_AFTER:
        return "failed", heard_at
    return ("unseen" if reading_at is None else "ok"), heard_at


def quiet(last_at: datetime | None, now: datetime, *, second_lasts: timedelta = timedelta(seconds=1)) -> bool:
    """Return whether a part whose last heartbeat was `last_at` counts as quiet; None: it never spoke, so it is quiet.

    Parameters
    ----------
    second_lasts
        What one wall second is on the clock of `last_at` and `now`.
    """
    return last_at is None or now - last_at >= second_lasts * QUIET_AFTER_S


def not_ready(*, leaving: bool, cycle_age_s: float | None, faults: Mapping[str, str | None]) -> dict[str, str]:
    """Return what keeps a part from its work, by subject; empty when it can do it.

    Parameters
    ----------
    leaving
        Whether it was asked to end.
    cycle_age_s
        Wall seconds since it last finished a cycle and could write that down; None before the first.
    faults
        What each of its own checks found; None is fine.
    """
    found = {subject: fault for subject, fault in faults.items() if fault is not None}
    if leaving:
        found["process"] = LEAVING
    if cycle_age_s is None:
        found["cycle"] = UNFINISHED
    elif cycle_age_s >= QUIET_AFTER_S:
        found["cycle"] = f"the last cycle finished {cycle_age_s:.0f} s ago"
    return found
