"""Lets incidents that are running follow a roster that changed: the next call goes to whoever is on call now."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from alerts import store
from alerts.calling import at_once
from alerts.incident import fail
from alerts.roster import STAFF_ROLES, Roster
from alerts.tables import IncidentRow, PageRow

REMOVED = "no longer on the roster"


def take_in(session: Session, roster: Roster, now: datetime) -> None:
    """Look at every live incident again, with the calls to numbers that are no longer on the roster counted as failed.

    Whoever was called and then taken off duty may still accept; whoever left the roster may not, so their rung has
    reached nobody and the next one is due at once.
    """
    numbers = [person.number for person in roster.people]
    live = select(IncidentRow.id).where(IncidentRow.state != "resolved")
    theirs = (
        col(PageRow.incident_id).in_(live),
        col(PageRow.role).in_(STAFF_ROLES),
        col(PageRow.number).not_in(numbers),
    )
    gone: dict[int, set[str]] = {}
    for incident_id, rung in session.exec(select(PageRow.incident_id, PageRow.rung).where(*theirs)):
        gone.setdefault(incident_id or 0, set()).add(rung)
    session.connection().execute(
        update(PageRow).where(*theirs, col(PageRow.state) == "retry").values(state="failed", outcome=REMOVED)
    )
    for kept in store.live(session):
        incident = kept.incident
        for fired in incident.fired:
            if fired.key in gone.get(kept.id or 0, ()) and fired.failed_at is None:
                incident = fail(incident, fired.key, now)
        store.save(session, replace(kept, incident=incident), at_once(now))
