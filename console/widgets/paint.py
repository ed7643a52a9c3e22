"""Turns tones into colours. RGB only: terminals remap named colours, and amber must not come out orange-red."""

from collections.abc import Iterable

from rich.style import Style
from rich.text import Text

from console.views.cells import Cell, Line, Tone

INK = "#d8dee6"

STYLES: dict[Tone, Style] = {
    Tone.EMERGENCY: Style(color="#ff8080", bold=True),
    Tone.URGENT: Style(color="#ffc247", bold=True),
    Tone.UNSEEN: Style(color="#d3a4ff"),
    Tone.WATCH: Style(color="#6fd3e8"),
    Tone.CALM: Style(color="#86d08f"),
    Tone.PLAIN: Style(color=INK),
    Tone.DIM: Style(color="#8793a1"),
}

FILLED: dict[Tone, Style] = {
    Tone.EMERGENCY: Style(color="#ffffff", bgcolor="#b3152a", bold=True),
    Tone.URGENT: Style(color="#1a1200", bgcolor="#ffb224", bold=True),
    Tone.UNSEEN: Style(color="#180028", bgcolor="#c48cf5", bold=True),
    Tone.WATCH: Style(color="#00181d", bgcolor="#6fd3e8"),
    Tone.CALM: Style(color="#86d08f"),
    Tone.PLAIN: Style(color=INK),
    Tone.DIM: Style(color="#8793a1"),
}


def text_of(cell: Cell, *, filled: bool = False) -> Text:
    """Return a cell as text that nobody interprets as markup."""
    return Text(cell.text, style=(FILLED if filled else STYLES)[cell.tone])


def text_of_lines(lines: Iterable[Line]) -> Text:
    """Return lines one below the other; a struck line is crossed out."""
    return Text("\n").join(text_of_line(line) for line in lines)


def text_of_line(line: Line) -> Text:
    """Return one line; a struck one is crossed out, and what follows it is not."""
    style = STYLES[line.tone] + Style(strike=True) if line.struck else STYLES[line.tone]
    return Text(line.text, style=style).append(line.after, style=STYLES[line.tone])


def text_of_rows(rows: Iterable[tuple[Cell, ...]]) -> Text:
    """Return rows of cells, as a chart draws them."""
    whole = Text(no_wrap=True)
    for index, row in enumerate(rows):
        whole.append("\n" if index else "")
        for cell in row:
            whole.append(cell.text, style=STYLES[cell.tone])
    return whole
