"""Turns technical conditions into incidents beside the clinical ones: deaf, mute, nobody on call, an untried telephone.

They never lower an urgency. A condition that ended resolves its incident by itself.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts import drills, store
from alerts.calling import Duty, at_once
from alerts.ed_watch import ed_troubles
from alerts.housekeeping_store import housekeeping_troubles
from alerts.incident import resolve
from alerts.incident_news import explain, observe_technical, open_technical
from alerts.inhibition import cause_of
from alerts.line_probe import line_troubles
from alerts.network_watch import handing_on_troubles, network_troubles
from alerts.roster import STAFF_ROLES, Gap
from alerts.roster_notice import tell
from alerts.sources import Sources, Trouble
from alerts.stop_notice import tell_of_homes
from alerts.store import Kept
from alerts.system_view import system_troubles
from alerts.verification_store import Checked, contact_checks, staff_checks
from gateway.clock import Clock

PREFIX = "technical:"
FAILURES_IN_A_ROW = 3
"""Texts that failed one after the other before the path itself is called broken."""


def troubles_now(
    session: Session, sources: Sources, duty: Duty, clock: Clock, watched: Iterable[str], started_at: datetime
) -> list[Trouble]:
    """Return every technical condition that holds now: what the gateway sees and what alerts sees."""
    now = clock.now()
    return [
        *sources.troubles(session, now),
        *_quiet_parts(session, sources, duty, clock, watched, started_at),
        *ed_troubles(session, now),
        *network_troubles(session),
        *line_troubles(session, now),
        *handing_on_troubles(session),
        *housekeeping_troubles(session),
        *system_troubles(session, now),
        *_mute(session),
        *(_of_gap(gap, duty, now) for gap in _gaps(duty, now)),
        *_unverified(session, duty, now),
        *_untested(session, duty, now),
    ]


def keep_incidents(session: Session, troubles: Iterable[Trouble], duty: Duty, now: datetime) -> set[str]:
    """Open, update and resolve the technical incidents so that they match `troubles`, one call for one cause.

    Returns the keys of the conditions that ended.
    """
    known = {kept.subject: kept for kept in store.live(session, prefix=PREFIX)}
    holding = {trouble.key: trouble for trouble in reversed(list(troubles))}  # of two with one key the first counts
    causes = {trouble.key for trouble in holding.values() if trouble.severity == "high"}
    for trouble in reversed(holding.values()):
        subject = f"{PREFIX}{trouble.key}"
        kept = known.get(subject)
        before = None if kept is None else kept.incident
        incident = open_technical(trouble.text, trouble.severity, now, duty.terms) if before is None else before
        incident = observe_technical(incident, trouble.text, trouble.severity, now)
        incident = explain(incident, cause_of(trouble.key, causes), now)
        if kept is None:
            kept = Kept(id=None, subject=subject, patient_id=trouble.patient_id, code=trouble.code, incident=incident)
            kept = store.save(session, kept, at_once(now))
            store.note(session, kept.id or 0, now, "opened", text=trouble.text)
        elif incident != before:
            store.save(session, replace(kept, incident=incident), at_once(now))
    ended = {subject: kept for subject, kept in known.items() if subject.removeprefix(PREFIX) not in holding}
    for kept in ended.values():
        store.save(session, replace(kept, incident=resolve(kept.incident, now)), at_once(now))
        store.note(session, kept.id or 0, now, "resolved")
    _tell_of_gaps(session, duty, now)
    tell_of_homes(session, duty, now)
    return {subject.removeprefix(PREFIX) for subject in ended}


def _tell_of_gaps(session: Session, duty: Duty, now: datetime) -> None:
    """Tell the present nurse of the first gap of each role that lies ahead and that nobody has taken on."""
    ahead = {_subject_of(gap): gap for gap in reversed(_gaps(duty, now)) if gap.starts > now}
    if not ahead:
        return
    for kept in store.live(session, prefix=f"{PREFIX}roster:"):
        gap = ahead.get(kept.subject)
        if gap is not None and kept.incident.acknowledgement is None and kept.incident.silence is None:
            tell(session, kept.id or 0, gap, duty, now)


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


def _gaps(duty: Duty, now: datetime) -> list[Gap]:
    """Return the spans nobody covers, as far ahead as the policy looks, the first of each role first."""
    return duty.roster.gaps(STAFF_ROLES, now, now + timedelta(seconds=duty.policy.gap_ahead_s))


def _subject_of(gap: Gap) -> str:
    return f"{PREFIX}roster:{gap.role}"


def _of_gap(gap: Gap, duty: Duty, now: datetime) -> Trouble:
    """Return the condition of a role that nobody holds: high when that is now, low when it lies ahead."""
    now_open = gap.starts <= now
    starts = gap.starts.astimezone(ZoneInfo(duty.roster.timezone))
    return Trouble(
        key=f"roster:{gap.role}",
        severity="high" if now_open else "low",
        since=gap.starts,
        text=f"nobody is on call as {gap.role.replace('_', ' ')}"
        + ("" if now_open else f" within a day, from {starts:%a %H:%M}"),
    )


def _unverified(session: Session, duty: Duty, now: datetime) -> Iterable[Trouble]:
    """Find telephones that nobody has answered from for too long: one condition for all of them."""
    limit = now - timedelta(seconds=duty.policy.unverified_after_s)
    known = [*staff_checks(session, duty.roster), *contact_checks(session, entered_by=limit)]
    late = [since for one in known if (since := _unverified_since(one)) is not None and since <= limit]
    if late:
        yield Trouble(
            key="unverified",
            severity="low",
            since=min(late),
            text=f"{len(late)} telephone number{'s are' if len(late) > 1 else ' is'} not verified",
        )


def _unverified_since(one: Checked) -> datetime | None:
    """Return since when a number waits to be verified; None when it does not, or was never asked nor entered."""
    if one.check.state == "verified":
        return None
    return one.entered_at or one.check.at


def _untested(session: Session, duty: Duty, now: datetime) -> Iterable[Trouble]:
    """Find telephones on call that did not receive their daily test: high for somebody who is on call now."""
    for result in drills.results(session, duty.roster, now):
        if result.state == "failed" and result.tested_at is not None:
            held = [role for role in STAFF_ROLES if duty.roster.on_call(role, now) == result.person]
            yield Trouble(
                key=f"drill:{result.person.key}",
                severity="high" if held else "low",
                since=result.tested_at,
                text="the daily test did not reach "
                + (f"the {held[0].replace('_', ' ')} on call" if held else "somebody who is on call within a day"),
            )
