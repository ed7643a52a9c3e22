"""Turns technical conditions into incidents beside the clinical ones: deaf, mute, or nobody on call.

They never lower an urgency. A condition that ended resolves its incident by itself.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts import store
from alerts.calling import Duty, at_once
from alerts.incident import observe_technical, open_technical, resolve
from alerts.roster import STAFF_ROLES
from alerts.sources import Sources, Trouble
from alerts.store import Kept
from gateway.clock import Clock

PREFIX = "technical:"
FAILURES_IN_A_ROW = 3
"""Texts that failed one after the other before the path itself is called broken."""
AHEAD = timedelta(hours=24)


def troubles_now(
    session: Session, sources: Sources, duty: Duty, clock: Clock, watched: Iterable[str], started_at: datetime
) -> list[Trouble]:
    """Return every technical condition that holds now: what the gateway sees and what alerts sees."""
    now = clock.now()
    return [
        *sources.troubles(session, now),
        *_quiet_parts(session, sources, duty, clock, watched, started_at),
        *_mute(session),
        *_gaps(duty, now),
    ]


def keep_incidents(session: Session, troubles: Iterable[Trouble], duty: Duty, now: datetime) -> None:
    """Open, update and resolve the technical incidents so that they match `troubles`."""
    known = {kept.subject: kept for kept in store.live(session, prefix=PREFIX)}
    held = set()
    for trouble in troubles:
        subject = f"{PREFIX}{trouble.key}"
        if subject in held:
            continue
        held.add(subject)
        kept = known.get(subject)
        if kept is None:
            incident = open_technical(trouble.text, trouble.severity, now, duty.terms)
            kept = Kept(id=None, subject=subject, patient_id=trouble.patient_id, code=None, incident=incident)
            kept = store.save(session, kept, at_once(now))
            store.note(session, kept.id or 0, now, "opened", text=trouble.text)
            continue
        incident = observe_technical(kept.incident, trouble.text, trouble.severity, now)
        if incident != kept.incident:
            store.save(session, replace(kept, incident=incident), at_once(now))
    for subject, kept in known.items():
        if subject not in held:
            store.save(session, replace(kept, incident=resolve(kept.incident, now)), at_once(now))
            store.note(session, kept.id or 0, now, "resolved")


def _quiet_parts(
    session: Session, sources: Sources, duty: Duty, clock: Clock, watched: Iterable[str], started_at: datetime
) -> Iterable[Trouble]:
    now = clock.now()
    beats = sources.heartbeats(session)
    for part in watched:
        # A part that never spoke is given the same time from our own start.
        heard_at = max(beats.get(part, started_at), started_at)
        if clock.wall_seconds(now - heard_at) >= duty.policy.quiet_after_s:
            yield Trouble(key=f"quiet:{part}", severity="high", since=heard_at, text=f"{part} has gone quiet")


def _mute(session: Session) -> Iterable[Trouble]:
    last = store.last_outcomes(session, FAILURES_IN_A_ROW)
    several = len({row.number for row in last}) > 1  # one bad number is that number's trouble
    if len(last) == FAILURES_IN_A_ROW and several and all(row.state == "failed" for row in last):
        since = min(row.created_at for row in last)
        yield Trouble(key="mute", severity="high", since=since, text="texts do not go out")


def _gaps(duty: Duty, now: datetime) -> Iterable[Trouble]:
    """Find the roles that nobody holds: high when that is now, low when it lies ahead."""
    for gap in duty.roster.gaps(STAFF_ROLES, now, now + AHEAD):
        now_open = gap.starts <= now
        yield Trouble(
            key=f"roster:{gap.role}",
            severity="high" if now_open else "low",
            since=gap.starts,
            text=f"nobody is on call as {gap.role.replace('_', ' ')}" + ("" if now_open else " within a day"),
        )
