"""The board while nobody may see values: codes, urgency, who has it. Alarms show and ring as always."""

from rich.text import Text
from textual.app import ComposeResult
from textual.screen import Screen

from console.actions import bindings
from console.views.cells import Cell, Tone
from console.views.veil import VeiledView, columns
from console.widgets.paint import FILLED, STYLES, text_of
from console.widgets.steady import Steady
from console.widgets.title import title_line


class VeilScreen(Screen[None]):
    """Title, banners, the next thing, everybody by need; below them what a key does."""

    PLACE = "veil"
    BINDINGS = bindings(PLACE)

    def compose(self) -> ComposeResult:
        """Lay it out from top to bottom, as the board is."""
        yield Steady(id="title")
        yield Steady(id="banners")
        yield Steady(id="next")
        yield Steady(id="homes")
        yield Steady(id="foot")

    def show(self, view: VeiledView, foot: str, *, lit: bool) -> None:
        """Paint a veiled view and the line below it. Safe to repeat."""
        self.query_one("#title", Steady).show(title_line(view.title, view.counts, self.size.width - 2))
        banners = self.query_one("#banners", Steady)
        banners.display = bool(view.banners)
        banners.show(Text("\n").join(text_of(each, filled=True) for each in view.banners))
        self.query_one("#next", Steady).show(text_of(view.next_thing, filled=lit or not view.asking))
        homes = self.query_one("#homes", Steady)
        rows = columns(view, homes.content_size.width, homes.content_size.height)
        homes.show(Text("\n", no_wrap=True).join(_painted(row) for row in rows))
        self.query_one("#foot", Steady).show(Text(foot))


def _painted(row: tuple[Cell, ...]) -> Text:
    """Return one line of the board; who needs somebody now is filled, so that it is seen from the door."""
    line = Text(no_wrap=True)
    for cell in row:
        words = cell.text.rstrip()
        filled = cell.tone in {Tone.EMERGENCY, Tone.URGENT}
        line.append(words, style=(FILLED if filled else STYLES)[cell.tone])
        line.append(cell.text[len(words) :])
    return line
