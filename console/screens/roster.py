"""Who is on call now and next, hours nobody covers, telephones nobody answered from, who was put on duty by hand."""

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.actions import bindings
from console.ports import Feed
from console.screens.fed import FedScreen, Moment
from console.views.cells import WardView
from console.views.duty import DutyBook, duty_view
from console.widgets.elsewhere import Elsewhere
from console.widgets.keys import KeyLine
from console.widgets.paint import text_of_lines
from console.widgets.panel import Panel
from console.widgets.title import title_line


class RosterScreen(FedScreen[DutyBook]):
    """Boxes below a line that says whether everything is covered."""

    PLACE: ClassVar[str] = "roster"
    BINDINGS = bindings(PLACE)

    def compose(self) -> ComposeResult:
        """Lay out the title, banners, the head line, the boxes, the keys."""
        yield Static(id="title")
        yield Elsewhere()
        yield Static("reading who is on call", id="head")
        with VerticalScroll(id="body"):
            yield Panel("on call", id="on-call")
            yield Panel("hand-over of the shift (6)", id="handed")
            yield Panel("hours nobody covers, next 7 days", id="gaps")
            yield Panel("put on duty by hand (x ends one)", id="overrides")
            yield Panel("telephones", id="telephones")
        yield KeyLine(self.PLACE)

    def read(self, feed: Feed, now: datetime) -> DutyBook:
        """Return the roster of the moment and what is known of its telephones."""
        return feed.duty(now)

    def paint(self, ward: WardView, moment: Moment) -> None:
        """Paint it as of now: a shift ends while somebody looks."""
        self.query_one("#title", Static).update(title_line(ward.title, ward.counts, self.size.width - 2))
        self.query_one(Elsewhere).show(ward, unread=self.unread)
        if self.found is None:
            return
        view = duty_view(self.found, moment.now, moment.zone)
        self.query_one("#head", Static).update(text_of_lines((view.head,)))
        for panel, lines, empty in (
            ("on-call", view.on_call, "the roster cannot be read"),
            ("handed", view.handed, "not read"),
            ("gaps", view.gaps, "none"),
            ("overrides", view.overrides, "nobody: the roster file alone counts"),
            ("telephones", view.telephones, "none known"),
        ):
            self.query_one(f"#{panel}", Panel).show(lines, empty)
