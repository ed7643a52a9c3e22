"""Every open incident; of the selected one who was called and when, what arrived, who is called next."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from console.actions import bindings
from console.ports import Feed
from console.screens.fed import FedScreen, Moment
from console.views.cells import Incident, WardView
from console.views.incidents import IncidentBook, heading, incident_detail, incident_line
from console.widgets.choice import ChoiceList
from console.widgets.detail import Detail
from console.widgets.elsewhere import Elsewhere
from console.widgets.keys import KeyLine
from console.widgets.paint import text_of_lines
from console.widgets.title import title_line


class IncidentsScreen(FedScreen[IncidentBook]):
    """A list and what belongs to its line, side by side where there is room. The cursor stays with its incident."""

    PLACE: ClassVar[str] = "incidents"
    BINDINGS = bindings(PLACE)
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (120, "-wide")]  # noqa: RUF012 - Textual reads it

    def __init__(self) -> None:
        super().__init__()
        self._incidents: Mapping[str, Incident] = {}
        self._painted: tuple[WardView, Moment] | None = None

    def compose(self) -> ComposeResult:
        """Lay out the title, banners, a heading, the list beside or above what belongs to it, the keys."""
        yield Static(id="title")
        yield Elsewhere()
        yield Static(id="head")
        with Container(classes="halves"):
            yield ChoiceList()
            with Detail(id="detail"):
                yield Static(id="story")
        yield KeyLine(self.PLACE)

    def read(self, feed: Feed, now: datetime) -> IncidentBook:
        """Return what happened to every open incident, and the roster of the moment."""
        return feed.incidents(now)

    def paint(self, ward: WardView, moment: Moment) -> None:
        """Paint the list, and what belongs to the selected line."""
        self._painted = (ward, moment)
        self._incidents = {str(each.id): each for each in ward.pages}
        self.query_one("#title", Static).update(title_line(ward.title, ward.counts, self.size.width - 2))
        self.query_one(Elsewhere).show(ward, waiting=False, unread=self.unread)
        self.query_one("#head", Static).update(Text(heading(len(ward.pages), len(ward.asking))))
        choice = self.query_one(ChoiceList)
        choice.show([(key, incident_line(each, moment.now, moment.zone)) for key, each in self._incidents.items()])
        self._show_story()

    def on_choice_list_moved(self) -> None:
        """Say at once what belongs to the newly selected line, from its beginning."""
        self.query_one(Detail).scroll_home(animate=False)
        self._show_story()

    def _show_story(self) -> None:
        selected, story = self.selected, self.query_one("#story", Static)
        if selected is None or self._painted is None:
            story.update("")
            return
        moment = self._painted[1]
        told = None if self.found is None else self.found.stories.get(selected.id)
        self.query_one("#detail").border_title = f"{selected.code or 'the system'}  page {selected.page_code}"
        row = next((each for each in self._painted[0].rows if each.patient_id == selected.patient_id), None)
        why = row.why if row is not None and selected.kind != "technical" else ()
        story.update(text_of_lines(incident_detail(selected, told, moment.now, moment.zone, why=why)))

    @property
    def selected(self) -> Incident | None:
        """The selected incident."""
        key = self.query_one(ChoiceList).selected
        return None if key is None else self._incidents.get(key)
