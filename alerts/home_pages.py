"""Decides what a ladder says to the home, and whether it has anything to say. Pure; sends nothing."""

from datetime import datetime

from alerts.incident import Incident
from alerts.phone import Channel
from alerts.policy import Message, Page, Rung
from alerts.report import ARRIVAL, rank


def to_caregiver(key: str, channel: Channel, message: Message, reason: str, due_at: datetime) -> Page:
    """Return a page to a patient's caregivers, whoever they are by then."""
    return Page(key=key, role="caregiver", channel=channel, person=None, message=message, reason=reason, due_at=due_at)


def caregiver_wanted(incident: Incident, rung: Rung) -> bool:
    """Whether the ladder has something to say to the home that no other stage says."""
    report = incident.report
    if report is None or report.place in {"emergency_department", "admitted", "ended"}:
        return False
    if rung.channel == "sms" and arrival_missed(incident):
        return False  # the question whether they arrived is said instead
    if incident.kind == "clinical" and incident.only_old_values:
        return False  # nothing was heard since the hospital; the reminder asks for new values
    if incident.kind == "clinical" and (incident.emergency_sure or incident.going_at is not None):
        return False  # "go now" is said instead, or has been answered
    if rank(report.urgency) < rank(incident.urgency) and incident.kind == "clinical":
        return False  # the values have quieted; what is left is between us and the staff
    answered = incident.answered_at is not None and incident.answered_at >= incident.began_at
    return not (rung.unless_answered and answered)


def caregiver_message(incident: Incident) -> Message:
    """Return what the home is told when a ladder begins or its text did not go through."""
    report = incident.report
    if incident.kind == "no_answer":
        return "no_answer"
    if incident.kind == "no_sight" or report is None:
        return "reminder"
    if report.place == "travelling":
        return "arrived"
    if incident.urgency == "emergency":
        return "sit_down"
    from_reading = incident.round == 1 or incident.answered_at == incident.began_at
    return "received" if incident.urgency == "urgent" and from_reading else "measure"


def still_to_go(incident: Incident) -> bool:
    """Whether the home was told to go, has not said that it left, and nothing has cleared the danger since."""
    report = incident.report
    if report is None or not report.home or incident.acknowledgement is not None or incident.going_at is not None:
        return False
    return incident.emergency_since is not None and any(fired.key.endswith(".go") for fired in incident.fired)


def on_the_road(incident: Incident) -> bool:
    """Whether this home is on its way to a hospital or there, was sent to one, or one was told of it."""
    report = incident.report
    if report is not None and not report.home:
        return True
    told = incident.going_at is not None or incident.has_fired("ed") is not None
    return told or any(fired.key.endswith(".go") for fired in incident.fired)


def arrival_missed(incident: Incident) -> bool:
    """Whether somebody on the way has not arrived in time."""
    report = incident.report
    return report is not None and report.place == "travelling" and ARRIVAL in report.urgent_groups
