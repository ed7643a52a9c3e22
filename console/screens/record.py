"""A patient's whole record: every entry, newest first; what was struck out stays. The selected one can be corrected."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from console.actions import bindings
from console.ports import Feed
from console.screens.fed import FedScreen, Moment
from console.views.cells import WardView
from console.views.record_list import entry_detail, entry_lines
from console.widgets.choice import ChoiceList
from console.widgets.detail import Detail
from console.widgets.elsewhere import Elsewhere
from console.widgets.keys import KeyLine
from console.widgets.paint import text_of_lines
from gateway.reading import PatientCode, PatientId
from monitor.overview import RecordLine


class RecordScreen(FedScreen[Sequence[RecordLine]]):
    """A list of entries and what belongs to the selected one. The cursor stays with its entry."""

    PLACE: ClassVar[str] = "record"
    BINDINGS = bindings(PLACE)
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (120, "-wide")]  # noqa: RUF012 - Textual reads it

    def __init__(self, patient_id: PatientId, code: PatientCode) -> None:
        super().__init__()
        self.patient_id = patient_id
        self.code = code
        self._entries: Mapping[str, RecordLine] = {}
        self._moment: Moment | None = None

    def compose(self) -> ComposeResult:
        """Lay out whose record it is, the list beside or above what belongs to its line, the keys."""
        yield Elsewhere()
        yield Static(Text(f"{self.code}: reading the record"), id="head")
        with Container(classes="halves"):
            yield ChoiceList()
            with Detail(id="detail"):
                yield Static(id="story")
        yield KeyLine(self.PLACE)

    def read(self, feed: Feed, now: datetime) -> Sequence[RecordLine]:
        """Return every entry of this patient."""
        return feed.record(self.patient_id, now)

    def paint(self, ward: WardView, moment: Moment) -> None:
        """Paint the list, and what belongs to the selected line."""
        self._moment = moment
        self.query_one(Elsewhere).show(ward, but=self.patient_id, unread=self.unread)
        if self.found is None:
            return
        self._entries = {each.line.ref: each for each in self.found}
        struck = sum(each.line.voided for each in self.found)
        lines = entry_lines([each.line for each in self.found], moment.now, moment.zone)
        said = f"{self.code}  record  {len(lines)} entries, {struck} struck out"
        self.query_one("#head", Static).update(Text(said))
        self.query_one(ChoiceList).show(lines)
        self._show_detail()

    def on_choice_list_moved(self) -> None:
        """Say at once what belongs to the newly selected line, from its beginning."""
        self.query_one(Detail).scroll_home(animate=False)
        self._show_detail()

    def _show_detail(self) -> None:
        selected, story = self.selected, self.query_one("#story", Static)
        if selected is None or self._moment is None:
            story.update("nothing entered yet" if self.found is not None else "")
            return
        self.query_one("#detail").border_title = selected.line.ref
        story.update(text_of_lines(entry_detail(selected, self._moment.now, self._moment.zone)))

    @property
    def selected(self) -> RecordLine | None:
        """The selected entry."""
        key = self.query_one(ChoiceList).selected
        return None if key is None else self._entries.get(key)
