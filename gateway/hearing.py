"""Decides whether the gateway hears its broker, and how long to wait before it dials again. Pure."""

from dataclasses import dataclass, replace

GRACE_S = 2.0
"""A connection lost and found again within this is nobody's business; longer is deafness, and is said."""

SETTLED_S = 3.0
"""How long a connection must hold before the trouble counts as over: one that breaks each second hears nothing well."""

BREAKS = 3
"""After so many breaks in a row the next connection has to hold before it is believed."""

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 1.0
"""A broker that returns is found within this: on the board the ward is heard again within five seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What is known of the connection, in monotonic seconds.

    `trouble_since_s` is when it was first missed, None when all is well; `connected_since_s` is None without one.
    `tries` counts the attempts since it last held, `breaks` the connections that stood and ended since then.
    """

    trouble_since_s: float | None
    why: str = "not connected yet"
    connected_since_s: float | None = None
    tries: int = 0
    breaks: int = 0

    def connected(self, now_s: float) -> "Hearing":
        """Return what is known once a connection stands and its subscriptions are granted."""
        return replace(self, connected_since_s=now_s)

    def lost(self, now_s: float, why: str) -> "Hearing":
        """Return what is known once a connection ended or could not be made."""
        settled = self.settled(now_s)
        return Hearing(
            trouble_since_s=now_s if settled.trouble_since_s is None else settled.trouble_since_s,
            why=why,
            tries=settled.tries + 1,
            breaks=settled.breaks + (settled.connected_since_s is not None),
        )

    def settled(self, now_s: float) -> "Hearing":
        """Return what is known at `now_s`: a connection that held long enough ends the trouble."""
        if self.connected_since_s is None or now_s - self.connected_since_s < SETTLED_S:
            return self
        return replace(self, trouble_since_s=None, why="", tries=0, breaks=0)

    def fault(self, now_s: float) -> str | None:
        """Return why nothing is heard, None while all is well or the trouble is younger than the grace.

        A connection that stands again ends it, unless it broke so often that it may well break again.
        """
        now = self.settled(now_s)
        if now.trouble_since_s is None or now_s - now.trouble_since_s < GRACE_S:
            return None
        return None if now.connected_since_s is not None and now.breaks < BREAKS else now.why

    def pause_s(self, chance: float) -> float:
        """Return how long to wait before the next try; `chance` from 0 to 1 spreads many gateways apart."""
        longest = min(FIRST_PAUSE_S * 2.0 ** min(self.tries, 16), LONGEST_PAUSE_S)
        return longest * (0.5 + 0.5 * chance)
