"""What a person does with an incident at the console or on the command line. Refuses with a sentence."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alerts import store
from alerts.acceptance import accept
from alerts.calling import at_once
from alerts.directory import Department
from alerts.ed_rungs import answered, expecting, transferred
from alerts.ed_store import close_link, newest_link
from alerts.incident import Incident, RefusedError
from alerts.response import ask_ed_notice, escalate
from alerts.response import hand_over as offer
from alerts.response import hold_ed_notice as hold
from alerts.response import home_answered as heard_from_home
from alerts.roster import Roster
from alerts.silence import Severity, SilenceLimits, SilenceRefusedError
from alerts.silence_store import add_silence
from alerts.silence_store import end_silence as end
from alerts.store import Kept
from gateway.reading import PatientCode, PatientId

Refused = RefusedError


def acknowledge(session: Session, incident_id: int, *, by: str, note: str, now: datetime) -> None:
    """Accept an incident: the ladder stops, the note is kept. Accepting again renews the time."""
    accept(session, _found(session, incident_id), by=_named(by), note=note, now=now)


def take(session: Session, incident_id: int, *, by: str, now: datetime) -> None:
    """Take an incident over from whoever has it."""
    accept(session, _found(session, incident_id), by=_named(by), note="taken over", now=now)


def hand_over(session: Session, incident_id: int, *, to: str, by: str, roster: Roster, now: datetime) -> None:
    """Offer an incident to the person whom the roster calls `to`; until they accept it stays with whoever has it."""
    kept, who = _found(session, incident_id), _named(by)
    person = roster.by_key(to.strip())
    if person is None:
        known = ", ".join(one.key for one in roster.people)
        raise Refused(f"There is no {to.strip() or 'such person'} on the roster; it has {known}.")
    offered = offer(kept.incident, to=person, by=who, now=now)
    _keep(session, kept, offered, now, what="handed over", by=who, note=f"to {person.name}")


def home_answered(session: Session, incident_id: int, *, by: str, note: str, now: datetime) -> None:
    """Enter that the home was spoken with: it is no longer unanswered, and whoever spoke with it has the incident."""
    kept, who = _found(session, incident_id), _named(by)
    heard = heard_from_home(kept.incident, by=who, how=note, now=now)
    store.save(session, replace(kept, incident=heard), at_once(now))
    store.note(session, incident_id, now, "home answered", by=who, text=note)
    store.note(session, incident_id, now, store.ACKNOWLEDGED, by=who, text=note)


def escalate_now(session: Session, incident_id: int, *, by: str, now: datetime) -> None:
    """Call the next person of the ladder without waiting."""
    kept = _found(session, incident_id)
    _keep(session, kept, escalate(kept.incident, now=now), now, what="escalated", by=_named(by))


def hold_ed_notice(session: Session, incident_id: int, *, by: str, reason: str, now: datetime) -> None:
    """Hold the notice to the emergency department for the policy's time; a reason is required."""
    if not reason.strip():
        raise Refused("Say why the notice is held.")
    kept = _found(session, incident_id)
    _keep(session, kept, hold(kept.incident, now=now), now, what="notice held", by=_named(by), note=reason)


def send_ed_notice(session: Session, incident_id: int, *, by: str, now: datetime) -> None:
    """Tell the emergency department now."""
    kept = _found(session, incident_id)
    if not kept.incident.live:
        raise Refused("This incident is already resolved.")
    if kept.incident.has_fired("ed") is not None:
        raise Refused("The emergency department has already been told.")
    _keep(session, kept, ask_ed_notice(kept.incident, now), now, what="notice sent", by=_named(by))


def renew_ed_link(session: Session, incident_id: int, *, by: str, now: datetime) -> None:
    """Tell the department that expects the patient anew, with another link; the one before opens nothing any more."""
    kept = _found(session, incident_id)
    told = expecting(kept.incident)
    if not kept.incident.live or told is None:
        raise Refused("No department expects this patient: send the notice.")
    link = newest_link(session, incident_id, told.key)
    if link is not None:
        close_link(session, link.id, now)
    incident = answered(kept.incident, told.key, "renewed", by=_named(by), now=now)
    _keep(session, kept, incident, now, what="new link sent", by=_named(by))


def pass_on(session: Session, incident_id: int, *, to: Department, by: str, now: datetime) -> None:
    """Tell another department now, because the one that expects or has the patient sends them there."""
    kept = _found(session, incident_id)
    told = expecting(kept.incident)
    if not kept.incident.live or told is None:
        raise Refused("No department expects this patient yet: send the notice.")
    if told.key == to.key:
        raise Refused(f"{to.name} expects this patient already; without a department it is sent a new link.")
    incident = transferred(kept.incident, told.key, to=to.key, to_name=to.name, by=_named(by), now=now)
    _keep(session, kept, incident, now, what="passed on", by=_named(by), note=f"to {to.name}")


def silence(
    session: Session, *, by: str, why: str, until: datetime, now: datetime, limits: SilenceLimits,
    patient: tuple[PatientId, PatientCode] | None = None, key: str = "", severity: Severity | None = None,
) -> int:  # fmt: skip
    """Hold calls back about a patient's watch level and reminders, or about the technical condition `key`.

    Returns the number of the silence. `limits` are those of the site's policy; see `alerts.silence_store`.
    """
    try:
        return add_silence(
            session,
            by=_named(by),
            why=why,
            until=until,
            now=now,
            limits=limits,
            patient=patient,
            key=key,
            severity=severity,
        )
    except SilenceRefusedError as error:
        raise Refused(str(error)) from error


def end_silence(session: Session, silence_id: int, *, by: str, now: datetime, why: str = "") -> None:
    """End a silence now: what it held back and is still wrong calls at once."""
    try:
        end(session, silence_id, by=_named(by), now=now, why=why)
    except SilenceRefusedError as error:
        raise Refused(str(error)) from error


def _keep(
    session: Session, kept: Kept, incident: Incident, now: datetime, *, what: str, by: str, note: str = ""
) -> None:
    store.save(session, replace(kept, incident=incident), at_once(now))
    store.note(session, kept.id or 0, now, what, by=by, text=note)


def _found(session: Session, incident_id: int) -> Kept:
    kept = store.by_id(session, incident_id)
    if kept is None:
        raise Refused(f"There is no incident {incident_id}.")
    return kept


def _named(by: str) -> str:
    if not by.strip():
        raise Refused("Say who you are.")
    return by.strip()
