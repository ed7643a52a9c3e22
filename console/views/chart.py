"""Draws measured points over time with characters. Pure: rows of cells, nothing interpolated between points.

A gap stays a gap and says how long it is: a line through it would claim that somebody looked. Everything can be told
apart without colour: by its character, its place or its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from console.views.axis import Axis
from console.views.cells import Cell, Tone

LABEL_WIDTH = 7
POINT = "●"
DOUBTFUL = "◌"
NOT_GRADED = "x"
NOW_LINE = "│"
GAP = "░"
LINES = {"urgent": "╌", "emergency": "─", "baseline": "·"}
"""What a line is drawn with, by what it stands for."""

LEGEND = f"{POINT} value  {DOUBTFUL} doubtful  {NOT_GRADED} not graded  {GAP} no value  {NOW_LINE} now"
_LABEL_GAP = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One point: `value` in the unit of the chart."""

    at: datetime
    value: float
    character: str = POINT
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A line at a value. `kind` is a key of `LINES`; `words` name it in the heading, such as `urgent <100`.

    `why` follows the words where there is room. On or above the line lies whatever is not below its value.
    """

    value: float
    tone: Tone
    kind: str = "urgent"
    words: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch in which no value was graded; `words` say for how long."""

    start: datetime
    end: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One vital sign over the stretch of `axis`.

    `low` and `high` bound the scale and widen to hold every graded dot and every line; what was not graded stays at
    the edge. `newest` is the newest value in words with its age: no chart is read without it. `remarks` say what its
    marks stand for, where there is room.
    """

    title: str
    newest: Cell
    remarks: str = ""
    axis: Axis
    low: float
    high: float
    dots: tuple[Dot, ...] = ()
    limits: tuple[Limit, ...] = ()
    gaps: tuple[Gap, ...] = ()


Grid = list[list[tuple[str, Tone]]]


def draw(chart: Chart, width: int, height: int) -> list[tuple[Cell, ...]]:
    """Return `height` rows of cells, each `width` characters: a heading, then the plot."""
    columns, lines = max(1, width - LABEL_WIDTH), max(2, height - 1)
    graded = [dot.value for dot in chart.dots if dot.character != NOT_GRADED]
    drawn = [limit.value for limit in chart.limits]
    low, high = min([chart.low, *graded, *drawn]), max([chart.high, *graded, *drawn])
    grid: Grid = [[(" ", Tone.DIM)] * columns for _ in range(lines)]
    placed = _limit_lines(chart.limits, low, high, lines)
    for limit, at in placed:
        grid[at] = [(LINES[limit.kind], limit.tone)] * columns
    now = chart.axis.column(chart.axis.now, columns)
    if now is not None and chart.axis.now < chart.axis.end:
        for line in grid:
            line[now] = (NOW_LINE, Tone.DIM)
    for gap in chart.gaps:
        _draw_gap(grid[-1], gap, chart.axis)
    for dot in chart.dots:
        column = chart.axis.column(dot.at, columns)
        if column is not None:
            grid[_dot_line(dot.value, placed, low, high, lines)][column] = (dot.character, dot.tone)
    labels = {0: high, lines - 1: low} | {at: limit.value for limit, at in placed}
    rows = [(Cell(text=_label(labels.get(index)), tone=Tone.DIM), *_cells(line)) for index, line in enumerate(grid)]
    return [_heading(chart, width), *rows]


def _heading(chart: Chart, width: int) -> tuple[Cell, ...]:
    """Return title, newest value and the names of the lines: first with their reasons, then without, as they fit."""
    head = (Cell(text=f"{chart.title}  ", tone=Tone.DIM), chart.newest)
    room = max(0, width - sum(len(each.text) for each in head))
    remarks = f" {chart.remarks}" if chart.remarks and len(chart.remarks) < room else ""
    room -= len(remarks)
    named = [limit for limit in chart.limits if limit.words]
    words = ""
    for explained in (True, False):
        words = "".join(
            f"{'':{_LABEL_GAP}}{LINES[limit.kind]} {limit.words}{limit.why if explained else ''}" for limit in named
        )
        if len(words) <= room:
            break
    while len(words) > room and named:
        named.pop()
        words = "".join(f"{'':{_LABEL_GAP}}{LINES[limit.kind]} {limit.words}" for limit in named)
    return (*head, Cell(text=remarks, tone=chart.newest.tone), Cell(text=f"{words:<{room}}", tone=Tone.DIM))


def _draw_gap(line: list[tuple[str, Tone]], gap: Gap, axis: Axis) -> None:
    columns = len(line)
    first = axis.column(max(gap.start, axis.start), columns)
    last = axis.column(min(gap.end, axis.end), columns)
    if first is None or last is None or last <= first:
        return
    room = last - first
    words = f" {gap.words} " if len(gap.words) + 4 <= room else ""
    line[first:last] = [(character, Tone.UNSEEN) for character in f"{words:{GAP}^{room}}"]


def _line(value: float, low: float, high: float, lines: int) -> int:
    share = 0.5 if high == low else (value - low) / (high - low)
    return min(lines - 1, max(0, round((1 - share) * (lines - 1))))


def _limit_lines(limits: Sequence[Limit], low: float, high: float, lines: int) -> Sequence[tuple[Limit, int]]:
    """Return each limit with its line: no two on one, and one left below the lowest, while there are enough."""
    placed: list[tuple[Limit, int]] = []
    for index, limit in enumerate(sorted(limits, key=lambda each: -each.value)):
        above = placed[-1][1] + 1 if placed else 0
        lowest = max(0, lines - 1 - (len(limits) - index))
        placed.append((limit, min(max(_line(limit.value, low, high, lines), above), max(lowest, 0))))
    return placed


def _dot_line(value: float, placed: Sequence[tuple[Limit, int]], low: float, high: float, lines: int) -> int:
    """Return the line of a dot: never on or above a limit it is below, never below one it has reached."""
    line = _line(value, low, high, lines)
    for limit, at in placed:
        line = max(line, min(lines - 1, at + 1)) if value < limit.value else min(line, at)
    return line


def _label(value: float | None) -> str:
    return " " * LABEL_WIDTH if value is None else f"{value:>{LABEL_WIDTH - 1}.4g} "


def _cells(line: Sequence[tuple[str, Tone]]) -> list[Cell]:
    return [
        Cell(text="".join(character for character, _ in run), tone=tone)
        for tone, run in groupby(line, key=lambda each: each[1])
    ]
