"""One entry: a line of shorthand and the form behind it, side by side. Whichever is typed into fills the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.actions import bindings
from console.entry.fields import KINDS, Field, Kind, next_word
from console.entry.filled import Form, Values
from console.entry.line import EXAMPLES, Limited, Note, Understood
from console.entry.moment import Asks
from console.views.cells import Tone
from console.widgets.paint import STYLES

FIELD_PREFIX = "field-"
WHY = "why"
SHORT_HINT = 24
"""Characters of a hint beside which a line for free words may be longer."""

FOOT = "Enter: read back, save   Tab: field   ↑↓: choose   Esc: back, unsaved"
CHOOSE = "Begin with a letter: " + "   ".join(
    f"{each.letter} {each.title}" for each in KINDS if not each.begin and each.letter != "v"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What somebody agreed to save, and why it replaces an older entry; `why` is empty for a new one."""

    answer: Understood | Note | Limited
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the screen finds out what is meant. Asked again at the moment of saving: a `now` never grows old."""

    typed: Callable[[str], Form]
    chosen: Callable[[Kind, Values], Form]
    fields: Callable[[Kind], Sequence[Field]]


class FieldRow(Horizontal):
    """A field's label, its line, and what it allows or what is wrong with it."""

    def __init__(self, field: Field, value: str) -> None:
        wide = field.free and len(field.hint) <= SHORT_HINT
        super().__init__(classes="field wide" if wide else "field")
        self.field = field
        self._value = value

    def compose(self) -> ComposeResult:
        """Lay them side by side; the note wraps, so that nothing is cut."""
        yield Static(self.field.label, classes="label")
        # what stands there is marked when somebody comes to it, so that typing replaces it
        yield Input(value=self._value, compact=True, select_on_focus=True, id=f"{FIELD_PREFIX}{self.field.name}")
        yield Static(classes="note")

    def on_mount(self) -> None:
        """Say what the field allows."""
        self.say("")

    def say(self, question: str, *, wrong: bool = False) -> None:
        """Say what is asked about this field, or else what it allows; `wrong` marks its label."""
        known = "; ".join(part for part in (" ".join(self.field.words), self.field.hint) if part)
        note = Text(f"? {question}", style=STYLES[Tone.URGENT]) if question else Text(known, style=STYLES[Tone.DIM])
        self.query_one(".note", Static).update(note)
        self.query_one(".label", Static).update(
            Text(self.field.label, style=STYLES[Tone.URGENT if wrong or question else Tone.PLAIN])
        )

    def choose(self, by: int) -> None:
        """Put the next of the words that the field allows into it, where it allows any."""
        if not (self.field.words or self.field.offered):
            return
        entry = self.query_one(Input)
        entry.value = next_word(self.field, entry.value, by)
        entry.cursor_position = len(entry.value)


class FormScreen(ModalScreen[Entered | None]):
    """Enter reads back what was understood, Enter again saves it; any change reads back anew.

    Parameters
    ----------
    about
        Whose record it is about, and what is done with it.
    begin
        The form as it is opened.
    reading
        What lines and fields mean.
    whose
        Begins what is read back, such as `P-0042: `: nobody saves to another patient than they read.
    was
        The entry that is being corrected, in words; empty for a new one. A correction asks for its reason too.
    """

    BINDINGS = bindings("form")

    def __init__(self, about: str, *, begin: Form, reading: Reading, whose: str, was: str = "") -> None:
        super().__init__()
        self._about = about
        self._form = begin
        self._reading = reading
        self._whose = whose
        self._was = was
        self._agreed: str | None = None
        self._shown: Kind | None = None

    def compose(self) -> ComposeResult:
        """Show whose record it is, the line, what was understood, the fields, what the keys do."""
        with Vertical(classes="dialog", id="form"):
            yield Static(Text(self._about, style="bold"), id="whose")
            if self._was:
                yield Static(Text(f"was: {self._was}", style=STYLES[Tone.DIM]), id="was")
            begun = f"{self._form.line} " if self._was else self._form.line  # a time can be typed at once
            yield Input(value=begun, compact=True, select_on_focus=False, id="line")
            yield Static(id="read-back")
            yield Vertical(id="fields")
            if self._was:
                yield FieldRow(Field(name=WHY, label="why changed", hint="in words; may stay empty"), "")
            yield Static(Text(FOOT, style=STYLES[Tone.DIM]), id="form-keys")

    async def on_mount(self) -> None:
        """Lay out the form of the kind that was asked for; the line has the keys."""
        await self._lay_out()
        self._show()
        self.query_one("#line", Input).focus()

    @property
    def line(self) -> str:
        """The line as it stands."""
        return self.query_one("#line", Input).value

    @on(Input.Changed, "#line")
    async def take_line(self) -> None:
        """Fill the fields from the line; agreement to an earlier one is void."""
        self._agreed = None
        await self.read_again()

    async def read_again(self) -> None:
        """Ask anew what the line means: it changed, or more is known than before."""
        self._form = self._reading.typed(self.line)
        await self._lay_out()
        self._show()

    @on(Input.Changed)
    def take_field(self, event: Input.Changed) -> None:
        """Write the line from the fields."""
        name = (event.input.id or "").removeprefix(FIELD_PREFIX)
        kind = self._form.kind
        if event.input.id == "line" or kind is None:
            return
        self._agreed = None
        if name != WHY or kind.field(WHY) is not None:
            self._form = self._reading.chosen(kind, self._field_values())
            with self.prevent(Input.Changed):
                self.query_one("#line", Input).value = self._form.line
        self._show()

    def _rows(self) -> list[FieldRow]:
        return list(self.query_one("#fields").query(FieldRow))

    def _field_values(self) -> Values:
        return {row.field.name: row.query_one(Input).value for row in self._rows()}

    async def _lay_out(self) -> None:
        """Show the fields of the kind that is meant, filled."""
        kind, values = self._form.kind, self._form.values
        if kind is not self._shown:
            self._shown = kind
            box = self.query_one("#fields")
            await box.remove_children()
            rows = [] if kind is None else [FieldRow(each, "") for each in self._reading.fields(kind)]
            await box.mount_all(rows)
        for row in self._rows():
            value = values.get(row.field.name, "")
            field = row.query_one(Input)
            if field.value != value:
                with self.prevent(Input.Changed):
                    field.value = value

    @on(Input.Submitted)
    async def read_back_or_save(self) -> None:
        """Read back on the first Enter, save on the second."""
        form = self._reading.typed(self.line)
        if form.kind is not None and isinstance(self._form.answer, Asks):  # the form asks for more than its line does
            form = self._form
        answer, self._form = form.answer, form
        if not isinstance(answer, Asks) and self._agreed == self.line:
            why = self.query_one(f"#{FIELD_PREFIX}{WHY}", Input).value.strip() if self._was else ""
            self.dismiss(Entered(answer=answer, why=why))
            return
        self._agreed = None if isinstance(answer, Asks) else self.line
        self._show()
        self._go_to_question(answer)

    def _go_to_question(self, answer: object) -> None:
        """Bring somebody who works in the form to the field that is asked about."""
        if not isinstance(answer, Asks) or not answer.field or self._in_line:
            return
        for row in self._rows():
            if row.field.name == answer.field:
                row.query_one(Input).focus()

    @property
    def _in_line(self) -> bool:
        return self.focused is None or self.focused.id == "line"

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what is asked where the eyes are."""
        del event
        if self._shown is not None:
            self._show()

    def _show(self) -> None:
        answer, kind = self._form.answer, self._form.kind
        about = self._about if kind is None or self._was else f"{self._about}: {kind.title}"
        self.query_one("#whose", Static).update(Text(about, style="bold"))
        asked = answer if isinstance(answer, Asks) and self.line.strip() not in {"", self._bare} else None
        named = [row for row in self._rows() if asked is not None and row.field.name == asked.field]
        for row in self._rows():
            there = asked is not None and row in named
            row.say(asked.question if asked is not None and there and not self._in_line else "", wrong=there)
        said = self.query_one("#read-back", Static)
        if isinstance(answer, Asks) and asked is None:
            said.update(Text(self._example(), style=STYLES[Tone.DIM]))
        elif asked is not None and named and not self._in_line:
            said.update(Text(f"? {named[0].field.label}: see below", style=STYLES[Tone.URGENT]))
        elif asked is not None:
            said.update(Text(f"? {asked.question}", style=STYLES[Tone.URGENT]))
        elif not isinstance(answer, Asks) and self._agreed is None:
            said.update(Text(f"{self._whose}{answer.read_back}"))
        elif not isinstance(answer, Asks):
            said.update(Text(f"SAVE? {self._whose}{answer.read_back}\nEnter saves.", style=STYLES[Tone.WATCH]))

    @property
    def _bare(self) -> str:
        """The line of a form that nothing was written into."""
        kind = self._form.kind
        return "" if kind is None else " ".join((kind.letter, *kind.begin))

    def _example(self) -> str:
        kind = self._form.kind
        return CHOOSE if kind is None else "\n".join(part for part in (EXAMPLES[kind.letter], kind.about) if part)

    def action_choose(self, by: int) -> None:
        """Put the next of the words that the field with the cursor allows into it."""
        if self.focused is not None and isinstance(self.focused.parent, FieldRow):
            self.focused.parent.choose(by)
