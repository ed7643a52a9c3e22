"""Lines of a page on which every figure names its source by number, with the full sources at the foot."""

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date

from monitor.catalogue_origin import Origin, OtherValue, Reference

WIDTH = 100
LABEL = 30
SURENESS: Mapping[str, str] = {
    "published": "published",
    "review": "review",
    "label-known": "label recalled",
    "uncertain": "UNCERTAIN",
}
LEGEND = (
    "published: text of a label or paper was read; review: a review or guide says so; label recalled: in the US"
    " label, not read again; UNCERTAIN: doubtful, do not rely on it"
)
NOT_KNOWN = "not known: ask a pharmacist"


class CitedText:
    """Numbers the sources in the order in which the page first cites them.

    `checked` is the date that goes without saying: a row checked on another day prints its own.
    """

    def __init__(self, references: Mapping[str, Reference], checked: date | None) -> None:
        self._references = references
        self._checked = checked
        self._numbers: dict[str, int] = {}

    def origin(self, row: Origin) -> str:
        """Return how sure a row is and the numbers of its sources: `review [2][5]`."""
        return self._told(row.confidence, row.cites or (row.source,), row.checked)

    def source(self, cites: tuple[str, ...], confidence: str) -> str:
        """Return the same for what is no row of the catalogue, by the ids of its sources."""
        return self._told(confidence, cites, self._checked)

    def _told(self, confidence: str, cites: tuple[str, ...], checked: date | None) -> str:
        numbers = "".join(f"[{self._numbers.setdefault(cite, len(self._numbers) + 1)}]" for cite in cites)
        dated = "" if checked == self._checked else f" checked {checked}"
        return f"{SURENESS.get(confidence, confidence)} {numbers}{dated}"

    def row(self, label: str, value: str, row: Origin, other: tuple[OtherValue, ...] = ()) -> Iterator[str]:
        """Yield a labelled value with its origin, then what other sources say and why they are not used."""
        note = f"; {row.note}" if row.note else ""
        yield from lines(label, f"{value}  ({self.origin(row)}{note})")
        for each in other:
            remark = f"; {each.note}" if each.note else ""
            yield from lines(
                "",
                f"other source: {each.value}  ({self.origin(each)}{remark}); not used: {each.why_not_used}",
                deeper=2,
            )

    def foot(self) -> Iterator[str]:
        """Yield every source cited so far in full."""
        for cite, number in self._numbers.items():
            known = self._references.get(cite)
            yield from wrapped(f"{f'[{number}]':<5}{known.citation if known else cite}", indent=5)


def lines(label: str, text: str, deeper: int = 0) -> Iterator[str]:
    """Yield a label in its column and the text beside it, wrapped."""
    margin = " " * (LABEL + 3 + deeper)
    first, *rest = wrapped(text, WIDTH - len(margin)) or [""]
    if len(label) > LABEL:
        yield f"  {label}"
        label = ""
    yield f"  {label:<{LABEL}} {' ' * deeper}{first}"
    for line in rest:
        yield margin + line


def heading(text: str) -> Iterator[str]:
    """Yield a section heading with a blank line before it."""
    yield ""
    yield text.upper()


def wrapped(text: str, width: int = WIDTH, indent: int = 0) -> list[str]:
    """Return a text in lines of at most `width`, broken at spaces only; later lines are indented."""
    return textwrap.wrap(text, width, subsequent_indent=" " * indent, break_on_hyphens=False)
