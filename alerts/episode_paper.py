"""The summary of an episode as plain text and as a PDF of as many A4 or Letter pages as it needs."""

from datetime import datetime

from fpdf import FPDF

from alerts.ed_pdf import FONT, plain
from alerts.ed_text import item_lines, wrapped
from alerts.episode_words import EpisodeWords

MARGIN_MM = 15.0
BODY_PT, TITLE_PT, SMALL_PT = 9.5, 13.0, 8.0
_LINE = 0.45
"""Height of a line in millimetres per point of its font."""


def as_text(page: EpisodeWords) -> str:
    """Return the summary in lines of at most 78 characters, unless one word is longer."""
    lines = [*wrapped(page.title), page.made, ""]
    lines += [part for line in page.headline for part in wrapped(line)]
    for section in page.sections:
        lines += ["", section.title.upper()]
        lines += [line for item in section.items for line in item_lines(item)]
    return "\n".join([*lines, "", *wrapped(page.footer), ""])


def as_pdf(page: EpisodeWords, made_at: datetime, *, paper: str = "a4") -> bytes:
    """Return the summary as PDF; the same words made at the same instant give the same bytes.

    Parameters
    ----------
    paper
        `a4` or `letter`.
    """
    pdf = _Pages(page.title, paper)
    pdf.line_of(page.title, TITLE_PT, bold=True)
    pdf.line_of(page.made, SMALL_PT)
    pdf.ln(2)
    for line in page.headline:
        pdf.line_of(line, BODY_PT)
    for section in page.sections:
        pdf.ln(2)
        pdf.line_of(section.title, BODY_PT, bold=True)
        for item in section.items:
            pdf.line_of(f"- {item.text}", BODY_PT)
    pdf.ln(2)
    pdf.line_of(page.footer, SMALL_PT)
    pdf.set_creation_date(made_at)
    return bytes(pdf.output())


class _Pages(FPDF):
    """Pages that each say whose they are and how many there are: loose sheets find together again."""

    def __init__(self, title: str, paper: str) -> None:
        super().__init__(format=paper)
        self._title = plain(title)
        self.set_title(self._title)
        self.set_lang("en")
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=MARGIN_MM + 5)
        self.add_page()

    def footer(self) -> None:
        """Write the foot of a page."""
        self.set_y(-MARGIN_MM)
        self.set_font(FONT, size=SMALL_PT)
        self.cell(0, 4, f"{self._title}, page {self.page_no()} of {{nb}}", align="C")

    def line_of(self, words: str, size_pt: float, *, bold: bool = False) -> None:
        """Write one paragraph over the whole width."""
        self.set_font(FONT, "B" if bold else "", size_pt)
        self.multi_cell(0, size_pt * _LINE, plain(words), align="L", new_x="LMARGIN", new_y="NEXT")
