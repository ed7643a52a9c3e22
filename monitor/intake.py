"""Takes one event into the state. Judges nothing beyond plausibility; `monitor.settle` draws the conclusions."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from gateway.plausibility import BelowFloor, NoReading, NotGraded, Usable, Verdict, judge, jump_doubts
from monitor.cadence import HOME_PLACES, fresh_until, resume
from monitor.catalogue import normalise
from monitor.dose_intake import take_dose
from monitor.record import (
    Baseline,
    BaselineChanged,
    CapdAsked,
    ClinicianGraded,
    DoseGiven,
    DosePlanned,
    EpisodeSummarised,
    Event,
    IceAsked,
    MedicationTaken,
    MessageQuarantined,
    NeuroExamined,
    Noted,
    PlaceChanged,
    ReadingTaken,
    Regimen,
    SignAttributed,
    SupportGiven,
    SymptomsReported,
    Ticked,
    Voided,
)
from monitor.rules import Rules
from monitor.scores import nearer_pulse
from monitor.state import PERIPHERAL_SITES, State, Track, Value

NewerKnown = Callable[[Event, datetime], Iterable[Event]]
_QUARANTINE_SHOWN = timedelta(hours=24)
_JUMPING = {"temperature": 0, "blood_pressure": 0, "pulse": 0}


def take(state: State, event: Event, rules: Rules, regimen: Regimen, zone: ZoneInfo, newer_known: NewerKnown) -> None:
    """Change `state` by `event`, which happened at `event.at` and not before anything taken earlier."""
    if isinstance(event, Noted | DosePlanned | EpisodeSummarised):
        return
    if state.first_event_at is None:
        state.first_event_at = event.at
    if not isinstance(event, Ticked | Voided | SignAttributed):  # a cause is found without asking the home
        state.heard_at = event.at
    match event:
        case ReadingTaken():
            _reading(state, event, rules, zone, newer_known)
        case DoseGiven():
            take_dose(state, event, rules, regimen)
        case MedicationTaken():
            _medication(state, event, rules)
        case SupportGiven():
            state.support = event
        case IceAsked():
            _ice(state, event, rules)
        case CapdAsked():
            _capd(state, event)
        case NeuroExamined():
            state.neuro = event
        case SymptomsReported():
            kept = () if not event.names else tuple(s for s in state.symptoms if s[0] not in event.names)
            state.symptoms = kept + tuple((name, event.at) for name in sorted(event.names))
            if event.names & rules.symptoms.urgent_in_window:
                state.tracks["temperature"].repeat_at = event.at
        case SignAttributed():
            others = tuple(a for a in state.attributions if a[0] != event.sign)
            state.attributions = (*others, (event.sign, event.at, event.cause))
        case ClinicianGraded():
            _opinion(state, event)
        case PlaceChanged():
            _place(state, event, rules)
        case BaselineChanged():
            state.baseline = _merge(state.baseline, event.baseline)
        case MessageQuarantined():
            recent = tuple(q for q in state.quarantined if event.at - q[0] < _QUARANTINE_SHOWN)
            state.quarantined = (*recent, (event.at, event.reason))
        case _:
            pass


def _reading(state: State, event: ReadingTaken, rules: Rules, zone: ZoneInfo, newer_known: NewerKnown) -> None:
    reading, limits = event.reading, rules.plausibility
    judged = judge(reading, limits)
    clock = (event.clock_doubt,) if event.clock_doubt else ()
    late = event.delay > rules.late.after
    newer = _groups_known_newer(event, newer_known) if late else frozenset()

    def put(group: str, verdict: Verdict | None, numbers: tuple[Decimal | None, ...], site: str | None = None) -> None:
        if verdict is None:
            return
        track = state.tracks[group]
        if isinstance(verdict, NoReading):
            track.no_reading, track.repeat_at = verdict.reason, event.at
            return
        sound = tuple([number for number in numbers if number is not None])
        if isinstance(verdict, NotGraded) or len(sound) != len(numbers):
            return
        if isinstance(verdict, BelowFloor):
            track.floor_at, track.floor_reason, track.repeat_at = event.at, verdict.reason, event.at
            if not verdict.pulse_only:
                return
        doubts = verdict.doubts if isinstance(verdict, Usable) else ()
        value = Value(at=event.graded_at, numbers=sound, site=site, doubts=(*doubts, *clock), late=late)
        floor = track.floor_at if isinstance(verdict, BelowFloor) else None
        value = _late(value, group, event, state, rules, zone, superseded=group in newer) if late else value
        _accept(state, group, value, rules)
        track.floor_at = floor

    if reading.temperature is not None:
        put("temperature", judged.temperature, (reading.temperature.temperature_c,), reading.temperature.site)
    if reading.oximetry is not None:
        put("oximetry", judged.oximetry, (reading.oximetry.spo2_pct,))
    if reading.blood_pressure is not None:
        cuff = reading.blood_pressure
        put("blood_pressure", judged.blood_pressure, (cuff.systolic_mmhg, cuff.diastolic_mmhg))
    if reading.respiratory_rate is not None:
        put("respiratory_rate", judged.respiratory_rate, (reading.respiratory_rate.breaths_bpm,))
    if judged.oximeter_pulse_bpm is not None:
        put("pulse", Usable(), (judged.oximeter_pulse_bpm,), "oximeter")
    if judged.cuff_pulse_bpm is not None:
        put("pulse", Usable(), (judged.cuff_pulse_bpm,), "cuff")
    if judged.mentions:
        state.unknown_names = tuple(dict.fromkeys((*state.unknown_names, *judged.mentions)))


def _accept(state: State, group: str, value: Value, rules: Rules) -> None:
    """Make `value` the newest of its group, unless it is the same value again or a low one of a doubtful site."""
    track = state.tracks[group]
    if track.newest is not None and track.newest.at == value.at:
        if (value.site, value.numbers) in track.same_instant:
            return
        track.same_instant = (*track.same_instant, (value.site, value.numbers))
    else:
        track.same_instant = ((value.site, value.numbers),)
    value = _with_doubts(value, group, track, rules)
    if group == "temperature":
        value = _after_antipyretic(state, value, rules)
        if _note_temperature(state, value, rules):
            return
    elif group == "blood_pressure":
        _note_pressure(state, value, rules)
    elif group == "oximetry":
        _note_saturation(state, value, rules)
    if value.late:
        state.late_values += 1
    track.newest, track.arrived, track.stale_at = value, True, None
    track.floor_at, track.no_reading, track.repeat_at = None, "", _repeat(value, group, state, rules)
    state.quarantined = ()
    _pair_pulse(state, group, rules)


def _pair_pulse(state: State, group: str, rules: Rules) -> None:
    """Keep the pulse that belongs to the newest cuff reading; earlier ones than the newest cannot be nearer."""
    cuff, pulse = state.tracks["blood_pressure"].newest, state.tracks["pulse"].newest
    if group == "blood_pressure":
        state.shock_pulse = None
    if cuff is not None and pulse is not None and group in {"blood_pressure", "pulse"}:
        state.shock_pulse = nearer_pulse(cuff, state.shock_pulse, pulse, rules.pulse.shock_index_pulse_within)


def _with_doubts(value: Value, group: str, track: Track, rules: Rules) -> Value:
    if group not in _JUMPING or track.newest is None:
        return value
    jumped = jump_doubts(
        group, (track.newest.numbers[0], track.newest.at), (value.numbers[0], value.at), rules.plausibility
    )
    return msgspec.structs.replace(value, doubts=(*value.doubts, *jumped)) if jumped else value


def _after_antipyretic(state: State, value: Value, rules: Rules) -> Value:
    """Mark a fever that came back within hours of an antipyretic, or never left (docs/behaviour.md, "Urgency")."""
    limits = rules.temperature
    if value.numbers[0] < limits.fever_c:
        return value
    taken = [at for at, drug in state.masks if drug.kind == "antipyretic" and at < value.at]
    last_quiet = state.quiet_temperatures[-1] if state.quiet_temperatures else None
    recent = [at for at in taken if value.at < at + limits.back_within]
    back = any(last_quiet is not None and at < last_quiet for at in recent)
    still = any(at + limits.still_after <= value.at and (last_quiet is None or last_quiet <= at) for at in recent)
    return msgspec.structs.replace(value, back=back, still=still) if back or still else value


def _note_temperature(state: State, value: Value, rules: Rules) -> bool:
    """Keep what resolution needs; return whether the value must not replace the newest (low, doubtful site)."""
    if value.numbers[0] >= rules.temperature.fever_c:
        state.last_fever_at = value.at
        state.fever_since = state.fever_since or value.at
        state.quiet_since = None
        return False
    if value.site in PERIPHERAL_SITES:
        return True
    state.fever_since = None
    if state.quiet_since is None:
        state.quiet_since = value.at
    state.quiet_temperatures = (*state.quiet_temperatures, value.at)[-rules.crs.resolved_temperatures :]
    return False


def _note_pressure(state: State, value: Value, rules: Rules) -> None:
    """One-sided: systolic at least 95 and at most 15 below baseline (docs/behaviour.md, "Episodes")."""
    limits, baseline = rules.crs, state.baseline.systolic_mmhg
    least = limits.resolved_systolic_at_least_mmhg
    if baseline is not None:
        least = max(least, baseline - limits.resolved_systolic_below_baseline_mmhg)
    bad = value.numbers[0] < least
    if state.pressure_bad and not bad:
        state.pressure_clear_since = value.at
    state.pressure_bad = bad
    state.last_pressure_at = value.at


def _note_saturation(state: State, value: Value, rules: Rules) -> None:
    """SpO2 at most 2 below baseline, at least 94 without one (docs/behaviour.md, "Episodes")."""
    limits, baseline = rules.crs, state.baseline.spo2_pct
    least = limits.resolved_spo2_without_baseline_pct
    if baseline is not None:
        least = baseline - limits.resolved_spo2_below_baseline_pct
    bad = value.numbers[0] < least
    if state.saturation_bad and not bad:
        state.saturation_clear_since = value.at
    state.saturation_bad = bad
    state.last_saturation_at = value.at


def _late(
    value: Value, group: str, event: ReadingTaken, state: State, rules: Rules, zone: ZoneInfo, *, superseded: bool
) -> Value:
    """Decide whether a late value pages: newest and still fresh, or an emergency value not too old."""
    if superseded:
        return msgspec.structs.replace(value, moves_urgency=False)
    if event.known_at < fresh_until(value.at, state, zone, rules.cadence):
        return value
    young = event.delay <= rules.late.emergency_pages_up_to
    return (
        value
        if young and _plainly_dangerous(value, group, rules)
        else msgspec.structs.replace(value, moves_urgency=False)
    )


def _plainly_dangerous(value: Value, group: str, rules: Rules) -> bool:
    """Whether a value lies in its emergency column whatever else is known."""
    number = value.numbers[0]
    if group == "temperature":
        return number >= rules.temperature.emergency_c
    if group == "oximetry":
        return number < rules.oximetry.emergency_below_pct
    if group == "blood_pressure":
        mean_times_3 = number + 2 * value.numbers[1]
        limits = rules.blood_pressure
        return number < limits.emergency_below_mmhg or mean_times_3 < 3 * limits.map_emergency_below_mmhg
    limit = rules.pulse.emergency_bpm if group == "pulse" else rules.respiratory_rate.emergency_bpm
    return number >= limit


def _groups_known_newer(event: ReadingTaken, newer_known: NewerKnown) -> frozenset[str]:
    groups: set[str] = set()
    for other in newer_known(event, event.known_at):
        if isinstance(other, ReadingTaken) and other.at > event.at:
            reading = other.reading
            groups |= {
                name
                for name in ("temperature", "oximetry", "blood_pressure", "respiratory_rate")
                if getattr(reading, name) is not None
            }
            if reading.oximetry is not None or reading.blood_pressure is not None:
                groups.add("pulse")
    return frozenset(groups)


def _repeat(value: Value, group: str, state: State, rules: Rules) -> datetime | None:
    """Return when a repeat is asked of a value beyond the cadence, None when it is not."""
    if value.doubts:
        return value.at
    if group != "temperature":
        return None
    limits = rules.temperature
    rigors = [at for name, at in state.symptoms if name in rules.symptoms.urgent_in_window]
    asked = [at + limits.rigors_repeat for at in rigors if value.at < at + limits.rigors_repeat]
    if value.numbers[0] >= limits.fever_c:
        asked.append(value.at + limits.fever_repeat)
    elif value.numbers[0] >= limits.watch_c:
        asked.append(value.at + limits.watch_repeat)
    return min(asked, default=None)


def _medication(state: State, event: MedicationTaken, rules: Rules) -> None:
    state.medication_recorded = True
    drug = rules.masking.get(normalise(event.name))
    if drug is None:
        mention = f"medication {event.name} is not known to hide fever"
        state.unknown_names = tuple(dict.fromkeys((*state.unknown_names, mention)))
        return
    longest = max(known.lasts for known in rules.masking.values())
    state.masks = (*((at, known) for at, known in state.masks if event.at - at < longest), (event.at, drug))
    if state.episode is not None and state.episode.open:
        state.episode.treated = True


def _ice(state: State, event: IceAsked, rules: Rules) -> None:
    recent = tuple(s for s in state.ice_scores if event.at - s[0] < rules.ice.best_of)
    state.ice_scores, state.ice = (*recent, (event.at, event.score)), event
    state.answered_before_dose |= not state.doses
    track = state.tracks["ice"]
    track.newest, track.arrived = Value(event.at, (Decimal(event.score),)), True


def _capd(state: State, event: CapdAsked) -> None:
    state.capd = event
    state.answered_before_dose |= not state.doses
    track = state.tracks["capd"]
    numbers = () if event.score is None else (Decimal(event.score),)
    track.newest, track.arrived = Value(event.at, numbers), True


def _opinion(state: State, event: ClinicianGraded) -> None:
    if event.syndrome == "icans":
        state.icans_opinion = event.grade
        return
    state.crs_opinion = event.grade
    if event.grade == 0 and state.episode is not None and state.episode.open:
        state.episode.resolved = event.at
        state.episode.closed_by_clinician = True


def _place(state: State, event: PlaceChanged, rules: Rules) -> None:
    returning = state.place not in HOME_PLACES and event.where in HOME_PLACES
    state.place, state.place_since = event.where, event.at
    state.expected_by = None
    if event.where == "travelling":
        state.expected_by = event.expected_by or event.at + rules.cadence.travelling_for
    if returning:
        resume(state, event.at)


def _merge(old: Baseline, new: Baseline) -> Baseline:
    def pick(name: str) -> Decimal | None:
        value: Decimal | None = getattr(new, name)
        return value if value is not None else getattr(old, name)

    return Baseline(**{name: pick(name) for name in Baseline.__dataclass_fields__})
