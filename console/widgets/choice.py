"""A list to walk through whose lines change under the cursor: the selection belongs to a thing, not to a line."""

from collections.abc import Sequence

from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from console.actions import bindings
from console.views.cells import Line
from console.widgets.paint import text_of_line


class ChoiceList(OptionList, inherit_bindings=False):
    """Lines by key. A line that is longer than the list is wide is wrapped, never cut."""

    BINDINGS = bindings("list")

    class Moved(Message):
        """Another line was selected."""

    def __init__(self) -> None:
        super().__init__(id="choice")
        self._things: tuple[str, ...] = ()
        self._painted_lines: tuple[Line, ...] = ()

    @property
    def selected(self) -> str | None:
        """The key of the selected line; None while there is none."""
        index = self.highlighted
        return self._things[index] if index is not None and index < len(self._things) else None

    def select(self, key: str) -> None:
        """Move the cursor to the line of this thing, where there is one."""
        if key in self._things:
            self.highlighted = self._things.index(key)

    def show(self, lines: Sequence[tuple[str, Line]]) -> None:
        """Paint these lines. Safe to repeat; the cursor stays with its thing, and beside it when that has gone."""
        keys, painted = tuple(key for key, _ in lines), tuple(line for _, line in lines)
        if keys == self._things:
            self._repaint(painted)
            return
        selected, at = self.selected, self.highlighted or 0
        self._things, self._painted_lines = keys, painted
        with self.prevent(OptionList.OptionHighlighted):
            self.set_options(Option(text_of_line(line), id=key) for key, line in lines)
            if keys:
                self.highlighted = keys.index(selected) if selected in keys else min(at, len(keys) - 1)
        if self.selected != selected:
            self.post_message(self.Moved())

    def _repaint(self, painted: tuple[Line, ...]) -> None:
        for index, (before, line) in enumerate(zip(self._painted_lines, painted, strict=True)):
            if before != line:
                self.replace_option_prompt_at_index(index, text_of_line(line))
        self._painted_lines = painted

    def action_move(self, by: int) -> None:
        """Move the cursor by so many lines; it stops at the ends."""
        if self._things:
            self.highlighted = min(len(self._things) - 1, max(0, (self.highlighted or 0) + by))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Tell the screen in our own words."""
        event.stop()
        self.post_message(self.Moved())
