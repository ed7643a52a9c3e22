"""Understands the texts that came in. Each is stored before it is read, read once, and always answered."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlmodel import Session

from alerts import message, no_texts, pages, store
from alerts.audit_rows import TEXTS
from alerts.calling import Duty, answer, at_once
from alerts.contacts import Contact, contacts_by_number
from alerts.fault import where
from alerts.replies import Entered, NotUnderstood, OnTheWay, read_caregiver
from alerts.response import answered, going
from alerts.roster import Person
from alerts.sources import Sources, native_payload
from alerts.staff_answers import ACCEPTED, from_key, from_staff
from alerts.staff_replies import names_a_page, read_staff
from alerts.store import Kept
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
            understood = Understood(meaning="failed", answer=message.call_us(duty.site), role="unknown")
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
        return _from_caregiver(session, text, contacts, duty, sources, now)
    return Understood(meaning="unknown number", answer=message.unknown_number(duty.site), role="unknown")


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
    sentence = "That is not the code of the test." if reply == "wrong" else "This phone is confirmed."
    if person is not None:
        return told(person, duty, meaning, sentence)
    return Understood(
        meaning=meaning,
        answer=message.caregiver(f"{sentence} Questions: {duty.site.unit_phone}."),
        role="caregiver",
        person=contacts[0].name,
        contact=contact,
    )


def _from_caregiver(
    session: Session, text: InboundRow, contacts: list[Contact], duty: Duty, sources: Sources, now: datetime
) -> Understood:
    if names_a_page(text.body):
        return _ask_back(contacts, duty, "a page code from a home", "Only the staff can answer pages.")
    said = read_caregiver(text.body)
    if isinstance(said, NotUnderstood):
        return _ask_back(contacts, duty, "not understood", said.sentence)
    contact = _whose(contacts, said.letter)
    if contact is None:
        letters = " or ".join(sorted(contact.letter or "?" for contact in contacts))
        return _ask_back(contacts, duty, "which patient?", f"Begin with the patient's letter: {letters}.")
    kept = store.live_of(session, store.subject_of(contact.patient_id))
    reading_id = None
    match said:
        case Entered():
            payload = native_payload(said, text.received_at)
            reading_id = sources.enter_reading(session, contact.patient_id, payload, text.received_at)
            reply = None  # the assessment of these values says what arrived and what comes next
            meaning = "values"
        case OnTheWay(there=True):
            sources.enter_place(session, contact.patient_id, "emergency_department", text.received_at)
            reply = message.thanks(duty.site, sentence="Show the card.")
            meaning = "arrived"
        case OnTheWay():
            sources.enter_place(session, contact.patient_id, "travelling", text.received_at)
            reply = message.thanks(duty.site, sentence="Take the card. Reply THERE when you arrive.")
            meaning = "on the way"
    if kept is not None and kept.id is not None:
        _note_answer(session, kept, said, now)
    return Understood(
        meaning=meaning,
        answer=reply,
        role="caregiver",
        person=contact.name,
        incident_id=kept.id if kept else None,
        contact=contact,
        reading_id=reading_id,
    )


def _note_answer(session: Session, kept: Kept, said: Entered | OnTheWay, now: datetime) -> None:
    leaving = isinstance(said, OnTheWay) and not said.there
    incident = going(kept.incident, now) if leaving else answered(kept.incident, now)
    store.save(session, replace(kept, incident=incident), at_once(now))
    store.note(session, kept.id or 0, now, "home answered", by="caregiver")


def _whose(contacts: list[Contact], letter: str | None) -> Contact | None:
    """Return the contact a text belongs to, or None when that cannot be told."""
    if len(contacts) == 1:
        return contacts[0] if letter in {None, contacts[0].letter} else None
    return next((contact for contact in contacts if letter is not None and contact.letter == letter), None)


def _ask_back(contacts: list[Contact], duty: Duty, meaning: str, sentence: str) -> Understood:
    return Understood(
        meaning=meaning,
        answer=message.mistake(duty.site, sentence=sentence),
        role="caregiver",
        person=contacts[0].name,
        contact=contacts[0] if len(contacts) == 1 else None,
    )
