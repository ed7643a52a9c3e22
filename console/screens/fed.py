"""A screen with a reading of its own: what it shows beside the ward is read in the same thread, once a second."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar, Generic, TypeVar

from textual.screen import Screen

from console.ports import Feed
from console.views.cells import WardView

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The present, as screens are painted for it. `failure` says why this one cannot be read now; None while it can."""

    now: datetime
    zone: tzinfo
    failure: str | None


class FedScreen(Screen[None], Generic[Found]):
    """Its `read` runs in a thread and touches no widget; what it returns comes back as `found`.

    `unread` says why the last try failed while the ward itself was read; what was found before stays and is old.
    """

    PLACE: ClassVar[str]
    """Under which name `console.keys` offers its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Found | None = None
        self.unread: str | None = None

    def read(self, feed: Feed, now: datetime) -> Found:
        """Return what this screen shows. Raises whatever the database raises."""
        raise NotImplementedError

    def paint(self, ward: WardView, moment: Moment) -> None:
        """Paint what was found last, as of this moment. Safe to repeat."""
        raise NotImplementedError
