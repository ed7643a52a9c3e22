"""The board as values: who comes first, what each line says, and that nothing unseen is calm."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.views.cells import COLUMNS, Group, Row, Snapshot, Tone, WardView
from console.views.ward import ward_view


def view_of(make, overviews: Sequence, incidents: Sequence = (), faults: Sequence = (), **more) -> WardView:
    snapshot = Snapshot(read_at=make.now, overviews=overviews, incidents=incidents, faults=faults)
    return ward_view(snapshot, more.pop("now", make.now), zone=make.zone, actor=make.actor, **more)


def cell(row: Row, column: str) -> tuple[str, Tone]:
    found = row.cells[COLUMNS.index(column)]
    return found.text, found.tone


def test_the_sample_ward_is_ordered_by_who_needs_somebody(make):
    snapshot = make.snapshot()
    view = ward_view(snapshot, make.now, zone=make.zone, actor=make.actor)
    assert [(row.code, row.group.name) for row in view.rows[:6]] == [
        ("P-0042", "EMERGENCY"),
        ("P-0017", "URGENT"),
        ("P-0031", "UNSEEN"),
        ("P-0026", "WATCH"),
        ("P-0005", "WATCH"),
        ("P-0008", "WATCH"),
    ]
    assert {row.group for row in view.rows[6:]} == {Group.REST}


def test_inside_a_group_unanswered_then_grade_then_the_oldest_overdue_value_decide(make):
    def urgent(number, code, grade, **more):
        return make.well(
            number, code, answer=make.assessment(urgency="urgent", grade=grade, certainty="suspected", **more)
        )

    ward = [
        urgent(1, "A-held-2", 2),
        urgent(2, "B-waiting-1", 1),
        urgent(3, "C-late", 0, overdue=("temperature",)),
        urgent(4, "D-ungraded", None),
        urgent(5, "E-waiting-2", 2),
        urgent(6, "F-later", 0, overdue=("temperature",)),
        urgent(7, "G-quiet", 0),
    ]
    ward[5] = replace(ward[5], temperature=make.measured("36.6", ago=400, fresh=False))
    incidents = [make.incident(number, number, None, urgency="urgent") for number in (2, 5)]
    incidents.append(make.incident(1, 1, None, urgency="urgent", unanswered_since=None, holder="Ben"))
    assert [row.code for row in view_of(make, ward, incidents).rows] == [
        "E-waiting-2",
        "B-waiting-1",
        "A-held-2",
        "D-ungraded",
        "F-later",
        "C-late",
        "G-quiet",
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"grade": 2, "at_least": True, "certainty": "suspected"}, ">=2 susp"),
        ({"grade": 1, "certainty": "confirmed"}, "1 conf"),
        ({"grade": 0}, "0"),
        ({"grade": 0, "masked": True}, "0 masked"),
        ({"grade": None, "sight": "blind"}, "not seen"),
        ({"grade": None, "sight": "partial"}, "no grade"),
        ({"grade": 1, "certainty": "suspected", "clinician": 3, "disagrees": True}, "1 susp dr3"),
        ({"grade": None, "sight": "blind", "clinician": 0, "disagrees": True}, "not seen dr0"),
        ({"grade": 1, "certainty": "suspected", "clinician": 1}, "1 susp"),
        ({"grade": 0, "icans": 2}, "0 ic2"),
        ({"grade": 4, "certainty": "confirmed", "icans": 0}, "4 conf"),
    ],
)
def test_the_grade_is_said_with_its_certainty(make, answer, words):
    row = view_of(make, [make.well(1, "P-1", answer=make.assessment(**answer))]).rows[0]
    assert cell(row, "crs")[0] == words


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"ago": 3}, "38.4 3m"),
        ({"ago": 99}, "38.4 99m"),
        ({"ago": 100}, "38.4 1h"),
        ({"ago": 119}, "38.4 1h"),
        ({"ago": 120}, "38.4 2h"),
        ({"ago": 47 * 60 + 59, "fresh": False}, "38.4 47h!"),
        ({"ago": 48 * 60, "fresh": False}, "38.4 2d!"),
        ({"ago": -4}, "38.4 0m"),
        ({"ago": 3, "doubts": ("poor_signal",)}, "38.4~ 3m"),
    ],
)
def test_a_value_always_has_its_age(make, value, shown):
    row = view_of(make, [make.well(1, "P-1", temperature=make.measured("38.4", **value))]).rows[0]
    assert cell(row, "temp")[0] == shown


@pytest.mark.parametrize(
    ("celsius", "shown"),
    [
        ("37.9", "37.9"),
        ("37.94", "37.9"),
        ("37.95", "37.9"),
        ("37.99", "37.9"),
        ("37.999999", "37.9"),
        ("38.0", "38.0"),
        ("38", "38.0"),
        ("38.04", "38.0"),
        ("38.05", "38.1"),
        ("39.95", "40.0"),
        ("36.66", "36.7"),
    ],
)
def test_a_temperature_below_fever_is_never_shown_as_fever(make, celsius, shown):
    row = view_of(make, [make.well(1, "P-1", temperature=make.measured(celsius, ago=1))]).rows[0]
    assert cell(row, "temp")[0] == f"{shown} 1m"


def test_a_value_never_measured_is_said_and_not_calm(make):
    row = view_of(make, [make.well(1, "P-1", oximetry=None)]).rows[0]
    assert cell(row, "spo2") == ("--", Tone.UNSEEN)
    assert row.group is Group.WATCH
    assert cell(row, "crs")[1] is not Tone.CALM


@pytest.mark.parametrize(
    "blindness",
    [
        {"answer": {"sight": "blind", "grade": None}},
        {"answer": {"sight": "partial"}},
        {"answer": {"overdue": ("oximetry",)}},
        {"answer": {"due_in": -31}},
        {"answer": None},
        {"temperature": {"fresh": False, "ago": 300}},
    ],
)
def test_a_patient_nobody_sees_is_never_calm(make, blindness):
    more = {}
    if "answer" in blindness:
        more["answer"] = None if blindness["answer"] is None else make.assessment(**blindness["answer"])
    if "temperature" in blindness:
        more["temperature"] = make.measured("36.6", **blindness["temperature"])
    view = view_of(make, [make.well(1, "P-1", **more)])
    assert Tone.CALM not in {each.tone for each in view.rows[0].cells} | {view.next_thing.tone}


def test_a_patient_whose_fever_may_be_hidden_is_not_calm_and_is_counted(make):
    view = view_of(make, [make.well(1, "P-1", answer=make.assessment(masked=True)), make.well(2, "P-2")])
    assert cell(next(row for row in view.rows if row.code == "P-1"), "crs") == ("0 masked", Tone.WATCH)
    assert view.next_thing.text.endswith("Fever may be hidden in 1.")


def test_a_due_time_long_past_is_overdue_even_if_the_stored_answer_does_not_say_so_yet(make):
    view = view_of(make, [make.well(1, "P-1", due_in=10)], now=make.now + timedelta(minutes=41))
    assert view.rows[0].group is Group.WATCH
    assert cell(view.rows[0], "who has it")[0].startswith("overdue")


def test_when_all_are_seen_one_calm_line_says_when_the_next_reading_is_due(make):
    view = view_of(make, [make.well(1, "P-1", due_in=120), make.well(2, "P-8", due_in=16)], faults=[make.unsigned])
    assert view.next_thing.text == "All 2 seen within their time. Next reading due 02:30 (P-8)."
    assert view.next_thing.tone is Tone.CALM
    assert [banner.text for banner in view.banners] == ["UNSIGNED: thresholds are unsigned engineering defaults"]


def test_a_deaf_system_is_not_calm_whatever_the_patients_look_like(make):
    deaf = make.fault(kind="deaf", since=make.now - timedelta(minutes=9), text="no readings arriving")
    view = view_of(make, [make.well(1, "P-1")], faults=[deaf])
    assert view.banners[0].text == "DEAF: no readings arriving (since 02:05)"
    assert view.title.tone is Tone.EMERGENCY
    assert view.next_thing.tone is not Tone.CALM


def test_a_low_technical_condition_is_said_but_calls_nobody(make):
    low = make.incident(
        3, None, None, kind="technical", urgency="watch", state="open", unanswered_since=None, reason="hub is offline"
    )
    also = replace(low, id=4, opened_at=make.now, reason="2 messages could not be read")
    view = view_of(make, [make.well(1, "P-1")], [also, low], [make.unsigned])
    assert view.banners[0].text == "technical: hub is offline (+1 more, 2 shows all)"
    assert view.next_thing.tone is Tone.CALM
    assert view.asking == ()


def test_an_unreadable_database_turns_every_calm_cell_and_ages_what_was_read(make):
    view = view_of(make, [make.well(1, "P-1")], now=make.now + timedelta(minutes=5), failure="disk I/O error")
    assert view.banners[0].text == "DATABASE UNREADABLE since 02:14:07 (5:00 ago): disk I/O error"
    assert cell(view.rows[0], "temp") == ("36.8 75m", Tone.UNSEEN)
    assert {each.tone for each in view.rows[0].cells} <= {Tone.UNSEEN}
    assert view.next_thing.tone is Tone.UNSEEN


def test_before_the_first_read_nothing_is_claimed(make):
    view = ward_view(None, make.now, zone=make.zone, actor=make.actor, failure="no such table")
    assert view.rows == ()
    assert view.next_thing.tone is Tone.UNSEEN
    assert "no such table" in view.banners[0].text


def test_the_next_thing_is_the_page_nobody_has_answered(make):
    snapshot = make.snapshot()
    view = ward_view(snapshot, make.now, zone=make.zone, actor=make.actor)
    assert view.next_thing.text == ("EMERGENCY unanswered 0:41  P-0042  page KD07  next: nurse by call in 0:19")
    assert view.ring
    assert view.counts == "11 home  1 elsewhere  1 need you  1 unseen"


def test_a_technical_page_waits_behind_a_patients_but_is_counted(make):
    ward = [make.well(1, "P-1", answer=make.assessment(urgency="urgent", grade=1, certainty="suspected"))]
    technical = make.incident(3, None, None, kind="technical", urgency="urgent", reason="texts fail")
    view = view_of(make, ward, [technical, make.incident(2, 1, "P-1", urgency="urgent")])
    assert view.next_thing.text.startswith("URGENT unanswered 0:41  P-1")
    assert view.next_thing.text.endswith("(+1 more)")
    assert view_of(make, ward, [technical]).next_thing.text.startswith("URGENT unanswered 0:41  the system")
    assert not view.ring


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("SUD2", "tec SUD2"),
        ("C1D8", "tec C1D8"),
        ("first full dose", "tec fir…"),
        ("second full dose", "tec sec…"),
        ("step-up dose 2", "tec st…2"),
        ("dose 11", "tec d…11"),
        (None, "tec ?"),
    ],
)
def test_a_long_step_is_shortened_in_sight_and_keeps_its_number(make, label, short):
    row = view_of(make, [make.well(1, "P-1", step=label)]).rows[0]
    assert row.short_dose.text == short
    assert cell(row, "dose")[0] == f"tec {label or '?'}"


def test_a_patient_the_hospital_has_needs_nobody_here_until_a_page_is_unanswered(make):
    admitted = make.well(1, "P-1", answer=make.assessment(urgency="emergency", grade=2, place="admitted", due_in=None))
    held = make.incident(2, 1, "P-1", unanswered_since=None, holder="the hospital")
    row = view_of(make, [admitted], [held]).rows[0]
    assert row.group is Group.WATCH
    assert cell(row, "crs")[1] is Tone.EMERGENCY
    assert view_of(make, [admitted], [make.incident(2, 1, "P-1")]).rows[0].group is Group.EMERGENCY


def test_a_page_held_by_somebody_keeps_its_urgency_on_the_board(make):
    held = make.incident(2, 1, "P-1", unanswered_since=None, holder="Ben", kind="no_answer")
    quiet = make.well(1, "P-1", answer=make.assessment(urgency="urgent", grade=None, sight="blind"))
    assert view_of(make, [quiet], [held]).rows[0].group is Group.EMERGENCY


def test_an_unanswered_page_keeps_its_row_up_after_the_values_quieted(make):
    waiting = make.incident(2, 1, "P-1", urgency="urgent")
    row = view_of(make, [make.well(1, "P-1")], [waiting]).rows[0]
    assert row.group is Group.URGENT
    assert cell(row, "crs")[1] is not Tone.CALM
    assert row.flashing


@pytest.mark.parametrize(
    ("answer", "incident", "words"),
    [
        ({"urgency": "emergency"}, {}, "NO ONE 41s"),
        ({"urgency": "emergency"}, {"unanswered_since": None, "holder": "Ben Lund"}, "Ben"),
        ({"urgency": "emergency"}, None, "no page yet"),
        ({"urgency": "watch"}, None, "watch"),
        ({"place": "admitted", "due_in": None}, None, "admitted"),
        ({"place": "travelling", "due_in": None}, None, "on the way"),
        ({"place": "discharged"}, None, "discharged"),
        ({}, None, ""),
    ],
)
def test_the_last_column_says_who_has_the_patient(make, answer, incident, words):
    incidents = [] if incident is None else [make.incident(2, 1, "P-1", **incident)]
    row = view_of(make, [make.well(1, "P-1", answer=make.assessment(**answer))], incidents).rows[0]
    assert cell(row, "who has it")[0] == words


def test_whoever_holds_a_page_is_named_with_the_end_of_the_hold(make):
    held = make.incident(
        2, 1, "P-1", unanswered_since=None, holder="Ben Lund", held_until=make.now + timedelta(minutes=15)
    )
    row = view_of(make, [make.well(1, "P-1")], [held]).rows[0]
    assert cell(row, "who has it")[0] == "Ben to 02:29"
    assert not row.flashing


def test_a_patient_whose_observation_ended_leaves_the_board_unless_a_page_is_open(make):
    ended = make.well(1, "P-1", answer=make.assessment(place="ended", due_in=None))
    assert view_of(make, [ended]).rows == ()
    assert len(view_of(make, [ended], [make.incident(2, 1, "P-1")]).rows) == 1


def test_an_empty_ward_says_how_to_enrol(make):
    view = view_of(make, [])
    assert "stepguard enroll" in view.next_thing.text
    assert view.next_thing.tone is not Tone.CALM


@pytest.mark.parametrize(
    ("hours", "curve", "cell_text"),
    [
        (31, {}, "▂│▇█▄▂▂ 31h"),
        (0, {}, "│▂▇█▄▂▂  0h"),
        (95.9, {}, "▂▇█▄▂│▂ 95h"),
        (96, {}, "▂▇█▄▂▂→ 96h"),
        (100, {}, "▂▇█▄▂▂→  4d"),
        (None, {}, "▂▇█▄▂▂   --"),
        (31, {"density": ()}, "?       31h"),
        (31, None, "?       31h"),
    ],
)
def test_the_window_is_drawn_with_the_present_hour_and_unknown_is_a_question_mark(make, hours, curve, cell_text):
    onset = None if curve is None else make.curve(**curve)
    row = view_of(make, [make.well(1, "P-1", hours=hours, onset=onset)]).rows[0]
    assert cell(row, "window")[0] == cell_text


def test_foreign_text_with_control_characters_cannot_move_the_cursor(make):
    answer = make.assessment(urgency="watch", reasons=("bad \x1b[2J\nbell\x07",))
    row = view_of(make, [make.well(1, "P-1", answer=answer)]).rows[0]
    assert row.why[0].isprintable()


urgencies = st.sampled_from(["routine", "watch", "urgent", "emergency"])
grades = st.sampled_from([None, 0, 1, 2, 3, 4])
sights = st.sampled_from(["seen", "partial", "blind"])


@settings(max_examples=60, deadline=None)
@given(
    ward=st.lists(st.tuples(urgencies, grades, sights, st.booleans(), st.integers(-300, 300)), max_size=8),
    failure=st.sampled_from([None, "gone"]),
    minutes=st.integers(0, 600),
)
def test_whatever_the_ward_calm_means_seen_and_routine_and_readable(make, ward, failure, minutes):
    overviews = [
        make.well(
            number,
            f"P-{number}",
            answer=make.assessment(urgency=urgency, grade=grade, sight=sight, due_in=due),
            temperature=make.measured("36.6", ago=10, fresh=fresh),
        )
        for number, (urgency, grade, sight, fresh, due) in enumerate(ward)
    ]
    view = view_of(make, overviews, now=make.now + timedelta(minutes=minutes), failure=failure)
    by_code = {each.code: each for each in overviews}
    for row in view.rows:
        answer = by_code[row.code].assessment
        if Tone.CALM in {each.tone for each in row.cells}:
            assert failure is None
            assert (answer.urgency, answer.crs.grade, answer.sight.state) == ("routine", 0, "seen")
            assert by_code[row.code].temperature.fresh
    if view.next_thing.tone is Tone.CALM:
        assert view.rows
        assert all(row.group is Group.REST for row in view.rows)
    assert [row.group for row in view.rows] == sorted(row.group for row in view.rows)


def test_without_any_colour_the_board_still_tells_its_groups_an_unanswered_page_and_an_old_value_apart(make):
    rows = view_of(make, make.snapshot().overviews, make.snapshot().incidents).rows
    marks = {row.group: {other.cells[0].text for other in rows if other.group is row.group} for row in rows}
    assert len(marks) == len(Group)
    assert all(len(found) == 1 for found in marks.values())
    assert len({found.pop() for found in marks.values()}) == len(Group)
    for row in rows:
        unanswered = row.incident is not None and row.incident.unanswered_since is not None
        assert unanswered is row.cells[COLUMNS.index("who has it")].text.startswith("NO ONE")
    old = [cell.text for row in rows for cell in row.cells[5:8] if cell.tone is Tone.UNSEEN]
    assert old
    assert all(text == "--" or text.endswith("!") for text in old)
