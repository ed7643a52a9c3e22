"""What happened to one incident so far, as values: who was called, what became of each call, what people did. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.ed_told import Told
from alerts.phone import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One text or call to one number.

    `sent_at` is None while it waits to be sent. `state` and `outcome` are those of its page. `arrived_at` is when the
    network said that it arrived, None where it did not or said no time. `receipt_by` is when a text without a receipt
    counts as failed. `joined` says that its news went out with another incident's page.
    """

    id: int
    at: datetime
    sent_at: datetime | None
    role: str
    person: str | None
    channel: Channel
    kind: str
    reason: str
    state: str
    outcome: str
    receipt_by: datetime | None
    arrived_at: datetime | None
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A text or a pressed key that came in about the incident; `meaning` is what was understood."""

    at: datetime
    role: str | None
    person: str | None
    channel: str
    body: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that was done to the incident; `by` is None when nobody did it."""

    at: datetime
    what: str
    by: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One live incident in full. Every list is oldest first.

    `round` counts how often calling began. `ed_told_at` is when the emergency department was told, None while it was
    not; `ed_held_until` until when a nurse holds that, None when nobody does. `answered_at` is the last sign of life
    of the home since the incident was opened. `departments` are those told by name, with their answers,
    `departments_before` those of earlier ways to a hospital.
    """

    incident_id: int
    round: int
    began_at: datetime
    calls: Sequence[Call] = ()
    replies: Sequence[Reply] = ()
    happened: Sequence[Happened] = ()
    accepted_at: datetime | None = None
    accepted_note: str = ""
    ed_told_at: datetime | None = None
    ed_held_until: datetime | None = None
    departments: Sequence[Told] = ()
    departments_before: Sequence[Told] = ()
    answered_at: datetime | None = None
