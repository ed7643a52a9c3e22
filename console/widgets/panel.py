"""A titled box of lines, and one that draws charts as large as it is."""

from collections.abc import Iterable

from rich.text import Text
from textual import events
from textual.widgets import Static

from console.views.axis import SPANS, Span
from console.views.cells import Cell, Line
from console.views.trends import Trends, draw, least_height
from console.widgets.paint import text_of_lines, text_of_rows

FRAME = 2


class Panel(Static):
    """Lines in a box that grows with them. `title` is our own text; foreign text goes into the lines."""

    def __init__(self, title: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes="panel")
        self.border_title = title
        self._shown: tuple[tuple[Line, ...], str] | None = None

    def show(self, lines: Iterable[Line], empty: str) -> None:
        """Paint these lines, or one that says why there are none. What has not changed is not laid out again."""
        given = tuple(lines)
        if self._shown == (given, empty):
            return
        self._shown = (given, empty)
        self.update(text_of_lines(given) if given else Text(empty, style="#8793a1"))


class TrendsPanel(Static):
    """The charts of a patient over one axis, drawn again whenever size or values change.

    It is as high as `wanted`, and higher where what it shows needs that: `rows`, its frame included.
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes="panel")
        self._trends: Trends | None = None
        self.wanted = self.rows = 0
        self._drawn: list[tuple[Cell, ...]] = []

    def show(self, shown: Trends, span: Span) -> None:
        """Paint these charts."""
        self._trends = shown
        others = ", ".join(each for each in SPANS if each != span)
        self.border_title = f"C: charts, {span} (z: {others})"
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw again for the new size."""
        del event
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        if self._trends is None or width < 1:
            return
        height = max(self.wanted - FRAME, least_height(self._trends, width))
        self.styles.height = self.rows = height + FRAME
        drawn = draw(self._trends, width, height)
        if drawn != self._drawn:
            self._drawn = drawn
            self.update(text_of_rows(drawn))
