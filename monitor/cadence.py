"""How often a patient measures and how long a value counts. Pure; times are instants.

The rows and how due times move: docs/behaviour.md, "Sight and cadence".
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from monitor.rules import CadenceRules, Pace
from monitor.state import REQUIRED, State, Track

HOME_PLACES = frozenset({"home", "discharged"})
_PACED = (*REQUIRED, "respiratory_rate", "pulse")
_DAY = timedelta(days=1)


class Mood(msgspec.Struct, frozen=True, kw_only=True):
    """What decides the row of the cadence table."""

    emergency: bool
    episode: bool
    fever: bool
    masked_with_watch: bool
    inside_window: bool


def choose_pace(state: State, mood: Mood, now: datetime, rules: CadenceRules) -> tuple[str, Pace]:
    """Return the name and pace of the row that applies at `now`."""
    if mood.emergency and state.place in HOME_PLACES:
        return "emergency", rules.emergency
    if mood.episode or mood.fever or mood.masked_with_watch or _just_discharged(state, now, rules):
        until = episode_first_until(state, rules)
        entering = not state.pace_name.startswith("episode")
        if entering or until is None or now < until:
            return "episode_first", rules.episode_first
        return "episode", rules.episode
    return ("window", rules.window) if mood.inside_window else ("calm", rules.calm)


def episode_first_until(state: State, rules: CadenceRules) -> datetime | None:
    """Return when the hourly part of an episode ends: so long after entering it or after the last fever."""
    starts = [at for at in (state.pace_since, state.last_fever_at) if at is not None]
    return max(starts) + rules.episode_first_for if starts else None


def _just_discharged(state: State, now: datetime, rules: CadenceRules) -> bool:
    since = state.place_since
    return state.place == "discharged" and since is not None and now < since + rules.discharged_for


def set_pace(state: State, name: str, pace: Pace, now: datetime, zone: ZoneInfo, rules: CadenceRules) -> None:
    """Take the row `name` at `now`: a faster one shortens what is due, a slower one lengthens it.

    A value measured just now is due one interval after its measurement. Nothing becomes overdue or stale in
    retrospect: a limit that would already have passed stays where it was. Nor does silence catch up: until
    something is heard, what is overdue stays so in a slower row, and what is stale until it is measured.
    """
    before = state.pace
    changed = before is None or before.interval != pace.interval or before.grace != pace.grace
    faster = before is not None and pace.interval < before.interval
    if name.split("_", maxsplit=1)[0] != state.pace_name.split("_")[0]:
        state.pace_since = now
    state.pace, state.pace_name = pace, name
    planned: dict[datetime, datetime] = {}
    for group in _PACED:
        track = state.tracks[group]
        measured_at = track.newest.at if track.newest else state.first_event_at
        if measured_at is None:
            continue
        if state.heard_at != now and track.overdue_at is not None and track.overdue_at <= now:
            continue
        if track.arrived or track.due is None or (changed and not faster):
            due = planned.get(measured_at)
            if due is None:
                due = _move(measured_at + pace.interval, measured_at, name, state, zone, rules)
                planned[measured_at] = due
            _plan(track, measured_at, due, pace, rules, now)
        elif changed:
            sooner = _move(now + pace.interval, now, name, state, zone, rules)
            _hasten(track, measured_at, min(track.due, sooner), pace, rules, now)


def fresh_until(measured_at: datetime, state: State, zone: ZoneInfo, rules: CadenceRules) -> datetime:
    """Return until when a value of that instant counts for grading in the row that applied there."""
    name, pace = (state.pace_name, state.pace) if state.pace is not None else ("calm", rules.calm)
    due = _move(measured_at + pace.interval, measured_at, name, state, zone, rules)
    return max(measured_at + rules.fresh_at_least, due) + pace.grace


def resume(state: State, now: datetime) -> None:
    """Home reminders start again at `now`: what fell due while they were suspended is due one interval from here."""
    if state.pace is None:
        return
    for group in _PACED:
        track = state.tracks[group]
        if track.due is not None and track.due < now + state.pace.interval:
            track.due = now + state.pace.interval
            track.overdue_at = track.due + state.pace.grace


def _plan(track: Track, measured_at: datetime, due: datetime, pace: Pace, rules: CadenceRules, now: datetime) -> None:
    """Plan anew; a value that has gone stale is not fresh again because the next one is due later."""
    track.due = due
    track.overdue_at = due + pace.grace
    if track.newest is not None and (track.stale_at is None or now < track.stale_at):
        track.stale_at = max(measured_at + rules.fresh_at_least, due) + pace.grace


def _hasten(track: Track, measured_at: datetime, due: datetime, pace: Pace, rules: CadenceRules, now: datetime) -> None:
    overdue_at = due + pace.grace
    if track.overdue_at is None or overdue_at > now or track.overdue_at <= now:
        track.overdue_at = overdue_at if track.overdue_at is None else min(track.overdue_at, overdue_at)
    track.due = due
    if track.newest is not None and track.stale_at is not None:
        stale_at = max(measured_at + rules.fresh_at_least, due) + pace.grace
        if stale_at > now or track.stale_at <= now:
            track.stale_at = min(track.stale_at, stale_at)


def _move(
    due: datetime, measured_at: datetime, row: str, state: State, zone: ZoneInfo, rules: CadenceRules
) -> datetime:
    """Return `due` moved out of the night in the two calm rows; a due time at exactly 22:00 or 07:00 stays."""
    if row not in {"calm", "window"}:
        return due
    local = due.astimezone(zone)
    evening, morning = time(rules.night_from_hour), time(rules.night_to_hour)
    clock = local.time()
    if morning <= clock <= evening:
        return due
    night = local.date() if clock > evening else local.date() - _DAY

    def on(day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)

    if row == "calm":
        early = measured_at < on(night, rules.calm_evening_before_hour)
        return on(night, rules.night_from_hour) if early else on(night + _DAY, rules.night_to_hour)
    if measured_at < on(night, rules.window_evening_before_hour):
        return on(night, rules.night_from_hour)
    last_dose = state.doses[-1].dose.at if state.doses else None
    soon_after = last_dose is not None and due < last_dose + rules.night_measurement_within
    if soon_after and measured_at < on(night + _DAY, rules.window_night_before_hour):
        return on(night + _DAY, rules.night_measurement_hour)
    return on(night + _DAY, rules.night_to_hour)


def ice_due(
    state: State, now: datetime, zone: ZoneInfo, *, asked_hours: tuple[int, ...], symptom_at: datetime | None
) -> datetime:
    """Return when ICE is asked: after a neurological symptom at once, else at the fixed hours.

    The fixed hours lie outside the night. A slot stays due until it is answered or the next one comes; what fell
    due while the patient was elsewhere is not owed at home.

    Parameters
    ----------
    symptom_at
        When the newest neurological symptom still held was told; None when there is none.
    """
    answered_at = ice_answered_at(state)
    if symptom_at is not None and (answered_at is None or answered_at < symptom_at):
        return symptom_at
    slots = _slots(now.astimezone(zone).date(), zone, asked_hours)
    following = bisect_right(slots, now)
    latest = slots[following - 1]
    asked_since = max(state.neuro_since or now, state.place_since or state.neuro_since or now)
    unanswered = latest >= asked_since and (answered_at is None or answered_at < latest)
    return latest if unanswered else slots[following]


def ice_answered_at(state: State) -> datetime | None:
    """Return when ICE, or a child's CAPD, was last answered; None when never."""
    if state.ice is None or state.capd is None:
        asked = state.ice or state.capd
        return None if asked is None else asked.at
    return max(state.ice.at, state.capd.at)


def ice_owed_since(
    state: State, zone: ZoneInfo, hours: tuple[int, ...], symptom_at: datetime | None
) -> datetime | None:
    """Return the first time that ICE was, or will be, due and not answered since; None when it is not asked.

    Like a due time it may lie ahead. It does not depend on the present instant: only an answer moves it.
    """
    answered_at = ice_answered_at(state)
    if symptom_at is not None and (answered_at is None or answered_at < symptom_at):
        return symptom_at
    since, until = state.neuro_since, state.neuro_until
    if since is None or until is None:
        return None
    first = since if state.place_since is None else max(since, state.place_since)
    return _owed(first, answered_at, until, zone, hours)


@lru_cache(maxsize=4096)
def _owed(
    first: datetime, answered_at: datetime | None, until: datetime, zone: ZoneInfo, hours: tuple[int, ...]
) -> datetime | None:
    """Return the first fixed hour from `first` on and after the last answer, None when that is not before `until`."""
    after = first if answered_at is None or answered_at < first else answered_at
    slots = (slot for slot in _slots(after.astimezone(zone).date(), zone, hours) if slot >= first)
    owed = min(slot for slot in slots if answered_at is None or slot > answered_at)
    return owed if owed < until else None


@lru_cache(maxsize=512)
def _slots(today: date, zone: ZoneInfo, hours: tuple[int, ...]) -> tuple[datetime, ...]:
    """Return the fixed hours of yesterday, today and tomorrow, in order."""
    days = (today - _DAY, today, today + _DAY)
    return tuple(
        datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC) for day in days for hour in sorted(hours)
    )
