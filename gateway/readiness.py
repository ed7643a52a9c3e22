"""Decides whether a part can do its work now. Board, `stepguard status` and /readyz ask the same questions here."""

from collections.abc import Mapping
from datetime import datetime, timedelta

QUIET_AFTER_S = 15.0
"""Wall seconds after which a part that says nothing counts as quiet; as in the shipped policy.

A part beats once a second, so this is no hiccup and still sooner than the first rung of a ladder runs out.
"""
LEAVING = "leaving: it finishes what it has in hand and takes nothing new"
UNFINISHED = "no cycle has finished yet"


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
