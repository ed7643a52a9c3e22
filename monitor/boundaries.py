"""When an answer may change without anything new being heard: a value grows stale, a mask ends, a window opens. Pure.

`monitor.course` settles a patient at each of these instants, so that time alone takes the same way as a reading.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.cadence import episode_first_until, ice_owed_since
from monitor.episode import resolution_at
from monitor.record import Profile
from monitor.rules import Rules
from monitor.state import REQUIRED, State


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Every instant, in order, at which what seldom changes may change the answer, and what those instants rest on."""

    at: tuple[datetime, ...]
    footing: tuple[object, ...]


def boundaries(state: State, rules: Rules, profile: Profile, before: Boundaries | None = None) -> Boundaries:
    """Return the instants that doses, medication, treatment and what was said bring, past or future.

    `before` is given again while nothing that it rests on has changed.
    """
    footing = (
        state.masks,
        state.symptoms,
        state.doses,
        state.attributions,
        state.support,
        state.neuro,
        state.ice,
        state.capd,
        state.neuro_since,
        state.neuro_until,
        state.expected_by,
        state.place,
        state.place_since,
    )
    if before is not None and before.footing == footing:
        return before
    return Boundaries(tuple(sorted(_seldom(state, rules, profile))), footing)


def next_boundary(state: State, rules: Rules, seldom: Boundaries, now: datetime) -> datetime | None:
    """Return the first instant after `now` at which the answer may change without new facts."""
    place = bisect_right(seldom.at, now)
    ahead = [at for at in _of_values(state, rules) if at > now]
    if place < len(seldom.at):
        ahead.append(seldom.at[place])
    return min(ahead, default=None)


def _of_values(state: State, rules: Rules) -> Iterator[datetime]:
    """Give the instants that every new value moves."""
    for name, track in state.tracks.items():
        if track.stale_at is not None:
            yield track.stale_at
        if name in REQUIRED and track.overdue_at is not None:
            yield track.overdue_at
            yield track.overdue_at + rules.cadence.sight_urgent_after
    if state.pace_name == "episode_first" and (until := episode_first_until(state, rules.cadence)) is not None:
        yield until
    if (resolved_at := resolution_at(state, rules)) is not None:
        yield resolved_at


def _seldom(state: State, rules: Rules, profile: Profile) -> Iterator[datetime]:
    for at, drug in state.masks:
        yield at + drug.lasts
    for _, at in state.symptoms:
        yield at + rules.symptoms.hold
    for seen in state.doses:
        yield from seen.limits
        yield seen.dose.at + rules.doses_of_last
    for _, at, _ in state.attributions:
        yield at + rules.crs.attribution
    if state.support is not None:
        yield state.support.at + rules.crs.support_reconfirm
        yield state.support.at + rules.crs.support_reconfirm + timedelta.resolution
    if state.neuro is not None:
        yield state.neuro.at + rules.ice.neuro_fresh
    for asked in (state.ice, state.capd):
        if asked is not None:
            yield asked.at + rules.ice.fresh
    yield from _neuro_boundaries(state, rules, profile)
    if state.expected_by is not None:
        yield state.expected_by
    if state.place == "discharged" and state.place_since is not None:
        yield state.place_since + rules.cadence.discharged_for
    for _, limit in profile.limits:
        if limit.until is not None:
            yield limit.until


def _neuro_boundaries(state: State, rules: Rules, profile: Profile) -> Iterator[datetime]:
    """Give when ICE is no longer asked, and when one that is due counts as unanswered."""
    if state.neuro_until is not None:
        yield state.neuro_until
    told = [at for name, at in state.symptoms if name in rules.symptoms.asks_ice]
    zone = ZoneInfo(profile.timezone)
    for symptom_at in (None, max(told)) if told else (None,):
        owed = ice_owed_since(state, zone, rules.ice.asked_at_hours, symptom_at)
        if owed is not None:
            yield owed + rules.ice.unanswered_after
