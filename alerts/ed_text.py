"""The page for the emergency department as plain text: to be read out, faxed, or printed anywhere. Pure."""

import textwrap

from alerts.ed_words import EdWords
from alerts.paper_words import Item

WIDTH = 78
_RULE = "-" * WIDTH


def as_text(page: EdWords) -> str:
    """Return the page in lines of at most 78 characters, unless one word is longer."""
    lines = [f"{page.urgency}   {page.code}", page.made, ""]
    for line in page.headline:
        lines += wrapped(line)
    lines += [_RULE, *(line for item in page.first for line in wrapped(item.text.upper())), _RULE, "CALL"]
    lines += [line for who, number in page.calls for line in wrapped(f"{who}: {number}", "  ", "    ")]
    lines += ["", "HOME VALUES"]
    for row in page.vitals:
        mark = "! " if row.alarming else "  "
        lines += wrapped(f"{row.name}: {row.newest}", mark, "    ")
        before = f"before: {row.earlier}; " if row.earlier else ""
        lines += wrapped(f"{before}when well: {row.well}", "    ", "    ")
    for section in page.sections:
        lines += ["", section.title.upper()]
        lines += [line for item in section.items for line in item_lines(item)]
    return "\n".join([*lines, "", *wrapped(page.footer), ""])


def item_lines(item: Item) -> list[str]:
    """Return one line of a list with its source."""
    source = f" [{item.source}]" if item.source else ""
    return wrapped(f"{item.text}{source}", "  - ", "    ")


def wrapped(line: str, first: str = "", others: str = "") -> list[str]:
    """Return a line in as many as it needs, each behind its indent; no number, range or date is cut at its hyphen."""
    return textwrap.wrap(line, WIDTH, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)
