"""One pass of the monitor: load what is new or due, decide, save in one transaction. Safe to run twice."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from gateway.audit import Keys
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.postgresql import Turn
from gateway.reading import PatientId
from gateway.store import beat, readings_of
from gateway.synthetic import synthetic_patients
from monitor.assessment import Assessment, encode
from monitor.backlog import Backlog, Part
from monitor.course import Course
from monitor.enrolment import patient_by_id
from monitor.glance import encode as encode_glance
from monitor.glance import glance
from monitor.metrics import MonitorMetrics
from monitor.news import News, news_after
from monitor.outcome import (
    Answer,
    Cursor,
    Standing,
    changed_enrolments,
    next_changes,
    read_ahead,
    read_cursor,
    save,
    stored_to,
)
from monitor.record import Event, ReadingTaken
from monitor.replay import essence, until
from monitor.rules import Rules
from monitor.rules_watch import RulesWatch
from monitor.store import events_of, graded_by_other_rules, quarantines_of, taken

log = structlog.get_logger("monitor")
REGRADED_AT_ONCE = 100
"""Patients graded anew in one pass after the rules changed, so that news of others waits a second at most."""

SYNTHETIC_KEPT = 100
"""Readings of a watchdog's patient that a start goes through: a year of them would hold up everybody for seconds."""

UNREAD_AT_ONCE = 100
"""Patients of one pass whose record has to be read first, as all have after a start: some tenths of a second."""

DUE_AT_ONCE = 500
"""Patients of one pass who are due without news, as all are after a long stop: the next pass takes the next."""


@dataclass(slots=True)
class _Watched:
    """One patient in memory: the fold, and the last answer given."""

    course: Course
    enrolment_id: int | None
    answered_to: datetime | None = None
    last: Assessment | None = None


class Monitor:
    """Keeps every patient's fold in memory; whatever it forgets it reads again from the record."""

    def __init__(
        self, database: Database, rules: Rules, clock: Clock, *, metrics: MonitorMetrics | None = None
    ) -> None:
        self._metrics = metrics or MonitorMetrics(clock, database)
        self._database = database
        self._rules = rules
        self._clock = clock
        self._watched: dict[PatientId, _Watched] = {}
        self._due: list[tuple[datetime, PatientId]] = []
        self._next: dict[PatientId, datetime] = {}
        self._ungraded: dict[PatientId, datetime] = {}
        self._cursor: Cursor | None = None
        self._backlog: Backlog | None = None
        self._rules_watch = RulesWatch(rules)
        self._by_other_rules: list[PatientId] = []
        self._keys = Keys()

    def cycle(self) -> int:
        """Answer everything new and everything due; return how many assessments were stored.

        If the transaction fails nothing of the pass is kept, in memory or on disk, and the error is raised.
        """
        now, began_s = self._clock.now(), monotonic_s()
        try:
            stored = self._pass(now)
            while not stored and self._backlog is not None:
                stored = self._pass(now)
        except BaseException:
            self._watched.clear()
            self._cursor = self._backlog = None
            raise
        self._metrics.cycled(monotonic_s() - began_s)
        return stored

    def next_due(self) -> datetime | None:
        """Return the next instant at which an answer changes by itself."""
        return self._due[0][0] if self._due else None

    def _pass(self, now: datetime) -> int:
        with self._database.read() as session:
            if self._cursor is None:
                self._begin(session)
            cursor = self._cursor or Cursor()
            stored = stored_to(session.connection())
            changed: list[PatientId] = []
            if stored.enrolment_id > cursor.enrolment_id:
                changed = changed_enrolments(session.connection(), cursor)
                for patient_id in changed:
                    self._watched.pop(patient_id, None)
            changed += self._take_by_other_rules()
            part, also = self._take(session, cursor, stored, changed, now)
            touched = dict.fromkeys([*part.news, *also])
            outcomes = [
                self._outcome(session, patient_id, part.news.get(patient_id, []), now, anew=patient_id in changed)
                for patient_id in touched
            ]
        if not touched and part.cursor == cursor and part.ahead is not None:
            return 0
        answers = [answer for mine, _ in outcomes for answer in mine]
        standings = [standing for _, standing in outcomes if standing is not None]
        self._keys.forget()
        with self._database.write_connection(Turn.ASSESSMENTS) as connection:
            save(connection, answers, standings, part.cursor, self._clock.now(), self._keys, part.ahead)
        self._keys.adopt()
        self._cursor = part.cursor
        if self._backlog is not None and part.ahead is not None:
            self._backlog.ahead |= part.ahead
        elif part.ahead is None:
            self._backlog = None
        graded = [patient_id for patient_id, (_, standing) in zip(touched, outcomes, strict=True) if standing]
        facts = (fact.event for patient_id in graded for fact in part.news.get(patient_id, ()))
        received = (fact.reading.received_at for fact in facts if isinstance(fact, ReadingTaken))
        self._metrics.assessed(received, self._clock.now())
        return len(answers)

    def _begin(self, session: Session) -> None:
        """Read how far the record was answered, of everybody and of those who were ahead when it was left."""
        connection = session.connection()
        self._cursor = read_cursor(connection)
        ahead = read_ahead(connection)
        self._backlog = Backlog(self._rules, self._cursor, ahead) if ahead else None
        self._next = {patient_id: at for at, patient_id in next_changes(connection)}
        self._due = [(at, patient_id) for patient_id, at in self._next.items()]
        heapq.heapify(self._due)
        self._by_other_rules = graded_by_other_rules(session, self._rules.version)

    def _take(
        self, session: Session, cursor: Cursor, stored: Cursor, changed: list[PatientId], now: datetime
    ) -> tuple[Part, list[PatientId]]:
        """Return the news that this pass answers, and who is answered about besides."""
        if self._backlog is None:
            found = news_after(session, cursor, stored)
            if found is not None:
                room = UNREAD_AT_ONCE - sum(patient_id not in self._watched for patient_id in found[0])
                if room >= 0:
                    return Part(found[0], found[1], {}), [*self._take_due(now, room), *changed]
            self._backlog = Backlog(self._rules, cursor)
        pressing = self._backlog.look(session, cursor, stored, now)
        due = [] if pressing else self._take_due(now, UNREAD_AT_ONCE // 2)
        # Whoever waits for more than an answer by other rules, or of another enrolment, gets both in their turn.
        anew = [patient_id for patient_id in changed if not self._backlog.waits(patient_id)]
        return self._backlog.take(session, cursor, stored, due), [*due, *anew]

    def beat(self) -> None:
        """Say that the monitor lives."""
        now, file = self._clock.now(), self._rules_watch
        file.look(now)
        with self._database.write(Turn.ASSESSMENTS) as session:
            detail = {
                "rules": self._rules.version,
                "signed": self._rules.signed,
                "unsigned": self._rules.unsigned_because,
                "rules_file": None if file.since is None else {"state": file.state, "since": file.since.isoformat()},
                "ungraded": {str(patient_id): since.isoformat() for patient_id, since in self._ungraded.items()},
            }
            beat(session, "monitor", now, detail)

    def _outcome(
        self, session: Session, patient_id: PatientId, facts: list[News], now: datetime, *, anew: bool
    ) -> tuple[list[Answer], Standing | None]:
        """Answer for one patient. One whose record breaks the grading is named, and holds up nobody else."""
        try:
            if patient_id not in self._watched:
                self._watched[patient_id] = self._load(session, patient_id)
            answers = list(self._answers(patient_id, facts, now))
            answers += self._anew(patient_id, now) if anew else ()
            standing = self._standing(patient_id, now)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the other patients must be graded
            # without the message: it may hold what the record holds
            log.error("a patient cannot be graded", patient=patient_id, error=type(error).__name__)  # noqa: TRY400
            self._watched.pop(patient_id, None)
            self._ungraded.setdefault(patient_id, now)
            return [], None
        self._ungraded.pop(patient_id, None)
        return answers, standing

    def _take_by_other_rules(self) -> list[PatientId]:
        """Return some of the patients whose standing answer was given by other rules: a changed limit must tell."""
        taken_now = self._by_other_rules[:REGRADED_AT_ONCE]
        del self._by_other_rules[:REGRADED_AT_ONCE]
        return taken_now

    def _take_due(self, now: datetime, unread_room: int) -> list[PatientId]:
        """Return who is due, at most `unread_room` of them with a record that has to be read first."""
        due: list[PatientId] = []
        while self._due and self._due[0][0] <= now and len(due) < DUE_AT_ONCE:
            at, patient_id = self._due[0]
            if self._next.get(patient_id) == at:
                unread_room -= patient_id not in self._watched
                if unread_room < 0:
                    break
                del self._next[patient_id]
                due.append(patient_id)
            heapq.heappop(self._due)
        return due

    def _position(self, patient_id: PatientId) -> Cursor:
        """Return how far a patient's record was answered before this pass."""
        cursor = self._cursor or Cursor()
        return cursor if self._backlog is None else self._backlog.position(patient_id, cursor)

    def _load(self, session: Session, patient_id: PatientId) -> _Watched:
        """Read a patient's record as far as it was answered; what lies beyond is news of this or a later pass."""
        cursor = self._position(patient_id)
        patient = patient_by_id(session, patient_id)
        if patient is None:
            raise LookupError(f"patient row {patient_id} has readings but does not exist")
        # A watchdog's readings are without end, and only the last of them is waited for.
        newest = SYNTHETIC_KEPT if patient.version is None and patient_id in synthetic_patients(session) else None
        events: list[Event] = [
            taken(stored)
            for stored in readings_of(session, patient_id, newest=newest)
            if stored.id <= cursor.reading_id
        ]
        events += [entry.event for entry in events_of(session, patient_id) if entry.id <= cursor.event_id]
        events += [event for event in quarantines_of(session, patient_id) if int(event.ref[1:]) <= cursor.quarantine_id]
        course = Course(patient.profile, patient.regimen, self._rules, events)
        watched = _Watched(course, patient.version)
        known = [event.known_at for event in events]
        if known:
            watched.answered_to = max(known)
            watched.last = course.assess(watched.answered_to)
        return watched

    def _answers(self, patient_id: PatientId, facts: list[News], now: datetime) -> Iterator[Answer]:
        watched = self._watched[patient_id]
        for fact in facts:
            at = fact.known_at if watched.answered_to is None else max(fact.known_at, watched.answered_to)
            yield from self._by_itself(patient_id, watched, at)
            watched.course.learn(fact.event)
            watched.last, watched.answered_to = watched.course.assess(at), at
            yield self._answer(patient_id, watched, fact)
        if self._backlog is None or not self._backlog.waits(patient_id):  # what silence means is not known before
            yield from self._by_itself(patient_id, watched, now + timedelta.resolution)

    def _anew(self, patient_id: PatientId, now: datetime) -> Iterator[Answer]:
        """Answer again for a patient whose enrolment was corrected: another baseline may change everything."""
        watched = self._watched[patient_id]
        if watched.answered_to is not None:
            watched.answered_to = max(now, watched.answered_to)
            watched.last = watched.course.assess(watched.answered_to)
            yield self._answer(patient_id, watched, None)

    def _by_itself(self, patient_id: PatientId, watched: _Watched, end: datetime) -> Iterator[Answer]:
        """Give what changed between the last answer and `end` without new facts."""
        if watched.answered_to is None:
            return
        for assessment in until(watched.course, watched.answered_to, end):
            changed = watched.last is None or essence(assessment) != essence(watched.last)
            watched.last, watched.answered_to = assessment, assessment.at
            if changed:
                yield self._answer(patient_id, watched, None)

    def _answer(self, patient_id: PatientId, watched: _Watched, fact: News | None) -> Answer:
        findings = watched.course.findings
        assert watched.last is not None  # noqa: S101 - an answer is built right after it was given
        return Answer(
            patient_id=patient_id,
            at=watched.last.at,
            body=encode(watched.last),
            urgent_groups=findings.causes if findings else frozenset(),
            reading_id=fact.reading_id if fact else None,
            event_id=fact.event_id if fact else None,
            quarantine_id=fact.quarantine_id if fact else None,
            known=self._position(patient_id),
            enrolment_id=watched.enrolment_id,
        )

    def _standing(self, patient_id: PatientId, now: datetime) -> Standing:
        watched = self._watched[patient_id]
        course = watched.course
        change = course.next_change(watched.answered_to or now)
        if change is None:
            self._next.pop(patient_id, None)
        elif self._next.get(patient_id) != change:
            self._next[patient_id] = change
            heapq.heappush(self._due, (change, patient_id))
        window = course.findings.window.seen if course.findings else None
        doses = course.state.doses
        index = next((i for i, seen in enumerate(doses) if seen is window), None) if window else None
        seen = glance(course.state, index, self._rules.crs.attribution)
        return Standing(patient_id=patient_id, next_change_at=change, glance=encode_glance(seen))
