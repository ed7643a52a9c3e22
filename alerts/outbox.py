"""A telephone network on one machine: what is sent waits in a table to be read, and texts come back by `receive`.

Delivery is at once and certain, which no real network is; everything that depends on receipts is tested elsewhere.
"""

from datetime import datetime

from sqlmodel import select

from alerts.phone import Delivery, Outcome, Outgoing, Refused, Sent
from alerts.roster_file import dialable
from alerts.tables import InboundRow, OutboxRow
from gateway.clock import Clock
from gateway.database import Database

PREFIX = "outbox-"


class Outbox:
    """The `Phone` of demonstrations, of tests, and of a site without a provider."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def send(self, message: Outgoing) -> Outcome:
        """Keep the message; one that came before under the same key is not kept twice."""
        if dialable(message.number) is None:
            return Refused("the number cannot be dialled")
        with self._database.write() as session:
            row = session.exec(select(OutboxRow).where(OutboxRow.key == message.key)).first()
            if row is None:
                row = OutboxRow(
                    key=message.key,
                    at=self._clock.now(),
                    number=message.number,
                    channel=message.channel,
                    body=message.body,
                )
                session.add(row)
                session.flush()
            return Sent(f"{PREFIX}{row.id}")

    def delivery(self, reference: str) -> Delivery:
        """Return delivered for everything this network took."""
        number = reference.removeprefix(PREFIX)
        if not number.isdecimal():
            return "undelivered"
        with self._database.read() as session:
            return "undelivered" if session.get(OutboxRow, int(number)) is None else "delivered"


def receive(
    database: Database, *, from_number: str, body: str, now: datetime, reference: str | None = None
) -> int | None:
    """Store a text that comes back from a telephone; alerts understands it in its next pass.

    Returns its id, or None when the network delivered this `reference` before.
    """
    with database.write() as session:
        if reference is not None:
            known = session.exec(select(InboundRow.id).where(InboundRow.reference == reference)).first()
            if known is not None:
                return None
        row = InboundRow(received_at=now, number=dialable(from_number) or from_number, body=body, reference=reference)
        session.add(row)
        session.flush()
        return row.id
