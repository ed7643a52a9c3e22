"""Tells the present nurse of an hour nobody covers while there is time to find somebody."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from alerts import pages
from alerts.calling import Duty
from alerts.gsm7 import TextRefusedError, fit
from alerts.message import Site
from alerts.page_code import page_code
from alerts.policy import Policy, by_day
from alerts.roster import Gap, Person, Roster
from alerts.tables import PageRow

KIND = "notice"


def told_at(gap: Gap, policy: Policy, now: datetime) -> datetime:
    """Return when to tell of a gap that is known at `now`: by day, but never later than the policy's time before it."""
    return max(now, min(by_day(now, policy), gap.starts - timedelta(seconds=policy.gap_told_before_s)))


def notice_text(site: Site, gap: Gap, code: str, timezone: str) -> str:
    """Return the text that tells of a gap, in one segment."""
    local = gap.starts.astimezone(ZoneInfo(timezone))
    text = f"STEPGUARD SYSTEM. Nobody is on call as {gap.role.replace('_', ' ')} from {local:%a %d %b %H:%M}."
    try:
        return fit(f"{text} Reply {code} OK. Call {site.unit_phone}", at_most=1)
    except TextRefusedError:
        return fit(f"{text} Reply {code} OK.", at_most=1)


def tell(session: Session, incident_id: int, gap: Gap, duty: Duty, now: datetime) -> None:
    """Text the nurse on call about a gap, once; whoever is next when a text did not reach anybody. Safe to repeat."""
    if told_at(gap, duty.policy, now) > now:
        return
    query = select(PageRow.number, PageRow.state).where(PageRow.incident_id == incident_id, PageRow.kind == KIND)
    tried = {number: state for number, state in session.exec(query)}  # noqa: C416 - rows are no pairs to mypy
    if any(state != "failed" for state in tried.values()):
        return
    person = next((one for one in _in_turn(duty.roster, now) if one.number not in tried), None)
    if person is None:
        return
    row = PageRow(
        incident_id=incident_id,
        rung=f"notice.{gap.role}.{person.key}",
        role="nurse",
        person=person.name,
        number=person.number,
        channel="sms",
        kind=KIND,
        urgency="watch",
        body=notice_text(duty.site, gap, page_code(incident_id), duty.roster.timezone),
        reason="an hour nobody covers lies ahead",
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
