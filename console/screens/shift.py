"""The hand-over of the shift: everybody in a list, the selected one's part in I-PASS or SBAR, who has confirmed.

The report stands still while somebody reads it: it is made anew each minute and when asked, and says how old it
is. Who is worse by now than in the report is marked in the list.
"""

from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from console.actions import bindings
from console.ports import Feed, ShiftBook
from console.screens.fed import FedScreen, Moment
from console.views import wording
from console.views.cells import Cell, Line, Tone, WardView
from console.views.shift_lines import (
    Layout,
    head_words,
    hung,
    lines_of,
    list_line,
    other,
    patient_blocks,
    status_line,
    ward_blocks,
    ward_line,
)
from console.views.shift_values import PatientReport, ShiftReport
from console.widgets.choice import ChoiceList
from console.widgets.detail import Detail
from console.widgets.elsewhere import Elsewhere
from console.widgets.keys import KeyLine
from console.widgets.paint import text_of, text_of_lines
from console.widgets.title import title_line
from gateway.clock import monotonic_s

MADE_ANEW_EVERY_S = 60.0
"""A report that changed under the eyes could not be read; a minute later it says what is new."""

WARD = "the ward"


class ShiftScreen(FedScreen[ShiftBook]):
    """A list and the part of its line, side by side where there is room. The cursor stays with its patient.

    `opened` holds the codes of those whose part was on the screen.
    """

    PLACE: ClassVar[str] = "shift"
    BINDINGS = bindings(PLACE)
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (120, "-wide")]  # noqa: RUF012 - Textual reads it

    def __init__(self) -> None:
        super().__init__()
        self.layout_words: Layout = "I-PASS"
        self._read_at_s = float("-inf")
        self._painted: tuple[WardView, Moment] | None = None
        self.opened: set[str] = set()

    def compose(self) -> ComposeResult:
        """Lay out the title, banners, which shift this is, the list beside or above a part, the keys."""
        yield Static(id="title")
        yield Elsewhere()
        yield Static("reading what happened in this shift", id="head")
        with Container(classes="halves"):
            yield ChoiceList()
            with Detail(id="detail"):
                yield Static(id="story")
        yield KeyLine(self.PLACE)

    def read(self, feed: Feed, now: datetime) -> ShiftBook:
        """Return the report made last, until it is old enough to be made anew."""
        began_s = monotonic_s()
        if self.found is not None and began_s - self._read_at_s < MADE_ANEW_EVERY_S:
            return self.found
        found = feed.shift(now)
        self._read_at_s = began_s
        return found

    def read_anew(self) -> None:
        """Let the next read make the report anew."""
        self._read_at_s = float("-inf")

    def paint(self, ward: WardView, moment: Moment) -> None:
        """Paint the list, and the part of the selected line."""
        self._painted = (ward, moment)
        self.query_one("#title", Static).update(title_line(ward.title, ward.counts, self.size.width - 2))
        self.query_one(Elsewhere).show(ward, unread=self.unread)
        report = self.report
        if report is None:
            return
        self.query_one("#head", Static).update(self._head(report, moment))
        groups = {row.patient_id: row.group for row in ward.rows}
        self.query_one(ChoiceList).show(
            [
                (WARD, ward_line(report.ward)),
                *(
                    (each.code, list_line(each, worse_now=groups.get(each.patient_id, each.group) < each.group))
                    for each in report.patients
                ),
            ]
        )
        self._show_part()

    def _head(self, report: ShiftReport, moment: Moment) -> Text:
        span, zone = report.span, moment.zone
        made = f"as of {span.now.astimezone(zone):%H:%M:%S}, {wording.stopwatch(moment.now - span.now)} ago"
        first = Cell(text=head_words(span, zone))
        if moment.failure is not None:
            first = Cell(text=f"CANNOT BE READ ANEW: {first.text}", tone=Tone.EMERGENCY)
        status = status_line(report.handed, zone)
        last = Line(text=f"{status.text}  [{made}]", tone=status.tone)
        return text_of(first) + Text("\n") + text_of_lines((last,))

    def on_choice_list_moved(self) -> None:
        """Say at once what belongs to the newly selected line, from its beginning."""
        self.query_one(Detail).scroll_home(animate=False)
        self._show_part()

    def turn(self) -> None:
        """Change between I-PASS and SBAR."""
        self.layout_words = other(self.layout_words)
        self.query_one(Detail).scroll_home(animate=False)
        self._show_part()

    def select(self, code: str | None) -> None:
        """Move the cursor to a patient, or with None to the ward."""
        self.query_one(ChoiceList).select(code or WARD)

    def _show_part(self) -> None:
        report, detail = self.report, self.query_one(Detail)
        if report is None or self._painted is None:
            return
        moment, selected = self._painted[1], self.selected
        now, zone = report.span.now, moment.zone
        lines: tuple[Line, ...]
        if selected is None:
            title, lines = WARD, lines_of(ward_blocks(report.ward, now, zone))
        else:
            self.opened.add(selected.code)
            title = f"{selected.code}  {self.layout_words}"
            lines = lines_of(patient_blocks(selected, self.layout_words, now, zone))
        detail.border_title = title
        story = self.query_one("#story", Static)
        story.update(text_of_lines(hung(lines, story.content_size.width)))

    @property
    def report(self) -> ShiftReport | None:
        """The report that is shown; None before the first read."""
        return None if self.found is None else self.found.report

    @property
    def selected(self) -> PatientReport | None:
        """The selected patient's part; None where the ward is selected, or nothing."""
        key, report = self.query_one(ChoiceList).selected, self.report
        return None if report is None else next((each for each in report.patients if each.code == key), None)
