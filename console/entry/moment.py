"""Understands when something happened from the end of an entry line. Pure; asks when a time could mean two things.

`19:10` is the latest 19:10 that has passed; `mon 19:10`, `yesterday 19:10`, `2026-03-02 19:10`, `-30m` and `-2h` are
exact. Nothing said means now.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SOON = timedelta(hours=1)
"""A bare clock time up to this far ahead is more likely a slip than the day before: it is asked back."""

_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})$")
_AGO = re.compile(r"-(\d{1,4})(m|min|h|d)$")
_UNITS = {"m": timedelta(minutes=1), "min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """The line could mean several things, or nothing: the question to the person who typed it.

    `field` names the field of `console.entry.fields` that the question is about; empty where it is about the whole.
    """

    question: str
    field: str = ""


def take_moment(words: list[str], now: datetime, zone: tzinfo) -> tuple[list[str], datetime] | Asks:
    """Return the words before the time and the instant, aware UTC or in `zone`; or the question when it is unclear."""
    if words and (ago := _AGO.match(words[-1])):
        return words[:-1], now - int(ago[1]) * _UNITS[ago[2]]
    if not words or ":" not in words[-1]:
        return words, now
    spoken = words[-1]
    match = _CLOCK.match(spoken)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:  # noqa: PLR2004 - hours and minutes of a day
        return Asks(question=f"When is {spoken!r}? Write it as 19:10.")
    clock = time(int(match[1]), int(match[2]))
    day = _day(words[-2], now.astimezone(zone).date()) if len(words) > 1 else None
    if day is None:
        return _latest(words[:-1], clock, now, zone)
    found = _instant(day, clock, zone)
    if isinstance(found, Asks):
        return found
    if found > now:
        return Asks(
            question=f"{found:%a %d %b %H:%M} has not come yet (now {now.astimezone(zone):%a %H:%M}). When was it?"
        )
    return words[:-2], found


def _latest(words: list[str], clock: time, now: datetime, zone: tzinfo) -> tuple[list[str], datetime] | Asks:
    today = now.astimezone(zone).date()
    found = _instant(today, clock, zone)
    if isinstance(found, Asks):
        return found
    if found <= now:
        return words, found
    if found - now <= SOON:
        here = f"{now.astimezone(zone):%H:%M}"
        return Asks(
            question=f"{clock:%H:%M} is ahead of the clock ({here}). For the day before write: yesterday {clock:%H:%M}"
        )
    found = _instant(today - timedelta(days=1), clock, zone)
    return found if isinstance(found, Asks) else (words, found)


def _day(word: str, today: date) -> date | None:
    """Return the day a word names: the latest such weekday, today included; None when it names none."""
    folded = word.casefold()
    if folded == "today":
        return today
    if folded == "yesterday":
        return today - timedelta(days=1)
    if folded[:3] in WEEKDAYS and folded.isalpha():
        return today - timedelta(days=(today.weekday() - WEEKDAYS.index(folded[:3])) % 7)
    try:
        return date.fromisoformat(folded)
    except ValueError:
        return None


def _instant(day: date, clock: time, zone: tzinfo) -> datetime | Asks:
    """Return the instant of a wall time; asks where the change of summer time makes it happen twice or never."""
    first = datetime.combine(day, clock, zone)
    second = first.replace(fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    return Asks(
        question=f"The clocks changed that night: {clock:%H:%M} is not one moment. Write how long ago, as -2h or -45m."
    )
