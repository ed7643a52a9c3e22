"""The time axis that every chart of a patient shares: which stretch it shows, and where its labels stand. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal

HOUR = timedelta(hours=1)
Span = Literal["12 h", "48 h", "since the dose"]
SPANS: Final[tuple[Span, ...]] = ("48 h", "12 h", "since the dose")
"""In the order in which a key goes through them."""

_BACK = {"12 h": 12 * HOUR, "48 h": 48 * HOUR}
_AHEAD_SHARE = 4
"""A quarter of what is past lies ahead: what is still expected, hidden or planned is part of the picture."""

_BEFORE_DOSE = 2 * HOUR
_LEAST_AHEAD = 6 * HOUR
_STEPS_H = (1, 2, 3, 6, 12, 24, 48, 96, 168)
_DAY_H = 24
_ROOM = 8
"""Columns from one label to the next: the longest, `Wed 28`, its tick and a gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The stretch shown; `now` lies in it, and what is right of it has not happened."""

    start: datetime
    end: datetime
    now: datetime

    def column(self, at: datetime, columns: int) -> int | None:
        """Return the column of an instant; None outside the stretch shown."""
        if not self.start <= at <= self.end:
            return None
        return min(columns - 1, int((at - self.start) / (self.end - self.start) * columns))

    def instant(self, column: int, columns: int) -> datetime:
        """Return the middle of a column."""
        return self.start + (self.end - self.start) * ((column + 0.5) / columns)


def axis_of(span: Span, now: datetime, dose_at: datetime | None) -> Axis:
    """Return the axis of a span at `now`; since a dose that nobody gave is as 48 h."""
    if span == "since the dose" and dose_at is not None and dose_at <= now:
        start = dose_at - _BEFORE_DOSE
        return Axis(start=start, end=now + max(_LEAST_AHEAD, (now - start) / _AHEAD_SHARE), now=now)
    back = _BACK["48 h"] if span == "since the dose" else _BACK[span]
    return Axis(start=now - back, end=now + back / _AHEAD_SHARE, now=now)


def clock_labels(axis: Axis, columns: int, zone: tzinfo) -> str:
    """Return the ward's hours, a tick before each: `╵18:00  ╵Tue 3  ╵06:00`; at midnight the day."""
    step = _step(axis, columns)
    line = [" "] * columns
    at = axis.start.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(axis.start.tzinfo)
    while at <= axis.end:
        local = at.astimezone(zone)
        if local.hour % min(step, _DAY_H) == 0 and (step <= _DAY_H or local.toordinal() % (step // _DAY_H) == 0):
            _write(line, axis.column(at, columns), f"╵{local:%H:%M}" if local.hour else f"╵{local:%a} {local.day}")
        at += HOUR
    return "".join(line)


def dose_labels(axis: Axis, columns: int, dose_at: datetime) -> str:
    """Return hours since the dose, a tick before each: `╵+0 h  ╵+6 h`."""
    step = _step(axis, columns)
    line = [" "] * columns
    count = max(0, -int((dose_at - axis.start) / HOUR) // step)
    at = dose_at + count * step * HOUR
    while at <= axis.end:
        _write(line, axis.column(at, columns), f"╵+{int((at - dose_at) / HOUR)} h")
        at += step * HOUR
    return "".join(line)


def _step(axis: Axis, columns: int) -> int:
    hours = (axis.end - axis.start) / HOUR
    return next((step for step in _STEPS_H if step / hours * columns >= _ROOM), _STEPS_H[-1])


def _write(line: list[str], column: int | None, words: str) -> None:
    if column is not None and column + len(words) <= len(line):
        line[column : column + len(words)] = words
