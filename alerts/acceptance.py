"""What happens when a person accepts: the incident and those that went out with its page are theirs for a time."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from alerts import store
from alerts.calling import at_once
from alerts.response import acknowledge
from alerts.store import Kept


def accept(session: Session, kept: Kept, *, by: str, note: str, now: datetime) -> None:
    """Record that `by` has it. Raises RefusedError when the incident is resolved."""
    assert kept.id is not None  # noqa: S101 - only saved incidents can be accepted
    for one in (kept, *store.joined_to(session, kept.id)):
        taken = replace(one, incident=acknowledge(one.incident, by=by, note=note, now=now))
        store.save(session, taken, at_once(now))
        store.note(session, one.id or 0, now, store.ACKNOWLEDGED, by=by, text=note)
