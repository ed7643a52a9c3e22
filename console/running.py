"""Runs the parts of a chain until somebody asks them to leave, or until one of them ends.

A part that ends takes the process down with its name, for a supervisor to start it again: a chain that lives on
without one of its parts would look alive and be deaf or mute.
"""

import asyncio
import contextlib
import gc
import signal
import sys
import traceback
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import structlog

from gateway.settings import SettingsError

ORDER_OF_LEAVING: Final = ("gateway", "monitor", "alerts", "admin")
"""Who takes facts in leaves first, so that what was taken in still flows on; who tells of the others leaves last."""

LEAVE_WITHIN_S: Final = 10.0
"""How long one part may take to finish what it has in hand; a supervisor's patience is usually 30 s in all."""

SWITCH_INTERVAL_S: Final = 0.0005
"""How long one thread computes while others wait: Python's 5 ms, several times over, would be the latency."""

COLLECT_EVERY: Final = 100_000
"""Allocations between two collections of cycles: the folds of a ward hold none, and scanning them costs a fifth."""

_log = structlog.get_logger(__name__)


class PartEndedError(Exception):
    """A part of the chain ended by itself. `part` says which; `cause` is what it died of, None if it just returned."""

    def __init__(self, part: str, cause: BaseException | None) -> None:
        super().__init__(f"{part} ended: {_in_words(cause)}")
        self.part = part
        self.cause = cause


def _in_words(cause: BaseException | None) -> str:
    """Say what a part died of. Only errors about files and addresses speak for themselves: others may hold values."""
    if cause is None:
        return "it returned"
    if isinstance(cause, OSError | SettingsError):
        return str(cause)
    frames = traceback.extract_tb(cause.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(cause).__name__}{where}"


def innermost(cause: BaseException | None) -> BaseException | None:
    """Return the first error inside an exception group, or the error itself."""
    while isinstance(cause, BaseExceptionGroup):
        cause = cause.exceptions[0]
    return cause


async def run_parts(parts: Mapping[str, Coroutine[Any, Any, None]]) -> None:
    """Run every part until cancelled or until one of them ends; then stop the rest in `ORDER_OF_LEAVING`.

    Raises
    ------
    PartEndedError
        Naming the first part that ended.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.set_threshold(COLLECT_EVERY, *gc.get_threshold()[1:])
    tasks = {name: asyncio.create_task(part, name=name) for name, part in parts.items()}
    try:
        await asyncio.wait(tasks.values(), return_when=asyncio.FIRST_COMPLETED)
        first = next(task for task in tasks.values() if task.done())
    finally:
        await _leave(tasks)
    cause = None if first.cancelled() else innermost(first.exception())
    raise PartEndedError(first.get_name(), cause) from cause


async def _leave(tasks: Mapping[str, asyncio.Task[None]]) -> None:
    for name in sorted(tasks, key=lambda name: ORDER_OF_LEAVING.index(name) if name in ORDER_OF_LEAVING else -1):
        task = tasks[name]
        task.cancel()
        _, late = await asyncio.wait([task], timeout=LEAVE_WITHIN_S)
        if late:
            _log.warning("part did not leave in time", part=name, waited_s=LEAVE_WITHIN_S)
        elif not task.cancelled() and (cause := innermost(task.exception())) is not None:
            # where it happened, without the message: that may hold values
            stack = "".join(traceback.format_tb(cause.__traceback__))
            _log.error("part ended", part=name, error=type(cause).__name__, stack=stack)


def run_until_told(
    work: Coroutine[Any, Any, None], signals: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGINT)
) -> None:
    """Run `work` in a new event loop until it ends or one of `signals` asks it to leave; then return normally.

    What `work` raises by itself is raised here.
    """

    async def guarded() -> None:
        task = asyncio.create_task(work)
        loop = asyncio.get_running_loop()
        for number in signals:
            loop.add_signal_handler(number, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(guarded())
