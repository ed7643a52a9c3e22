"""Finding a patient on a long board, and showing only who needs somebody: nobody who needs somebody is ever hidden."""

from dataclasses import replace
from datetime import timedelta

from keyboard import painted, settled
from textual.pilot import Pilot
from textual.widgets import Input

from console.views.cells import Group
from console.views.rows import needs_somebody
from console.views.ward import ward_view
from console.widgets.board import Board

SIZE = (80, 24)


async def searched(pilot: Pilot, words: str) -> None:
    await pilot.press("slash")
    pilot.app.screen.query_one(Input).value = words
    await pilot.press("enter")
    await settled(pilot)


async def test_a_part_of_a_code_takes_the_cursor_to_the_patient_and_again_to_the_next(console, feed, make):
    ward = [make.well(number, f"P-{number:04}") for number in range(200)]
    feed.snapshot = replace(feed.snapshot, overviews=ward, incidents=[])
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await searched(pilot, "p-0142")
        assert console.board.selected.code == "P-0142"
        assert "P-0142" in painted(pilot)
        await searched(pilot, "42")
        assert console.board.selected.code == "P-0042"
        await searched(pilot, "42")
        assert console.board.selected.code == "P-0142"
        await searched(pilot, "999")
        assert console.board.selected.code == "P-0142"
        assert any("holds '999'" in each.message for each in console._notifications)


async def test_a_narrowed_board_says_how_many_it_leaves_out_and_the_same_key_shows_them(console):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        rows = console.view().rows
        well = [row.code for row in rows if not needs_somebody(row)]
        assert well
        await pilot.press("v")
        await settled(pilot)
        shown = painted(pilot)
        assert f"{len(well)} NOT SHOWN (v)" in shown
        assert not any(code in shown for code in well)
        await pilot.press("v")
        await settled(pilot)
        assert "NOT SHOWN" not in painted(pilot)
        assert len(console.screen.query_one(Board)._rows) == len(rows)


async def test_whoever_is_looked_for_is_found_though_the_board_was_narrowed(console):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        well = [row.code for row in console.view().rows if not needs_somebody(row)]
        await pilot.press("v")
        await searched(pilot, well[-1])
        assert console.board.selected.code == well[-1]


async def test_a_patient_who_turns_ill_comes_back_onto_a_narrowed_board_by_themselves(console, feed, make):
    async with console.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("v")
        await settled(pilot)
        assert "P-0021" not in painted(pilot)
        page = make.incident(20, 21, "P-0021", opened_at=make.now - timedelta(minutes=1))
        feed.snapshot = replace(feed.snapshot, incidents=[page, *feed.snapshot.incidents])
        console.read_now()
        await settled(pilot)
        console._read_asked = float("-inf")
        console.beat()
        await settled(pilot)
        assert "P-0021" in painted(pilot)


def test_only_the_well_and_seen_without_anything_to_do_may_be_left_out(make):
    rows = ward_view(make.snapshot(), make.now, zone=make.zone, actor=make.actor).rows
    for row in rows:
        if not needs_somebody(row):
            assert row.group is Group.REST
            assert row.incident is None
    assert all(needs_somebody(row) for row in rows if row.group is not Group.REST)
    blind = ward_view(make.snapshot(), make.now, zone=make.zone, actor=make.actor, failure="disk gone").rows
    assert all(needs_somebody(row) for row in blind), "while nothing can be read nobody is well and seen"
