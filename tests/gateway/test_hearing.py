"""When a broken connection is deafness, and how long the next try waits."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.hearing import GRACE_S, LONGEST_PAUSE_S, SETTLED_S, Hearing

WELL = Hearing(trouble_since_s=None, why="", connected_since_s=0.0)


def test_a_short_break_is_nobodys_business():
    broken = WELL.lost(100.0, "closed")
    assert broken.fault(100.0 + GRACE_S - 0.1) is None
    again = broken.connected(101.0)
    assert [again.fault(at) for at in (102.0, 103.0, 101.0 + SETTLED_S, 500.0)] == [None] * 4


def test_a_longer_break_is_told_with_its_reason_until_the_connection_stands():
    broken = WELL.lost(100.0, "closed").lost(101.0, "refused")
    assert broken.fault(102.0) == "refused"
    assert broken.connected(103.0).fault(103.1) is None


def test_a_connection_that_breaks_each_second_counts_as_none():
    known = WELL
    for second in range(100, 110):
        known = known.lost(float(second), "taken over").connected(second + 0.5)
    assert known.fault(109.6) == "taken over"
    assert known.fault(109.5 + SETTLED_S) is None


def test_a_broker_that_never_came_is_told_too():
    never = Hearing(trouble_since_s=0.0)
    assert never.fault(1.0) is None
    assert never.fault(GRACE_S) == "not connected yet"


@given(st.integers(0, 500), st.floats(0, 1))
def test_pauses_grow_and_stay_short(tries: int, chance: float):
    pause_s = Hearing(trouble_since_s=0.0, tries=tries).pause_s(chance)
    assert 0 < pause_s <= LONGEST_PAUSE_S
    assert pause_s >= Hearing(trouble_since_s=0.0, tries=max(0, tries - 1)).pause_s(chance)


def test_after_a_connection_that_held_the_first_pause_is_short_again():
    tired = Hearing(trouble_since_s=0.0, tries=20, connected_since_s=10.0)
    assert tired.lost(10.0 + SETTLED_S, "closed").tries == 1


def test_a_broker_that_was_away_for_long_is_believed_as_soon_as_it_stands():
    known = WELL
    for second in range(100, 130):
        known = known.lost(float(second), "refused")
    assert known.fault(131.0) == "refused"
    assert known.connected(131.0).fault(131.0) is None
