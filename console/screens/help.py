"""What every key does and every mark means, from the registry."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from console.actions import help_lines
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
)


class HelpScreen(ModalScreen[None]):
    """Keys, entry lines and marks; scrolls."""

    BINDINGS = [("escape,question_mark,q", "dismiss(None)", "back")]  # noqa: RUF012 - Textual reads it

    def compose(self) -> ComposeResult:
        """Lay the three lists below each other."""
        with VerticalScroll(classes="sheet"):
            yield Static(Text("Keys", style="bold"))
            yield Static(_table((key, f"{text}  [{where}]") for key, where, text in help_lines()))
            yield Static(Text("\nEntry lines: typed, read back, saved with a second Enter", style="bold"))
            yield Static(_table(EXAMPLES.items()))
            yield Static(Text("\nMarks on the board", style="bold"))
            yield Static(_table(MARKS))
            yield Static(Text("\nPages go on whether or not this console runs. Esc closes this help."))


def _table(pairs: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for key, text in pairs:
        table.add_row(Text(key), Text(text))
    return table
