"""The facts that no pass has answered yet, read from where the gateway and people put them."""

from collections import defaultdict
from dataclasses import dataclass
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

    Of very many readings the first `BATCH` are taken: how far they reach is short of `to` then.
    """
    facts: list[News] = []
    if to.reading_id > after.reading_id:
        readings = readings_between(session, after.reading_id, to.reading_id, BATCH, patient_id=patient_id)
        facts += [_of_reading(reading) for reading in readings]
        if len(readings) == BATCH:
            to = Cursor(readings[-1].id, to.event_id, to.quarantine_id, to.enrolment_id)
    if to.event_id > after.event_id:
        entries = events_of(session, patient_id)
        facts += [_of_entry(entry) for entry in entries if after.event_id < entry.id <= to.event_id]
    if to.quarantine_id > after.quarantine_id:
        for event in quarantines_of(session, patient_id):
            number = int(event.ref[1:])
            if after.quarantine_id < number <= to.quarantine_id:
                facts.append(News(event, quarantine_id=number))
    facts.sort(key=_order)
    return facts, to


def _order(fact: News) -> tuple[datetime, object]:
    return fact.known_at, known_order(fact.event)


def _of_reading(reading: StoredReading) -> News:
    return News(taken(reading), reading_id=reading.id)


def _of_entry(entry: StoredEvent) -> News:
    return News(entry.event, event_id=entry.id, entered_at=entry.entered_at)


def _of_refused(message: Quarantined) -> News:
    event = MessageQuarantined(at=message.received_at, ref=f"q{message.id}", reason=message.reason)
    return News(event, quarantine_id=message.id)
