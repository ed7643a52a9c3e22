"""Decides what news and time make of an incident: opened, called again, covered, resolved. Pure; calls nobody itself.

Anything worse than what was accepted ends the acceptance at once and begins a new round of calls.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from alerts.acknowledgement import Acknowledgement, at_home_again, grown, of_what_is_left, on_the_way, worsened
from alerts.incident import Incident, Kind, Terms, begin_round, is_on_the_way, resolve
from alerts.inhibition import Explained
from alerts.report import IN_HOSPITAL, SIGHT, Report, rank, worse
from alerts.response import come_home, hand_to_hospital
from monitor.assessment import Urgency

RAN_OUT = "the acknowledgement ran out"


def open_for(report: Report, terms: Terms, now: datetime) -> Incident | None:
    """Return the incident that `report` opens, or None when it asks for nobody."""
    if report.urgency == "routine" or report.place == "ended":
        return None
    incident = Incident(
        opened_at=now,
        began_at=now,
        kind="clinical" if report.clinical else "no_sight",
        urgency=report.urgency,
        reason="new incident" if report.clinical else "measurements are overdue",
        terms=terms,
    )
    incident = _remember(incident, report, now)
    return hand_to_hospital(incident, now) if report.place in IN_HOSPITAL else incident


def open_at_their_wish(why: str, terms: Terms, now: datetime) -> Incident:
    """Return the incident of a home that asks for somebody while nothing else does."""
    return Incident(
        opened_at=now, began_at=now, kind="clinical", urgency="urgent", floor="urgent", reason=why, terms=terms
    )


def open_technical(text: str, severity: Literal["low", "high"], since: datetime, terms: Terms) -> Incident:
    """Return the incident of a technical condition: high calls the nurse, low waits on the board."""
    urgency: Urgency = "urgent" if severity == "high" else "watch"
    return Incident(opened_at=since, began_at=since, kind="technical", urgency=urgency, reason=text, terms=terms)


def observe_technical(incident: Incident, text: str, severity: Literal["low", "high"], now: datetime) -> Incident:
    """Return a technical incident after its condition was seen again; one that became high calls at once."""
    urgency: Urgency = "urgent" if severity == "high" else "watch"
    if rank(urgency) > rank(incident.urgency):
        return begin_round(replace(incident, urgency=urgency), text, now)
    # What is wrong is said as it is now, whatever the present round of calls began with.
    return replace(incident, urgency=urgency, reason=incident.reason if incident.stands_for else text)


def explain(incident: Incident, cause: str | None, now: datetime) -> Incident:
    """Return a technical incident while `cause` stands for the calls about it; without one it calls by itself again."""
    held = incident.explained
    if cause is not None:
        since = now if held is None else held.since
        return replace(incident, explained=Explained(cause=cause, since=since))
    if held is None:
        return incident
    freed = replace(incident, explained=None)
    return freed if freed.acknowledgement is not None else begin_round(freed, freed.reason, now)


def observe(incident: Incident, report: Report, now: datetime) -> Incident:
    """Return the incident after a newer report. Safe to repeat with the same report."""
    if report.place == "ended":
        return resolve(incident, now)
    before, incident = incident, _remember(_with_floor(incident, report), report, now)
    kind = _kind_after(before, incident, report)
    urgency = "emergency" if kind == "no_answer" else worse(report.urgency, incident.floor)
    incident = replace(incident, kind=kind, urgency=urgency)
    if report.place in IN_HOSPITAL and (before.report is None or before.report.place not in IN_HOSPITAL):
        return resolve(incident, now) if urgency == "routine" else hand_to_hospital(incident, now)
    held = before.acknowledgement
    if held is not None and held.until is None and report.place not in IN_HOSPITAL:
        return come_home(incident, now) if urgency != "routine" else resolve(incident, now)
    if held is not None:
        if is_on_the_way(before) and report.home:
            held = at_home_again(held, incident.terms.holds_s)
            incident = replace(incident, acknowledgement=held)
        return _observe_covered(incident, held, report, now, measured=report.brings_reading(before.report))
    if urgency == "routine":
        return resolve(incident, now)
    rose = rank(urgency) > rank(before.urgency)
    if (rose and kind != "no_sight") or (before.kind == "no_sight" and kind == "clinical"):
        return begin_round(incident, f"now {urgency}" if rose else "values call for somebody, not silence alone", now)
    return incident


def pass_time(incident: Incident, now: datetime) -> Incident:
    """Return the incident after what time alone does: an acknowledgement runs out, a silence lasts too long."""
    held = incident.acknowledgement
    if held is not None:
        if held.until is None or now < held.until:
            return incident
        if incident.urgency == "routine":
            return resolve(incident, now)
        longer = _held_longer(incident, held)
        if longer.until is not None and now < longer.until:
            return replace(incident, acknowledgement=longer)
        incident = begin_round(incident, RAN_OUT, now, ran_out_of=held.by)
    silent_at = no_answer_at(incident)
    if silent_at is not None and now >= silent_at:
        incident = replace(incident, kind="no_answer", urgency="emergency")
        return begin_round(incident, "no answer from the home", now)
    return incident


def no_answer_at(incident: Incident) -> datetime | None:
    """Return when the silence of this home becomes an emergency; None while it cannot."""
    report = incident.report
    if incident.kind != "no_sight" or incident.acknowledgement is not None or incident.sight_since is None:
        return None
    if report is None or not report.exposed or not report.home or not report.overdue:
        return None
    asked = [fired.at for fired in incident.fired if fired.role != "caregiver" and fired.at >= incident.sight_since]
    if incident.explained is not None:
        asked.append(incident.explained.since)  # the page about the cause was the call about this home
    if not asked:
        return None  # nobody has been called yet, so nobody has failed to answer
    since = incident.sight_since if incident.answered_at is None else max(incident.sight_since, incident.answered_at)
    # Once the home has spoken, staff must have been called anew before it can have left them unanswered; where nobody
    # has it and no further call is planned, the calls before count, so that this silence ends in an emergency too.
    anew = min((at for at in asked if at >= since), default=max(min(asked), incident.began_at))
    return max(
        since + timedelta(seconds=incident.terms.no_answer_after_s),
        anew + timedelta(seconds=incident.terms.no_answer_after_staff_s),
    )


def _held_longer(incident: Incident, held: Acknowledgement) -> Acknowledgement:
    """Return the acknowledgement with the time it has left where its own time is over but nobody is needed anew."""
    holds_s = incident.terms.holds_s
    return on_the_way(held, holds_s) if is_on_the_way(incident) else of_what_is_left(held, incident.urgency, holds_s)


def _observe_covered(
    incident: Incident, held: Acknowledgement, report: Report, now: datetime, *, measured: bool
) -> Incident:
    if incident.urgency == "routine":
        # Quiet values wait for the acknowledgement to run out; a silence that ended leaves nothing to watch over.
        return incident if incident.kind == "clinical" else resolve(incident, now)
    if held.awaits_values and measured and report.red_now:
        return begin_round(incident, f"{incident.urgency} at home again", now)
    reason = worsened(held, report, incident.urgency, silent_since=incident.sight_since)
    if reason is not None:
        return begin_round(incident, reason, now)
    return replace(incident, acknowledgement=grown(held, incident.urgency, incident.terms.holds_s))


def _remember(incident: Incident, report: Report, now: datetime) -> Incident:
    """Take in a report: since when the home is silent, since when it is an emergency and how sure that is."""
    last = incident.report
    is_new_reading = report.brings_reading(last)
    sight_since = (incident.sight_since or min(report.at, now)) if report.overdue and report.home else None
    emergency, known = report.urgency == "emergency", incident.emergency_since is not None
    repeated = is_new_reading and bool(report.measured & report.urgent_groups)
    sure = emergency and (report.agreed or (known and (incident.emergency_sure or repeated)))
    unheard = report.urgent_groups - (last.urgent_groups if last else frozenset()) - {SIGHT}
    news = bool(unheard) or (is_new_reading and report.red_now)
    kept = incident.fired
    if sight_since != incident.sight_since:
        kept = tuple(fired for fired in kept if not fired.key.startswith("sight."))
    return replace(
        incident,
        report=report if report.reading_id is not None or last is None else report.after(last),
        sight_since=sight_since,
        answered_at=now if is_new_reading and last is not None else incident.answered_at,
        emergency_since=(incident.emergency_since or now) if emergency else None,
        emergency_sure=sure,
        only_old_values=incident.only_old_values and not news,
        fired=kept,
        explained=incident.explained if sight_since == incident.sight_since else None,
    )


def _with_floor(incident: Incident, report: Report) -> Incident:
    """Hold the urgency up where a quieter report must not lower it yet."""
    new_reading = report.brings_reading(incident.report)
    if incident.text_floor and new_reading and not report.by_text:
        incident = replace(incident, text_floor=False, floor=_settled_floor(incident))
    if rank(report.urgency) >= rank(incident.urgency) or incident.kind == "technical":
        return incident
    if new_reading and report.by_text and incident.kind != "no_answer":
        return replace(incident, floor=incident.urgency, text_floor=True)
    if incident.text_floor or incident.acknowledgement is not None:
        return incident
    return replace(incident, floor=worse(incident.floor, _settled_floor(incident)))


def _settled_floor(incident: Incident) -> Urgency:
    """Return how far an unacknowledged incident may quiet by itself."""
    if incident.acknowledgement is not None:
        return "routine"
    match incident.kind, incident.urgency:
        case "clinical", "emergency":
            return "urgent"
        case ("clinical", "urgent") | ("no_answer", _):
            return "watch"
        case _:
            return "routine"


def _kind_after(before: Incident, incident: Incident, report: Report) -> Kind:
    """Return what kind the incident now is: a reading ends `no_answer`, values beat silence."""
    silent_still = before.kind == "no_answer" and bool(report.overdue) and incident.answered_at == before.answered_at
    if silent_still and not report.clinical:
        return "no_answer"
    if report.clinical or report.urgency == "routine":
        return "clinical" if report.clinical or before.kind == "clinical" or incident.floor != "routine" else "no_sight"
    held = before.acknowledgement
    somebodys = held is not None and (held.until is not None or report.place in IN_HOSPITAL)
    if before.kind == "clinical" and (incident.floor != "routine" or somebodys):
        return "clinical"
    return "no_sight"
