"""Reads the second reference and the prompts from monitor/data/panels.toml, and refuses rows without an origin."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import msgspec

from monitor.panels import LongGap, PanelRow, Panels, Prompt, PromptKind

SHIPPED = Path(__file__).parent / "data" / "panels.toml"
_GRADES = (1, 2, 3, 4)


class PanelsError(Exception):
    """The file cannot be used; the message names the file, the row and the remedy."""


@lru_cache(maxsize=2)
def load_panels(file: Path = SHIPPED) -> Panels:
    """Return the panels of `file`.

    Raises
    ------
    PanelsError
        When a row lacks source, confidence or date or has a key that nothing reads, or when a grade of a syndrome or a
        kind of prompt is missing or stands there twice.
    """
    try:
        tree = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        panels = msgspec.convert(tree, Panels)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise PanelsError(f"{file}: {error}; see monitor/panels.py for what a row needs") from error
    for part, row, shape in _parts(tree):
        unknown = sorted(set(row) - {known.name for known in fields(shape)})
        if unknown:
            raise PanelsError(f"{file}: {part}: {unknown[0]!r} is no key of it, nothing would read it; remove it")
    graded = sorted((row.syndrome, row.grade) for row in panels.rows)
    if graded != sorted((syndrome, grade) for syndrome in ("crs", "icans") for grade in _GRADES):
        raise PanelsError(f"{file}: rows: each of grades 1 to 4 is needed once for crs and once for icans")
    if sorted(prompt.kind for prompt in panels.prompts) != sorted(get_args(PromptKind)):
        raise PanelsError(f"{file}: prompts: each kind is needed once: {', '.join(get_args(PromptKind))}")
    return panels


def _parts(tree: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], type]]:
    """Give every table of the file with the shape it must have."""
    yield "the file", tree, Panels
    yield from (("rows", row, PanelRow) for row in tree["rows"])
    yield from (("prompts", row, Prompt) for row in tree["prompts"])
    yield "long_gap", tree["long_gap"], LongGap
