"""Properties of every timeline: what order, repetition, window, mask and worse values can never do."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.assessment import URGENCIES
from spec_courses import cases
from spec_shorthand import START
from spec_tables import changes, replayed

pytestmark = pytest.mark.slow

PATIENT: Mapping[str, Any] = {
    "code": "P-0001",
    "timezone": "UTC",
    "baseline": {"temperature_c": 36.6, "systolic_mmhg": 124, "diastolic_mmhg": 76, "spo2_pct": 97, "pulse_bpm": 74},
}
FEW = cases(30, 0.2)


def _decimals(low: str, high: str, places: int = 1) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(low), Decimal(high), places=places, allow_nan=False, allow_infinity=False)


temperatures = st.builds(
    lambda value, site: {"value": value, "unit": "Cel", "site": site},
    _decimals("34", "41"),
    st.sampled_from(["oral", "axillary", "tympanic"]),
)
oximetries = st.builds(
    lambda spo2, pulse: {"spo2_pct": spo2, "pulse_bpm": pulse}, st.integers(80, 100), st.integers(50, 140)
)
pressures = st.builds(
    lambda systolic, gap: {"systolic_mmhg": systolic, "diastolic_mmhg": systolic - gap},
    st.integers(75, 170),
    st.integers(15, 50),
)
full_readings = st.fixed_dictionaries(
    {"temperature": temperatures, "oximetry": oximetries, "blood_pressure": pressures},
).map(lambda groups: {"type": "reading", **groups})
readings = st.fixed_dictionaries(
    {},
    optional={
        "temperature": temperatures,
        "oximetry": oximetries,
        "blood_pressure": pressures,
        "respiratory_rate_bpm": st.integers(10, 35),
    },
).map(lambda groups: {"type": "reading", **(groups or {"respiratory_rate_bpm": 16})})
medications = st.sampled_from(["acetaminophen", "ibuprofen", "dexamethasone", "tocilizumab"]).map(
    lambda name: {"type": "medication", "name": name}
)
supports = st.builds(
    lambda pressors, device: {
        "type": "support",
        "vasopressors": pressors,
        "vasopressin": False,
        "fluids_for_hypotension": False,
        "oxygen": {"device": device, "flow_l_min": 4, "indication": "hypoxia"},
    },
    st.sampled_from([[], ["norepinephrine"], ["norepinephrine", "epinephrine"]]),
    st.sampled_from(["none", "nasal_cannula", "face_mask", "cpap"]),
)
others = st.sampled_from(
    [
        {"type": "tick"},
        {"type": "symptom", "names": ["dizziness"]},
        {"type": "symptom", "names": []},
        {"type": "attribution", "sign": "fever", "cause": "infection"},
        {"type": "clinician_grade", "syndrome": "crs", "grade": 2, "by": "ada"},
        {"type": "ice", "orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 1},
        {"type": "dose", "step": "SUD1", "amount": None, "ended_at": None},
    ]
)


@st.composite
def courses(draw: st.DrawFn, bodies: st.SearchStrategy[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a dose and up to a dozen events at distinct minutes over five days."""
    minutes = sorted(draw(st.lists(st.integers(1, 7200), min_size=1, max_size=12, unique=True)))
    dose = {"at": START.isoformat(), "type": "dose", "step": "SUD1", "amount": None, "ended_at": None}
    return [dose, *[{"at": _at(minute), **draw(bodies)} for minute in minutes]]


def _at(minute: int) -> str:
    return (START + timedelta(minutes=minute)).isoformat()


def _answers(events: list[dict[str, Any]], drug: str = "teclistamab") -> list[Any]:
    return replayed({"patient": PATIENT, "regimen": {"drug": drug}, "events": events})


def _rank(answer: Any) -> int:
    return URGENCIES.index(answer.urgency)


anything = st.one_of(readings, readings, full_readings, medications, supports, others)


@FEW
@given(course=courses(anything), order=st.randoms(use_true_random=False))
def test_the_order_of_events_in_the_file_does_not_matter(course, order):
    shuffled = list(course)
    order.shuffle(shuffled)
    assert _answers(shuffled) == _answers(course)


@FEW
@given(course=courses(st.one_of(readings, full_readings, medications)), which=st.integers(0, 11))
def test_the_same_reading_twice_changes_nothing(course, which):
    events = [event for event in course if event["type"] == "reading"]
    assume(events)
    twice = events[which % len(events)]
    position = course.index(twice)
    repeated = [*course[:position], twice, *course[position:]]
    assert _answers(repeated)[-1] == _answers(course)[-1]


@FEW
@given(course=courses(anything))
def test_grade_0_is_never_given_to_a_patient_nobody_can_see(course):
    for answer in _answers(course):
        assert not (answer.sight.state == "blind" and answer.crs.grade == 0)


@FEW
@given(course=courses(anything))
def test_only_a_suspected_or_incomplete_grade_is_at_least_and_only_a_grade_is_certain(course):
    for answer in _answers(course):
        crs = answer.crs
        assert (crs.certainty == "none") == (crs.grade in {None, 0})
        assert not (crs.certainty == "suspected" and not crs.at_least)
        assert not (crs.grade in {None, 0} and crs.at_least)
        assert crs.hypotension_grade in {None, 0, 2, 3, 4}
        assert crs.hypoxia_grade in {None, 0, 2, 3, 4}
        assert not (crs.fever_masked and crs.fever)


@FEW
@given(course=courses(anything))
def test_the_peak_of_an_episode_never_falls(course):
    peaks: dict[int, int] = {}
    for answer in _answers(course):
        episode = answer.crs.episode
        if episode and episode.peak is not None:
            assert episode.peak >= peaks.get(episode.number, 0)
            peaks[episode.number] = episode.peak


@FEW
@given(course=courses(full_readings))
def test_the_window_never_lowers_the_urgency_of_values(course):
    known, unknown = _answers(course), _answers(course, drug="moonbodymab")
    for one, other in zip(known, unknown, strict=True):
        if one.sight.state == "seen" and not one.sight.overdue and not other.sight.overdue:
            assert _rank(one) >= _rank(other)
            assert one.crs.grade == other.crs.grade


@FEW
@given(course=courses(full_readings), minute=st.integers(1, 7200), medicine=medications)
def test_a_mask_never_lowers_urgency(course, minute, medicine):
    assume(_at(minute) not in {event["at"] for event in course})
    masked = sorted([*course, {"at": _at(minute), **medicine}], key=lambda event: event["at"])
    plain = {answer.at: _rank(answer) for answer in _answers(course)}
    for answer in _answers(masked):
        if answer.at in plain:
            assert _rank(answer) >= plain[answer.at]


@FEW
@given(course=courses(full_readings), last=full_readings, worse=st.sampled_from(["warmer", "lower", "emptier"]))
def test_a_worse_value_never_lowers_urgency(course, last, worse):
    at = _at(7300)
    sicker = {**last}
    match worse:
        case "warmer":
            sicker["temperature"] = {**last["temperature"], "value": last["temperature"]["value"] + Decimal("1.5")}
        case "lower":
            pressure = last["blood_pressure"]
            sicker["blood_pressure"] = {
                "systolic_mmhg": pressure["systolic_mmhg"] - 15,
                "diastolic_mmhg": max(20, pressure["diastolic_mmhg"] - 15),
            }
        case "emptier":
            sicker["oximetry"] = {**last["oximetry"], "spo2_pct": last["oximetry"]["spo2_pct"] - 3}
    well = _answers([*course, {"at": at, **last}])[-1]
    ill = _answers([*course, {"at": at, **sicker}])[-1]
    assert _rank(ill) >= _rank(well)


@FEW
@given(course=courses(full_readings))
def test_silence_never_calms(course):
    """Between two readings urgency may only rise: a value keeps its urgency until a fresh one replaces it."""
    ticks = [{"at": _at(7200 + 60 * hour), "type": "tick"} for hour in range(1, 30)]
    ranks = [_rank(answer) for answer in _answers([*course, *ticks])][len(course) - 1 :]
    assert ranks == sorted(ranks)


@FEW
@given(course=courses(anything), minutes=st.lists(st.integers(1, 7200), max_size=5, unique=True))
def test_looking_more_often_changes_nothing(course, minutes):
    taken = {event["at"] for event in course}
    ticks = [{"at": _at(minute), "type": "tick"} for minute in minutes if _at(minute) not in taken]
    looked = sorted([*course, *ticks], key=lambda event: event["at"])
    expected = {answer.at: answer for answer in _answers(course)}
    for answer in _answers(looked):
        if answer.at in expected:
            assert answer == expected[answer.at]


@FEW
@given(course=courses(anything))
def test_between_the_printed_lines_nothing_but_ages_changes(course):
    timeline = {"patient": PATIENT, "regimen": {"drug": "teclistamab"}, "events": course}
    printed = changes(timeline)
    assert all(_without_ages(one) != _without_ages(other) for one, other in pairwise(printed))
    for answer in replayed(timeline):
        current = [line for line in printed if line.at <= answer.at][-1]
        assert _without_ages(current) == _without_ages(answer)


def _without_ages(answer: Any) -> Any:
    return msgspec.structs.replace(
        answer,
        at=START,
        sight=msgspec.structs.replace(answer.sight, oldest_minutes=None),
        window=msgspec.structs.replace(
            answer.window,
            hours_since_dose=None,
            quantile=None,
            crs_probability=None,
            crs_probability_range=None,
            residual_risk=None,
        ),
        next_due=None,
    )
