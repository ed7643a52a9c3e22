"""Does what a person asked at the console: answers pages, enters facts. Every call is one writing transaction."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlmodel import Session

from alerts import desk, store
from console.ports import RefusedError
from gateway.clock import Clock
from gateway.database import Database
from gateway.doorbell import ring_all
from gateway.reading import PatientId
from monitor.store import add_event
from monitor.timeline import BadEvent


class DatabaseDesk:
    """The desk of a running house; `actor` goes into the record of everything done here."""

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor

    def acknowledge(self, incident_id: int, note: str) -> None:
        """Accept a page: the calls stop for a time."""
        with self._writing() as session:
            desk.acknowledge(session, incident_id, by=self._actor, note=note, now=self._clock.now())

    def take(self, incident_id: int) -> None:
        """Take a page over from whoever holds it."""
        with self._writing() as session:
            desk.take(session, incident_id, by=self._actor, now=self._clock.now())

    def escalate(self, incident_id: int) -> None:
        """Call the next person now."""
        with self._writing() as session:
            desk.escalate_now(session, incident_id, by=self._actor, now=self._clock.now())

    def hold_notice(self, incident_id: int, reason: str) -> None:
        """Hold the emergency department's notice."""
        with self._writing() as session:
            desk.hold_ed_notice(session, incident_id, by=self._actor, reason=reason, now=self._clock.now())

    def send_notice(self, incident_id: int) -> None:
        """Tell the emergency department now."""
        with self._writing() as session:
            desk.send_ed_notice(session, incident_id, by=self._actor, now=self._clock.now())

    def write_note(self, incident_id: int, text: str) -> None:
        """Attach words to a page."""
        with self._writing() as session:
            store.note(session, incident_id, self._clock.now(), "note", by=self._actor, text=text)

    def enter(self, patient_id: PatientId, event: Mapping[str, object]) -> None:
        """Add one event to a patient's record."""
        with self._writing() as session:
            add_event(session, patient_id, event, by=self._actor, now=self._clock.now())

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """Give a writing transaction; what the owners of the tables refuse becomes one kind of refusal."""
        try:
            with self._database.write() as session:
                yield session
            ring_all(self._database.url)
        except (desk.Refused, BadEvent) as error:
            raise RefusedError(str(error)) from error
