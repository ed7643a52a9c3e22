"""Every text survives being painted, at every width: a clipped `132` reads `13`.

What decides and what paints is tried here with the widths and texts that Hypothesis thinks of, without a terminal.
Whether each screen gives its texts the room they need is looked at once, on the screens themselves.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.visual import RenderOptions
from textual.widgets import OptionList, Static

from console.actions import ALWAYS_NAMED, key_line, offered
from console.places import SCREENS
from console.screens.patient import WIDE_FROM
from console.views import wording
from console.views.cells import COLUMNS, Cell, Line
from console.views.devices import hub_line
from console.views.duty import duty_view
from console.views.incidents import incident_detail, incident_line
from console.views.patient import patient_view
from console.views.record import PatientRecord
from console.views.record_list import entry_detail, entry_lines
from console.views.system import system_view
from console.views.trends import draw, least_height
from console.views.ward import ward_view
from console.widgets.board import NARROWINGS, Board, columns, total_width
from console.widgets.paint import text_of_lines
from console.widgets.title import title_line
from monitor.overview import RecordLine

WORST_CODE = "STUDY-7-000042"
NARROWEST, WIDEST = 80, 200
widths = st.integers(NARROWEST, WIDEST)
foreign = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "M", "Zl", "Zp"]) | st.sampled_from("王李Łøß…✓│█ "),
    min_size=1,
    max_size=60,
)
"""What people write: any script, wide letters too, without marks that stand on others."""

a_few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


# --- the board: whole columns give way in the stated order, and no shown cell loses a letter


def a_patient(make, number, *, code, step, drug, hours, values, ago, certainty):
    value = {"ago": ago, "fresh": ago < 300, "doubts": ("clock",) if number % 2 else ()}
    answer = make.assessment(
        urgency="emergency",
        grade=4,
        at_least=True,
        certainty=certainty,
        clinician=3,
        disagrees=True,
        icans=4,
        reasons=(f"reason {number} " + "that is long and goes on and on " * 8 + "END",),
    )
    return make.well(
        number,
        code,
        drug=drug,
        step=step,
        hours=hours,
        answer=answer,
        temperature=make.measured("39.95", **value),
        oximetry=make.measured(values, **value),
        pressure=make.measured(values + 100, values, **value),
        pulse=make.measured(values, **value),
    )


def worst_ward(make):
    """Return a ward whose every value is as wide as a value can be."""
    overviews = [
        a_patient(
            make,
            number,
            code=f"{WORST_CODE}{number:02}",
            step="third step-up dose, repeated",
            drug="mosunetuzumab",
            hours=2399,
            values=150,
            ago=400 * 24 * 60,
            certainty="suspected",
        )
        for number in range(6)
    ]
    incidents = [
        make.incident(
            number,
            number,
            None,
            unanswered_since=None if number % 2 else make.now - timedelta(hours=47),
            holder="Wolfeschlegelsteinhausen Berg",
            held_until=make.now + timedelta(minutes=120),
        )
        for number in range(6)
    ]
    return replace(make.snapshot(), overviews=overviews, incidents=incidents)


def rows_of(make, snapshot):
    return ward_view(snapshot, make.now, zone=make.zone, actor=make.actor).rows


def sample_rows(make):
    return rows_of(make, make.snapshot())


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
    return rows_of(make, replace(make.snapshot(), overviews=overviews, incidents=incidents))


@st.composite
def wards(draw):
    """Return a few patients with anything in their cells, as a function of the builders."""
    people = [
        {
            "code": draw(st.from_regex(r"[A-Z]{1,5}-[0-9]{1,9}", fullmatch=True)),
            "step": draw(foreign),
            "drug": draw(st.sampled_from(["teclistamab", "mosunetuzumab", "epcoritamab", "talquetamab"])),
            "hours": draw(st.integers(0, 2_399)),
            "values": draw(st.integers(0, 150)),
            "ago": draw(st.integers(0, 600_000)),
            "certainty": draw(st.sampled_from(["none", "suspected", "confirmed"])),
            "holder": draw(st.none() | foreign),
        }
        for _ in range(draw(st.integers(1, 4)))
    ]

    def rows(make):
        overviews, incidents = [], []
        for number, person in enumerate(people):
            holder = person["holder"]
            overviews.append(a_patient(make, number, **{key: person[key] for key in person if key != "holder"}))
            since = make.now - timedelta(hours=47) if holder is None else None
            incidents.append(make.incident(number, number, None, unanswered_since=since, holder=holder))
        return rows_of(make, replace(make.snapshot(), overviews=overviews, incidents=incidents))

    return rows


@given(wards(), widths)
@a_few
def test_whole_columns_of_the_board_give_way_in_the_stated_order_and_no_shown_cell_loses_a_letter(make, ward, width):
    rows = ward(make)
    shown = columns(rows, width)
    gone = frozenset(range(len(COLUMNS))) - {column.index for column in shown}
    short = frozenset(column.index for column in shown if column.short)
    at = next(number for number, each in enumerate(NARROWINGS) if (each.without, each.short) == (gone, short))
    assert total_width(shown) <= width or at == len(NARROWINGS) - 1  # beyond the last the board scrolls sideways
    wider = columns(rows, width + 40)
    assert {column.index for column in shown} <= {column.index for column in wider}
    board = Board()
    board._columns = shown
    for row in rows:
        strip = board._row_strip(row)
        assert total_width(shown) <= strip.cell_length <= total_width(shown) + 1
        left = strip.text
        for text in filter(None, (column.cell(row).text for column in shown)):
            before, found, left = left.partition(text)
            assert found == text
            assert not before.strip()


@pytest.mark.parametrize("ward", [sample_rows, night_rows])
def test_on_an_ordinary_night_no_width_from_80_to_200_scrolls_sideways(make, ward):
    rows = ward(make)
    for width in range(NARROWEST, WIDEST + 1):
        assert total_width(columns(rows, width)) <= width


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


# --- the line of keys and the title, at every width


@pytest.mark.parametrize("place", SCREENS)
def test_the_line_of_keys_fits_every_width_and_drops_whole_keys_from_its_end(place):
    named = [each for each in offered(place) if each.short and each.name != f"go('{place}')"]
    words = [f"{each.shown_key or each.keys[0]} {each.short}" for each in named]
    always = [word for word, each in zip(words, named, strict=True) if each.name in ALWAYS_NAMED]
    before: list[str] = []
    for width in range(NARROWEST - 2, WIDEST - 1):
        line = key_line(place, width)
        assert len(line) <= width
        kept = [word for word in words if word in line.split("  ")]
        assert "  ".join(kept) == line
        assert set(always) <= set(kept)
        others = [word for word in words if word not in always]
        dropped = [word for word in others if word not in kept]
        assert dropped == others[len(others) - len(dropped) :]
        assert set(before) <= set(kept)
        before = kept


@given(foreign, foreign, widths)
@a_few
def test_the_title_and_the_counts_both_survive_side_by_side_or_below_each_other(title, counts, width):
    painted = painted_text(title_line(Cell(text=title), counts, width), width)
    assert letters(painted) == letters(title + counts)


# --- everything that wraps: each view's lines, painted as the screens paint them


def letters(text):
    """Return what of a text is no blank: wrapping moves blanks, and may move nothing else."""
    return "".join(text.split())


def painted_text(text, width):
    """Return a text as the library's painter lays it out in `width` cells; no line may be longer."""
    strips = Content.from_rich_text(text).render_strips(width, None, Style(), RenderOptions(Style.parse, {}))
    assert all(strip.cell_length <= width for strip in strips)
    return " ".join(strip.text for strip in strips)


def of_an_incident(make, words):
    incident = make.incident(7, 42, WORST_CODE, reason=words, offered_to=words)
    calls = (make.call(1, 60, person=words, state="failed", outcome=words), make.call(2, 30, person=words))
    story = make.story(incident_id=7, round=1, began_at=make.now, calls=calls, accepted_note=words)
    held = replace(incident, unanswered_since=None, holder=words)
    told = incident_detail(incident, story, make.now, make.zone, why=(words, words))
    return (incident_line(held, make.now, make.zone), *incident_detail(held, story, make.now, make.zone), *told), 5


def of_duty(make, words):
    book = make.duty()
    telephones = [make.telephone("k", words, "+12025550112", state="failed", why=words)]
    overrides = [replace(each, why=words, by=words) for each in book.overrides]
    view = duty_view(replace(book, telephones=telephones, overrides=overrides), make.now, make.zone)
    broken = duty_view(replace(book, roster=None, problem=words), make.now, make.zone)
    return (view.head, *view.on_call, *view.gaps, *view.telephones, *view.overrides, broken.head), 5


def of_hubs(make, words):
    return (hub_line(make.hub("kit-" + "x" * 50, WORST_CODE, troubles=(words, words)), make.now, wide=60),), 2


def of_the_system(make, words):
    parts = [make.part(subject="texts", state="failed", text=words, since=make.now)]
    incident = make.incident(30, None, None, kind="technical", urgency="urgent", reason=words, holder=words)
    faults = (replace(make.unsigned, text=words),)
    view = system_view(parts, [incident], faults, make.now, make.zone, failure=words)
    return (view.seeing, view.calling, *view.parts, *view.conditions, *view.setup), 6


def of_a_patient(make, words):
    history = make.history()
    entries = tuple(replace(each, text=words, by=words) for each in history.entries)
    overview = make.patient(42, WORST_CODE, answer=make.assessment(reasons=(words,)))
    record = PatientRecord(
        patient_id=overview.patient_id,
        read_at=make.now,
        overview=overview,
        history=replace(history, entries=entries),
        incidents=(),
        texts=[make.text(1, 1, words, direction="in", person=words)],
        dossier=make.dossier(),
    )
    view = patient_view(record, make.now, zone=make.zone, failure=words)
    detail = entry_detail(RecordLine(line=entries[0], body={}), make.now, make.zone)
    listed = tuple(line for _, line in entry_lines(entries, make.now, make.zone))
    shown = (*view.why, *view.now, *view.next_dose, *view.window, *view.entries, *view.messages, *listed, *detail)
    return (Line(text=view.head.text), Line(text=view.state.text), *shown), 4 * len(entries) + 4


VIEWS = (of_an_incident, of_duty, of_hubs, of_the_system, of_a_patient)


@given(foreign, widths)
@a_few
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_whatever_somebody_wrote_is_in_its_view_and_no_letter_is_lost_in_painting(make, view, words, width):
    lines, times = view(make, words)
    said = letters("".join(line.text + line.after for line in lines))
    written = letters(wording.one_line(words))
    assert said.count(written) >= times
    room = width // 2 - 4  # the narrowest box: half a screen, its frame and its blanks
    assert Counter(letters(painted_text(text_of_lines(lines), room))) == Counter(said)


@given(widths, st.integers(4, 60))
@a_few
def test_no_line_of_the_charts_is_longer_than_their_box(make, width, height):
    record = PatientRecord(
        patient_id=make.patient(42, WORST_CODE).patient_id,
        read_at=make.now,
        overview=make.patient(42, WORST_CODE),
        history=make.history(),
        incidents=(),
        texts=(),
        dossier=make.dossier(),
    )
    room = (width if width < WIDE_FROM else width * 5 // 8) - 5  # their share of the screen, frame and blanks
    shown = patient_view(record, make.now, zone=make.zone).trends
    rows = draw(shown, room, height)
    assert {cell_len("".join(cell.text for cell in row)) for row in rows} == {room}
    assert len(rows) == max(height, least_height(shown, room))


# --- the screens themselves: every text has the room it needs, and what is long can be scrolled to


def cut_off(screen):
    """Return what of a screen has not the room that it needs: texts, titles of boxes, lists."""
    found = []
    for each in screen.query(Static):
        if not each.display or not each.content_size.width or not each.region:
            continue
        needed = each.visual.get_height(each.styles, each.content_size.width)
        if needed > each.content_size.height or each.region.right > screen.size.width:
            found.append((each.id, needed, each.content_size))
        if each.border_title and cell_len(str(each.border_title)) > each.outer_size.width - 4:
            found.append((each.id, str(each.border_title)))
    found += [each.id for each in screen.query(OptionList) if each.max_scroll_x]
    found += [each.id for each in screen.query(VerticalScroll) if each.max_scroll_x]
    return found


async def settled(console, pilot):
    console._read_asked = float("-inf")
    console.beat()
    for _ in range(2):
        await console.workers.wait_for_complete()
        await pilot.pause()


def screen_lines(console) -> list[str]:
    """Return the lines of the screen as they are painted."""
    strips = console.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def words_of(console) -> str:
    """Return every word on the screen, boxes and wrapping removed."""
    text = "\n".join(screen_lines(console))
    return " ".join(re.sub(r"[│╭╮╰╯─▔▁▊▎█▆▅▇▄▃▂]", " ", text).split())


def hard_night(feed, make):
    """Let the screens have more, and longer, to say than they ever will."""
    long = "of something long that somebody wrote down " * 4
    name = "Wolfeschlegelsteinhausen Berg"
    ward = worst_ward(make)
    feed.snapshot = replace(
        ward,
        faults=(make.unsigned, make.fault(kind="mute", since=make.now, text=f"texts do not go out because {long}")),
        incidents=[
            make.incident(7, 0, WORST_CODE, reason=f"now emergency because {long}"),
            make.incident(
                30, None, None, kind="technical", urgency="urgent", reason=f"the gateway {long}", page_code="TQ30"
            ),
        ],
    )
    calls = tuple(
        make.call(number, 60 - number, person=name, state="failed", outcome=f"{long}{number}") for number in range(6)
    )
    feed.told = {7: make.story(incident_id=7, round=1, began_at=make.now, calls=calls, accepted_note=long)}
    telephones = tuple(
        make.telephone(f"k{number}", f"{name} {number}", f"+1202555011{number}", state="failed", why=long)
        for number in range(3)
    )
    feed.book = replace(make.duty(), telephones=telephones)
    feed.hubs = [make.hub(f"kit-{'x' * 50}-{number}", WORST_CODE, troubles=(long,)) for number in range(3)]
    feed.parts = [
        make.part(subject=subject, state="failed", text=long, since=make.now) for subject in ("gateway", "texts")
    ]


KEYS = ("enter", "x", "escape", "escape", "d", "escape", "question_mark", "escape", "2", "3", "4", "5", "6")
"""A patient, its record, and back; a form; the help; then the screens of the house, each in the place of the last."""


@pytest.mark.parametrize("width", [80, 120])  # the narrowest of either layout; wider ones only give more room
async def test_every_screen_gives_its_texts_the_room_they_need(console, feed, make, width):
    hard_night(feed, make)
    async with console.run_test(size=(width, 24)) as pilot:
        await settled(console, pilot)
        board = console.screen.query_one(Board)
        assert board.virtual_size.width == total_width(columns(board._rows, board.size.width))
        why = str(console.screen.query_one("#why").render())
        assert why.endswith("… enter: all")
        assert all(len(line) <= width - 2 for line in why.splitlines())
        for key in KEYS:
            await pilot.press(key)
            await settled(console, pilot)
            if key != "escape":
                assert len(console.screen_stack) > 2, key
                assert cut_off(console.screen) == [], key
        await pilot.press("1", "a")
        await pilot.pause()
        assert "something long that somebody wrote down" in words_of(console)
        assert "Enter: I have it" in words_of(console)


async def test_a_long_list_a_notice_and_a_question_cut_nothing_and_cover_nobody_who_is_called_about(
    console, feed, make
):
    night = [make.incident(each, each, None, unanswered_since=None, holder="Christopher Berg") for each in range(40)]
    overviews = [make.well(each, f"P-{each:04}") for each in range(40)]
    feed.snapshot = replace(feed.snapshot, overviews=overviews, incidents=[*night, make.incident(41, 0, "P-0000")])
    async with console.run_test(size=(80, 24), notifications=True) as pilot:
        await settled(console, pilot)
        board = console.screen.query_one(Board)
        assert board.show_vertical_scrollbar
        await pilot.resize_terminal(total_width(columns(board._rows, WIDEST)), 24)  # not one cell to spare
        await settled(console, pilot)
        assert board.show_vertical_scrollbar
        assert board.max_scroll_x == 0
        assert board.virtual_size.width < board.size.width
        await pilot.resize_terminal(80, 24)
        await settled(console, pilot)
        lines = screen_lines(console)
        shown = [row for row in board._rows if any(row.code in line for line in lines[7:-3])]
        assert len(shown) > 5
        for row in shown[:-1]:
            assert any(row.code in line and row.cells[COLUMNS.index("who has it")].text in line for line in lines)
        before = lines[: board.region.bottom]
        console.notify("P-0000: saved: paracetamol 1000 mg; now", markup=False, timeout=60)
        await pilot.pause()
        await pilot.pause()
        after = screen_lines(console)
        assert "saved: paracetamol 1000 mg" in after[-1]
        assert [line[25:] for line in after[1 : board.region.bottom]] == [line[25:] for line in before[1:]]
        await pilot.press("d")
        await settled(console, pilot)
        top = console.screen.query_one(".dialog").region.y
        urgent = next(number for number, line in enumerate(after) if "unanswered" in line)
        assert top > urgent


async def test_markup_in_foreign_text_is_printed_not_interpreted(console, feed, make):
    hostile = "[bold red]help[/] [link=x]y[/link] [/unbalanced"
    texts = [make.text(1, 1, hostile, direction="in", person=hostile)]
    incidents = [make.incident(7, 42, "P-0042", reason=hostile)]
    feed.snapshot = replace(feed.snapshot, texts=texts, incidents=incidents)
    async with console.run_test(size=(160, 48)) as pilot:
        await settled(console, pilot)
        assert words_of(console).count(hostile) >= 3
