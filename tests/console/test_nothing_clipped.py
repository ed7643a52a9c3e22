"""Every text survives being painted: a clipped `132` reads `13`."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.containers import VerticalScroll

from console.views.cells import COLUMNS
from console.views.ward import ward_view
from console.widgets.board import Board, total_width, widths

WORST_CODE = "STUDY-7-000042"


def worst(make, number: int):
    """Return a patient whose every value is as wide as a value can be."""
    stale = {"ago": 400 * 24 * 60, "fresh": False}
    doubt = {"ago": 99, "doubts": ("clock",)}
    value = stale if number % 2 else doubt
    answer = make.assessment(
        urgency="emergency",
        grade=4,
        at_least=True,
        certainty="suspected",
        clinician=3,
        disagrees=True,
        icans=4,
        reasons=(f"reason {number} " + "that is long and goes on and on " * 8 + "END",),
    )
    return make.well(
        number,
        f"{WORST_CODE}{number:02}",
        drug="mosunetuzumab",
        step="third step-up dose, repeated",
        hours=2399,
        answer=answer,
        temperature=make.measured("39.95", **value),
        oximetry=make.measured(100, **value),
        pressure=make.measured(250, 150, **value),
        pulse=make.measured(239, **value),
    )


def worst_ward(make):
    held = make.now + timedelta(minutes=120)
    incidents = [
        make.incident(
            number,
            number,
            None,
            unanswered_since=None if number % 2 else make.now - timedelta(hours=47),
            holder="Wolfeschlegelsteinhausen Berg",
            held_until=held,
        )
        for number in range(40)
    ]
    overviews = [worst(make, number) for number in range(40)]
    return replace(make.snapshot(), overviews=overviews, incidents=incidents)


def painted_row(board: Board, row_number: int) -> str:
    """Return the whole line of a row, also what is scrolled out of sight."""
    line = ""
    while len(line) < board.virtual_size.width:
        board.scroll_to(x=len(line), animate=False, force=True)
        offset = int(board.scroll_offset.x)
        board.scroll_to(y=row_number, animate=False, force=True)
        seen = board.render_line(row_number - int(board.scroll_offset.y) + 1).text
        line = line[:offset] + seen
    return line


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 48), (240, 60)])
async def test_every_cell_of_the_worst_ward_survives_on_the_board(console, feed, make, size):
    feed.snapshot = worst_ward(make)
    async with console.run_test(size=size) as pilot:
        for _ in range(3):
            await console.workers.wait_for_complete()
            await pilot.pause()
        board = console.screen.query_one(Board)
        columns = widths(board._rows, board.size.width)
        assert len(columns) >= len(COLUMNS) - 1
        for number, row in enumerate(board._rows):
            line = painted_row(board, number)
            for index, cell in enumerate(row.cells[: len(columns)]):
                short = COLUMNS[index] == "dose" and row.short_dose.text in line
                assert short or cell.text in line, (cell.text, line)


def test_the_sample_ward_fits_eighty_columns_without_scrolling_sideways(make):
    rows = ward_view(make.snapshot(), make.now, zone=make.zone, actor=make.actor).rows
    assert total_width(widths(rows, 80)) <= 80


async def test_what_does_not_fit_under_the_board_says_that_there_is_more(console, feed, make):
    feed.snapshot = worst_ward(make)
    async with console.run_test(size=(80, 24)) as pilot:
        for _ in range(3):
            await console.workers.wait_for_complete()
            await pilot.pause()
        why = str(console.screen.query_one("#why").render())
        assert why.endswith("… enter: all")
        assert all(len(line) <= 78 for line in why.splitlines())


def words_of(console) -> str:
    """Return every word on the screen, boxes and wrapping removed."""
    strips = console.screen._compositor.render_strips()
    text = "\n".join("".join(segment.text for segment in strip) for strip in strips)
    return " ".join(re.sub(r"[│╭╮╰╯─▔▁▊▎█▆▅▇▄▃▂]", " ", text).split())


@pytest.mark.parametrize("width", [80, 119, 120, 160])
async def test_every_word_of_the_patient_screen_can_be_scrolled_to(console, feed, make, width):
    feed.snapshot = worst_ward(make)
    async with console.run_test(size=(width, 220)) as pilot:
        for _ in range(3):
            await console.workers.wait_for_complete()
            await pilot.pause()
        await pilot.press("enter")
        await console.workers.wait_for_complete()
        await pilot.pause()
        console._read_asked = float("-inf")
        console.beat()
        for _ in range(4):
            await console.workers.wait_for_complete()
            await pilot.pause()
        shown = words_of(console)
        body = console.screen.query_one("#body", VerticalScroll)
        assert body.virtual_size.height <= body.size.height
        words = ("mosunetuzumab", "repeated", "250/150", "100 ", "MajesTEC-1,", "(published)", "END", "CRS,", "ICANS")
        for word in words:
            assert word in shown
        for entry in make.history().entries:
            for word in entry.text.split():
                assert word in shown
        width_of_chart = console.screen.query_one("#temperature").content_size.width
        assert width_of_chart >= 30


async def test_a_long_page_is_wrapped_in_the_answer_not_cut(console, feed, make):
    long = make.incident(7, 42, "P-0042", reason="now emergency because " + "of something long " * 12 + "END")
    feed.snapshot = replace(feed.snapshot, incidents=[long])
    async with console.run_test(size=(80, 24)) as pilot:
        for _ in range(3):
            await console.workers.wait_for_complete()
            await pilot.pause()
        await pilot.press("a")
        await pilot.pause()
        assert "long END" in words_of(console)
        assert "Enter: I have it" in words_of(console)


async def test_markup_in_foreign_text_is_printed_not_interpreted(console, feed, make):
    hostile = "[bold red]help[/] [link=x]y[/link] [/unbalanced"
    texts = [make.text(1, 1, hostile, direction="in", person=hostile)]
    incidents = [make.incident(7, 42, "P-0042", reason=hostile)]
    feed.snapshot = replace(feed.snapshot, texts=texts, incidents=incidents)
    async with console.run_test(size=(160, 48)) as pilot:
        for _ in range(3):
            await console.workers.wait_for_complete()
            await pilot.pause()
        shown = words_of(console)
        assert shown.count(hostile) >= 3
