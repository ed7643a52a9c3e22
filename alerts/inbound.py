"""Understands the texts that came in. Each is stored before it is read, read once, and always answered."""

from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlmodel import Session

from alerts import home_texts, no_texts, pages, store
from alerts.audit_rows import TEXTS
from alerts.calling import Duty, answer
from alerts.contacts import Contact, contacts_by_number
from alerts.ed_reply import department_of, from_department
from alerts.fault import where
from alerts.home_answers import from_home, refuse_page_code
from alerts.home_languages import wording_of, wordings_for
from alerts.home_texts import ENGLISH
from alerts.roster import Person
from alerts.sources import Sources
from alerts.staff_answers import ACCEPTED, from_key, from_staff
from alerts.staff_replies import NotUnderstood, names_a_page, read_staff
from alerts.tables import InboundRow
from alerts.understood import Understood, told
from alerts.verification_store import take_answer
from gateway.audit import Kind, append, writing_chain
from gateway.reading import PatientId

log = structlog.get_logger()
ANSWER_SPAN = timedelta(hours=1)
ANSWERS_AT_MOST = 20
"""Texts of one number within the span that are answered; all are read."""


def understand_all(session: Session, duty: Duty, sources: Sources, now: datetime) -> int:
    """Read every text that has not been read, in order; return how many there were."""
    texts = store.unhandled(session)
    for text in texts:
        try:
            with session.begin_nested():
                understood = _understand(session, text, duty, sources, now)
        except Exception as error:  # noqa: BLE001 - one text must never stop the others; it stays stored and shown
            log.error("text failed", inbound=text.id, error=where(error))  # noqa: TRY400 - see alerts.fault
            understood = Understood(meaning="failed", answer=home_texts.call_us(duty.site, ENGLISH), role="unknown")
        text.handled_at, text.meaning, text.role = now, understood.meaning, understood.role
        text.person, text.incident_id = understood.person, understood.incident_id
        text.awaited_reading_id = understood.reading_id
        text.patient_id = _patient_of(session, understood)
        session.add(text)
        if understood.answer is not None and _may_answer(session, text, now):
            answer(
                session,
                duty,
                now,
                number=text.number,
                role=understood.role,
                body=understood.answer,
                rung=f"answer.{text.id}",
                person=understood.person,
                incident_id=understood.incident_id,
                patient_id=understood.contact.patient_id if understood.contact else None,
            )
        for other in understood.others:
            answer(
                session,
                duty,
                now,
                number=other.person.number,
                role="staff",
                body=other.body,
                rung=f"told.{text.id}",
                person=other.person.name,
                incident_id=understood.incident_id,
            )
        session.flush()
        _seal(session, text, understood, now)
    return len(texts)


def _patient_of(session: Session, understood: Understood) -> PatientId | None:
    """Return whose home or incident a text is about; None when that cannot be told."""
    if understood.contact is not None:
        return understood.contact.patient_id
    kept = None if understood.incident_id is None else store.by_id(session, understood.incident_id)
    return kept.patient_id if kept else None


def _seal(session: Session, text: InboundRow, understood: Understood, now: datetime) -> None:
    """Put a text that has been read into the audit log, under the patient it belongs to."""
    actor = understood.person if understood.role == "staff" else None
    kind: Kind = "acknowledgement" if understood.meaning == ACCEPTED else "receipt"
    entry = TEXTS.entry_of(kind, text, patient_id=text.patient_id, actor=actor)
    append(session.connection(), writing_chain(), now, [entry])


def _may_answer(session: Session, text: InboundRow, now: datetime) -> bool:
    """Whether to answer: a machine that answers our answers must not keep both busy all night."""
    return store.texts_since(session, text.number, now - ANSWER_SPAN) <= ANSWERS_AT_MOST


def _understand(session: Session, text: InboundRow, duty: Duty, sources: Sources, now: datetime) -> Understood:
    if text.channel == "voice":
        return _from_key(session, text, duty)
    person = duty.roster.by_number(text.number)
    contacts = contacts_by_number(session, text.number)
    asked = no_texts.asks_for(text.body)
    if asked is not None:
        return _no_more_texts(session, text, person, contacts, asked)
    if person is not None or contacts:
        heard = _from_asked(session, text, person, contacts, duty)
        if heard is not None:
            return heard
    if person is not None:
        reply = read_staff(text.body)
        if not isinstance(reply, NotUnderstood) or not contacts:
            return from_staff(session, text, person, reply, duty)
    if contacts:
        if names_a_page(text.body):
            return refuse_page_code(contacts, duty.site)
        return from_home(session, text, contacts, duty, sources, now)
    department = department_of(duty, text.number)
    if department is not None:
        return from_department(session, text, department, duty)
    answer = home_texts.unknown_number(duty.site, wordings_for(text.number))
    return Understood(meaning="unknown number", answer=answer, role="unknown")


def _no_more_texts(
    session: Session, text: InboundRow, person: Person | None, contacts: list[Contact], asked: Literal["STOP", "START"]
) -> Understood:
    """Heed STOP and START. The network answers them itself, and would refuse an answer of ours."""
    if asked == "STOP":
        no_texts.remember(session, text.number, no_texts.STOP, text.received_at)
    else:
        no_texts.forget(session, text.number, no_texts.STOP)
    return Understood(
        meaning=no_texts.OPTED_OUT if asked == "STOP" else no_texts.OPTED_IN,
        answer=None,
        role="staff" if person is not None else "caregiver" if contacts else "unknown",
        person=person.name if person is not None else contacts[0].name if contacts else None,
        contact=contacts[0] if person is None and len(contacts) == 1 else None,
    )


def _from_key(session: Session, text: InboundRow, duty: Duty) -> Understood:
    """Understand a key that somebody pressed in a call of ours: it counts for the number we called."""
    person = duty.roster.by_number(text.number)
    incident_id = pages.incident_of(session, text.page_id)
    kept = None if incident_id is None else store.by_id(session, incident_id)
    if person is None or kept is None:
        return Understood(meaning="key of nobody on the roster", answer=None, role="unknown")
    return from_key(session, text, person, kept, duty)


def _from_asked(
    session: Session, text: InboundRow, person: Person | None, contacts: list[Contact], duty: Duty
) -> Understood | None:
    """Understand the answer to a test of this telephone; None when the text is something else."""
    contact = contacts[0] if person is None and len(contacts) == 1 else None
    patient_id = contact.patient_id if contact else None
    reply = take_answer(session, text.number, text.body, patient_id=patient_id, at=text.received_at)
    if reply is None:
        return None
    meaning = {"verified": "test answered", "already": "test answered again", "wrong": "wrong test code"}[reply]
    if person is not None:
        sentence = "That is not the code of the test." if reply == "wrong" else "This phone is confirmed."
        return told(person, duty, meaning, sentence)
    wording = wording_of(contacts[0].language)
    return Understood(
        meaning=meaning,
        answer=home_texts.tested(duty.site, wording, right=reply != "wrong"),
        role="caregiver",
        person=contacts[0].name,
        contact=contact,
    )
