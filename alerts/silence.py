"""A silence: what a person keeps calls back about, for how long, and why. Decides what may be silenced at all. Pure.

The top two urgencies of a patient cannot be silenced: whoever has them in hand accepts them, which covers what was
seen and nothing worse.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.assessment import Urgency

Covered = Literal["watch", "technical_low", "technical_high"]
Severity = Literal["low", "high"]
WORDS: dict[Covered, str] = {
    "watch": "watch",
    "technical_low": "a low technical condition",
    "technical_high": "a high technical condition",
}


class SilenceRefusedError(Exception):
    """The silence cannot be entered or ended; the message is a sentence for whoever asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceLimits:
    """The longest silence of each kind, in seconds; the top two urgencies have none, whatever a policy says."""

    watch_s: int
    technical_low_s: int
    technical_high_s: int

    def longest(self, covers: Covered) -> timedelta:
        """Return how long a silence of this kind may last."""
        return timedelta(seconds=getattr(self, f"{covers}_s"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """One silence in force: about which subject, given by whom, why, until when (exclusive), and what it covers.

    `grade` is the highest CRS grade it covers (None: none above 0); `blind` whether it covers that nobody can be seen.
    """

    id: int
    subject: str
    covers: Covered
    grade: int | None
    blind: bool
    by: str
    why: str
    since: datetime
    until: datetime


def refuse_unless_allowed(covers: Covered, *, since: datetime, until: datetime, limits: SilenceLimits) -> None:
    """Raise `SilenceRefusedError` when a silence would end before it begins or last longer than the policy allows."""
    if until <= since:
        raise SilenceRefusedError("It would have ended already. Give an end that lies ahead.")
    longest = limits.longest(covers)
    if until - since > longest:
        raise SilenceRefusedError(
            f"A silence of {WORDS[covers]} lasts {_span(longest)} at most. Give an earlier end; it can be given again."
        )


def refuse_urgency(name: str, urgency: Urgency) -> None:
    """Raise `SilenceRefusedError` for a patient whose urgency no silence may cover."""
    if urgency in {"urgent", "emergency"}:
        raise SilenceRefusedError(
            f"{name} is {urgency}: no silence covers that. Acknowledge it instead; worsening then calls again."
        )


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
