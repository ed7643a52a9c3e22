"""Draws the conclusions of one instant: window, masking, urgency, episode, grade, cadence, sight.

Called at every event and at every instant of `monitor.boundaries`, in order, so that what depends on "until now"
(peaks, kept grades, emergencies that end) is the same whoever asks and whenever.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor import columns
from monitor.age import is_minor
from monitor.cadence import HOME_PLACES, Mood, choose_pace, ice_owed_since, set_pace
from monitor.columns import Bedside
from monitor.crs import INFERRED, Signs, grade, hypotension_axis, hypoxia_axis
from monitor.episode import attribution_ends, close_if_resolved, keep, note_opinion, open_if_due
from monitor.findings import Findings
from monitor.icans_event import track as track_icans
from monitor.record import Profile, SupportGiven
from monitor.restart import delays
from monitor.rules import Rules
from monitor.scores import ShockIndex, icans, neuro_grade, shock_index
from monitor.state import EMERGENCY, REQUIRED, ROUTINE, URGENT, WATCH, State, Track
from monitor.window import WindowNow, locate

_RED_GROUPS = ("blood_pressure", "oximetry", "respiratory_rate", "ice", "capd")


def settle(state: State, profile: Profile, rules: Rules, now: datetime, zone: ZoneInfo) -> Findings:
    """Bring `state` up to `now` and return what it comes to."""
    window = locate(state.doses, now, rules.doses_of_last)
    masked_until = mask_end(state, now)
    masked = masked_until is not None
    symptoms = held_symptoms(state, now, rules)
    fever = fresh_fever(state, now, rules)
    index = shock_index(state)
    bedside = _bedside(state, profile, rules, now, masked=masked, symptoms=symptoms)
    _rank_groups(state, bedside, rules, now, index, fever=fever is True)
    attributed = attribution_ends(state, now, rules)
    open_if_due(state, rules, now, masked=masked, fever=fever)
    close_if_resolved(state, now, rules)

    signs = _signs(state, bedside, rules, now, fever=fever, attributed=attributed)
    crs = grade(signs)
    keep(state, crs, signs.fresh, now)
    note_opinion(state, now)
    neuro = icans(state, now, rules.ice.fresh, rules.ice.neuro_fresh)
    track_icans(state, neuro.grade, now)
    if state.delays is None:
        followed = ((state.schedule, state.doses), *state.other_schedules)
        state.delays = delays(followed, zone, rules.panels.long_gap.days)
    urgency, causes = _urgency_of_values(state, symptoms, window, rules, now)
    at_home = state.place in HOME_PLACES
    told = [at for name, at in state.symptoms if name in rules.symptoms.asks_ice and name in symptoms]
    mood = Mood(
        emergency=urgency == EMERGENCY,
        episode=signs.episode_open,
        fever=fever is True,
        masked_with_watch=masked and any(track.rank >= WATCH for track in state.tracks.values()),
        inside_window=window.inside,
    )
    name, pace = choose_pace(state, mood, now, rules.cadence)
    set_pace(state, name, pace, now, zone, rules.cadence)
    for track in state.tracks.values():
        track.arrived = False
    overdue = tuple(group for group in REQUIRED if at_home and state.tracks[group].overdue(now))
    sight = _urgency_of_sight(state, window, now, rules, masked=masked) if overdue else ROUTINE
    state.silence_urgent = sight >= URGENT
    if sight >= URGENT:
        causes |= {"sight"}
    if state.place == "ended":
        urgency, sight, causes = ROUTINE, ROUTINE, frozenset()
    return Findings(
        window=window,
        masked_until=masked_until,
        fever=fever,
        symptoms=symptoms,
        hypotension=signs.hypotension,
        hypoxia=signs.hypoxia,
        crs=crs,
        icans=neuro,
        icans_without_crs=_without_crs(state, neuro.grade, crs.grade),
        asks_ice=asks_ice(state, neuro.grade, window, told, now),
        ice_unanswered_since=_unanswered(state, told, zone, now, rules) if at_home else None,
        shock_index=index,
        fresh=signs.fresh,
        overdue=overdue,
        urgency=max(urgency, sight),
        causes=causes,
        attributed=attributed,
        at_home=at_home,
        minor=bedside.minor,
    )


def _bedside(
    state: State, profile: Profile, rules: Rules, now: datetime, *, masked: bool, symptoms: tuple[str, ...]
) -> Bedside:
    """Return what the columns must know of this patient."""
    return Bedside(
        baseline=state.baseline,
        limits=columns.active_limits(profile.limits, now),
        scale2=profile.spo2_scale == 2,  # noqa: PLR2004 - the name of a scale
        beta_blocker="beta_blocker" in profile.conditions,
        minor=is_minor(profile, now, rules),
        masked=masked,
        symptomatic=any(name in rules.symptoms.makes_pressure_fall_symptomatic for name in symptoms),
    )


def _signs(
    state: State, bedside: Bedside, rules: Rules, now: datetime, *, fever: bool | None, attributed: frozenset[str]
) -> Signs:
    """Return what the grade looks at, once the groups are ranked and the episode is opened or closed."""
    episode_open = state.episode is not None and state.episode.open
    return Signs(
        fever=fever,
        hypotension=hypotension_axis(state.support, _inferred(state, "blood_pressure", bedside, now)),
        hypoxia=hypoxia_axis(state.support, _inferred(state, "oximetry", bedside, now), rules.crs),
        fresh=frozenset(name for name in REQUIRED if state.tracks[name].fresh(now)),
        after_first_dose=bool(state.doses),
        masked=bedside.masked,
        episode_open=episode_open,
        treated=state.episode is not None and state.episode.treated,
        attributed=attributed,
        kept=state.episode.kept if state.episode is not None and episode_open else {},
        all_none_support=_all_none(state.support, now, rules),
        opinion=state.crs_opinion,
    )


def _without_crs(state: State, icans_grade: int | None, crs_grade: int | None) -> bool:
    """Whether there is ICANS, computed or by a clinician, while there is no sign of CRS."""
    open_episode = state.episode is not None and state.episode.open
    return bool(max(icans_grade or 0, state.icans_opinion or 0)) and not open_episode and not crs_grade


def asks_ice(state: State, icans_grade: int | None, window: WindowNow, told: Sequence[datetime], now: datetime) -> bool:
    """Whether ICE, or a child's CAPD, is asked: in the window of neurotoxicity or of CRS, on a symptom, in ICANS."""
    watched = state.neuro_until is not None and now < state.neuro_until
    return watched or window.inside or bool(told) or bool(icans_grade) or bool(state.icans_opinion)


def _unanswered(state: State, told: Sequence[datetime], zone: ZoneInfo, now: datetime, rules: Rules) -> datetime | None:
    """Return since when a due ICE has not been answered for too long; None when it has, or is not asked."""
    owed = ice_owed_since(state, zone, rules.ice.asked_at_hours, max(told, default=None))
    return owed if owed is not None and now >= owed + rules.ice.unanswered_after else None


def mask_end(state: State, now: datetime) -> datetime | None:
    """Return until when fever may be hidden, None when no such drug works at `now`."""
    return max((at + drug.lasts for at, drug in state.masks if at <= now < at + drug.lasts), default=None)


def held_symptoms(state: State, now: datetime, rules: Rules) -> tuple[str, ...]:
    """Return the symptoms that still count."""
    return tuple(name for name, at in state.symptoms if now < at + rules.symptoms.hold)


def fresh_fever(state: State, now: datetime, rules: Rules) -> bool | None:
    """Return whether the newest fresh temperature is fever; None when none is fresh."""
    track = state.tracks["temperature"]
    if track.newest is None or not track.fresh(now):
        return None
    return track.newest.numbers[0] >= rules.temperature.fever_c


def _rank_groups(
    state: State, bedside: Bedside, rules: Rules, now: datetime, index: ShockIndex | None, *, fever: bool
) -> None:
    """Hold each group's urgency: pressure, oxygen and breaths first, because fever and pulse look at them."""
    tracks = state.tracks
    for group, column in (
        ("blood_pressure", columns.pressure),
        ("oximetry", columns.saturation),
        ("respiratory_rate", columns.breaths),
    ):
        newest = tracks[group].newest
        if newest is not None:
            _hold(tracks[group], column(newest, bedside, rules), rules, now)
    if (newest := tracks["ice"].newest) is not None:
        best = max((score for _, score in state.ice_scores), default=None)
        _hold(tracks["ice"], columns.ice(newest, best, rules), rules, now)
    if state.capd is not None:
        _hold(tracks["capd"], columns.capd(state.capd.score, rules), rules, now)
    if (newest := tracks["pulse"].newest) is not None:
        low = tracks["blood_pressure"].rank >= URGENT
        said = columns.pulse(newest, index, bedside, rules, fever_or_low_pressure=fever or low)
        _hold(tracks["pulse"], said, rules, now)
    if (newest := tracks["temperature"].newest) is not None:
        red = next((group for group in _RED_GROUPS if tracks[group].rank >= URGENT), "")
        urgent = red or ("pulse" if tracks["pulse"].rank >= URGENT else "")
        said = columns.temperature(newest, bedside, rules, red=red.replace("_", " "), urgent=urgent.replace("_", " "))
        _hold(tracks["temperature"], said, rules, now)


def _hold(track: Track, said: tuple[int, str], rules: Rules, now: datetime) -> None:
    """Hold the worst this value has said; an emergency ends only by readings outside its column."""
    column, words = said
    value = track.newest
    track.column = column
    if value is None or not value.moves_urgency:
        return
    if not track.arrived:
        if column > track.rank:
            track.rank, track.said = column, words
            track.emergency_at, track.quiet = (now, 0) if column == EMERGENCY else (track.emergency_at, track.quiet)
        return
    if column == EMERGENCY:
        track.emergency_at, track.quiet = value.at, 0
    elif track.emergency_at is not None:
        track.quiet += 1
        ends = rules.emergency_ends
        if track.quiet < ends.readings_in_a_row and value.at - track.emergency_at <= ends.single_after:
            track.rank = EMERGENCY
            return
        track.emergency_at, track.quiet = None, 0
    track.rank, track.said = column, words


def _inferred(state: State, group: str, bedside: Bedside, now: datetime) -> int | None:
    """Return the axis grade that home values alone say, 0 outside the emergency column; None when not fresh."""
    track = state.tracks[group]
    if not track.fresh(now) or (bedside.minor and group not in bedside.limits):
        return None
    return INFERRED if track.column == EMERGENCY else 0


def _all_none(support: SupportGiven | None, now: datetime, rules: Rules) -> bool:
    """Whether an entered support says, not too long ago, that nothing is given."""
    if support is None or now > support.at + rules.crs.support_reconfirm:
        return False
    return not (
        support.vasopressors or support.vasopressin or support.fluids_for_hypotension or support.oxygen_device != "none"
    )


def _urgency_of_values(
    state: State, symptoms: tuple[str, ...], window: WindowNow, rules: Rules, now: datetime
) -> tuple[int, frozenset[str]]:
    """Return the worst rank of everything but sight, and the names of what is itself urgent or worse."""
    ranks = {
        name: max(track.rank, URGENT) if track.floor_at else track.rank
        for name, track in state.tracks.items()
        if track.rank or track.floor_at
    }
    for name in symptoms:
        ranks[f"symptom {name}"] = symptom_rank(name, window, rules)
    if state.neuro is not None and neuro_grade(state.neuro):
        ranks["neuro"] = EMERGENCY  # like every value, until a newer examination says otherwise
    if state.ice is not None and state.ice.handwriting == "changed":
        ranks["handwriting"] = WATCH
    if state.place == "travelling" and state.expected_by is not None and now >= state.expected_by:
        ranks["arrival"] = URGENT
    newest = state.tracks["temperature"].newest
    if newest is not None and newest.still:
        ranks["fever after antipyretic"] = URGENT
    if newest is not None and newest.back:
        ranks["fever back"] = URGENT
    temperature = state.tracks["temperature"]
    if newest is not None and temperature.rank == EMERGENCY and newest.numbers[0] >= rules.temperature.emergency_c:
        # Pulse is no group that agrees by itself, but beside such a fever it leaves nothing to wait for.
        ranks["high fever beside a fast pulse"] = EMERGENCY if state.tracks["pulse"].rank >= URGENT else ROUTINE
    # A sound value that does not yet end an emergency repeats no danger: its group is urgent no longer by itself.
    quiet = {
        name for name, track in state.tracks.items() if track.quiet and track.column < URGENT and not track.floor_at
    }
    causes = {name for name, rank in ranks.items() if rank >= URGENT and name not in quiet}
    return max(ranks.values(), default=ROUTINE), frozenset(causes)


def symptom_rank(name: str, window: WindowNow, rules: Rules) -> int:
    """Return the rank of one symptom; one the rules do not name is watch."""
    if name in rules.symptoms.emergency:
        return EMERGENCY
    if name in rules.symptoms.urgent_in_window and window.inside:
        return URGENT
    return WATCH


def _urgency_of_sight(state: State, window: WindowNow, now: datetime, rules: Rules, *, masked: bool) -> int:
    """Watch from due + grace; urgent some time later in the window, masked or in an episode; never above urgent.

    A silence that has become urgent stays so when the window closes meanwhile: nobody has looked since.
    """
    first = min(track.overdue_at for group in REQUIRED if (track := state.tracks[group]).overdue_at is not None)
    episode = state.episode is not None and state.episode.open
    hot = window.inside or masked or episode or state.silence_urgent
    return URGENT if hot and now >= first + rules.cadence.sight_urgent_after else WATCH
