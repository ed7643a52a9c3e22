"""What people do with an incident: accept it, hand it over, escalate, answer from home. Pure; calls nobody itself."""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.acknowledgement import HOSPITAL, Acknowledgement, HandOver
from alerts.incident import Incident, Kind, RefusedError, begin_round
from alerts.report import IN_HOSPITAL, rank, worse
from alerts.roster import Person

OF_THE_JOURNEY = ("ed", "arrival", "elsewhere")
"""What the keys of all that is said once about one way to the hospital begin with."""


def acknowledge(incident: Incident, *, by: str, note: str, now: datetime) -> Incident:
    """Return the incident accepted by a person: calls stop until something worse or until it runs out.

    While the patient is in hospital it does not run out: others look after them, and the home measures nothing.

    Raises
    ------
    RefusedError
        When it is already resolved.
    """
    if not incident.live:
        raise RefusedError("This incident is already resolved.")
    report = incident.report
    in_hospital = report is not None and report.place in IN_HOSPITAL
    holds = timedelta(seconds=incident.terms.holds_s.get(incident.urgency, incident.terms.holds_s["watch"]))
    held = Acknowledgement(
        by=by,
        note=note,
        at=now,
        until=None if in_hospital else now + holds,
        urgency=incident.urgency,
        grade=report.grade if report else None,
        urgent_groups=report.urgent_groups if report else frozenset(),
        blind=in_hospital or (report.blind if report else False),
    )
    # The floors have done their work: somebody has seen what quieted.
    urgency = incident.urgency if report is None or incident.kind == "no_answer" else report.urgency
    return replace(
        incident,
        state="acknowledged",
        acknowledgement=held,
        urgency=urgency,
        floor="routine",
        text_floor=False,
        pushed_at=None,
        hand_over=_still_offered(incident, by),
    )


def hand_over(incident: Incident, *, to: Person, by: str, now: datetime) -> Incident:
    """Return the incident offered to another person, who is called until they accept.

    Until then it stays with whoever has it, and their acceptance runs out as before. Offering it to somebody else
    replaces the offer before.

    Raises
    ------
    RefusedError
        When it is resolved, when nobody or only the hospital has it, and when `to` has it already.
    """
    if not incident.live:
        raise RefusedError("This incident is already resolved.")
    held = incident.acknowledgement
    if held is None:
        raise RefusedError("Nobody has this incident yet: accept it, then hand it over.")
    if held.until is None:
        raise RefusedError("The hospital has this patient: there is nothing to hand over.")
    if held.by == to.name:
        raise RefusedError(f"{to.name} has this incident already.")
    return replace(incident, hand_over=HandOver(to=to, by=by, at=now))


def decline(incident: Incident, person: Person) -> Incident:
    """Return the incident no longer offered to this person; whoever has it keeps it.

    Raises
    ------
    RefusedError
        When it is not offered to them.
    """
    if not offered_to(incident, person):
        raise RefusedError("Nobody is handing this incident to you.")
    return replace(incident, hand_over=None)


def offered_to(incident: Incident, person: Person) -> bool:
    """Whether this person may accept an incident that somebody else has, because it is being handed to them."""
    return incident.hand_over is not None and incident.hand_over.to.key == person.key


def escalate(incident: Incident, *, now: datetime) -> Incident:
    """Return the incident with its next rung due now, acknowledged or not; refuses a resolved one."""
    if not incident.live:
        raise RefusedError("This incident is already resolved.")
    if rank(incident.urgency) < rank("urgent") or incident.kind == "no_sight":
        raised = replace(incident, floor="urgent", urgency=worse(incident.urgency, "urgent"), escalated=True)
        return begin_round(raised, "escalated by a person", now)
    held = incident.acknowledgement
    # The ladder's clock stood still while somebody had it: only the next rung is due, the others keep their distance.
    began_at = incident.began_at if held is None else incident.began_at + (now - held.at)
    return replace(
        incident,
        state="calling",
        acknowledgement=None,
        hand_over=None,
        began_at=began_at,
        pushed_at=now,
        escalated=True,
    )


def hold_ed_notice(incident: Incident, *, now: datetime) -> Incident:
    """Return the incident with the notice to the emergency department held for the policy's time."""
    if not incident.live:
        raise RefusedError("This incident is already resolved.")
    if incident.has_fired("ed") is not None:
        raise RefusedError("The emergency department has already been told.")
    if incident.urgency != "emergency":
        raise RefusedError("No notice is waiting: this incident is not an emergency.")
    return replace(incident, ed_hold_until=now + timedelta(seconds=incident.terms.ed_hold_s))


def going(incident: Incident, now: datetime) -> Incident:
    """Return the incident after the caregiver said that they are on their way."""
    return ask_ed_notice(replace(answered(incident, now), going_at=incident.going_at or now), now)


def ask_ed_notice(incident: Incident, now: datetime) -> Incident:
    """Return the incident with the notice to the emergency department due now, whatever held it."""
    return replace(incident, notice_at=incident.notice_at or now, ed_hold_until=None)


def answered(incident: Incident, now: datetime) -> Incident:
    """Return the incident after any sign of life from the home: it is not unanswered any more."""
    incident = replace(incident, answered_at=now)
    if incident.kind != "no_answer" or incident.report is None:
        return incident
    kind: Kind = "clinical" if incident.report.clinical else "no_sight"
    floor = incident.floor if incident.acknowledgement else worse(incident.floor, "watch")
    return replace(incident, kind=kind, urgency=worse(incident.report.urgency, floor), floor=floor)


def ask_for_call(incident: Incident, why: str, now: datetime) -> Incident:
    """Return the incident after the home asked for somebody: urgent until a person accepts, also beside an acceptance.

    Whoever is being called already is not called twice for it.
    """
    waiting = incident.acknowledgement is None and rank(incident.urgency) >= rank("urgent")
    incident = replace(incident, floor=worse(incident.floor, "urgent"), urgency=worse(incident.urgency, "urgent"))
    if waiting and incident.kind != "no_sight":
        return incident
    return begin_round(replace(incident, kind="clinical"), why, now)


def home_answered(incident: Incident, *, by: str, how: str, now: datetime) -> Incident:
    """Return the incident after a member of staff spoke with the home: it is no longer unanswered, and theirs.

    Whoever spoke with the home knows more than anybody who is being called, so this is an acceptance of what is left,
    for the time of the urgency that is left; `how` is kept as its note.

    Raises
    ------
    RefusedError
        When it is already resolved, and when it is about no home.
    """
    if incident.kind == "technical":
        raise RefusedError("This incident is about no home.")
    if not incident.live:
        raise RefusedError("This incident is already resolved.")
    return acknowledge(answered(incident, now), by=by, note=how, now=now)


def hand_to_hospital(incident: Incident, now: datetime) -> Incident:
    """Return the incident in the hospital's hands: nobody is called until it gets worse or the patient is back."""
    held = acknowledge(incident, by=HOSPITAL, note="the patient is there", now=now)
    assert held.acknowledgement is not None  # noqa: S101 - acknowledge always sets it
    return replace(held, acknowledgement=replace(held.acknowledgement, until=None, blind=True))


def come_home(incident: Incident, now: datetime) -> Incident:
    """Return the incident of a patient who is back while values from before the hospital are still red.

    Nothing new is known, and whoever sent the patient home has seen those: the first values measured at home decide,
    the silence ladder calls when none come, and after the time of an urgent acceptance calling begins whatever was
    heard. What was said about the journey there is over: it can be said again.
    """
    held = acknowledge(incident, by=HOSPITAL, note="sent home: the first values decide", now=now)
    assert held.acknowledgement is not None  # noqa: S101 - acknowledge always sets it
    until = now + timedelta(seconds=incident.terms.holds_s["urgent"])
    return replace(
        held,
        acknowledgement=replace(held.acknowledgement, until=until, awaits_values=True),
        fired=tuple(fired for fired in held.fired if not _of_the_journey(fired.key)),
        departments=(),
        departments_before=(*held.departments_before, *held.departments),
        going_at=None,
        notice_at=None,
        ed_hold_until=None,
        emergency_since=None,
        emergency_sure=False,
        only_old_values=True,
    )


def _of_the_journey(key: str) -> bool:
    return key.partition(".")[0] in OF_THE_JOURNEY or key.endswith(".go")


def _still_offered(incident: Incident, by: str) -> HandOver | None:
    """Return the offer that outlives an acceptance: a holder who renews their time has not taken it back."""
    held = incident.acknowledgement
    return incident.hand_over if held is not None and held.by == by else None
