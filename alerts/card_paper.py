"""Prints what a home keeps: the sheet and the card on one page, as text or as a PDF to cut."""

from dataclasses import replace
from datetime import datetime

from fpdf import FPDF

from alerts.cards import Card
from alerts.ed_pdf import plain

FONT = "Helvetica"
MARGIN_MM = 15.0
PANEL_WIDTH_MM, PANEL_HEIGHT_MM = 85.6, 54.0
"""A bank card (ISO/IEC 7810 ID-1). Two stand side by side and are folded back to back."""
PADDING_MM = 2.5
INSIDE_MM = PANEL_WIDTH_MM - 2 * PADDING_MM
ABOVE_CARD_MM = 3.0
LEAST_PT = 6.0
SHEET_PT, PANEL_PT = 15.0, 9.0
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
    pdf = FPDF(format=paper)
    pdf.set_title(plain(sheet.title))
    pdf.set_lang(language)
    pdf.set_margins(MARGIN_MM, MARGIN_MM)
    pdf.set_auto_page_break(auto=False)
    pdf.set_creation_date(made_at)
    pdf.add_page()
    panels = [(panel, panel_pt(panel)) for panel in panels_of(card)]
    tall = max(PANEL_HEIGHT_MM, *(height(panel, size_pt) + 2 * PADDING_MM for panel, size_pt in panels))
    top = pdf.h - MARGIN_MM - tall
    _write(pdf, sheet, print_of(sheet, SHEET_PT, pdf.epw, top - ABOVE_CARD_MM - MARGIN_MM), pdf.epw)
    pdf.set_dash_pattern(dash=2, gap=2)
    pdf.rect(MARGIN_MM, top, len(panels) * PANEL_WIDTH_MM, tall)
    pdf.set_dash_pattern(dash=0.5, gap=1.5)
    pdf.line(MARGIN_MM + PANEL_WIDTH_MM, top, MARGIN_MM + PANEL_WIDTH_MM, top + tall)
    for place, (panel, size_pt) in enumerate(panels):
        left = MARGIN_MM + place * PANEL_WIDTH_MM + PADDING_MM
        pdf.set_left_margin(left)
        pdf.set_xy(left, top + PADDING_MM)
        _write(pdf, panel, size_pt, INSIDE_MM)
    return bytes(pdf.output())


def panels_of(card: Card) -> tuple[Card, Card]:
    """Return the two halves of a card: what it is for, and what is behind it when it is folded."""
    return replace(card, sections=card.sections[:1]), replace(card, title="", sections=card.sections[1:])


def panel_pt(panel: Card) -> float:
    """Return the print of half a card: the largest in which it is no higher than a bank card, else the least.

    With the least the card is cut higher: nothing of it is left out, such as the last of many allergies.
    """
    return print_of(panel, PANEL_PT, INSIDE_MM, PANEL_HEIGHT_MM - 2 * PADDING_MM)


def print_of(card: Card, most_pt: float, width_mm: float, room_mm: float) -> float:
    """Return the largest print from `most_pt` down in which a card is no higher than `room_mm`; else the least."""
    size_pt = most_pt
    while size_pt > LEAST_PT and height(card, size_pt, width_mm) > room_mm:
        size_pt -= 0.5
    return size_pt


def height(card: Card, size_pt: float, width_mm: float = INSIDE_MM) -> float:
    """Return how high a card is in print of this size, in millimetres."""
    pdf = FPDF()
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    top = pdf.get_y()
    _write(pdf, card, size_pt, width_mm)
    return float(pdf.get_y() - top)


def _write(pdf: FPDF, card: Card, size_pt: float, width_mm: float) -> None:
    if card.title:
        _line(pdf, card.title, size_pt * 1.25, width_mm, bold=True)
    for heading, lines in card.sections:
        pdf.ln(size_pt * 0.15)
        _line(pdf, heading, size_pt, width_mm, bold=True)
        for line in lines:
            _line(pdf, line, size_pt, width_mm)


def _line(pdf: FPDF, words: str, size_pt: float, width_mm: float, *, bold: bool = False) -> None:
    pdf.set_font(FONT, "B" if bold else "", size_pt)
    pdf.multi_cell(width_mm, size_pt * _LINE, plain(words), align="L", new_x="LMARGIN", new_y="NEXT")
