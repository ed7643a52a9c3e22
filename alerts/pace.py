"""Decides which texts of low urgency wait, so that carriers take those that matter. Pure.

A carrier that is handed too many texts at once queues all of them, the emergency behind the reminder, and one that sees
a number flooded filters it. So texts of the lower two urgencies are counted and may wait for their turn; those of the
upper two are neither counted nor held, whatever else is going on, and no call is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

LOW = frozenset({"watch", "routine"})
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WAITS = "waits"
"""How the outcome of a text begins that was held back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many texts of low urgency may go out: to one number within an hour, to all within a minute."""

    to_one_within_an_hour: int
    to_all_within_a_minute: int


@dataclass(frozen=True, slots=True)
class Handed:
    """A text of low urgency that was handed to the network."""

    number: str
    at: datetime


class Message(Protocol):
    """What the pace looks at in a message that is due."""

    @property
    def id(self) -> int: ...  # noqa: D102 - as its name says
    @property
    def number(self) -> str: ...  # noqa: D102
    @property
    def channel(self) -> str: ...  # noqa: D102
    @property
    def urgency(self) -> str: ...  # noqa: D102
    @property
    def state(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Held:
    """A text that waits until an instant, and why."""

    id: int
    until: datetime
    why: str


def is_counted(message: Message) -> bool:
    """Whether the pace applies: to a text of low urgency that has not been handed over."""
    return message.channel == "sms" and message.urgency in LOW and message.state != "sent"


def held_back(due: Iterable[Message], handed: Iterable[Handed], pace: Pace, now: datetime) -> list[Held]:
    """Return those of `due` that must wait, in their order; `handed` is what went out before, oldest first."""
    log: list[Handed] = list(handed)
    held: list[Held] = []
    for message in due:
        if not is_counted(message):
            continue
        wait = _wait(message.number, log, pace, now)
        if wait is None:
            log.append(Handed(message.number, now))
        else:
            held.append(Held(message.id, *wait))
    return held


def _wait(number: str, log: Sequence[Handed], pace: Pace, now: datetime) -> tuple[datetime, str] | None:
    """Return until when one more text to `number` waits, and why; None when it may go."""
    own = [one.at for one in log if one.number == number and one.at > now - HOUR]
    if len(own) >= pace.to_one_within_an_hour:
        return own[-pace.to_one_within_an_hour] + HOUR, f"{WAITS}: many texts to this number within the hour"
    every = [one.at for one in log if one.at > now - MINUTE]
    if len(every) >= pace.to_all_within_a_minute:
        return every[-pace.to_all_within_a_minute] + MINUTE, f"{WAITS}: many texts within the minute"
    return None
