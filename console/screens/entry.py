"""One line of shorthand, read back in full before it is saved."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.actions import bindings
from console.entry.moment import Asks
from console.views.cells import Tone
from console.widgets.paint import STYLES


class Readable(Protocol):
    """Something that was understood and can be said back."""

    @property
    def read_back(self) -> str:
        """What was understood, in full."""
        ...


Meaning = TypeVar("Meaning", bound=Readable)


class EntryScreen(ModalScreen[Meaning | None], Generic[Meaning]):
    """Enter reads the line back, Enter again saves it; any change to the line reads back anew.

    `understand` is asked again at the moment of saving, so that a line left open does not save an old `now`.

    Parameters
    ----------
    about
        Whose record, or which hub or duty, it is about.
    example
        A line as it is typed.
    begin
        What stands in the line already.
    understand
        Says what a line means, or asks.
    whose
        Begins what is read back, such as `P-0042: `: nobody saves to another patient than they read.
    does
        What the second Enter does, as a verb.
    """

    BINDINGS = bindings("dialog")

    def __init__(
        self, about: str, *, example: str, begin: str, understand: Callable[[str], Meaning | Asks], whose: str = "",
        does: str = "save",
    ) -> None:  # fmt: skip
        super().__init__()
        self._about = about
        self._example = example
        self._begin = begin
        self._understand = understand
        self._whose = whose
        self._does = does
        self._agreed: str | None = None

    def compose(self) -> ComposeResult:
        """Show whose record it is, an example, the line, and what was understood."""
        with Vertical(classes="dialog"):
            yield Static(Text(self._about, style="bold"), id="whose")
            yield Static(Text(self._example), id="example")
            yield Input(value=self._begin, select_on_focus=False, id="line")
            yield Static(id="read-back")
            yield Static(Text(f"Enter: read back, Enter again: {self._does}    Esc: back, nothing done"))

    @on(Input.Changed)
    def forget(self) -> None:
        """Show what the line means so far; agreement to an earlier one is void."""
        self._agreed = None
        self._show(self._understand(self.query_one("#line", Input).value))

    @on(Input.Submitted)
    def read_back_or_save(self, event: Input.Submitted) -> None:
        """Read back on the first Enter, save on the second."""
        answer = self._understand(event.value)
        if not isinstance(answer, Asks) and self._agreed == event.value:
            self.dismiss(answer)
            return
        self._agreed = None if isinstance(answer, Asks) else event.value
        self._show(answer)

    def _show(self, answer: Meaning | Asks) -> None:
        said = self.query_one("#read-back", Static)
        if isinstance(answer, Asks) and answer.question == self._example:
            said.update("")  # the example is on the screen already
        elif isinstance(answer, Asks):
            said.update(Text(f"? {answer.question}", style=STYLES[Tone.URGENT]))
        elif self._agreed is None:
            said.update(Text(f"{self._whose}{answer.read_back}"))
        else:
            asked = f"{self._does.upper()}? {self._whose}{answer.read_back}\nEnter {self._does}s."
            said.update(Text(asked, style=STYLES[Tone.WATCH]))
