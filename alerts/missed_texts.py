"""Asks the telephone network for texts that it could not tell us of: replies come in although our webhooks are down.

Each is stored once under the network's reference, with the time at which it was sent, so that one that was told of
after all, or is found twice, changes nothing.
"""

from datetime import datetime, timedelta

import structlog

from alerts.housekeeping_store import standing
from alerts.incoming import Incoming, take_in
from alerts.phone import PhoneWithInbox, Received
from gateway.database import Database
from gateway.postgresql import Turn

log = structlog.get_logger()
JOB = "missed texts"
ASK_EVERY_S = 30
"""A reply that nobody told us of is read within this time: half of the time to the next rung of an emergency."""
OVERLAP = timedelta(minutes=10)
"""Networks list a text some time after it was sent, and clocks differ."""
OLDEST = timedelta(hours=12)
"""A text older than this is no answer to anything any more; the network shows it to whoever looks there."""


def catch_up(database: Database, phone: PhoneWithInbox, now: datetime) -> int:
    """Store the texts that came in since this was last done well and of which nobody told us; return how many."""
    with database.read() as session:
        known = standing(session, JOB)
    since = max(now - OLDEST, (now if known is None else known.done_at) - OVERLAP)
    texts = phone.received_since(since)
    if not texts:
        return 0
    with database.write(Turn.CALLS) as session:
        fresh = [one for one in texts if take_in(session, _incoming(one, now)) is not None]
    if fresh:
        log.warning("texts had come in without a webhook", count=len(fresh))
    return len(fresh)


def _incoming(text: Received, now: datetime) -> Incoming:
    """Return a text as it is stored; one that seems to come from the future counts from now."""
    return Incoming(number=text.number, body=text.body, at=min(text.at, now), reference=text.reference)
