"""Loads the words the entry line understands for medicines. Refuses a file without a source."""

import tomllib
from decimal import Decimal
from pathlib import Path

from console.entry.medicine import Medicine

FILE = Path(__file__).parent / "data" / "medicines.toml"


class VocabularyError(Exception):
    """The file cannot be used; the message names the file, the key and the remedy."""


def load_medicines(file: Path = FILE) -> tuple[Medicine, ...]:
    """Return every medicine of the file.

    Raises
    ------
    VocabularyError
        When the file is unreadable, has no source, or a row lacks its names or half of its unit, from and to.
    """
    try:
        tree = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(f"{file}: cannot be read: {error}") from error
    for key in ("source", "checked", "confidence"):
        if key not in tree:
            raise VocabularyError(f"{file}: key {key!r} is missing; say where the words and amounts come from")
    return tuple(_medicine(row, file, index) for index, row in enumerate(tree.get("medicine", [])))


def _medicine(row: dict[str, object], file: Path, index: int) -> Medicine:
    where = f"{file}: medicine {row.get('name', index)!r}"
    names = row.get("names")
    if not isinstance(row.get("name"), str) or not isinstance(names, list) or not names:
        raise VocabularyError(f"{where}: needs 'name' and a list 'names'")
    if len({"unit", "from", "to"} & row.keys()) not in {0, 3}:
        raise VocabularyError(f"{where}: give 'unit', 'from' and 'to' together, or none to have the unit asked for")
    return Medicine(
        name=str(row["name"]),
        names=tuple(str(each).casefold() for each in names),
        unit=str(row["unit"]) if "unit" in row else None,
        least=Decimal(str(row["from"])) if "from" in row else None,
        most=Decimal(str(row["to"])) if "to" in row else None,
    )
