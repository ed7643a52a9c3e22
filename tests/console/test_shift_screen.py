"""The hand-over at the console: read, turned, confirmed by whoever takes over, and asked again when it changed."""

import re

from keyboard import settled
from textual.widgets import Input

from console.ports import ChangedError
from console.screens.reason import ReasonScreen
from console.screens.shift import ShiftScreen

NURSE = "Ben Ortiz"
"""Has the night shift of the shipped roster; the console's own actor, Ada, takes over from him."""


def words(console) -> str:
    strips = console.screen._compositor.render_strips()
    text = "\n".join("".join(part.text for part in strip) for strip in strips)
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", text).split())


def asked(console) -> str:
    assert isinstance(console.screen, ReasonScreen)
    return str(console.screen.query_one("#question").render())


async def test_the_receiving_nurse_reads_confirms_is_asked_again_and_is_offered_what_the_giver_has(
    console, feed, desk, make, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    held = feed.snapshot.incidents[1]
    feed.snapshot.incidents[1] = type(held)(
        **{each: getattr(held, each) for each in held.__slots__} | {"holder": NURSE}
    )
    async with console.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("6")
        await settled(pilot)
        screen = console.screen
        assert isinstance(screen, ShiftScreen)
        assert desk.shift_looks == [("screen", 12, make.actor)]
        assert "shift of Ben Ortiz, Mon 20:00 to now, to Ada Berg by the roster" in words(console)
        assert "NOT HANDED OVER: 12 patients and the ward" in words(console)

        # the worst stands first, and → goes through all of a part and back to its beginning
        await pilot.press("down")
        await settled(pilot)
        seen, tops = words(console), []
        assert "I ILLNESS SEVERITY" in seen
        for _ in range(8):
            await pilot.press("right")
            seen += words(console)
            tops.append(screen.query_one("#detail").scroll_offset.y)
        assert 0 in tops
        for heading in ("WHAT CHANGED THIS SHIFT", "ACTION LIST", "SITUATION AWARENESS", "SYNTHESIS BY THE RECEIVER"):
            assert heading in seen
        await pilot.press("t")
        await settled(pilot)
        assert "S SITUATION" in words(console)

        # another emergency while she reads: nothing is confirmed, and she is shown whom it is about
        async def refused() -> None:
            await pilot.press("C")
            await pilot.pause()
            assert asked(console).endswith("Handed over by Ben Ortiz?")
            await pilot.press("enter")
            await settled(pilot)

        def changed(shown, *, by):
            raise ChangedError("Changed since you read it: P-0017: is now EMERGENCY.", [shown.items[1].code])

        confirm, desk.confirm_shift = desk.confirm_shift, changed
        made = feed.shifts_made
        await pilot.press("C")
        await settled(pilot)
        assert asked(console).startswith("NOT OPENED YET: P-0017 URGENT. Ada Berg takes over 12 patients and the ward")
        await pilot.press("escape")
        await refused()
        assert "P-0017: is now EMERGENCY. Nothing was confirmed" in asked(console)
        await pilot.press("enter")
        await settled(pilot)
        assert screen.selected.code == "P-0017"
        assert feed.shifts_made > made
        assert desk.done == []

        # now it is as she read it; what Ben has accepted is offered to her and stays his until she answers
        desk.confirm_shift = confirm
        await refused()
        kind, giver, codes = desk.done.pop()
        assert (kind, giver, len(codes), codes[-1]) == ("take over", NURSE, 13, None)
        assert asked(console).startswith("Ben Ortiz still has P-0017 KD04. Have them offered to you?")
        await pilot.press("enter")
        await settled(pilot)
        assert desk.done.pop() == ("hand over", 4, "ada")
        assert "handed over to Ada Berg" in words(console)
        assert "confirmed: all 12 and the ward" in words(console)

        # on paper as on the screen
        await pilot.press("x")
        await pilot.pause()
        for name in (str(tmp_path / "elsewhere.txt"), "s.txt"):
            console.screen.query_one(Input).value = name
            await pilot.press("enter")
            await settled(pilot)
            await pilot.press("x")
            await settled(pilot)
        assert [each.name for each in tmp_path.iterdir()] == ["s.txt"]
        assert "STEPGUARD SHIFT REPORT (SBAR)" in (tmp_path / "s.txt").read_text(encoding="utf-8")
        assert desk.shift_looks[-1] == ("txt", 12, make.actor)
