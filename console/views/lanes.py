"""Draws what happened to a patient under the charts, on their axis: given, hidden, where, and the expected onset. Pure.

What must not be relied on is drawn in shades instead of bars and says so; what is not known says that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.views.axis import HOUR, Axis
from console.views.cells import Cell, Tone
from console.views.chart import LABEL_WIDTH
from console.views.onset import bar, resample
from monitor.overview import OnsetCurve

SEVERAL = "+"
SHADES = " ░▒▓"
NOT_KNOWN = "no onset distribution is known: the window counts as open"
NO_DOSE = "no dose given yet"
_FINE = 4
_EDGE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened or is planned at an instant: one letter."""

    at: datetime
    letter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch drawn with one character; `words` stand in it, else beside it, where there is room."""

    start: datetime
    end: datetime
    character: str
    words: str = ""


def mark_lane(name: str, marks: Sequence[Mark], axis: Axis, width: int) -> tuple[Cell, ...]:
    """Return a row with a letter for each mark; several in one column are a plus."""
    line = [" "] * max(1, width - LABEL_WIDTH)
    for mark in marks:
        column = axis.column(mark.at, len(line))
        if column is not None:
            line[column] = mark.letter if line[column] in {" ", mark.letter} else SEVERAL
    return _row(name, "".join(line), Tone.WATCH)


def bar_lane(name: str, bars: Sequence[Bar], axis: Axis, width: int, *, tone: Tone) -> tuple[Cell, ...]:
    """Return a row with each bar from its beginning to its end; a later one covers an earlier one, no words do."""
    line = [" "] * max(1, width - LABEL_WIDTH)
    outside = []
    for each in bars:
        first = axis.column(max(each.start, axis.start), len(line))
        last = axis.column(min(each.end, axis.end), len(line))
        if first is None or last is None or each.end <= each.start:
            continue
        room = max(1, last - first + (1 if each.end > axis.end else 0))
        inside = each.words if len(each.words) + _EDGE <= room else ""
        line[first : first + room] = f"{each.character}{inside}".ljust(room, each.character)[:room]
        if not inside:
            outside.append((first, first + room, each.words))
    for first, end, words in outside:
        _write_beside(line, first, end, words)
    return _row(name, "".join(line), tone)


def _write_beside(line: list[str], first: int, end: int, words: str) -> None:
    """Write words after what stands from `first` to `end`, or before it, where nothing else stands."""
    long = len(words)
    for at in (end, first - long):
        if words and at >= 0 and at + long <= len(line) and not "".join(line[at : at + long]).strip():
            line[at : at + long] = words
            return


def onset_lanes(
    curve: OnsetCurve | None, dose_at: datetime | None, axis: Axis, width: int, *, rows: int
) -> list[tuple[Cell, ...]]:
    """Return the distribution of onset under the hours it speaks of, and where half and 95 % of it lie.

    `rows` is how high it is drawn. Without a distribution one row says so.
    """
    columns = max(1, width - LABEL_WIDTH)
    if dose_at is None:
        return [_row("onset", f"{NO_DOSE[:columns]:<{columns}}", Tone.DIM)]
    if curve is None or not curve.density:
        return [_row("onset ?", f"{NOT_KNOWN[:columns]:<{columns}}", Tone.UNSEEN)]
    heights = _heights(curve, dose_at, axis, columns)
    drawn = [
        _row("", "".join(_shape(height, level, rows, uncertain=curve.uncertain) for height in heights), Tone.WATCH)
        for level in reversed(range(rows))
    ]
    name = "onset ?" if curve.uncertain else "onset"
    tone = Tone.UNSEEN if curve.uncertain else Tone.WATCH
    drawn[-1] = (replace(drawn[-1][0], text=f"{name:<{LABEL_WIDTH}}", tone=tone), *drawn[-1][1:])
    return [*drawn, _row("", _ruler(curve, dose_at, axis, columns), tone)]


def _heights(curve: OnsetCurve, dose_at: datetime, axis: Axis, columns: int) -> list[float | None]:
    step = (axis.end - axis.start) / columns
    shares = resample(curve.density, max(1, int(timedelta(hours=curve.hours) / step)))
    heights: list[float | None] = []
    for column in range(columns):
        hours = (axis.instant(column, columns) - dose_at) / HOUR
        inside = 0 <= hours < curve.hours
        heights.append(shares[int(hours / curve.hours * len(shares))] if inside else None)
    return heights


def _shape(height: float | None, level: int, rows: int, *, uncertain: bool) -> str:
    """Return the character of one column at one level, the lowest being 0; the lowest is never empty inside."""
    if height is None:
        return " "
    part = min(1.0, max(0.0, height * rows - level))
    if part == 0.0 and level > 0:
        return " "
    return SHADES[max(1, round(part * (_FINE - 1)))] if uncertain else bar(part)


def _ruler(curve: OnsetCurve, dose_at: datetime, axis: Axis, columns: int) -> str:
    """Return `├──┝━━ half ━━┥────┤`: half of the onsets in the thick part, 95 % within the thin one."""
    if curve.uncertain:
        stands = "another dose or drug stands for this one" if curve.basis != "dose" else "the text is doubtful"
        words = f"UNCERTAIN: {stands}"
        return f"{words[:columns]:<{columns}}"
    if curve.half_h is None or curve.most_h is None:
        return " " * columns
    line = [" "] * columns
    for (low, high), ends, fill, words in ((curve.most_h, "├┤", "─", "95 %"), (curve.half_h, "┝┥", "━", "half")):
        first, last = (axis.column(dose_at + hours * HOUR, columns) for hours in (low, high))
        begin = first if first is not None else 0 if dose_at + low * HOUR < axis.start else columns
        end = last if last is not None else columns - 1 if dose_at + high * HOUR > axis.end else -1
        if begin > end:
            continue
        line[begin : end + 1] = fill * (end + 1 - begin)
        if first is not None:
            line[begin] = ends[0]
        if last is not None:
            line[end] = ends[1]
        if end - begin > len(words) + 2 * _EDGE:
            line[begin + 2 : begin + 4 + len(words)] = f" {words} "
    return "".join(line)


def _row(name: str, drawn: str, tone: Tone) -> tuple[Cell, ...]:
    return (Cell(text=f"{name:<{LABEL_WIDTH}}", tone=Tone.DIM), Cell(text=drawn, tone=tone))
