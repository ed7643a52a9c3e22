"""The first line of a board: what and when on the left, how many on the right."""

from rich.text import Text

from console.views.cells import Cell
from console.widgets.paint import text_of


def title_line(title: Cell, counts: str, width: int) -> Text:
    """Return the title and the counts pushed apart over `width` characters, or one below the other."""
    room = width - len(title.text) - len(counts)
    between = " " * room if room > 1 else f"\n{' ' * max(0, width - len(counts))}"
    return text_of(title, filled=True) + Text(between + counts)
