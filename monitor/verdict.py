"""Puts what was found into the answer that is printed, with every reason in words. Decides nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from monitor.age import is_under
from monitor.assessment import (
    URGENCIES,
    Assessment,
    Crs,
    Episode,
    Icans,
    NextDue,
    Sight,
    SightState,
    Where,
    Window,
)
from monitor.cadence import ice_answered_at, ice_due
from monitor.columns import active_limits
from monitor.findings import Findings
from monitor.guidance import Guided, guide
from monitor.next_dose import Label
from monitor.onset import RiskNumbers
from monitor.record import Profile
from monitor.rules import Rules
from monitor.scores import news2
from monitor.settle import held_symptoms, symptom_rank
from monitor.state import REQUIRED, WATCH, EpisodeNow, State
from monitor.window import Weighed, odds, residual_risk, weigh

_HOUR_DIGITS, _QUANTILE_DIGITS = 2, 3
_SECONDS_PER_MINUTE = 60
_LONGEST_WORD = 32
_PULSE_DEVICE = {"oximetry": "oximeter", "blood_pressure": "cuff"}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and what its wording rested on: the next answer on the same footing needs no new words."""

    assessment: Assessment
    footing: tuple[object, ...]
    guided: Guided


def verdict(
    state: State,
    found: Findings,
    profile: Profile,
    rules: Rules,
    now: datetime,
    zone: ZoneInfo,
    label: Label,
    before: Said | None = None,
) -> Said:
    """Return the answer at `now`, with every key of docs/interfaces.md.

    `before` is the previous answer of the same course; its words are used again when nothing they rest on changed.
    """
    footing = _footing(state, found, profile, rules, now)
    index = found.shock_index
    guided = guide(state, found, label, rules.panels, now, zone, before.guided if before is not None else None)
    same = before.assessment if before is not None and footing == before.footing else None
    assessment = Assessment(
        at=now,
        crs=same.crs if same else _crs(state, found),
        icans=same.icans if same else _icans(state, found),
        urgency=URGENCIES[found.urgency],
        reasons=same.reasons if same else tuple(dict.fromkeys(reasons(state, found, profile, rules, now, zone))),
        window=_window(state, found, rules, now),
        sight=_sight(state, found, now),
        place=cast("Where", state.place),
        news2=news2(state, now, scale2=profile.spo2_scale == 2),  # noqa: PLR2004 - the name of a scale
        shock_index=None if index is None else float(index.cents),
        next_due=_next_due(state, found, rules, now, zone),
        guidance=guided.guidance,
        rules_version=rules.version,
    )
    return Said(assessment, footing, guided)


def _footing(state: State, found: Findings, profile: Profile, rules: Rules, now: datetime) -> tuple[object, ...]:
    """Return everything the words rest on; of time only what has come by now."""
    tracks = [
        (
            track.rank,
            track.said,
            track.column,
            track.emergency_at,
            track.floor_at,
            track.no_reading,
            None if track.newest is None else (track.newest.doubts, track.newest.late),
            track.newest.at if track.newest is not None and name in REQUIRED and name not in found.fresh else None,
        )
        for name, track in state.tracks.items()
    ]
    episode, support = state.episode, state.support
    return (
        tracks,
        found.crs,
        found.icans,
        found.fever,
        found.masked_until,
        found.hypotension,
        found.hypoxia,
        found.fresh,
        found.overdue,
        found.window.phase,
        found.window.seen,
        found.symptoms,
        found.attributed,
        found.minor,
        episode and (episode.number, episode.peak, episode.resolved, episode.resolved_while_masked, episode.onset),
        support and (support.at, now >= support.at + rules.crs.support_reconfirm),
        state.attributions,
        state.ice_scores,
        (state.ice, state.capd, found.icans_without_crs, found.ice_unanswered_since, found.asks_ice),
        state.neuro_until is not None and now < state.neuro_until and not state.answered_before_dose,
        (state.crs_opinion, state.icans_opinion, state.medication_recorded, state.late_values, state.place),
        (state.baseline, state.neuro, state.quarantined, state.unknown_names),
        state.expected_by is not None and now >= state.expected_by,
        bool(state.doses),
        profile.born and is_under(profile, now, rules.ice.capd_under_years),
        profile.limits and tuple(limit.until is not None and now >= limit.until for _, limit in profile.limits),
    )


def _crs(state: State, found: Findings) -> Crs:
    opinion, graded = state.crs_opinion, found.crs
    masked = found.masked_until is not None and not found.fever and bool(state.doses)
    episode_open = state.episode is not None and state.episode.open
    return Crs(
        grade=graded.grade,
        at_least=graded.at_least,
        certainty=graded.certainty,
        fever=found.fever,
        fever_masked=masked and not episode_open,
        hypotension_grade=found.hypotension.grade,
        hypoxia_grade=found.hypoxia.grade,
        clinician_grade=opinion,
        disagrees=opinion is not None and opinion != graded.grade,
        episode=_episode(state.episode, found) if state.episode is not None else None,
    )


def _episode(episode: EpisodeNow, found: Findings) -> Episode:
    return Episode(
        number=episode.number,
        dose=episode.dose,
        onset=episode.onset,
        peak=episode.peak,
        resolved=episode.resolved,
        resolved_while_masked=episode.resolved_while_masked,
        attributed=episode.open and bool(found.attributed),
    )


def _icans(state: State, found: Findings) -> Icans:
    opinion = state.icans_opinion
    return Icans(
        grade=found.icans.grade,
        at_least=found.icans.at_least,
        ice=None if state.ice is None else state.ice.score,
        asked_at=ice_answered_at(state),
        clinician_grade=opinion,
        disagrees=opinion is not None and opinion != found.icans.grade,
        capd=None if state.capd is None else state.capd.score,
        without_crs=found.icans_without_crs,
        unanswered_since=found.ice_unanswered_since,
    )


def _window(state: State, found: Findings, rules: Rules, now: datetime) -> Window:
    window, numbers = found.window, rules.onset.risk
    hours, quantile = window.hours(now), window.quantile(now)
    weighed = weigh(state.doses, now, numbers)
    meant = odds(weighed, numbers, masked=found.masked_until is not None) if weighed else None
    left = _residual_risk(state, weighed, numbers, now) if weighed else None
    return Window(
        dose=window.seen.dose.step if window.seen else None,
        hours_since_dose=None if hours is None else round(hours, _HOUR_DIGITS),
        phase=window.phase,
        quantile=None if quantile is None else round(quantile, _QUANTILE_DIGITS),
        crs_probability=None if meant is None else round(meant.probability, _QUANTILE_DIGITS),
        crs_probability_range=None
        if meant is None
        else (round(meant.low, _QUANTILE_DIGITS), round(meant.high, _QUANTILE_DIGITS)),
        residual_risk=None if left is None else round(left, _QUANTILE_DIGITS),
    )


def _residual_risk(state: State, weighed: Sequence[Weighed], numbers: RiskNumbers, now: datetime) -> float | None:
    """Return the risk left of the doses after the last fever or episode; None while an episode is open.

    Fever may have been hidden when a drug that hides it worked since the first of them, or when nothing was recorded.
    """
    episode = state.episode
    if episode is not None and episode.open:
        return None
    since = [at for at in (state.last_fever_at, episode.onset if episode else None) if at is not None]
    newest = state.tracks["temperature"].newest
    first = weighed[0][0]
    hidden = not state.medication_recorded or any(at + drug.lasts > first for at, drug in state.masks)
    return residual_risk(
        weighed,
        now,
        seen_until=newest.at if newest is not None else None,
        given_after=max(since, default=None),
        visible=numbers.visible_masked if hidden else 1.0,
    )


def _sight(state: State, found: Findings, now: datetime) -> Sight:
    measured = [value.at for group in REQUIRED if (value := state.tracks[group].newest) is not None]
    sight: SightState = "seen" if len(found.fresh) == len(REQUIRED) else "partial" if found.fresh else "blind"
    oldest = max(0, int((now - min(measured)).total_seconds() // _SECONDS_PER_MINUTE)) if measured else None
    return Sight(state=sight, overdue=found.overdue, oldest_minutes=oldest)


def _next_due(state: State, found: Findings, rules: Rules, now: datetime, zone: ZoneInfo) -> NextDue:
    """Return when each group is asked next; a requested repeat comes before the cadence."""
    if not found.at_home or state.place == "ended":
        return NextDue(temperature=None, oximetry=None, blood_pressure=None, ice=None)

    def due(group: str) -> datetime | None:
        track, pulse = state.tracks[group], state.tracks["pulse"]
        same_device = pulse.newest is not None and pulse.newest.site == _PULSE_DEVICE.get(group)
        asked = (track.due, track.repeat_at, pulse.repeat_at if same_device else None)
        return min((at for at in asked if at is not None), default=None)

    told = [at for name, at in state.symptoms if name in rules.symptoms.asks_ice and name in found.symptoms]
    return NextDue(
        temperature=due("temperature"),
        oximetry=due("oximetry"),
        blood_pressure=due("blood_pressure"),
        ice=ice_due(state, now, zone, asked_hours=rules.ice.asked_at_hours, symptom_at=max(told, default=None))
        if found.asks_ice
        else None,
    )


def reasons(
    state: State, found: Findings, profile: Profile, rules: Rules, now: datetime, zone: ZoneInfo
) -> Iterator[str]:
    """Give every reason in words, the most urgent first; none holds an age, so that time alone changes none."""

    def clock(at: datetime) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    yield from _value_reasons(state, found, rules, now)
    yield from found.crs.words
    yield from _episode_reasons(state, found, rules, now, clock_of=clock)
    yield from _sight_reasons(state, found, now, clock_of=clock)
    yield from _window_reasons(state, found)
    yield from _neuro_reasons(state, found, profile, rules, now, clock_of=clock)
    yield from _patient_reasons(state, found, profile, now)


def _value_reasons(state: State, found: Findings, rules: Rules, now: datetime) -> Iterator[str]:
    ranked = sorted(state.tracks.items(), key=lambda item: -item[1].rank)
    for _, track in ranked:
        if track.rank >= WATCH and track.said:
            yield track.said
        if track.emergency_at is not None and track.column < track.rank:
            yield "emergency until repeated outside the emergency column"
    for name in held_symptoms(state, now, rules):
        known = name in rules.symptoms.known
        rank = URGENCIES[symptom_rank(name, found.window, rules)]
        yield (
            f"symptom {name.replace('_', ' ')} ({rank})"
            if known
            else f"symptom {_plain(name)} not known to the rules ({rank})"
        )
    for name, track in state.tracks.items():
        if track.floor_at is not None:
            yield f"{track.floor_reason}: urgent until a sound value comes"
        if track.no_reading:
            yield track.no_reading
        if track.newest is not None:
            yield from (f"{name.replace('_', ' ')} doubtful: {doubt}" for doubt in track.newest.doubts)
            if track.newest.late:
                yield f"{name.replace('_', ' ')} arrived late"
    if state.place == "travelling" and state.expected_by is not None and now >= state.expected_by:
        yield "expected at the emergency department, arrival not reported"


def _episode_reasons(
    state: State, found: Findings, rules: Rules, now: datetime, clock_of: Callable[[datetime], str]
) -> Iterator[str]:
    episode = state.episode
    if episode is not None and episode.open and episode.number > 1:
        yield "a new episode after resolution: exclude infection first"
    for sign, at, cause in state.attributions:
        yield f"{sign} attributed to {cause} until {clock_of(at + rules.crs.attribution)}"
    if found.masked_until is not None:
        hidden = "no sign; " if found.crs.grade == 0 and not found.fever else ""
        yield f"{hidden}fever may be hidden until {clock_of(found.masked_until)}"
    elif state.doses and not state.medication_recorded:
        yield "premedication not recorded"
    support = state.support
    if support is not None and now >= support.at + rules.crs.support_reconfirm:
        yield f"support of {clock_of(support.at)} not re-confirmed"
    if state.crs_opinion is not None and state.crs_opinion != found.crs.grade:
        yield f"clinician's CRS grade {state.crs_opinion} differs from the computed one"


def _sight_reasons(state: State, found: Findings, now: datetime, clock_of: Callable[[datetime], str]) -> Iterator[str]:
    for group in REQUIRED:
        track, name = state.tracks[group], group.replace("_", " ")
        if track.newest is None:
            yield f"{name} never measured"
        elif not track.fresh(now):
            yield f"{name} stale, last measured {clock_of(track.newest.at)}"
    if found.overdue:
        yield f"overdue: {', '.join(group.replace('_', ' ') for group in found.overdue)}"
    for _, reason in state.quarantined[-1:]:
        yield f"a message of this home could not be read: {reason}"


def _neuro_reasons(
    state: State,
    found: Findings,
    profile: Profile,
    rules: Rules,
    now: datetime,
    clock_of: Callable[[datetime], str],
) -> Iterator[str]:
    yield from found.icans.words
    child = is_under(profile, now, rules.ice.capd_under_years)
    asked = "CAPD" if child else "ICE"
    if found.icans_without_crs:
        yield "ICANS without CRS: it needs no fever"
    if found.ice_unanswered_since is not None:
        yield f"{asked} unanswered since {clock_of(found.ice_unanswered_since)}: ask by telephone"
    if state.ice is not None and state.ice.handwriting == "changed":
        yield "handwriting changed from baseline (watch)"
    elif state.ice is not None and not state.ice.writing:
        yield "no sentence could be written: compare with baseline handwriting"
    if state.neuro_until is not None and now < state.neuro_until and not state.answered_before_dose:
        yield f"no {asked} before the first dose to compare with"
    if child and state.ice is not None:
        yield f"ICE was asked under {rules.ice.capd_under_years} years: ask CAPD"
    if profile.born and not child and state.capd is not None:
        yield f"CAPD was asked from {rules.ice.capd_under_years} years on: ask ICE"


def _window_reasons(state: State, found: Findings) -> Iterator[str]:
    if found.window.phase == "closed":
        yield "outside the usual window: look hard for infection, CRS still possible"
    if found.window.seen is not None:
        if found.window.seen.remark:
            yield found.window.seen.remark
        onset = found.window.seen.onset
        if onset is not None and onset.confidence in {"uncertain", "label-known"}:
            yield f"onset figures of this dose are {onset.confidence}"
    if state.late_values:
        yield f"{state.late_values} late values re-graded the past"


def _patient_reasons(state: State, found: Findings, profile: Profile, now: datetime) -> Iterator[str]:
    if state.baseline.systolic_mmhg is None:
        yield "no baseline pressure: relative pressure rules are off"
    if state.baseline.spo2_pct is None:
        yield "no baseline oxygen: relative oxygen rules are off"
    if "beta_blocker" in profile.conditions:
        yield "beta blocker: pulse and shock index never reassure"
    if found.minor and not active_limits(profile.limits, now):
        yield "under 18: no limits for vital signs are set, only temperature is judged"
    for group, limit in profile.limits:
        if limit.until is not None and now >= limit.until:
            yield f"the patient's own limits for {group.replace('_', ' ')} have run out"
    if state.support is None:
        yield "NEWS2 counts as on air: no support entered"
    if state.neuro is None:
        yield "NEWS2 counts as alert: no neurological examination entered"
    yield from state.unknown_names


def _plain(name: str) -> str:
    """Return a foreign word if it is one, so that no sentence can be smuggled into a reason."""
    return name if len(name) <= _LONGEST_WORD and name.replace("_", "").isalnum() else "(unreadable)"
