"""Keeps what one technical page stands for in step with the conditions that hold."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts import store, storm
from alerts.calling import Duty, at_once
from alerts.incident import begin_round
from alerts.store import Kept
from alerts.storm import Storm

TECHNICAL, PATIENT = "technical:", "patient:"
MARKED_AT_ONCE = 50
"""Homes in one transaction: some tens of milliseconds during which nobody else writes."""


def keep_storm(session: Session, duty: Duty, now: datetime, *, ended: Collection[str]) -> None:
    """Let the cause of many silences stand for the calls about them, or judge each home by itself again.

    Parameters
    ----------
    ended
        The keys of the conditions that ended in this pass.
    """
    technical = {kept.subject.removeprefix(TECHNICAL): kept for kept in store.live(session, prefix=TECHNICAL)}
    if not any(key in technical or key in ended for key in storm.CAUSES):
        return
    homes = {kept.id or 0: kept for kept in store.live(session, prefix=PATIENT)}
    found = storm.storm_of(
        {key: kept.incident for key, kept in technical.items()},
        {number: kept.incident for number, kept in homes.items()},
        duty.policy,
        now,
    )
    # A home is marked long before anybody would be called about it: a town that falls silent need not be in one pass.
    changed = islice(found.homes.items(), None if found.cause is None else MARKED_AT_ONCE)
    for number, incident in changed:
        store.save(session, replace(homes[number], incident=incident), at_once(now))
        held = incident.explained
        if held is None or held.ended_at is not None:
            store.note(session, number, now, "judged by itself again")
        elif homes[number].incident.explained is None:
            until = held.until.astimezone(ZoneInfo(duty.site.timezone)) if held.until else now
            store.note(session, number, now, "stood for", text=f"{held.cause}, until {until:%H:%M} at the latest")
    for key, kept in technical.items():
        if key == found.cause and found.calls:
            _call_about_homes(session, kept, found, homes, now)
        elif kept.incident.stands_for and (key != found.cause or not found.stands_for):
            store.save(session, replace(kept, incident=replace(kept.incident, stands_for=0)), at_once(now))


def _call_about_homes(session: Session, kept: Kept, found: Storm, homes: dict[int, Kept], now: datetime) -> None:
    """Begin to call about the cause again: it is worse than what anybody accepted, for homes are silent by now."""
    count = len(found.stands_for)
    worse = replace(kept.incident, stands_for=count)
    again = begin_round(worse, f"{kept.incident.reason}; {count} homes are silent", now)
    store.save(session, replace(kept, incident=again), at_once(now))
    codes = sorted(str(homes[number].code) for number in found.stands_for)
    store.note(session, kept.id or 0, now, "called again", text=f"stands for {', '.join(codes)}")
