"""One process of each part works at a time; a second one stands by and takes over when the first is gone or silent.

What a part remembers (the numbers of each hub, the folds of patients, which texts are under way) is right only while
nobody else writes beside it. What a process holds while it leads, and when that is taken from it: `gateway.seats`.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.account import Account
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.seats import TURNS, Seat, SupersededError, seat_of
from gateway.store import beat
from gateway.wakeup import Wakeup

LOOK_EVERY_S = 0.5
"""How often a standby looks whether the leader is gone, and a leader renews its lease."""
BEAT_EVERY_S = 2.0
__all__ = ["STANDBY", "SupersededError", "led", "seat_of"]

STANDBY = ".standby"
"""Ends the name under which a part that stands by gives its heartbeat."""

log = structlog.get_logger(__name__)


async def led(
    database: Database,
    clock: Clock,
    part: str,
    work: Callable[[], Coroutine[Any, Any, None]],
    *,
    account: Account | None = None,
    stuck_after_s: float | None = None,
) -> None:
    """Run `work` as the leader of `part`; stand by before, for as long as another process leads.

    Parameters
    ----------
    account
        Told that the part is not ready while it stands by.
    stuck_after_s
        Wall seconds without a heartbeat of the part after which a leader that holds its lease is taken for stuck;
        None for a part whose cycles may take long.

    Raises
    ------
    SupersededError
        When another process became the leader meanwhile, because this one had fallen silent or was stuck.
    """
    seat = seat_of(database, part, stuck_after_s)
    # A thread of its own: a lease must not end because something else of this process takes its time.
    own = ThreadPoolExecutor(1, thread_name_prefix="lease")
    try:
        await _stand_by(seat, own, database, clock, part, account)
        await _lead(seat, own, work)
    finally:
        await asyncio.get_running_loop().run_in_executor(own, seat.leave)
        own.shutdown(wait=False)


async def _stand_by(
    seat: Seat, own: Executor, database: Database, clock: Clock, part: str, account: Account | None
) -> None:
    waiting, tick, beaten_s = False, Wakeup(), float("-inf")
    beating: asyncio.Task[None] | None = None
    if account is not None:
        account.check("leading", lambda: "stands by: another process of this part leads" if waiting else None)
    while not await asyncio.get_running_loop().run_in_executor(own, seat.take):
        if not waiting:
            log.info("standing by: another process leads", part=part)
            waiting = True
        if monotonic_s() - beaten_s >= BEAT_EVERY_S and (beating is None or beating.done()):
            beaten_s = monotonic_s()
            # Not waited for: a leader that was stopped in mid transaction may hold the turn that this needs.
            beating = asyncio.create_task(asyncio.to_thread(_beat_standby, database, clock, part))
        await tick.wait(LOOK_EVERY_S)
    if waiting:
        log.info("leads from now on", part=part)
        waiting = False


async def _lead(seat: Seat, own: Executor, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    working, watching = asyncio.create_task(work()), asyncio.create_task(_watch(seat, own))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        superseded = watching.done() and not working.done()
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)
    await (watching if superseded else working)


async def _watch(seat: Seat, own: Executor) -> None:
    tick = Wakeup()
    while True:
        await tick.wait(LOOK_EVERY_S)
        await asyncio.get_running_loop().run_in_executor(own, seat.keep)


def _beat_standby(database: Database, clock: Clock, part: str) -> None:
    detail = {"host": socket.gethostname(), "pid": os.getpid()}
    with contextlib.suppress(SQLAlchemyError), database.write(TURNS[part]) as session:
        beat(session, f"{part}{STANDBY}", clock.now(), detail)
