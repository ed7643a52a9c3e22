"""Reads what the screens of the house show: who is on call, the home hubs, how every part stands."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from alerts.drills import results
from alerts.roster import STAFF_ROLES, Roster
from alerts.roster_file import RosterError, load_roster
from alerts.roster_now import RosterNow
from alerts.roster_overrides import Override, overrides
from alerts.roster_watch import RosterWatch
from alerts.verification_store import contact_checks, staff_checks
from console.views.devices import HubSight
from console.views.duty import DutyBook, Standing, Telephone
from gateway.conditions import conditions
from gateway.hub_heard import last_heard
from gateway.store import hubs


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
