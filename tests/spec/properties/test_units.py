"""Properties of units: what is written in another unit is the same value, to the last digit."""

import re
from decimal import Decimal

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.native_object import to_celsius
from monitor.catalogue import same_unit
from spec_courses import RULES, cases
from spec_shorthand import timeline
from spec_tables import replayed

CELSIUS = st.decimals(Decimal(20), Decimal(50), places=6)
FAHRENHEIT = st.decimals(Decimal(68), Decimal(122), places=6)
FEVER_C = Decimal("38.0")
STEPS = [step for drug in RULES.catalogue.drugs for each in drug.schedules for step in each.steps if step.amount]


def to_fahrenheit(celsius: Decimal) -> Decimal:
    return celsius * 9 / 5 + 32


@cases(200, 2)
@given(CELSIUS)
def test_celsius_to_fahrenheit_and_back_is_the_same_number(celsius):
    assert to_celsius(to_fahrenheit(celsius), "[degF]") == celsius
    assert to_celsius(celsius, "Cel") == celsius


@cases(200, 2)
@given(FAHRENHEIT)
def test_fahrenheit_to_celsius_never_rounds_up_and_loses_nothing_anybody_reads(fahrenheit):
    celsius = to_celsius(fahrenheit, "[degF]")
    assert celsius * 9 <= (fahrenheit - 32) * 5
    assert round(to_fahrenheit(celsius), 12) == fahrenheit


@cases(200, 2)
@given(FAHRENHEIT, FAHRENHEIT)
def test_no_conversion_changes_which_of_two_is_warmer(one, other):
    assert (to_celsius(one, "[degF]") < to_celsius(other, "[degF]")) == (one < other)


@cases(200, 2)
@given(FAHRENHEIT)
def test_fever_begins_at_the_same_value_in_both_units(fahrenheit):
    assert (to_celsius(fahrenheit, "[degF]") >= FEVER_C) == (fahrenheit >= Decimal("100.4"))


@cases(200, 2)
@given(
    st.sampled_from(STEPS),
    st.sampled_from(["ug", "mcg", "\u00b5g", "\u03bcg", "microgram", "micrograms", "MCG", "mcg "]),
)
def test_a_microgram_is_a_microgram_however_it_is_written(step, written):
    told = step.unit.replace("mcg", written)
    assert same_unit(told, step.unit)
    assert same_unit(step.unit, told)
    assert not same_unit(told, step.unit.replace("mcg", "mg")) or "mcg" not in step.unit


@cases(20, 0.5)
@given(st.lists(st.decimals(Decimal("36.0"), Decimal("40.5"), places=1), min_size=1, max_size=5))
@example([Decimal("37.6")])
@example([Decimal("40.0")])
def test_a_course_told_in_fahrenheit_is_answered_like_one_told_in_celsius(temperatures):
    def told(spell):
        readings = [f"{hour}h well T {spell(celsius)}" for hour, celsius in enumerate(temperatures, 1)]
        return [_plainly(answer) for answer in replayed(timeline("; ".join(["0h dose SUD1", *readings])))]

    assert told(lambda celsius: f"{celsius}") == told(lambda celsius: f"{to_fahrenheit(celsius).normalize():f}F")


def _plainly(answer):
    """Return the answer with 40.0 and 40 written alike: a display keeps the digits that were measured."""
    return msgspec.structs.replace(answer, reasons=tuple(re.sub(r"\.0\b", "", reason) for reason in answer.reasons))


@cases(20, 0.5)
@given(st.decimals(Decimal("99.6"), Decimal("106.0"), places=1))
@example(Decimal("100.9"))
def test_no_reason_shows_more_than_hundredths_of_a_degree_or_more_than_was_measured(fahrenheit):
    reason = replayed(timeline(f"0h dose SUD1; 1h well T {fahrenheit}F"))[-1].reasons[0]
    shown = Decimal(re.fullmatch(r"temperature (\S+) C .*", reason)[1])
    assert shown.as_tuple().exponent >= -2
    assert 0 <= to_celsius(fahrenheit, "[degF]") - shown < Decimal("0.01")
