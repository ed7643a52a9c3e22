"""The board: who needs somebody, in order, and the one thing to do next."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen

from console.actions import bindings
from console.views import wording
from console.views.cells import Cell, Incident, Row, Tone, WardView
from console.views.rows import needs_somebody
from console.widgets.board import Board
from console.widgets.keys import KeyLine
from console.widgets.paint import STYLES, text_of, text_of_lines
from console.widgets.steady import Steady
from console.widgets.title import title_line

OUTBOX_FROM_HEIGHT = 32
OUTBOX_LINES, OUTBOX_LINES_SHORT = 8, 5
"""With its upper edge. On a short terminal somebody who is called about stays in sight above it."""

WHY_LINES = 2


class WardScreen(Screen[None]):
    """Title, banners, the next thing, the rows, why the selected patient stands where they stand, the keys."""

    PLACE = "board"
    BINDINGS = bindings(PLACE)

    def __init__(self) -> None:
        super().__init__()
        self._view: WardView | None = None
        self._outbox_chosen: bool | None = None
        self._narrowed = False

    def compose(self) -> ComposeResult:
        """Lay the board out from top to bottom."""
        yield Steady(id="title")
        yield Steady(id="banners")
        yield Steady(id="next")
        yield Board()
        yield Steady(id="why")
        with VerticalScroll(id="outbox") as outbox:
            outbox.border_title = "texts, newest first"
            outbox.can_focus = False  # the board keeps the keys; the wheel still scrolls
            yield Steady(id="texts")
        yield KeyLine(self.PLACE)

    def show(self, view: WardView, *, lit: bool) -> None:
        """Paint a view of the ward. Safe to repeat."""
        self._view = view
        rows = tuple(row for row in view.rows if not self._narrowed or needs_somebody(row))
        left_out = f"  {len(view.rows) - len(rows)} NOT SHOWN (v)" if self._narrowed else ""
        counts = f"{view.counts}{left_out}"
        self.query_one("#title", Steady).show(title_line(view.title, counts, self.size.width - 2))
        banners = self.query_one("#banners", Steady)
        said = (Cell(text=view.left_out, tone=Tone.WATCH), *view.banners) if view.left_out else view.banners
        banners.display = bool(said)
        banners.show(Text("\n").join(text_of(each, filled=True) for each in said))
        self.query_one("#next", Steady).show(text_of(view.next_thing, filled=lit or not view.asking))
        self.query_one(Board).show(rows, lit=lit)
        self._show_why()
        outbox = self.query_one("#outbox", VerticalScroll)
        tall = self.size.height >= OUTBOX_FROM_HEIGHT
        outbox.styles.height = OUTBOX_LINES if tall else OUTBOX_LINES_SHORT
        outbox.display = tall if self._outbox_chosen is None else self._outbox_chosen
        texts = text_of_lines(view.texts) if view.texts else Text("no texts yet", style=STYLES[Tone.DIM])
        self.query_one("#texts", Steady).show(texts)

    def flash(self, *, lit: bool) -> None:
        """Paint the other half of flashing over the view that was painted last."""
        if self._view is not None:
            asked = self._view.next_thing
            self.query_one("#next", Steady).show(text_of(asked, filled=lit or not self._view.asking))
            self.query_one(Board).flash(lit=lit)

    def toggle_outbox(self) -> None:
        """Show or hide the texts; until somebody chooses, they show on tall terminals."""
        self._outbox_chosen = not self.query_one("#outbox", VerticalScroll).display
        if self._view is not None:
            self.show(self._view, lit=True)

    def toggle_narrow(self) -> bool:
        """Show only who needs somebody, or everybody again; return whether it is narrowed now."""
        self._narrowed = not self._narrowed
        if self._view is not None:
            self.show(self._view, lit=True)
        return self._narrowed

    def find(self, words: str) -> bool:
        """Move the cursor to the next patient whose code holds `words`; return whether there is one."""
        if self._narrowed and self._view is not None:  # whoever is looked for may be well
            self.toggle_narrow()
        return self.query_one(Board).find(words)

    @property
    def selected(self) -> Row | None:
        """The row of the selected patient."""
        return self.query_one(Board).selected

    def incident_to_answer(self) -> Incident | None:
        """Return the page `a` answers: the selected patient's unless it is answered, else the most pressing one."""
        row = self.selected
        if row is not None and row.incident is not None and row.incident.state != "acknowledged":
            return row.incident
        return self._view.asking[0] if self._view is not None and self._view.asking else None

    def on_board_moved(self) -> None:
        """Explain the newly selected patient at once."""
        self._show_why()

    def _show_why(self) -> None:
        row = self.selected
        why = self.query_one("#why", Steady)
        if row is None:
            why.show(Text())
            return
        reason = "" if row.incident is None else f"page {row.incident.page_code}: {row.incident.reason}; "
        words = f"{row.code}: {reason}{'; '.join(row.why) or 'nothing to report'}"
        why.show(Text(wording.fit(words, self.size.width - 2, WHY_LINES, "enter: all"), style=STYLES[row.tone]))
