"""Whether the record answers what a label asks of earlier syndromes before it wants a patient watched. Pure.

In sentences: docs/behaviour.md, "Guidance".
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from monitor.catalogue_facts import Earlier
from monitor.catalogue_rules import Syndrome
from monitor.state import State
from monitor.window import DoseSeen

_WORDS: dict[Syndrome, str] = {"crs": "CRS", "icans": "ICANS"}


class Answer(NamedTuple):
    """What the record says. `met` is None where it cannot say: then `words` are a question."""

    met: bool | None
    words: str


class _Stretch(NamedTuple):
    """From the dose that is asked about to the next one."""

    since: datetime
    until: datetime


def answer(asked: Earlier, state: State, dose_at: datetime) -> Answer:
    """Return what the record says of what is asked before the dose given at `dose_at`."""
    doses = [seen for seen in state.doses if seen.engager and seen.dose.at < dose_at]
    stretch = _stretch(asked, doses, dose_at)
    if stretch is None:
        return Answer(None, "was there? the dose is not on record")
    found = [
        (grade, syndrome)
        for syndrome, onset, grade in _events(state)
        if syndrome in asked.syndromes and stretch.since <= onset < stretch.until
    ]
    graded = [(grade, _WORDS[syndrome]) for grade, syndrome in found if grade is not None]
    grade, name = max(graded, default=(0, ""))
    if grade >= asked.grade_at_least:
        return Answer(True, f"{name} grade {grade} on record")  # noqa: FBT003 - a named field
    if len(graded) < len(found):
        return Answer(None, "was there? one is on record that could not be graded")
    return Answer(False, "none on record")  # noqa: FBT003 - a named field


def _stretch(asked: Earlier, doses: list[DoseSeen], dose_at: datetime) -> _Stretch | None:
    """Return the time asked about, None when the record does not hold the dose that began it."""
    if asked.dose is None:
        begins = doses[0].step if doses else None
        return _Stretch(doses[0].dose.at, dose_at) if begins is not None and begins.ordinal == 1 else None
    after = dose_at
    for seen in reversed(doses):
        if asked.dose == "previous" or (seen.step is not None and seen.step.name == asked.dose):
            return _Stretch(seen.dose.at, after)
        after = seen.dose.at
    return None


def _events(state: State) -> Iterator[tuple[Syndrome, datetime, int | None]]:
    """Give every event of either syndrome: when it began and its worst grade, None where it was never graded."""
    for episode in (*state.episodes_before, *filter(None, (state.episode,))):
        known = [grade for grade in (episode.peak, episode.told or None) if grade is not None]
        yield "crs", episode.onset, max(known, default=None)
    if state.told_crs is not None:
        yield "crs", state.told_crs.since, state.told_crs.peak
    for event in (*state.icans_events_before, *filter(None, (state.icans_event,))):
        yield "icans", event.onset, event.peak
