"""Reads the drug catalogue: one file per drug beside the list of sources. Refuses what a pharmacist could not check.

The form of the files: docs/interfaces.md, "The drug catalogue".
"""

import dataclasses
import tomllib
import types
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from monitor.catalogue import Catalogue, Drug, Schedule, Step, normalise
from monitor.catalogue_check import faults
from monitor.catalogue_origin import Reference

SHIPPED = Path(__file__).parent / "data" / "drugs"
_SOURCES = "sources.toml"


class CatalogueError(Exception):
    """The catalogue cannot be used; the message names the file, the key and the remedy."""


@lru_cache(maxsize=4)
def load_catalogue(folder: Path = SHIPPED) -> Catalogue:
    """Return every drug of `folder`, in the order of the file names.

    Raises
    ------
    CatalogueError
        When a file is unreadable, a row lacks source, confidence or date, a source is not in the list, a key is
        unknown, the rules of a grade leave a case open or answer it twice, or restart rows overlap.
    """
    references = load_references(folder)
    drugs = tuple(read_drug(file, references) for file in drug_files(folder))
    if not drugs:
        raise CatalogueError(f"{folder}: no drug files; put one TOML file per drug there")
    seen: dict[str, str] = {}
    for drug in drugs:
        for name in {normalise(known) for known in (drug.name, *drug.names)}:
            if name in seen:
                raise CatalogueError(f"{folder}: {drug.name} and {seen[name]} share the name {name!r}; rename one")
            seen[name] = drug.name
    return Catalogue(drugs=drugs, references=tuple(references.values()))


def catalogue_files() -> list[Path]:
    """Return every file the catalogue is read from, in order."""
    return [*drug_files(), SHIPPED / _SOURCES]


def drug_files(folder: Path = SHIPPED) -> list[Path]:
    """Return the files of the drugs, in order."""
    return sorted(file for file in folder.glob("*.toml") if file.name != _SOURCES)


def load_references(folder: Path = SHIPPED) -> dict[str, Reference]:
    """Return the list of sources by id; raise CatalogueError when one lacks its citation."""
    path = folder / _SOURCES
    references = {}
    for key, row in _read(path).items():
        if not isinstance(row, Mapping) or set(row) != {"short", "citation"} or not all(row.values()):
            raise CatalogueError(f"{path}: [{key}] needs exactly short and citation, both filled in")
        references[key] = Reference(id=key, short=row["short"], citation=row["citation"])
    return references


def read_drug(path: Path, references: Mapping[str, Reference]) -> Drug:
    """Return the drug of one file; raise CatalogueError with the key and the remedy when it cannot be used."""
    return drug_of(_read(path), references, str(path))


def drug_of(tree: Mapping[str, Any], references: Mapping[str, Reference], file: str) -> Drug:
    """Return the drug that a parsed file describes; raise CatalogueError naming `file` when it cannot be used."""
    for where, fault in _unknown_keys(tree, Drug, ""):
        raise CatalogueError(f"{file}: {where}: {fault}")
    try:
        drug = msgspec.convert(_cited(tree, references, ""), Drug)
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{file}: {_told(tree, str(error))}") from error
    except _UnknownSourceError as error:
        raise CatalogueError(f"{file}: {error}") from error
    drug = dataclasses.replace(drug, schedules=tuple(_named(schedule) for schedule in drug.schedules))
    for fault in faults(drug):
        raise CatalogueError(f"{file}: {drug.name}: {fault}")
    return drug


class _UnknownSourceError(Exception):
    """A row cites an id that the list of sources does not have."""


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError as error:
        raise CatalogueError(f"{path}: no such file; restore it from the release") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: not valid TOML: {error}") from error


def _cited(value: Any, references: Mapping[str, Reference], where: str) -> Any:
    """Return the tree with each `source` spelled out and its ids kept as `cites`."""
    if isinstance(value, list):
        return [_cited(each, references, f"{where}[{index}]") for index, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    row = {key: _cited(each, references, f"{where}.{key}".lstrip(".")) for key, each in value.items()}
    if "source" in value:
        ids = value["source"] if isinstance(value["source"], list) else [value["source"]]
        for key in ids:
            if key not in references:
                raise _UnknownSourceError(
                    f"{where}.source: {key!r} is not in {_SOURCES}; add it there or correct the id"
                )
        row["source"] = "; ".join(references[key].short for key in ids)
        row["cites"] = ids
    return row


def _told(tree: Mapping[str, Any], error: str) -> str:
    """Return msgspec's message with the key first: `next_dose[3]: Object missing required field `checked``."""
    what, _, where = error.partition(" - at `$")
    key = where.rstrip("`").lstrip(".")
    return f"{tree.get('name', 'drug')}: {key}: {what}" if key else f"{tree.get('name', 'drug')}: {what}"


@cache
def _shape(kind: type) -> dict[str, Any]:
    """Return the keys a dataclass may have in a file, with the dataclass nested below each, if any."""
    hints = get_type_hints(kind)
    return {field.name: _nested(hints[field.name]) for field in dataclasses.fields(kind) if field.name != "cites"}


def _nested(hint: Any) -> Any:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return hint
    if isinstance(hint, types.UnionType) or get_args(hint):
        return next((found for found in map(_nested, get_args(hint)) if found), None)
    return None


def _unknown_keys(value: Any, kind: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _unknown_keys(each, kind, f"{where}[{index}]")
    elif isinstance(value, dict) and kind is not None:
        keys = _shape(kind)
        for key, each in value.items():
            if key not in keys:
                yield f"{where}.{key}".lstrip("."), f"unknown key; known are {', '.join(sorted(keys))}"
            else:
                yield from _unknown_keys(each, keys[key], f"{where}.{key}".lstrip("."))


def _named(schedule: Schedule) -> Schedule:
    """Return the schedule with the ordinal of each step and every label it answers to."""
    return dataclasses.replace(
        schedule, steps=tuple(_with_names(step, ordinal) for ordinal, step in enumerate(schedule.steps, 1))
    )


def _with_names(step: Step, ordinal: int) -> Step:
    names = {step.name, *step.aliases, f"dose {ordinal}"}
    if step.day is not None:
        names |= {f"C{step.cycle}D{step.day}"} if step.cycle is not None else set()
        names |= {f"D{step.day}", f"day {step.day}"} if step.cycle in {1, None} else set()
    return dataclasses.replace(step, ordinal=ordinal, names=frozenset(normalise(name) for name in names))
