"""Scores beside the CRS grade: ICANS (ASTCT 2019), NEWS2 (RCP 2017) and the shock index. Pure."""

from bisect import bisect_left
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from monitor.assessment import News2
from monitor.record import CapdAsked, NeuroExamined
from monitor.state import State, Value

_CONSCIOUSNESS = {"spontaneous": 0, "voice": 2, "tactile": 3, "unarousable": 4}
_SEIZURE = {"none": 0, "brief": 3, "prolonged": 4}
_OEDEMA = {"none": 0, "focal": 3, "diffuse": 4}
_MOTOR_WEAKNESS = 4
_CAPD_DELIRIUM = 9
_CAPD_UNABLE = 4
_ICE_NONE, _ICE_MILD, _ICE_MODERATE, _ICE_SEVERE = 10, 7, 3, 0


class IcansGrade(msgspec.Struct, frozen=True):
    """Grade 0 to 4, or None while nothing was asked or a calm answer went stale."""

    grade: int | None
    at_least: bool
    words: tuple[str, ...] = ()


def ice_grade(score: int) -> int:
    """Return the ICANS grade of an ICE score alone: 10 0, 7-9 1, 3-6 2, 0-2 3 (ASTCT 2019)."""
    if score >= _ICE_NONE:
        return 0
    if score >= _ICE_MILD:
        return 1
    return 2 if score >= _ICE_MODERATE else 3


def capd_grade(capd: CapdAsked) -> int:
    """Return the ICANS grade of a child's CAPD alone: 0 0, 1-8 1, 9 or more 3, unable 4 (ASTCT 2019).

    Grade 2 has the same points as grade 1; the level of consciousness tells them apart.
    """
    if capd.score is None:
        return _CAPD_UNABLE
    if capd.score >= _CAPD_DELIRIUM:
        return 3
    return 1 if capd.score else 0


def neuro_grade(neuro: NeuroExamined) -> int:
    """Return the ICANS grade of the other domains; the worst decides (ASTCT 2019)."""
    return max(
        _CONSCIOUSNESS[neuro.consciousness],
        _SEIZURE[neuro.seizure],
        _MOTOR_WEAKNESS if neuro.motor_weakness else 0,
        _OEDEMA[neuro.cerebral_edema],
    )


def icans(state: State, now: datetime, ice_fresh: timedelta, neuro_fresh: timedelta) -> IcansGrade:
    """Return the ICANS grade at `now`: the worst domain; stale 0 is unknown, stale more is kept, at least."""
    parts: list[tuple[int, bool]] = []
    words: list[str] = []
    at_least = False
    if state.ice_scores:
        at, score = state.ice_scores[-1]
        parts.append((ice_grade(score), now < at + ice_fresh))
        at_least = score == _ICE_SEVERE and state.neuro is None
    if state.capd is not None:
        parts.append((capd_grade(state.capd), now < state.capd.at + ice_fresh))
    if state.neuro is not None:
        parts.append((neuro_grade(state.neuro), now < state.neuro.at + neuro_fresh))
    known = [(part, fresh) for part, fresh in parts if fresh or part]
    if not parts:
        return IcansGrade(None, at_least=False)
    if any(not fresh for _, fresh in parts):
        words.append("ICANS answer is stale")
    if not known:
        return IcansGrade(None, at_least=False, words=tuple(words))
    worst = max(part for part, _ in known)
    stale = any(not fresh for _, fresh in parts)
    return IcansGrade(worst, at_least=bool(worst) and (at_least or stale), words=tuple(words))


class ShockIndex(msgspec.Struct, frozen=True):
    """Pulse over systolic pressure, compared exactly and printed to two decimals."""

    pulse_bpm: Decimal
    systolic_mmhg: Decimal

    @property
    def cents(self) -> Decimal:
        """The ratio rounded half up to two decimals, for printing only."""
        return (self.pulse_bpm / self.systolic_mmhg).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)

    def at_least(self, limit: Decimal) -> bool:
        """Whether the exact ratio is at or above `limit`."""
        return self.pulse_bpm >= limit * self.systolic_mmhg

    def above(self, other: "ShockIndex", by: Decimal) -> bool:
        """Whether the exact ratio is at least `by` above the other's."""
        gap = self.pulse_bpm * other.systolic_mmhg - other.pulse_bpm * self.systolic_mmhg
        return gap >= by * self.systolic_mmhg * other.systolic_mmhg


def shock_index(state: State) -> ShockIndex | None:
    """Return the newest cuff reading with the pulse that belongs to it, None when there is no such pair.

    Which pulse belongs to it: docs/behaviour.md, "Urgency". Limits: monitor/data/rules.toml, engineering.
    """
    cuff, pulse = state.tracks["blood_pressure"].newest, state.shock_pulse
    return None if cuff is None or pulse is None else ShockIndex(pulse.numbers[0], cuff.numbers[0])


def nearer_pulse(cuff: Value, chosen: Value | None, candidate: Value, within: timedelta) -> Value | None:
    """Return which pulse belongs to a cuff reading: that of the same reading, else the nearest within `within`."""
    if abs(candidate.at - cuff.at) > within:
        return chosen
    if chosen is None or _distance(cuff, candidate) < _distance(cuff, chosen):
        return candidate
    return chosen


def _distance(cuff: Value, pulse: Value) -> tuple[bool, timedelta]:
    return (pulse.site != "cuff" or pulse.at != cuff.at, abs(pulse.at - cuff.at))


def news2(state: State, now: datetime, *, scale2: bool) -> News2:
    """Return NEWS2 (RCP 2017, chart 1) over the fresh values: a partial sum unless all seven were measured.

    Without entered support the patient counts as on air, without a neurological examination as alert.
    """
    fresh = {name: track.newest for name, track in state.tracks.items() if track.newest and track.fresh(now)}
    on_oxygen = state.support is not None and state.support.oxygen_device != "none"
    parts = [
        _sum(fresh, "respiratory_rate", _breaths),
        _saturation(fresh.get("oximetry"), on_oxygen=on_oxygen, scale2=scale2),
        _sum(fresh, "blood_pressure", _systolic),
        _sum(fresh, "pulse", _pulse),
        _sum(fresh, "temperature", _temperature),
    ]
    measured = [part for part in parts if part is not None]
    if not measured:
        return News2(score=None, complete=False)
    alert = state.neuro is None or state.neuro.consciousness == "spontaneous"
    score = sum(measured) + (2 if on_oxygen else 0) + (0 if alert else 3)
    complete = len(measured) == len(parts) and state.support is not None and state.neuro is not None
    return News2(score=score, complete=complete)


def _sum(fresh: dict[str, Value], name: str, band: "Band") -> int | None:
    value = fresh.get(name)
    return None if value is None else band(value.numbers[0])


class Band:
    """Points of one vital: those of the first row whose upper limit the value does not exceed."""

    def __init__(self, *rows: tuple[str, int], above: int) -> None:
        self._limits = [Decimal(limit) for limit, _ in rows]
        self._points = [*(points for _, points in rows), above]

    def __call__(self, number: Decimal) -> int:
        """Return the points of `number`."""
        return self._points[bisect_left(self._limits, number)]


_breaths = Band(("8", 3), ("11", 1), ("20", 0), ("24", 2), above=3)
_systolic = Band(("90", 3), ("100", 2), ("110", 1), ("219", 0), above=3)
_pulse = Band(("40", 3), ("50", 1), ("90", 0), ("110", 1), ("130", 2), above=3)
_temperature = Band(("35.0", 3), ("36.0", 1), ("38.0", 0), ("39.0", 1), above=2)
_scale1 = Band(("91", 3), ("93", 2), ("95", 1), above=0)
_scale2_air = Band(("83", 3), ("85", 2), ("87", 1), above=0)
_scale2_oxygen = Band(("83", 3), ("85", 2), ("87", 1), ("92", 0), ("94", 1), ("96", 2), above=3)


def _saturation(value: Value | None, *, on_oxygen: bool, scale2: bool) -> int | None:
    if value is None:
        return None
    if not scale2:
        return _scale1(value.numbers[0])
    return (_scale2_oxygen if on_oxygen else _scale2_air)(value.numbers[0])
