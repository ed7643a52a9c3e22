"""When the nurse of a demonstration asks for an ICE by telephone: before the first dose, each morning and evening."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from console.demonstration.plan import HomePlan

BEFORE_THE_FIRST_DOSE = timedelta(hours=1)
FROM_HOURS = (8, 20)
WITHIN_MINUTES = 75
"""The nurse has so long for the whole round, patient after patient: well within the two hours."""

FORGOTTEN_EVERY = 16
"""Of so many patients one is not reached, so that the nurse's list is seen."""

FULL_MARKS = {"orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 1}


def ice_rounds(plan: HomePlan, place: int, since: datetime) -> Iterator[datetime]:
    """Yield the instants after `since` at which the patient at this place of the list is asked, without end."""
    first = min(dose.at for dose in plan.doses) - BEFORE_THE_FIRST_DOSE if plan.doses else None
    if first is not None and first > since:
        yield first
    if place % FORGOTTEN_EVERY == FORGOTTEN_EVERY - 1:
        return
    zone = plan.card.timezone
    minutes = timedelta(minutes=7 * place % WITHIN_MINUTES)
    day = (since if first is None else max(since, first)).astimezone(zone).date()
    while True:
        for hour in FROM_HOURS:
            at = datetime.combine(day, time(hour), zone).astimezone(UTC) + minutes
            if at > since and (first is None or at > first):
                yield at
        day += timedelta(days=1)


def ice_event(at: datetime) -> dict[str, Any]:
    """Return what the nurse enters for a patient whose mind is clear."""
    return {"type": "ice", "at": at.isoformat(), **FULL_MARKS}
