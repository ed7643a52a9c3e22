"""Answers one page: Enter is enough, a note may be typed first."""

from dataclasses import dataclass

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.actions import bindings
from console.views import wording
from console.views.cells import Incident

REASONS_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """The page a person answers, with their note (empty when none was typed)."""

    incident_id: int
    note: str


class AcknowledgeScreen(ModalScreen[Acknowledgement | None]):
    """Names the page that Enter will answer. It stays the same page whatever moves on the board behind it."""

    BINDINGS = bindings("dialog")

    def __init__(self, incident: Incident, why: tuple[str, ...]) -> None:
        super().__init__()
        self._why = why
        self.incident = incident

    def compose(self) -> ComposeResult:
        """Show the page, a line for a note, and what the keys do."""
        page = self.incident
        head = f"{page.code or 'the system'}  {page.urgency.upper()}  page {page.page_code}"
        with Vertical(classes="dialog"):
            yield Static(Text(f"Answer {head}", style="bold"), id="page")
            yield Static(Text("\n".join((wording.one_line(page.reason), *self._why[:REASONS_SHOWN]))), id="reasons")
            yield Input(placeholder="note for the record (may stay empty)", id="note")
            yield Static(Text("Enter: I have it, stop the calls    Esc: back, the calls go on"))

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        """Answer the page with the note as typed."""
        self.dismiss(Acknowledgement(incident_id=self.incident.id, note=event.value.strip()))
