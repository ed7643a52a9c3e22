"""Asks for one line of words before something is done, or only for Enter."""

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.actions import bindings


class ReasonScreen(ModalScreen[str | None]):
    """Returns the words typed; `required` refuses an empty line. Esc returns None: nothing is done.

    `hint` stands in the empty line; `keys` says what the two keys do.
    """

    BINDINGS = bindings("dialog")

    def __init__(
        self, question: str, *, required: bool, hint: str = "", keys: str = "Enter: do it    Esc: back, nothing done"
    ) -> None:
        super().__init__()
        self._hint = hint or ("reason" if required else "nothing needed: Enter does it")
        self._keys = keys
        self._question = question
        self._required = required

    def compose(self) -> ComposeResult:
        """Show the question, a line, and what the keys do."""
        with Vertical(classes="dialog"):
            yield Static(Text(self._question, style="bold"), id="question")
            yield Input(placeholder=self._hint, id="reason")
            yield Static(Text(self._keys))

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        """Return the words, unless they are required and missing."""
        words = event.value.strip()
        if words or not self._required:
            self.dismiss(words)
