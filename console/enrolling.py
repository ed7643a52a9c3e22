"""Reads what an enrolment form needs, and saves one: profile, telephones, home kit and planned doses together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from alerts.contacts import Contact, add_contact, contacts_of, correct_contact, remove_contact
from alerts.directory import Directory
from alerts.message import Site
from alerts.verification_store import ask
from console.entry.enrolment import Enrolling
from console.entry.enrolment_fields import Seen, values_of
from console.entry.telephones import Caregiver
from gateway.people_log import note
from gateway.permissions import Action
from gateway.reading import PatientCode, PatientId
from gateway.store import assign, hubs
from gateway.users import require
from monitor.enrolment import enrol, enrolled, patient_by_id, profile_object
from monitor.planned_doses_store import calendar_of, plan, proposal_for
from monitor.rules import Rules
from monitor.timeline import BadEvent


def seen_of(
    session: Session, patient_id: PatientId | None, rules: Rules, directory: Directory, timezone: str, now: datetime
) -> Seen:
    """Return what is known before the form of one patient is filled; of a new one when `patient_id` is None."""
    everybody, every_hub = enrolled(session), hubs(session)
    common: dict[str, Any] = {
        "departments": tuple(one.key for one in directory.departments),
        "spare_hubs": tuple(hub.name for hub in every_hub if hub.patient_id is None and not hub.disabled),
        "timezone": timezone,
    }
    patient = None if patient_id is None else patient_by_id(session, patient_id)
    if patient_id is None or patient is None:
        codes = tuple(PatientCode(each.code) for each in everybody if each.enrolled_at is not None)
        return Seen(values=values_of({}, drug=None, schedule=None, timezone=timezone), codes=codes, **common)
    profile = profile_object(session, patient_id)
    hub = next((hub.name for hub in every_hub if hub.patient_id == patient_id), None)
    contacts = tuple(_caregiver(one) for one in contacts_of(session, patient_id))
    values = values_of(profile, drug=patient.drug, schedule=patient.schedule, timezone=timezone, hub=hub)
    return Seen(
        patient_id=patient_id,
        code=patient.code,
        version=patient.version,
        profile=profile,
        values=values | {f"contact-{place}": each.line for place, each in enumerate(contacts, 1)},
        contacts=contacts,
        hub=hub,
        planned=calendar_of(session, patient_id, rules, now).next is not None,
        **common,
    )


def _caregiver(one: Contact) -> Caregiver:
    consent = None if one.consent == "not asked" else one.consent_values
    return Caregiver(name=one.name, number=one.number, language=one.language, consent=consent, letter=one.letter)


def save(session: Session, asked: Enrolling, *, by: str, site: Site, rules: Rules, now: datetime) -> PatientId:
    """Save a whole enrolment in the transaction of `session`, each part under the permission it needs.

    Raises
    ------
    BadEvent, ContactRefusedError, HubError, PlanRefusedError, NotPermittedError
        As the owner of each part does; nothing is saved then.
    """
    require(session, by, Action.ENROL)
    _refuse_stale(session, asked)
    if asked.sets_limits:
        require(session, by, Action.SET_LIMITS)
    patient_id = put_profile(
        session, asked.code, asked.profile, drug=asked.drug, schedule=asked.schedule, by=by, now=now
    )
    _settle_telephones(session, patient_id, asked, by=by, site=site, now=now)
    if asked.start is not None:
        require(session, by, Action.ENTER_RECORD)
        proposal = proposal_for(session, patient_id, rules, now, start=asked.start, later=asked.later)
        plan(session, patient_id, proposal, rules, anew=False, by=by, now=now)
    if asked.hub is not None:
        require(session, by, Action.ASSIGN_DEVICES)
        assign(session, asked.hub, asked.code, now)
        what = {"change": "assigned", "hub": asked.hub, "from": now.isoformat()}
        note(session, now, "change", f"patient:{patient_id}", what, by=by, patient_id=patient_id)
    return patient_id


def _refuse_stale(session: Session, asked: Enrolling) -> None:
    """Refuse a form that was opened before somebody else changed the enrolment: it would undo their change."""
    known = next((each for each in enrolled(session) if each.code == asked.code), None)
    patient = None if known is None else patient_by_id(session, known.patient_id)
    if (None if patient is None else patient.version) != asked.version:
        raise BadEvent(f"{asked.code} was enrolled or changed by somebody else meanwhile: open the form again")


def put_profile(
    session: Session,
    code: str,
    profile: Mapping[str, Any],
    *,
    drug: str | None,
    schedule: str | None,
    by: str,
    now: datetime,
) -> PatientId:
    """Enrol a patient or renew the profile of one, and put it into the log. Raises BadEvent as `enrol` does."""
    known = next((each for each in enrolled(session) if each.code == code), None)
    patient_id = enrol(session, code=code, profile=profile, drug=drug, schedule=schedule, now=now)
    change = "enrolled" if known is None else "profile"
    what = {"change": change, "drug": drug, "schedule": schedule, "profile": profile}
    note(session, now, "change", f"patient:{patient_id}", what, by=by, patient_id=patient_id)
    return patient_id


def _settle_telephones(
    session: Session, patient_id: PatientId, asked: Enrolling, *, by: str, site: Site, now: datetime
) -> None:
    """Bind, correct and unbind as the form asks; a new telephone is sent its test text."""
    bound = {one.number: one for one in contacts_of(session, patient_id)}
    changes: list[dict[str, object]] = []
    for number in (number for number in asked.unbinds if number in bound):
        gone = remove_contact(session, patient_id, number)
        changes.append({"change": "contact removed", "name": gone.name, "number": number})
    for each in asked.contacts:
        known = bound.get(each.number)
        if known is None:
            added = add_contact(
                session,
                patient_id,
                name=each.name,
                number=each.number,
                language=each.language,
                consent_values=each.consent,
                letter=each.letter,
                by=by,
                now=now,
            )
            changes.append(
                {"change": "contact added", "name": each.name, "number": each.number, "values": each.consent}
            )
            ask(session, added, site, by=by, now=now)
        elif each != _caregiver(known):
            said = each.consent if each.consent != _caregiver(known).consent else None
            correct_contact(
                session,
                known,
                name=each.name,
                language=each.language,
                consent_values=said,
                letter=None if each.letter == known.letter else each.letter or "",
                by=by,
                now=now,
            )
            changes.append(
                {"change": "contact corrected", "name": each.name, "number": each.number, "language": each.language}
                | {"values": said, "letter": each.letter}
            )
    if changes:
        require(session, by, Action.CHANGE_CONTACTS)
    for what in changes:
        note(session, now, "change", f"patient:{patient_id}", what, by=by, patient_id=patient_id)
