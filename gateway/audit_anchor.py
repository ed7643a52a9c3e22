"""Links all chains: once a minute one row of the chain `anchor` names the newest row of every other chain.

The hash of an anchor also goes into the structured log. Where that log is kept elsewhere, nobody who rules the
database can rewrite or shorten a chain unseen: `stepguard audit verify --anchor HASH` asks for the anchor that the
log remembers.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

import structlog
from sqlalchemy import Connection

from gateway.audit import claim, head, write_row
from gateway.audit_seal import WRITING, write_body
from gateway.database import Database

ANCHOR_EVERY: Final = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class Anchor(NamedTuple):
    """A row of the chain of anchors."""

    number: int
    hash: bytes


def write_anchor(database: Database, now: datetime) -> Anchor:
    """Anchor every chain in a transaction of its own, and tell the structured log. Called once a minute.

    Raises
    ------
    sqlalchemy.exc.SQLAlchemyError
        When the database cannot take it.
    """
    with database.write_connection() as connection:
        made = anchor(connection, now)
    log.info("audit anchor", number=made.number, hash=made.hash.hex())  # only once it is on disk
    return made


def anchor(connection: Connection, now: datetime) -> Anchor:
    """Add one anchor within the caller's writing transaction and return it."""
    claim(connection, "anchor")
    heads = [(chain, *head(connection, chain)) for chain in WRITING]
    body = write_body([("anchor", f"{chain}:{number}", None, None, newest) for chain, number, newest in heads])
    write_row(connection, "anchor", now, body)
    return Anchor(*head(connection, "anchor"))


def newest_anchor(connection: Connection) -> Anchor | None:
    """Return the newest anchor, None when there is none yet."""
    number, newest = head(connection, "anchor")
    return Anchor(number, newest) if number else None
