"""What waits for its first grading when more waits than one pass takes, and who is graded first.

While there is a backlog patients are graded one by one, each up to the newest fact stored about them: nobody is
answered about without what is already known of them, and the order among patients is free. Whose readings could be
urgent by themselves goes first, in small passes, the newest before the oldest; every other pass belongs to whoever
waits longest, so that nobody starves. How far each patient was read is stored with the answers
(`monitor.outcome.save`), so that a restart answers nothing twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import nlargest, nsmallest
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from gateway.reading import PatientId
from gateway.store import StoredReading, patients_between, readings_between
from monitor.columns import Bedside
from monitor.enrolment import patient_by_id
from monitor.news import BATCH, News, news_of
from monitor.outcome import Cursor
from monitor.record import Profile
from monitor.rules import Rules
from monitor.state import ROUTINE, URGENT
from monitor.store import patients_entered_between, patients_refused_between
from monitor.triage import rank_alone, strictest

AT_ONCE: Final = 100
"""Patients of a pass: some tenths of a second even when the record of each has to be read first, as after a start."""

PRESSING_AT_ONCE: Final = 20
"""Patients of a pass whose readings could be urgent: answered at once, before more of them are looked at."""

LOOKED_AT: Final = 1_000
"""Readings looked at in one pass for what they say by themselves: less than a tenth of a second."""


@dataclass(slots=True)
class Waiting:
    """A patient with facts that no pass has answered; `first_id` is about the lowest reading among them."""

    first_id: int
    rank: int = ROUTINE
    newest_id: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """What one pass takes of a backlog: the news by patient, and the cursors once it is stored.

    `ahead` holds how far the pass reads the patients that it brings beyond `cursor`; None: nothing waits any more.
    """

    news: dict[PatientId, list[News]]
    cursor: Cursor
    ahead: dict[PatientId, Cursor] | None


@dataclass(slots=True)
class Backlog:
    """The patients who wait. `ahead` says how far each was read beyond the monitor's cursor, as stored."""

    rules: Rules
    listed_to: Cursor
    ahead: dict[PatientId, Cursor] = field(default_factory=dict)
    _waiting: dict[PatientId, Waiting] = field(default_factory=dict)
    _unlooked: list[tuple[int, int]] = field(default_factory=list)
    _bedsides: dict[PatientId | None, Bedside] = field(default_factory=dict)
    _pressing_now: bool = False

    def position(self, patient_id: PatientId, cursor: Cursor) -> Cursor:
        """Return how far a patient has been read."""
        own = self.ahead.get(patient_id)
        return cursor if own is None else cursor.furthest(own)

    def waits(self, patient_id: PatientId) -> bool:
        """Return whether a patient has facts that no pass has taken yet."""
        return patient_id in self._waiting

    def look(self, session: Session, cursor: Cursor, stored: Cursor, now: datetime) -> bool:
        """Take down who has new facts; return whether the pass belongs to those whose readings could be urgent."""
        self._list(session, cursor, stored)
        self._look(session, cursor, now)
        pressing = any(waiting.rank >= URGENT for waiting in self._waiting.values())
        self._pressing_now = pressing and not self._pressing_now
        return self._pressing_now

    def take(self, session: Session, cursor: Cursor, stored: Cursor, also: Iterable[PatientId]) -> Part:
        """Choose who is graded in this pass and return their facts; `also` are those who are answered about anyway.

        Whoever was taken no longer waits: after a pass that fails, a new backlog has to be made.
        """
        news, ahead = {}, {}
        for patient_id in dict.fromkeys((*self._choose(), *also)):
            waiting = self._waiting.pop(patient_id, None)
            if waiting is None:
                continue
            news[patient_id], reached = news_of(session, patient_id, self.position(patient_id, cursor), stored)
            ahead[patient_id] = reached
            if reached.reading_id < stored.reading_id:
                self._waiting[patient_id] = replace(waiting, first_id=reached.reading_id + 1)
        if not self._waiting:
            return Part(news, stored, None)
        first_id = min(waiting.first_id for waiting in self._waiting.values())
        read_to = max(cursor.reading_id, first_id - 1)
        return Part(news, Cursor(read_to, cursor.event_id, cursor.quarantine_id, stored.enrolment_id), ahead)

    def _list(self, session: Session, cursor: Cursor, stored: Cursor) -> None:
        """Take down who has new facts."""
        listed = self.listed_to
        if stored.reading_id > listed.reading_id:
            for patient_id, first_id in patients_between(session, listed.reading_id, stored.reading_id).items():
                self._waiting.setdefault(patient_id, Waiting(first_id))
            self._unlooked.append((listed.reading_id, stored.reading_id))
        entered = patients_entered_between(session, listed.event_id, stored.event_id)
        refused = patients_refused_between(session, listed.quarantine_id, stored.quarantine_id)
        for patient_id in (*entered, *refused):
            waiting = self._waiting.setdefault(patient_id, Waiting(stored.reading_id + 1))
            if patient_id in entered:  # an entry may say anything: that somebody cannot be woken
                waiting.rank, waiting.newest_id = max(waiting.rank, URGENT), stored.reading_id
        for patient_id in [one for one in self._waiting if one in self.ahead]:
            if self.position(patient_id, cursor).furthest(stored) == self.position(patient_id, cursor):
                del self._waiting[patient_id]
        self.listed_to = stored

    def _look(self, session: Session, cursor: Cursor, now: datetime) -> None:
        """Look at readings that wait, the newest first, for what they say by themselves."""
        room = LOOKED_AT
        while room > 0 and self._unlooked:
            low, high = self._unlooked.pop()
            begin = max(low, high - room)
            if begin > low:
                self._unlooked.append((low, begin))
            room -= high - begin
            for stored in readings_between(session, begin, high, BATCH):
                if stored.patient_id is None or (waiting := self._waiting.get(stored.patient_id)) is None:
                    continue
                if stored.id <= self.position(stored.patient_id, cursor).reading_id:
                    continue
                rank = self._rank(session, stored, now)
                waiting.rank, waiting.newest_id = max(waiting.rank, rank), max(waiting.newest_id, stored.id)

    def _rank(self, session: Session, stored: StoredReading, now: datetime) -> int:
        """Return what a reading says by itself. What cannot be told goes first: grading will name what is wrong."""
        patient_id = stored.patient_id
        try:
            if patient_id not in self._bedsides:
                found = None if patient_id is None else patient_by_id(session, patient_id)
                profile = Profile(code="") if found is None else found.profile
                self._bedsides[patient_id] = strictest(profile, now, self.rules)
            return rank_alone(stored.reading, self._bedsides[patient_id], self.rules)
        except SQLAlchemyError:
            raise
        except Exception:  # noqa: BLE001 - whatever it is, only an order hangs on it
            return URGENT

    def _choose(self) -> list[PatientId]:
        waiting = self._waiting
        if not self._pressing_now:
            return nsmallest(AT_ONCE, waiting, key=lambda one: waiting[one].first_id)
        pressing = (one for one in waiting if waiting[one].rank >= URGENT)
        return nlargest(PRESSING_AT_ONCE, pressing, key=lambda one: (waiting[one].rank, waiting[one].newest_id))
