"""Properties of the grading over courses of every type of event: what no course may ever show.

`make properties` tries them over more than 100,000 courses; how long that takes: docs/development.md.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.record import Voided
from spec_courses import (
    ANYTHING,
    ATTRIBUTIONS,
    RULES,
    after,
    cases,
    course,
    courses,
    event,
    full_readings,
    instants,
    look,
    profiles,
    readings,
    regimens,
)

pytestmark = pytest.mark.slow

SILENCE_H = (0.25, 0.5, 1, 2, 3, 3.5, 4, 4.5, 5, 6, 8, 9, 14, 24, 25, 36, 49, 73, 97, 121, 241)
SIGHT = ("blind", "partial", "seen")


@cases(20)
@given(told=courses(), order=st.randoms(use_true_random=False), asked=st.sets(st.integers(0, 10)), whose=profiles)
def test_the_order_of_arrival_never_changes_the_final_timeline(told, order, asked, whose):
    arriving = list(told)
    order.shuffle(arriving)
    taught = course([], whose)
    for number, one in enumerate(arriving):
        taught.learn(one)
        if number in asked:
            taught.assess(max(each.known_at for each in taught.events))
    expected = course(told, whose)
    for at in instants(told, 5, 30):
        assert taught.assess(at) == expected.assess(at)


@cases(20)
@given(told=courses(), whose=profiles, by=regimens)
def test_silence_never_shows_more_and_never_reassures(told, whose, by):
    """Whatever was told: growing old, nothing becomes visible, sure or calm by itself."""
    silent = course(told, whose, by)
    answers = [silent.assess(at) for at in instants(told, *SILENCE_H)[-len(SILENCE_H) - 1 :]]
    for earlier, later in pairwise(answers):
        assert SIGHT.index(later.sight.state) <= SIGHT.index(earlier.sight.state)
        assert later.crs.fever in {earlier.crs.fever, None}
        assert later.crs.hypotension_grade in {earlier.crs.hypotension_grade, None}
        assert later.crs.hypoxia_grade in {earlier.crs.hypoxia_grade, None}
        assert not (later.sight.state == "blind" and later.crs.grade == 0)
        assert later.icans.grade in {earlier.icans.grade, None}
        assert not (later.icans.grade is None and earlier.icans.grade)
        assert not (earlier.icans.at_least and not later.icans.at_least)
        assert not (later.news2.complete and not earlier.news2.complete)


UNENDING = st.one_of(
    readings,
    readings,
    st.sampled_from([body for body in ANYTHING if body.split()[0] in {"dose", "support", "baseline", "tick", "crs"}]),
)


@cases(20)
@given(told=courses(UNENDING), whose=profiles, by=regimens)
def test_staleness_never_lowers_an_urgency_or_a_grade(told, whose, by):
    """Without what ends by its hours alone: medicines, symptoms, examinations, attributions, places."""
    silent = course(told, whose, by)
    found = [silent.find(at) for at in instants(told, *SILENCE_H)[-len(SILENCE_H) - 1 :]]
    for earlier, later in pairwise(found):
        assert later.urgency >= earlier.urgency
        if earlier.crs.grade:
            assert later.crs.grade is not None
            assert later.crs.grade >= earlier.crs.grade
            assert later.crs.at_least >= earlier.crs.at_least


@cases(20)
@given(told=courses(), which=st.integers(0, 10), whose=profiles)
def test_what_is_told_twice_changes_nothing(told, which, whose):
    twice = told[which % len(told)]
    assume(not any(isinstance(one, Voided) and one.of == twice.ref for one in told))
    once, again = course(told, whose), course([*told, replace(twice, ref=f"{twice.ref} again")], whose)
    for at in instants(told, 5, 30):
        assert again.assess(at) == once.assess(at)


@cases(20)
@given(
    told=courses(),
    at_event=st.integers(0, 10),
    minutes=st.integers(0, 90),
    sign=st.sampled_from(ATTRIBUTIONS),
    whose=profiles,
    by=regimens,
)
def test_attributing_a_cause_never_lowers_urgency(told, at_event, minutes, sign, whose, by):
    """Neither of anything told nor of silence, and whether the fever is explained before it comes or after."""
    minute = int((told[at_event % len(told)].at - after(0)) / timedelta(minutes=1)) + minutes
    attributed = course([*told, event(sign, minute, ref="the attribution")], whose, by)
    plain = course([*told, look(minute)], whose, by)
    for at in instants([*told, look(minute)], 1, 4.5, 5, 9, 25):
        assert attributed.find(at).urgency >= plain.find(at).urgency
        assert all(track.rank >= plain.state.tracks[group].rank for group, track in attributed.state.tracks.items())


CLOSED_AT_ONCE = replace(RULES, doses_of_last=timedelta(0))
"""Rules by which every window is closed from the dose on: the least a window can say."""


@cases(20)
@given(told=courses(), whose=profiles, by=regimens)
def test_the_window_never_lowers_urgency(told, whose, by):
    """Until a late value was too old to count by the window's interval and not too old without one.

    That is how long a value counts, and no choice of ours: docs/decisions/0022-silence-never-calms.md.
    """
    windowed, windowless = course(told, whose, by), course(told, whose, by, CLOSED_AT_ONCE)
    for at in instants(told, 1, 4.5, 5, 9, 25):
        one, other = windowed.find(at), windowless.find(at)
        assert other.window.phase in {"before", "closed"}
        if _counting(windowless) != _counting(windowed):
            break
        assert one.urgency >= other.urgency


def _counting(one: Any) -> set[str]:
    """Return the groups whose newest value counts for the present urgency."""
    return {group for group, track in one.state.tracks.items() if track.newest and track.newest.moves_urgency}


@cases(20)
@given(told=courses(full_readings), whose=profiles, some=regimens, other=regimens)
def test_no_window_changes_what_values_say(told, whose, some, other):
    """The urgency of values is the same whatever the drug, so whatever the window says."""
    one, two = course(told, whose, some), course(told, whose, other)
    for at in instants(told):
        one.find(at)
        two.find(at)
        assert {g: t.rank for g, t in one.state.tracks.items()} == {g: t.rank for g, t in two.state.tracks.items()}


@cases(20)
@given(told=courses(), which=st.integers(0, 10), minutes=st.integers(0, 2000), whose=profiles, by=regimens)
def test_voiding_an_event_equals_never_having_had_it_from_then_on(told, which, minutes, whose, by):
    struck = told[which % len(told)]
    minute = int((struck.at - after(0)) / timedelta(minutes=1)) + minutes
    void = Voided(at=after(minute), ref="the void", of=struck.ref, why="entered for another patient")
    had = course(told, whose, by)
    voided = course([*told, void], whose, by)
    never = course([*(one for one in told if one is not struck), look(minute)], whose, by)
    for at in instants([*told, void], 1, 5, 25):
        expected = had if at < void.at else never
        assert voided.assess(at) == expected.assess(at)
