"""What a call needs to know to answer a key: whose page it is, who has it, which PINs were tried, what may be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from alerts import no_texts, spoken, store
from alerts.incoming import Incoming, take_in
from alerts.response import offered_to
from alerts.roster import Person, Roster
from alerts.sources import Sources
from alerts.tables import InboundRow, PageRow
from gateway.people_log import note
from gateway.reading import PatientId

TRIES = ("1", "2", "3")
"""Tries for a PIN in one call, as they stand in the address that a PIN is posted to."""
RIGHT, WRONG, LAST_WRONG = "PIN right", "PIN wrong", "PIN wrong, no more tries"
NO_ANSWER_YET = "Nothing has been assessed yet. Please look at the board."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one page asked of whom, and how its incident stands.

    `holder` is None while nobody has accepted; `theirs`: the person called has it; `offered`: it is being handed to
    them; `texted`: this number gets texts, so that one may be promised.
    """

    page_id: int
    number: str
    person: Person | None
    incident_id: int
    patient_id: PatientId | None
    holder: str | None
    theirs: bool
    offered: bool
    resolved: bool
    texted: bool


def asked_in(session: Session, page_id: int, roster: Roster) -> Asked | None:
    """Return what a page asked; None when there is none, or it is about no incident."""
    page = session.get(PageRow, page_id)
    kept = None if page is None or page.incident_id is None else store.look_at(session, page.incident_id)
    if page is None or kept is None or kept.id is None:
        return None
    held, person = kept.incident.acknowledgement, roster.by_number(page.number)
    return Asked(
        page_id=page_id,
        number=page.number,
        person=person,
        incident_id=kept.id,
        patient_id=kept.patient_id,
        holder=None if held is None else held.by,
        theirs=held is not None and person is not None and held.by in {person.name, person.key},
        offered=person is not None and offered_to(kept.incident, person),
        resolved=not kept.incident.live,
        texted=no_texts.why_not(session, page.number) is None,
    )


def key_reference(call: str, digit: str) -> str:
    """Return under what a key is stored: once for each call, however often it is pressed or told of."""
    return f"{call}-key-{digit}"


def was_pressed(session: Session, call: str, digit: str) -> bool:
    """Whether this key was pressed in this call."""
    query = select(InboundRow.id).where(InboundRow.reference == key_reference(call, digit))
    return session.exec(query).first() is not None


def keep_try(session: Session, call: str, tried: int, *, right: bool, asked: Asked, person: str, now: datetime) -> bool:
    """Write down a try for a PIN, never the PIN; return whether it was right.

    The same try again, and a try after the last wrong one, change nothing: the first result stays.
    """
    query = select(InboundRow.meaning).where(InboundRow.reference == _reference(call, tried))
    known = session.exec(query).first()
    if known is not None:
        return known == RIGHT
    wrong = LAST_WRONG if str(tried + 1) not in TRIES else WRONG
    tried_now = Incoming(
        number=asked.number,
        body="PIN",
        at=now,
        reference=_reference(call, tried),
        channel="voice",
        page_id=asked.page_id,
        meaning=RIGHT if right else wrong,
        role="staff",
        person=person,
        incident_id=asked.incident_id,
        patient_id=asked.patient_id,
    )
    if take_in(session, tried_now) is None:
        return session.exec(query).first() == RIGHT  # the same try came in twice at once
    if right and asked.patient_id is not None:
        told = {"what": "heard by telephone", "page": asked.page_id}
        note(session, now, "view", f"patient:{asked.patient_id}", told, by=person, patient_id=asked.patient_id)
    return right


def is_open(session: Session, call: str) -> bool:
    """Whether a right PIN was given in one call."""
    return RIGHT in _results(session, call)


def wrong_pins(session: Session, call: str) -> int:
    """Return how many wrong PINs were given in one call."""
    return len([result for result in _results(session, call) if result != RIGHT])


def what_is_known(session: Session, sources: Sources, asked: Asked, now: datetime) -> str:
    """Return what may be said of a page's patient, or of what is wrong with the system."""
    kept = store.look_at(session, asked.incident_id)
    if kept is not None and kept.incident.kind == "technical":
        return f"{kept.incident.reason}."
    newest = None if asked.patient_id is None else sources.newest(session, asked.patient_id)
    return NO_ANSWER_YET if newest is None else spoken.clinical_words(newest.read(), newest.urgent_groups, now)


def _results(session: Session, call: str) -> Sequence[str]:
    tries = [_reference(call, int(tried)) for tried in TRIES]
    return session.exec(select(InboundRow.meaning).where(col(InboundRow.reference).in_(tries))).all()


def _reference(call: str, tried: int) -> str:
    return f"{call}-pin-{tried}"
