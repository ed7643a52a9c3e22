"""When a run of ICANS begins, how bad it was, and since when it is mild or over. What the next dose is judged by.

In sentences: docs/behaviour.md, "Guidance".
"""

from datetime import datetime, timedelta
from typing import Literal

from monitor.state import IcansEvent, State

Counts = Literal["at_this_grade", "until_grade_1", "until_resolved"]
MILD = 1
"""Some labels let treatment go on from here: grade 1 or the patient's own baseline."""


def icans_severity(computed: int | None, opinion: int | None) -> int | None:
    """Return the worse of the computed grade and a clinician's, None when neither is known."""
    return max((grade for grade in (computed, opinion) if grade is not None), default=None)


def track(state: State, computed: int | None, now: datetime) -> None:
    """Bring the event of `state` up to `now`: open it, raise its peak, note since when it is mild, end it.

    An unknown grade changes nothing: what nobody has asked about is not over.
    """
    grade = icans_severity(computed, state.icans_opinion)
    event = state.icans_event
    if grade is None:
        return
    if event is None or event.ended is not None:
        if not grade:
            return
        if event is not None:
            state.icans_events_before = (*state.icans_events_before, event)
        event = IcansEvent(onset=now, peak=0, peak_at=now)
    seizure = state.neuro is not None and state.neuro.seizure != "none" and state.neuro.at >= event.onset
    seizures_at = event.seizures_at
    if seizure and state.neuro is not None and state.neuro.at not in seizures_at:
        seizures_at = (*seizures_at, state.neuro.at)
    rises = grade > event.peak
    state.icans_event = IcansEvent(
        onset=event.onset,
        peak=max(grade, event.peak),
        peak_at=now if rises else event.peak_at,
        below_peak_since=None if grade >= event.peak else event.below_peak_since or now,
        mild_since=None if grade > MILD else event.mild_since or now,
        ended=None if grade else now,
        seizures_at=seizures_at,
    )


def back_to(event: IcansEvent, grade: int) -> datetime | None:
    """Return since when the event is at or below `grade`, 0 or 1, without a break; None while it is above."""
    return event.mild_since if grade >= MILD else event.ended


def lasted(event: IcansEvent, counts: Counts, now: datetime) -> timedelta:
    """Return how long the event lasted by `now`, timed as the label's row says.

    At its worst grade; from reaching that until at most grade 1; or from its onset until it was over.
    """
    began, end = {
        "at_this_grade": (event.peak_at, event.below_peak_since),
        "until_grade_1": (event.peak_at, event.mild_since),
        "until_resolved": (event.onset, event.ended),
    }[counts]
    return max((now if end is None else min(end, now)) - began, timedelta(0))
