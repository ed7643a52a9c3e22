"""Keeps which numbers get no texts and why, so that they are called instead; the only module that writes those rows."""

from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from alerts.contacts import Contact, contacts_by_number
from alerts.tables import OptedOutRow

Why = Literal["stop", "landline"]
STOP: Why = "stop"
LANDLINE: Why = "landline"
OPTED_OUT, OPTED_IN = "opted out", "opted in again"
"""What a text meant that said so."""
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP"})
"""The carriers' words, each heeded only when it stands alone; YES is left to what it means here."""
IN_WORDS: dict[str, str] = {STOP: "it refuses our texts (STOP)", LANDLINE: "it is a landline"}


def asks_for(body: str) -> Literal["STOP", "START"] | None:
    """Return whether a text asks for no more texts, or for texts again; None when it asks for neither."""
    word = body.strip().strip(".!").upper()
    return "STOP" if word in STOP_WORDS else "START" if word in START_WORDS else None


def remember(session: Session, number: str, why: Why, now: datetime) -> None:
    """Remember that a number gets no texts; whoever said STOP stays so whatever else is learned."""
    row = session.get(OptedOutRow, number)
    if row is None:
        session.add(OptedOutRow(number=number, since=now, why=why))
    elif why == STOP and row.why != STOP:
        row.why, row.since = why, now
        session.add(row)
    session.flush()


def forget(session: Session, number: str, why: Why) -> None:
    """Forget that a number gets no texts for this reason; nothing happens when it was not so."""
    row = session.get(OptedOutRow, number)
    if row is not None and row.why == why:
        session.delete(row)
        session.flush()


def why_not(session: Session, number: str) -> Why | None:
    """Return why a number gets no texts; None when it may be texted."""
    found = session.exec(select(OptedOutRow.why).where(OptedOutRow.number == number)).first()
    return None if found is None else LANDLINE if found == LANDLINE else STOP


def since_when(session: Session) -> list[tuple[str, Why, datetime]]:
    """Return every number that gets no texts, why, and since when; the oldest first."""
    rows = session.exec(select(OptedOutRow).order_by(col(OptedOutRow.since), col(OptedOutRow.number)))
    return [(row.number, LANDLINE if row.why == LANDLINE else STOP, row.since) for row in rows]


def homes_without_texts(session: Session) -> list[tuple[Contact, Why, datetime]]:
    """Return the caregivers whose number gets no texts, why, and since when."""
    return [
        (contact, why, since)
        for number, why, since in since_when(session)
        for contact in contacts_by_number(session, number)
    ]
