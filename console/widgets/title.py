"""The first line of a board: what and when on the left, how many on the right."""

from rich.table import Table
from rich.text import Text

from console.views.cells import Cell
from console.widgets.paint import text_of


def title_line(title: Cell, counts: str) -> Table:
    """Return the title and the counts, pushed apart."""
    line = Table.grid(expand=True)
    line.add_column()
    line.add_column(justify="right")
    line.add_row(text_of(title, filled=True), Text(counts))
    return line
