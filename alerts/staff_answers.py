"""Does what staff text back or press in a call, and says what came of it. Each reply is safe to repeat.

A page is accepted by whoever was called about it. Somebody on the roster who was not may take it, with another word,
so that a mistyped code never stops a ladder that nobody heard of.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts import message, store
from alerts.acceptance import accept
from alerts.acknowledgement import Acknowledgement
from alerts.addressees import last_holder, open_codes_near, was_called
from alerts.calling import Duty, at_once
from alerts.due_pages import next_page
from alerts.page_code import page_code
from alerts.response import decline, escalate, hand_over, offered_to
from alerts.roster import Person
from alerts.staff_replies import (
    Accept,
    Decline,
    Escalate,
    HandOver,
    Help,
    NotUnderstood,
    StaffReply,
    Take,
    read_key,
)
from alerts.store import Kept
from alerts.tables import InboundRow
from alerts.understood import Told, Understood, told
from alerts.whom import NobodyMeant, find

ACCEPTED = "accepted"
CODES_SHOWN = 3


def from_staff(
    session: Session, text: InboundRow, person: Person, reply: StaffReply | NotUnderstood, duty: Duty
) -> Understood:
    """Do what a member of staff texted."""
    match reply:
        case NotUnderstood(sentence=sentence):
            return told(person, duty, "not understood", sentence)
        case Help():
            return told(person, duty, "asked for help", message.STAFF_HELP)
    kept = _which(session, text, person, reply, duty)
    return kept if isinstance(kept, Understood) else _done(session, text, person, reply, kept, duty)


def from_key(session: Session, text: InboundRow, person: Person, kept: Kept, duty: Duty) -> Understood:
    """Do what a member of staff chose by a key in the call about `kept`."""
    reply = read_key(text.body)
    if reply is None:
        return Understood(meaning="another key", answer=None, role="staff", person=person.name, incident_id=kept.id)
    return _done(session, text, person, reply, kept, duty)


def _done(
    session: Session,
    text: InboundRow,
    person: Person,
    reply: Accept | Take | Escalate | HandOver | Decline,
    kept: Kept,
    duty: Duty,
) -> Understood:
    if not kept.incident.live:
        return _late(session, person, kept, duty)
    match reply:
        case Accept():
            return _accept(session, text, person, kept, duty)
        case Take():
            return _take(session, text, person, kept, duty)
        case Escalate():
            return _escalate(session, text, person, kept, duty)
        case HandOver(whom=whom):
            return _hand_over(session, text, person, kept, whom, duty)
        case Decline():
            return _decline(session, text, person, kept, duty)


def _which(
    session: Session,
    text: InboundRow,
    person: Person,
    reply: Accept | Take | Escalate | HandOver | Decline,
    duty: Duty,
) -> Kept | Understood:
    """Return the incident that is meant, or the question which."""
    word = _word(reply)
    if reply.code is None:
        return _only_one(session, person, reply, duty)
    kept = store.by_page_code(session, reply.code)
    if kept is not None and kept.id is not None and (kept.incident.live or was_called(session, kept, text.number)):
        return kept
    near = open_codes_near(session, reply.code, text.number)
    if near:
        sentence = f"No open page has this code. Did you mean {_codes(near, word)}?"
        return told(person, duty, "one letter off", sentence, code=reply.code)
    if kept is None or kept.id is None:
        return told(person, duty, "unknown page code", "No page has this code.", code=reply.code)
    return kept


def _only_one(
    session: Session,
    person: Person,
    reply: Accept | Take | Escalate | HandOver | Decline,
    duty: Duty,
) -> Kept | Understood:
    """Return the only incident that a word without a code can be about, or the question which."""
    word = _word(reply)
    calling = store.called_through(session, person)
    held = [one for one in store.live(session) if _holds(one.incident.acknowledgement, person)]
    meant = calling if isinstance(reply, Accept | Take) else [*calling, *held]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        mine = _codes([page_code(one.id or 0) for one in held], "")
        sentence = f"No page of yours is open. You have {mine}." if held else "No page of yours is open."
        return told(person, duty, f"bare {word}, nothing open", sentence)
    codes = _codes([page_code(one.id or 0) for one in meant], word)
    return told(person, duty, f"bare {word}, several open", f"Nothing done: several pages are open. Reply {codes}.")


def _accept(session: Session, text: InboundRow, person: Person, kept: Kept, duty: Duty) -> Understood:
    code, held = page_code(kept.id or 0), kept.incident.acknowledgement
    if held is not None and _holds(held, person):
        return told(person, duty, ACCEPTED, f"You have it{_until(held, duty)}.", code=code, kept=kept)
    offered = offered_to(kept.incident, person)
    if held is not None and not offered:
        sentence = f"already accepted by {message.named(held.by)}{_until(held, duty)}. To take it: {code} TAKE"
        return told(person, duty, "OK after another", sentence, code=code, kept=kept)
    if not offered and not was_called(session, kept, text.number):
        return _not_called(session, text, person, kept, duty)
    if text.received_at < kept.incident.began_at:
        sentence = f"not accepted: it got worse after your answer of {_clock(text.received_at, duty)}. Reply {code} OK"
        return told(person, duty, "OK to what was before", sentence, code=code, kept=kept)
    # The reply counts from when it came in, not from when we got to read it.
    accept(session, kept, by=person.name, note=_how(text), now=text.received_at)
    others = _tell_holder(held, f"{message.named(person.name)} has accepted it from you.", kept, duty)
    return told(person, duty, ACCEPTED, "accepted, thank you.", code=code, kept=kept, others=others)


def _not_called(session: Session, text: InboundRow, person: Person, kept: Kept, duty: Duty) -> Understood:
    """Answer an acceptance of a page that went to others: it may be a slip, so the deliberate word is asked for."""
    code = page_code(kept.id or 0)
    if was_called(session, kept, text.number, kinds=("ed_notice",)):
        store.note(session, kept.id or 0, text.received_at, "seen by the emergency department", by=person.name)
        sentence = f"Thank you. The unit goes on calling its own staff. Questions: {duty.site.unit_phone}"
        return told(person, duty, "notice seen", sentence, code=code, kept=kept)
    near = open_codes_near(session, code, text.number)
    meant = f" Did you mean {_codes(near, 'OK')}?" if near else ""
    sentence = f"not accepted: it was not sent to you.{meant} To take it all the same: {code} TAKE"
    return told(person, duty, "OK to a page of others", sentence, code=code, kept=kept)


def _take(session: Session, text: InboundRow, person: Person, kept: Kept, duty: Duty) -> Understood:
    code, held = page_code(kept.id or 0), kept.incident.acknowledgement
    if held is not None and _holds(held, person):
        return told(person, duty, ACCEPTED, f"You have it{_until(held, duty)}.", code=code, kept=kept)
    accept(session, kept, by=person.name, note="taken by text", now=text.received_at)
    others = _tell_holder(held, f"{message.named(person.name)} has taken it over from you.", kept, duty)
    return told(person, duty, ACCEPTED, "taken, it is yours. Thank you.", code=code, kept=kept, others=others)


def _escalate(session: Session, text: InboundRow, person: Person, kept: Kept, duty: Duty) -> Understood:
    code, held, now = page_code(kept.id or 0), kept.incident.acknowledgement, text.received_at
    pushed = replace(kept, incident=escalate(kept.incident, now=now))
    store.save(session, pushed, at_once(now))
    store.note(session, kept.id or 0, now, "escalated", by=person.name, text=_how(text))
    step = next_page(pushed.incident, duty.policy, duty.roster, now)
    if step is not None and step.person is not None and step.due_at <= now:
        sentence = f"{message.named(step.person.name)} is called now."
    else:
        sentence = f"Nobody further is on the ladder now; it begins again. Call {duty.site.unit_phone}"
    others = () if _holds(held, person) else _tell_holder(held, "escalated: the next person is called.", kept, duty)
    return told(person, duty, "escalated", sentence, code=code, kept=kept, others=others)


def _hand_over(session: Session, text: InboundRow, person: Person, kept: Kept, whom: str, duty: Duty) -> Understood:
    """Offer what they have to another person, who is called until they answer; until then it stays theirs."""
    code, held, now = page_code(kept.id or 0), kept.incident.acknowledgement, text.received_at
    if held is None:
        sentence = f"Nobody has it yet. First accept: {code} OK. Or call the next: {code} ESC"
        return told(person, duty, "not theirs to hand over", sentence, code=code, kept=kept)
    if not _holds(held, person):
        sentence = f"{message.named(held.by)} has it{_until(held, duty)}. To take it: {code} TAKE"
        return told(person, duty, "not theirs to hand over", sentence, code=code, kept=kept)
    to = find(duty.roster, whom, asked_by=person, now=now)
    if isinstance(to, NobodyMeant):
        return told(person, duty, "hand-over to nobody", to.sentence, code=code, kept=kept)
    if not offered_to(kept.incident, to):
        offered = hand_over(kept.incident, to=to, by=person.name, now=now)
        store.save(session, replace(kept, incident=offered), at_once(now))
        store.note(session, kept.id or 0, now, "handed over", by=person.name, text=f"to {to.name}, {_how(text)}")
    sentence = f"{message.named(to.name)} is asked. It stays yours{_until(held, duty)}, or until they accept."
    return told(person, duty, "handed over", sentence, code=code, kept=kept)


def _decline(session: Session, text: InboundRow, person: Person, kept: Kept, duty: Duty) -> Understood:
    """Take back an offer that its recipient does not want, and tell who made it."""
    code, held, now = page_code(kept.id or 0), kept.incident.acknowledgement, text.received_at
    if not offered_to(kept.incident, person):
        sentence = f"Nobody is handing it to you. To have the next person called: {code} ESC"
        return told(person, duty, "declined nothing", sentence, code=code, kept=kept)
    store.save(session, replace(kept, incident=decline(kept.incident, person)), at_once(now))
    store.note(session, kept.id or 0, now, "hand-over declined", by=person.name, text=_how(text))
    until = "" if held is None else _until(held, duty)
    others = _tell_holder(held, f"{message.named(person.name)} declines. It is still yours{until}.", kept, duty)
    return told(person, duty, "declined", "declined, thank you.", code=code, kept=kept, others=others)


def _late(session: Session, person: Person, kept: Kept, duty: Duty) -> Understood:
    """Say what happened meanwhile to somebody who answers a page that is over."""
    at, last = kept.incident.resolved_at, last_holder(session, kept)
    sentence = "already resolved" if at is None else f"already resolved at {_clock(at, duty)}"
    sentence += f", {message.named(last)} had it" if last and last != person.name else ""
    return told(person, duty, "late", f"{sentence}. Thank you.", code=page_code(kept.id or 0), kept=kept)


def _tell_holder(held: Acknowledgement | None, sentence: str, kept: Kept, duty: Duty) -> Sequence[Told]:
    """Return the text to whoever had it, if their telephone is on the roster."""
    if held is None:
        return ()
    body = message.receipt_text(page_code=page_code(kept.id or 0), sentence=sentence, site=duty.site)
    return [Told(person=one, body=body) for one in duty.roster.people if one.name == held.by][:1]


def _how(text: InboundRow) -> str:
    return "by text" if text.channel == "sms" else "by telephone key"


def _holds(held: Acknowledgement | None, person: Person) -> bool:
    return held is not None and held.by in {person.name, person.key}


def _until(held: Acknowledgement, duty: Duty) -> str:
    return "" if held.until is None else f" until {_clock(held.until, duty)}"


def _clock(at: datetime, duty: Duty) -> str:
    return f"{at.astimezone(ZoneInfo(duty.site.timezone)):%H:%M}"


def _codes(codes: Sequence[str], word: str) -> str:
    return " or ".join(f"{code} {word}".strip() for code in codes[:CODES_SHOWN])


def _word(reply: Accept | Take | Escalate | HandOver | Decline) -> str:
    match reply:
        case Accept():
            return "OK"
        case Take():
            return "TAKE"
        case Escalate():
            return "ESC"
        case HandOver(whom=whom):
            return f"TO {whom}"
        case Decline():
            return "NO"
