"""What a text from staff means, and what is asked back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.staff_replies import Accept, NotUnderstood, StaffReply, read_staff


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    assert isinstance(read_staff(text), StaffReply | NotUnderstood)


@pytest.mark.parametrize(
    ("text", "code"),
    [("AB12 OK", "AB12"), ("ok ab12", "AB12"), ("ab12ok", "AB12"), ("AB12, ok.", "AB12"), ("OK", None), ("yes", None)],
)
def test_staff_accept_with_the_page_code_and_ok(text, code):
    assert read_staff(text) == Accept(code=code)


@pytest.mark.parametrize("text", ["AB12", "AB12 CD34 OK", "AB12 not ok", "ok i will call", "", "12"])
def test_anything_else_from_staff_is_asked_about(text):
    assert isinstance(read_staff(text), NotUnderstood)
