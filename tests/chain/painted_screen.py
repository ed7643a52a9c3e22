"""What a terminal shows, from the bytes it was sent: as much of a terminal as the console needs."""

import re
from collections.abc import Sequence

_ESCAPE = re.compile(
    r"\x1b(?:\[([?<>=]?)([0-9;:]*)([ -/]*[@-~])"  # CSI: private mark, numbers, what
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\"  # OSC and DCS, to their ends
    r"|[ -/]*[0-OQ-Z\\^-~])"
)


class PaintedScreen:
    """A screen of `lines` by `columns` characters; colours and modes are left out."""

    def __init__(self, columns: int, lines: int) -> None:
        self._columns, self._lines = columns, lines
        self._cells = [[" "] * columns for _ in range(lines)]
        self._row = self._column = 0
        self._left = ""

    def take(self, sent: bytes) -> None:
        """Paint what was sent; an escape sequence that is cut in two waits for its end."""
        text = self._left + sent.decode("utf-8", "ignore")
        cut = text.rfind("\x1b")
        self._left = text[cut:] if cut >= 0 and _ESCAPE.match(text, cut) is None else ""
        at, end = 0, len(text) - len(self._left)
        while at < end:
            found = _ESCAPE.match(text, at)
            if found is None:
                self._put(text[at])
                at += 1
            else:
                if not found[1] and found[3] is not None:
                    self._obey(found[3], [int(number or 0) for number in re.split("[;:]", found[2])])
                at = found.end()

    def text(self) -> str:
        """Return what is shown, line by line."""
        return "\n".join("".join(line).rstrip() for line in self._cells)

    def _put(self, character: str) -> None:
        match character:
            case "\r":
                self._column = 0
            case "\n":
                self._row = min(self._row + 1, self._lines - 1)
            case _ if character.isprintable() and self._column < self._columns:
                self._cells[self._row][self._column] = character
                self._column += 1

    def _obey(self, what: str, numbers: Sequence[int]) -> None:
        if what in {"H", "f"}:
            row, column = (*numbers, 0, 0)[:2]
            self._row = min(max(row, 1), self._lines) - 1
            self._column = min(max(column, 1), self._columns) - 1
        elif what == "J" and numbers[0] >= 2:
            self._cells = [[" "] * self._columns for _ in range(self._lines)]
        elif what == "K":
            self._cells[self._row][self._column :] = " " * (self._columns - self._column)
