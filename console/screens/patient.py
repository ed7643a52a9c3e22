"""One patient: charts, why, what the label says, what was entered, what was texted. Stacks on narrow terminals."""

from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, VerticalScroll
from textual.widgets import Static

from console.actions import bindings
from console.ports import Feed
from console.screens.fed import FedScreen, Moment
from console.views.cells import Cell, Incident, Tone, WardView, pressing
from console.views.patient import PatientView, patient_view
from console.views.record import PatientRecord
from console.widgets.elsewhere import Elsewhere
from console.widgets.keys import KeyLine
from console.widgets.paint import text_of
from console.widgets.panel import ChartPanel, Panel
from gateway.reading import PatientCode, PatientId

CHART_IDS = ("temperature", "pressure", "oxygen")


class PatientScreen(FedScreen[PatientRecord]):
    """Reads and shows the record of `patient_id` while it is open."""

    PLACE: ClassVar[str] = "patient"
    BINDINGS = bindings(PLACE)
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (120, "-wide")]  # noqa: RUF012 - Textual reads it

    def __init__(self, patient_id: PatientId, code: PatientCode) -> None:
        super().__init__()
        self.patient_id = patient_id
        self.code = code

    def compose(self) -> ComposeResult:
        """Lay out two rows of boxes over the record and the messages."""
        yield Elsewhere()
        yield Static(Text(f"{self.code}: reading the record"), id="head")
        yield Static(id="state")
        with VerticalScroll(id="body"):
            with Container(classes="row tall"):
                yield ChartPanel(id="temperature")
                yield Panel("why", id="reasons")
            with Container(classes="row tall"):
                with Horizontal(id="small-charts"):
                    yield ChartPanel(id="pressure")
                    yield ChartPanel(id="oxygen")
                with Container(id="guidance"):
                    yield Panel("now (reference)", id="now")
                    yield Panel("next dose (reference)", id="next-dose")
            with Container(classes="row"):
                yield Panel("onset window", id="window")
                yield Panel("record, last 48 h (x corrects)", id="entries")
            yield Panel("this patient's own", id="own")
            yield Panel("planned doses", id="planned")
            yield Panel("missing in the enrolment", id="missing")
            yield Panel("messages", id="messages")
        yield KeyLine(self.PLACE)

    def read(self, feed: Feed, now: datetime) -> PatientRecord:
        """Return this patient's record."""
        return feed.patient(self.patient_id, now)

    def paint(self, ward: WardView, moment: Moment) -> None:
        """Paint what goes on elsewhere, and the record as of now."""
        self.query_one(Elsewhere).show(ward, but=self.patient_id, unread=self.unread)
        if self.found is None:
            return
        view = patient_view(self.found, moment.now, zone=moment.zone, failure=moment.failure)
        if view is None:
            nobody = Cell(text="This patient is not enrolled.", tone=Tone.UNSEEN)
            self.query_one("#state", Static).update(text_of(nobody))
            return
        self._show(view)

    def _show(self, view: PatientView) -> None:
        self.query_one("#head", Static).update(text_of(view.head))
        self.query_one("#state", Static).update(text_of(view.state, filled=True))
        for chart_id, chart in zip(CHART_IDS, view.charts, strict=True):
            self.query_one(f"#{chart_id}", ChartPanel).show(chart)
        for panel_id, lines, empty in (
            ("reasons", view.why, "nothing to report"),
            ("now", view.now, "nothing to do now"),
            ("next-dose", view.next_dose, "not assessed yet"),
            ("window", view.window, "not known"),
            ("entries", view.entries, "nothing entered yet"),
            ("own", view.own, "not known"),
            ("planned", view.planned, "nothing planned"),
            ("missing", view.missing, "nothing"),
            ("messages", view.messages, "no texts about this patient's open page"),
        ):
            self.query_one(f"#{panel_id}", Panel).show(lines, empty)
        self.query_one("#missing", Panel).display = bool(view.missing)

    def incident_to_answer(self) -> Incident | None:
        """Return this patient's most pressing page that is not answered."""
        incidents = () if self.found is None else self.found.incidents
        return min((each for each in incidents if each.state != "acknowledged"), key=pressing, default=None)
