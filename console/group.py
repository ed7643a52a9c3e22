"""Runs each part of a chain in a process of its own, as one group: one ends, all end; told to leave, all leave.

One process would share one interpreter lock: grading would hold up the acknowledging of readings, and a second core
would idle. The parts need nothing of each other but the database and a bell.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from time import monotonic
from typing import Any, Final, NoReturn

from console.running import LEAVE_WITHIN_S, ORDER_OF_LEAVING, PartEndedError, run_parts, run_until_told
from gateway.settings import SettingsError

Work = Callable[[], Coroutine[Any, Any, None]]
FAILED: Final = 1
UNUSABLE: Final = 2
"""Exit code of a part that its configuration stopped."""

_HEARD = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}


class GroupEndedError(Exception):
    """A part ended by itself and the others were ended with it; the part has said why on stderr."""

    def __init__(self, part: str, code: int) -> None:
        super().__init__(f"{part} ended; the others were stopped")
        self.part = part
        self.unusable = code == UNUSABLE


def run_group(parts: Mapping[str, Work]) -> None:
    """Fork one process per part and wait until SIGTERM or SIGINT; then let all leave in their order.

    No thread may run and no connection may be open when this is called. A part whose parent dies leaves too.

    Raises
    ------
    GroupEndedError
        When a part ends by itself.
    """
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    alive, held = os.pipe()
    children: dict[str, int] = {}
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        for name, work in parts.items():
            child = os.fork()
            if child == 0:
                os.close(held)
                signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
                _live(name, work, alive)
            children[name] = child
        ended = _first_to_end(children)
        _leave(children)
    finally:
        os.close(alive)
        os.close(held)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    if ended is not None:
        raise GroupEndedError(*ended)


def _live(name: str, work: Work, alive: int) -> NoReturn:
    """Be a part: run until the parent says so or is gone, and never return into the parent's code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all at once; the parent keeps the order
    code = 0
    try:
        run_until_told(_until_orphaned(name, work, alive), (signal.SIGTERM,))
    except PartEndedError as error:
        sys.stderr.write(f"stepguard: {error}\n")
        code = UNUSABLE if isinstance(error.cause, SettingsError) else FAILED
    except BaseException as error:  # noqa: BLE001 - the process ends here; without the message, which may hold values
        sys.stderr.write(f"stepguard: {name} ended: {type(error).__name__}\n")
        code = FAILED
    finally:
        sys.stderr.flush()
        os._exit(code)


async def _until_orphaned(name: str, work: Work, alive: int) -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def orphaned() -> None:  # the parent never writes: readable means that its end was closed
        loop.remove_reader(alive)
        if task is not None:
            task.cancel()

    loop.add_reader(alive, orphaned)
    await run_parts({name: work()})


def _first_to_end(children: dict[str, int]) -> tuple[str, int] | None:
    """Wait; return the part that ended by itself with its exit code, or None when told to leave."""
    while True:
        if signal.sigwait(_HEARD) != signal.SIGCHLD:
            return None
        for name, child in list(children.items()):
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                del children[name]
                return name, os.waitstatus_to_exitcode(status)


def _leave(children: dict[str, int]) -> None:
    """Let every part still running leave in order; one that takes too long is killed."""
    for name in sorted(children, key=ORDER_OF_LEAVING.index):
        child, until = children[name], monotonic() + 2 * LEAVE_WITHIN_S
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
        while os.waitpid(child, os.WNOHANG)[0] == 0:
            if monotonic() > until:
                os.kill(child, signal.SIGKILL)
            signal.sigtimedwait({signal.SIGCHLD}, 0.1)
