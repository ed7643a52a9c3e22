"""What has arrived of a boot, whatever the order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.resend import GAP_OPEN, LONGEST_PAUSE, ResendRequests
from gateway.sequence import Marks, parse_beyond

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
arrivals = st.lists(st.integers(0, 40), min_size=1, max_size=40)


def after(numbers: list[int]) -> Marks:
    marks = Marks.start(numbers[0])
    for number in numbers[1:]:
        marks.add(number)
    return marks


@given(arrivals)
def test_marks_know_exactly_what_arrived(numbers: list[int]):
    marks, arrived = after(numbers), set(numbers)
    assert {number for number in range(45) if marks.seen(number)} == arrived
    assert marks.missing(100) == [number for number in range(min(arrived), max(arrived)) if number not in arrived]
    assert set(range(min(arrived), marks.complete_to + 1)) <= arrived
    assert marks.complete_to + 1 not in arrived


@given(arrivals, st.randoms())
def test_the_order_of_arrival_does_not_matter(numbers: list[int], random: object):
    shuffled = list(numbers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert after(numbers) == after(shuffled)


@given(arrivals)
def test_marks_survive_being_written_down(numbers: list[int]):
    marks = after(numbers)
    assert parse_beyond(marks.spell_beyond()) == marks.beyond


@given(arrivals, st.integers(0, 5))
def test_no_more_numbers_are_named_than_asked_for(numbers: list[int], at_most: int):
    marks = after(numbers)
    assert marks.missing(at_most) == marks.missing(100)[:at_most]


def test_a_copy_is_independent():
    marks = after([1, 2, 5])
    other = marks.copy()
    other.add(3)
    assert marks.missing(9) == [3, 4]


def test_an_old_message_is_explained_only_by_an_earlier_sound_number():
    marks = Marks.start(10)
    assert not marks.explains(11, NOON)
    marks.anchor_at(10, NOON)
    assert marks.explains(11, NOON)
    assert not marks.explains(11, NOON - timedelta(seconds=1))
    assert not marks.explains(9, NOON)


def test_a_gap_is_asked_about_after_a_minute_and_then_less_and_less_often():
    requests, since = ResendRequests[str](), {"b1": NOON}
    assert list(requests.due(since, NOON + GAP_OPEN - timedelta(seconds=1))) == []
    now = NOON + GAP_OPEN
    pauses = []
    for _ in range(9):
        assert list(requests.due(since, now)) == ["b1"]
        requests.asked("b1", now)
        start = now
        while not list(requests.due(since, now)):
            now += timedelta(seconds=30)
        pauses.append(now - start)
    assert pauses[:3] == [GAP_OPEN, 2 * GAP_OPEN, 4 * GAP_OPEN]
    assert pauses[-1] == LONGEST_PAUSE


def test_a_closed_gap_is_forgotten():
    requests = ResendRequests[str]()
    requests.asked("b1", NOON)
    assert list(requests.due({}, NOON + GAP_OPEN)) == []
    assert list(requests.due({"b1": NOON}, NOON + GAP_OPEN)) == ["b1"]


@given(arrivals)
def test_where_the_start_is_in_doubt_nothing_is_complete_before_its_first_numbers(numbers: list[int]):
    marks, arrived = Marks.start_in_doubt(numbers[0]), set(numbers)
    for number in numbers[1:]:
        marks.add(number)
    assert {number for number in range(45) if marks.seen(number)} == arrived
    assert set(range(1, marks.complete_to + 1)) <= arrived
    assert marks.start_is_doubtful == arrived.isdisjoint({0, 1})


def test_an_accepted_start_is_the_lowest_number_that_arrived():
    marks = Marks.start_in_doubt(7)
    marks.add(9)
    marks.accept_start()
    assert (marks.first_seq, marks.complete_to, marks.beyond) == (7, 7, [(9, 9)])
    marks.add(8)
    assert (marks.complete_to, marks.start_is_doubtful) == (9, False)
