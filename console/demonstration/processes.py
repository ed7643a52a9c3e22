"""The child processes of a demonstration. Each ends when told, and by itself when its parent is gone.

A child stands apart from the terminal: Ctrl-C reaches the parent alone, and nothing a child prints disturbs the
screen; it goes to a log beside the temporary database.
"""

import asyncio
import multiprocessing
import os
import sys
from collections.abc import Callable, Coroutine
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

READY_WITHIN_S = 30.0
LEAVE_WITHIN_S = 15.0
LOG_LINES_SHOWN = 5

Body = Callable[..., Coroutine[Any, Any, None]]
"""The work of a child: `await body(ear, *arguments)`, with an `Ear` for words from and to the parent."""


class ChildEndedError(Exception):
    """A child ended, or said nothing, where it should have worked; the message has the end of its log."""


class Child:
    """A process of its own that runs one coroutine until told to stop."""

    def __init__(self, name: str, log: Path, body: Body, *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._name = name
        self._log = log
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(theirs, log, body, arguments), name=name, daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        """Give the running child."""
        return self

    def __exit__(self, *_: object) -> None:
        """Tell it to stop; after `LEAVE_WITHIN_S` it is killed."""
        self._pipe.close()
        self._process.join(LEAVE_WITHIN_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def tell(self, word: object) -> None:
        """Send a picklable word to the child."""
        self._pipe.send(word)

    def heard(self, at_most_s: float = READY_WITHIN_S) -> Any:
        """Return the child's next word.

        Raises
        ------
        ChildEndedError
            When it ends, or says nothing for `at_most_s`.
        """
        try:
            if self._pipe.poll(at_most_s):
                return self._pipe.recv()
        except (EOFError, OSError):
            pass
        raise ChildEndedError(f"{self._name} did not start: {self._end_of_log()}")

    def check(self) -> None:
        """Raise `ChildEndedError` unless it is still running."""
        if not self._process.is_alive():
            raise ChildEndedError(f"{self._name} ended by itself: {self._end_of_log()}")

    def _end_of_log(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines() if self._log.exists() else []
        return "\n".join(lines[-LOG_LINES_SHOWN:]) or "it left no word"


class Ear:
    """The child's end of the pipe, for its coroutine."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._words: asyncio.Queue[Any] = asyncio.Queue()
        self.parent_gone = asyncio.Event()
        asyncio.get_running_loop().add_reader(pipe.fileno(), self._take)

    def tell(self, word: object) -> None:
        """Send a picklable word to the parent; after it has gone nobody listens."""
        if not self.parent_gone.is_set():
            self._pipe.send(word)

    async def heard(self) -> Any:
        """Return the parent's next word."""
        return await self._words.get()

    def _take(self) -> None:
        try:
            self._words.put_nowait(self._pipe.recv())
        except (EOFError, OSError):
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())
            self.parent_gone.set()


def _run(pipe: Connection, log: Path, body: Body, arguments: tuple[object, ...]) -> None:
    """Stand apart from the terminal, then run `body` until it ends or the parent has closed the pipe."""
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(out, sys.stdout.fileno())
    os.dup2(out, sys.stderr.fileno())
    asyncio.run(_until_parent_gone(pipe, body, arguments))


async def _until_parent_gone(pipe: Connection, body: Body, arguments: tuple[object, ...]) -> None:
    ear = Ear(pipe)
    work = asyncio.create_task(body(ear, *arguments))
    gone = asyncio.create_task(ear.parent_gone.wait())
    await asyncio.wait([work, gone], return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        work.cancel()
    gone.cancel()
    try:
        await work
    except asyncio.CancelledError:
        if not ear.parent_gone.is_set():
            raise
