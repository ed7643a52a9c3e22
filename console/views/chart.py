"""Draws measured points over time with characters. Pure: a list of rows of cells, nothing interpolated between points.

A gap in the points stays a gap: a line through it would claim that somebody looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from console.views.cells import Cell, Tone
from console.views.onset import bar, resample
from monitor.overview import OnsetCurve

LABEL_WIDTH = 5
POINT = "●"
SECOND_POINT = "○"
NOT_GRADED = "x"
LIMIT_LINE = "╌"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One point: `value` in the unit of the chart."""

    at: datetime
    value: float
    character: str = POINT
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A dashed line at a value of the rules."""

    value: float
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something given at an instant: a letter on the line under the chart."""

    at: datetime
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What to draw between `start` and `end`.

    `low` and `high` bound the axis and widen to hold every graded dot; the others stay at the edge.

    `newest` is the newest value in words with its age, printed in the title so that no chart is read without it.
    """

    title: str
    newest: Cell
    dots: tuple[Dot, ...]
    limits: tuple[Limit, ...]
    low: float
    high: float
    start: datetime
    end: datetime
    marks: tuple[Mark, ...] = ()
    curve: OnsetCurve | None = None
    dose_at: datetime | None = None

    @property
    def band(self) -> bool:
        """Whether a line of expected onset is drawn under the marks."""
        return self.curve is not None and bool(self.curve.density) and self.dose_at is not None


Grid = list[list[tuple[str, Tone]]]


def draw(chart: Chart, width: int, height: int) -> list[tuple[Cell, ...]]:
    """Return `height` rows of cells, each `width` characters: the plot, a line of marks, the band, the time axis."""
    columns = max(1, width - LABEL_WIDTH)
    below = 2 + (1 if chart.band else 0)
    lines = max(2, height - below)
    graded = [dot.value for dot in chart.dots if dot.character != NOT_GRADED]
    low, high = min([chart.low, *graded]), max([chart.high, *graded])
    grid: Grid = [[(" ", Tone.DIM)] * columns for _ in range(lines)]
    for limit in chart.limits:
        if low <= limit.value <= high:
            grid[_line(limit.value, low, high, lines)] = [(LIMIT_LINE, limit.tone)] * columns
    for dot in chart.dots:
        column = _column(dot.at, chart, columns)
        if column is not None:
            grid[_dot_line(dot.value, chart.limits, low, high, lines)][column] = (dot.character, dot.tone)
    labels = {_line(limit.value, low, high, lines): limit.value for limit in chart.limits if low <= limit.value <= high}
    labels |= {0: high, lines - 1: low}
    rows = [(Cell(text=_label(labels.get(index)), tone=Tone.DIM), *_cells(line)) for index, line in enumerate(grid)]
    rows.append((Cell(text=f"{_marks(chart, columns):>{width}}", tone=Tone.WATCH),))
    if chart.band:
        rows.append((Cell(text=f"{'onset':<{LABEL_WIDTH}}{_band(chart, columns)}", tone=Tone.DIM),))
    rows.append((Cell(text=f"{'':<{LABEL_WIDTH}}{_axis(chart, columns)}", tone=Tone.DIM),))
    return rows


def _line(value: float, low: float, high: float, lines: int) -> int:
    share = 0.5 if high == low else (value - low) / (high - low)
    return min(lines - 1, max(0, round((1 - share) * (lines - 1))))


def _dot_line(value: float, limits: Sequence[Limit], low: float, high: float, lines: int) -> int:
    """Return the line of a dot: never on or above a limit it is below, never below one it has reached."""
    line = _line(value, low, high, lines)
    for limit in limits:
        at = _line(limit.value, low, high, lines)
        line = max(line, min(lines - 1, at + 1)) if value < limit.value else min(line, at)
    return line


def _column(at: datetime, chart: Chart, columns: int) -> int | None:
    """Return the column of an instant; None outside the time shown."""
    if not chart.start <= at <= chart.end:
        return None
    return min(columns - 1, int((at - chart.start) / (chart.end - chart.start) * columns))


def _label(value: float | None) -> str:
    return " " * LABEL_WIDTH if value is None else f"{value:>{LABEL_WIDTH - 1}.4g} "


def _cells(line: Sequence[tuple[str, Tone]]) -> list[Cell]:
    return [
        Cell(text="".join(character for character, _ in run), tone=tone)
        for tone, run in groupby(line, key=lambda each: each[1])
    ]


def _marks(chart: Chart, columns: int) -> str:
    line = [" "] * columns
    for mark in chart.marks:
        column = _column(mark.at, chart, columns)
        if column is not None:
            line[column] = mark.letter if line[column] in {" ", mark.letter} else "+"
    return "".join(line)


def _band(chart: Chart, columns: int) -> str:
    """Return the expected onset under the hours it speaks of, blank outside them."""
    if chart.curve is None or chart.dose_at is None:
        return " " * columns
    step = (chart.end - chart.start) / columns
    heights = resample(chart.curve.density, max(1, int(timedelta(hours=chart.curve.hours) / step)))
    line = []
    for column in range(columns):
        hours = (chart.start + step * (column + 0.5) - chart.dose_at) / timedelta(hours=1)
        index = int(hours / chart.curve.hours * len(heights))
        line.append(bar(heights[index]) if 0 <= hours < chart.curve.hours else " ")
    return "".join(line)


def _axis(chart: Chart, columns: int) -> str:
    """Return how long ago the left edge and the middle are, and `now` at the right."""
    hours = (chart.end - chart.start) / timedelta(hours=1)
    left, middle, right = f"-{hours:.0f} h", f"-{hours / 2:.0f} h", "now"
    room = columns - len(left) - len(right)
    return f"{left}{middle:^{room}}{right}" if room > len(middle) else left[:columns]
