"""Every open page, answered or not, with who has it and who is called next."""

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from console.actions import bindings, key_line
from console.views.cells import Incident, Line, WardView
from console.widgets.paint import STYLES


class PagesScreen(Screen[None]):
    """A list to walk through; the selection stays on its page when the list changes."""

    BINDINGS = bindings("pages")

    def __init__(self) -> None:
        super().__init__()
        self._pages: tuple[Incident, ...] = ()
        self._painted: tuple[Line, ...] | None = None

    def compose(self) -> ComposeResult:
        """Lay out a heading, the list, the keys."""
        yield Static(Text("Open pages, most pressing first"), id="head")
        yield OptionList(id="pages")
        yield Static(Text(key_line("pages")), id="keys")

    def show_ward(self, view: WardView) -> None:
        """Paint the open pages of this view. Safe to repeat."""
        if view.page_lines == self._painted:
            return
        selected = self.selected
        self._pages, self._painted = view.pages, view.page_lines
        pages = self.query_one(OptionList)
        pages.clear_options()
        pages.add_options(
            Option(Text(line.text, style=STYLES[line.tone]), id=str(page.id))
            for line, page in zip(view.page_lines, view.pages, strict=True)
        )
        places = [page.id for page in view.pages]
        if places:
            pages.highlighted = places.index(selected.id) if selected and selected.id in places else 0

    @property
    def selected(self) -> Incident | None:
        """The selected page."""
        index = self.query_one(OptionList).highlighted
        return self._pages[index] if index is not None and index < len(self._pages) else None
