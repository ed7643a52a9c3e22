"""The telephone network of the stories of a site: Twilio's API and its signed webhooks, in a thread of its own."""

import asyncio
import importlib.util
import sys
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from aiohttp import web

PROGRAM = Path(__file__).parents[2] / "deploy" / "phone_network.py"
ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "a token of the stories", "+12025550100"
WITHIN_S = 15.0
REACHED = {"sms": ("sent", "delivered"), "voice": ("ringing", "in-progress", "completed")}


def _program() -> Any:
    spec = importlib.util.spec_from_file_location("phone_network", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Telephones:
    """Everybody's telephone. Nothing is delivered until `deliver` is called, so that the story keeps the order."""

    public_url: str
    served_at: str
    api_url: str = ""

    def __enter__(self) -> Self:
        self._told = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._network = _program().Network(
            ACCOUNT, TOKEN, NUMBER, webhooks=self.public_url, reach={self.public_url: self.served_at}
        )
        self._do(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WITHIN_S)
        self._loop.close()

    def taken(self) -> list[Any]:
        """Return every text and call so far, in the order in which the network took them."""
        return list(self._network.taken)

    def deliver(self) -> bool:
        """Let everything that was taken reach its telephone; return whether there was anything."""
        fresh = self.taken()[self._told :]
        self._told += len(fresh)
        for one in fresh:
            for status in REACHED[one.channel]:
                assert self._do(self._network.tell(one, status)) in {200, 204}, "a status was not taken"
            if one.channel == "voice":
                self._do(self._network.listened(one, "human"))
        return bool(fresh)

    def text(self, number: str, body: str) -> None:
        """Let somebody text `body`."""
        status, _ = self._do(self._network.reply(number, body))
        assert status == 200, "a text was not taken"

    async def _open(self) -> None:
        self._runner = web.AppRunner(self._network.application(), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.api_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WITHIN_S)
