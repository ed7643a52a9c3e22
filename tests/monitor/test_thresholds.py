"""A line that a chart draws is where the trigger table changes its mind, for every patient."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import columns
from monitor.columns import Bedside
from monitor.record import Baseline, Limit
from monitor.rulebook import load_rules
from monitor.state import EMERGENCY, URGENT, Value
from monitor.thresholds import Threshold, thresholds

RULES = load_rules()
AT = None


def value(*numbers: Decimal) -> Value:
    return Value(AT, numbers)


def tenths(low: int, high: int):
    return st.integers(low * 10, high * 10).map(lambda number: Decimal(number) / 10)


limits = st.builds(Limit, urgent=st.none() | tenths(80, 110), emergency=st.none() | tenths(60, 95))
saturations = st.builds(Limit, urgent=st.none() | tenths(85, 96), emergency=st.none() | tenths(80, 92))
temperatures = st.builds(Limit, urgent=st.none() | tenths(34, 36), emergency=st.none() | tenths(33, 35))
bedsides = st.builds(
    Bedside,
    baseline=st.builds(
        Baseline, systolic_mmhg=st.none() | st.integers(90, 180).map(Decimal), spo2_pct=st.none() | tenths(88, 100)
    ),
    limits=st.fixed_dictionaries(
        {}, optional={"blood_pressure": limits, "oximetry": saturations, "temperature": temperatures}
    ),
    scale2=st.booleans(),
    beta_blocker=st.booleans(),
    minor=st.booleans(),
    masked=st.booleans(),
    symptomatic=st.booleans(),
)


def rank_of(lines: tuple[Threshold, ...], number: Decimal) -> int:
    ranks = {"urgent": URGENT, "emergency": EMERGENCY}
    return max((ranks[line.rank] for line in lines if line.reached_by(number)), default=0)


def at_least_urgent(column: columns.Column) -> int:
    return column[0] if column[0] >= URGENT else 0


@settings(max_examples=150)
@given(bedside=bedsides, number=tenths(60, 200))
def test_a_pressure_is_urgent_by_itself_exactly_beyond_the_line_drawn_for_this_patient(bedside, number):
    # High enough that the mean arterial pressure, which no chart draws, says nothing.
    judged = columns.pressure(value(number, Decimal(150)), bedside, RULES)
    assert at_least_urgent(judged) == rank_of(thresholds(bedside, RULES).systolic, number)


@settings(max_examples=150)
@given(bedside=bedsides, number=tenths(78, 100))
def test_a_saturation_is_urgent_by_itself_exactly_beyond_the_line_drawn_for_this_patient(bedside, number):
    judged = columns.saturation(value(number), bedside, RULES)
    assert at_least_urgent(judged) == rank_of(thresholds(bedside, RULES).spo2, number)


@settings(max_examples=100)
@given(bedside=bedsides, number=tenths(33, 42))
def test_a_temperature_is_urgent_by_itself_exactly_beyond_the_line_drawn_for_this_patient(bedside, number):
    judged = columns.temperature(value(number), bedside, RULES, red="", urgent="")
    assert at_least_urgent(judged) == rank_of(thresholds(bedside, RULES).temperature, number)


@settings(max_examples=100)
@given(bedside=bedsides, number=st.integers(30, 200).map(Decimal))
def test_a_pulse_is_urgent_by_itself_exactly_beyond_the_line_drawn_for_this_patient(bedside, number):
    judged = columns.pulse(value(number), None, bedside, RULES, fever_or_low_pressure=False)
    assert at_least_urgent(judged) == rank_of(thresholds(bedside, RULES).pulse, number)


@pytest.mark.parametrize(
    ("more", "line", "why"),
    [
        ({}, 100, "rules"),
        ({"baseline": Baseline(systolic_mmhg=Decimal(150))}, 120, "30 under baseline"),
        ({"limits": {"blood_pressure": Limit(urgent=Decimal(92), emergency=None)}}, 92, "own limit"),
    ],
)
def test_a_line_says_where_its_number_comes_from(more, line, why):
    plain = {"baseline": Baseline(), "limits": {}}
    off = dict.fromkeys(("scale2", "beta_blocker", "minor", "masked", "symptomatic"), False)
    urgent, _ = thresholds(Bedside(**{**plain, **off, **more}), RULES).systolic
    assert (urgent.value, urgent.why) == (line, why)
