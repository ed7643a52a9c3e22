"""What the console looks like in about a dozen situations of a ward, at the smallest terminal and at a large one.

Each picture in `pictures/` is a file of text: the screen as it reads without colour, then the same screen with a
letter for the style of each character. After a wanted change `make picture` writes them anew; look at the difference
before you keep it. `docs/board.svg`, the picture of the README, and `docs/patient.svg` are drawn in colour.
"""

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.color import Color
from rich.console import Console
from rich.style import Style
from situations import SITUATIONS
from textual.pilot import Pilot

from console.views.cells import Tone
from console.widgets.paint import FILLED, STYLES

PICTURES = Path(__file__).parent / "pictures"
DOCS = Path(__file__).parents[2] / "docs"
DRAWN = {"board.svg": ((104, 29), ("o",)), "patient.svg": ((150, 50), ("enter",))}
"""The pictures of the documents: the size of the terminal, and what was pressed on a busy night."""

SIZES = ((80, 24), (160, 48))
WRITE = bool(os.environ.get("STEPGUARD_WRITE_PICTURE"))
SHOWN_OF_A_DIFFERENCE = 40
"""Lines of a difference that a failing test prints; the whole picture is in the file it names."""

LOOKS = 12

LETTERS = {
    Tone.EMERGENCY: "e",
    Tone.URGENT: "u",
    Tone.UNSEEN: "n",
    Tone.WATCH: "w",
    Tone.CALM: "c",
    Tone.PLAIN: ".",
    Tone.DIM: "d",
}
"""A tone as text; in capitals where it fills the ground."""

NAMED = {
    "#d8dee6 on #1c2530": "t",  # the title
    "#8793a1 on #1c2530": "k",  # keys
    "#d8dee6 on #2b3a4d": "s",  # the selected line
    "#8793a1 underline": "h",  # headings
    "#3a4757": "b",  # borders
}
OTHERS = "afgijlmopqrvxyz0123456789"
"""Letters of further styles, in the order in which they are met; an asterisk stands for all beyond them."""


async def settled(pilot: Pilot) -> None:
    """Wait until nothing is being read and the screen has not changed since the look before."""
    before = None
    for _ in range(LOOKS):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        pilot.app.repaint()  # as its beat does twice a second, for the size that the terminal has now
        await pilot.pause()
        now = list(painted(pilot.app))
        if now == before:
            return
        before = now
    pytest.fail(f"the screen still changed after {LOOKS} looks: something in the picture moves")


@pytest.fixture(autouse=True)
def _one_terminal(monkeypatch):
    """Draw as one kind of terminal, whatever the person who runs this prefers."""
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("situation", SITUATIONS, ids=[each.name for each in SITUATIONS])
async def test_the_picture_of_a_situation_is_what_the_console_shows(console, feed, make, tmp_path, situation):
    situation.prepare(make, feed)
    async with console.run_test(size=SIZES[0]) as pilot:
        await settled(pilot)
        for key in situation.keys:
            await pilot.press(key)
            await settled(pilot)
        if situation.finish is not None:
            await situation.finish(pilot)
            await settled(pilot)
        for width, height in SIZES:
            if pilot.app.size != (width, height):
                await pilot.resize_terminal(width, height)
                await settled(pilot)
            compare(PICTURES / f"{situation.name}.{width}x{height}.txt", picture_of(console), tmp_path)


@pytest.mark.parametrize("name", DRAWN)
async def test_the_pictures_in_the_documents_are_of_a_busy_night(console, tmp_path, name):
    size, keys = DRAWN[name]
    async with console.run_test(size=size) as pilot:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)
        drawn = without_ids(console.export_screenshot(title="Stepguard"))
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    compare(DOCS / name, drawn, tmp_path)


def test_every_picture_is_of_a_situation():
    wanted = {f"{each.name}.{width}x{height}.txt" for each in SITUATIONS for width, height in SIZES}
    for stray in [each for each in PICTURES.iterdir() if WRITE and each.name not in wanted]:
        stray.unlink()
    assert {each.name for each in PICTURES.iterdir()} == wanted


def compare(kept: Path, drawn: str, aside: Path) -> None:
    """Fail where the picture differs from the one kept, and say how to look at it and how to accept it."""
    if WRITE:
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(drawn, encoding="utf-8")
        return
    before = kept.read_text(encoding="utf-8") if kept.exists() else ""
    if before == drawn:
        return
    new = aside / kept.name
    new.write_text(drawn, encoding="utf-8")
    found = list(difflib.unified_diff(before.splitlines(), drawn.splitlines(), "kept", "now", lineterm="", n=1))
    shown = [line[:200] for line in found[:SHOWN_OF_A_DIFFERENCE]]
    pytest.fail(
        "\n".join(
            (
                f"{kept.name} is not what the console shows now.",
                f"Look at it: diff {kept} {new}",
                "Accept it, if it was wanted: make picture, and read the difference before you commit.",
                *shown,
            )
        ),
        pytrace=False,
    )


def without_ids(svg: str) -> str:
    """Return the drawing without what differs between runs (ids) and what points elsewhere (fonts, comments)."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    return re.sub(r"terminal-\d+", "board", svg).rstrip() + "\n"


def picture_of(app) -> str:
    """Return the screen as text, then a letter for the style of each character, then what the letters mean."""
    words, styles = [], []
    letters = Letters()
    for line in painted(app):
        words.append("".join(text for text, _ in line).rstrip())
        styles.append("".join(letters.of(text, style) * len(text) for text, style in line).rstrip())
    return "\n".join((*words, "", "STYLE OF EACH CHARACTER", *styles, "", *letters.legend(), ""))


def painted(app) -> Iterator[list[tuple[str, Style]]]:
    """Yield the lines of the screen, also under an open dialog, as texts with their styles."""
    width, height = app.size
    sheet = Console(width=width, height=height, force_terminal=True, color_system="truecolor", legacy_windows=False)
    # The screenshot of the library is made of the same update.
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    line: list[tuple[str, Style]] = []
    for segment in sheet.render(update):
        if segment.control:
            continue
        text, newline, _ = segment.text.partition("\n")
        line.append((text, segment.style or Style.null()))
        if newline:
            yield line
            line = []
    yield line


class Letters:
    """Gives each style its letter: that of its tone, or the next free one."""

    def __init__(self) -> None:
        self._given = {spelt(style): LETTERS[tone] for tone, style in STYLES.items()}
        self._given |= NAMED
        self._given |= {spelt(style): LETTERS[tone].upper() for tone, style in FILLED.items() if style.bgcolor}
        self._used: dict[str, str] = {}

    def of(self, text: str, style: Style) -> str:
        """Return the letter of a style; a space where nothing is to be seen."""
        words = spelt(style)
        if text.isspace() and "on" not in words.split() and not (style.underline or style.strike or style.reverse):
            return " "
        if words not in self._given:
            self._given[words] = next((each for each in OTHERS if each not in self._given.values()), "*")
        return self._used.setdefault(words, self._given[words])

    def legend(self) -> list[str]:
        """Return what each letter in use means."""
        return [f"{letter}  {words}" for words, letter in sorted(self._used.items(), key=lambda each: each[::-1])]


def spelt(style: Style) -> str:
    """Return a style in words; the ground of the terminal itself is not said."""
    marks = [name for name in ("bold", "dim", "italic", "underline", "strike", "reverse") if getattr(style, name)]
    ground = hexadecimal(style.bgcolor)
    return " ".join([hexadecimal(style.color), *([] if ground in {"", "#10151c"} else [f"on {ground}"]), *marks])


def hexadecimal(color: Color | None) -> str:
    return "" if color is None else color.get_truecolor().hex
