"""Acts on what a home texted: enters it in the record, lets the incident know, and answers in the home's language.

A text raises at once and lowers nothing: better ICE points than those that made somebody come wait for the nurse, and
"better" is only shown. A home that wants to be called, that names something dangerous in words we cannot read, or
that is not understood three times in an hour, gets a call.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from alerts import home_texts, store
from alerts.calling import Duty, at_once
from alerts.contacts import Contact
from alerts.home_languages import wording_of
from alerts.home_replies import FromHome, Puzzle, Saying, read_home
from alerts.home_texts import Wording
from alerts.home_values import GROUPS, Ask
from alerts.home_words import words_of
from alerts.incident_news import open_at_their_wish
from alerts.message import Site
from alerts.response import answered, ask_for_call, going
from alerts.sources import Sources, native_payload
from alerts.store import Kept
from alerts.tables import InboundRow
from alerts.understood import Understood
from monitor.rulebook import load_rules

NOT_UNDERSTOOD = "not understood"
PUZZLED_AT_MOST = 3
PUZZLED_WITHIN = timedelta(hours=1)
"""A home that was asked back so often in this time needs a voice."""
EVERYTHING = Ask(now=GROUPS)


def from_home(
    session: Session, text: InboundRow, contacts: Sequence[Contact], duty: Duty, sources: Sources, now: datetime
) -> Understood:
    """Return what a caregiver's text meant, after entering it; `contacts` are the homes the number is bound to."""
    wording = wording_of(contacts[0].language)
    said = read_home(text.body, words_of(wording.code))
    if isinstance(said, Puzzle):
        return _asked_back(session, text, contacts, said, duty, sources, now)
    contact = _whose(contacts, said.letter)
    if contact is None:
        letters = ", ".join(sorted(contact.letter or "?" for contact in contacts))
        return _ask_back(contacts, duty.site, Puzzle(kind="which_patient", part=letters), "which patient?")
    return _heard(session, text, contact, said, duty, sources, now)


def refuse_page_code(contacts: Sequence[Contact], site: Site) -> Understood:
    """Return the answer to a home that texts as the staff do."""
    return _ask_back(contacts, site, Puzzle(kind="staff_only"), "a page code from a home")


def _heard(
    session: Session, text: InboundRow, contact: Contact, said: FromHome, duty: Duty, sources: Sources, now: datetime
) -> Understood:
    wording, site, at = wording_of(contact.language), duty.site, text.received_at
    kept = store.live_of(session, store.subject_of(contact.patient_id))
    meanings: list[str] = []
    replies: list[str] = []
    reading_id = None
    if said.symptoms:
        sources.enter_symptoms(session, contact.patient_id, said.symptoms, at)
        meanings.append("symptoms")
        replies.append(home_texts.felt(site, wording, symptoms=said.symptoms, ask=EVERYTHING))
    if said.ice is not None:
        recorded = not _would_lower(session, contact, said.ice, sources)
        if recorded:
            sources.enter_ice(session, contact.patient_id, said.ice, at)
        meanings.append("ICE" if recorded else "ICE for the nurse to look at")
        replies.append(home_texts.ice_noted(site, wording, recorded=recorded))
    if said.values is not None:
        # The assessment of these values says what arrived and what comes next.
        reading_id = sources.enter_reading(session, contact.patient_id, native_payload(said.values, at), at)
        meanings.append("values")
    if said.saying is not None:
        meanings.append(_MEANINGS[said.saying])
        replies.append(_REPLIES[said.saying](site, wording))
        if (place := _PLACES.get(said.saying)) is not None:
            sources.enter_place(session, contact.patient_id, place, at)
    if said.saying == "call":
        kept = _call_them(session, contact, kept, duty, sources, "the home asks to be called", now)
    kept = _note_answer(session, kept, said, now)
    return Understood(
        meaning=" and ".join(meanings),
        answer=replies[-1] if replies else None,
        role="caregiver",
        person=contact.name,
        incident_id=kept.id if kept else None,
        contact=contact,
        reading_id=reading_id,
    )


def _note_answer(session: Session, kept: Kept | None, said: FromHome, now: datetime) -> Kept | None:
    if kept is None or kept.id is None:
        return kept
    incident = going(kept.incident, now) if said.saying == "going" else answered(kept.incident, now)
    kept = store.save(session, replace(kept, incident=incident), at_once(now))
    store.note(session, kept.id or 0, now, "home answered", by="caregiver")
    return kept


def _would_lower(session: Session, contact: Contact, ice: Sequence[int], sources: Sources) -> bool:
    """Whether these points are better than those for which somebody is called."""
    newest = sources.newest(session, contact.patient_id)
    if newest is None or not newest.urgent_groups & {"ice", "neuro"}:
        return False
    last = newest.read().icans.ice
    return last is None or sum(ice) > last


def _call_them(
    session: Session, contact: Contact, kept: Kept | None, duty: Duty, sources: Sources, why: str, now: datetime
) -> Kept | None:
    """Make somebody call this home; nothing happens for a patient whom nobody has graded yet."""
    newest = sources.newest(session, contact.patient_id)
    if kept is None and newest is None:
        return None
    if kept is None and newest is not None:
        incident = open_at_their_wish(why, duty.terms, now)
        subject = store.subject_of(contact.patient_id)
        kept = Kept(id=None, subject=subject, patient_id=contact.patient_id, code=newest.code, incident=incident)
    assert kept is not None  # noqa: S101 - one of the two branches above
    opened = kept.id is None
    kept = store.save(session, replace(kept, incident=ask_for_call(kept.incident, why, now)), at_once(now))
    store.note(session, kept.id or 0, now, "opened" if opened else "asked for", by="caregiver", text=why)
    return kept


def _asked_back(
    session: Session, text: InboundRow, contacts: Sequence[Contact], puzzle: Puzzle, duty: Duty, sources: Sources,
    now: datetime,
) -> Understood:  # fmt: skip
    """Ask back, and have the home called where the words sound dangerous or nothing they send is understood."""
    understood = _ask_back(contacts, duty.site, puzzle, NOT_UNDERSTOOD)
    dangerous = puzzle.symptom in load_rules().symptoms.emergency
    since = text.received_at - PUZZLED_WITHIN
    earlier = store.texts_since(session, text.number, since, meaning=NOT_UNDERSTOOD)
    if len(contacts) > 1 or not (dangerous or earlier + 1 >= PUZZLED_AT_MOST):
        return understood
    kept = store.live_of(session, store.subject_of(contacts[0].patient_id))
    why = "a text from the home needs a call"
    kept = _call_them(session, contacts[0], kept, duty, sources, why, now)
    return replace(understood, incident_id=kept.id if kept else None)


def _ask_back(contacts: Sequence[Contact], site: Site, puzzle: Puzzle, meaning: str) -> Understood:
    wording = wording_of(contacts[0].language)
    word = words_of(wording.code).to_send.get(puzzle.symptom or "", "")
    return Understood(
        meaning=meaning,
        answer=home_texts.mistake(site, wording, puzzle, word=word),
        role="caregiver",
        person=contacts[0].name,
        contact=contacts[0] if len(contacts) == 1 else None,
    )


def _whose(contacts: Sequence[Contact], letter: str | None) -> Contact | None:
    """Return the contact a text belongs to, or None when that cannot be told."""
    if len(contacts) == 1:
        return contacts[0] if letter in {None, contacts[0].letter} else None
    return next((contact for contact in contacts if letter is not None and contact.letter == letter), None)


_MEANINGS: Mapping[Saying, str] = {
    "going": "on the way",
    "there": "arrived",
    "help": "asked for help",
    "call": "wants to be called",
    "better": "feels better",
}
_PLACES: Mapping[Saying, Literal["travelling", "emergency_department"]] = {
    "going": "travelling",
    "there": "emergency_department",
}
_REPLIES: Mapping[Saying, Callable[[Site, Wording], str]] = {
    "going": home_texts.on_the_way,
    "there": home_texts.there,
    "help": home_texts.help_text,
    "call": home_texts.nurse_will_call,
    "better": home_texts.better,
}
