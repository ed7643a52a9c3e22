"""Reference text for now and for the next dose. Facts with their source, in the order a nurse needs them; no order.

In sentences: docs/behaviour.md, "Guidance".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.assessment import Guidance
from monitor.cadence import HOME_PLACES
from monitor.catalogue_rules import Syndrome
from monitor.differentials import long_symptoms_at, prompted
from monitor.earlier_syndromes import answer
from monitor.episode import confirmed_grade3_for, grade2_for
from monitor.findings import Findings
from monitor.icans_event import Counts, icans_severity, lasted
from monitor.next_dose import Label, Ruling, next_dose, rulings
from monitor.observation import running
from monitor.panels import Panels
from monitor.state import State

_NOW = {
    None: "cannot be graded: measure temperature, blood pressure and oxygen now",
    0: "no sign of cytokine release syndrome in what is fresh",
    1: "suspected grade 1: look for infection at the same time; see the label for this drug",
    2: "suspected grade 2 or more: to be seen in an emergency department; see the label for this drug",
    3: "grade 3: intensive care level; see the label for this drug",
    4: "grade 4: intensive care level; see the label for this drug",
}
_ICANS_NOW = "ICANS suspected: no driving, neurological check, see the label for this drug"
_NAMES: dict[Syndrome, str] = {"crs": "CRS", "icans": "ICANS"}
_LONG_FROM = 3
_A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Guided:
    """The guidance given, what it rests on, and until when it holds if that stays the same; None is for good."""

    guidance: Guidance
    footing: tuple[object, ...]
    since: datetime
    until: datetime | None

    def holds(self, footing: tuple[object, ...], now: datetime) -> bool:
        """Whether the same would be said at `now` on `footing`."""
        return self.since <= now and (self.until is None or now < self.until) and self.footing == footing


def guide(
    state: State,
    found: Findings,
    label: Label,
    panels: Panels,
    now: datetime,
    zone: ZoneInfo,
    before: Guided | None = None,
) -> Guided:
    """Return the guidance at `now`. `before` is given again while nothing it rests on has changed."""
    footing = _footing(state, found, panels, now)
    if before is not None and before.holds(footing, now):
        return before
    happened = rulings(state, label, now, icans_at_least=found.icans.at_least)
    delay = state.delays.at(now) if state.delays is not None else None
    said = Guidance(
        now=tuple(dict.fromkeys(_lines(state, found, label, panels, now, zone))),
        next_dose=next_dose(label, happened, delay, now),
    )
    return Guided(said, footing, now, next_change(state, label, panels, now).at)


@dataclass(frozen=True, slots=True)
class NextChange:
    """The next instant at which the guidance may change without new facts, and what that rests on; None is never."""

    at: datetime | None
    since: datetime
    footing: tuple[object, ...]


def next_change(
    state: State, label: Label, panels: Panels, now: datetime, before: NextChange | None = None
) -> NextChange:
    """Return the next instant after `now` at which the guidance may change without new facts.

    `before` is given again while it lies ahead and nothing that it rests on has changed.
    """
    footing = _timed(state)
    ahead = before is not None and before.since <= now and (before.at is None or now < before.at)
    if before is not None and ahead and before.footing == footing:
        return before
    at = min((at for at in _instants(state, label, panels, now) if at > now), default=None)
    return NextChange(at, now, footing)


def _timed(state: State) -> tuple[object, ...]:
    """Return everything that clocks of the guidance run on."""
    return (
        _timed_episode(state),
        state.told_crs,
        state.icans_event,
        state.icans_events_before,
        state.doses,
        state.delays,
        state.watches,
    )


def _timed_episode(state: State) -> tuple[object, ...]:
    episode, before = state.episode, state.episodes_before
    if episode is None:
        return ()
    clocks = (episode.grade3_since, episode.grade3_total, episode.grade2_since, episode.grade2_total)
    return (
        *((each.peak, each.told) for each in before),
        episode.onset,
        episode.told,
        episode.peak,
        episode.resolved,
        *clocks,
    )


def _instants(state: State, label: Label, panels: Panels, now: datetime) -> Iterator[datetime]:
    if state.delays is not None and (at := state.delays.next_change(now)) is not None:
        yield at
    for watch in state.watches:
        yield watch.starts
        yield watch.until
    if state.episode is None and state.icans_event is None and state.told_crs is None:
        return
    for ruling in rulings(state, label, now, icans_at_least=False):
        if (earliest := ruling.earliest) is not None:
            yield earliest
        yield from _limbs(state, label, ruling, now)
    for prompt in panels.prompts:
        if (at := long_symptoms_at(state, prompt)) is not None:
            yield at


def _limbs(state: State, label: Label, ruling: Ruling, now: datetime) -> Iterator[datetime]:
    """Give the instants at which an event that goes on has lasted as long as a row of its grade asks."""
    for rule in label.of(ruling.syndrome, ruling.grade):
        spent = _lasted(state, ruling, rule.lasted_counts, now)
        if spent == _lasted(state, ruling, rule.lasted_counts, now + _A_SECOND):
            continue
        for limit in rule.bounds_h:
            yield now + timedelta(hours=float(limit)) - spent
            yield now + timedelta(hours=float(limit)) - spent + _A_SECOND


def _lasted(state: State, ruling: Ruling, counts: Counts, now: datetime) -> timedelta:
    if ruling.syndrome == "icans" and state.icans_event is not None:
        return lasted(state.icans_event, counts, now)
    if state.episode is None:
        return timedelta(0)
    return (confirmed_grade3_for if ruling.grade >= _LONG_FROM else grade2_for)(state.episode, now)


def _footing(state: State, found: Findings, panels: Panels, now: datetime) -> tuple[object, ...]:
    """Return everything the guidance rests on but time itself."""
    episode, newest = state.episode, state.tracks["temperature"].newest
    quiet = found.fever is not True
    return (
        found.crs.grade,
        found.icans.grade,
        found.icans.at_least,
        state.crs_opinion,
        state.icans_opinion,
        state.icans_event,
        state.icans_events_before,
        state.told_crs,
        None if episode is None else episode.told,
        tuple((before.peak, before.told) for before in state.episodes_before),
        None if episode is None else (episode.number, episode.peak, episode.resolved, episode.grade3_since is None),
        None if episode is None else (episode.grade3_total, episode.grade2_total, episode.grade2_since is None),
        state.doses,
        state.delays,
        state.watches,
        tuple(answer(w.observation.earlier, state, w.starts) for w in state.watches if w.observation.earlier),
        state.place,
        found.attributed,
        quiet or (tuple(prompt.kind for prompt in prompted(state, found, panels, now)), newest is None),
    )


def _lines(state: State, found: Findings, label: Label, panels: Panels, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """Give the lines for now: what the grade asks, other causes, where to be, then label and second reference."""
    yield _NOW[found.crs.grade]
    crs = max((grade for grade in (found.crs.grade, state.crs_opinion) if grade is not None), default=None)
    icans = icans_severity(found.icans.grade, state.icans_opinion)
    if icans:
        yield _ICANS_NOW
    yield from (prompt.text for prompt in prompted(state, found, panels, now))
    for watch in running(state.watches, now):
        said = answer(earlier, state, watch.starts) if (earlier := watch.observation.earlier) is not None else None
        amiss = watch.asks_for_staff and state.place in HOME_PLACES and (said is None or said.met is not False)
        yield watch.words(zone, said.words if said is not None else "") + ("; the patient is at home" if amiss else "")
    yield from _references("crs", crs, label, panels)
    yield from _references("icans", icans, label, panels)


def _references(syndrome: Syndrome, grade: int | None, label: Label, panels: Panels) -> Iterator[str]:
    """Give what the label treats this grade with, and what the second reference says of it."""
    if not grade:
        return
    name = f"{_NAMES[syndrome]} grade {grade}"
    for treatment in dict.fromkeys(rule.treatment for rule in label.of(syndrome, grade) if rule.treatment):
        yield f"label, {name}: {treatment}"
    row = panels.row(syndrome, grade)
    if row is not None:
        scope = "" if panels.written_for(label.drug.target if label.drug else None) else " (for myeloma drugs)"
        yield f"{panels.name}{scope}, {name}: {row.text}"
