"""The line of keys at the foot of a screen, from the registry, as much of it as fits."""

from rich.text import Text
from textual import events
from textual.widgets import Static

from console.actions import key_line


class KeyLine(Static):
    """Drawn again whenever the width changes."""

    def __init__(self, place: str) -> None:
        super().__init__(id="keys")
        self._place = place

    def on_resize(self, event: events.Resize) -> None:
        """Name as many keys as fit now."""
        del event
        self.update(Text(key_line(self._place, self.content_size.width), no_wrap=True))
