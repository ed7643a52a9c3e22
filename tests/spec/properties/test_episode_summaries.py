"""Whatever the course: every episode is summed up once, as the answers have it, and reads back as it was written."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.episode_record import plain
from monitor.episode_summary import EpisodeSummary, summaries
from spec_courses import cases, course, courses, instants, profiles, regimens

pytestmark = pytest.mark.slow


@cases(15, share=0.2)
@given(told=courses(), whose=profiles, by=regimens, hours=st.sampled_from((0, 3, 26, 60)))
def test_every_episode_is_summed_up_once_as_the_answers_have_it(told, whose, by, hours):
    now = instants(told, hours)[-1]
    found = summaries(course(told, whose, by), now)
    newest = course(told, whose, by).assess(now).crs.episode
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert (newest.number if newest else 0) == len(found)
    for one in found:
        assert one.ended_at is None or one.ended_at >= one.onset
        worst = max((turn.grade for turn in one.grades if turn.grade is not None), default=None)
        assert worst == (one.peak.grade if one.peak else None)
        assert all(one.onset <= given.at <= (one.ended_at or now) for given in one.treatments)
        assert msgspec.convert(plain(one), EpisodeSummary) == one
    if newest is not None:
        last = found[-1]
        assert last.onset == newest.onset
        # What is measured after the watch has ended is no part of it.
        assert last.ended == "watch_ended" or newest.peak == (last.peak.grade if last.peak else None)
        assert newest.resolved is None or newest.resolved == last.ended_at
