"""A line to PostgreSQL that can be cut as a network is: nobody is told, both ends keep their connections."""

import asyncio
import contextlib
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

SOCKET = ".s.PGSQL.5432"
AT_ONCE = 65_536


@dataclass
class CutLine:
    """Forwards between a socket of its own and the server's; after `cut` bytes stay where they are."""

    url: str
    _loop: asyncio.AbstractEventLoop
    _whole: asyncio.Event = field(default_factory=asyncio.Event)
    _carrying: set[asyncio.Task[None]] = field(default_factory=set)

    def cut(self) -> None:
        self._loop.call_soon_threadsafe(self._whole.clear)

    def mend(self) -> None:
        self._loop.call_soon_threadsafe(self._whole.set)

    async def met(self, server: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        there, back = await asyncio.open_unix_connection(str(server))
        for source, target in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._carry(source, target))
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while sent := await source.read(AT_ONCE):
                await self._whole.wait()
                target.write(sent)
                await target.drain()
        await self._whole.wait()
        target.close()


@contextlib.contextmanager
def cut_line(database_url: str) -> Iterator[CutLine]:
    """Give a line to the server of `database_url`; `url` is the same database through it."""
    name = make_url(database_url)
    server = Path(str(name.query["host"])) / SOCKET
    folder = Path(tempfile.mkdtemp(prefix="stepguard-line-"))  # a socket's path has room for 107 bytes
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    url = name.update_query_dict({"host": str(folder)}).render_as_string(hide_password=False)
    line = CutLine(url, loop)
    line.mend()

    async def listen() -> asyncio.Server:
        return await asyncio.start_unix_server(lambda *ends: line.met(server, *ends), folder / SOCKET)

    async def close() -> None:
        for task in tasks if (tasks := asyncio.all_tasks() - {asyncio.current_task()}) else ():
            task.cancel()
        listening.close()

    listening = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    try:
        yield line
    finally:
        asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
        shutil.rmtree(folder)
