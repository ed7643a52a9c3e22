"""Fakes of the feed and the desk, and a console over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from night_shift import sample_pasts, sample_shift
from night_values import ACTOR, NOW, ZONE, Stands, minutes
from night_ward import (
    sample_dossier,
    sample_duty,
    sample_hubs,
    sample_offers,
    sample_parts,
    sample_record,
    sample_stories,
)

from alerts.enrolment_check import Checklist
from alerts.instructions import Offers
from alerts.roster import Roster, StaffRole
from alerts.shift_story import Confirmation, Shown
from alerts.story import Story
from console.entry.enrolment import Enrolling
from console.entry.enrolment_fields import Seen
from console.entry.vocabulary import load_medicines
from console.ports import RefusedError
from console.terminal import ConsoleApp
from console.views.cells import Snapshot
from console.views.devices import HubSight
from console.views.duty import DutyBook
from console.views.incidents import IncidentBook
from console.views.record import PatientRecord
from console.views.shift_values import ShiftReport
from gateway.audit_log import Line as LogLine
from gateway.clock import StillClock
from gateway.reading import HubName, PatientCode, PatientId
from monitor.dossier import Dossier
from monitor.overview import History, RecordLine
from monitor.planned_doses import DoseCalendar
from monitor.record import Limit
from monitor.rulebook import load_rules
from monitor.shift_past import Past

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SampleShift:
    """A report and the roster, as the feed gives them."""

    report: ShiftReport
    roster: Roster | None


@dataclass
class FakeFeed:
    """A feed of given values. `broken` makes every read raise it."""

    snapshot: Snapshot
    history: History
    broken: Exception | None = None
    support: str | None = None
    told: dict[int, Story] = field(default_factory=sample_stories)
    book: DutyBook = field(default_factory=sample_duty)
    hubs: list[HubSight] = field(default_factory=sample_hubs)
    parts: list[Stands] = field(default_factory=sample_parts)
    entered: Sequence[RecordLine] = field(default_factory=sample_record)
    planned: DoseCalendar = field(default_factory=DoseCalendar)
    behind: Dossier = field(default_factory=sample_dossier)
    log: Sequence[LogLine] = ()
    asked_support: tuple[PatientId, datetime] | None = None
    offers: Offers = field(default_factory=sample_offers)
    pasts: dict[PatientId, Past] = field(default_factory=sample_pasts)
    taken: dict[PatientId | None, Confirmation] = field(default_factory=dict)
    shifts_made: int = 0
    seen: Seen = field(default_factory=lambda: Seen(values={"timezone": ZONE.key}, timezone=ZONE.key))

    def ward(self, now: datetime) -> Snapshot:
        if self.broken is not None:
            raise self.broken
        return replace(self.snapshot, read_at=now)

    def patient(self, patient_id: PatientId, now: datetime) -> PatientRecord:
        if self.broken is not None:
            raise self.broken
        own = [each for each in self.snapshot.incidents if each.patient_id == patient_id]
        return PatientRecord(
            patient_id=patient_id,
            read_at=now,
            overview=next((each for each in self.snapshot.overviews if each.patient_id == patient_id), None),
            history=self.history,
            incidents=own,
            texts=[each for each in self.snapshot.texts if each.incident_id in {one.id for one in own}],
            dossier=self.behind,
            planned=self.planned,
        )

    def record(self, patient_id: PatientId, now: datetime) -> Sequence[RecordLine]:
        del patient_id, now
        return self._unless_broken(self.entered)

    def enrolment(self, patient_id: PatientId | None, now: datetime) -> tuple[Seen, Checklist | None]:
        del now
        return self._unless_broken(self.seen if patient_id is None else replace(self.seen, patient_id=patient_id)), None

    def trail(self, patient_id: PatientId, now: datetime) -> Sequence[LogLine]:
        del patient_id, now
        return self._unless_broken(self.log)

    def incidents(self, now: datetime) -> IncidentBook:
        del now
        return self._unless_broken(IncidentBook(stories=self.told, roster=self.book.roster))

    def duty(self, now: datetime) -> DutyBook:
        return self._unless_broken(replace(self.book, handed=sample_shift(self, now).handed))

    def devices(self, now: datetime) -> Sequence[HubSight]:
        del now
        return self._unless_broken(self.hubs)

    def system(self, now: datetime) -> Sequence[Stands]:
        del now
        return self._unless_broken(self.parts)

    def instructions(self, patient_id: PatientId, now: datetime) -> Offers:
        del patient_id, now
        return self._unless_broken(self.offers)

    def shift(self, now: datetime) -> SampleShift:
        self.shifts_made += 1
        return self._unless_broken(SampleShift(sample_shift(self, now), self.book.roster))

    def _unless_broken(self, found: T) -> T:
        if self.broken is not None:
            raise self.broken
        return found

    def standing_support(self, patient_id: PatientId, now: datetime) -> str | None:
        if self.broken is not None:
            raise self.broken
        self.asked_support = (patient_id, now)
        return self.support


@dataclass
class FakeDesk:
    """Keeps what it was asked to do; answers pages in the feed, as the real one does through the database."""

    feed: FakeFeed
    done: list[tuple[object, ...]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    looked: list[tuple[PatientId, str]] = field(default_factory=list)
    shift_looks: list[tuple[str, int, str]] = field(default_factory=list)
    refusal: str | None = None

    def _do(self, by: str, *deed: object) -> None:
        if self.refusal is not None:
            raise RefusedError(self.refusal)
        self.done.append(deed)
        self.names.append(by)

    def acknowledge(self, incident_id: int, note: str, *, by: str) -> None:
        self._do(by, "acknowledge", incident_id, note)
        self._held(incident_id, by)

    def take(self, incident_id: int, *, by: str) -> None:
        self._do(by, "take", incident_id)
        self._held(incident_id, by)

    def escalate(self, incident_id: int, *, by: str) -> None:
        self._do(by, "escalate", incident_id)

    def hold_notice(self, incident_id: int, reason: str, *, by: str) -> None:
        self._do(by, "hold", incident_id, reason)

    def send_notice(self, incident_id: int, *, by: str) -> None:
        self._do(by, "send", incident_id)

    def hand_over(self, incident_id: int, to: str, *, by: str) -> None:
        self._do(by, "hand over", incident_id, to)

    def silence(self, incident_id: int, until: datetime, why: str, *, by: str) -> None:
        self._do(by, "silence", incident_id, until, why)

    def end_silence(self, silence_id: int, *, by: str) -> None:
        self._do(by, "end silence", silence_id)

    def home_answered(self, incident_id: int, note: str, *, by: str) -> None:
        self._do(by, "home answered", incident_id, note)

    def plan_doses(self, patient_id: PatientId, events: Sequence[Mapping[str, object]], *, by: str) -> None:
        self._do(by, "plan", patient_id, tuple(dict(event) for event in events))

    def enrol(self, asked: Enrolling, *, by: str) -> None:
        self._do(by, "enrol", asked)

    def put_on_duty(self, role: StaffRole, person: str, starts: datetime, ends: datetime, why: str, *, by: str) -> None:
        self._do(by, "on duty", role, person, starts, ends, why)

    def end_duty(self, number: str, *, by: str) -> None:
        self._do(by, "off duty", number)

    def put_hub(self, hub: HubName, code: PatientCode, *, by: str) -> None:
        self._do(by, "put", hub, code)

    def take_hub_out(self, hub: HubName, *, by: str) -> None:
        self._do(by, "take out", hub)

    def swap_hub(self, leaves: HubName, comes: HubName, code: PatientCode, *, by: str) -> None:
        self._do(by, "swap", leaves, comes, code)

    def write_note(self, incident_id: int, text: str, *, by: str) -> None:
        self._do(by, "note", incident_id, text)

    def instruct(self, patient_id: PatientId, key: str, shown: Sequence[str], *, by: str) -> None:
        self._do(by, "instruct", patient_id, key, tuple(shown))

    def enter(self, patient_id: PatientId, event: Mapping[str, object], *, by: str) -> None:
        self._do(by, "enter", patient_id, dict(event))

    def correct(self, patient_id: PatientId, of: str, event: Mapping[str, object], why: str, *, by: str) -> None:
        self._do(by, "correct", patient_id, of, dict(event), why)

    def set_limit(self, patient_id: PatientId, group: str, limit: Limit | None, *, by: str) -> None:
        self._do(by, "limit", patient_id, group, limit)

    def look(self, patient_id: PatientId, *, by: str) -> None:
        self.looked.append((patient_id, by))

    def look_at_shift(self, patients: Sequence[PatientId], form: str, *, by: str) -> None:
        self.shift_looks.append((form, len(patients), by))

    def confirm_shift(self, shown: Shown, *, by: str) -> None:
        self._do(by, "take over", shown.given_by, tuple(each.code for each in shown.items))
        for each in shown.items:
            self.feed.taken[each.patient_id] = Confirmation(
                patient_id=each.patient_id,
                since=shown.since,
                shown_at=shown.shown_at,
                confirmed_at=shown.shown_at + minutes(2),
                given_by=shown.given_by,
                received_by=by,
                digest=each.digest,
            )

    def _held(self, incident_id: int, by: str) -> None:
        answered = [
            replace(
                each,
                state="acknowledged",
                unanswered_since=None,
                holder=by,
                held_until=NOW + minutes(15),
                next_step=None,
                next_at=None,
            )
            if each.id == incident_id
            else each
            for each in self.feed.snapshot.incidents
        ]
        self.feed.snapshot = replace(self.feed.snapshot, incidents=answered)


def build_console(feed: FakeFeed, desk: FakeDesk, clock: StillClock) -> ConsoleApp:
    return ConsoleApp(
        feed,
        desk,
        clock,
        actor=ACTOR,
        zone=ZONE,
        catalogue=load_rules().catalogue,
        medicines=load_medicines(),
        flashing=False,
    )
