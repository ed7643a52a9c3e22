"""Prints what a home keeps: the sheet and the card on one page, as text or as a PDF to cut."""

from datetime import datetime

from fpdf import FPDF

from alerts.cards import Card
from alerts.ed_pdf import plain

FONT = "Helvetica"
MARGIN_MM = 15.0
CARD_WIDTH_MM, CARD_HEIGHT_MM = 120.0, 78.0
"""Folded once it fits where a bank card does."""
SHEET_PT, LEAST_PT = 15.0, 6.0
CARD_PT = (10.0, 9.0, 8.0, 7.0, 6.0)
"""Large print first: many who read the sheet are seventy."""
_LINE = 0.45
"""Height of a line in millimetres per point of its font."""


def as_text(*cards: Card) -> str:
    """Return cards one below the other, 78 columns wide at most by their own lines."""
    parts = []
    for card in cards:
        lines = [card.title, "=" * len(card.title)]
        for heading, below in card.sections:
            lines += ["", heading, *(f"  {line}" for line in below)]
        parts.append("\n".join(lines) + "\n")
    return "\n\n".join(parts)


def as_pdf(sheet: Card, card: Card, made_at: datetime, *, paper: str = "a4", language: str = "en") -> bytes:
    """Return one page: the sheet above, the card below within lines to cut; `paper` is `a4` or `letter`.

    The same words at the same instant give the same bytes. Words that do not fit make the print smaller.
    """
    sheet_pt = SHEET_PT
    while True:
        pdf, fits = drawn(sheet, card, sheet_pt, paper, language)
        if fits or sheet_pt <= LEAST_PT:
            break
        sheet_pt -= 0.5
    pdf.set_creation_date(made_at)
    return bytes(pdf.output())


def drawn(sheet: Card, card: Card, sheet_pt: float, paper: str, language: str) -> tuple[FPDF, bool]:
    """Return the page with the sheet in print of this size, and whether the sheet ends above the card."""
    pdf = FPDF(format=paper)
    pdf.set_title(plain(sheet.title))
    pdf.set_lang(language)
    pdf.set_margins(MARGIN_MM, MARGIN_MM)
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    _write(pdf, sheet, sheet_pt, pdf.epw)
    top = pdf.h - MARGIN_MM - CARD_HEIGHT_MM
    fits = pdf.get_y() <= top - 3
    pdf.set_dash_pattern(dash=2, gap=2)
    pdf.rect(MARGIN_MM, top, CARD_WIDTH_MM, CARD_HEIGHT_MM)
    pdf.set_dash_pattern()
    for card_pt in CARD_PT:
        if height(card, card_pt, paper) <= CARD_HEIGHT_MM - 6:
            break
    pdf.set_xy(MARGIN_MM + 3, top + 3)
    pdf.set_left_margin(MARGIN_MM + 3)
    _write(pdf, card, card_pt, CARD_WIDTH_MM - 6)
    return pdf, fits


def height(card: Card, size_pt: float, paper: str) -> float:
    """Return how high a card is in print of this size, in millimetres."""
    pdf = FPDF(format=paper)
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    top = pdf.get_y()
    _write(pdf, card, size_pt, CARD_WIDTH_MM - 6)
    return float(pdf.get_y() - top)


def _write(pdf: FPDF, card: Card, size_pt: float, width_mm: float) -> None:
    _line(pdf, card.title, size_pt * 1.25, width_mm, bold=True)
    for heading, lines in card.sections:
        pdf.ln(size_pt * 0.15)
        _line(pdf, heading, size_pt, width_mm, bold=True)
        for line in lines:
            _line(pdf, line, size_pt, width_mm)


def _line(pdf: FPDF, words: str, size_pt: float, width_mm: float, *, bold: bool = False) -> None:
    pdf.set_font(FONT, "B" if bold else "", size_pt)
    pdf.multi_cell(width_mm, size_pt * _LINE, plain(words), align="L", new_x="LMARGIN", new_y="NEXT")
