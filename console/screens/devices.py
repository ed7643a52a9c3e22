"""The home hubs: in whose home each stands, when it was last heard, its battery, what is doubtful."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from console.actions import bindings
from console.ports import Feed
from console.screens.fed import FedScreen, Moment
from console.views.cells import WardView
from console.views.devices import HubSight, devices_head, hub_line, ordered
from console.widgets.choice import ChoiceList
from console.widgets.elsewhere import Elsewhere
from console.widgets.keys import KeyLine
from console.widgets.paint import text_of_lines
from console.widgets.title import title_line


class DevicesScreen(FedScreen[Sequence[HubSight]]):
    """A list to walk through; the cursor stays with its hub."""

    PLACE: ClassVar[str] = "devices"
    BINDINGS = bindings(PLACE)

    def compose(self) -> ComposeResult:
        """Lay out the title, banners, the head line, the hubs, the keys."""
        yield Static(id="title")
        yield Elsewhere()
        yield Static("reading the hubs", id="head")
        yield ChoiceList()
        yield KeyLine(self.PLACE)

    def read(self, feed: Feed, now: datetime) -> Sequence[HubSight]:
        """Return every hub."""
        return feed.devices(now)

    def paint(self, ward: WardView, moment: Moment) -> None:
        """Paint them with their ages as of now."""
        self.query_one("#title", Static).update(title_line(ward.title, ward.counts, self.size.width - 2))
        self.query_one(Elsewhere).show(ward, unread=self.unread)
        if self.found is None:
            return
        hubs = ordered(self.found)
        wide = max((len(hub.name) for hub in hubs), default=0)
        self.query_one("#head", Static).update(text_of_lines((devices_head(hubs, moment.now),)))
        self.query_one(ChoiceList).show([(hub.name, hub_line(hub, moment.now, wide=wide)) for hub in hubs])

    @property
    def selected(self) -> HubSight | None:
        """The selected hub."""
        name = self.query_one(ChoiceList).selected
        return next((hub for hub in self.found or () if hub.name == name), None)
