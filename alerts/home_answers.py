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

from alerts import home_questions, home_texts, no_texts, store
from alerts.calling import Duty, at_once
from alerts.contacts import Contact
from alerts.ed_calls import where_to_go
from alerts.home_languages import wording_of
from alerts.home_pages import on_the_road, still_to_go
from alerts.home_replies import FromHome, HomeWords, Puzzle, Saying, only_agrees, read_home
from alerts.home_texts import Wording
from alerts.home_values import GROUPS, Ask, ask_of, ice_would_lower
from alerts.home_words import words_of
from alerts.incident_news import open_at_their_wish
from alerts.message import Site
from alerts.response import answered, ask_for_call, going
from alerts.sources import Sources, native_payload
from alerts.store import Kept
from alerts.tables import InboundRow
from alerts.understood import Understood
from monitor.rulebook import load_rules

NOT_UNDERSTOOD, WHICH_PATIENT = "not understood", "which patient?"
PUZZLED_AT_MOST = 3
PUZZLED_WITHIN = timedelta(hours=1)
"""A home that was asked back so often in this time needs a voice."""
QUESTION_STANDS = timedelta(minutes=15)
"""For how long after a question of ours a mere yes is taken for its answer."""
EVERYTHING = Ask(now=GROUPS)


def from_home(
    session: Session, text: InboundRow, contacts: Sequence[Contact], duty: Duty, sources: Sources, now: datetime
) -> Understood:
    """Return what a caregiver's text meant, after entering it; `contacts` are the homes the number is bound to."""
    wording = _wording(contacts)
    words = words_of(wording.code)
    said: FromHome | Puzzle = read_home(text.body, words)
    if only_agrees(text.body, words):
        said = _open_question(session, text, words) or said
    if isinstance(said, Puzzle):
        return _asked_back(session, text, contacts, said, duty, sources, now)
    contact = _whose(contacts, said.letter)
    if contact is not None:
        return _heard(session, text, contact, said, duty, sources, now)
    if said.letter is None and said.saying in {"help", "thanks"}:
        answer = home_texts.help_text(duty.site, wording) if said.saying == "help" else None
        return Understood(meaning=_MEANINGS[said.saying], answer=answer, role="caregiver", person=contacts[0].name)
    return _asked_back(session, text, contacts, _about_whom(contacts, said), duty, sources, now)


def refuse_page_code(contacts: Sequence[Contact], site: Site) -> Understood:
    """Return the answer to a home that texts as the staff do."""
    puzzle = Puzzle(kind="staff_only")
    return _ask_back(contacts, "a page code from a home", home_questions.mistake(site, _wording(contacts), puzzle))


def _open_question(session: Session, text: InboundRow, words: HomeWords) -> Puzzle | None:
    """Return the question that a mere yes leaves open: asked again, because whoever agrees believes it recorded.

    None where the text before was understood, somebody was called about it, or the home was told something since.
    """
    before = store.text_before(session, text, text.received_at - QUESTION_STANDS)
    if before is None or before.meaning != NOT_UNDERSTOOD:
        return None
    if store.was_told_since(session, text.number, before.received_at):
        return None
    puzzle = read_home(before.body, words)
    if not isinstance(puzzle, Puzzle) or puzzle.alarming or "call" in puzzle.sayings:
        return None
    return None if set(puzzle.symptoms) & set(load_rules().symptoms.emergency) else puzzle


def _heard(
    session: Session, text: InboundRow, contact: Contact, said: FromHome, duty: Duty, sources: Sources, now: datetime
) -> Understood:
    wording, site, at = wording_of(contact.language), duty.site, text.received_at
    kept = store.live_of(session, store.subject_of(contact.patient_id))
    meanings: list[str] = []
    reply: str | None = None
    reading_id = None
    if said.symptoms:
        sources.enter_symptoms(session, contact.patient_id, said.symptoms, at)
        meanings.append("symptoms")
        reply = _on_symptoms(session, kept, said, duty, wording, now)
    if said.ice is not None:
        recorded = not _would_lower(session, contact, said.ice, sources)
        if recorded:
            sources.enter_ice(session, contact.patient_id, said.ice, at)
        meanings.append("ICE" if recorded else "ICE for the nurse to look at")
        points = sum(said.ice) if contact.consent_values else None
        # Whoever named a symptom too is told what to do about that.
        reply = reply or home_texts.ice_noted(site, wording, recorded=recorded, points=points)
    if said.values is not None:
        # The assessment of these values says what arrived and what comes next.
        reading_id = sources.enter_reading(session, contact.patient_id, native_payload(said.values, at), at)
        meanings.append("values")
    if said.saying is not None:
        meanings.append(_MEANINGS[said.saying])
        kept, reply = _on_saying(session, contact, said.saying, kept, duty, sources, at, now)
    if said.saying != "thanks":
        kept = _note_answer(session, kept, said, now)
    return Understood(
        meaning=" and ".join(meanings),
        answer=None if reply is None else home_texts.about(reply, wording, contact.letter),
        role="caregiver",
        person=contact.name,
        incident_id=kept.id if kept else None,
        contact=contact,
        reading_id=reading_id,
    )


def _on_symptoms(
    session: Session, kept: Kept | None, said: FromHome, duty: Duty, wording: Wording, now: datetime
) -> str:
    """Return the answer to symptoms: help before measuring where one is dangerous, going before both when told to."""
    if kept is not None and still_to_go(kept.incident):
        name = _hospital(session, kept, duty, now)
        return home_texts.still_go(duty.site, wording, noted=said.symptoms, hospital=name)
    danger = any(symptom in load_rules().symptoms.emergency for symptom in said.symptoms)
    rest = Ask(now=tuple(group for group in GROUPS if said.values is None or group not in said.values.groups))
    return home_texts.felt(duty.site, wording, symptoms=said.symptoms, ask=rest, danger=danger)


def _on_saying(
    session: Session, contact: Contact, saying: Saying, kept: Kept | None, duty: Duty, sources: Sources, at: datetime,
    now: datetime,
) -> tuple[Kept | None, str | None]:  # fmt: skip
    """Do what a word asks for; return the incident and the answer, None where there is nothing to say."""
    wording, site = wording_of(contact.language), duty.site
    if saying == "thanks":
        if kept is not None and still_to_go(kept.incident):
            return kept, home_texts.go_now(site, wording, hospital=_hospital(session, kept, duty, now))
        newest = sources.newest(session, contact.patient_id)
        ask = EVERYTHING if newest is None else ask_of(newest.read().next_due, now)
        return kept, None if newest is None else home_texts.thanks(site, wording, ask=ask)
    if saying == "there" and not _expected(session, contact, kept, sources):
        # Arriving hands the patient to a hospital and ends our calls: a slip must not do that.
        kept = _call_them(session, contact, kept, duty, sources, "the home says it arrived; nobody knew it left", now)
        return kept, home_texts.which_hospital(site, wording)
    if saying == "call":
        kept = _call_them(session, contact, kept, duty, sources, "the home asks to be called", now)
    if (place := _PLACES.get(saying)) is not None:
        sources.enter_place(session, contact.patient_id, place, at)
    return kept, _REPLIES[saying](site, wording)


def _expected(session: Session, contact: Contact, kept: Kept | None, sources: Sources) -> bool:
    """Whether somebody knew that this home went to a hospital, or was sent there."""
    if kept is not None and on_the_road(kept.incident):
        return True
    newest = sources.newest(session, contact.patient_id)
    return newest is not None and newest.read().place not in {"home", "discharged"}


def _note_answer(session: Session, kept: Kept | None, said: FromHome, now: datetime) -> Kept | None:
    if kept is None or kept.id is None:
        return kept
    incident = going(kept.incident, now) if said.saying == "going" else answered(kept.incident, now)
    kept = store.save(session, replace(kept, incident=incident), at_once(now))
    store.note(session, kept.id or 0, now, "home answered", by="caregiver")
    return kept


def _would_lower(session: Session, contact: Contact, ice: Sequence[int], sources: Sources) -> bool:
    newest = sources.newest(session, contact.patient_id)
    return newest is not None and ice_would_lower(newest.urgent_groups, newest.read().icans.ice, ice)


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
    wording, site = _wording(contacts), duty.site
    emergencies = load_rules().symptoms.emergency
    symptom = next((name for name in puzzle.symptoms if name in emergencies), None)
    alarming = symptom is not None or puzzle.alarming
    since = text.received_at - PUZZLED_WITHIN
    earlier = store.texts_since(session, text.number, since, meaning=NOT_UNDERSTOOD)
    unread = no_texts.why_not(session, text.number) is not None  # our question would not arrive
    needed = alarming or "call" in puzzle.sayings or unread or earlier + 1 >= PUZZLED_AT_MOST
    kept: Kept | None = None
    for contact in contacts if needed else ():
        of_this = store.live_of(session, store.subject_of(contact.patient_id))
        kept = _call_them(session, contact, of_this, duty, sources, "a text from the home needs a call", now)
    word = words_of(wording.code).to_send.get(symptom or next(iter(puzzle.symptoms), ""), "")
    if alarming:
        answer = home_questions.dangerous(site, wording, puzzle, word=word if symptom else "")
    elif (going := _sent_and_still_there(session, contacts, puzzle)) is not None:
        answer = home_texts.go_now(site, wording, hospital=_hospital(session, going, duty, now))
    else:
        if not all(contact.consent_values for contact in contacts):
            puzzle = home_questions.without_values(puzzle)
        answer = home_questions.mistake(site, wording, puzzle, word=word, nurse_calls=needed)
    meaning = WHICH_PATIENT if puzzle.kind == "which_patient" else NOT_UNDERSTOOD
    understood = _ask_back(contacts, meaning, answer)
    return replace(understood, incident_id=kept.id if kept and len(contacts) == 1 else None)


def _sent_and_still_there(session: Session, contacts: Sequence[Contact], puzzle: Puzzle) -> Kept | None:
    """Return the incident of a home that was told to go and says nothing of going: there is nothing else to ask it."""
    if len(contacts) != 1 or {"going", "there"} & set(puzzle.sayings):
        return None
    kept = store.live_of(session, store.subject_of(contacts[0].patient_id))
    return kept if kept is not None and still_to_go(kept.incident) else None


def _hospital(session: Session, kept: Kept, duty: Duty, now: datetime) -> str:
    """Return the name of the hospital a home is sent to; empty where nobody chose one."""
    hospital = where_to_go(session, kept, duty.directory, now)
    return "" if hospital is None else hospital.name


def _ask_back(contacts: Sequence[Contact], meaning: str, answer: str) -> Understood:
    one = contacts[0] if len(contacts) == 1 else None
    return Understood(
        meaning=meaning,
        answer=answer if one is None else home_texts.about(answer, _wording(contacts), one.letter),
        role="caregiver",
        person=contacts[0].name,
        contact=one,
    )


def _about_whom(contacts: Sequence[Contact], said: FromHome) -> Puzzle:
    """Return the question to a text that was understood, and does not tell whom it is about."""
    sayings = () if said.saying is None else (said.saying,)
    letters = sorted(contact.letter for contact in contacts if contact.letter is not None)
    if not letters:  # a letter at a number of one patient is no letter of a patient
        return Puzzle(kind="not_understood", part=said.letter or "", symptoms=said.symptoms, sayings=sayings)
    return Puzzle(kind="which_patient", part=", ".join(letters), symptoms=said.symptoms, sayings=sayings)


def _wording(contacts: Sequence[Contact]) -> Wording:
    """Return the language in which a number is answered that may belong to more than one home."""
    return wording_of(contacts[0].language)


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
    "thanks": "read",
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
