"""The eight CAPD answers and the handwriting at the entry line, and the nurse's list of unanswered ICE."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.entry.line import Setting, Understood
from console.entry.moment import Asks
from console.entry.shorthand import understand
from console.views.cells import COLUMNS, Snapshot, Tone
from console.views.patient import state_words
from console.views.ward import ward_view
from gateway.plausibility_limits import load_limits
from monitor.entry_words import spell_entry
from monitor.event_fields import BadEvent
from monitor.record import CapdAsked, IceAsked
from monitor.scores import capd_grade
from monitor.timeline import CAPD_ITEMS, parse_event

NOW = datetime(2026, 3, 2, 20, 30, tzinfo=UTC)
SETTING = Setting(now=NOW, zone=UTC, drug=None, schedule=None, medicines=(), standing_support=None)
LIMITS = load_limits()


def read(line):
    return understand(line, SETTING)


def taken(answer):
    """Return what the monitor takes of an understood line."""
    assert isinstance(answer, Understood), answer
    return parse_event(answer.event, LIMITS, ref="e0")


def test_eight_answers_are_read_back_and_taken():
    answer = read("i capd 0 1 0 0 0 2 0 4 20:10")
    assert "CAPD 7 of 32: eye contact 0, purposeful 1" in answer.read_back
    event = taken(answer)
    assert (event.score, event.items) == (7, (0, 1, 0, 0, 0, 2, 0, 4))
    assert event.at == NOW - timedelta(minutes=20)


def test_a_child_that_could_not_be_assessed_is_no_score():
    event = taken(read("i capd unable"))
    assert isinstance(event, CapdAsked)
    assert event.score is None
    assert capd_grade(event) == 4


@pytest.mark.parametrize(
    "line", ["i capd", "i capd 1 2 3", "i capd 0 0 0 0 0 0 0 5", "i capd 0 0 0 0 0 0 0 x", "i capd 0 0 0 0 0 0 0 0 0"]
)
def test_anything_else_asks_what_is_missing(line):
    assert isinstance(read(line), Asks)


@pytest.mark.parametrize(("word", "stored"), [("", None), (" same", "same"), (" changed", "changed")])
def test_handwriting_may_be_said_with_the_five_answers(word, stored):
    answer = read(f"i 4 3 1 1 1{word}")
    assert taken(answer).handwriting == stored
    assert ("not compared" in answer.read_back) == (stored is None)


@given(st.lists(st.integers(0, 4), min_size=8, max_size=8))
def test_every_capd_comes_through_the_line_the_record_and_the_words_as_it_was(points):
    answer = read(f"i capd {' '.join(map(str, points))}")
    event = taken(answer)
    assert event.items == tuple(points)
    assert spell_entry(answer.event) == f"CAPD {sum(points)}/32 ({' '.join(map(str, points))})"
    assert capd_grade(event) == (0 if sum(points) == 0 else 1 if sum(points) < 9 else 3)


@given(
    st.tuples(st.integers(0, 4), st.integers(0, 3), *[st.integers(0, 1)] * 3), st.sampled_from(["", "same", "changed"])
)
def test_every_ice_comes_through_the_line_and_the_record_as_it_was(points, word):
    event = taken(read(f"i {' '.join(map(str, points))} {word}"))
    assert isinstance(event, IceAsked)
    assert (event.score, event.handwriting) == (sum(points), word or None)


anything = st.none() | st.booleans() | st.integers(-3, 9) | st.sampled_from([1.0, 2.5, "", "1", "x"])


@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*CAPD_ITEMS, "unable"), anything)))
def test_a_capd_that_is_not_whole_is_refused_and_never_guessed(body):
    event = {"at": NOW.isoformat(), "type": "capd", **body}
    whole = all(type(body.get(item)) is int and 0 <= body[item] <= 4 for item in CAPD_ITEMS)
    unable = body.get("unable") is True and not any(body.get(item) is not None for item in CAPD_ITEMS)
    if unable or (whole and body.get("unable") in (None, False) and type(body.get("unable")) in (type(None), bool)):
        found = parse_event(event, LIMITS, ref="e0")
        assert isinstance(found, CapdAsked)
        assert (found.score is None) == unable
    else:
        with pytest.raises(BadEvent):
            parse_event(event, LIMITS, ref="e0")


@given(st.sampled_from(["ice", "capd"]), st.text("same chng014-", max_size=12))
def test_no_word_in_place_of_points_is_taken(kind, word):
    body = {"at": NOW.isoformat(), "type": kind, "handwriting": word, **dict.fromkeys(CAPD_ITEMS, word)}
    with pytest.raises(BadEvent):
        parse_event(body, LIMITS, ref="e0")


def with_icans(overview, **said):
    answer = overview.assessment
    icans = msgspec.structs.replace(answer.icans, **said)
    return replace(overview, assessment=msgspec.structs.replace(answer, icans=icans))


def board(make, *overviews):
    snapshot = Snapshot(read_at=make.now, overviews=overviews, incidents=(), faults=())
    return ward_view(snapshot, make.now, zone=make.zone, actor=make.actor)


def test_an_unanswered_ice_is_on_the_nurses_list_and_no_page(make):
    since = make.now - timedelta(hours=2)
    view = board(make, make.well(1, "P-1"), with_icans(make.well(2, "P-2"), unanswered_since=since))
    assert "ICE not answered, ask: P-2" in [banner.text for banner in view.banners]
    holder = {row.code: row.cells[COLUMNS.index("who has it")] for row in view.rows}
    assert (holder["P-2"].text, holder["P-2"].tone) == ("ask ICE", Tone.WATCH)
    assert holder["P-1"].text != "ask ICE"
    assert view.asking == ()


def test_many_unanswered_are_counted(make):
    owing = [with_icans(make.well(number, f"P-{number}"), unanswered_since=make.now) for number in range(1, 8)]
    texts = [banner.text for banner in board(make, *owing).banners]
    assert "ICE not answered, ask: P-1 P-2 P-3 P-4 and 3 more" in texts


@pytest.mark.parametrize(("late", "listed"), [(-1, False), (0, True), (1, True)])
def test_an_ice_is_prompted_on_the_board_from_the_minute_it_is_due(make, late, listed):
    one = make.well(1, "P-1")
    due = msgspec.structs.replace(one.assessment.next_due, ice=make.now - timedelta(minutes=late))
    view = board(make, replace(one, assessment=msgspec.structs.replace(one.assessment, next_due=due)))
    assert ("ICE due: P-1" in [banner.text for banner in view.banners]) == listed


def test_who_is_on_the_list_is_not_prompted_beside_it(make):
    since = make.now - timedelta(hours=2)
    one = with_icans(make.well(1, "P-1"), unanswered_since=since)
    due = msgspec.structs.replace(one.assessment.next_due, ice=since)
    view = board(make, replace(one, assessment=msgspec.structs.replace(one.assessment, next_due=due)))
    assert [banner.text for banner in view.banners] == ["ICE not answered, ask: P-1"]


def test_icans_without_crs_is_said_in_the_patients_sentence(make):
    answer = with_icans(make.well(1, "P-1"), grade=2, capd=7, without_crs=True)
    assert "ICANS 2 (CAPD 7) without CRS" in state_words(answer.assessment)
