"""Whether the system can see and can call: what exactly does not, and since when."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.actions import bindings
from console.ports import Feed
from console.screens.fed import FedScreen, Moment
from console.views.cells import WardView
from console.views.system import Part, system_view
from console.widgets.elsewhere import Elsewhere
from console.widgets.keys import KeyLine
from console.widgets.paint import text_of_lines
from console.widgets.panel import Panel
from console.widgets.title import title_line


class SystemScreen(FedScreen[Sequence[Part]]):
    """Two answers, then every part, the technical conditions, and how the site is set up."""

    PLACE: ClassVar[str] = "system"
    BINDINGS = bindings(PLACE)

    def compose(self) -> ComposeResult:
        """Lay out the title, banners, the two answers, the boxes, the keys."""
        yield Static(id="title")
        yield Elsewhere()
        yield Static("reading how the system stands", id="head")
        with VerticalScroll(id="body"):
            yield Panel("parts", id="parts")
            yield Panel("technical conditions", id="conditions")
            yield Panel("how this site is set up", id="setup")
        yield KeyLine(self.PLACE)

    def read(self, feed: Feed, now: datetime) -> Sequence[Part]:
        """Return how every part stands."""
        return feed.system(now)

    def paint(self, ward: WardView, moment: Moment) -> None:
        """Paint it as of now; while nothing can be read, nothing is called working."""
        self.query_one("#title", Static).update(title_line(ward.title, ward.counts, self.size.width - 2))
        self.query_one(Elsewhere).show(ward, unread=self.unread)
        if self.found is None and moment.failure is None:
            return
        view = system_view(self.found or (), ward.pages, ward.faults, moment.now, moment.zone, failure=moment.failure)
        self.query_one("#head", Static).update(text_of_lines((view.seeing, view.calling)))
        for panel, lines, empty in (
            ("parts", view.parts, "not read yet"),
            ("conditions", view.conditions, "none"),
            ("setup", view.setup, "nothing to say"),
        ):
            self.query_one(f"#{panel}", Panel).show(lines, empty)
