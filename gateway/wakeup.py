"""A nudge between loops of one process. Losing one costs at most a second: every loop also looks by itself."""

import asyncio
import contextlib
from typing import Protocol


class Bell(Protocol):
    """Something that wakes a part: a `Wakeup` in the same process, a `gateway.doorbell.Doorbell` in another."""

    def nudge(self) -> None:
        """Wake it; never fails, never waits."""
        ...


class Wakeup:
    """Set from any thread, awaited in one event loop; several nudges before the wait count as one."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()

    def nudge(self) -> None:
        """Wake the waiting loop; safe from any thread, harmless when nobody waits."""
        loop = self._loop
        if loop is None:
            self._event.set()
            return
        with contextlib.suppress(RuntimeError):  # the loop has just closed: nobody is left to wake
            loop.call_soon_threadsafe(self._event.set)

    async def wait(self, at_most_s: float) -> bool:
        """Wait for a nudge, at most `at_most_s` wall seconds. Return whether one came."""
        self._loop = asyncio.get_running_loop()
        try:
            # not wait_for: before Python 3.12 it forgets that it was cancelled when the nudge comes at the same moment
            async with asyncio.timeout(at_most_s):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True
