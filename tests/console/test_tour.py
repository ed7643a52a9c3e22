"""The first-run tour: its keys are the registry's, it covers nothing, and it is shown once."""

import pytest

from console.actions import offered
from console.demonstration.tour_mark import MARK, mark_of, remember, seen
from console.keys import ACTIONS
from console.places import SCREENS
from console.views.tour import NAMED, STEPS, Tour, tour_lines
from console.widgets.board import Board
from console.widgets.keys import KeyLine

FILLED_ROWS = 8


def every_tour():
    return [Tour(at=at) for at in range(len(STEPS))]


def test_every_key_the_tour_names_is_one_of_the_registry_and_is_offered_where_the_step_stands():
    known = {each.name for each in ACTIONS}
    assert set(NAMED.values()) <= known
    for step in STEPS:
        assert step.by <= known
        for place in step.on:
            assert step.by & {each.name for each in offered(place)} == step.by
            assert "tour_on" in {each.name for each in offered(place)}
    words = " ".join(step.words + step.asking for step in STEPS)
    assert {word for word in NAMED if f"{{{word}}}" in words} | {"back", "next", "tour"} == set(NAMED)


@pytest.mark.parametrize("place", SCREENS)
def test_no_line_of_the_tour_is_longer_than_the_screen_and_four_are_enough(make, place):
    asking = [make.incident(1, 1, "STUDY-7-000042")]
    for tour in every_tour():
        for width in range(78, 199, 8):
            for given in (asking, []):
                lines = tour_lines(tour, place, given, width)
                assert 0 < len(lines) <= 4
                assert all(len(line) <= width for line in lines)
                assert "{" not in "".join(lines)


def test_the_tour_names_whoever_waits_and_the_way_back(make):
    fever = Tour(at=1)
    assert "Sooner or later" in tour_lines(fever, "board", [], 200)[0]
    told = " ".join(tour_lines(fever, "patient", [make.incident(1, 1, "P-0042")], 200))
    assert "P-0042 needs somebody" in told
    assert "(esc leads back.)" in told
    assert "Sooner or later" in tour_lines(fever, "board", [make.incident(30, None, None, kind="technical")], 200)[0]


def test_what_a_step_asks_for_leads_on_and_everything_else_does_not():
    tour = Tour().begun()
    assert tour.after("open_patient") == tour
    tour = tour.onward()
    assert tour.after("acknowledge") == tour
    assert tour.after("open_patient") == tour.onward()
    for _ in STEPS:
        tour = tour.onward()
    assert tour == tour.onward() == Tour()
    assert tour_lines(tour, "board", [], 78) == ()


async def test_a_tour_is_walked_by_doing_covers_no_row_and_is_over_with_one_key(console, make):
    told = []
    console.tour, console.tour_seen = Tour().begun(), lambda: told.append("seen")
    async with console.run_test(size=(80, 24)) as pilot:
        for _ in range(3):
            await console.workers.wait_for_complete()
            await pilot.pause()
        board, line = console.screen.query_one(Board), console.screen.query_one(KeyLine)
        assert "TOUR 1 of 6" in str(line.render())
        assert "↵ open" in str(line.render())
        assert board.region.bottom <= line.region.y
        assert board.size.height >= FILLED_ROWS
        assert console.screen.query_one("#next").region.y < board.region.y
        await pilot.press("space", "enter")
        await pilot.pause()
        assert "TOUR 3 of 6" in str(console.screen.query_one(KeyLine).render())
        await pilot.press("T")
        assert "TOUR" not in str(console.screen.query_one(KeyLine).render())
        assert told == ["seen"]
        await pilot.press("T")
        assert "TOUR 1 of 6" in str(console.screen.query_one(KeyLine).render())


def test_the_mark_lies_in_the_users_folder_and_what_cannot_be_kept_disturbs_nobody(tmp_path):
    mark = mark_of({"XDG_STATE_HOME": str(tmp_path), "HOME": "/nowhere"})
    assert mark == tmp_path / MARK
    assert not seen(mark)
    remember(mark)
    assert seen(mark)
    assert mark_of({"HOME": str(tmp_path)}) == tmp_path / ".local" / "state" / MARK
    assert mark_of({}) is None
    remember(None)
    (tmp_path / "file").touch()
    remember(tmp_path / "file" / MARK)
    assert not seen(tmp_path / "file" / MARK)
