"""Tells the present nurse of an hour nobody covers while there is time to find somebody."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts.calling import Duty
from alerts.gsm7 import TextRefusedError, fit
from alerts.message import Site
from alerts.notice import tell_once
from alerts.page_code import page_code
from alerts.policy import Policy, by_day
from alerts.roster import Gap


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
    body = notice_text(duty.site, gap, page_code(incident_id), duty.roster.timezone)
    tell_once(session, incident_id, body, f"notice.{gap.role}", "an hour nobody covers lies ahead", duty, now)
