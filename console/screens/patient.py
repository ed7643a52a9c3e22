"""One patient: charts, why, what the label says, what was entered, what was texted. Stacks on narrow terminals."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from console.actions import bindings, key_line
from console.views.cells import Cell, Incident, Tone, WardView, pressing
from console.views.patient import PatientView
from console.widgets.paint import text_of
from console.widgets.panel import ChartPanel, Panel
from gateway.reading import PatientCode, PatientId

CHART_IDS = ("temperature", "pressure", "oxygen")


class PatientScreen(Screen[None]):
    """Shows the view it is given; `patient_id` says whose record the console reads while this is open."""

    BINDINGS = bindings("patient")
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (120, "-wide")]  # noqa: RUF012 - Textual reads it

    def __init__(self, patient_id: PatientId, code: PatientCode) -> None:
        super().__init__()
        self.patient_id = patient_id
        self.code = code
        self._incidents: tuple[Incident, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out two rows of boxes over the record and the messages."""
        yield Static(id="elsewhere")
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
                yield Panel("record, last 48 h (x strikes out)", id="entries")
            yield Panel("messages", id="messages")
        yield Static(Text(key_line("patient")), id="keys")

    def show(self, view: PatientView | None, incidents: tuple[Incident, ...]) -> None:
        """Paint a view of this patient. Safe to repeat."""
        self._incidents = incidents
        if view is None:
            nobody = Cell(text="This patient is not enrolled.", tone=Tone.UNSEEN)
            self.query_one("#state", Static).update(text_of(nobody))
            return
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
            ("messages", view.messages, "no texts about this patient's open page"),
        ):
            self.query_one(f"#{panel_id}", Panel).show(lines, empty)

    def show_ward(self, ward: WardView) -> None:
        """Say on top what goes on elsewhere: banners, and another patient's page that nobody has answered."""
        other = next((each for each in ward.asking if each.patient_id != self.patient_id), None)
        lines = list(ward.banners)
        if other is not None:
            who = other.code or "the system"
            text = f"ALSO WAITING: {who} {other.urgency.upper()} page {other.page_code}  (esc: back to the board)"
            lines.insert(0, Cell(text=text, tone=Tone.EMERGENCY if other.urgency == "emergency" else Tone.URGENT))
        elsewhere = self.query_one("#elsewhere", Static)
        elsewhere.display = bool(lines)
        elsewhere.update(Text("\n").join(text_of(each, filled=True) for each in lines))

    def incident_to_answer(self) -> Incident | None:
        """Return this patient's most pressing page that is not answered."""
        open_pages = [each for each in self._incidents if each.state != "acknowledged"]
        return min(open_pages, key=pressing, default=None)
