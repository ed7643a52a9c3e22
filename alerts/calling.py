"""Writes down what is owed: every page that is due becomes an intent in the transaction that decided it."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from alerts import compose, pages, store
from alerts.contacts import Contact, contacts_of, site_of_home
from alerts.directory import Directory
from alerts.due_pages import due_pages, next_change, next_page
from alerts.ed_calls import department_page, where_to_go
from alerts.home_languages import wording_of
from alerts.incident import Fired, Terms, fire
from alerts.message import Site
from alerts.page_code import page_code
from alerts.policy import Page, Policy
from alerts.reaching import as_reached
from alerts.report import worse
from alerts.roster import Person, Roster
from alerts.store import Kept, Plan
from alerts.tables import PageRow
from alerts.together import carried, speaks_for_others
from gateway.reading import PatientId


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What this process calls people by. `engine` names the process in the intents it writes.

    `page_url` is the address under which emergency departments reach their pages; empty when nothing is served.
    """

    policy: Policy
    roster: Roster
    site: Site
    terms: Terms
    engine: str
    directory: Directory = field(default_factory=Directory)
    page_url: str = ""


def plan(kept: Kept, duty: Duty, now: datetime) -> Plan:
    """Return when to look at an incident again and what it then does."""
    step = next_page(kept.incident, duty.policy, duty.roster, now)
    return Plan(
        look_at=next_change(kept.incident, duty.policy, duty.roster, now),
        step=f"{step.role.replace('_', ' ')} {step.channel}" if step else None,
        step_at=step.due_at if step else None,
    )


def at_once(now: datetime) -> Plan:
    """Return the plan of an incident that the next look decides about."""
    return Plan(look_at=now, step=None, step_at=None)


def call(session: Session, kept: Kept, duty: Duty, now: datetime, *, cause: datetime | None = None) -> bool:
    """Write the pages that one incident owes at `now`; `cause` is when the reading behind them was received.

    Returns whether a text to a caregiver was among them.
    """
    assert kept.id is not None  # noqa: S101 - only saved incidents are called about
    told_caregiver = False
    owed = due_pages(kept.incident, duty.policy, duty.roster, now)
    for page in sorted(owed, key=lambda page: page.role == "caregiver"):
        if page.role == "emergency_department" and page.person is None:
            kept = _call_department(session, kept, page, duty, now)
            continue
        began_now = kept.incident.began_at == now
        if page.role == "caregiver":
            rows = _caregiver_rows(session, kept, page, duty, now)
            told_caregiver = told_caregiver or page.channel == "sms"
        else:
            rows = [_staff_row(session, kept, page, duty, now)]
        if rows and cause is not None and began_now and page.channel == "sms":
            rows[0].reading_received_at, cause = cause, None
        pages.write(session, (row for row in rows if row.id is None))
        fired = Fired(key=page.key, role=page.role, channel=page.channel, at=now)
        kept = replace(kept, incident=fire(kept.incident, fired))
        store.note(session, kept.id or 0, now, "paged", by=page.person.key if page.person else None, text=page.reason)
    store.save(session, kept, plan(kept, duty, now))
    return told_caregiver


def _call_department(session: Session, kept: Kept, page: Page, duty: Duty, now: datetime) -> Kept:
    """Write the page to whichever department the rung is for."""
    kept, person, body = department_page(session, kept, page, duty.directory, duty.site, duty.page_url, now)
    if person is not None:
        pages.write(session, [_row(kept, page, duty, now, person, body)])
    what = "paged" if person is not None else "no department to tell"
    store.note(session, kept.id or 0, now, what, by=person.key if person else None, text=page.reason)
    return kept


def answer(
    session: Session, duty: Duty, now: datetime, *, number: str, role: str, body: str, rung: str, person: str | None,
    incident_id: int | None = None, patient_id: PatientId | None = None, cause: datetime | None = None,
) -> None:  # fmt: skip
    """Write a text that answers somebody; it belongs to no ladder."""
    own = PageRow(
        incident_id=incident_id,
        patient_id=patient_id,
        rung=rung,
        role=role,
        person=person,
        number=number,
        channel="sms",
        kind="answer",
        urgency="routine",
        body=body,
        reason="an answer",
        due_at=now,
        created_at=now,
        state="intent",
        attempts=1,
        engine=duty.engine,
        reading_received_at=cause,
    )
    pages.write(session, [own])


def _caregiver_rows(session: Session, kept: Kept, page: Page, duty: Duty, now: datetime) -> list[PageRow]:
    contacts = [] if kept.patient_id is None else contacts_of(session, kept.patient_id)
    if not contacts:
        nobody = _row(kept, page, duty, now, Person(key="", name="", number=""), "")
        nobody.state, nobody.outcome = "failed", "no caregiver's number is known"
        pages.write(session, [nobody])
    rows = []
    site = site_of_home(session, kept.patient_id, duty.site)
    hospital = where_to_go(session, kept, duty.directory, now) if page.message == "go_now" else None
    for contact in contacts:
        own = as_reached(session, page, contact.number)
        body = compose.for_caregiver(kept, own, contact, site, now, hospital=hospital)
        rows.append(_row(kept, own, duty, now, contact, body))
    return rows


def _staff_row(session: Session, kept: Kept, page: Page, duty: Duty, now: datetime) -> PageRow:
    others = _others_of(session, kept, page, duty, now)
    person = page.person
    assert person is not None  # noqa: S101 - the policy names a person on every page to staff
    page = as_reached(session, page, person.number)
    for other, _ in others:
        # The page says, and is sent with, the worst of what it is about.
        worst = worse(kept.incident.urgency, other.incident.urgency)
        kept = replace(kept, incident=replace(kept.incident, urgency=worst))
    body = compose.for_staff(kept, page, page_code(kept.id or 0), duty.site, others=len(others))
    lead = _row(kept, page, duty, now, person, body)
    if not others:
        return lead
    session.add(lead)
    session.flush()
    written = [lead]
    for other, own in others:
        row = _row(other, own, duty, now, person, body)
        row.lead_id, row.state, row.outcome = lead.id, "joined", "went out with another page"
        session.add(row)
        written.append(row)
        fired = Fired(key=own.key, role=own.role, channel=own.channel, at=now)
        joined = replace(other, incident=fire(other.incident, fired))
        store.save(session, joined, plan(joined, duty, now))
    session.flush()
    pages.seal(session, written)
    return lead


def _others_of(session: Session, kept: Kept, page: Page, duty: Duty, now: datetime) -> list[tuple[Kept, Page]]:
    """Return the incidents that this page speaks for too, each with the page of its own that it replaces."""
    found = []
    if not speaks_for_others(kept.incident, page):
        return []
    prefix = "technical:" if kept.incident.kind == "technical" else "patient:"
    for other in store.live(session, prefix=prefix):
        if other.id == kept.id:
            continue
        along = carried(kept.incident, page, other.incident, duty.policy, duty.roster, now)
        if along is not None:
            found.append((replace(other, incident=along[0]), along[1]))
    return found


def _row(kept: Kept, page: Page, duty: Duty, now: datetime, who: Person | Contact, body: str) -> PageRow:
    return PageRow(
        incident_id=kept.id,
        patient_id=kept.patient_id,
        rung=page.key,
        role=page.role,
        person=who.name,
        number=who.number,
        channel=page.channel,
        kind="page" if page.role != "caregiver" and page.message == "page" else page.message,
        urgency=kept.incident.urgency,
        body=body,
        reason=page.reason,
        due_at=page.due_at,
        created_at=now,
        state="intent",
        attempts=1,
        engine=duty.engine,
        language=wording_of(who.language).code if isinstance(who, Contact) else "en",
    )
