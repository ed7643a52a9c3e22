"""The patient screen as values: the sentence, the charts, the reasons, what was entered and texted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from console.views.cells import Tone
from console.views.chart import Chart, Dot, Limit, draw
from console.views.patient import crs_sentence, patient_view, state_words
from console.views.record import PatientRecord


def record_of(make, overview, incidents=(), texts=()) -> PatientRecord:
    return PatientRecord(
        patient_id=overview.patient_id,
        read_at=make.now,
        overview=overview,
        history=make.history(),
        incidents=incidents,
        texts=texts,
        limits=make.limits,
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"grade": 2, "at_least": True, "certainty": "suspected"}, "suspected CRS, at least grade 2"),
        ({"grade": 1, "certainty": "confirmed"}, "confirmed CRS, grade 1"),
        ({"grade": 0}, "CRS grade 0"),
        ({"grade": 0, "masked": True}, "CRS grade 0, fever may be hidden"),
        ({"grade": None}, "CRS cannot be graded"),
        ({"grade": None, "clinician": 2}, "CRS cannot be graded, clinician says 2"),
        ({"grade": 1, "certainty": "suspected", "clinician": 3}, "suspected CRS, grade 1, clinician says 3"),
    ],
)
def test_the_grade_is_a_sentence_with_its_certainty(make, answer, sentence):
    assert crs_sentence(make.assessment(**answer)) == sentence


def test_an_icans_never_asked_for_is_not_grade_0(make):
    assert "ICANS not asked" in state_words(make.assessment())
    assert "ICANS 0 (ICE 10)" in state_words(make.assessment(icans=0, ice=10))
    assert state_words(None) == "NOT ASSESSED YET"


@pytest.mark.parametrize(
    "more",
    [
        {"sight": "blind", "grade": None},
        {"sight": "partial"},
        {"masked": True},
        {"place": "admitted", "sight": "blind"},
    ],
)
def test_the_state_of_a_patient_nobody_sees_is_not_calm(make, more):
    overview = make.well(1, "P-1", answer=make.assessment(**more))
    assert patient_view(record_of(make, overview), make.now, zone=make.zone).state.tone is not Tone.CALM


def test_a_seen_quiet_patient_is_calm_until_the_record_cannot_be_read(make):
    record = record_of(make, make.well(1, "P-1"))
    assert patient_view(record, make.now, zone=make.zone).state.tone is Tone.CALM
    later = make.now + timedelta(minutes=3)
    unread = patient_view(record, later, zone=make.zone, failure="gone")
    assert unread.state.text.startswith("CANNOT READ THE RECORD, this is 3:00 old.")
    assert unread.state.tone is Tone.EMERGENCY
    assert unread.charts[0].newest.text == "36.8 73m oral"


def test_a_patient_who_is_not_enrolled_has_no_view(make):
    record = replace(record_of(make, make.well(1, "P-1")), overview=None)
    assert patient_view(record, make.now, zone=make.zone) is None


def test_the_window_says_in_words_what_the_curve_draws(make):
    overview = make.well(1, "P-1", answer=make.assessment(phase="closed"))
    words = [line.text for line in patient_view(record_of(make, overview), make.now, zone=make.zone).window]
    assert "outside the usual window: look hard for infection, CRS still possible" in words
    unknown = make.well(1, "P-1", onset=None, answer=make.assessment(phase="unknown"))
    words = [line.text for line in patient_view(record_of(make, unknown), make.now, zone=make.zone).window]
    assert words[0].startswith("?")
    assert "no onset distribution known for this drug" in words


def test_a_voided_entry_is_struck_and_says_so(make):
    lines = patient_view(record_of(make, make.well(1, "P-1")), make.now, zone=make.zone).entries
    [struck] = [line for line in lines if line.struck]
    assert struck.text == "m3  Mon 23:14  VOID medication paracetamol 500 mg by Ada Berg"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ({}, "02:13 to caregiver E., delivered: hello"),
        ({"status": "failed: no route"}, "02:13 to caregiver E., FAILED: NO ROUTE: hello"),
        ({"direction": "in"}, "02:13 from caregiver E.: hello"),
        ({"direction": "in", "role": None, "person": None}, "02:13 from an unknown number: hello"),
        ({"role": "second_nurse", "person": "Ben"}, "02:13 to second nurse Ben, delivered: hello"),
        ({"person": "caregiver of P-1"}, "02:13 to caregiver of P-1, delivered: hello"),
    ],
)
def test_a_text_says_direction_person_and_what_became_of_it(make, text, line):
    record = record_of(make, make.well(1, "P-1"), texts=[make.text(1, 1, "hello", **text)])
    assert [each.text for each in patient_view(record, make.now, zone=make.zone).messages] == [line]


def chart_of(make, *values: float, limits=(38.0,), low=36.0, high=40.0, character="●") -> Chart:
    return Chart(
        title="t",
        newest=None,
        dots=tuple(
            Dot(at=make.now - timedelta(hours=hours), value=value, character=character)
            for hours, value in enumerate(values, 1)
        ),
        limits=tuple(Limit(value=value, tone=Tone.URGENT) for value in limits),
        low=low,
        high=high,
        start=make.now - timedelta(hours=48),
        end=make.now,
    )


def lines_of(chart: Chart, width: int, height: int) -> list[str]:
    return ["".join(cell.text for cell in row) for row in draw(chart, width, height)]


@pytest.mark.parametrize("height", [5, 8, 13, 30])
@pytest.mark.parametrize(("value", "reaches"), [(37.9, False), (37.99, False), (38.0, True), (38.1, True)])
def test_no_point_is_drawn_on_the_wrong_side_of_a_limit(make, value, reaches, height):
    lines = lines_of(chart_of(make, value), 60, height)
    at = next(index for index, line in enumerate(lines) if "●" in line)
    limit = next(index for index, line in enumerate(lines) if "╌" in line)
    assert (at <= limit) is reaches


def test_a_chart_has_exactly_its_size_and_widens_for_what_was_graded(make):
    chart = chart_of(make, 41.5, 35.2)
    lines = lines_of(chart, 60, 12)
    assert len(lines) == 12
    assert {len(line) for line in lines} == {60}
    assert lines[0].startswith("41.5")
    assert "35.2" in lines[9]


def test_a_value_that_was_not_graded_stays_at_the_edge_and_does_not_flatten_the_rest(make):
    lines = lines_of(chart_of(make, 45.0, character="x"), 60, 12)
    assert lines[0].startswith("  40")
    assert "x" in lines[0]


def test_what_lies_outside_the_time_shown_is_not_drawn(make):
    late = replace(chart_of(make, 38.5), end=make.now - timedelta(hours=2), start=make.now - timedelta(hours=50))
    assert not any("●" in line for line in lines_of(late, 60, 12))


def test_an_empty_chart_is_drawn_without_a_point(make):
    assert not any("●" in line for line in lines_of(chart_of(make), 60, 12))
