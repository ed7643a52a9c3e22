"""The charts of a patient as values and as characters: what is drawn where, and what is never drawn."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.views.axis import SPANS, Axis, axis_of, clock_labels, dose_labels
from console.views.cells import Tone
from console.views.chart import GAP, LABEL_WIDTH, LINES, Chart, Dot, Gap, Limit
from console.views.chart import draw as draw_chart
from console.views.lanes import Bar, Mark, bar_lane, mark_lane, onset_lanes
from console.views.record import PatientRecord
from console.views.trends import draw, trends
from monitor.planned_doses import DoseCalendar, PlannedDose
from monitor.record import Baseline

WIDTH = 96
HOUR = timedelta(hours=1)


def text_of(row) -> str:
    return "".join(cell.text for cell in row)


def axis(make, back=48, ahead=12) -> Axis:
    return Axis(start=make.now - back * HOUR, end=make.now + ahead * HOUR, now=make.now)


def record_of(make, overview, **more) -> PatientRecord:
    values = {
        "patient_id": overview.patient_id,
        "read_at": make.now,
        "overview": overview,
        "history": make.history(),
        "incidents": (),
        "texts": (),
        "dossier": make.dossier(),
    }
    return PatientRecord(**(values | more))


def shown(make, overview=None, span="48 h", **more):
    overview = overview or make.well(42, "P-0042", hours=31)
    record = record_of(make, overview, **more)
    return trends(record, overview, record.dossier, span, make.now, make.zone)


def drawn(make, *args, width=WIDTH, height=44, **more) -> list[str]:
    return [text_of(row) for row in draw(shown(make, *args, **more), width, height)]


def line(lines: list[str], name: str) -> str:
    return next(each for each in lines if each.startswith(name))


# One chart.


def chart_of(make, *values: float, limits=(38.0,), character="●", **more) -> Chart:
    given = {"low": 36.0, "high": 40.0, "axis": axis(make)} | more
    return Chart(
        title="t",
        newest=make.cell("n"),
        dots=tuple(
            Dot(at=make.now - number * HOUR, value=value, character=character) for number, value in enumerate(values, 1)
        ),
        limits=tuple(Limit(value=value, tone=Tone.URGENT, words=f"over {value}") for value in limits),
        **given,
    )


def plot_of(chart: Chart, width: int = 60, height: int = 9) -> list[str]:
    """Return the lines of the plot without the heading and the numbers at its left."""
    return [text_of(row)[LABEL_WIDTH:] for row in draw_chart(chart, width, height)[1:]]


@settings(max_examples=80, deadline=None)
@given(
    values=st.lists(st.floats(30, 180, width=32), min_size=1, max_size=6),
    limits=st.lists(st.integers(50, 150), min_size=1, max_size=3, unique=True),
    height=st.integers(6, 20),
)
def test_no_point_is_ever_drawn_on_the_wrong_side_of_a_line(make, values, limits, height):
    for value in values:
        lines = plot_of(chart_of(make, value, limits=limits, low=80.0, high=120.0), height=height)
        at = next(index for index, each in enumerate(lines) if "●" in each)
        placed = [index for index, each in enumerate(lines) if LINES["urgent"] in each]
        assert len(placed) == len(limits)
        for limit, index in zip(sorted(limits, reverse=True), placed, strict=True):
            assert (at <= index) is (value >= limit)


@pytest.mark.parametrize(("width", "height"), [(40, 6), (76, 5), (98, 9), (150, 20)])
def test_a_chart_has_exactly_its_size_and_widens_for_what_was_graded(make, width, height):
    rows = [text_of(row) for row in draw_chart(chart_of(make, 41.5, 35.2), width, height)]
    assert len(rows) == height
    assert {len(row) for row in rows} == {width}
    assert rows[1].startswith("  41.5")
    assert rows[-1].startswith("  35.2")


def test_a_value_that_was_not_graded_stays_at_the_edge_and_does_not_flatten_the_rest(make):
    rows = [text_of(row) for row in draw_chart(chart_of(make, 45.0, character="x"), 60, 9)]
    assert rows[1].startswith("    40")
    assert "x" in rows[1]


def test_what_lies_outside_the_time_shown_is_not_drawn(make):
    early = axis(make, back=0.5)
    assert not any("●" in each for each in plot_of(chart_of(make, 38.5, axis=early)))


def test_a_gap_says_how_long_nobody_looked_and_nothing_joins_what_lies_around_it(make):
    gap = Gap(start=make.now - 40 * HOUR, end=make.now - 10 * HOUR, words="no value for 30 h")
    *plot, last = plot_of(chart_of(make, 36.9, 37.0, gaps=(gap,), limits=()))
    assert "no value for 30 h" in last
    assert last.count(GAP) > 5
    assert all(set(each) <= {" ", "●", "│"} for each in plot)


def test_without_room_a_gap_is_drawn_without_its_words_and_the_heading_without_reasons(make):
    gap = Gap(start=make.now - 12 * HOUR, end=make.now - 9 * HOUR, words="no value for 3 h")
    rows = [text_of(row) for row in draw_chart(chart_of(make, 36.9, gaps=(gap,)), 40, 6)]
    assert GAP in rows[-1]
    assert "no value" not in rows[-1]
    narrow = text_of(draw_chart(chart_of(make, limits=(38.0, 39.5)), 24, 6)[0])
    assert "over 38.0" in narrow
    assert "39.5" not in narrow


def test_the_present_is_marked_where_the_future_begins_and_nothing_is_drawn_after_it(make):
    lines = plot_of(chart_of(make, 36.9, 37.1, limits=()))
    at = lines[0].index("│")
    assert at == int(48 / 60 * 53)
    assert all(not each[at + 1 :].strip() for each in lines)


# The axis.


@pytest.mark.parametrize(
    ("span", "dose_hours", "start", "end"),
    [
        ("48 h", 31, -48, 12),
        ("12 h", 31, -12, 3),
        ("since the dose", 31, -33, 8.25),
        ("since the dose", 3, -5, 6),
        ("since the dose", None, -48, 12),
    ],
)
def test_a_span_reaches_back_and_shows_some_of_what_is_still_to_come(make, span, dose_hours, start, end):
    dose_at = None if dose_hours is None else make.now - dose_hours * HOUR
    found = axis_of(span, make.now, dose_at)
    assert (found.start - make.now, found.end - make.now) == (start * HOUR, end * HOUR)


def test_hours_are_those_of_the_ward_and_midnight_is_the_day(make):
    labels = clock_labels(axis(make), 89, make.zone)
    assert labels.split() == ["╵06:00", "╵12:00", "╵18:00", "╵Mon", "2", *labels.split()[5:]]
    assert "╵Tue 3" in labels
    after_dose = dose_labels(axis(make), 89, make.now - 31 * HOUR)
    assert after_dose.split()[:4] == ["╵+0", "h", "╵+6", "h"]


@settings(max_examples=60, deadline=None)
@given(hours=st.integers(1, 24 * 28), columns=st.integers(20, 150))
def test_labels_of_hours_never_run_into_each_other(make, hours, columns):
    found = axis_of("since the dose", make.now, make.now - hours * HOUR)
    for labels in (
        clock_labels(found, columns, make.zone),
        dose_labels(found, columns, make.now - hours * HOUR),
    ):
        assert len(labels) == columns
        assert all(part[:1] in "╵" for part in labels.split("  ") if part.strip() and not part.startswith(" "))


# What stands under the charts.


def test_two_in_one_column_are_a_plus_and_what_is_outside_is_left_out(make):
    marks = [Mark(at=make.now, letter="m"), Mark(at=make.now, letter="D"), Mark(at=make.now + 50 * HOUR, letter="d")]
    row = text_of(mark_lane("given", marks, axis(make), 67))
    assert row == f"given  {'+':>49}{'':11}"


def test_a_bar_stands_from_its_beginning_to_its_end_with_its_words_in_it_or_beside_it(make):
    long = Bar(start=make.now - 60 * HOUR, end=make.now - 24 * HOUR, character="━", words=" dexamethasone ")
    short = Bar(start=make.now - 1 * HOUR, end=make.now + 3 * HOUR, character="━", words=" paracetamol ")
    row = text_of(bar_lane("masked", [long, short], axis(make), 67, tone=Tone.WATCH))
    assert row[7:31] == "━ dexamethasone ".ljust(24, "━")
    assert row.endswith(" paracetamol ━━━━         ")


@pytest.mark.parametrize(
    ("more", "name", "characters", "words"),
    [
        ({}, "onset  ", "▂▃▄▅▆▇█", "half"),
        ({"confidence": "uncertain"}, "onset ?", "░▒▓", "UNCERTAIN: the text is doubtful"),
        ({"basis": "route"}, "onset ?", "░▒▓", "UNCERTAIN: another dose or drug stands for this one"),
    ],
)
def test_the_expected_onset_lies_under_its_hours_and_a_doubtful_one_is_drawn_otherwise(
    make, more, name, characters, words
):
    curve = replace(make.curve(), **more)
    bars, ruler = (text_of(row) for row in onset_lanes(curve, make.now - 31 * HOUR, axis(make), WIDTH, rows=1))
    assert bars.startswith(name)
    first = 7 + int(17 / 60 * 89)
    assert not bars[7:first].strip()
    assert set(bars[first + 1 :]) <= set(characters) | {"▁"}
    assert len(set(bars[first + 1 :])) > 2
    assert words in ruler


@pytest.mark.parametrize(("curve", "dose", "words"), [(None, 3, "no onset distribution"), ("x", None, "no dose given")])
def test_what_is_not_known_of_the_onset_is_said(make, curve, dose, words):
    dose_at = None if dose is None else make.now - dose * HOUR
    [row] = onset_lanes(make.curve() if curve else None, dose_at, axis(make), WIDTH, rows=2)
    assert words in text_of(row)


def test_half_of_the_onsets_lie_in_the_thick_part_of_the_ruler(make):
    dose_at = make.now - 47 * HOUR
    _, ruler = (text_of(row)[7:] for row in onset_lanes(make.curve(), dose_at, axis(make), 127, rows=1))
    hours = {character: (ruler.index(character) + 0.5) / 2 - 1 for character in "├┝┥"}
    assert hours == {"├": pytest.approx(10, abs=0.6), "┝": pytest.approx(26, abs=0.6), "┥": pytest.approx(48, abs=0.6)}


# The whole.


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("width", [60, 76, 96, 150, 196])
def test_every_row_of_the_trends_is_exactly_as_wide_as_the_panel(make, span, width):
    lines = drawn(make, span=span, width=width, height=30)
    assert {len(each) for each in lines} == {width}


def test_lines_are_those_of_this_patient_and_say_so(make):
    lines = drawn(make)
    assert "urgent <=104 (20 under baseline, fever may be hidden)" in line(drawn(make, width=130), "systolic")
    assert "baseline 97" in line(lines, "SpO2")
    own = make.dossier(thresholds=make.thresholds(baseline=Baseline(), limits={"oximetry": make.limit(88, 85)}))
    assert "urgent <88 (own limit)" in line(drawn(make, dossier=own, width=130), "SpO2")


def test_a_doubtful_and_an_ungraded_value_are_drawn_with_characters_of_their_own(make):
    points = (
        make.point("temperature", 8, "37.0"),
        replace(make.point("temperature", 6, "37.1"), remark="poor_signal"),
        make.point("temperature", 4, "43.5", graded=False),
    )
    dots = shown(make, history=replace(make.history(), points=points)).charts[0].dots
    assert [dot.character for dot in dots] == ["●", "◌", "x"]


def test_a_stale_newest_value_says_so_and_leaves_a_gap_until_now(make):
    overview = make.well(1, "P-1", temperature=make.measured("37.1", ago=430, fresh=False))
    points = (make.point("temperature", 430 / 60, "37.1"),)
    chart = shown(make, overview, history=replace(make.history(), points=points)).charts[0]
    assert (chart.newest.text, chart.remarks) == ("37.1 7h!", "too old to grade with")
    assert chart.newest.tone is Tone.UNSEEN
    assert next((gap.words, gap.end) for gap in chart.gaps) == ("no value since 7h", make.now)


def test_a_value_that_the_home_typed_says_so_beside_the_newest_and_not_after_a_device_has_sent_one(make):
    overview = make.well(1, "P-1", temperature=make.measured("38.4", ago=60))
    typed = replace(make.point("temperature", 1, "38.4"), by_text=True)
    for points, remarks in (((typed,), "texted by the home"), ((replace(typed, by_text=False),), "")):
        chart = shown(make, overview, history=replace(make.history(), points=points)).charts[0]
        assert chart.remarks == remarks


def test_a_vital_never_measured_is_a_gap_from_edge_to_present(make):
    overview = make.well(1, "P-1", oximetry=None)
    chart = shown(make, overview, history=replace(make.history(), points=())).charts[2]
    assert chart.newest.text == "never measured"
    assert [gap.words for gap in chart.gaps] == ["no value"]


def test_a_long_silence_between_two_values_is_a_gap_and_an_ordinary_one_is_not(make):
    points = tuple(make.point("pulse", hours, 80) for hours in (47, 40, 14, 3))
    gaps = shown(make, history=replace(make.history(), points=points)).charts[3].gaps
    assert [gap.words for gap in gaps] == ["no value for 26 h"]


def test_what_hides_fever_stands_until_when_and_what_is_over_looks_otherwise(make):
    lines = drawn(make, width=150)
    [running, over] = [each for each in lines if each.startswith("masked ")]
    assert "paracetamol until 07:20" in running
    assert "━" in running
    assert "╍" in over


def test_at_most_three_rows_say_what_hides_fever(make):
    names = ("a", "b", "c", "d", "e")
    taken = tuple(make.taken(name, 5 + number, hides_h=4) for number, name in enumerate(names))
    assert sum(each.startswith("masked ") for each in drawn(make, dossier=make.dossier(taken=taken))) == 3


def test_places_are_drawn_with_their_names_until_now(make):
    stays = (
        make.stay(at=make.now - 30 * HOUR, where="travelling"),
        make.stay(at=make.now - 20 * HOUR, where="admitted"),
    )
    where = line(drawn(make, dossier=make.dossier(stays=stays), width=130), "where")
    assert where.index("home") < where.index("on the way") < where.index("admitted")
    assert where.rstrip().endswith("=")


@pytest.mark.parametrize("width", [60, 76, 96, 150])
def test_every_sign_of_the_legend_stands_beside_its_meaning_at_any_width(make, width):
    lines = "\n".join(drawn(make, width=width))
    for words in ("● value", "◌ doubtful", "x not graded", "░ no value", "d planned", "masked: fever may be hidden"):
        assert words in lines


def test_doses_and_planned_doses_are_letters_and_a_voided_entry_is_none(make):
    planned = PlannedDose(ref="p1", step="C1D1", due=make.now + 6 * HOUR, first_due=make.now + 6 * HOUR)
    given = line(drawn(make, planned=DoseCalendar(entries=(planned,))), "given")
    assert given.replace(" ", "") == "givenmDimd"


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.tuples(st.floats(0, 70), st.integers(20, 250)), max_size=12),
    width=st.integers(40, 200),
    span=st.sampled_from(SPANS),
)
def test_whatever_was_measured_no_width_breaks_the_charts(make, values, width, span):
    points = tuple(
        make.point(group, hours, Decimal(value))
        for hours, value in sorted(values, reverse=True)
        for group in ("temperature", "pulse", "oximetry", "blood_pressure")
    )
    lines = drawn(make, span=span, width=width, history=replace(make.history(), points=points))
    assert {len(each) for each in lines} == {width}
