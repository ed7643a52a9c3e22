"""Every text survives being painted: a clipped `132` reads `13`."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.containers import VerticalScroll

from console.actions import key_line
from console.keys import SCREENS
from console.views.cells import COLUMNS
from console.views.ward import ward_view
from console.widgets.board import NARROWINGS, Board, columns, total_width

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
        shown = columns(board._rows, board.size.width)
        for number, row in enumerate(board._rows):
            line = painted_row(board, number)
            for column in shown:
                assert column.cell(row).text in line, (column, line)


def sample_rows(make, snapshot=None):
    return ward_view(snapshot or make.snapshot(), make.now, zone=make.zone, actor=make.actor).rows


def night_rows(make):
    """Return a ward whose texts are all as long as an ordinary night makes them."""
    held = make.now + timedelta(minutes=120)
    overviews = [
        make.patient(
            number,
            f"P-{number:04}",
            step="first full dose",
            hours=300,
            onset=make.curve(),
            answer=make.assessment(
                urgency="urgent", grade=2, at_least=True, certainty="suspected", clinician=3, disagrees=True, icans=2
            ),
            temperature=make.measured("39.1", ago=500, fresh=False),
            oximetry=make.measured(100, ago=500, fresh=False),
            pressure=make.measured(184, 102, ago=500, fresh=False, doubts=("body_movement",)),
            pulse=make.measured(131, ago=500, fresh=False),
        )
        for number in range(12)
    ]
    incidents = [
        make.incident(number, number, None, unanswered_since=None, holder="Christopher Berg", held_until=held)
        for number in range(12)
    ]
    return sample_rows(make, replace(make.snapshot(), overviews=overviews, incidents=incidents))


@pytest.mark.parametrize("width", range(80, 201))
def test_on_an_ordinary_night_no_width_from_80_to_200_scrolls_sideways(make, width):
    for rows in (sample_rows(make), night_rows(make)):
        shown = columns(rows, width)
        assert total_width(shown) <= width
        for column in shown:
            assert all(len(column.cell(row).text) <= column.width for row in rows)


def test_columns_give_way_in_the_stated_order_and_what_tells_of_danger_always_stays(make):
    always = {COLUMNS.index(name) for name in ("", "who", "crs", "temp", "spo2", "bp", "who has it")}
    for rows in (sample_rows(make), night_rows(make)):
        seen = []
        for width in range(220, 40, -1):
            shown = columns(rows, width)
            gone = frozenset(range(len(COLUMNS))) - {column.index for column in shown}
            short = frozenset(column.index for column in shown if column.short)
            assert always <= {column.index for column in shown}
            if not seen or seen[-1] != (gone, short):
                seen.append((gone, short))
        stated = [(each.without, each.short) for each in NARROWINGS]
        assert seen == [each for each in stated if each in seen]
        assert seen[-1] == stated[-1]


@pytest.mark.parametrize("place", SCREENS)
@pytest.mark.parametrize("width", range(80, 201, 8))
def test_the_line_of_keys_fits_every_width(place, width):
    assert len(key_line(place, width - 2)) <= width - 2


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


LONG_NAME = "Wolfeschlegelsteinhausen Berg"
EVERY_SO_WIDE = (80, 81, 119, 120, 200)


def hard_night(feed, make):
    """Let the screens of the house have more, and longer, to say than they ever will."""
    long = "of something long that somebody wrote down " * 4
    feed.snapshot = replace(
        feed.snapshot,
        faults=(make.unsigned, make.fault(kind="mute", since=make.now, text=f"texts do not go out because {long}")),
        incidents=[
            make.incident(7, 42, "STUDY-7-000042", reason=f"now emergency because {long}"),
            make.incident(
                30, None, None, kind="technical", urgency="urgent", reason=f"the gateway {long}", page_code="TQ30"
            ),
        ],
    )
    calls = tuple(
        make.call(
            number, 60 - number, person="Wolfeschlegelsteinhausen Berg", state="failed", outcome=f"{long}{number}"
        )
        for number in range(6)
    )
    feed.told = {7: make.story(incident_id=7, round=1, began_at=make.now, calls=calls, accepted_note=long)}
    telephones = tuple(
        make.telephone(
            f"k{number}", f"Wolfeschlegelsteinhausen {number}", f"+1202555011{number}", state="failed", why=long
        )
        for number in range(3)
    )
    feed.book = replace(make.duty(), telephones=telephones)
    feed.hubs = [make.hub(f"kit-{'x' * 50}-{number}", "STUDY-7-000042", troubles=(long,)) for number in range(3)]
    feed.parts = [make.part(subject=name, state="failed", text=long, since=make.now) for name in ("gateway", "texts")]


@pytest.mark.parametrize("key", "2345")
async def test_every_word_of_a_screen_of_the_house_can_be_read_at_every_width(console, feed, make, key):
    hard_night(feed, make)
    async with console.run_test(size=(80, 120)) as pilot:
        await console.workers.wait_for_complete()
        await pilot.press(key)
        for width in EVERY_SO_WIDE:
            await pilot.resize_terminal(width, 120)
            console._read_asked = float("-inf")
            console.beat()
            for _ in range(3):
                await console.workers.wait_for_complete()
                await pilot.pause()
            shown = words_of(console)
            for words in expected(key, feed):
                assert all(word in shown for word in words.split()), (width, words)
            lines = ["".join(segment.text for segment in strip) for strip in console.screen._compositor.render_strips()]
            assert all(len(line) == width for line in lines)


def expected(key, feed):
    """Return what each screen must show in full."""
    yield from (fault.text for fault in feed.snapshot.faults if fault.kind == "mute")
    match key:
        case "2":
            yield from (
                f"{each.code or 'the system'} {each.page_code} {each.reason}" for each in feed.snapshot.incidents
            )
            yield from (f"{each.person} {each.outcome}" for each in feed.told[7].calls)
        case "3":
            yield from (f"{each.name} {each.number} {each.why}" for each in feed.book.telephones)
            yield from (f"{each.why} {each.by}" for each in feed.book.overrides)
        case "4":
            yield from (f"{each.name} {each.code} {each.troubles[0]}" for each in feed.hubs)
        case "5":
            yield from (f"{each.subject} {each.text}" for each in feed.parts)
            yield from (each.reason for each in feed.snapshot.incidents if each.kind == "technical")
