"""The facts that no pass has answered yet, read from where the gateway and people put them."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel import Session

from gateway.reading import PatientId
from gateway.store import Quarantined, StoredReading, quarantined_after, readings_after, readings_between
from monitor.outcome import Cursor
from monitor.record import Event, MessageQuarantined, known_order
from monitor.store import StoredEvent, events_after, events_of, quarantines_of, taken

BATCH: Final = 2_000
"""Rows of one kind taken into one pass: enough to work fast, few enough to answer the newest soon."""


@dataclass(frozen=True, slots=True)
class News:
    """One new fact of one patient, with the row that brought it."""

    event: Event
    reading_id: int | None = None
    event_id: int | None = None
    quarantine_id: int | None = None
    entered_at: datetime | None = None

    @property
    def known_at(self) -> datetime:
        """The instant it is answered at: a fact entered afterwards is answered when it was entered."""
        return self.event.known_at if self.entered_at is None else max(self.event.known_at, self.entered_at)


NewsOf = dict[PatientId, list[News]]


def news_after(session: Session, cursor: Cursor, stored: Cursor) -> tuple[NewsOf, Cursor] | None:
    """Return everything after `cursor`, by patient in the order it became known, and the cursor after it.

    `stored` says how far the tables reach. None when it is too much for one pass.
    """
    readings = readings_after(session, cursor.reading_id, BATCH) if stored.reading_id > cursor.reading_id else []
    events = events_after(session, cursor.event_id, BATCH) if stored.event_id > cursor.event_id else []
    new_quarantine = stored.quarantine_id > cursor.quarantine_id
    quarantined = quarantined_after(session, cursor.quarantine_id, BATCH) if new_quarantine else []
    if max(len(readings), len(events), len(quarantined)) == BATCH:
        return None
    news: dict[PatientId, list[News]] = defaultdict(list)
    for reading in readings:
        if reading.patient_id is not None:
            news[reading.patient_id].append(_of_reading(reading))
    for entry in events:
        news[entry.patient_id].append(_of_entry(entry))
    for message in quarantined:
        if message.patient_id is not None:
            news[message.patient_id].append(_of_refused(message))
    for facts in news.values():
        if len(facts) > 1:
            facts.sort(key=_order)
    return news, Cursor(
        readings[-1].id if readings else cursor.reading_id,
        events[-1].id if events else cursor.event_id,
        quarantined[-1].id if quarantined else cursor.quarantine_id,
        max(stored.enrolment_id, cursor.enrolment_id),
    )


def news_of(session: Session, patient_id: PatientId, after: Cursor, to: Cursor) -> tuple[list[News], Cursor]:
    """Return one patient's facts above `after` and up to `to` in the order they became known, and how far they reach.

    Of very many readings the first `BATCH` are taken: how far they reach is short of `to` then, and what became known
    after the last of them waits with those that are left.
    """
    facts: list[News] = []
    cut: datetime | None = None
    if to.reading_id > after.reading_id:
        readings = readings_between(session, after.reading_id, to.reading_id, BATCH, patient_id=patient_id)
        facts += [_of_reading(reading) for reading in readings]
        if len(readings) == BATCH and readings[-1].id < to.reading_id:
            to, cut = replace(to, reading_id=readings[-1].id), facts[-1].known_at
    if to.event_id > after.event_id:
        found = [(entry.id, _of_entry(entry)) for entry in events_of(session, patient_id)]
        entries, reached = _until(cut, found, after.event_id, to.event_id)
        facts, to = facts + entries, replace(to, event_id=reached)
    if to.quarantine_id > after.quarantine_id:
        marks = [(int(event.ref[1:]), event) for event in quarantines_of(session, patient_id)]
        refused = [(number, News(event, quarantine_id=number)) for number, event in marks]
        messages, reached = _until(cut, refused, after.quarantine_id, to.quarantine_id)
        facts, to = facts + messages, replace(to, quarantine_id=reached)
    facts.sort(key=_order)
    return facts, to


def _until(cut: datetime | None, found: list[tuple[int, News]], after: int, to: int) -> tuple[list[News], int]:
    """Return the facts of the rows above `after` and up to `to` that became known before `cut`, and the row reached."""
    taken_now: list[News] = []
    for number, fact in sorted(found, key=lambda each: each[0]):
        if not after < number <= to:
            continue
        if cut is not None and fact.known_at >= cut:
            return taken_now, number - 1
        taken_now.append(fact)
    return taken_now, to


def _order(fact: News) -> tuple[datetime, object]:
    return fact.known_at, known_order(fact.event)


def _of_reading(reading: StoredReading) -> News:
    return News(taken(reading), reading_id=reading.id)


def _of_entry(entry: StoredEvent) -> News:
    return News(entry.event, event_id=entry.id, entered_at=entry.entered_at)


def _of_refused(message: Quarantined) -> News:
    event = MessageQuarantined(at=message.received_at, ref=f"q{message.id}", reason=message.reason)
    return News(event, quarantine_id=message.id)
