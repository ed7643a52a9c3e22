"""Texts somebody about a condition that has no ladder: the nurse on call, once; who is next when it does not arrive."""

from datetime import datetime

from sqlmodel import Session, select

from alerts import pages
from alerts.calling import Duty
from alerts.roster import Person, Roster
from alerts.tables import PageRow

KIND = "notice"


def tell_once(session: Session, incident_id: int, body: str, rung: str, reason: str, duty: Duty, now: datetime) -> None:
    """Text the nurse on call, once; whoever is next when a text did not reach anybody. Safe to repeat."""
    query = select(PageRow.number, PageRow.state).where(PageRow.incident_id == incident_id, PageRow.kind == KIND)
    tried = {number: state for number, state in session.exec(query)}  # noqa: C416 - rows are no pairs to mypy
    if any(state != "failed" for state in tried.values()):
        return
    person = next((one for one in _in_turn(duty.roster, now) if one.number not in tried), None)
    if person is None:
        return
    row = PageRow(
        incident_id=incident_id,
        rung=f"{rung}.{person.key}",
        role="nurse",
        person=person.name,
        number=person.number,
        channel="sms",
        kind=KIND,
        urgency="watch",
        body=body,
        reason=reason,
        due_at=now,
        created_at=now,
        state="intent",
        attempts=1,
        engine=duty.engine,
    )
    pages.write(session, [row])


def _in_turn(roster: Roster, now: datetime) -> tuple[Person, ...]:
    """Return whom to tell: the nurses on call now, then every other nurse."""
    on_call = (roster.on_call("nurse", now), roster.on_call("second_nurse", now))
    people = [*(person for person in on_call if person is not None), *roster.nurses()]
    return tuple({person.key: person for person in people}.values())
