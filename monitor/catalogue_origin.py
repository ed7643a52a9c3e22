"""What every row of the drug catalogue carries: where it comes from, how sure it is, when it was checked."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, Literal

Confidence = Literal["published", "review", "label-known", "uncertain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The origin of one row.

    `source` is short enough to print in a line; `cites` are the ids of the full citations in
    monitor/data/drugs/sources.toml. `confidence`: a label or paper text was read (published), a review or guide
    says so (review), the US label says so but was not read again (label-known), doubtful (uncertain).
    """

    source: str
    confidence: Confidence
    checked: date
    cites: tuple[str, ...] = ()
    note: str | None = None

    def __post_init__(self) -> None:
        """Refuse an empty source: a number nobody can check is no number."""
        if not self.source:
            raise ValueError("source is empty; name an id of sources.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherValue(Origin):
    """What another source says about the same thing, and why it is not the one used."""

    value: str
    why_not_used: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotKnown:
    """A gap that was looked into. `topic` names what is missing, for example `restart.us.SUD2` or `icans.duration`."""

    topic: str
    looked_for: str
    checked: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One entry of the list of sources: the short name printed in rows and the full citation."""

    id: str
    short: str
    citation: str


def origins(value: Any) -> Iterator[Origin]:
    """Yield every row with an origin at or below a value of the catalogue."""
    if isinstance(value, Origin):
        yield value
    if is_dataclass(value):
        for field in fields(value):
            yield from origins(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from origins(each)
