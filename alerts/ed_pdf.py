"""The page for the emergency department as a PDF of one sheet, for a fax server or a hospital's own archive."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import partial

from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from alerts.ed_vitals import VitalRow
from alerts.ed_words import EdWords
from alerts.paper_words import Item

FONT = "Helvetica"
SIZES_PT = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
"""From what reads well down to what a fax still carries; the largest with which everything stands on one sheet."""
MARGIN_MM = 10.0
GAP_MM = 5.0
RED = (160, 0, 0)
_LINE = 0.42
"""Height of a line in millimetres per point of its font."""


def as_pdf(page: EdWords, made_at: datetime, *, paper: str = "a4") -> bytes:
    """Return the page as PDF; the same page at the same instant gives the same bytes.

    Parameters
    ----------
    made_at
        When, for the document's own date.
    paper
        `a4` or `letter`.
    """
    for size_pt in SIZES_PT:
        drawn = _Sheet(page, size_pt, paper)
        if drawn.fits:
            break
    drawn.pdf.set_creation_date(made_at)
    return bytes(drawn.pdf.output())


class _Sheet:
    """One attempt to draw everything at one size: a head across the sheet, then two columns."""

    def __init__(self, page: EdWords, size_pt: float, paper: str) -> None:
        self.pdf = FPDF(format=paper)
        self.pdf.set_title(plain(f"{page.urgency} {page.code}"))
        self.pdf.set_lang("en")
        self.pdf.set_margins(MARGIN_MM, MARGIN_MM)
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.add_page()
        self._size = size_pt
        self._bottom = self.pdf.h - MARGIN_MM
        self._x, self._width = MARGIN_MM, self.pdf.epw
        self._lowest = 0.0
        self._head(page)
        self._columns(page)
        self._text(page.footer, size=0.8)
        self.fits = max(self._lowest, self.pdf.get_y()) <= self._bottom

    def _head(self, page: EdWords) -> None:
        self._text(f"{page.urgency}   {page.code}", style="B", size=1.7, colour=RED)
        self._text(page.made, size=0.85)
        for line in page.headline:
            self._text(line, style="B" if line in page.bold else "")
        self.pdf.ln(1)
        self.pdf.set_draw_color(*RED)
        top = self.pdf.get_y()
        self.pdf.ln(0.8)
        for item in page.first:
            self._text(item.text, style="B", indent=1.5)
        self.pdf.rect(self._x, top, self._width, self.pdf.get_y() - top + 0.8)
        self.pdf.ln(1.8)
        self._title("Call")
        for who, number in page.calls:
            self._text(f"{who}: **{plain(number)}**", marked=True, indent=1.5)

    def _columns(self, page: EdWords) -> None:
        """Draw the values and the sections, each where its column has room: the shorter column gets the next."""
        width = (self.pdf.epw - GAP_MM) / 2
        top = self.pdf.get_y() + 1
        edges = [(MARGIN_MM, top), (MARGIN_MM + width + GAP_MM, top)]
        self._width = width
        blocks: list[Callable[[], None]] = [partial(self._vitals, page.vitals)]
        blocks += [partial(self._section, section.title, section.items) for section in page.sections]
        for block in blocks:
            column = 0 if edges[0][1] <= edges[1][1] else 1
            self._x, y = edges[column]
            self.pdf.set_y(y)
            block()
            edges[column] = (self._x, self.pdf.get_y() + 0.8)
        self._lowest = max(y for _, y in edges)
        self._x, self._width = MARGIN_MM, self.pdf.epw
        self.pdf.set_y(self._lowest)

    def _vitals(self, rows: tuple[VitalRow, ...]) -> None:
        self._title("Home values")
        for row in rows:
            mark = "! " if row.alarming else ""
            self._text(f"{mark}{row.name}: {row.newest}", style="B", colour=RED if row.alarming else (0, 0, 0))
            before = f"before: {row.earlier}; " if row.earlier else ""
            self._text(f"{before}when well: {row.well}", indent=3)

    def _section(self, title: str, items: tuple[Item, ...]) -> None:
        self._title(title)
        for item in items:
            source = f" [{item.source}]" if item.source else ""
            self._text(f"- {item.text}{source}", indent=1.5)

    def _title(self, title: str) -> None:
        self._text(title, style="B", size=1.08)
        y = self.pdf.get_y()
        self.pdf.set_draw_color(120)
        self.pdf.line(self._x, y, self._x + self._width, y)
        self.pdf.ln(0.6)

    def _text(
        self,
        text: str,
        *,
        style: str = "",
        size: float = 1.0,
        colour: tuple[int, int, int] = (0, 0, 0),
        indent: float = 0.0,
        marked: bool = False,
    ) -> None:
        self.pdf.set_font(FONT, style="B" if style == "B" else "", size=self._size * size)
        self.pdf.set_text_color(*colour)
        self.pdf.set_x(self._x + indent)
        self.pdf.multi_cell(
            self._width - indent,
            self._size * size * _LINE,
            plain(text),
            align="L",
            new_x="LMARGIN",
            new_y="NEXT",
            markdown=marked,
            output=MethodReturnValue.PAGE_BREAK,
        )


def plain(text: str) -> str:
    """Return `text` in the alphabet of PDF's own fonts: letters it lacks lose their marks, the rest become `?`."""
    known = []
    for character in text:
        bare = unicodedata.normalize("NFKD", character)
        known.append(next((one for one in (character, bare) if _printable(one)), None) or _without_marks(bare))
    return "".join(known)


def _without_marks(bare: str) -> str:
    return "".join(one for one in bare if not unicodedata.combining(one) and _printable(one)) or "?"


def _printable(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
