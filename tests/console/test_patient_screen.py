"""The patient screen at the keys: its sections, the span of its charts, the audit trail that only some may read."""

from dataclasses import replace
from datetime import timedelta

from textual.containers import VerticalScroll
from textual.pilot import Pilot

from console.screens.patient import NAMES, TRAIL_UNREAD
from console.sitting import Person
from console.views.sections import SECTIONS
from gateway.permissions import Role

SIZES = ((80, 24), (160, 48))


async def settled(pilot: Pilot) -> None:
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    pilot.app.repaint()
    await pilot.pause()


def painted(pilot: Pilot) -> str:
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def pressed(pilot: Pilot, key: str) -> str:
    await pilot.press(key)
    await settled(pilot)
    return painted(pilot)


async def test_every_section_is_one_key_or_some_tabs_away_in_both_sizes(console):
    async with console.run_test(size=SIZES[0]) as pilot:
        await settled(pilot)
        await pressed(pilot, "enter")
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await settled(pilot)
            for letter, _, title in (each for each in SECTIONS if each[0] != "K"):  # nothing is missing here
                shown = await pressed(pilot, letter)
                wanted = "C: charts, 48 h" if letter == "C" else f"{letter}: {title}"
                assert f"━ {wanted} " in shown, (size, letter)
        await pressed(pilot, "W")
        walked = []
        there = [name for name in NAMES if name != "missing"]
        for _ in there:
            await pilot.press("tab")
            walked.append(console.focused.id)
        assert walked == [*there[1:], there[0]]
        await pilot.press("shift+tab")
        assert console.focused.id == NAMES[-1]
        body = console.screen.query_one("#body", VerticalScroll)
        assert body.scroll_offset.y == body.max_scroll_y


async def test_a_key_changes_the_span_of_the_charts_and_the_newest_values_stay(console):
    async with console.run_test(size=SIZES[1]) as pilot:
        await settled(pilot)
        assert "charts, 48 h (z: 12 h, since the dose)" in await pressed(pilot, "enter")
        short = await pressed(pilot, "z")
        assert "charts, 12 h" in short
        assert "╵00:00" in short or "╵Tue 3" in short
        whole = await pressed(pilot, "z")
        assert "charts, since the dose" in whole
        assert "╵+0 h" in whole
        assert "temperature C  38.9 3m oral" in whole
        assert "charts, 48 h" in await pressed(pilot, "z")


async def test_the_audit_trail_is_read_when_somebody_asks_who_may(console, feed, make):
    feed.log = (
        make.log_line(
            at=make.now - timedelta(minutes=4),
            chain="people",
            number=1,
            kind="view",
            subject="patient:42",
            patient="P-0042",
            actor="ben",
            detail={"as": "record"},
        ),
    )
    async with console.run_test(size=SIZES[0]) as pilot:
        await settled(pilot)
        await pressed(pilot, "enter")
        panel = console.screen.query_one("#trail")
        assert TRAIL_UNREAD in str(panel.render())
        person, console.sitting = console.sitting, console.sitting.let_in(Person(name="n", role=Role.NURSE), make.now)
        await pressed(pilot, "A")
        assert TRAIL_UNREAD in str(panel.render())
        console.sitting = person
        assert "02:10  view by ben  patient:42  as record" in await pressed(pilot, "A")


async def test_the_charts_are_whole_however_little_stands_beside_them(console, feed, make):
    feed.behind = make.dossier(label=(), prompted=(), around=(), missing=())
    feed.snapshot = replace(feed.snapshot, overviews=[make.well(42, "P-0042", hours=31)], incidents=())
    async with console.run_test(size=SIZES[1]) as pilot:
        await settled(pilot)
        await pressed(pilot, "enter")
        charts = console.screen.query_one("#trends")
        assert charts.size.height + charts.gutter.height == charts.rows
        assert "masked: fever may be hidden" in painted(pilot)
