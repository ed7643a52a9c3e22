"""Writes what an emergency department is sent: which department a rung is for, its link, its words."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alerts import ed_message
from alerts.directory import Department, Directory
from alerts.ed_rungs import ARRIVAL, expecting, number_of, told_of
from alerts.ed_store import make_link, newest_link
from alerts.ed_told import Told
from alerts.incident import Fired, fail, fire
from alerts.message import Site
from alerts.page_code import page_code
from alerts.policy import Page
from alerts.roster import Person
from alerts.store import Kept
from monitor.enrolment import patient_by_id


def department_page(
    session: Session, kept: Kept, page: Page, directory: Directory, site: Site, page_url: str, now: datetime
) -> tuple[Kept, Person | None, str]:
    """Return the incident with this rung stepped on, whom to send it to, and the words.

    Nobody when there is no further department, or it has no number for this: the rung has then failed at once.
    """
    kept, department = _department(session, kept, page, directory, now)
    number = None if department is None else department.text if page.channel == "sms" else department.phone
    fired = Fired(key=page.key, role=page.role, channel=page.channel, at=now)
    incident = fire(kept.incident, fired)
    if department is None or number is None:
        return replace(kept, incident=fail(incident, page.key, now)), None, ""
    kept = replace(kept, incident=incident)
    person = Person(key=department.key, name=department.name, number=number)
    return kept, person, _words(session, kept, page, department, site, page_url, now)


def where_to_go(session: Session, kept: Kept, directory: Directory, now: datetime) -> Department | None:
    """Return the department to send this patient to: the one that expects them, else the first of their own.

    None where the site named none.
    """
    told = expecting(kept.incident)
    known = None if told is None else directory.by_key(told.key)
    return known or next(iter(directory.order(_chosen(session, kept), now)), None)


def _department(
    session: Session, kept: Kept, page: Page, directory: Directory, now: datetime
) -> tuple[Kept, Department | None]:
    """Return the department of a rung; the first rung of each chooses it."""
    if page.key == ARRIVAL:
        told = expecting(kept.incident)
        return kept, None if told is None else directory.by_key(told.key)
    number, known = number_of(page.key), kept.incident.departments
    if number < len(known):
        return kept, directory.by_key(known[number].key)
    again = _again(known[-1]) if known else None
    spent = {told.key for told in known}
    order = directory.order(_chosen(session, kept), now)
    named = directory.by_key(again) if again else None
    fresh = [named] if named else [one for one in order if one.key not in spent]
    # Whoever is in the directory and not among the patient's own is better than nobody.
    fresh = fresh or [one for one in directory.order((), now) if one.key not in spent]
    department = fresh[0] if fresh else None
    told = Told(key=department.key, name=department.name, at=now) if department else None
    told = told or Told(key="", name="", at=now, answer="nobody", answered_at=now)
    return replace(kept, incident=told_of(kept.incident, number, told)), department


def _again(told: Told) -> str | None:
    """Return the key of the department that must be told next whoever else there is; None when the order decides."""
    return told.key if told.answer == "renewed" else told.onward or None


def _chosen(session: Session, kept: Kept) -> tuple[str, ...]:
    patient = None if kept.patient_id is None else patient_by_id(session, kept.patient_id)
    return () if patient is None else patient.profile.departments


def _words(
    session: Session, kept: Kept, page: Page, department: Department, site: Site, page_url: str, now: datetime
) -> str:
    urgency, code, code_of_page = kept.incident.urgency, kept.code, page_code(kept.id or 0)
    if page.key == ARRIVAL:
        return ed_message.not_arrived(site, code=code, page_code=code_of_page)
    link_id = _link_id(session, kept, page, department, now) if page_url and department.text else None
    if page.key.endswith(".code") and link_id is not None:
        return ed_message.code_text(site, link_id=link_id, code=code)
    if page.channel == "voice":
        return ed_message.notice_call(site, urgency=urgency, code=code, page_code=code_of_page, link_id=link_id)
    return ed_message.notice_text(
        site, urgency=urgency, code=code, page_code=code_of_page, link_id=link_id, page_url=page_url
    )


def _link_id(session: Session, kept: Kept, page: Page, department: Department, now: datetime) -> int | None:
    """Return the link of this telling: its text, its calls and its code belong together."""
    if kept.id is None or kept.patient_id is None:
        return None
    told_at = kept.incident.departments[number_of(page.key)].at
    known = newest_link(session, kept.id, department.key)
    if known is not None and known.closed_at is None and known.made_at >= told_at:
        return known.id
    return make_link(session, incident_id=kept.id, patient_id=kept.patient_id, department=department.key, now=now)
