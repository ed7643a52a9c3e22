"""One console process and the page it is shown on: passes keys one way and pictures the other, and ends with either.

The packets are textual-serve's. What a console could ask of a browser beside being shown (open an address, save a
file) is not passed on.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable
from typing import Any, Final

import msgspec
import structlog
from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from console.web.seat import Orders

SEAT: Final = "console.web.seat"
HEARTBEAT_S: Final = 15.0
"""How often a page is asked whether it is still there; one that does not answer for half of it has gone."""

MOST_BYTES: Final = 64 * 1024
"""Of one message of a page: keys, or what somebody pastes."""

LEAVE_WITHIN_S: Final = 5.0
COLUMNS: Final = (40, 400)
LINES: Final = (10, 200)
_log = structlog.get_logger(__name__)


class Terminal(AppService):
    """The console of one page. `sits` hears of everybody who sits down in it, and of nobody (an empty name)."""

    def __init__(self, page: web.WebSocketResponse, orders: Orders, *, sits: Callable[[str], None]) -> None:
        super().__init__(
            SEAT,
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=self._close_page,
            download_manager=DownloadManager(),
        )
        self._page, self._orders, self._sits = page, orders, sits

    async def _open_app_process(self, width: int = 80, height: int = 24) -> asyncio.subprocess.Process:
        """Start the console and tell it who sits in it: neither a shell nor the list of processes has the name."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            SEAT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._build_environment(width=width, height=height),
        )
        assert process.stdin is not None  # noqa: S101 - asked for above
        self._process, self._stdin = process, process.stdin
        process.stdin.write(msgspec.json.encode(self._orders) + b"\n")
        return process

    async def run(self) -> None:
        """Show the console until it ends; then close its page."""
        try:
            await super().run()
        except (OSError, ValueError) as error:  # the page has gone, or a packet is none
            _log.warning("a console's page is closed", error=type(error).__name__)
        finally:
            with contextlib.suppress(OSError, RuntimeError):
                await self._close_page()

    async def on_meta(self, data: bytes) -> None:
        """Hear who sits in the console, and that it ended; nothing else it says concerns the page."""
        said = json.loads(data)
        match said.get("type"):
            case "sitting":
                self._sits(str(said.get("name", "")))
            case "exit":
                self._sits("")
                await self._close_page()
            case _:
                pass

    async def _close_page(self) -> None:
        await self._page.close()

    async def on_packed(self, payload: bytes) -> None:
        """Take no files."""
        del payload

    async def leave(self) -> bool:
        """End the console; return whether it ended by itself and could say so in the log."""
        process = self._process
        if process is None:
            return True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stop(), LEAVE_WITHIN_S)
        try:
            await asyncio.wait_for(process.wait(), LEAVE_WITHIN_S)
        except TimeoutError:
            process.kill()
            await process.wait()
            _log.warning("a console did not leave and was ended")
            return False
        if process.returncode:
            _log.error("a console failed", code=process.returncode)
        return process.returncode == 0


async def show(page: web.WebSocketResponse, terminal: Terminal, *, width: int, height: int) -> bool:
    """Run one console on a page until either is gone; return whether the console could say so in the log."""
    try:
        await terminal.start(_within(width, COLUMNS), _within(height, LINES))
        async for message in page:
            if message.type is WSMsgType.TEXT:
                await _pass_on(page, terminal, message.data)
    finally:
        orderly = await terminal.leave()
    return orderly


async def _pass_on(page: web.WebSocketResponse, terminal: Terminal, text: str) -> None:
    """Do what a page asks for; what is none of its words is left alone."""
    try:
        said: Any = json.loads(text)
    except ValueError:
        return
    match said:
        case ["stdin", str(keys)]:
            await terminal.send_bytes(keys.encode())
        case ["resize", {"width": int(width), "height": int(height)}]:
            await terminal.set_terminal_size(_within(width, COLUMNS), _within(height, LINES))
        case ["alive"]:  # the page asks; silence would be shown over the picture
            await page.send_str('["alive"]')
        case ["focus"]:
            await terminal.focus()
        case ["blur"]:
            await terminal.blur()
        case _:
            pass


def _within(value: int, bounds: tuple[int, int]) -> int:
    return min(bounds[1], max(bounds[0], value))
