"""The bell: it rings for an emergency nobody has, can be paused and not turned off, and is not believed unheard."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyboard import settled

from console.bell import BELL_EVERY_S, BELL_PAUSE_S, UNTRIED_AFTER_S, Bell

SIZE = (100, 30)


def banners(console) -> str:
    return "\n".join(cell.text for cell in console.view().banners)


@given(st.lists(st.tuples(st.floats(0.01, 400), st.booleans()), max_size=60))
def test_however_often_it_is_paused_it_is_never_silent_for_longer_than_the_last_pause(steps):
    bell, now, paused_at = Bell(quiet_since_s=0.0), 0.0, float("-inf")
    for wait, pause in steps:
        now += wait
        if pause:
            bell, paused_at = bell.paused(now), now
        if bell.due(now):
            assert now - paused_at >= BELL_PAUSE_S
            bell = bell.rung(now)
        assert bell.due(max(now, paused_at) + BELL_PAUSE_S + BELL_EVERY_S)


def test_a_day_without_a_sound_is_said_and_any_ring_ends_that():
    bell = Bell(quiet_since_s=0.0)
    assert bell.words(UNTRIED_AFTER_S - 1) is None
    assert "has not rung here for a day" in str(bell.words(UNTRIED_AFTER_S))
    assert bell.rung(UNTRIED_AFTER_S).words(UNTRIED_AFTER_S + 1) is None


def test_a_bell_nobody_heard_is_said_until_somebody_hears_it():
    bell = Bell(quiet_since_s=0.0).tried(heard=False)
    assert "NOT HEARD" in str(bell.rung(5.0).words(6.0)), "ringing for an emergency proves no sound"
    assert bell.tried(heard=True).words(6.0) is None


async def test_whoever_tries_the_bell_says_whether_they_heard_it_and_the_board_says_so(console, monkeypatch):
    rung = []
    monkeypatch.setattr(console, "bell", lambda: rung.append(1))
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        rung.clear()
        await pilot.press("B")
        assert rung == [1]
        await pilot.press("escape")
        await settled(pilot)
        assert "BELL NOT HEARD: this console makes no sound" in banners(console)
        await pilot.press("B", "enter")
        await settled(pilot)
        assert "BELL" not in banners(console)


@pytest.mark.parametrize("key", ["1", "2", "5"])
async def test_a_console_whose_bell_has_not_rung_for_a_day_says_so_on_every_screen(console, feed, key):
    feed.snapshot = replace(feed.snapshot, incidents=[])
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        console.ringer = replace(console.ringer, quiet_since_s=console.ringer.quiet_since_s - UNTRIED_AFTER_S)
        await pilot.press(key)
        await settled(pilot)
        console.repaint()
        await pilot.pause()
        strips = console.screen._compositor.render_strips()
        shown = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        assert "BELL: it has not rung here for a day" in shown
