"""Reads what a text says about onset as cells of hours: rounding, study days, ranges in other units. Pure.

The conventions and why calendar days are the rule: docs/decisions/0019-fits-of-onset-times.md.
"""

from collections.abc import Mapping
from typing import Any

from monitor.onset_fit import Cell, Figures

DAY_H = 24
_HALF_HOUR, _HOUR, _HALF_DAY = 0.5, 1.0, 12.0
_CONVENTIONS = {"hours", "calendar", "elapsed"}
_RECALLED = {"label-known", "uncertain"}
_COLUMNS = ("id", "text", "unit", "convention", "counted_from", "n", "n_basis", "source", "confidence", "checked")


class PublishedError(Exception):
    """A row cannot be read; the message names the row, the key and the remedy."""


def cell(value: float, unit: str, convention: str, *, about: bool, dose_clock_h: float) -> Cell:
    """Return the hours since the dose that a published number may stand for.

    Parameters
    ----------
    value
        As printed.
    unit
        `h` or `d`.
    convention
        For days: `calendar`, the day of the dose is day 1; `elapsed`, 24 hours each from the dose.
    about
        The text says "about": an hour either way instead of half an hour.
    dose_clock_h
        Local hour of the dose, which decides when a calendar day begins.
    """
    if unit == "h":
        width = _HOUR if about else _HALF_HOUR
        return max(0.0, value - width), value + width
    if convention == "calendar":
        return max(0.0, DAY_H * (value - 1) - dose_clock_h), DAY_H * value - dose_clock_h
    return max(0.0, DAY_H * value - _HALF_DAY), DAY_H * value + _HALF_DAY


def figures_of(text: Mapping[str, Any], *, dose_clock_h: float, convention: str | None = None) -> Figures:
    """Return the figures of one published text; `convention` overrides its own for a reading of days the other way.

    Raises
    ------
    PublishedError
        When the text has no number to fit.
    """
    counted = convention or text["convention"]
    about = text.get("about", ())

    def number(name: str) -> Cell | None:
        if name not in text:
            return None
        unit = text.get(f"{name}_unit", text["unit"])
        return cell(float(text[name]), unit, counted, about=name in about, dose_clock_h=dose_clock_h)

    share_by = None
    if "by" in text:
        hours = number("by")
        by = float(text["by"]) if text["unit"] == "h" else hours[1] if hours else 0.0
        count = text["share_count"] if "share_count" in text else round(text["n"] * float(text["share_pct"]) / 100)
        share_by = (by, int(count))
    figures = Figures(
        n=int(text["n"]), median=number("median"), minimum=number("least"), maximum=number("most"), share_by=share_by
    )
    if figures.median is None and share_by is None:
        raise PublishedError(f"{text['id']}: no median and no share to fit; add one or leave the text out")
    return figures


def cites_of(text: Mapping[str, Any]) -> list[str]:
    """Return the ids of the sources of one text."""
    return [text["source"]] if isinstance(text["source"], str) else list(text["source"])


def check_row(row: Mapping[str, Any]) -> None:
    """Refuse a distribution that does not say where it comes from, or that rests on memory without saying so.

    Raises
    ------
    PublishedError
        With the drug, the text and what to add.
    """
    where = f"onset_sources.toml: {row.get('drug')}"
    texts = {text.get("id"): text for text in row.get("published", ())}
    for name, text in texts.items():
        missing = [key for key in _COLUMNS if not text.get(key)]
        if missing or "verified_by" not in text:
            raise PublishedError(f"{where}, {name}: lacks {', '.join(missing) or 'verified_by'}; every row names them")
        if text["convention"] not in _CONVENTIONS:
            raise PublishedError(f"{where}, {name}: convention must be one of {', '.join(sorted(_CONVENTIONS))}")
    used = texts.get(row.get("uses"))
    if used is None or not row.get("why"):
        raise PublishedError(f"{where}: `uses` must name one of its published texts, and `why` say why")
    for name, text in texts.items():
        if text is not used and not text.get("not_used"):
            raise PublishedError(f"{where}, {name}: say in `not_used` why this text is not the one fitted")
    for name in row.get("close_covers", ()):
        if name not in texts:
            raise PublishedError(f"{where}: close_covers names {name}, which is not among its texts")
    if used["confidence"] in _RECALLED and not used["verified_by"] and row.get("research") is not True:
        raise PublishedError(
            f"{where}: rests on a text recalled and not read again; verify it or mark the row research = true"
        )
