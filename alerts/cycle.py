"""One pass: take in what is new, let time do its work, write down what is owed, send it.

Level-triggered and safe to run twice: what is due follows from the database and the clock alone. News and the
intents they cause are one transaction, so that a crash leaves either both or neither. Calm news about patients
nobody is called about changes nothing, so a pass with nothing else writes nothing: how far it has read is kept in
memory and written beside whatever is written next, at the latest about a second later. After a crash that much calm
news is read again and changes nothing again.
"""

import threading
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from alerts import store
from alerts.calling import Duty, call
from alerts.directory import Directory
from alerts.dispatch import Dispatch
from alerts.ed_phone import linking
from alerts.inbound import understand_all
from alerts.incident_news import pass_time
from alerts.message import Site
from alerts.metrics import AlertsMetrics
from alerts.own_faults import OwnFaults
from alerts.phone import Phone
from alerts.policy import Policy
from alerts.policy_file import terms_of
from alerts.roster import Roster
from alerts.roster_change import take_in as take_in_roster
from alerts.roster_now import RosterNow
from alerts.roster_watch import RosterWatch
from alerts.silence import Silence
from alerts.silence_store import apply, in_force
from alerts.sources import News, Sources, Trouble
from alerts.store import Waiting
from alerts.storm_store import keep_storm
from alerts.taking_in import PATIENT_FAULT, Heard, say_received, take_in, wanted_of
from alerts.troubles import keep_incidents, troubles_now
from alerts.verification_store import ask_newcomers
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.postgresql import Turn

BATCH = 500
"""Assessments read at once."""
TAKEN_AT_ONCE = 25
"""Those of them taken in by one transaction: some tens of milliseconds during which nobody else writes."""
CLOSE_WITHIN_S = 2.0
LOOK_AROUND_S = 1.0
"""Wall seconds between two looks at technical conditions."""
WATCHED = ("gateway", "monitor")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ahead:
    """What the next transaction has to do: `news` somebody may have to hear of, up to the assessment `last_id`."""

    waiting: Waiting
    news: Sequence[News]
    last_id: int
    more: bool


class Alerts:
    """The escalation engine of one process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        policy: Policy,
        roster: Roster,
        roster_watch: RosterWatch | None = None,
        phone: Phone,
        sources: Sources,
        site: Site,
        watched: Collection[str] = WATCHED,
        send_wait_s: float | None = None,
        wake: Callable[[], None] = lambda: None,
        pulse: Callable[[], None] = lambda: None,
        metrics: AlertsMetrics | None = None,
        directory: Directory | None = None,
        page_url: str = "",
    ) -> None:
        """Prepare the engine; nothing is read or sent before the first pass.

        `pulse` is called after each batch of a pass, to say that the engine lives.
        """
        metrics = metrics or AlertsMetrics(clock, database)
        self._one_at_a_time = threading.Lock()
        self._database = database
        self._clock = clock
        self._sources = sources
        self._watched = watched
        self._pulse = pulse
        self._roster_now = RosterNow(roster, roster_watch)
        self._taken_in: Roster | None = None
        self._duty = Duty(
            policy=replace(policy, timezone=site.timezone, directory=bool(directory and directory.departments)),
            roster=roster,
            site=site,
            terms=terms_of(policy),
            engine=uuid.uuid4().hex,
            directory=directory or Directory(),
            page_url=page_url,
        )
        phone = linking(phone, database, clock, page_url) if page_url else phone
        self._dispatch = Dispatch(database, clock, phone, self._duty, wait_s=send_wait_s, wake=wake, metrics=metrics)
        self._started_at = clock.now()
        self._looked_around_s: float | None = None
        self._faults = OwnFaults(clock)
        self._read_to: int | None = None
        self._written_to = 0

    def cycle(self) -> datetime | None:
        """Run one pass; return when the next is due if nothing new arrives, None when nothing is planned."""
        with self._one_at_a_time:
            more = True
            while more:
                waiting, more = self._decide()
                if self._dispatch.busy or waiting is None or _is_due(waiting.page_at, self._clock.now()):
                    self._dispatch.send_due()
                    waiting = None
                self._pulse()
            if waiting is None:
                with self._database.read() as session:
                    waiting = store.waiting(session)
            # The end of a message under way wakes us; the next one due then goes out.
            page_at = None if self._dispatch.busy else waiting.page_at
            return min((at for at in (waiting.incident_at, page_at) if at is not None), default=None)

    def close(self) -> None:
        """Write down what became of the messages under way, as far as that is known soon."""
        if self._one_at_a_time.acquire(timeout=CLOSE_WITHIN_S):
            try:
                self._dispatch.close()
            finally:
                self._one_at_a_time.release()

    def _decide(self) -> tuple[Waiting | None, bool]:
        """Take in one batch and write what is owed.

        Returns what waits for its time (None when something was written, which may have changed it) and whether more
        news is there already.
        """
        now = self._clock.now()
        ahead = self._look_ahead()
        troubles = self._look_around()
        waiting = ahead.waiting
        changed = self._duty.roster != self._taken_in
        due = changed or _is_due(waiting.incident_at, now)
        if not ahead.news and troubles is None and not waiting.unread and not due:
            self._read_to = ahead.last_id
            return waiting, ahead.more
        with self._database.write(Turn.CALLS) as session:
            if (stored := store.cursor(session)) != self._written_to:
                self._read_to = self._written_to = stored  # another process is at work: begin where it stands
                return None, True
            if changed:
                take_in_roster(session, self._duty.roster, now)
            if troubles is not None:
                ended = keep_incidents(session, troubles, self._duty, now)
                self._keep_storm(session, ended, now)
                self._test_newcomers(session, now)
            heard = take_in(session, ahead.news, self._duty, self._sources, self._faults, now)
            if waiting.unread:
                understand_all(session, self._duty, self._sources, now)
            if ahead.last_id != stored:
                store.move_cursor(session, ahead.last_id)
            self._call_everybody_due(session, heard, now)
        self._read_to = self._written_to = ahead.last_id
        self._taken_in = self._duty.roster
        return None, ahead.more

    def _look_ahead(self) -> _Ahead:
        """Read what waits and what is new; ladders go on when the news cannot be read."""
        with self._database.read() as session:
            waiting = store.waiting(session)
            self._follow_roster(session)
            if self._read_to is None:
                self._read_to = self._written_to = store.cursor(session)
            try:
                news = self._sources.news(session, self._read_to, BATCH)
            except Exception as error:  # noqa: BLE001 - what was decided before must still be called about
                self._faults.broke("news", "assessments cannot be read", error)
                return _Ahead(waiting=waiting, news=(), last_id=self._read_to, more=False)
            self._faults.mended("news")
            wanted = wanted_of(session, news, waiting)
        rest = wanted[TAKEN_AT_ONCE:]
        if rest:
            return _Ahead(waiting=waiting, news=wanted[:TAKEN_AT_ONCE], last_id=rest[0].id - 1, more=True)
        last_id = news[-1].id if news else self._read_to
        return _Ahead(waiting=waiting, news=wanted, last_id=last_id, more=len(news) == BATCH)

    def _follow_roster(self, session: Session) -> None:
        """Call by who is on call now; by who was on call when that cannot be read."""
        try:
            self._duty = replace(self._duty, roster=self._roster_now.read(session, self._clock.now()))
            self._faults.mended("roster")
        except Exception as error:  # noqa: BLE001 - a roster of a second ago is better than none
            self._faults.broke("roster", "overrides of the roster cannot be read", error)

    def _test_newcomers(self, session: Session, now: datetime) -> None:
        """Ask the telephones that are new on a site's roster to answer."""
        if not self._roster_now.follows_a_file:
            return
        try:
            with session.begin_nested():
                ask_newcomers(session, self._duty.roster, self._duty.policy, self._duty.site, now)
            self._faults.mended("newcomers")
        except Exception as error:  # noqa: BLE001 - a test that cannot be sent must stop nothing
            self._faults.broke("newcomers", "new telephones on the roster cannot be tested", error)

    def _keep_storm(self, session: Session, ended: Collection[str], now: datetime) -> None:
        """Let one technical page stand for the homes that it explains, each for a bounded time."""
        try:
            with session.begin_nested():
                keep_storm(session, self._duty, now, ended=ended)
            self._faults.mended("storm")
        except Exception as error:  # noqa: BLE001 - what stands for nothing any more frees itself when its time is up
            self._faults.broke("storm", "homes that are silent together cannot be told from others", error)

    def _silences(self, session: Session, now: datetime) -> Mapping[str, Silence]:
        """Return the silences in force; none when they cannot be read, so that everybody is called about."""
        try:
            with session.begin_nested():
                found = in_force(session, now)
            self._faults.mended("silences")
        except Exception as error:  # noqa: BLE001 - a call too many is better than none
            self._faults.broke("silences", "silences cannot be read, so none holds back a call", error)
            return {}
        return found

    def _look_around(self) -> Sequence[Trouble] | None:
        """Return the technical conditions, once a wall second; None in between."""
        wall_s = monotonic_s()
        if self._looked_around_s is not None and wall_s - self._looked_around_s < LOOK_AROUND_S:
            return None
        if self._looked_around_s is not None and wall_s - self._looked_around_s >= self._duty.policy.quiet_after_s:
            # We could not look ourselves, and what kept us from it may have kept the others from saying that they
            # live: they are given the same time from now on as at our start.
            self._started_at = self._clock.now()
        self._looked_around_s = wall_s
        found: list[Trouble] = []
        try:
            with self._database.read() as session:
                found = troubles_now(session, self._sources, self._duty, self._clock, self._watched, self._started_at)
                found += self._roster_now.troubles(self._clock.now())
            self._faults.mended("conditions")
        except Exception as error:  # noqa: BLE001 - not seeing what is wrong is itself wrong, and no reason to stop
            self._faults.broke("conditions", "technical conditions cannot be read", error)
        return [*found, *self._faults.troubles()]

    def _call_everybody_due(self, session: Session, heard: dict[str, Heard], now: datetime) -> None:
        """Let time pass for every incident that is due, write its pages, and answer the homes that measured."""
        told: set[str] = set()
        silences = self._silences(session, now)
        for listed in store.due(session, now):
            received_at = heard[listed.subject].received_at if listed.subject in heard else None
            try:
                with session.begin_nested():
                    if self._call_one(session, listed.id or 0, silences, now, cause=received_at):
                        told.add(listed.subject)
            except Exception as error:  # noqa: BLE001 - one incident must never silence the others
                self._faults.broke(listed.subject, PATIENT_FAULT, error, listed.patient_id)
        for subject, one in heard.items():
            if subject not in told and one.cared and one.values and one.report.home:
                say_received(session, one, self._duty, now)

    def _call_one(
        self, session: Session, incident_id: int, silences: Mapping[str, Silence], now: datetime, *,
        cause: datetime | None,
    ) -> bool:  # fmt: skip
        # Read again: a page of another incident may have carried this one's news a moment ago.
        kept = store.by_id(session, incident_id)
        if kept is None or not kept.incident.live:
            return False
        aged = pass_time(kept.incident, now)
        if not aged.live:
            store.note(session, incident_id, now, "resolved")
        kept = apply(session, replace(kept, incident=aged), silences, now)
        return call(session, kept, self._duty, now, cause=cause)


def _is_due(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now
