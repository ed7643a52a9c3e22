"""When an episode of cytokine release syndrome opens, what it keeps, and when it is over.

In sentences: docs/behaviour.md, "Episodes".
"""

from datetime import datetime, timedelta

from monitor.crs import CrsGrade, hypotension_axis, hypoxia_axis
from monitor.rules import Rules
from monitor.state import EMERGENCY, EpisodeNow, State, ToldCrs
from monitor.window import most_likely_dose

CONFIRMED_LONG_FROM, _LASTING_FROM = 3, 2
_AXIS_OF = {"blood_pressure": "hypotension", "oximetry": "hypoxia"}


def attribution_ends(state: State, now: datetime, rules: Rules) -> frozenset[str]:
    """Drop attributions that have run out or that a new dangerous reading contradicts; return the signs left.

    A reading that puts another axis into its emergency column ends an attribution (docs/behaviour.md, "CRS grade").
    """
    if not state.attributions:
        return frozenset()
    dangerous = {
        axis for group, axis in _AXIS_OF.items() if (track := state.tracks[group]).arrived and track.column == EMERGENCY
    }
    state.attributions = tuple(
        (sign, at, cause)
        for sign, at, cause in state.attributions
        if now < at + rules.crs.attribution and not dangerous - {sign}
    )
    return frozenset(sign for sign, _, _ in state.attributions)


def open_if_due(state: State, rules: Rules, now: datetime, *, masked: bool, fever: bool | None) -> None:
    """Open an episode at a new fever after a first dose, or at support for it while fever may be hidden.

    Support without fever and unmasked opens none. A fever attributed to another cause opens one that is marked
    attributed (docs/behaviour.md, "CRS grade").
    """
    if not state.doses or (state.episode is not None and state.episode.open):
        return
    temperature = state.tracks["temperature"]
    newest = temperature.newest
    if newest is not None and temperature.arrived and newest.numbers[0] >= rules.temperature.fever_c:
        _open(state, newest.at)
        return
    support = state.support
    if support is not None and support.at == now and masked and fever is not True:
        axes = (hypotension_axis(support, 0), hypoxia_axis(support, 0, rules.crs))
        if any(axis.grade for axis in axes):
            _open(state, support.at)


def _open(state: State, onset: datetime) -> None:
    if state.episode is not None:
        state.episodes_before = (*state.episodes_before, state.episode)
    dose = most_likely_dose(state.doses, onset)
    state.episode = EpisodeNow(
        number=len(state.episodes_before) + 1,
        dose=dose.dose.step if dose else None,
        onset=onset,
        treated=any(at >= onset for at, _ in state.masks),
    )


def resolution_at(state: State, rules: Rules) -> datetime | None:
    """Return the first instant at which the open episode resolves if nothing new comes, None when it cannot yet."""
    if state.episode is None or not state.episode.open or state.quiet_since is None:
        return None
    if state.pressure_bad or state.saturation_bad or _supported(state, rules):
        return None
    starts = [state.quiet_since]
    starts += [
        at
        for at in (state.pressure_clear_since, state.saturation_clear_since, state.support_clear_since)
        if at is not None
    ]
    return max(starts) + rules.crs.resolved_after


def close_if_resolved(state: State, now: datetime, rules: Rules) -> None:
    """Resolve the open episode when the whole last day was quiet on enough values."""
    supported = _supported(state, rules)
    if supported:
        state.support_clear_since = None
    elif state.supported and state.support is not None:
        state.support_clear_since = state.support.at
    state.supported = supported
    if state.episode is not None and state.episode.closed_by_clinician and state.episode.resolved == now:
        state.episode.resolved_while_masked = _masked_between(state, now, now)
    due = resolution_at(state, rules)
    if due is None or now < due or state.episode is None:
        return
    start = now - rules.crs.resolved_after
    quiet = [at for at in state.quiet_temperatures if start <= at]
    if len(quiet) < rules.crs.resolved_temperatures:
        return
    if any(at is None or at < start for at in (state.last_pressure_at, state.last_saturation_at)):
        return
    state.episode.resolved = now
    state.episode.resolved_while_masked = _masked_between(state, start, now)
    if state.episode.grade3_since is not None:
        state.episode.grade3_total += now - state.episode.grade3_since
        state.episode.grade3_since = None
    _time_grade2(state.episode, now, lasting=False)
    state.crs_opinion = None


def keep(state: State, crs: CrsGrade, fresh: frozenset[str], now: datetime) -> None:
    """Remember the peak, the time at confirmed grade 3, and the grade each fresh group was part of."""
    episode = state.episode
    if episode is None or not episode.open:
        return
    if crs.grade is not None:
        episode.peak = crs.grade if episode.peak is None else max(episode.peak, crs.grade)
    if crs.inferred is not None:
        for group in fresh:
            episode.kept[group] = crs.inferred
    long = crs.certainty == "confirmed" and crs.grade is not None and crs.grade >= CONFIRMED_LONG_FROM
    if long and episode.grade3_since is None:
        episode.grade3_since = now
    elif not long and episode.grade3_since is not None:
        episode.grade3_total += now - episode.grade3_since
        episode.grade3_since = None
    _time_grade2(episode, now, lasting=crs.grade is not None and crs.grade >= _LASTING_FROM)


def note_opinion(state: State, now: datetime) -> None:
    """Keep the worst grade a clinician gives, with the open episode or, where none is open, by itself.

    A grade that is withdrawn was never given; 0 says that it is over.
    """
    opinion, told = state.crs_opinion, state.told_crs
    if state.episode is not None and state.episode.open:
        state.episode.told = 0 if opinion is None else max(state.episode.told, opinion)
        state.told_crs = None
    elif opinion:
        goes_on = told if told is not None and told.ended is None else ToldCrs(0, now)
        state.told_crs = ToldCrs(max(opinion, goes_on.peak), goes_on.since)
    elif told is not None and told.ended is None:
        state.told_crs = None if opinion is None else ToldCrs(told.peak, told.since, now)


def _time_grade2(episode: EpisodeNow, now: datetime, *, lasting: bool) -> None:
    if lasting and episode.grade2_since is None:
        episode.grade2_since = now
    elif not lasting and episode.grade2_since is not None:
        episode.grade2_total += now - episode.grade2_since
        episode.grade2_since = None


def grade2_for(episode: EpisodeNow, now: datetime) -> timedelta:
    """Return the total time the grade was 2 or more, suspected or confirmed."""
    return episode.grade2_total + _running(episode, episode.grade2_since, now)


def confirmed_grade3_for(episode: EpisodeNow, now: datetime) -> timedelta:
    """Return the total time the confirmed grade was 3 or more."""
    return episode.grade3_total + _running(episode, episode.grade3_since, now)


def _running(episode: EpisodeNow, since: datetime | None, now: datetime) -> timedelta:
    """Return what still runs; nothing runs on after a clinician has closed the episode."""
    return timedelta(0) if since is None else max(min(now, episode.resolved or now) - since, timedelta(0))


def _supported(state: State, rules: Rules) -> bool:
    """Whether support that counts is being given; chronic oxygen is ignored."""
    if state.support is None:
        return False
    axes = (hypotension_axis(state.support, 0), hypoxia_axis(state.support, 0, rules.crs))
    return any(axis.by_support and axis.grade for axis in axes)


def _masked_between(state: State, start: datetime, end: datetime) -> bool:
    return any(at <= end and start < at + drug.lasts for at, drug in state.masks)
