"""Reads one field of an event or of a patient object, or says in a sentence what it should have been."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

Object = Mapping[str, Any]
KNOWN_YEARS = range(1900, 9000)
"""Beyond them the ends of intervals could not be reckoned."""


class BadEvent(Exception):  # noqa: N818 - it names an event, not a failure of ours
    """An event (or the patient) of a timeline cannot be read; says which, what is wrong and what would be right."""

    def __init__(self, sentence: str, index: int | None = None) -> None:
        self.sentence = sentence
        self.index = index
        super().__init__(sentence if index is None else f"event {index}: {sentence}")


def one_of(source: Object, key: str, allowed: Sequence[str], default: str | None) -> str:
    """Return the word at `key`, which must be one of `allowed`; `default` None means that it is required."""
    value = source.get(key, default)
    if value is None and default is not None:
        return default
    if value not in allowed:
        raise BadEvent(f"{key} {value!r} is not one of {', '.join(allowed)}")
    return str(value)


def object_at(source: Object, key: str, content: str) -> Object:
    """Return the object at `key`, empty when there is none."""
    value = source.get(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadEvent(f"{key} must be an object of {content}")
    return value


def names_at(source: Object, key: str) -> Sequence[str]:
    """Return the list of names at `key`, empty when there is none."""
    value = source.get(key)
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        raise BadEvent(f"{key} must be a list of names")
    return [_whole(name, key) for name in value]


def _whole(value: str, key: str) -> str:
    """Return the text, unless it holds half a character: it could be kept but never be written out again."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadEvent(f"{key} is not readable text; write it in UTF-8") from error
    return value


def text(source: Object, key: str) -> str | None:
    """Return the text at `key`, None when there is none."""
    value = source.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadEvent(f"{key} must be text")
    return _whole(value, key)


def flag(source: Object, key: str) -> bool:
    """Return whether `key` is true; absent means that nobody said so."""
    value = source.get(key)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise BadEvent(f"{key} must be true or false")
    return value


def number(source: Object, key: str) -> Decimal | None:
    """Return the number at `key`, finite and not below 0, None when there is none."""
    value = source.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadEvent(f"{key} must be a number")
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise BadEvent(f"{key} must be a finite number")
    if exact < 0:
        raise BadEvent(f"{key} must not be below 0")
    return exact


def instant(source: Object, key: str, *, any_year: bool = False) -> datetime:
    """Return the time at `key` as aware UTC; it is required and needs an offset.

    `any_year` is for what a device's clock says, which nobody reckons with when it cannot be true.
    """
    value = source.get(key)
    if isinstance(value, datetime):
        at = value
    else:
        try:
            at = datetime.fromisoformat(value) if isinstance(value, str) else None  # type: ignore[assignment]
        except ValueError as error:
            raise BadEvent(f"{key} {value!r} is not a time; write 2026-03-02T22:10:05Z") from error
    if at is None:
        raise BadEvent(f"{key} is required; write 2026-03-02T22:10:05Z")
    if at.tzinfo is None:
        raise BadEvent(f"{key} {value!r} has no offset; write 2026-03-02T22:10:05Z")
    try:
        utc = at.astimezone(UTC)
    except OverflowError as error:
        raise BadEvent(f"{key} {value!r} is before or after all time") from error
    if utc.year not in KNOWN_YEARS and not any_year:
        raise BadEvent(f"{key} {value!r} is not in the years {KNOWN_YEARS.start} to {KNOWN_YEARS.stop - 1}")
    return utc


def optional_instant(source: Object, key: str) -> datetime | None:
    """Return the time at `key`, None when there is none."""
    return None if source.get(key) is None else instant(source, key)
