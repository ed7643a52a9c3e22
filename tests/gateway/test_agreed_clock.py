"""Engines on two machines keep one time, though a machine's own clock is wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.agreed_clock import TOLERATED, AgreedClock, agreed
from gateway.clock import StillClock, WallClock
from gateway.database import Database

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class WrongClock(WallClock):
    """A machine whose clock is ten minutes slow."""

    def now(self) -> datetime:
        return super().now() - timedelta(minutes=10)


@given(wrong_s=st.floats(-1e6, 1e6), took_s=st.floats(0, 1), told_after=st.floats(0, 1))
def test_the_agreed_time_is_never_further_from_the_databases_than_is_tolerated(wrong_s, took_s, told_after):
    own = StillClock(NOON)
    clock, took = AgreedClock(own), timedelta(seconds=took_s)
    told = NOON + timedelta(seconds=wrong_s) + took * told_after
    clock.heed(told, NOON, NOON + took)
    own.at = NOON + took
    truth = told + took * (1 - told_after)
    assert abs(clock.now() - truth) <= TOLERATED + took + timedelta(microseconds=2)


def test_a_clock_that_is_right_but_for_a_moment_is_left_alone():
    clock = AgreedClock(StillClock(NOON))
    clock.heed(NOON + TOLERATED, NOON, NOON)
    assert clock.now() == NOON


def test_a_clock_that_was_set_right_is_its_own_again():
    clock = AgreedClock(StillClock(NOON))
    clock.heed(NOON + 300 * SECOND, NOON, NOON)
    assert clock.now() == NOON + 300 * SECOND
    clock.heed(NOON + TOLERATED / 2, NOON, NOON)
    assert clock.now() == NOON


def test_an_answer_that_came_late_changes_nothing():
    clock = AgreedClock(StillClock(NOON))
    clock.heed(NOON + 300 * SECOND, NOON, NOON + 2 * SECOND)
    assert clock.now() == NOON


def test_a_wrong_clock_follows_the_servers(postgres_url: str):
    database = Database(postgres_url)
    clock = agreed(WrongClock(), database)
    assert clock is not None
    clock.agree(database)
    assert abs(clock.now() - WallClock().now()) < 5 * SECOND
    database.dispose()


@pytest.mark.parametrize("clock", [StillClock(NOON), WallClock()])
def test_where_there_is_nobody_to_disagree_with_the_clock_is_left_as_it_is(clock, sqlite_url: str):
    database = Database(sqlite_url)
    assert agreed(clock, database) is None
    database.dispose()
