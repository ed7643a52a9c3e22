"""Reads what is known of patients, so that what their enrolment lacks can be listed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts.contacts import contacts_of, every_contact
from alerts.directory import Directory
from alerts.enrolment_check import Checklist, ContactSeen, Known, checklist
from alerts.verification_store import contact_checks, owner_of
from gateway.reading import PatientId
from gateway.store import hubs
from monitor.age import is_minor, is_under
from monitor.course import Course
from monitor.enrolment import Enrolled, enrolled, patient_by_id
from monitor.planned_doses import dose_calendar
from monitor.planned_doses_store import CALENDAR_KINDS
from monitor.record import Baseline, BaselineChanged, CapdAsked, DoseGiven, Event, IceAsked
from monitor.rules import Rules
from monitor.store import entries_of, latest_assessments

KINDS = CALENDAR_KINDS | {"ice", "capd", "baseline"}
"""Types of entries that an enrolment rests on."""


def checklist_of(
    session: Session, patient_id: PatientId, rules: Rules, directory: Directory, now: datetime
) -> Checklist | None:
    """Return the checklist of one patient, None when there is no such patient."""
    patient = patient_by_id(session, patient_id)
    if patient is None:
        return None
    contacts = _contacts(session, patient_id)
    homes = _hubs(session)
    return _checklist(session, patient, contacts.get(patient_id, ()), homes.get(patient_id, ()), rules, directory, now)


def every_checklist(session: Session, rules: Rules, directory: Directory, now: datetime) -> dict[str, Checklist]:
    """Return the checklist of everybody whose watch has not ended, by code; those known only by a code included."""
    contacts, homes, latest = _contacts(session, None), _hubs(session), latest_assessments(session)
    return {
        patient.code: _checklist(
            session,
            patient,
            contacts.get(patient.patient_id, ()),
            homes.get(patient.patient_id, ()),
            rules,
            directory,
            now,
        )
        for patient in enrolled(session)
        if (stored := latest.get(patient.patient_id)) is None or stored.assessment.place != "ended"
    }


def _checklist(
    session: Session,
    patient: Enrolled,
    contacts: Sequence[ContactSeen],
    homes: Sequence[str],
    rules: Rules,
    directory: Directory,
    now: datetime,
) -> Checklist:
    entered = entries_of(session, patient.patient_id, KINDS)
    standing = Course(patient.profile, patient.regimen, rules, entered).standing(now)
    drug = rules.catalogue.find(patient.drug)
    zone, ask_after = ZoneInfo(patient.profile.timezone), rules.panels.long_gap.days
    first = next((event.at for event in standing if isinstance(event, DoseGiven)), None)
    answers = [event.at for event in standing if isinstance(event, IceAsked | CapdAsked)]
    known = Known(
        code=patient.code,
        profile=replace(patient.profile, baseline=_baseline(patient.profile.baseline, standing)),
        regimen=patient.regimen,
        drug=drug,
        contacts=contacts,
        hubs=homes,
        calendar=dose_calendar(standing, drug, patient.regimen, zone, ask_after, now),
        dosed=first is not None,
        asked_before_dose=any(first is None or at < first for at in answers),
        minor=is_minor(patient.profile, now, rules),
        child=is_under(patient.profile, now, rules.ice.capd_under_years),
    )
    return checklist(known, directory, now)


def _baseline(own: Baseline, standing: Sequence[Event]) -> Baseline:
    for event in standing:
        if isinstance(event, BaselineChanged):
            entered = {each.name: getattr(event.baseline, each.name) for each in fields(Baseline)}
            own = replace(own, **{name: value for name, value in entered.items() if value is not None})
    return own


def _contacts(session: Session, patient_id: PatientId | None) -> Mapping[PatientId, Sequence[ContactSeen]]:
    checks = {one.owner: one.check for one in contact_checks(session, patient_id=patient_id)}
    found: dict[PatientId, list[ContactSeen]] = defaultdict(list)
    for one in every_contact(session) if patient_id is None else contacts_of(session, patient_id):
        if (check := checks.get(owner_of(one))) is not None:
            seen = ContactSeen(name=one.name, state=check.state, consent=one.consent, why=check.why)
            found[one.patient_id].append(seen)
    return found


def _hubs(session: Session) -> Mapping[PatientId, Sequence[str]]:
    found: dict[PatientId, list[str]] = defaultdict(list)
    for hub in hubs(session):
        if hub.patient_id is not None and not hub.disabled:
            found[hub.patient_id].append(hub.name)
    return found
