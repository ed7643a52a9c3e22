"""What Twilio says of a message or call, ranked: news that comes late, twice or out of order never takes anything back.

A rank rises only. Of two last words the first stays, but for proof that somebody was reached after all: a delivery
after a failure, a key pressed after a voice was taken for a machine's.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from alerts.phone import Channel, Delivery

Source = Literal["answer", "callback", "asked"]
ASK_AFTER = timedelta(seconds=10)
"""Silence about a message after which the network is asked; doubled with each time it was asked, so that a text which
waits for its receipt for ten minutes costs six questions."""
HUMAN, MACHINE = "human", "machine"
"""Who took a call: verdicts of the network's listening, or a pressed key. Statuses of ours, beside the network's."""

_PENDING, _FAILED, _REACHED = 0, 10, 20
_SMS_RANKS = {
    "accepted": 0, "scheduled": 0, "queued": 1, "sending": 2, "sent": 3,
    "failed": _FAILED, "undelivered": _FAILED, "canceled": _FAILED, "partially_delivered": _FAILED,
    "delivered": _REACHED, "read": _REACHED + 1,
}  # fmt: skip
# A completed call was taken by somebody or something; only the verdict says which, and it may come later.
_VOICE_RANKS = {
    "queued": 0, "initiated": 1, "ringing": 2, "in-progress": 3, "answered": 3,
    "busy": _FAILED, "no-answer": _FAILED, "failed": _FAILED, "canceled": _FAILED,
    "completed": _FAILED + 1, MACHINE: _FAILED + 2, HUMAN: _REACHED,
}  # fmt: skip
_VOICE_REACHED = frozenset({"completed", HUMAN})
_REASONS = {
    "busy": "the line was busy",
    "no-answer": "nobody answered the call",
    MACHINE: "a machine answered the call",
    "canceled": "not sent in time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What is known of one message. `called_back_at` is None while the network never told by itself."""

    reference: str
    page_key: str | None
    channel: Channel
    status: str
    rank: int
    error_code: int | None
    created_at: datetime
    updated_at: datetime
    called_back_at: datetime | None = None
    asked: int = 0

    @property
    def delivery(self) -> Delivery:
        """Whether it reached its telephone."""
        reached = self.status in _VOICE_REACHED if self.channel == "voice" else self.rank >= _REACHED
        return "delivered" if reached else "undelivered" if self.rank >= _FAILED else "pending"

    @property
    def reason(self) -> str | None:
        """Why it reached nobody, where the status itself says so."""
        return _REASONS.get(self.status)


def is_known(status: str, channel: Channel) -> bool:
    """Whether this is a status that anything can be concluded from."""
    return status in _ranks(channel)


def first_heard(
    reference: str, page_key: str | None, channel: Channel, status: str, code: int | None, source: Source, now: datetime
) -> Receipt:
    """Return the receipt of a message that was not heard of before; a status nobody knows concludes nothing."""
    blank = Receipt(
        reference=reference,
        page_key=page_key,
        channel=channel,
        status="queued",
        rank=_PENDING,
        error_code=None,
        created_at=now,
        updated_at=now,
    )
    return heard(blank, status, code, source, now)


def heard(known: Receipt, status: str, code: int | None, source: Source, now: datetime) -> Receipt:
    """Return what is known after the network said `status`; the error code belongs to the status it came with."""
    known = replace(
        known,
        called_back_at=now if source == "callback" else known.called_back_at,
        asked=known.asked + 1 if source == "asked" else known.asked,
    )
    rank = _ranks(known.channel).get(status)
    if rank is None or rank <= known.rank:
        return known
    return replace(known, status=status, rank=rank, error_code=code, updated_at=now)


def verdict(answered_by: str) -> str | None:
    """Return the status that a listening verdict amounts to; None for one that says nothing."""
    if answered_by == HUMAN:
        return HUMAN
    return MACHINE if answered_by.startswith("machine") or answered_by == "fax" else None


def should_ask(known: Receipt, now: datetime) -> bool:
    """Whether to ask the network about a message of which no last word came by itself."""
    return known.delivery == "pending" and now - known.created_at >= ASK_AFTER * (2 ** (known.asked + 1) - 1)


def _ranks(channel: Channel) -> dict[str, int]:
    return _VOICE_RANKS if channel == "voice" else _SMS_RANKS
