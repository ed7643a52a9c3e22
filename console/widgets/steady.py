"""Text that is painted again only when it is another, and laid out again only when its lines are as long no more."""

from rich.text import Text
from textual.widgets import Static


class Steady(Static):
    """A text that is shown every second and seldom changes: laying a screen out anew is what painting costs most."""

    _shown: Text | None = None

    def show(self, text: Text) -> None:
        """Show this text. Safe to repeat."""
        before, self._shown = self._shown, text
        if before is None or before != text:
            same = before is not None and _lengths(before) == _lengths(text)
            height = self.styles.height
            fixed = height is not None and height.is_cells
            self.update(text, layout=not (same or fixed))


def _lengths(text: Text) -> list[int]:
    return [len(line) for line in text.plain.split("\n")]
