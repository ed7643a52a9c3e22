"""What the console needs of the house: something to read and something to do things with. Tests bring their own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

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
    """What a person can do. Every method raises `RefusedError` when nothing was done."""

    def acknowledge(self, incident_id: int, note: str) -> None:
        """Accept a page: the calls stop for a time."""
        ...

    def take(self, incident_id: int) -> None:
        """Take a page over from whoever holds it."""
        ...

    def escalate(self, incident_id: int) -> None:
        """Call the next person now."""
        ...

    def hold_notice(self, incident_id: int, reason: str) -> None:
        """Hold the emergency department's notice."""
        ...

    def send_notice(self, incident_id: int) -> None:
        """Tell the emergency department now."""
        ...

    def write_note(self, incident_id: int, text: str) -> None:
        """Attach words to a page."""
        ...

    def enter(self, patient_id: PatientId, event: Mapping[str, object]) -> None:
        """Add one event to a patient's record."""
        ...
