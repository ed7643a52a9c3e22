"""The shift report as a PDF of as many pages as it needs; every page says whose part goes on there. Codes only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from alerts.ed_pdf import plain
from console.views.cells import GROUP_MARK, Line, Tone
from console.views.shift_lines import (
    AS_OF,
    UNEVENTFUL,
    Block,
    Layout,
    head_words,
    patient_blocks,
    status_line,
    ward_blocks,
)
from console.views.shift_values import ShiftReport

FONT = "Helvetica"
MARGIN_MM = 14.0
TEXT_PT, SMALL_PT, TITLE_PT, CODE_PT = 9.0, 8.0, 14.0, 11.5
INDENT_MM = 4.0
RED, GREY, BLACK = (150, 0, 0), (95, 95, 95), (0, 0, 0)
_LINE = 0.42
"""Height of a line in millimetres per point of its font."""

PART_GAP_MM = 2.5
LATE_ON_A_PAGE = 0.7
"""A part that would be broken begins on a new page when so much of this one is used."""

SIGNATURES = "handed over by ______________________   received by ______________________   at ____:____"
LOUD = frozenset({Tone.EMERGENCY, Tone.URGENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A text and how it is printed; `size` in points."""

    text: str
    size: float = TEXT_PT
    style: Literal["", "B"] = ""
    colour: tuple[int, int, int] = BLACK
    indent_mm: float = 0.0


class _Pages(FPDF):
    """A document that says on every page what it is and when it was made."""

    def __init__(self, made: str, paper: str) -> None:
        super().__init__(format=paper)
        self._made = made
        self.part = ""

    def header(self) -> None:
        """Say on a page that begins within somebody's part whose it is: the library calls it."""
        if self.part:
            self.set_font(FONT, "B", CODE_PT)
            self.set_text_color(*BLACK)
            self.cell(0, CODE_PT * _LINE, f"{self.part} (continued)", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        """Write the foot of a page: the library calls it."""
        self.set_y(-MARGIN_MM + 3)
        self.set_font(FONT, "", SMALL_PT)
        self.set_text_color(*GREY)
        self.cell(0, SMALL_PT * _LINE, f"{self._made}   page {self.page_no()} of {{nb}}", align="L")


def as_pdf(report: ShiftReport, layout: Layout, zone: tzinfo, *, paper: str = "a4") -> bytes:
    """Return the report as PDF; the same report gives the same bytes. `paper` is `a4` or `letter`."""
    now = report.span.now
    made = f"{now.astimezone(zone):%a %Y-%m-%d %H:%M %Z}"
    pdf = _Pages(f"Stepguard shift report, made {made}", paper)
    pdf.set_title(f"Shift report {made}")
    pdf.set_lang("en")
    pdf.set_margins(MARGIN_MM, MARGIN_MM)
    pdf.set_auto_page_break(auto=True, margin=MARGIN_MM)
    pdf.add_page()
    _write(pdf, _Row(text=f"Shift report ({layout})", size=TITLE_PT, style="B"))
    for text in (f"made {made}", head_words(report.span, zone), f"{report.span.why}. {AS_OF}"):
        _write(pdf, _Row(text=text))
    _write(pdf, _Row(text=status_line(report.handed, zone).text, style="B"))
    pdf.ln(PART_GAP_MM)
    _write(pdf, _Row(text=SIGNATURES))
    for each in report.eventful:
        mark = GROUP_MARK[each.group].strip()
        _part(pdf, f"{mark} {each.code}".strip(), patient_blocks(each, layout, now, zone))
    brief = tuple(Line(text=each.brief) for each in report.uneventful)
    _part(pdf, f"{UNEVENTFUL.capitalize()}: {len(brief)}", (("", brief),))
    _part(pdf, "The ward", ward_blocks(report.ward, now, zone))
    pdf.set_creation_date(now)
    return bytes(pdf.output())


def _part(pdf: _Pages, title: str, blocks: Sequence[Block]) -> None:
    """Write one part; where it would be broken and little of the page is left it begins on a new one."""
    rows = [_Row(text=title, size=CODE_PT, style="B")]
    for heading, lines in blocks:
        if heading:
            rows.append(_Row(text=heading.strip(), size=SMALL_PT, style="B", colour=GREY))
        rows += [_of_line(line) for line in lines]
    high = PART_GAP_MM + sum(_height(pdf, row) for row in rows)
    if pdf.will_page_break(high) and pdf.get_y() > pdf.h * LATE_ON_A_PAGE:
        pdf.add_page()
    pdf.part = plain(title)
    pdf.ln(PART_GAP_MM * 0.7)
    pdf.set_draw_color(*GREY)
    pdf.line(pdf.l_margin, pdf.get_y(), pdf.w - pdf.r_margin, pdf.get_y())
    pdf.ln(PART_GAP_MM * 0.3)
    for row in rows:
        _write(pdf, row)
    pdf.part = ""


def _of_line(line: Line) -> _Row:
    loud = line.tone in LOUD
    text = f"(struck out) {line.text}" if line.struck else line.text
    return _Row(text=text, style="B" if loud else "", colour=RED if loud else BLACK, indent_mm=INDENT_MM)


def _height(pdf: FPDF, row: _Row) -> float:
    return float(_cell(pdf, row, measured=True))


def _write(pdf: FPDF, row: _Row) -> None:
    _cell(pdf, row, measured=False)


def _cell(pdf: FPDF, row: _Row, *, measured: bool) -> float:
    """Write a row, or only say how high it is in millimetres."""
    pdf.set_font(FONT, row.style, row.size)
    pdf.set_text_color(*row.colour)
    pdf.set_x(pdf.l_margin + row.indent_mm)
    high = pdf.multi_cell(
        pdf.epw - row.indent_mm,
        row.size * _LINE,
        plain(row.text),
        align="L",
        new_x="LMARGIN",
        new_y="NEXT",
        dry_run=measured,
        output=MethodReturnValue.HEIGHT,
    )
    return float(high) if isinstance(high, int | float) else 0.0
