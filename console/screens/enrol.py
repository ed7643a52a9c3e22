"""The enrolment form: who is watched, whose telephones, which kit, which doses. Read back before it is saved."""

from collections.abc import Callable, Iterator, Mapping

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from console.actions import bindings
from console.entry.enrolment import Enrolling, questions_by_field
from console.entry.enrolment_fields import Seen, Values
from console.entry.fields import Field
from console.entry.moment import Asks
from console.screens.form import FieldRow
from console.views.cells import Line, Tone
from console.widgets.paint import STYLES, text_of_lines

FOOT = "Enter: read back, save   Tab: next field   ↑↓: choose   Esc: back, unsaved"
Answer = Enrolling | tuple[Asks, ...]


class FieldList(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The fields, scrolled by going through them: the arrows choose words, also where not every field is in sight."""


class EnrolScreen(ModalScreen[Enrolling | None]):
    """Enter reads everything back, Enter again saves it; any change reads back anew.

    Parameters
    ----------
    seen
        What is known before: the form begins with it.
    fields
        The fields in order, for the drug that stands in the form.
    understand
        Says what the form means, or asks. Asked again at the moment of saving.
    missing
        What the enrolment lacked when the form was opened; empty for a new one.
    draft, refused
        What was typed before, and why it was not saved; None for a form that begins as things stand.
    """

    BINDINGS = bindings("form")

    def __init__(
        self,
        seen: Seen,
        *,
        fields: Callable[[str], Iterator[Field]],
        understand: Callable[[Values], Answer],
        missing: tuple[Line, ...] = (),
        draft: Values | None = None,
        refused: str = "",
    ) -> None:
        super().__init__()
        self.seen = seen
        self._begin: Values = seen.values if draft is None else draft
        self._refused = refused
        self._leaving = False
        self._fields = fields
        self._understand = understand
        self._missing = missing
        self._agreed: dict[str, str] | None = None

    def compose(self) -> ComposeResult:
        """Show what it is, what is missing, what was understood, the fields, what the keys do."""
        about = "Enrol a patient" if self.seen.code is None else f"{self.seen.code}: correct the enrolment"
        with Vertical(classes="dialog", id="form"):
            yield Static(Text(about, style="bold"), id="whose")
            if self._missing:
                yield Static(text_of_lines(self._missing), id="was")
            with FieldList(id="fields"):
                for field in self._fields(self._begin.get("drug", "")):
                    yield FieldRow(field, self._begin.get(field.name, ""))
            with FieldList(id="said"):
                yield Static(id="read-back")
            yield Static(Text(FOOT, style=STYLES[Tone.DIM]), id="form-keys")

    def on_mount(self) -> None:
        """Stand in the first field that is still empty."""
        rows = self._rows()
        first = next((row for row in rows if not row.query_one(Input).value), rows[0])
        first.query_one(Input).focus()
        self._say_refused()

    @property
    def agreed(self) -> Values | None:
        """What was read back and agreed to; None until then."""
        return self._agreed

    @property
    def values(self) -> dict[str, str]:
        """The fields as they stand."""
        return {row.field.name: row.query_one(Input).value for row in self._rows()}

    def _rows(self) -> list[FieldRow]:
        return list(self.query(FieldRow))

    @on(Input.Changed)
    def take_field(self, event: Input.Changed) -> None:
        """Say what is asked about the field; agreement to an earlier form is void."""
        self._agreed, self._leaving = None, False
        row = event.input.parent
        if not isinstance(row, FieldRow):
            return
        if row.field.name == "drug":
            self._offer(event.value)
        answer = self._understand(self.values)
        asked = {} if isinstance(answer, Enrolling) else questions_by_field(answer)
        row.say(asked.get(row.field.name, "") if event.value else "")
        if row.has_focus_within:
            self.call_after_refresh(row.scroll_visible, animate=False)  # a question has more lines than a hint
        self._say_refused()

    def _say_refused(self) -> None:
        """Say why the form as it stands was refused; nothing of one that was not."""
        again = self._refused and all(value == self._begin.get(name, "") for name, value in self.values.items())
        words = f"? NOT SAVED: {self._refused}" if again else ""
        self.query_one("#read-back", Static).update(Text(words, style=STYLES[Tone.URGENT]))

    def _offer(self, drug: str) -> None:
        """Let the other fields offer what belongs to the drug."""
        offered = {field.name: field for field in self._fields(drug)}
        for row in self._rows():
            row.field = offered[row.field.name]

    @on(Input.Submitted)
    def read_back_or_save(self) -> None:
        """Read back on the first Enter, save on the second; what is asked brings the cursor there."""
        values = self.values
        answer = self._understand(values)
        said = self.query_one("#read-back", Static)
        if isinstance(answer, Enrolling) and self._agreed == values:
            self.dismiss(answer)
        elif isinstance(answer, Enrolling):
            self._agreed = values
            self._ask({})
            about = f"SAVE? Enter saves {answer.code}.\n{answer.read_back}"
            said.update(Text(about, style=STYLES[Tone.WATCH]))
        else:
            self._agreed = None
            self._ask(questions_by_field(answer))
            words = [f"? {each.question}" for each in answer if not each.field]
            count = sum(bool(each.field) for each in answer)
            words += [f"? {count} {'field asks' if count == 1 else 'fields ask'} something"] if count else []
            said.update(Text("\n".join(words), style=STYLES[Tone.URGENT]))

    async def action_dismiss(self, result: Enrolling | None = None) -> None:
        """Leave at once a form that nobody wrote in, any other at the second key: there is much to type again."""
        written = any(value != self.seen.values.get(name, "") for name, value in self.values.items())
        if written and not self._leaving:
            self._leaving, self._agreed = True, None
            words = "? Not saved yet. Esc again leaves, and what was typed is lost."
            self.query_one("#read-back", Static).update(Text(words, style=STYLES[Tone.URGENT]))
        else:
            await super().action_dismiss(result)

    def _ask(self, questions: Mapping[str, str]) -> None:
        for row in self._rows():
            row.say(questions.get(row.field.name, ""))
        first = next((row for row in self._rows() if row.field.name in questions), None)
        if first is not None:
            first.query_one(Input).focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Bring the field into sight."""
        if isinstance(event.widget.parent, FieldRow):
            event.widget.parent.scroll_visible()

    def action_choose(self, by: int) -> None:
        """Put the next of the words that the field with the cursor allows into it."""
        if self.focused is not None and isinstance(self.focused.parent, FieldRow):
            self.focused.parent.choose(by)
