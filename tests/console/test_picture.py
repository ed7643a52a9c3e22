"""The picture in the README is the board itself.

To write `docs/board.svg` anew after a wanted change: `STEPGUARD_WRITE_PICTURE=1 make test`, then look at it.
"""

import os
import re
from pathlib import Path

PICTURE = Path(__file__).parents[2] / "docs" / "board.svg"
SIZE = (100, 30)


def normal(svg: str) -> str:
    """Return the drawing without what differs between runs (ids) and what points elsewhere (fonts, comments)."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    return re.sub(r"terminal-\d+", "board", svg).rstrip() + "\n"


async def test_the_picture_of_the_board_is_what_the_board_shows(console):
    async with console.run_test(size=SIZE) as pilot:
        for _ in range(3):
            await console.workers.wait_for_complete()
            await pilot.pause()
        await pilot.press("o")
        await pilot.pause()
        drawn = normal(console.export_screenshot(title="Stepguard"))
    if os.environ.get("STEPGUARD_WRITE_PICTURE"):
        PICTURE.write_text(drawn, encoding="utf-8")
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    assert PICTURE.read_text(encoding="utf-8") == drawn, "the board changed: see this file's first lines"
