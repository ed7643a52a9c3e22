"""Reads what staff are being called about now, and what they were called about lately and are no longer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from alerts import store
from alerts.handed_on import Call, is_called_about, was_called_about, worst_first
from alerts.page_code import page_code

LOOK_BACK = timedelta(days=1)
"""After a start, alerts that may still be open elsewhere are closed if they ended within this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is called about, the worst first; and the ids of incidents that were called about before.

    `over` is filled on request only: a receiver asks once, at its start.
    """

    calls: tuple[Call, ...]
    over: frozenset[int]


def snapshot(session: Session, now: datetime, *, lately: bool) -> Snapshot:
    """Return what other systems should know at `now`; `lately` asks for what is over, too."""
    calls, over = [], set()
    ended = store.resolved_since(session, now - LOOK_BACK) if lately else []
    for kept in (*store.live(session), *ended):
        incident, number = kept.incident, kept.id or 0
        if incident.live and is_called_about(incident, now):
            calls.append(
                Call(
                    incident_id=number,
                    code=kept.code,
                    kind=incident.kind,
                    urgency=incident.urgency,
                    page_code=page_code(number),
                    began_at=incident.began_at,
                )
            )
        elif lately and was_called_about(incident):
            over.add(number)
    return Snapshot(calls=tuple(worst_first(calls)), over=frozenset(over))
