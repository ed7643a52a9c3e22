"""Paints the rows of the ward. Columns are as wide as their widest text: nothing is clipped.

Boards wider than the terminal scroll sideways. The selection belongs to a patient, not to a line: when rows change
places it goes with the patient. Until the nurse moves it, it stays on the first row.
"""

from collections.abc import Sequence
from typing import Literal

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from console.actions import bindings
from console.views.cells import COLUMNS, Cell, Row, Tone
from console.widgets.paint import FILLED, STYLES
from gateway.reading import PatientId

LEAST_WIDTHS = (2, 6, 8, 11, 8, 8, 6, 10, 10, 6)
"""Room kept in each column of `COLUMNS` even while its texts are short, so that the board does not jump."""

DOSE = COLUMNS.index("dose")
SELECTED = Style(bgcolor="#2b3a4d")
HEADING = Style(color="#8793a1", underline=True)
GAPS = (0, 1, 1, 1, 1, 1, 1, 1, 1, 1)
"""Blank characters after each column; the mark stands at the name it belongs to."""


def widths(rows: Sequence[Row], available: int) -> tuple[int, ...]:
    """Return the width of each column shown, gap excluded.

    Where it does not fit, first the pulse goes, then the dose is shortened. Every column holds its longest text; the
    sum may still exceed `available`, then the board scrolls sideways.
    """
    full = _wanted(rows, "full")
    if total_width(full) <= available:
        return full
    without_pulse = full[:-1]
    return without_pulse if total_width(without_pulse) <= available else _wanted(rows, "short")[:-1]


def _wanted(rows: Sequence[Row], dose: Literal["full", "short"]) -> tuple[int, ...]:
    def longest(index: int) -> int:
        short = index == DOSE and dose == "short"
        return max((len((row.short_dose if short else row.cells[index]).text) for row in rows), default=0)

    return tuple(max(LEAST_WIDTHS[index], len(heading), longest(index)) for index, heading in enumerate(COLUMNS))


def total_width(columns: Sequence[int]) -> int:
    """Return the width of these columns with the gaps between them."""
    return sum(columns) + sum(GAPS[: len(columns) - 1])


class Board(ScrollView, can_focus=True):
    """The list of patients under a heading that stays."""

    BINDINGS = bindings("list")

    class Moved(Message):
        """The selection moved to another patient."""

    class Opened(Message):
        """A patient was clicked twice."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._widths: tuple[int, ...] = widths((), 0)
        self._selected: PatientId | None = None
        self._chosen = False
        self._lit = True

    @property
    def selected(self) -> Row | None:
        """The selected patient's row; None on an empty board."""
        return next((row for row in self._rows if row.patient_id == self._selected), None)

    def show(self, rows: tuple[Row, ...], *, lit: bool) -> None:
        """Paint these rows; `lit` is the bright half of flashing. Safe to repeat."""
        self._rows, self._lit = rows, lit
        if rows and (not self._chosen or self.selected is None):
            self._selected = rows[0].patient_id
        self._arrange()

    def _arrange(self) -> None:
        self._widths = widths(self._rows, self.size.width)
        self.virtual_size = Size(total_width(self._widths), len(self._rows) + 1)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the columns again for the new width."""
        del event
        self._arrange()

    def action_move(self, by: int) -> None:
        """Move the selection; from now on it belongs to that patient."""
        if not self._rows:
            return
        self._choose(min(len(self._rows) - 1, max(0, self._index() + by)))

    def _index(self) -> int:
        return next((index for index, row in enumerate(self._rows) if row.patient_id == self._selected), 0)

    def _choose(self, index: int) -> None:
        self._chosen = True
        self._selected = self._rows[index].patient_id
        # One line more than the row: the heading covers the first line of the view.
        self.scroll_to_region(Region(int(self.scroll_offset.x), index, 1, 2), animate=False, force=True)
        self.refresh()
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """Select the clicked patient; a double click opens."""
        index = int(event.y + self.scroll_offset.y) - 1
        if event.y > 0 and 0 <= index < len(self._rows):
            self._choose(index)
            if event.chain > 1:
                self.post_message(self.Opened())

    def render_line(self, y: int) -> Strip:
        """Paint the heading on the first line, a patient on each other."""
        offset, top = int(self.scroll_offset.x), int(self.scroll_offset.y)
        width = self.size.width
        if y == 0:
            strip = Strip(
                [
                    Segment(f"{heading:<{room + GAPS[index]}}", HEADING)
                    for index, (heading, room) in enumerate(self._headed())
                ]
            )
        elif top + y - 1 < len(self._rows):
            strip = self._row_strip(self._rows[top + y - 1])
        else:
            return Strip.blank(width, self.rich_style)
        return strip.apply_style(self.rich_style).crop_extend(offset, offset + width, self.rich_style)

    def _headed(self) -> list[tuple[str, int]]:
        return list(zip(COLUMNS, self._widths, strict=False))

    def _row_strip(self, row: Row) -> Strip:
        selected = row.patient_id == self._selected
        segments = []
        for index, room in enumerate(self._widths):
            cell = row.cells[index]
            if index == DOSE and len(cell.text) > room:
                cell = row.short_dose
            segments.append(Segment(f"{cell.text:<{room}}", self._style(cell, row, index)))
            segments.append(Segment(" " * GAPS[index], self._style(Cell(text=""), row, index)))
        if selected:
            # A filled cell keeps its own ground: selecting an emergency must not make it look quieter.
            segments = [
                segment if segment.style and segment.style.bgcolor else Segment(segment.text, segment.style + SELECTED)
                for segment in segments
                if segment.style is not None
            ]
        return Strip(segments)

    def _style(self, cell: Cell, row: Row, index: int) -> Style:
        named = index <= 1 and cell.text
        if named and cell.tone in {Tone.EMERGENCY, Tone.URGENT} and (self._lit or not row.flashing):
            return FILLED[cell.tone]
        return STYLES[cell.tone]
