"""A telephone network on one machine: what is sent waits in a table to be read, and texts come back by `receive`.

Delivery is at once and certain, which no real network is; everything that depends on receipts is tested elsewhere.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from alerts.incoming import Incoming, take_in
from alerts.phone import Delivery, Outcome, Outgoing, Refused, Sent
from alerts.roster_file import dialable
from alerts.tables import OutboxRow
from gateway.clock import Clock
from gateway.database import Database
from gateway.postgresql import Turn

PREFIX = "outbox-"
_TABLE = SQLModel.metadata.tables["outbox"]
_BY_KEY = select_columns(_TABLE.c.key, _TABLE.c.id).where(_TABLE.c.key.in_(bindparam("keys", expanding=True)))


class Outbox:
    """The `Phone` of demonstrations, of tests, and of a site without a provider."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def send(self, message: Outgoing) -> Outcome:
        """Keep the message; one that came before under the same key is not kept twice."""
        return self.send_all([message])[0]

    def send_all(self, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        """Keep several messages in one transaction."""
        diallable = [message for message in messages if dialable(message.number) is not None]
        carried = self._keep(diallable) if diallable else {}
        return [
            Sent(f"{PREFIX}{carried[message.key]}", "delivered")
            if message.key in carried
            else Refused("the number cannot be dialled")
            for message in messages
        ]

    def _keep(self, messages: Sequence[Outgoing]) -> dict[str, int]:
        at = self._clock.now()
        rows: list[dict[str, object]] = [
            {"key": one.key, "at": at, "number": one.number, "channel": one.channel, "body": one.body}
            for one in messages
        ]
        with self._database.write_connection(Turn.CALLS) as connection:
            known = self._known(connection, rows)
            first: dict[object, dict[str, object]] = {}
            for row in rows:
                first.setdefault(row["key"], row)
            fresh = [row for key, row in first.items() if key not in known]
            if fresh:
                connection.execute(insert(_TABLE), fresh)
                known |= self._known(connection, fresh)
        return known

    def _known(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> dict[str, int]:
        found = connection.execute(_BY_KEY, {"keys": [row["key"] for row in rows]})
        return {row.key: row.id for row in found}

    def delivery(self, reference: str) -> Delivery:
        """Return delivered for everything this network took."""
        number = reference.removeprefix(PREFIX)
        if not number.isdecimal():
            return "undelivered"
        with self._database.read() as session:
            return "undelivered" if session.get(OutboxRow, int(number)) is None else "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A text or call as a telephone got it; `id` counts what the network carried."""

    id: int
    number: str
    channel: str
    body: str


def carried_to(session: Session, numbers: Collection[str], after_id: int) -> list[Carried]:
    """Return what went to any of `numbers` after `after_id`, as a telephone shows it, the oldest first."""
    query = select(OutboxRow).where(col(OutboxRow.id) > after_id, col(OutboxRow.number).in_(list(numbers)))
    return [
        Carried(id=row.id or 0, number=row.number, channel=row.channel, body=row.body)
        for row in session.exec(query.order_by(col(OutboxRow.id)))
    ]


def receive(
    database: Database, *, from_number: str, body: str, now: datetime, reference: str | None = None
) -> int | None:
    """Store a text that comes back from a telephone; alerts understands it in its next pass.

    Returns its id, or None when the network delivered this `reference` before.
    """
    with database.write(Turn.CALLS) as session:
        return take_in(session, Incoming(number=from_number, body=body, at=now, reference=reference))
