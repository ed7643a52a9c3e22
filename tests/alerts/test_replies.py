"""What a text means, and what is asked back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.replies import Entered, NotUnderstood, OnTheWay, read_caregiver
from alerts.staff_replies import Accept, StaffReply, read_staff

FULL = Entered(
    letter=None,
    temperature=Decimal("38.4"),
    spo2_pct=Decimal(94),
    systolic_mmhg=Decimal(104),
    diastolic_mmhg=Decimal(61),
    pulse_bpm=Decimal(110),
)


@given(st.permutations(["T 38.4", "S 94", "B 104/61", "P 110"]), st.sampled_from([" ", ", ", "; ", "\n"]))
def test_values_come_in_any_order(parts, between):
    assert read_caregiver(between.join(parts)) == FULL


@pytest.mark.parametrize(
    "text",
    [
        "T 38,4 S 94 B 104/61 P 110",
        "t38.4 s94 b104/61 p110",
        "t38.4s94b104/61p110",
        "Temp: 38.4 C, SpO2: 94%, BP: 104/61, pulse 110.",
        "T=38.4 O2 94 BP 104 / 61 HR 110",
        "T 38.4°C S 94 % B 104/61 P 110",
    ],
)
def test_the_same_values_are_understood_as_people_write_them(text):
    assert read_caregiver(text) == FULL


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("T 38.4", "38.4", "Cel"),
        ("T 101.2 F", "101.2", "[degF]"),
        ("T 101,2F", "101.2", "[degF]"),
        ("T 38", "38", "Cel"),
    ],
)
def test_a_temperature_keeps_the_unit_it_was_meant_in(text, value, unit):
    said = read_caregiver(text)
    assert isinstance(said, Entered)
    assert (said.temperature, said.temperature_unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("T 101.2", "T 101.2 cannot be a temperature. Did you mean T 101.2 F?"),
        ("T 384", "T 384 cannot be a temperature."),
        ("T 38.4 F", "T 38.4 cannot be a temperature."),
        ("T 24.9", "T 24.9 cannot be a temperature."),
        ("T 45.1", "T 45.1 cannot be a temperature. "),
        ("S 101", "S 101 cannot be right."),
        ("S 0", "S 0 cannot be right."),
        ("S 94.5", "S needs a whole number."),
        ("B 61/104", "B 61/104 cannot be right: the first number is the higher one."),
        ("B 104/104", "B 104/104 cannot be right: the first number is the higher one."),
        ("B 301/61", "B 301 cannot be right."),
        ("B 104", "B needs both numbers, such as B 104/61."),
        ("P 110", "Send the pulse P together with S or B."),
        ("S 94 P 301", "P 301 cannot be right."),
        ("T 38.4 T 38.5", "T came twice; send it once."),
        ("T 38.4/94", "T needs one number, such as T 38.4."),
        ("S 94 C", "S has no unit C."),
        ("38.4", "Not understood: 38.4."),
        ("T 38.4 X 3", "Not understood: X."),
        ("T 38.4.5", "Not understood: T."),
        ("T 38.4 and S 94", "Not understood."),
        ("he is fine", "Not understood."),
        ("", "The text was empty."),
    ],
)
def test_a_mistake_is_asked_back_and_nothing_of_the_text_is_taken(text, sentence):
    said = read_caregiver(text)
    assert isinstance(said, NotUnderstood)
    assert said.sentence.startswith(sentence.strip())


@pytest.mark.parametrize(
    ("text", "low"),
    [("T 25", True), ("T 45", True), ("T 77 F", True), ("T 113 F", True), ("T 113.1 F", False), ("T 76.9 F", False)],
)
def test_the_limits_of_a_possible_temperature_are_inside(text, low):
    assert isinstance(read_caregiver(text), Entered) is low


@pytest.mark.parametrize(
    ("text", "letter", "there"),
    [
        ("GOING", None, False),
        ("going!", None, False),
        ("D going", "D", False),
        ("There.", None, True),
        ("A: THERE", "A", True),
    ],
)
def test_going_and_there(text, letter, there):
    assert read_caregiver(text) == OnTheWay(letter=letter, there=there)


def test_a_leading_letter_names_the_patient():
    said = read_caregiver("D T 38.4")
    assert isinstance(said, Entered)
    assert said.letter == "D"


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    assert isinstance(read_caregiver(text), Entered | OnTheWay | NotUnderstood)
    assert isinstance(read_staff(text), StaffReply | NotUnderstood)


@given(
    st.decimals(min_value=25, max_value=45, places=1),
    st.integers(min_value=1, max_value=100),
    st.integers(min_value=2, max_value=300),
)
def test_what_is_entered_is_exactly_what_was_written(temperature, spo2, systolic):
    said = read_caregiver(f"T {temperature} S {spo2} B {systolic}/{systolic - 1}")
    assert isinstance(said, Entered)
    assert (said.temperature, said.spo2_pct, said.systolic_mmhg) == (temperature, spo2, systolic)


@pytest.mark.parametrize(
    ("text", "code"),
    [("AB12 OK", "AB12"), ("ok ab12", "AB12"), ("ab12ok", "AB12"), ("AB12, ok.", "AB12"), ("OK", None), ("yes", None)],
)
def test_staff_accept_with_the_page_code_and_ok(text, code):
    assert read_staff(text) == Accept(code=code)


@pytest.mark.parametrize("text", ["AB12", "AB12 CD34 OK", "AB12 not ok", "ok i will call", "", "12"])
def test_anything_else_from_staff_is_asked_about(text):
    assert isinstance(read_staff(text), NotUnderstood)
