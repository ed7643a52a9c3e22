"""One patient: charts, why, what the label says, what was entered, texted and logged. Stacks on narrow terminals."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from console.actions import bindings
from console.ports import Feed
from console.screens.fed import FedScreen, Moment
from console.views import sections
from console.views.axis import SPANS, Span
from console.views.cells import Cell, Incident, Tone, WardView, pressing
from console.views.patient import PatientView, patient_view
from console.views.record import PatientRecord, TrailLine
from console.widgets.elsewhere import Elsewhere
from console.widgets.keys import KeyLine
from console.widgets.paint import text_of
from console.widgets.panel import Panel, TrendsPanel
from gateway.reading import PatientCode, PatientId

NAMES = (*(name for _, name, _ in sections.SECTIONS), "trail")
WIDE_FROM = 120
MOST_CHARTS = 48
"""Rows of the charts on a very high terminal: more would only push the rest out of sight."""

BESIDE = ("reasons", "now", "window", "next-dose")
"""What stands beside the charts on a wide terminal, from top to bottom."""

LEAST_PANEL = 3
AROUND = 4
"""Rows above and below the page: head, state, keys, and one for what waits elsewhere."""

TRAIL_UNREAD = "not read: press A (whoever may read the audit log)"


class PatientScreen(FedScreen[PatientRecord]):
    """Reads and shows the record of `patient_id` while it is open."""

    PLACE: ClassVar[str] = "patient"
    BINDINGS = bindings(PLACE)
    HORIZONTAL_BREAKPOINTS = [(0, "-stacked"), (WIDE_FROM, "-wide")]  # noqa: RUF012 - Textual reads it

    def __init__(self, patient_id: PatientId, code: PatientCode) -> None:
        super().__init__()
        self.patient_id = patient_id
        self.code = code
        self.shown: Span = SPANS[0]
        self._trail: Sequence[TrailLine] | None = None
        self._painted: tuple[WardView, Moment] | None = None
        self._told: dict[str, Cell] = {}

    def compose(self) -> ComposeResult:
        """Lay the sections out in the order of the page; on a wide terminal the charts stand beside the first."""
        yield Elsewhere()
        yield Static(Text(f"{self.code}: reading the record"), id="head")
        yield Static(id="state")
        with VerticalScroll(id="body"):
            for letter, name, title in sections.SECTIONS:
                panel = TrendsPanel(id=name) if name == "trends" else Panel(f"{letter}: {title}", id=name)
                panel.can_focus = True
                yield panel
            trail = Panel("A: audit trail", id="trail")
            trail.can_focus = True
            yield trail
        yield KeyLine(self.PLACE)

    def on_mount(self) -> None:
        """Begin at the top, with the keys on the page as a whole."""
        self.query_one("#body").focus()

    def read(self, feed: Feed, now: datetime) -> PatientRecord:
        """Return this patient's record."""
        return feed.patient(self.patient_id, now)

    def on_resize(self, event: events.Resize) -> None:
        """Give the charts the height of the page where they stand beside it."""
        beside = event.size.width >= WIDE_FROM
        self.query_one(TrendsPanel).wanted = min(MOST_CHARTS, event.size.height - AROUND) if beside else 0
        if self._painted is not None:
            self.paint(*self._painted)

    def paint(self, ward: WardView, moment: Moment) -> None:
        """Paint what goes on elsewhere, and the record as of now."""
        self._painted = (ward, moment)
        self.query_one(Elsewhere).show(ward, but=self.patient_id, unread=self.unread)
        if self.found is None:
            return
        view = patient_view(self.found, moment.now, zone=moment.zone, failure=moment.failure, span=self.shown)
        if view is None:
            nobody = Cell(text="This patient is not enrolled.", tone=Tone.UNSEEN)
            self._tell("state", nobody)
            return
        self._show(view)
        trail = () if self._trail is None else sections.trail(self._trail, moment.now, moment.zone)
        empty = TRAIL_UNREAD if self._trail is None else "nothing in the last days"
        self.query_one("#trail", Panel).show(trail, empty)

    def _show(self, view: PatientView) -> None:
        self._tell("head", view.head)
        self._tell("state", view.state, filled=True)
        self.query_one("#trends", TrendsPanel).show(view.trends, self.shown)
        for panel_id, lines, empty in (
            ("reasons", view.why, "nothing to report"),
            ("now", view.now, "nothing to do now"),
            ("next-dose", view.next_dose, "not assessed yet"),
            ("window", view.window, "not known"),
            ("own", view.own, "not known"),
            ("planned", view.planned, "nothing planned"),
            ("episodes", view.episodes, sections.NOT_OPEN),
            ("entries", view.entries, "nothing entered yet"),
            ("missing", view.missing, "nothing"),
            ("messages", view.messages, "no texts to or from this home"),
        ):
            self.query_one(f"#{panel_id}", Panel).show(lines, empty)
        self.query_one("#missing", Panel).display = bool(view.missing)
        self.call_after_refresh(self._even_out)

    def _tell(self, name: str, cell: Cell, *, filled: bool = False) -> None:
        """Paint one of the lines above the page. A digit that counts on moves nothing: no layout is made for it."""
        before = self._told.get(name)
        if cell != before:
            self._told[name] = cell
            layout = before is None or len(before.text) != len(cell.text)
            self.query_one(f"#{name}", Static).update(text_of(cell, filled=filled), layout=layout)

    def _even_out(self) -> None:
        """Make what stands beside the charts at least as high as they are: a grid gives a row no more than it needs."""
        *above, last = (self.query_one(f"#{name}") for name in BESIDE)
        room = self.query_one(TrendsPanel).rows - sum(each.outer_size.height for each in above)
        last.styles.min_height = max(LEAST_PANEL, room) if self.has_class("-wide") else LEAST_PANEL

    def show_trail(self, trail: Sequence[TrailLine]) -> None:
        """Keep what the audit log says and go there; it is as of now and does not change by itself."""
        self._trail = trail
        self.action_section_of("trail")

    def action_span(self) -> None:
        """Show the next span of time in the charts."""
        self.shown = SPANS[(SPANS.index(self.shown) + 1) % len(SPANS)]
        if self._painted is not None:
            self.paint(*self._painted)

    def action_section(self, by: int) -> None:
        """Go to the next section or the one before."""
        shown = [name for name in NAMES if self.query_one(f"#{name}").display]
        at = next((place for place, name in enumerate(shown) if self.query_one(f"#{name}").has_focus), None)
        self.action_section_of(shown[(0 if by > 0 else -1) if at is None else (at + by) % len(shown)])

    def action_section_of(self, name: str) -> None:
        """Bring a section to the top of the page; one that has nothing to say is not there."""
        panel = self.query_one(f"#{name}")
        if not panel.display:
            return
        panel.focus(scroll_visible=False)
        self.query_one("#body", VerticalScroll).scroll_to_widget(panel, animate=False, top=True, force=True)

    def incident_to_answer(self) -> Incident | None:
        """Return this patient's most pressing page that is not answered."""
        incidents = () if self.found is None else self.found.incidents
        return min((each for each in incidents if each.state != "acknowledged"), key=pressing, default=None)
