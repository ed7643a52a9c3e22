"""Paints the rows of the ward. Columns are as wide as their widest text: nothing is clipped.

Where they do not fit, columns give way in the order of `NARROWINGS`. The selection belongs to a patient, not to a line:
when rows change places it goes with the patient. Until the nurse moves it, it stays on the first row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rich.cells import cell_len
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

SHORT_WIDTH = 6

DOSE, WINDOW, PULSE = (COLUMNS.index(name) for name in ("dose", "window", "pulse"))
SELECTED = Style(bgcolor="#2b3a4d")
HEADING = Style(color="#8793a1", underline=True)
GAPS = (0, 1, 1, 1, 1, 1, 1, 1, 1, 1)
"""Blank characters after each column; the mark stands at the name it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What a narrower board leaves out, and which columns it shows in their short form."""

    without: frozenset[int] = frozenset()
    short: frozenset[int] = frozenset()


NARROWINGS: Final = (
    Narrowing(),
    Narrowing(without=frozenset({PULSE})),
    Narrowing(without=frozenset({PULSE}), short=frozenset({DOSE})),
    Narrowing(without=frozenset({PULSE}), short=frozenset({DOSE, WINDOW})),
    Narrowing(without=frozenset({PULSE, DOSE}), short=frozenset({WINDOW})),
    Narrowing(without=frozenset({PULSE, DOSE, WINDOW})),
)
"""In this order columns give way: first the pulse; then the step is shortened, the window becomes its hours, and both
go. Who it is, the grade, the three values and who has it always stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column as it is shown: which of `COLUMNS`, how wide (gap excluded), whether in its short form."""

    index: int
    width: int
    short: bool = False

    def cell(self, row: Row) -> Cell:
        """Return what this column shows of a row."""
        if self.short:
            return row.short_dose if self.index == DOSE else row.short_window
        return row.cells[self.index]


def columns(rows: Sequence[Row], available: int) -> tuple[Column, ...]:
    """Return the columns to show in `available` characters.

    Every column holds its longest text. Where even the last of `NARROWINGS` does not fit, that one is returned, and
    the board scrolls sideways.
    """
    shown: tuple[Column, ...] = ()
    for narrowing in NARROWINGS:
        shown = _wanted(rows, narrowing)
        if total_width(shown) <= available:
            break
    return shown


def _wanted(rows: Sequence[Row], narrowing: Narrowing) -> tuple[Column, ...]:
    found = []
    for index, heading in enumerate(COLUMNS):
        if index in narrowing.without:
            continue
        column = Column(index=index, width=0, short=index in narrowing.short)
        longest = max((cells_of(column.cell(row).text) for row in rows), default=0)
        least = SHORT_WIDTH if column.short else LEAST_WIDTHS[index]
        found.append(replace(column, width=max(least, len(heading), longest)))
    return tuple(found)


def cells_of(text: str) -> int:
    """Return how many cells of a terminal a text takes: a name may hold letters that are two wide."""
    return len(text) if text.isascii() else cell_len(text)


def total_width(shown: Sequence[Column]) -> int:
    """Return the width of these columns with the gaps between them."""
    return sum(column.width for column in shown) + sum(GAPS[column.index] for column in shown[:-1])


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
        self._columns = columns((), 0)
        self._selected: PatientId | None = None
        self._chosen = False
        self._lit = True
        self._strips: dict[PatientId, tuple[Row, bool, bool, Strip]] = {}
        self._strips_for: tuple[object, ...] = ()

    @property
    def selected(self) -> Row | None:
        """The selected patient's row; None on an empty board."""
        return next((row for row in self._rows if row.patient_id == self._selected), None)

    def show(self, rows: tuple[Row, ...], *, lit: bool) -> None:
        """Paint these rows; `lit` is the bright half of flashing. Safe to repeat."""
        before, selected_before, lit_before = self._rows, self._selected, self._lit
        self._rows, self._lit = rows, lit
        if rows and (not self._chosen or self.selected is None):
            self._selected = rows[0].patient_id
        if not self._arrange() or len(before) != len(rows):
            self.refresh()
            return
        moved = {selected_before, self._selected} if selected_before != self._selected else set()
        self._refresh_lines(
            index
            for index, row in enumerate(rows)
            if row is not before[index] or row.patient_id in moved or (row.flashing and lit != lit_before)
        )

    def flash(self, *, lit: bool) -> None:
        """Paint the other half of flashing, if anything flashes."""
        changed, self._lit = lit != self._lit, lit
        if changed:
            self._refresh_lines(index for index, row in enumerate(self._rows) if row.flashing)

    def _refresh_lines(self, indices: Iterable[int]) -> None:
        """Paint these rows anew, as far as they are in sight: painting is what a large board costs most."""
        top, height = int(self.scroll_offset.y), self.size.height
        lines = [Region(0, index + 1 - top, self.size.width, 1) for index in indices if top <= index < top + height - 1]
        if lines:
            self.refresh(*lines)

    def _arrange(self) -> bool:
        """Choose the columns for the rows; return whether they are those of before."""
        before = self._columns
        # the bar beside a long list takes its place from the rows, and is not counted in the size
        bar = self.scrollbar_size_vertical if len(self._rows) + 1 > self.size.height else 0
        self._columns = columns(self._rows, self.size.width - bar)
        self.virtual_size = Size(total_width(self._columns), len(self._rows) + 1)
        return self._columns == before

    def on_resize(self, event: events.Resize) -> None:
        """Choose the columns again for the new width."""
        del event
        self._arrange()
        self.refresh()

    def action_move(self, by: int) -> None:
        """Move the selection; from now on it belongs to that patient."""
        if not self._rows:
            return
        self._choose(min(len(self._rows) - 1, max(0, self._index() + by)))

    def find(self, words: str) -> bool:
        """Select the next patient below the cursor whose code holds `words`, then from the top; False: nobody's."""
        count, start, wanted = len(self._rows), self._index(), words.strip().casefold()
        for step in range(1, count + 1):
            index = (start + step) % count
            if wanted and wanted in self._rows[index].code.casefold():
                self._choose(index)
                return True
        return False

    def _index(self) -> int:
        return next((index for index, row in enumerate(self._rows) if row.patient_id == self._selected), 0)

    def _choose(self, index: int) -> None:
        self._chosen = True
        before, self._selected = self._index(), self._rows[index].patient_id
        # One line more than the row: the heading covers the first line of the view.
        self.scroll_to_region(Region(int(self.scroll_offset.x), index, 1, 2), animate=False, force=True)
        self._refresh_lines((before, index))  # one that scrolls is painted whole by that
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
                    Segment(f"{COLUMNS[column.index]:<{column.width + GAPS[column.index]}}", HEADING)
                    for column in self._columns
                ]
            )
        elif top + y - 1 < len(self._rows):
            return self._kept_strip(self._rows[top + y - 1], offset, width)
        else:
            return Strip.blank(width, self.rich_style)
        return strip.apply_style(self.rich_style).crop_extend(offset, offset + width, self.rich_style)

    def _kept_strip(self, row: Row, offset: int, width: int) -> Strip:
        """Return a row's line, made anew only if the row, its selection, its flashing or the columns are others."""
        ground = self.rich_style
        if self._strips_for != (self._columns, offset, width, ground):
            self._strips_for, self._strips = (self._columns, offset, width, ground), {}
        selected, lit = row.patient_id == self._selected, self._lit or not row.flashing
        kept = self._strips.get(row.patient_id)
        if kept is not None and kept[0] is row and kept[1:3] == (selected, lit):
            return kept[3]
        strip = self._row_strip(row).apply_style(ground).crop_extend(offset, offset + width, ground)
        self._strips[row.patient_id] = (row, selected, lit, strip)
        return strip

    def _row_strip(self, row: Row) -> Strip:
        selected = row.patient_id == self._selected
        segments = []
        for column in self._columns:
            cell = column.cell(row)
            padded = cell.text + " " * (column.width - cells_of(cell.text))
            segments.append(Segment(padded, self._style(cell, row, column.index)))
            gap = Segment(" " * GAPS[column.index], self._style(Cell(text=""), row, column.index))
            segments.append(gap)
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
