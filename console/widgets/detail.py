"""What belongs to the selected line of a list: scrolled by its key, because the list keeps the arrows."""

from textual.containers import VerticalScroll


class Detail(VerticalScroll, can_focus=False):
    """The part beside or below a list. Says that it can be read on when more of it is there than is in sight."""

    def read_on(self) -> None:
        """Scroll by what is in sight; from the end to the beginning."""
        if self.scroll_offset.y >= self.max_scroll_y:
            self.scroll_home(animate=False)
        else:
            self.scroll_relative(y=max(1, self.size.height - 1), animate=False)

    def watch_show_vertical_scrollbar(self, shown: bool) -> None:  # noqa: FBT001 - Textual calls it so
        """Name the key while there is something to scroll."""
        self.border_subtitle = "→ read on" if shown else ""
