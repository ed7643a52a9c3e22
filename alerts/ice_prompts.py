"""Asks a home by text for the ICE points that are due, once for each time: at 08 and 20 by its clock, and on a symptom.

Only who agreed to text values is asked, and only while the monitor asks at all: in the window of neurotoxicity, in
that of CRS, with a symptom, or in ICANS. What nobody answers goes to the nurse's list by itself (docs/behaviour.md).
A home with an emergency has something else to do; the nurse asks there. So does the nurse under twelve years, where
CAPD is asked, and where no text arrives.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, select

from alerts import home_texts, no_texts, pages, store
from alerts.contacts import Contact, every_contact, site_of_home
from alerts.home_languages import wording_of
from alerts.message import Site
from alerts.sources import Sources
from alerts.tables import PageRow
from gateway.database import Database
from gateway.postgresql import Turn
from gateway.reading import PatientId
from monitor.age import is_under
from monitor.enrolment import patient_by_id
from monitor.rulebook import load_rules
from monitor.rules import IceRules

JOB = "ICE prompts"
EVERY_S = 60
KIND = "ice"
HOMES_AT_ONCE = 20
"""Homes asked in one go: most are due at the same minute, and answers to others must not wait behind all of them."""


def ask_homes(database: Database, sources: Sources, site: Site, now: datetime) -> int:
    """Write the texts that are owed now; return to how many homes. Doing it again at once asks nobody twice."""
    rules = load_rules().ice
    with database.read() as session:
        homes = _homes_that_agreed(session)
        due = {
            patient_id: due_at
            for patient_id in homes
            if (due_at := _due(session, patient_id, sources, rules, now)) is not None
        }
    if not due:
        return 0
    with database.write(Turn.CALLS) as session:
        for patient_id in (chosen := list(due)[:HOMES_AT_ONCE]):
            rows = [_row(session, contact, due[patient_id], site, now) for contact in homes[patient_id]]
            pages.write(session, rows)
    return len(chosen)


def _homes_that_agreed(session: Session) -> Mapping[PatientId, Sequence[Contact]]:
    homes: dict[PatientId, list[Contact]] = {}
    for contact in every_contact(session):
        if contact.consent_values and no_texts.why_not(session, contact.number) is None:
            homes.setdefault(contact.patient_id, []).append(contact)
    return homes


def _due(session: Session, patient_id: PatientId, sources: Sources, rules: IceRules, now: datetime) -> datetime | None:
    """Return when ICE fell due that this home has not been asked for; None while it is not to be asked."""
    newest = sources.newest(session, patient_id)
    if newest is None:
        return None
    answer = newest.read()
    due_at = answer.next_due.ice
    if due_at is None or not due_at <= now < due_at + rules.unanswered_after or answer.urgency == "emergency":
        return None
    kept = store.live_of(session, store.subject_of(patient_id))
    if kept is not None and kept.incident.urgency == "emergency":
        return None
    patient = patient_by_id(session, patient_id)
    if patient is not None and is_under(patient.profile, now, rules.capd_under_years):
        return None
    asked = select(PageRow.id).where(PageRow.patient_id == patient_id, PageRow.rung == _rung(due_at))
    return due_at if session.exec(asked.limit(1)).first() is None else None


def _rung(due_at: datetime) -> str:
    return f"{KIND}.{int(due_at.timestamp())}"


def _row(session: Session, contact: Contact, due_at: datetime, site: Site, now: datetime) -> PageRow:
    kept = store.live_of(session, store.subject_of(contact.patient_id))
    wording = wording_of(contact.language)
    return PageRow(
        incident_id=None if kept is None else kept.id,
        patient_id=contact.patient_id,
        rung=_rung(due_at),
        role="caregiver",
        person=contact.name,
        number=contact.number,
        channel="sms",
        kind=KIND,
        urgency="routine",
        body=home_texts.ice_prompt(site_of_home(session, contact.patient_id, site), wording, letter=contact.letter),
        reason="ICE is due",
        due_at=due_at,
        created_at=now,
        state="retry",  # no engine has tried it yet; the next one does, and counts it as its first try
        attempts=0,
        engine="",
        language=wording.code,
    )
