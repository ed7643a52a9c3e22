"""What the console needs of the house: something to read and something to do things with. Tests bring their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from alerts.enrolment_check import Checklist
from alerts.instructions import Offers
from alerts.roster import Roster, StaffRole
from alerts.shift_story import Shown
from console.entry.enrolment import Enrolling
from console.entry.enrolment_fields import Seen
from console.sitting import Person, Standing
from console.views.cells import Snapshot
from console.views.devices import HubSight
from console.views.duty import DutyBook
from console.views.incidents import IncidentBook
from console.views.record import PatientRecord, TrailLine
from console.views.shift_values import ShiftReport
from console.views.system import Part
from gateway.reading import HubName, PatientCode, PatientId
from monitor.overview import RecordLine
from monitor.record import Limit


class ShiftBook(Protocol):
    """A shift report, and the roster to know by which names people are called."""

    @property
    def report(self) -> ShiftReport: ...  # noqa: D102 - the names are those of `console.shift_feed.ShiftBook`
    @property
    def roster(self) -> Roster | None: ...  # noqa: D102


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

    def instructions(self, patient_id: PatientId, now: datetime) -> Offers:
        """Return what may be sent to a patient's home; a file that cannot be used is said in it."""
        ...

    def record(self, patient_id: PatientId, now: datetime) -> Sequence[RecordLine]:
        """Return every entry of one patient's record, oldest first. Raises whatever the database raises."""
        ...

    def enrolment(self, patient_id: PatientId | None, now: datetime) -> tuple[Seen, Checklist | None]:
        """Return what is known before an enrolment form is filled, and what the enrolment lacks; None is a new one."""
        ...

    def trail(self, patient_id: PatientId, now: datetime) -> Sequence[TrailLine]:
        """Return the newest entries of the audit log about one patient, newest last. Raises as `patient` does."""
        ...

    def incidents(self, now: datetime) -> IncidentBook:
        """Return what happened to every open incident, and the roster. Raises whatever the database raises."""
        ...

    def duty(self, now: datetime) -> DutyBook:
        """Return who is on call and what is known of telephones; a roster that cannot be used is said in it."""
        ...

    def devices(self, now: datetime) -> Sequence[HubSight]:
        """Return every home hub. Raises whatever the database raises."""
        ...

    def system(self, now: datetime) -> Sequence[Part]:
        """Return how every part of the system stands. Raises whatever the database raises."""
        ...

    def shift(self, now: datetime) -> ShiftBook:
        """Return the hand-over of the shift. Raises whatever the database raises."""
        ...


class RefusedError(Exception):
    """Nothing was done; the message is a sentence for the person who asked."""


class ChangedError(RefusedError):
    """Nothing was done: what was read is not how it stands. `codes` names whom it is about; None is the ward."""

    def __init__(self, sentence: str, codes: Sequence[PatientCode | None]) -> None:
        super().__init__(sentence)
        self.codes = tuple(codes)


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

    def hand_over(self, incident_id: int, to: str, *, by: str) -> None:
        """Offer an incident to a colleague, by their key in the roster; it stays where it is until they accept."""
        ...

    def silence(self, incident_id: int, until: datetime, why: str, *, by: str) -> None:
        """Hold an incident's calls back for a time, within the bounds of the policy."""
        ...

    def end_silence(self, silence_id: int, *, by: str) -> None:
        """End a silence now; what is still wrong calls at once."""
        ...

    def home_answered(self, incident_id: int, note: str, *, by: str) -> None:
        """Put down that somebody reached the home."""
        ...

    def write_note(self, incident_id: int, text: str, *, by: str) -> None:
        """Attach words to a page."""
        ...

    def enter(self, patient_id: PatientId, event: Mapping[str, object], *, by: str) -> None:
        """Add one event to a patient's record."""
        ...

    def instruct(self, patient_id: PatientId, key: str, shown: Sequence[str], *, by: str) -> None:
        """Send a home the standing instruction of that key, as it was shown."""
        ...

    def correct(self, patient_id: PatientId, of: str, event: Mapping[str, object], why: str, *, by: str) -> None:
        """Enter what is right in the place of the entry `of`, which is struck out and kept."""
        ...

    def set_limit(self, patient_id: PatientId, group: str, limit: Limit | None, *, by: str) -> None:
        """Give a patient limits of their own for one vital group; None ends them."""
        ...

    def plan_doses(self, patient_id: PatientId, events: Sequence[Mapping[str, object]], *, by: str) -> None:
        """Change the calendar of planned doses, all of it or nothing."""
        ...

    def enrol(self, asked: Enrolling, *, by: str) -> None:
        """Save an enrolment with its telephones, its kit and its planned doses, all of it or nothing."""
        ...

    def put_on_duty(self, role: StaffRole, person: str, starts: datetime, ends: datetime, why: str, *, by: str) -> None:
        """Put somebody of the roster on duty from `starts` until `ends` (exclusive), whatever its file says."""
        ...

    def end_duty(self, number: str, *, by: str) -> None:
        """End what was put on duty under this number now."""
        ...

    def put_hub(self, hub: HubName, code: PatientCode, *, by: str) -> None:
        """Put a hub into a patient's home from now on."""
        ...

    def take_hub_out(self, hub: HubName, *, by: str) -> None:
        """Take a hub out of the home it stands in, now."""
        ...

    def swap_hub(self, leaves: HubName, comes: HubName, code: PatientCode, *, by: str) -> None:
        """Take one hub out of a patient's home and put another there, at one instant."""
        ...

    def look(self, patient_id: PatientId, *, by: str) -> None:
        """Put into the log that somebody opened a patient's record."""
        ...

    def look_at_shift(self, patients: Sequence[PatientId], form: str, *, by: str) -> None:
        """Put into the log that somebody read a shift report about these patients, on a screen or as a file."""
        ...

    def confirm_shift(self, shown: Shown, *, by: str) -> None:
        """Take over what was read. Raises `ChangedError` when the two worst urgencies are not as they were read."""
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
