"""Knows within seconds whether the telephone network would take a message, also in a night in which none is sent.

What was found stands in the row of a heartbeat of its own, so that the board says it without waiting for a pass, and
`/readyz` and the technical conditions say the same.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from alerts.fault import where
from alerts.phone import Phone, PhoneWithLine
from alerts.sources import Trouble
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.postgresql import Turn
from gateway.readiness import QUIET_AFTER_S, quiet
from gateway.store import beat, heartbeats

PART: Final = "alerts.line"
ASK_EVERY_S: Final = 1.5
"""With the time an answer may take and the second in which a board reads it, a cut is on the board within five."""

CALL_AFTER_S: Final = QUIET_AFTER_S
"""A fault is shown at once; people are called about one that lasts as long as a part may be quiet."""

WRITE_EVERY_S: Final = 5.0
"""A row that nobody renews is no news: whoever asked is gone."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the network said last: why it takes nothing, None when it does, and since when. Both None: not known."""

    fault: str | None
    since: datetime
    lasts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The line as stored; when that state began and when it was written, in wall seconds."""

    line: Line
    began_s: float
    written_s: float


def heard(known: Known | None, fault: str | None, now: datetime, wall_s: float) -> tuple[Known, bool]:
    """Return what is known after an answer, and whether it has to be written."""
    same = known is not None and (known.line.fault is None) == (fault is None)
    began_s = known.began_s if known is not None and same else wall_s
    since = known.line.since if known is not None and same else now
    line = Line(fault=fault, since=since, lasts=fault is not None and wall_s - began_s >= CALL_AFTER_S)
    if known is not None and line == known.line and wall_s - known.written_s < WRITE_EVERY_S:
        return known, False
    return Known(line=line, began_s=began_s, written_s=wall_s), True


def line_now(session: Session, now: datetime) -> Line | None:
    """Return how the line stands; None when nobody asks, or nobody has lately."""
    beats = heartbeats(session)
    own, alerts = beats.get(PART), beats.get("alerts")
    second_lasts = timedelta(seconds=1.0 if alerts is None else float(alerts.detail.get("second_lasts_s", 1.0)))
    if own is None or quiet(own.at, now, second_lasts=second_lasts):
        return None
    detail = own.detail
    return Line(fault=detail["fault"], since=datetime.fromisoformat(detail["since"]), lasts=bool(detail["lasts"]))


def line_troubles(session: Session, now: datetime) -> list[Trouble]:
    """Return the condition that nothing can be sent, once it has lasted: people are called about it."""
    line = line_now(session, now)
    if line is None or line.fault is None or not line.lasts:
        return []
    return [Trouble(key="mute", severity="high", since=line.since, text=f"texts do not go out: {line.fault}")]


@asynccontextmanager
async def probing(phone: Phone, database: Database, clock: Clock, *, wake: Callable[[], None]) -> AsyncIterator[None]:
    """Ask while the body runs; a network that cannot be asked is not. `wake` is called when the line changes."""
    if not isinstance(phone, PhoneWithLine):
        yield
        return
    asking = asyncio.create_task(_ask_for_ever(phone, database, clock, wake), name="line probe")
    try:
        yield
    finally:
        asking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asking


async def _ask_for_ever(phone: PhoneWithLine, database: Database, clock: Clock, wake: Callable[[], None]) -> None:
    known: Known | None = None
    while True:
        fault = await asyncio.to_thread(phone.line_fault)
        before, (found, writes) = known, heard(known, fault, clock.now(), monotonic_s())
        try:
            if writes:
                await asyncio.to_thread(_write, database, found.line, clock.now())
            known = found
        except SQLAlchemyError as error:
            log.warning("how the line stands is not written", error=where(error))
            known = replace(found, written_s=float("-inf"))
        if before is None or replace(before.line, since=found.line.since) != found.line:
            if fault is not None:
                log.error("texts do not go out", why=fault)
            wake()
        await asyncio.sleep(ASK_EVERY_S)


def _write(database: Database, line: Line, now: datetime) -> None:
    with database.write(Turn.CALLS) as session:
        beat(session, PART, now, {"fault": line.fault, "since": line.since.isoformat(), "lasts": line.lasts})
