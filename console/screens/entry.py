"""One line of shorthand, read back in full before it is saved."""

from collections.abc import Callable

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.entry.line import EXAMPLES, Answer, Note, Understood
from console.entry.moment import Asks
from console.views.cells import Tone
from console.widgets.paint import STYLES
from gateway.reading import PatientCode


class EntryScreen(ModalScreen[Understood | Note | None]):
    """Enter reads the line back, Enter again saves it; any change to the line reads back anew.

    `understand` is asked again at the moment of saving, so that a line left open does not save an old `now`.
    """

    BINDINGS = [("escape", "dismiss(None)", "back, nothing saved")]  # noqa: RUF012 - Textual reads it

    def __init__(self, code: PatientCode, letter: str, understand: Callable[[str], Answer]) -> None:
        super().__init__()
        self._code = code
        self._letter = letter
        self._understand = understand
        self._agreed: str | None = None

    def compose(self) -> ComposeResult:
        """Show whose record it is, an example, the line, and what was understood."""
        with Vertical(classes="dialog"):
            yield Static(Text(f"{self._code}: enter for this patient", style="bold"), id="whose")
            yield Static(Text(EXAMPLES[self._letter]), id="example")
            yield Input(value=f"{self._letter} ", select_on_focus=False, id="line")
            yield Static(id="read-back")
            yield Static(Text("Enter: read back, Enter again: save    Esc: back, nothing saved"))

    @on(Input.Changed)
    def forget(self) -> None:
        """Show what the line means so far; agreement to an earlier one is void."""
        self._agreed = None
        self._show(self._understand(self.query_one("#line", Input).value))

    @on(Input.Submitted)
    def read_back_or_save(self, event: Input.Submitted) -> None:
        """Read back on the first Enter, save on the second."""
        answer = self._understand(event.value)
        if isinstance(answer, Understood | Note) and self._agreed == event.value:
            self.dismiss(answer)
            return
        self._agreed = None if isinstance(answer, Asks) else event.value
        self._show(answer)

    def _show(self, answer: Answer) -> None:
        said = self.query_one("#read-back", Static)
        if isinstance(answer, Asks) and answer.question == EXAMPLES[self._letter]:
            said.update("")  # the example is on the screen already
        elif isinstance(answer, Asks):
            said.update(Text(f"? {answer.question}", style=STYLES[Tone.URGENT]))
        elif self._agreed is None:
            said.update(Text(f"{self._code}: {answer.read_back}"))
        else:
            said.update(Text(f"SAVE? {self._code}: {answer.read_back}\nEnter saves.", style=STYLES[Tone.WATCH]))
