"""Folds a record in clinical time: each event, and each instant at which something changes by itself.

`Course` is the one mutable thing in the grading core. Given the same events it reaches the same state whatever the
order in which it learned them: an event older than what is already folded rolls back to a checkpoint.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from monitor.assessment import Assessment
from monitor.boundaries import Boundaries, boundaries, next_boundary
from monitor.findings import Findings
from monitor.guidance import NextChange, next_change
from monitor.intake import take
from monitor.next_dose import label_of
from monitor.record import Event, Profile, Record, Regimen, Voided, clinical_order
from monitor.rules import Rules
from monitor.settle import settle
from monitor.state import State, initial_state
from monitor.verdict import Said, verdict

_CHECKPOINTS = 48
_CHECKPOINT_EVERY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    """Where the fold stood before the first event at `before`."""

    before: datetime
    applied: int
    state: State
    folded_to: datetime | None
    next: datetime | None
    findings: Findings | None


class Course:
    """One patient's record, folded up to some instant and able to answer from there on."""

    def __init__(self, profile: Profile, regimen: Regimen, rules: Rules, events: Iterable[Event] = ()) -> None:
        self.profile = profile
        self.regimen = regimen
        self.rules = rules
        self.zone = ZoneInfo(profile.timezone)
        self._label = label_of(rules.catalogue.find(regimen.drug))
        self._said: Said | None = None
        self._guided: NextChange | None = None
        self._seldom: Boundaries | None = None
        self._events: list[Event] = sorted(events, key=clinical_order)
        self._voids: dict[str, list[Voided]] = {}
        for event in self._events:
            if isinstance(event, Voided):
                self._voids.setdefault(event.of, []).append(event)
        self._state = initial_state(profile.baseline)
        self._applied = 0
        self._folded_to: datetime | None = None
        self._asked: datetime | None = None
        self._next: datetime | None = None
        self._checkpoints: list[_Checkpoint] = []
        self._findings: Findings | None = None

    def learn(self, event: Event) -> None:
        """Take in an event that has just become known."""
        if isinstance(event, Voided):
            self._voids.setdefault(event.of, []).append(event)
        if not self._events or event.at > self._events[-1].at:
            self._events.append(event)
        else:
            insort(self._events, event, key=clinical_order)
        if isinstance(event, Voided):
            self._roll_back(self._events[0].at)
        elif self._folded_to is not None and event.at <= self._folded_to:
            self._roll_back(event.at)

    def assess(self, now: datetime) -> Assessment:
        """Return the answer at `now`; asking about an earlier instant than before folds again from there."""
        findings = self.find(now)
        self._said = verdict(self._state, findings, self.profile, self.rules, now, self.zone, self._label, self._said)
        return self._said.assessment

    def find(self, now: datetime) -> Findings:
        """Return what the answer at `now` rests on, without putting it into words."""
        if self._asked is not None and self._void_between(min(self._asked, now), max(self._asked, now)):
            self._roll_back(self._events[0].at)
        elif self._folded_to is not None and now < self._folded_to:
            self._roll_back(now)
        self._asked = now
        self._fold(now)
        findings = self._findings
        return self._settle(now) if findings is None or now == self._next else findings

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next instant after `now` at which the answer may change without new facts."""
        if self._next is not None and self._next > now:
            return self._next
        return self._boundary_after(now)

    @property
    def state(self) -> State:
        """The state at the instant last asked for; read it, never change it."""
        return self._state

    @property
    def findings(self) -> Findings | None:
        """What the last `assess` found."""
        return self._findings

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything known, in clinical order."""
        return tuple(self._events)

    def standing(self, now: datetime) -> tuple[Event, ...]:
        """Everything known by `now` that no void strikes out, in clinical order."""
        known = (event for event in self._events if event.known_at <= now)
        return tuple(event for event in known if not self._struck_out(event, now))

    def _fold(self, now: datetime) -> None:
        newer_known = partial(self._newer_known, now)
        while self._applied < len(self._events) and self._events[self._applied].at <= now:
            event = self._events[self._applied]
            self._pass_boundaries(event.at)
            self._checkpoint(event.at)
            if not self._struck_out(event, now):
                take(self._state, event, self.rules, self.regimen, self.zone, newer_known)
            self._applied += 1
            following = self._events[self._applied].at if self._applied < len(self._events) else None
            if following != event.at:
                self._settle(event.at)
        self._pass_boundaries(now)

    def _pass_boundaries(self, to: datetime) -> None:
        """Settle at every instant before `to` at which something changes by itself."""
        while self._next is not None and self._next < to:
            self._settle(self._next)

    def _settle(self, at: datetime) -> Findings:
        self._findings = settle(self._state, self.profile, self.rules, at, self.zone)
        self._folded_to = at
        self._next = self._boundary_after(at)
        return self._findings

    def _boundary_after(self, at: datetime) -> datetime | None:
        self._seldom = boundaries(self._state, self.rules, self.profile, self._seldom)
        graded = next_boundary(self._state, self.rules, self._seldom, at)
        self._guided = next_change(self._state, self._label, self.rules.panels, at, self._guided)
        return min((instant for instant in (graded, self._guided.at) if instant is not None), default=None)

    def _void_between(self, one: datetime, other: datetime) -> bool:
        """Whether a void begins to hold after `one` and by `other`: what was folded for the one is no use then."""
        return any(one < void.at <= other for voids in self._voids.values() for void in voids)

    def _struck_out(self, event: Event, now: datetime, asked: frozenset[str] = frozenset()) -> bool:
        """Whether a void that stands at `now` names the event; one that is itself struck out does not stand."""
        return any(
            void.at <= now and void.ref not in asked and not self._struck_out(void, now, asked | {void.ref})
            for void in self._voids.get(event.ref, ())
        )

    def _newer_known(self, now: datetime, event: Event, known_by: datetime) -> Iterable[Event]:
        """Return the events later than `event` in clinical time that were known by `known_by`; at `now` they stand."""
        start = bisect_right(self._events, clinical_order(event), key=clinical_order)
        later = (other for other in self._events[start:] if other.known_at <= known_by)
        return (other for other in later if not self._struck_out(other, now))

    def _checkpoint(self, at: datetime) -> None:
        if self._checkpoints and at - self._checkpoints[-1].before < _CHECKPOINT_EVERY:
            return
        self._checkpoints.append(
            _Checkpoint(at, self._applied, self._state.copy(), self._folded_to, self._next, self._findings)
        )
        if len(self._checkpoints) > _CHECKPOINTS:
            del self._checkpoints[0]

    def _roll_back(self, to: datetime) -> None:
        """Return to the newest checkpoint before `to`, or to the beginning."""
        while self._checkpoints and self._checkpoints[-1].before >= to:
            self._checkpoints.pop()
        if self._checkpoints:
            checkpoint = self._checkpoints.pop()
            self._state, self._applied = checkpoint.state, checkpoint.applied
            self._folded_to, self._next, self._findings = checkpoint.folded_to, checkpoint.next, checkpoint.findings
        else:
            self._state, self._applied = initial_state(self.profile.baseline), 0
            self._folded_to, self._next, self._findings = None, None, None


def assess(record: Record, rules: Rules, now: datetime) -> Assessment:
    """Return the answer about `record` at `now`, from everything that was known by then.

    Pure: the same three values give the same answer. Events known later than `now` are not looked at.
    """
    known = [event for event in record.events if event.known_at <= now]
    return Course(record.profile, record.regimen, rules, known).assess(now)
