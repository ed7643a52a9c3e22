"""What every key does and every mark means, from the registry."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from console.actions import bindings, help_sections
from console.entry.line import EXAMPLES

MARKS = (
    ("!!", "emergency: this patient should be seen in an emergency department now"),
    ("!", "urgent: a nurse now"),
    ("?", "not seen: nobody knows how this patient is"),
    ("w", "watch: measure again, part of the values is overdue, or a hospital has the patient"),
    ("38.4 3m", "a value and how old it is"),
    ("37.1 7h!", "too old to grade with"),
    ("94~ 3m", "doubtful: the device or a jump says so; graded all the same, repeat asked"),
    ("--", "never measured"),
    (">=2 susp", "suspected from home values, at least grade 2; conf: entered treatment confirms it"),
    ("dr3  ic2", "a clinician's own, different grade; ICANS grade"),
    ("▁▃│█▅▂▁", "when reactions to this dose begin; the bar is now, → is past its end; ? is not known"),
    ("NO ONE 41s", "people are being called and nobody has answered, for this long"),
    ("Ada to 16:24", "Ada has it until then at the latest; then, or for anything worse, people are called again"),
    ("silent to 16:24", "somebody held its calls back until then, and said why; anything worse calls at once"),
)


SCROLLING = "↑ ↓ and Page Up, Page Down scroll this help and every long page, and walk through lists."


class HelpScreen(ModalScreen[None]):
    """Keys, entry lines and marks; scrolls. The keys of the screen it was opened from come first."""

    BINDINGS = bindings("help")

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place

    def compose(self) -> ComposeResult:
        """Lay the lists below each other."""
        here, *others = help_sections(self._place)
        with VerticalScroll(classes="sheet"):
            yield Static(Text(SCROLLING), classes="spaced")
            yield from _list(*here)
            yield from _list("Entry lines: typed, read back, saved with a second Enter", EXAMPLES.items())
            yield from _list("Marks on the board", MARKS)
            for title, rows in others:
                yield from _list(title, rows)
            yield Static(Text("Pages go on whether or not this console runs. Esc closes this help."))

    def action_close(self) -> None:
        """Go back to what was open."""
        self.dismiss(None)


def _list(title: str, rows: Iterable[tuple[str, str]]) -> ComposeResult:
    yield Static(Text(title, style="bold"))
    yield Static(_table(rows), classes="spaced")


def _table(pairs: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for key, text in pairs:
        table.add_row(Text(key), Text(text))
    return table
