"""Decides when the terminal's bell rings, and whether anybody knows that it can be heard at all. Pure.

A terminal tells nobody whether its bell makes a sound: only a person who heard it knows. Times are seconds of a clock
that never goes back.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

BELL_EVERY_S: Final = 3.0
BELL_PAUSE_S: Final = 120.0
"""How long somebody may silence it; it cannot be turned off."""

UNTRIED_AFTER_S: Final = 86_400.0
"""A day: the loudspeaker of a terminal that has not rung for so long may have been turned down by anybody since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """`quiet_since_s` is when it rang last or the console was opened; `unheard` that somebody tried it in vain."""

    quiet_since_s: float
    rung_s: float = float("-inf")
    paused_until_s: float = float("-inf")
    unheard: bool = False

    def due(self, now_s: float) -> bool:
        """Return whether an unanswered emergency rings it now."""
        return now_s >= self.paused_until_s and now_s - self.rung_s >= BELL_EVERY_S

    def rung(self, now_s: float) -> Self:
        """Return the bell after it rang."""
        return replace(self, quiet_since_s=now_s, rung_s=now_s)

    def paused(self, now_s: float) -> Self:
        """Return the bell silenced for a time; silencing it again begins that time anew."""
        return replace(self, paused_until_s=now_s + BELL_PAUSE_S)

    def tried(self, *, heard: bool) -> Self:
        """Return the bell after somebody said whether they heard it."""
        return replace(self, unheard=not heard)

    def words(self, now_s: float) -> str | None:
        """Return what the board says of it; None while there is nothing to say."""
        if self.unheard:
            return "BELL NOT HEARD: this console makes no sound. Turn it up and try it: B"
        if now_s - self.quiet_since_s >= UNTRIED_AFTER_S:
            return "BELL: it has not rung here for a day. Hear whether it does: B"
        return None
