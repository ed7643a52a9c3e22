"""Decides whether hubs that went offline have a cause in common: most of them at once is a network. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

WITHIN = timedelta(minutes=10)
"""A broker tells of a lost hub after one and a half keep-alives; with those of the hubs we know (60 to 300 s) all are
told of within this. Our own choice, 2026-11-21, unsigned."""

AT_LEAST = 5
"""Fewer may be one street's power cut or chance, and are told of one by one. Our own choice, 2026-11-21, unsigned."""

SHARE = 0.5
"""Of the hubs that were online before: half of a ward does not lose its lines by chance. Our own choice, 2026-11-21,
unsigned."""


def away_together(offline_since: Sequence[datetime], online: int) -> tuple[int, datetime] | None:
    """Return how many hubs went offline together and when the first of them did; None when no cause is in common.

    Parameters
    ----------
    offline_since
        When each hub that is offline now was told to be, in any order.
    online
        How many hubs in homes are not known to be offline. A hub that never spoke counts as online.
    """
    times = sorted(offline_since)
    found: tuple[int, datetime] | None = None
    first = 0
    for last, at in enumerate(times):
        while at - times[first] > WITHIN:
            first += 1
        together, online_before = last - first + 1, online + len(times) - first
        if together >= AT_LEAST and together >= SHARE * online_before:
            found = (together, times[first])
    return found
