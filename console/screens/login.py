"""Asks for name and password at the foot of the veiled board, so that what is urgent stays in sight above it."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.actions import bindings
from console.views.cells import Tone
from console.widgets.paint import STYLES


class LoginScreen(ModalScreen[None]):
    """Takes a name and a password; says why somebody was not let in, and keeps the name."""

    BINDINGS = bindings("login")

    class Asked(Message):
        """Somebody wants to be let in."""

        def __init__(self, name: str, password: str) -> None:
            super().__init__()
            self.name = name
            self.password = password

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name_first = name
        self._checking = False

    def compose(self) -> ComposeResult:
        """Show two fields and what the keys do."""
        with Vertical(id="login"):
            with Horizontal():
                yield Static(Text("name"))
                yield Input(value=self._name_first, id="name", select_on_focus=True, compact=True)
            with Horizontal():
                yield Static(Text("password"))
                yield Input(password=True, id="password", compact=True)
            yield Static(Text("Enter: log in    Tab: other field    Esc: back to the board"), id="said")

    def on_mount(self) -> None:
        """Stand in the field that is still empty."""
        self.query_one("#password" if self._name_first else "#name", Input).focus()

    def action_other_field(self) -> None:
        """Go to the other field at once: a password that is typed behind a name must not be shown."""
        name, password = self.query_one("#name", Input), self.query_one("#password", Input)
        self.set_focus(name if self.focused is password else password)

    def action_go_on(self) -> None:
        """Go from the name to the password; from there ask to be let in, once what was typed before stands there."""
        name, password = self.query_one("#name", Input), self.query_one("#password", Input)
        if self.focused is not password:
            self.action_other_field()
            return
        # This key came first, ahead of letters that the fields have yet to take: each field's turn comes after them.
        name.call_later(password.call_later, self._ask)

    def _ask(self) -> None:
        """Ask to be let in; the password leaves the screen at once."""
        if self._checking or not self.is_attached:
            return  # a second Enter must not count as a wrong password
        name, field = self.query_one("#name", Input).value.strip(), self.query_one("#password", Input)
        password, field.value = field.value, ""
        if not name:
            self.refuse("type your name first")
            self.query_one("#name", Input).focus()
            return
        self._checking = True
        self.query_one("#said", Static).update(Text("checking"))
        self.post_message(self.Asked(name, password))

    def refuse(self, sentence: str) -> None:
        """Say why nobody was let in."""
        self._checking = False
        self.query_one("#said", Static).update(Text(f"NOT LOGGED IN: {sentence}", style=STYLES[Tone.URGENT]))
