"""Every short word the console prints: ages, values, clock times, places. Pure.

Refuses to make anything look better than it is: an age is floored and never hidden, a temperature just under the
fever limit is never rounded up to it.
"""

import re
import textwrap
from datetime import datetime, timedelta, tzinfo
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from monitor.assessment import Phase, Where
from monitor.overview import Measured

FEVER_LIMIT_C = Decimal("38.0")
"""Fever in degrees Celsius (ASTCT 2019, doi:10.1016/j.bbmt.2018.12.758): the one limit a display rounds down at."""

NEVER = "--"
"""Printed for a value that was never measured."""

STALE_MARK = "!"
"""Follows the age of a value too old to grade with."""

DOUBT_MARK = "~"
"""Follows a value that its device or its jump makes doubtful."""

PLACES: dict[Where, str] = {
    "home": "home",
    "travelling": "on the way",
    "emergency_department": "in ED",
    "admitted": "admitted",
    "discharged": "discharged",
    "ended": "ended",
}

PHASES: dict[Phase, str] = {
    "before": "no dose given yet",
    "open": "window open, before the usual onset",
    "peak": "peak of the onset window",
    "closing": "window closing",
    "closed": "outside the usual window: look hard for infection, CRS still possible",
    "unknown": "window unknown: treated as open",
}

_TENTH = Decimal("0.1")
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_SECONDS_SHOWN_BELOW = timedelta(seconds=100)
_MINUTES_SHOWN_BELOW = timedelta(minutes=100)
_HOURS_SHOWN_BELOW = timedelta(hours=48)
_DOSE_HOURS_SHOWN_BELOW = 100
_HOURS_A_DAY = 24


def age(span: timedelta) -> str:
    """Return how long ago in at most four characters: `3m`, `99m`, `2h`, `47h`, `2d`.

    Rounded down. A span below zero (a device clock that is ahead) reads `0m`.
    """
    span = max(span, timedelta(0))
    if span < _MINUTES_SHOWN_BELOW:
        return f"{span // _MINUTE}m"
    if span < _HOURS_SHOWN_BELOW:
        return f"{span // _HOUR}h"
    return f"{span.days}d"


def short_age(span: timedelta) -> str:
    """Return an age with seconds while they matter: `41s`, from 100 seconds on as `age`."""
    return f"{max(0, int(span.total_seconds()))}s" if span < _SECONDS_SHOWN_BELOW else age(span)


def fit(text: str, width: int, lines: int, more: str) -> str:
    """Return text wrapped into at most `lines` lines; where it does not fit it ends in `… more`, never silently."""
    wrapped = textwrap.wrap(text, max(1, width)) or [""]
    if len(wrapped) <= lines:
        return "\n".join(wrapped)
    ending = f" … {more}"
    last = wrapped[lines - 1][: max(0, width - len(ending))].rstrip()
    return "\n".join([*wrapped[: lines - 1], last + ending])


def stopwatch(span: timedelta) -> str:
    """Return a running time as `0:41` or `1:02:07`; below zero reads `0:00`."""
    seconds = max(0, int(span.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def span(length: timedelta) -> str:
    """Return a length of time as `7 h` or `4 h 45 min`, rounded down; below zero reads `0 min`."""
    hours, rest = divmod(max(length, timedelta(0)), _HOUR)
    minutes = rest // _MINUTE
    return " ".join(
        word for word in (f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else "") if word
    )


def hours_since(hours: float | None) -> str:
    """Return hours since a dose as `31h`, from 100 hours as days `5d`; `--` when unknown."""
    if hours is None:
        return NEVER
    return f"{int(hours)}h" if hours < _DOSE_HOURS_SHOWN_BELOW else f"{int(hours) // _HOURS_A_DAY}d"


def clock_time(at: datetime, zone: tzinfo, now: datetime) -> str:
    """Return the ward's wall time of an instant, with the weekday unless it is today and the date beyond six days."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if abs(local.date() - today) < timedelta(days=7):
        return f"{local:%a %H:%M}"
    return f"{local:%Y-%m-%d %H:%M}"


def on_day(at: datetime, zone: tzinfo, now: datetime) -> str:
    """Return the day with its date and the time of day, such as `Mon 2 Mar 10:00`; with the year unless it is this."""
    local = at.astimezone(zone)
    year = "" if local.year == now.astimezone(zone).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def temperature(value_c: Decimal) -> str:
    """Return degrees Celsius to one decimal, rounded down where rounding would reach the fever limit."""
    shown = value_c.quantize(_TENTH, ROUND_HALF_UP)
    if value_c < FEVER_LIMIT_C <= shown:
        shown = value_c.quantize(_TENTH, ROUND_FLOOR)
    return str(shown)


def whole(value: Decimal) -> str:
    """Return a number as the device sent it, without a useless `.0`."""
    return str(value.quantize(Decimal(1))) if value == value.to_integral_value() else str(value.normalize())


def value(measured: Measured, *, celsius: bool = False) -> str:
    """Return the printed numbers of a value and the mark of doubt: `38.4`, `94~`, `104/61`."""
    numbers = "/".join(temperature(each) if celsius else whole(each) for each in measured.values)
    return numbers + (DOUBT_MARK if measured.doubts else "")


def aged_value(measured: Measured | None, now: datetime, *, celsius: bool = False) -> str:
    """Return a value with its age, always both: `38.4 3m`; `37.1 7h!` when stale; `--` when never measured."""
    if measured is None:
        return NEVER
    stale = "" if measured.fresh else STALE_MARK
    return f"{value(measured, celsius=celsius)} {age(now - measured.measured_at)}{stale}"


def squeeze(label: str, width: int) -> str:
    """Return a label in at most `width` characters, what is left out shown as `…`.

    A number at its end stays: it tells one dose from the next (`step…2`, `first…`).
    """
    if len(label) <= width:
        return label
    tail = re.search(r"\d{1,2}$", label)
    kept = tail[0] if tail else ""
    return f"{label[: width - 1 - len(kept)].rstrip()}…{kept}"


def next_step(step: str, left: timedelta | None) -> str:
    """Return what comes next as `next: second nurse by text in 0:19`; `left` is None when nobody knows when."""
    words = one_line(step)
    for channel, how in (("sms", "by text"), ("voice", "by call")):
        if words.endswith(f" {channel}"):
            words = f"{words.removesuffix(channel)}{how}"
    return f"next: {words}{'' if left is None else f' in {stopwatch(left)}'}"


def one_line(text: str) -> str:
    """Return foreign text as one printable line; control characters could move the cursor of the terminal."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else " " for each in text)
