"""Decides what a technical condition explains, so that one cause is one call. Pure.

Only technical conditions are explained away, and only while their cause holds. About patients a cause explains one
thing alone, that nothing is heard from a home: see `alerts.storm`, which bounds it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

CAUSES: dict[str, tuple[str, ...]] = {
    # What the gateway last said of itself and of its hubs is as old as its silence.
    "quiet:gateway": ("deaf", "front", "hubs", "offline:", "silence"),
    # A broker that is away loses its hubs, or cannot tell of them.
    "deaf": ("hubs", "offline:", "silence"),
    "hubs": ("offline:", "silence"),
    # A test that cannot be sent cannot arrive.
    "mute": ("drill:",),
}
"""Which conditions each explains, by key or, with a colon at its end, by the beginning of a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What stands for the calls about an incident: the technical condition `cause`.

    Nothing is called about from `since` until `until` (exclusive; None: as long as the cause holds), or until
    `ended_at`, when the cause ended sooner.
    """

    cause: str
    since: datetime
    until: datetime | None = None
    ended_at: datetime | None = None

    @property
    def freed_at(self) -> datetime | None:
        """When what was held back is due; None while no end is known."""
        return self.ended_at if self.ended_at is not None else self.until

    def holds(self, now: datetime) -> bool:
        """Whether the cause still stands for the calls."""
        return self.freed_at is None or now < self.freed_at


def cause_of(key: str, holding: Collection[str]) -> str | None:
    """Return the condition among `holding` that explains `key`, None when none does.

    A cause that is itself explained explains nothing: the first in the list is what people are called about.
    """
    for cause, effects in CAUSES.items():
        if cause in holding and cause != key and any(_matches(key, effect) for effect in effects):
            return cause
    return None


def _matches(key: str, effect: str) -> bool:
    return key.startswith(effect) if effect.endswith(":") else key == effect
