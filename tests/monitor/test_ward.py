"""A whole ward at once says of every patient what one patient alone is told: the arrays against the scalar rules."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.native_object import read_object
from gateway.reading import Reading
from monitor import columns, ward_columns
from monitor.columns import Bedside
from monitor.course import Course
from monitor.record import Baseline, Limit, Profile, ReadingTaken, Regimen
from monitor.rulebook import load_rules
from monitor.scores import ShockIndex
from monitor.state import ROUTINE, URGENT, Value
from monitor.triage import rank_alone, row_of, strictest
from monitor.ward import GROUPS, Table, urgency_of
from monitor.ward_columns import NOT_MEASURED, Bedsides, Column, is_watched_site

RULES = load_rules()
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
SITES = ["oral", "axillary", "tympanic", "rectal", "skin", "toe", "unknown"]
FLAGS = [[], ["poor_signal"], ["cuff_loose"], ["demo"], ["other_user"]]


def near(*limits, low, high, places=1):
    """Numbers of a vital: anything possible, and above all the limits and what lies beside them."""
    beside = [Decimal(limit) + step for limit in limits for step in (Decimal("-0.01"), Decimal(0), Decimal("0.01"))]
    anywhere = st.decimals(Decimal(low), Decimal(high), places=places, allow_nan=False, allow_infinity=False)
    return st.one_of(st.sampled_from(beside), anywhere)


warmth = near("37.5", "38.0", "39.5", "36.8", low=34, high=42, places=2)
systolics = near(90, 94, 99, 100, 104, low=51, high=180)
diastolics = near(52, 60, low=30, high=120)
saturations = near(88, 92, 94, 96, low=60, high=100)
pulses = near(100, 110, 120, 130, "93.6", low=40, high=190)
breaths = near(21, 25, 30, low=6, high=45)
maybe = st.none


def some(numbers):
    return st.one_of(st.none(), numbers)


baselines = st.builds(
    Baseline,
    temperature_c=some(st.sampled_from([Decimal("36.6"), Decimal("37.45"), Decimal("37.3")])),
    systolic_mmhg=some(st.sampled_from([Decimal(124), Decimal("131.5"), Decimal(100)])),
    diastolic_mmhg=st.none(),
    spo2_pct=some(st.sampled_from([Decimal(97), Decimal("94.5"), Decimal(91)])),
    pulse_bpm=some(st.sampled_from([Decimal(74), Decimal("61.25"), Decimal(95)])),
)
limits = st.dictionaries(
    st.sampled_from(["temperature", "oximetry", "blood_pressure", "respiratory_rate"]),
    st.builds(
        Limit, urgent=some(st.sampled_from([Decimal(88), Decimal("36.5")])), emergency=some(st.just(Decimal(85)))
    ),
    max_size=2,
)
bedsides = st.builds(
    Bedside,
    baseline=baselines,
    limits=limits,
    scale2=st.booleans(),
    beta_blocker=st.booleans(),
    minor=st.booleans(),
    masked=st.booleans(),
    symptomatic=st.booleans(),
)


def wards(*values, most=12):
    """Lists of patients, each with these values; none of a value is as likely as one."""
    return st.lists(st.tuples(bedsides, *(some(value) for value in values)), min_size=1, max_size=most)


def value_of(*numbers, site=None, back=False):
    return Value(at=NOW, numbers=numbers, site=site, back=back)


def ranks_of(rows, one):
    return [one(*row) if all(number is not None for number in row[1:]) else NOT_MEASURED for row in rows]


@given(wards(systolics, diastolics))
def test_a_ward_of_pressures_is_ranked_as_each_alone(ward):
    expected = ranks_of(ward, lambda bed, high, low: columns.pressure(value_of(high, low), bed, RULES)[0])
    bed, high, low = zip(*ward, strict=True)
    assert ward_columns.pressure(Column.of(high), Column.of(low), Bedsides.of(bed), RULES).tolist() == expected


@given(wards(saturations))
def test_a_ward_of_saturations_is_ranked_as_each_alone(ward):
    expected = ranks_of(ward, lambda bed, spo2: columns.saturation(value_of(spo2), bed, RULES)[0])
    bed, spo2 = zip(*ward, strict=True)
    assert ward_columns.saturation(Column.of(spo2), Bedsides.of(bed), RULES).tolist() == expected


@given(wards(breaths))
def test_a_ward_of_breaths_is_ranked_as_each_alone(ward):
    expected = ranks_of(ward, lambda bed, rate: columns.breaths(value_of(rate), bed, RULES)[0])
    bed, rate = zip(*ward, strict=True)
    assert ward_columns.breaths(Column.of(rate), Bedsides.of(bed), RULES).tolist() == expected


@given(
    st.lists(
        st.tuples(bedsides, some(warmth), st.sampled_from(SITES), st.booleans(), st.booleans(), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_a_ward_of_temperatures_is_ranked_as_each_alone(ward):
    def alone(bed, celsius, site, red, urgent, back):
        if celsius is None:
            return NOT_MEASURED
        value = value_of(celsius, site=site, back=back)
        words = ("oximetry" if red else "", "pulse" if urgent else "")
        return columns.temperature(value, bed, RULES, red=words[0], urgent=words[1] or words[0])[0]

    bed, celsius, sites, red, urgent, back = zip(*ward, strict=True)
    found = ward_columns.temperature(
        Column.of(celsius),
        is_watched_site(sites),
        Bedsides.of(bed),
        RULES,
        red=np.array(red),
        urgent=np.array(red) | np.array(urgent),
        back=np.array(back),
    )
    assert found.tolist() == [alone(*row) for row in ward]


@given(
    st.lists(st.tuples(bedsides, some(pulses), some(pulses), some(systolics), st.booleans()), min_size=1, max_size=12)
)
def test_a_ward_of_pulses_and_shock_indices_is_ranked_as_each_alone(ward):
    def alone(bed, rate, index_pulse, systolic, warm):
        if rate is None:
            return NOT_MEASURED
        index = None if index_pulse is None or systolic is None else ShockIndex(index_pulse, systolic)
        return columns.pulse(value_of(rate), index, bed, RULES, fever_or_low_pressure=warm)[0]

    bed, rate, index_pulse, systolic, warm = zip(*ward, strict=True)
    found = ward_columns.pulse(
        *map(Column.of, (rate, index_pulse, systolic)), Bedsides.of(bed), RULES, fever_or_low_pressure=np.array(warm)
    )
    assert found.tolist() == [alone(*row) for row in ward]


@given(st.lists(st.tuples(some(st.integers(0, 10)), some(st.integers(0, 10))), min_size=1))
def test_a_ward_of_ice_scores_is_ranked_as_each_alone(ward):
    scores, best = zip(*ward, strict=True)
    expected = [
        NOT_MEASURED if score is None else columns.ice(value_of(Decimal(score)), top, RULES)[0] for score, top in ward
    ]
    assert ward_columns.ice(scores, best, RULES).tolist() == expected


def groups_of(**values):
    """Make one message of a hub, its values as they were sent: either unit, marked or not, nothing at all."""
    body = {}
    if values["warmth"] is not None:
        celsius, unit = values["warmth"], values["unit"]
        sent = celsius if unit == "Cel" else celsius * 9 / 5 + 32
        body["temperature"] = {"value": sent, "unit": unit, "site": values["site"]}
    if values["spo2"] is not None:
        body["oximetry"] = {"spo2_pct": values["spo2"], "pulse_bpm": values["pulse"], "flags": values["flags"]}
    if values["cuff"] is not None:
        high, low = values["cuff"]
        body["blood_pressure"] = {"systolic_mmhg": high, "diastolic_mmhg": low, "pulse_bpm": values["cuff_pulse"]}
    body["respiratory_rate_bpm"] = values["breaths"]
    return {name: group for name, group in body.items() if group is not None} or {"respiratory_rate_bpm": Decimal(16)}


odd = st.sampled_from([Decimal(0), Decimal(127), Decimal(255), Decimal(15), Decimal(45)])
messages = st.builds(
    groups_of,
    warmth=some(st.one_of(warmth, st.sampled_from([Decimal("29.5"), Decimal(46)]))),
    unit=st.sampled_from(["Cel", "[degF]"]),
    site=st.sampled_from(SITES),
    spo2=some(st.one_of(saturations, odd)),
    pulse=some(st.one_of(pulses, odd)),
    flags=st.sampled_from(FLAGS),
    cuff=some(st.tuples(st.one_of(systolics, odd), diastolics)),
    cuff_pulse=some(st.one_of(pulses, odd)),
    breaths=some(st.one_of(breaths, odd)),
)
profiles = st.builds(
    Profile,
    code=st.just("P-0001"),
    born=st.sampled_from([None, "1956-03-01", "2012-03-01"]),
    baseline=baselines,
    spo2_scale=st.sampled_from([1, 2]),
    conditions=st.sampled_from([frozenset(), frozenset({"beta_blocker"})]),
    limits=limits.map(lambda own: tuple(sorted(own.items()))),
)


def bedside_of(profile):
    return Bedside(
        baseline=profile.baseline,
        limits=dict(profile.limits),
        scale2=profile.spo2_scale == 2,
        beta_blocker="beta_blocker" in profile.conditions,
        minor=profile.born == "2012-03-01",
        masked=False,
        symptomatic=False,
    )


def ward_urgency(readings, bedsides):
    """What each reading says of the patient whose bedside has the same place in the list."""
    return urgency_of(Table.of([row_of(reading, RULES) for reading in readings]), Bedsides.of(bedsides), RULES)


@settings(deadline=None)
@given(st.lists(st.tuples(profiles, messages), min_size=1, max_size=8))
def test_a_made_ward_is_told_at_once_what_the_fold_tells_each_patient(ward):
    """Missing, doubtful, marked, impossible, either unit, own limits, baselines, sites: all through the fold."""
    readings = [read_object({**message, "measured_at": NOW.isoformat()}, NOW) for _, message in ward]
    assert all(isinstance(reading, Reading) for reading in readings)
    found = ward_urgency(readings, [bedside_of(profile) for profile, _ in ward])
    for place, ((profile, _), reading) in enumerate(zip(ward, readings, strict=True)):
        assert rank_alone(reading, bedside_of(profile), RULES) == max(found.worst[place], ROUTINE)
        assert rank_alone(reading, strictest(profile, NOW, RULES), RULES) >= found.worst[place]
        event = ReadingTaken(at=NOW, ref="r1", reading=reading, graded_at=NOW)
        course = Course(profile, Regimen(), RULES, [event])
        assert course.find(NOW).urgency == max(found.worst[place], ROUTINE)
        for group in GROUPS:
            track = course.state.tracks[group]
            assert (track.newest is None) == (found.ranks[group][place] == NOT_MEASURED), group
            assert track.rank == max(found.ranks[group][place], ROUTINE), group


def test_what_is_below_the_floor_is_urgent_and_has_no_rank():
    reading = read_object({"measured_at": NOW.isoformat(), "oximetry": {"spo2_pct": 41}}, NOW)
    found = ward_urgency([reading], [bedside_of(Profile(code="P-1"))])
    assert found.ranks["oximetry"].tolist() == [NOT_MEASURED]
    assert found.worst.tolist() == [URGENT]


def test_a_value_below_the_floor_makes_no_emergency_of_a_fever():
    reading = read_object(
        {
            "measured_at": NOW.isoformat(),
            "temperature": {"value": Decimal("38.4"), "unit": "Cel"},
            "oximetry": {"spo2_pct": Decimal(15)},
        },
        NOW,
    )
    patient = Profile(code="P-1")
    course = Course(patient, Regimen(), RULES, [ReadingTaken(at=NOW, ref="r1", reading=reading, graded_at=NOW)])
    bedside = bedside_of(patient)
    assert course.find(NOW).urgency == URGENT
    assert ward_urgency([reading], [bedside]).worst.tolist() == [URGENT]
    assert rank_alone(reading, bedside, RULES) == URGENT


@pytest.mark.parametrize("value", ["37.9999999999999999999999999999999999999999", "37.99", "1e-40"])
def test_no_number_is_rounded_up_to_a_limit_however_many_digits_it_has(value):
    celsius = Decimal(value) if value.startswith("37") else Decimal(38) - Decimal(value).scaleb(39)
    quiet = np.array([False])
    rank = ward_columns.temperature(
        Column.of([celsius]),
        quiet,
        Bedsides.of([bedside_of(Profile(code="P-1"))]),
        RULES,
        red=quiet,
        urgent=quiet,
        back=quiet,
    )
    assert rank.tolist() == [1]


def test_a_ward_without_readings_is_no_error():
    found = ward_urgency([], [])
    assert found.worst.tolist() == []


def test_a_reading_of_another_minute_changes_nothing():
    """One reading by itself does not depend on when it was taken."""
    body = {"temperature": {"value": Decimal("38.4"), "unit": "Cel"}, "oximetry": {"spo2_pct": Decimal(93)}}
    readings = [
        read_object({**body, "measured_at": (NOW + timedelta(minutes=m)).isoformat()}, NOW + timedelta(minutes=m))
        for m in (0, 7)
    ]
    found = ward_urgency(readings, [bedside_of(Profile(code="P-1"))] * 2)
    assert found.worst.tolist() == [3, 3]
