"""Reads what the screens of the house show: who is on call, the home hubs, how every part stands."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts.directory import Directory
from alerts.directory_file import DirectoryError, load_directory
from alerts.drills import results
from alerts.enrolment_check import Checklist
from alerts.enrolment_check_store import checklist_of, every_checklist
from alerts.roster import STAFF_ROLES, Roster
from alerts.roster_file import RosterError, load_roster
from alerts.roster_now import RosterNow
from alerts.roster_overrides import Override, overrides
from alerts.roster_watch import RosterWatch
from alerts.verification_store import contact_checks, staff_checks
from console.views.devices import HubSight
from console.views.duty import DutyBook, Standing, Telephone
from console.views.enrolment import every_summary
from gateway.conditions import conditions
from gateway.hub_heard import last_heard
from gateway.readiness import LineState, SystemLine
from gateway.reading import PatientId
from gateway.settings import SiteSettings
from gateway.store import hubs
from monitor.rules import Rules

ENROLMENTS_LOOKED_AT = timedelta(seconds=60)
CHECKLIST_LOOKED_AT = timedelta(seconds=5)


class RosterBook:
    """Reads the roster of the moment; a file that cannot be used at the start is tried again at each read."""

    def __init__(self, file: str | None) -> None:
        self._file = file
        self._now: RosterNow | None = None

    def roster(self, session: Session, now: datetime) -> Roster | None:
        """Return the roster of the moment; None while its file cannot be used."""
        try:
            return self._following().read(session, now)
        except RosterError:
            return None

    def read(self, session: Session, now: datetime) -> DutyBook:
        """Return who is on call at `now` and what is known of their telephones."""
        try:
            following = self._following()
        except RosterError:  # its message may quote a number; `stepguard roster check` says it to who asks
            return DutyBook(roster=None, problem="the file cannot be used: see stepguard roster check")
        roster = following.read(session, now)
        problem = next((trouble.text for trouble in following.troubles(now)), None)
        homes = contact_checks(session)
        return DutyBook(
            roster=roster,
            problem=problem,
            telephones=_telephones(session, roster, now),
            overrides=tuple(_standing(one, roster) for one in overrides(session, now)),
            homes=len(homes),
            homes_untried=sum(one.check.state != "verified" for one in homes),
        )

    def _following(self) -> RosterNow:
        if self._now is None:
            roster = load_roster(self._file)
            self._now = RosterNow(roster, None if self._file is None else RosterWatch(self._file, roster))
        return self._now


class EnrolmentBook:
    """Says how many enrolments are incomplete. Looked at again after a while only: it reads everybody's entries."""

    def __init__(self, rules: Rules, site: SiteSettings) -> None:
        self._rules = rules
        self._site = site
        self._said: tuple[datetime, SystemLine] | None = None
        self._last: tuple[datetime, PatientId, Checklist | None] | None = None

    def line(self, session: Session, now: datetime) -> SystemLine:
        """Return the line of the system screen. It stands in the way of nothing: it is never `failed`."""
        if self._said is None or not timedelta(0) <= now - self._said[0] < ENROLMENTS_LOOKED_AT:
            self._said = (now, self._read(session, now))
        return self._said[1]

    def checklist(self, session: Session, patient_id: PatientId, now: datetime) -> Checklist | None:
        """Return the checklist of one patient, None when there is no such patient."""
        return checklist_of(session, patient_id, self._rules, self.directory(), now)

    def shown(self, session: Session, patient_id: PatientId, now: datetime) -> Checklist | None:
        """Return the checklist for a screen that is read every second: it may be some seconds old."""
        last = self._last
        if last is None or last[1] != patient_id or not timedelta(0) <= now - last[0] < CHECKLIST_LOOKED_AT:
            last = self._last = (now, patient_id, self.checklist(session, patient_id, now))
        return last[2]

    def directory(self) -> Directory:
        """Return the site's departments; none while the file cannot be used, which `stepguard check` says."""
        try:
            return load_directory(self._site.departments, timezone=self._site.timezone)
        except DirectoryError:
            return Directory(timezone=self._site.timezone)

    def _read(self, session: Session, now: datetime) -> SystemLine:
        found = every_checklist(session, self._rules, self.directory(), now)
        state: LineState = "ok" if all(each.complete for each in found.values()) else "doubtful"
        return SystemLine(subject="enrolments", state=state, text=every_summary(found))


def _telephones(session: Session, roster: Roster, now: datetime) -> tuple[Telephone, ...]:
    tests = {one.person.key: one for one in results(session, roster, now)}
    checks = {one.number: one for one in staff_checks(session, roster)}
    found = []
    for person in roster.people:
        check, test = checks[person.number].check, tests.get(person.key)
        tested = test is not None and test.tested_at is not None
        found.append(
            Telephone(
                key=person.key,
                name=person.name,
                number=person.number,
                state=check.state,
                why=check.why,
                tested_at=test.tested_at if test is not None else None,
                test=test.state if test is not None and tested else None,
                test_why=test.why if test is not None else "",
            )
        )
    return tuple(found)


def _standing(one: Override, roster: Roster) -> Standing:
    person = roster.by_key(one.person)
    return Standing(
        id=one.id,
        role=next((role for role in STAFF_ROLES if role == one.role), "nurse"),
        name=one.person if person is None else person.name,
        starts=one.starts,
        ends=one.ends,
        why=one.why,
        by=one.by,
        known=person is not None,
    )


def hub_sights(session: Session, now: datetime) -> Sequence[HubSight]:
    """Return every hub as it is known at `now`, with the technical conditions that it has."""
    troubles: dict[str, list[str]] = defaultdict(list)
    for condition in conditions(session, now):
        if condition.hub is not None and not condition.key.startswith("offline:"):
            troubles[condition.hub].append(condition.text)
    heard = last_heard(session)
    return [
        HubSight(
            name=hub.name,
            code=hub.patient_code,
            since=hub.assigned_from,
            disabled=hub.disabled,
            online=hub.online,
            state_at=hub.state_at,
            heard_at=heard.get(hub.name),
            battery_pct=hub.battery_pct,
            software=hub.software,
            troubles=tuple(troubles[hub.name]),
        )
        for hub in hubs(session)
    ]
