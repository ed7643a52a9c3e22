"""What a silence does to an incident: holds its calls back, and falls away when it ends or no longer fits. Pure."""

from dataclasses import replace
from datetime import datetime

from alerts.incident import Incident, begin_round
from alerts.report import rank
from alerts.silence import Covered, Silence


def kind_of(incident: Incident) -> Covered | None:
    """Return what a silence of this incident would have to cover; None when none may."""
    high = rank(incident.urgency) > rank("watch")
    if incident.kind == "technical":
        return "technical_high" if high else "technical_low"
    return None if high else "watch"


def outgrown(silence: Silence, incident: Incident) -> str | None:
    """Return why a silence does not cover this incident, or no longer; None while it does."""
    kind = kind_of(incident)
    if kind is None:
        return f"it is {incident.urgency}"
    if kind != silence.covers:
        return None if silence.covers == "technical_high" and kind == "technical_low" else "the condition is high"
    report = incident.report
    if report is None:
        return None
    if report.grade is not None and report.grade > (silence.grade or 0):
        return "the grade is higher"
    if report.urgent_groups:
        return "a value is urgent"
    return "sight was lost" if report.blind and report.home and not silence.blind else None


def is_silenced(incident: Incident) -> bool:
    """Whether a silence holds back the calls about this incident now, by its own word."""
    return incident.silence is not None and outgrown(incident.silence, incident) is None


def silence_ends(incident: Incident, now: datetime) -> datetime | None:
    """Return when the silence of this incident must be looked at again; None without one."""
    if incident.silence is None:
        return None
    return incident.silence.until if is_silenced(incident) else now


def under(incident: Incident, silence: Silence | None, now: datetime) -> Incident:
    """Return the incident under the silence in force for it, or without one when there is none.

    What was held back is due at once when a silence falls away: of a home each rung whose time has come; about the
    system a new round, so that people are called in their order.
    """
    if silence is not None and outgrown(silence, incident) is None:
        return replace(incident, silence=silence)
    if incident.silence is None:
        return incident
    freed = replace(incident, silence=None)
    if incident.kind != "technical" or incident.acknowledgement is not None or incident.began_at == now:
        return freed
    return begin_round(freed, incident.reason, now)
