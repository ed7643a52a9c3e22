"""Reads what the page for an emergency department says beside the patient's facts: monitor/data/handover.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from monitor.handover import Remark, Remarks

SHIPPED = Path(__file__).parent / "data" / "handover.toml"


class HandoverError(Exception):
    """The file cannot be used; the message names the file, the row and the remedy."""


@lru_cache(maxsize=2)
def load_remarks(file: Path = SHIPPED) -> Remarks:
    """Return the remarks of `file`.

    Raises
    ------
    HandoverError
        When the file cannot be read, a part is empty, or a row lacks its source or has a key that nothing reads.
    """
    try:
        tree = tomllib.loads(file.read_text(encoding="utf-8"))
        _refuse_unknown(tree)
        remarks = msgspec.convert(tree, Remarks)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise HandoverError(f"{file}: {error}; see monitor/handover_file.py for what a row needs") from error
    for part in fields(Remarks):
        if not getattr(remarks, part.name):
            raise HandoverError(f"{file}: [[{part.name}]] has no row; copy it from the shipped file")
    return remarks


def _refuse_unknown(tree: Mapping[str, Any]) -> None:
    known = {part.name for part in fields(Remarks)}
    keys = {key.name for key in fields(Remark)}
    for part, rows in tree.items():
        stray = [part] if part not in known else sorted({key for row in rows for key in row} - keys)
        if stray:
            raise ValueError(f"{stray[0]!r} is not known, nothing would read it")
