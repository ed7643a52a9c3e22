"""Reads what the screens show: the console's only database access besides the entries of `console.desk`."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts import view as calls
from alerts.audit_rows import ALERTS_TABLES
from alerts.enrolment_check import Checklist
from alerts.instructing import offers
from alerts.instructions import Offers
from alerts.instructions_file import InstructionsError, instructions_of, site_of
from alerts.story_store import stories
from alerts.system_view import system_state
from console.enrolling import seen_of
from console.entry.enrolment_fields import Seen
from console.house_feed import EnrolmentBook, RosterBook, hub_sights
from console.shift_feed import ShiftBook, handed_over, read_shift
from console.views.cells import Fault, SetupFault, Snapshot
from console.views.devices import HubSight
from console.views.duty import DutyBook
from console.views.incidents import IncidentBook
from console.views.record import PatientRecord, TrailLine
from console.views.system import Part
from gateway.audit_log import lines
from gateway.audit_rows import GATEWAY_TABLES
from gateway.database import Database
from gateway.reading import PatientId
from gateway.settings import Settings
from gateway.users import logins_exist
from monitor.audit_rows import MONITOR_TABLES
from monitor.dossier import Dossier
from monitor.dossier_store import dossier_of
from monitor.handover_file import load_remarks
from monitor.overview import History, Overview, RecordLine
from monitor.patient_limits import own_limits
from monitor.planned_doses import DoseCalendar
from monitor.planned_doses_store import calendar_of
from monitor.rules import Rules
from monitor.screen import history, record_lines
from monitor.ward_reading import WardReading

TEXTS_SHOWN = 50
RECORD_SHOWN = timedelta(hours=60)
"""The longest span of the charts, and the longest time between values before it that is no gap yet."""

BEFORE_DOSE = timedelta(hours=14)
LONGEST_RECORD = timedelta(days=28)
"""As long as a dose counts."""

TRAIL_SHOWN = timedelta(days=3)
TRAIL_LINES = 60
"""The log of a patient holds every reading: the rest is for `stepguard audit show`."""

SUPPORT_LOOKED_FOR = timedelta(days=28)
"""Support never expires; beyond four weeks nobody is still treated for a reaction at home."""

OPEN = "no logins are set up; whoever sits here acts under the name above"
RULES_UNUSABLE = "the rule file cannot be used: charts draw the shipped limits; see stepguard check"
INSECURE = "the endpoint listens without TLS (mqtt.insecure = true)"


class DatabaseFeed:
    """The feed of a running house. Every call is one consistent read."""

    def __init__(
        self,
        database: Database,
        rules: Rules,
        settings: Settings,
        *,
        says_open: bool = True,
        rules_fault: str | None = None,
    ) -> None:
        self._database = database
        self._rules = rules
        self._settings = settings
        self._says_open = says_open
        self._rules_fault = rules_fault
        self._schema_current = False
        self._remarks = load_remarks()
        self._behind: tuple[tuple[object, ...], Dossier | None] | None = None
        self._ward = WardReading(rules)
        self._roster = RosterBook(settings.site.roster)
        self._enrolments = EnrolmentBook(rules, settings.site)

    def ward(self, now: datetime) -> Snapshot:
        """Return every enrolled patient, every open incident, the faults that hold and the newest texts.

        The first read brings the schema up to date: a console that starts before its database says so and waits.
        """
        if not self._schema_current:
            self._database.migrate()
            self._schema_current = True
        with self._database.read() as session:
            return Snapshot(
                read_at=now,
                overviews=self._ward.read(session, now),
                incidents=calls.incident_lines(session, now),
                faults=with_standing(
                    calls.faults(session, now),
                    self._rules,
                    self._settings,
                    open_to_all=self._says_open and not logins_exist(session),
                    rules_fault=self._rules_fault,
                ),
                texts=calls.text_lines(session, limit=TEXTS_SHOWN),
            )

    def patient(self, patient_id: PatientId, now: datetime) -> PatientRecord:
        """Return one patient's record: two days, and the time since the dose whose window is told."""
        with self._database.read() as session:
            overview = next((one for one in self._ward.read(session, now) if one.patient_id == patient_id), None)
            since = now - RECORD_SHOWN
            if overview is not None and overview.dose_at is not None:
                since = max(min(since, overview.dose_at - BEFORE_DOSE), now - LONGEST_RECORD)
            past = history(session, patient_id, since)
            incidents = [each for each in calls.incident_lines(session, now) if each.patient_id == patient_id]
            return PatientRecord(
                patient_id=patient_id,
                read_at=now,
                overview=overview,
                history=past,
                incidents=incidents,
                texts=calls.text_lines(session, limit=TEXTS_SHOWN, patient_id=patient_id),
                dossier=self._dossier(session, patient_id, overview, past, now),
                planned=calendar_of(session, patient_id, self._rules, now) if overview else DoseCalendar(),
                checklist=self._enrolments.shown(session, patient_id, now),
                own_limits=own_limits(session, patient_id),
            )

    def _dossier(
        self, session: Session, patient_id: PatientId, overview: Overview | None, past: History, now: datetime
    ) -> Dossier | None:
        """Return what stands behind the record; folded anew only when something was added, and once a minute."""
        if overview is None:
            return None
        minute = now.replace(second=0, microsecond=0)
        stands = (patient_id, overview.assessed_at, len(past.points), len(past.entries), minute)
        if self._behind is None or self._behind[0] != stands:
            self._behind = (stands, dossier_of(session, patient_id, self._rules, self._remarks, now))
        return self._behind[1]

    def trail(self, patient_id: PatientId, now: datetime) -> Sequence[TrailLine]:
        """Return the newest entries of the audit log about one patient, of the last days, newest last."""
        tables = (*GATEWAY_TABLES, *MONITOR_TABLES, *ALERTS_TABLES)
        with self._database.read() as session:
            found = lines(session.connection(), tables, patient_id=patient_id, since=now - TRAIL_SHOWN)
            return tuple(deque(found, maxlen=TRAIL_LINES))

    def standing_support(self, patient_id: PatientId, now: datetime) -> str | None:
        """Return the support that the record says is given now, in words; None when none was entered."""
        with self._database.read() as session:
            entries = history(session, patient_id, now - SUPPORT_LOOKED_FOR).entries
        given = [each for each in entries if each.kind == "support" and not each.voided and each.at <= now]
        return max(given, key=lambda each: each.at).text if given else None

    def instructions(self, patient_id: PatientId, now: datetime) -> Offers:
        """Return what may be sent to a patient's home, by the file as it is now."""
        given, catalogue = self._settings.site, self._rules.catalogue
        try:
            standing = instructions_of(given, catalogue)
        except InstructionsError as error:
            return Offers(drug=None, why_none=str(error))
        with self._database.read() as session:
            return offers(session, patient_id, standing, catalogue, site_of(given), now)

    def record(self, patient_id: PatientId, now: datetime) -> Sequence[RecordLine]:
        """Return every entry of one patient's record, however old."""
        del now
        with self._database.read() as session:
            return record_lines(session, patient_id)

    def enrolment(self, patient_id: PatientId | None, now: datetime) -> tuple[Seen, Checklist | None]:
        """Return what is known before an enrolment form is filled, and what the enrolment lacks."""
        directory, timezone = self._enrolments.directory(), self._settings.site.timezone
        with self._database.read() as session:
            seen = seen_of(session, patient_id, self._rules, directory, timezone, now)
            return seen, None if patient_id is None else self._enrolments.checklist(session, patient_id, now)

    def incidents(self, now: datetime) -> IncidentBook:
        """Return what happened to every open incident, and who is on the roster."""
        with self._database.read() as session:
            return IncidentBook(stories=stories(session), roster=self._roster.roster(session, now))

    def duty(self, now: datetime) -> DutyBook:
        """Return who is on call; a changed roster file is followed as the chain follows it."""
        with self._database.read() as session:
            book = self._roster.read(session, now)
            zone = ZoneInfo(self._settings.site.timezone)
            return replace(book, handed=handed_over(session, book.roster, now, zone))

    def devices(self, now: datetime) -> Sequence[HubSight]:
        """Return every home hub."""
        with self._database.read() as session:
            return hub_sights(session, now)

    def system(self, now: datetime) -> Sequence[Part]:
        """Return how every part of the system stands."""
        with self._database.read() as session:
            return [*system_state(session, now), self._enrolments.line(session, now)]

    def shift(self, now: datetime) -> ShiftBook:
        """Return the hand-over of the shift that is ending, or has just ended."""
        with self._database.read() as session:
            zone = ZoneInfo(self._settings.site.timezone)
            return read_shift(session, self._rules, self._roster, self._enrolments, now, zone)


def with_standing(
    faults: Sequence[Fault], rules: Rules, settings: Settings, *, open_to_all: bool, rules_fault: str | None = None
) -> tuple[Fault, ...]:
    """Return the faults and the banners about how this site is set up, each kind once."""
    named = {each.kind for each in faults}
    added: list[Fault] = []
    if rules_fault is None and rules.unsigned_because is not None and "unsigned" not in named:
        added.append(SetupFault(kind="unsigned", text=rules.unsigned_because))
    if rules_fault is not None:
        added.append(SetupFault(kind="rules", text=rules_fault))
    if settings.mqtt.insecure and "insecure" not in named:
        added.append(SetupFault(kind="insecure", text=INSECURE))
    if open_to_all:
        added.append(SetupFault(kind="open", text=OPEN))
    return (*faults, *added)
