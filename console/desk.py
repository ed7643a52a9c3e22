"""Does what a person asked at the console: answers pages, enters facts. Every call is one writing transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlmodel import Session

from alerts import desk, instructing, store
from alerts.contacts import ContactRefusedError
from alerts.instructions_file import InstructionsError, instructions_of, site_of
from alerts.policy_file import PolicyError, load_policy
from alerts.roster import Roster, StaffRole
from alerts.roster_file import RosterError, load_roster
from alerts.roster_overrides import OverrideRefusedError, add_override, remove_override
from alerts.shift_store import confirm_shift, note_look
from alerts.shift_story import ShiftChangedError, Shown
from alerts.silence_store import TECHNICAL
from console import enrolling
from console.entry.enrolment import Enrolling
from console.ports import ChangedError, RefusedError
from gateway.clock import Clock
from gateway.database import Database
from gateway.doorbell import ring_all
from gateway.people_log import note as log
from gateway.permissions import Action, asked_of
from gateway.reading import HubName, PatientCode, PatientId
from gateway.settings import SiteSettings
from gateway.store import HubError, assign, hubs, unassign
from gateway.users import NotPermittedError, require
from monitor.correction import correct_event, strike_out
from monitor.dose_plan import PlanRefusedError
from monitor.patient_limits import set_limit
from monitor.planned_doses_store import add_all
from monitor.record import Limit
from monitor.rulebook import load_rules
from monitor.store import add_event
from monitor.timeline import BadEvent

REFUSALS: Final = (
    desk.Refused,
    BadEvent,
    NotPermittedError,
    OverrideRefusedError,
    RosterError,
    PolicyError,
    InstructionsError,
    HubError,
    ContactRefusedError,
    PlanRefusedError,
)
"""What the owners of the tables and files refuse with; every message is a sentence for whoever asked."""


class DatabaseDesk:
    """The desk of a running house. `by` goes into the record; whether they may is asked in the same transaction.

    `site` names the files of roster and policy; its defaults mean the shipped ones.
    """

    def __init__(self, database: Database, clock: Clock, *, site: SiteSettings | None = None) -> None:
        self._database = database
        self._clock = clock
        self._site = site or SiteSettings()

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

    def hand_over(self, incident_id: int, to: str, *, by: str) -> None:
        """Offer an incident to a colleague of the roster."""
        with self._writing(by, Action.ANSWER_PAGES) as (session, who):
            roster = load_roster(self._site.roster)
            desk.hand_over(session, incident_id, to=to, by=who, roster=roster, now=self._clock.now())

    def silence(self, incident_id: int, until: datetime, why: str, *, by: str) -> None:
        """Hold an incident's calls back for a time, within the bounds of the policy."""
        with self._writing(by, Action.ANSWER_PAGES) as (session, who):
            kept = store.by_id(session, incident_id)
            if kept is None or not kept.incident.live:
                raise RefusedError("This incident is already resolved.")
            technical = kept.subject.startswith(TECHNICAL)
            home = None if kept.patient_id is None or kept.code is None else (kept.patient_id, kept.code)
            desk.silence(
                session,
                by=who,
                why=why,
                until=until,
                now=self._clock.now(),
                limits=load_policy(self._site.policy).silences,
                patient=None if technical else home,
                key=kept.subject.removeprefix(TECHNICAL) if technical else "",
            )

    def end_silence(self, silence_id: int, *, by: str) -> None:
        """End a silence now."""
        with self._writing(by, Action.ANSWER_PAGES) as (session, who):
            desk.end_silence(session, silence_id, by=who, now=self._clock.now())

    def home_answered(self, incident_id: int, note: str, *, by: str) -> None:
        """Put down that somebody reached the home."""
        with self._writing(by, Action.ANSWER_PAGES) as (session, who):
            desk.home_answered(session, incident_id, by=who, note=note, now=self._clock.now())

    def write_note(self, incident_id: int, text: str, *, by: str) -> None:
        """Attach words to a page."""
        with self._writing(by, Action.ANSWER_PAGES) as (session, who):
            store.note(session, incident_id, self._clock.now(), "note", by=who, text=text)

    def enter(self, patient_id: PatientId, event: Mapping[str, object], *, by: str) -> None:
        """Add one event to a patient's record."""
        with self._writing(by, asked_of(event)) as (session, who):
            put = strike_out if event.get("type") == "void" else add_event
            put(session, patient_id, event, by=who, now=self._clock.now())

    def correct(self, patient_id: PatientId, of: str, event: Mapping[str, object], why: str, *, by: str) -> None:
        """Enter what is right in the place of an entry, which is struck out and kept."""
        with self._writing(by, asked_of(event)) as (session, who):
            correct_event(session, patient_id, of, event, why=why, by=who, now=self._clock.now())

    def set_limit(self, patient_id: PatientId, group: str, limit: Limit | None, *, by: str) -> None:
        """Give a patient limits of their own for one vital group, or end them."""
        with self._writing(by, Action.SET_LIMITS) as (session, who):
            set_limit(session, patient_id, group, limit, by=who, now=self._clock.now())

    def instruct(self, patient_id: PatientId, key: str, shown: Sequence[str], *, by: str) -> None:
        """Send a home a standing instruction, by the file as it is now."""
        catalogue = load_rules().catalogue
        with self._writing(by, Action.INSTRUCT_HOME) as (session, who):
            instructing.send(
                session,
                patient_id,
                key,
                shown,
                by=who,
                standing=instructions_of(self._site, catalogue),
                catalogue=catalogue,
                site=site_of(self._site),
                now=self._clock.now(),
            )

    def plan_doses(self, patient_id: PatientId, events: Sequence[Mapping[str, object]], *, by: str) -> None:
        """Change the calendar of planned doses, all of it or nothing."""
        with self._writing(by, Action.ENTER_RECORD) as (session, who):
            add_all(session, patient_id, events, by=who, now=self._clock.now())

    def enrol(self, asked: Enrolling, *, by: str) -> None:
        """Save an enrolment with its telephones, its kit and its planned doses, all of it or nothing."""
        with self._writing(by, Action.ENROL) as (session, who):
            enrolling.save(session, asked, by=who, site=site_of(self._site), rules=load_rules(), now=self._clock.now())

    def put_on_duty(self, role: StaffRole, person: str, starts: datetime, ends: datetime, why: str, *, by: str) -> None:
        """Put somebody of the roster on duty for a time."""
        with self._writing(by, Action.CHANGE_ROSTER) as (session, who):
            add_override(
                session,
                load_roster(self._site.roster),
                role=role,
                person=person,
                starts=starts,
                ends=ends,
                why=why,
                by=who,
                now=self._clock.now(),
            )

    def end_duty(self, number: str, *, by: str) -> None:
        """End an override now."""
        if not number.strip().isdecimal():
            raise RefusedError(f"{number!r} is no number of the list.")
        with self._writing(by, Action.CHANGE_ROSTER) as (session, who):
            remove_override(session, int(number), by=who, now=self._clock.now())

    def put_hub(self, hub: HubName, code: PatientCode, *, by: str) -> None:
        """Put a hub into a patient's home from now on."""
        with self._writing(by, Action.ASSIGN_DEVICES) as (session, who):
            self._assign(session, hub, code, who, self._clock.now())

    def take_hub_out(self, hub: HubName, *, by: str) -> None:
        """Take a hub out of the home it stands in, now."""
        with self._writing(by, Action.ASSIGN_DEVICES) as (session, who):
            self._unassign(session, hub, who, self._clock.now())

    def swap_hub(self, leaves: HubName, comes: HubName, code: PatientCode, *, by: str) -> None:
        """Take one hub out of a patient's home and put another there, at one instant."""
        with self._writing(by, Action.ASSIGN_DEVICES) as (session, who):
            home = next((each.patient_code for each in hubs(session) if each.name == leaves), None)
            if home != code:
                raise RefusedError(f"{leaves} does not stand at {code} any more; nothing was changed.")
            now = self._clock.now()
            self._unassign(session, leaves, who, now)
            self._assign(session, comes, code, who, now)

    def _assign(self, session: Session, hub: HubName, code: PatientCode, who: str, now: datetime) -> None:
        assign(session, hub, code, now)
        home = next(each.patient_id for each in hubs(session) if each.name == hub)
        what = {"change": "assigned", "hub": hub, "from": now.isoformat()}
        log(session, now, "change", f"patient:{home}", what, by=who, patient_id=home)

    def _unassign(self, session: Session, hub: HubName, who: str, now: datetime) -> None:
        unassign(session, hub, now)
        log(session, now, "change", f"hub:{hub}", {"change": "unassigned", "until": now.isoformat()}, by=who)

    def look(self, patient_id: PatientId, *, by: str) -> None:
        """Put into the log that somebody opened a patient's record."""
        with self._writing(by, Action.VIEW_PATIENT) as (session, who):
            subject = f"patient:{patient_id}"
            log(session, self._clock.now(), "view", subject, {"at": "console"}, by=who, patient_id=patient_id)

    def look_at_shift(self, patients: Sequence[PatientId], form: str, *, by: str) -> None:
        """Put into the log that somebody read a shift report about these patients."""
        with self._writing(by, Action.VIEW_PATIENT) as (session, who):
            note_look(session, patients, form, by=who, now=self._clock.now())

    def confirm_shift(self, shown: Shown, *, by: str) -> None:
        """Take over what was read; nobody's incident changes hands by it."""
        with self._writing(by, Action.ANSWER_PAGES) as (session, who):
            confirm_shift(session, shown, by=who, roster=self._names(), now=self._clock.now())

    def _names(self) -> Roster | None:
        """Return the roster to know people by; one that cannot be used keeps nobody from taking over."""
        try:
            return load_roster(self._site.roster)
        except RosterError:
            return None

    @contextmanager
    def _writing(self, by: str, action: Action) -> Iterator[tuple[Session, str]]:
        """Give a writing transaction and the name to record; every owner's refusal becomes one kind of refusal."""
        try:
            with self._database.write() as session:
                yield session, require(session, by, action)
            ring_all(self._database.url)
        except ShiftChangedError as error:
            raise ChangedError(str(error), error.codes) from error
        except REFUSALS as error:
            raise RefusedError(str(error)) from error
