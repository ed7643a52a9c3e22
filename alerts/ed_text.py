"""The page for the emergency department as plain text: to be read out, faxed, or printed anywhere. Pure."""

import textwrap

from alerts.ed_words import EdWords, Item

WIDTH = 78
_RULE = "-" * WIDTH


def as_text(page: EdWords) -> str:
    """Return the page in lines of at most 78 characters, unless one word is longer."""
    lines = [f"{page.urgency}   {page.code}", page.made, ""]
    for line in page.headline:
        lines += wrapped(line)
    lines += [_RULE, *(_first for item in page.first for _first in wrapped(item.text.upper())), _RULE, "CALL"]
    lines += [f"  {who}: {number}" for who, number in page.calls]
    lines += ["", "HOME VALUES"]
    for row in page.vitals:
        mark = "! " if row.alarming else "  "
        lines += textwrap.wrap(f"{row.name}: {row.newest}", WIDTH, initial_indent=mark, subsequent_indent="    ")
        before = f"before: {row.earlier}; " if row.earlier else ""
        lines += textwrap.wrap(f"{before}when well: {row.well}", WIDTH, initial_indent="    ", subsequent_indent="    ")
    for section in page.sections:
        lines += ["", section.title.upper()]
        lines += [line for item in section.items for line in item_lines(item)]
    return "\n".join([*lines, "", *wrapped(page.footer), ""])


def item_lines(item: Item) -> list[str]:
    """Return one line of a list with its source."""
    source = f" [{item.source}]" if item.source else ""
    return textwrap.wrap(f"{item.text}{source}", WIDTH, initial_indent="  - ", subsequent_indent="    ")


def wrapped(line: str) -> list[str]:
    """Return a line in as many as it needs."""
    return textwrap.wrap(line, WIDTH)
