"""The line of keys at the foot of a screen, from the registry, as much of it as fits; above it the tour, if any."""

from rich.style import Style
from rich.text import Text
from textual import events
from textual.widgets import Static

from console.actions import key_line

GUIDE = Style(color="#ffffff", bgcolor="#2b5b77")


class KeyLine(Static):
    """Drawn again whenever the width changes."""

    def __init__(self, place: str) -> None:
        super().__init__(id="keys")
        self._place = place
        self._guide: tuple[str, ...] = ()

    def guide(self, lines: tuple[str, ...]) -> None:
        """Show these lines above the keys. Safe to repeat."""
        if lines != self._guide:
            self._guide = lines
            self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Name as many keys as fit now."""
        del event
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        text = Text(no_wrap=True)
        for line in self._guide:
            text.append(f"{line:<{width}}\n", style=GUIDE)
        self.update(text.append(key_line(self._place, width)))
