"""A titled box of lines, and one that draws a chart as large as it is."""

from collections.abc import Iterable

from rich.text import Text
from textual import events
from textual.widgets import Static

from console.views.cells import Line
from console.views.chart import Chart, draw
from console.widgets.paint import text_of, text_of_lines, text_of_rows


class Panel(Static):
    """Lines in a box that grows with them. `title` is our own text; foreign text goes into the lines."""

    def __init__(self, title: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes="panel")
        self.border_title = title

    def show(self, lines: Iterable[Line], empty: str) -> None:
        """Paint these lines, or one that says why there are none."""
        given = tuple(lines)
        self.update(text_of_lines(given) if given else Text(empty, style="#8793a1"))


class ChartPanel(Static):
    """One chart, drawn again whenever its size or its values change."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes="panel chart")
        self._chart: Chart | None = None

    def show(self, chart: Chart) -> None:
        """Paint this chart."""
        self._chart = chart
        self.border_title = chart.title
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw again for the new size."""
        del event
        self._draw()

    def _draw(self) -> None:
        width, height = self.content_size.width, self.content_size.height
        if self._chart is None or width < 1 or height < 1:
            return
        newest = text_of(self._chart.newest)
        newest.append("\n")
        self.update(newest + text_of_rows(draw(self._chart, width, max(1, height - 1))))
