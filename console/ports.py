"""What the console needs of the house: something to read and something to do things with. Tests bring their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from console.sitting import Person, Standing
from console.views.cells import Snapshot
from console.views.record import PatientRecord
from gateway.reading import PatientId


class Feed(Protocol):
    """What the console reads."""

    def ward(self, now: datetime) -> Snapshot:
        """Return the whole ward. Raises whatever the database raises."""
        ...

    def patient(self, patient_id: PatientId, now: datetime) -> PatientRecord:
        """Return one patient's record. Raises whatever the database raises."""
        ...

    def standing_support(self, patient_id: PatientId, now: datetime) -> str | None:
        """Return the support now recorded, in words; None when there is none."""
        ...


class RefusedError(Exception):
    """Nothing was done; the message is a sentence for the person who asked."""


class Desk(Protocol):
    """What a person can do, each under their name. Every method raises `RefusedError` when nothing was done."""

    def acknowledge(self, incident_id: int, note: str, *, by: str) -> None:
        """Accept a page: the calls stop for a time."""
        ...

    def take(self, incident_id: int, *, by: str) -> None:
        """Take a page over from whoever holds it."""
        ...

    def escalate(self, incident_id: int, *, by: str) -> None:
        """Call the next person now."""
        ...

    def hold_notice(self, incident_id: int, reason: str, *, by: str) -> None:
        """Hold the emergency department's notice."""
        ...

    def send_notice(self, incident_id: int, *, by: str) -> None:
        """Tell the emergency department now."""
        ...

    def write_note(self, incident_id: int, text: str, *, by: str) -> None:
        """Attach words to a page."""
        ...

    def enter(self, patient_id: PatientId, event: Mapping[str, object], *, by: str) -> None:
        """Add one event to a patient's record."""
        ...

    def look(self, patient_id: PatientId, *, by: str) -> None:
        """Put into the log that somebody opened a patient's record."""
        ...


class Door(Protocol):
    """Who may sit here. Methods other than `log_in` raise whatever the database raises."""

    def standing(self, name: str | None) -> Standing:
        """Return whether logins are set up, and that person while their login is enabled."""
        ...

    def log_in(self, name: str, password: str) -> Person:
        """Let somebody in. Takes a while; raises `RefusedError` with a sentence for whoever is not let in."""
        ...

    def note(self, what: str, *, by: str) -> None:
        """Put into the log that the console was locked, unlocked or left."""
        ...
