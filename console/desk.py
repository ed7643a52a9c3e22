"""Does what a person asked at the console: answers pages, enters facts. Every call is one writing transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlmodel import Session

from alerts import desk, store
from console.ports import RefusedError
from gateway.clock import Clock
from gateway.database import Database
from gateway.doorbell import ring_all
from gateway.people_log import note as log
from gateway.permissions import Action, asked_of
from gateway.reading import PatientId
from gateway.users import NotPermittedError, require
from monitor.store import add_event
from monitor.timeline import BadEvent


class DatabaseDesk:
    """The desk of a running house. `by` goes into the record; whether they may is asked in the same transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def acknowledge(self, incident_id: int, note: str, *, by: str) -> None:
        """Accept a page: the calls stop for a time."""
        with self._writing(by, Action.ANSWER_PAGES) as (session, who):
            desk.acknowledge(session, incident_id, by=who, note=note, now=self._clock.now())

    def take(self, incident_id: int, *, by: str) -> None:
        """Take a page over from whoever holds it."""
        with self._writing(by, Action.ANSWER_PAGES) as (session, who):
            desk.take(session, incident_id, by=who, now=self._clock.now())

    def escalate(self, incident_id: int, *, by: str) -> None:
        """Call the next person now."""
        with self._writing(by, Action.ANSWER_PAGES) as (session, who):
            desk.escalate_now(session, incident_id, by=who, now=self._clock.now())

    def hold_notice(self, incident_id: int, reason: str, *, by: str) -> None:
        """Hold the emergency department's notice."""
        with self._writing(by, Action.DIRECT_NOTICE) as (session, who):
            desk.hold_ed_notice(session, incident_id, by=who, reason=reason, now=self._clock.now())

    def send_notice(self, incident_id: int, *, by: str) -> None:
        """Tell the emergency department now."""
        with self._writing(by, Action.DIRECT_NOTICE) as (session, who):
            desk.send_ed_notice(session, incident_id, by=who, now=self._clock.now())

    def write_note(self, incident_id: int, text: str, *, by: str) -> None:
        """Attach words to a page."""
        with self._writing(by, Action.ANSWER_PAGES) as (session, who):
            store.note(session, incident_id, self._clock.now(), "note", by=who, text=text)

    def enter(self, patient_id: PatientId, event: Mapping[str, object], *, by: str) -> None:
        """Add one event to a patient's record."""
        with self._writing(by, asked_of(event)) as (session, who):
            add_event(session, patient_id, event, by=who, now=self._clock.now())

    def look(self, patient_id: PatientId, *, by: str) -> None:
        """Put into the log that somebody opened a patient's record."""
        with self._writing(by, Action.VIEW_PATIENT) as (session, who):
            subject = f"patient:{patient_id}"
            log(session, self._clock.now(), "view", subject, {"at": "console"}, by=who, patient_id=patient_id)

    @contextmanager
    def _writing(self, by: str, action: Action) -> Iterator[tuple[Session, str]]:
        """Give a writing transaction and the name to record; every owner's refusal becomes one kind of refusal."""
        try:
            with self._database.write() as session:
                yield session, require(session, by, action)
            ring_all(self._database.url)
        except (desk.Refused, BadEvent, NotPermittedError) as error:
            raise RefusedError(str(error)) from error
