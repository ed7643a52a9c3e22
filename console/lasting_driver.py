"""A terminal that may go away: what is painted after that is dropped, and the console ends instead of hanging.

The library writes to the terminal in a thread of its own, through a queue of thirty. An error of the first write to a
terminal that is gone ends that thread, and the next thirty paintings fill the queue: whoever paints then waits for
ever, and no signal is heard any more.
"""

import asyncio
from typing import Any

from textual.drivers.linux_driver import LinuxDriver


class LastingDriver(LinuxDriver):
    """The library's driver for terminals, which outlives its terminal and then ends the console."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._file: Any = _Lasting(self._file, asyncio.get_running_loop(), app)


class _Lasting:
    """A terminal as a file; the first write that fails ends the console, and nothing is raised."""

    def __init__(self, file: Any, loop: asyncio.AbstractEventLoop, app: Any) -> None:
        self._file, self._loop, self._app, self._gone = file, loop, app, False

    def write(self, text: str) -> None:
        self._while_there(lambda: self._file.write(text))

    def flush(self) -> None:
        self._while_there(self._file.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def _while_there(self, do: Any) -> None:
        if self._gone:
            return
        try:
            do()
        except (OSError, ValueError):  # ValueError: the file was closed beneath us
            self._gone = True
            self._loop.call_soon_threadsafe(self._app.exit, 0)
