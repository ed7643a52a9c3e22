"""Summaries of episodes as entries of the record: read, and what must be written or struck out. Pure.

Which summary stands is decided like everything in a record: the newest that no void strikes out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.episode_summary import EpisodeSummary, same_course
from monitor.record import EpisodeSummarised, Event, ReadingTaken, Voided

if TYPE_CHECKING:
    from monitor.store import StoredEvent
    from monitor.stored_record import StoredRecord

KIND = "episode_summary"
AUTHOR = "stepguard"
"""Who signs what no person wrote."""
CHANGED = "superseded: what it was made from has changed"
NONE_NOW = "superseded: no episode has ended here any more"


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """The newest rows of a patient that something was made from; 0 where there was none."""

    reading_id: int
    event_id: int
    enrolment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingSummary:
    """A summary in the record that nothing strikes out. `calls` are who was called, as written beside it."""

    ref: str
    made_at: datetime
    made_from: Basis
    summary: EpisodeSummary
    calls: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What the record lacks: summaries to strike out, each with the number of its episode, and summaries to write."""

    strike: tuple[tuple[str, int], ...] = ()
    write: tuple[EpisodeSummary, ...] = ()


def standing_summaries(entered: "Iterable[StoredEvent]") -> tuple[StandingSummary, ...]:
    """Return the summaries that stand, by the number of their episode.

    One that another version wrote and this one cannot read is left out: it is made anew beside it.
    """
    known = list(entered)
    struck = {one.event.of for one in known if isinstance(one.event, Voided)}
    found = [_read(one) for one in known if isinstance(one.event, EpisodeSummarised) and one.event.ref not in struck]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.summary.number))


def owed(standing: Sequence[StandingSummary], derived: Sequence[EpisodeSummary]) -> Owed:
    """Return what must be struck out and written so that the record holds `derived`, and each episode once."""
    wanted = {one.number: one for one in derived if one.ended_at is not None}
    strike: list[tuple[str, int]] = []
    for one in standing:
        now = wanted.get(one.summary.number)
        if now is not None and same_course(one.summary, now):
            del wanted[now.number]
        else:
            strike.append((one.ref, one.summary.number))
    return Owed(strike=tuple(strike), write=tuple(wanted.values()))


def is_settled(
    stored: "StoredRecord",
    standing: Sequence[StandingSummary],
    *,
    newest: int,
    open_still: bool,
    compared_to: Basis | None = None,
) -> bool:
    """Whether every ended episode has a summary that nothing known since can have changed.

    Parameters
    ----------
    newest
        The number of the patient's newest episode, 0 when there is none; `open_still` is whether it is open.
    compared_to
        Up to which rows the summaries were last found to say the same; None when they were not compared.
    """
    expected = set(range(1, newest + (0 if open_still else 1)))
    if {one.summary.number for one in standing} != expected or len(standing) != len(expected):
        return False
    return not any(_changed_since(stored, one, compared_to or one.made_from) for one in standing)


def entry_of(
    summary: EpisodeSummary,
    calls: Mapping[str, Any],
    made_from: Basis,
    made_at: datetime,
    *,
    corrects: str | None = None,
) -> dict[str, Any]:
    """Return the entry that keeps a summary, as an event; `corrects` names the one whose place it takes."""
    return {
        **({} if corrects is None else {"corrects": corrects}),
        "at": made_at.isoformat(),
        "type": KIND,
        "made_from": msgspec.to_builtins(made_from),
        "summary": plain(summary),
        "calls": dict(calls),
    }


def strike_of(ref: str, made_at: datetime, replaced_by: str | None) -> dict[str, Any]:
    """Return the void of a summary; `replaced_by` names the one in its place, None when no episode has ended there."""
    void = {"at": made_at.isoformat(), "type": "void", "of": ref}
    if replaced_by is None:
        return {**void, "why": NONE_NOW}
    return {**void, "why": CHANGED, "replaced_by": replaced_by}


def plain(value: msgspec.Struct) -> Any:
    """Return a struct as objects of a timeline; decimals stay exact, instants become text."""
    return msgspec.to_builtins(value, builtin_types=(Decimal,))


def _changed_since(stored: "StoredRecord", standing: StandingSummary, known: Basis) -> bool:
    """Whether something has become known since that speaks of the time of the episode, or of the patient as a whole."""
    until = standing.summary.ended_at
    if stored.basis.enrolment_id != known.enrolment_id:
        return True
    newer = [one.event for one in stored.entered if one.id > known.event_id]
    readings = [event for event in stored.record.events if isinstance(event, ReadingTaken)]
    newer += [event for event in readings if int(event.ref[1:]) > known.reading_id]
    return any(_speaks_of(event, until) for event in newer)


def _speaks_of(event: Event, until: datetime | None) -> bool:
    if isinstance(event, EpisodeSummarised):
        return False
    return until is None or isinstance(event, Voided) or event.at <= until


def _read(one: "StoredEvent") -> StandingSummary | None:
    try:
        return StandingSummary(
            ref=one.event.ref,
            made_at=one.event.at,
            made_from=msgspec.convert(one.body["made_from"], Basis),
            summary=msgspec.convert(one.body["summary"], EpisodeSummary),
            calls=one.body.get("calls") or {},
        )
    except (KeyError, msgspec.ValidationError):
        return None
