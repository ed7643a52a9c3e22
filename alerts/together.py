"""Decides which incidents one page speaks for, so that people have one conversation and not twenty. Pure.

Sooner is allowed, later never: whoever is carried along would have been called within the policy's span, and accepting
the page takes them all. Nothing that is an emergency by its values is ever carried by a page about somebody else.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.due_pages import due_pages
from alerts.incident import Incident, begin_round
from alerts.incident_news import RAN_OUT
from alerts.policy import Page, Policy
from alerts.report import rank
from alerts.roster import Roster


def speaks_for_others(lead: Incident, page: Page) -> bool:
    """Whether a page about `lead` may carry the news of other incidents."""
    if page.message != "page" or page.key.startswith(lead.offer_prefix):
        return False
    return lead.kind in {"technical", "no_sight"} or _is_reminder(lead)


def carried(
    lead: Incident, page: Page, other: Incident, policy: Policy, roster: Roster, now: datetime
) -> tuple[Incident, Page] | None:
    """Return another incident and the page of it that a page of `lead` carries; None when it has its own."""
    if not speaks_for_others(lead, page) or other.kind != lead.kind:
        return None
    match lead.kind:
        case "technical":
            ahead = other if other.urgency == lead.urgency else None
        case "no_sight":
            ahead = _as_it_will_be(other)
        case _:
            ahead = _to_be_looked_at_again(lead, other, policy, now)
    if ahead is None:
        return None
    horizon = now + timedelta(seconds=policy.together_within_s)
    for own in due_pages(ahead, policy, roster, horizon):
        if (own.role, own.channel, own.person) == (page.role, page.channel, page.person):
            return (other if lead.kind == "no_sight" else ahead), own
    return None


def _as_it_will_be(other: Incident) -> Incident:
    """Return a silence with the urgency it reaches within the half hour, where silence becomes urgent at all."""
    report = other.report
    exposed = report is not None and report.exposed and other.acknowledgement is None
    return replace(other, urgency="urgent") if exposed and other.urgency == "watch" else other


def _is_reminder(incident: Incident) -> bool:
    """Whether it is called about only because somebody's time ran out while nothing got worse."""
    return (
        incident.kind == "clinical"
        and incident.reason == RAN_OUT
        and incident.urgency == "urgent"
        and incident.ran_out_of is not None
    )


def _to_be_looked_at_again(lead: Incident, other: Incident, policy: Policy, now: datetime) -> Incident | None:
    """Return what the same person accepted and must look at again now, or within the span that makes one page."""
    if other.urgency != lead.urgency:
        return None
    held = other.acknowledgement
    if held is None:
        return other if _is_reminder(other) and other.began_at == lead.began_at else None
    if held.by != lead.ran_out_of or held.until is None or held.awaits_values or other.hand_over is not None:
        return None
    if rank(held.urgency) > rank("urgent") or held.until > now + timedelta(seconds=policy.together_within_s):
        return None
    return begin_round(other, RAN_OUT, now, ran_out_of=held.by)
