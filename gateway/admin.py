"""Serves /healthz, /readyz and /metrics of one part or of several. Answers carry no identity and no value."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, UnixConnector, web
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from gateway.account import Account, ready_gauge
from gateway.host_port import host_and_port, is_loopback
from gateway.metrics import CONTENT_TYPE, render
from gateway.settings import SettingsError

ANSWER_WITHIN_S = 2.0
"""A probe gives up after a few seconds; one that hangs is told less than one that is refused."""
SILENT = "does not answer"
OWN_KEYS = frozenset({"ready", "not_ready"})
"""Of an answer to /readyz: what is said of every part. All else is a part's own word."""

log = structlog.get_logger(__name__)
NotReady = Mapping[str, Mapping[str, str]]
"""What keeps each part from its work; a part that can do it is left out."""


class Witness(Protocol):
    """A part that can be asked, in this process or in another."""

    @property
    def part(self) -> str:
        """Return its name."""
        ...

    async def alive(self) -> bool:
        """Return whether its process answers."""
        ...

    async def not_ready(self) -> Mapping[str, str]:
        """Return what keeps it from its work; empty when nothing does."""
        ...

    async def told(self) -> Mapping[str, object]:
        """Return what it says beside that; empty when it says nothing or does not answer."""
        ...

    async def families(self) -> Sequence[Metric]:
        """Return what it has counted."""
        ...


class Here:
    """A part of this process. Its account may wait for the database, so it is asked in a thread and with a limit."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.part = account.part

    async def alive(self) -> bool:
        """Return True: whoever asks runs in the same loop, so the loop turns."""
        return True

    async def not_ready(self) -> Mapping[str, str]:
        """Return what keeps the part from its work; a database that hangs is such a thing."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._account.not_ready), ANSWER_WITHIN_S)
        except TimeoutError:
            return {"database": f"no answer within {ANSWER_WITHIN_S:.0f} s"}

    async def told(self) -> Mapping[str, object]:
        """Return what the part says beside its readiness; nothing when its database hangs."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._account.told), ANSWER_WITHIN_S)
        except TimeoutError:
            return {}

    async def families(self) -> Sequence[Metric]:
        """Return what the part has counted; when its database hangs, only that it is not ready."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._account.families), ANSWER_WITHIN_S)
        except TimeoutError:
            return [ready_gauge({self.part: False})]


class Elsewhere:
    """A part in another process, asked through the Unix socket on which it answers for itself."""

    def __init__(self, part: str, socket: Path) -> None:
        self.part = part
        self._socket = str(socket)

    async def alive(self) -> bool:
        """Return whether its process answers."""
        return await self._get("/healthz") is not None

    async def not_ready(self) -> Mapping[str, str]:
        """Return what keeps the part from its work; not answering is such a thing."""
        answer = await self._get("/readyz")
        if answer is None:
            return {"process": SILENT}
        found: Mapping[str, str] = json.loads(answer)["not_ready"].get(self.part, {})
        return found

    async def told(self) -> Mapping[str, object]:
        """Return what the part says beside its readiness; nothing when it does not answer."""
        answer = await self._get("/readyz")
        body = {} if answer is None else json.loads(answer)
        return {name: value for name, value in body.items() if name not in OWN_KEYS}

    async def families(self) -> Sequence[Metric]:
        """Return what the part has counted; when it does not answer, only that it is not ready."""
        answer = await self._get("/metrics")
        if answer is None:
            return [ready_gauge({self.part: False})]
        return list(text_string_to_metric_families(answer))

    async def _get(self, path: str) -> str | None:
        timeout = ClientTimeout(total=2 * ANSWER_WITHIN_S)
        try:
            async with (
                ClientSession(connector=UnixConnector(self._socket), timeout=timeout) as session,
                session.get(f"http://part{path}") as response,
            ):
                return await response.text()
        except (ClientError, OSError, TimeoutError):
            return None


@asynccontextmanager
async def serving(witnesses: Sequence[Witness], where: str | Path, key: str) -> AsyncIterator[str]:
    """Answer for `witnesses` as long as the body runs; give the address.

    Parameters
    ----------
    where
        `host:port` (port 0: a free one), or the path of a Unix socket in a folder that only this user may enter.
    key
        The setting that holds the address, for the error.

    Raises
    ------
    SettingsError
        When the address cannot be used.
    """
    runner = web.AppRunner(_application(witnesses), access_log=None, shutdown_timeout=ANSWER_WITHIN_S)
    await runner.setup()
    try:
        yield await _open(runner, where, key)
    finally:
        await runner.cleanup()


async def _open(runner: web.AppRunner, where: str | Path, key: str) -> str:
    try:
        if isinstance(where, Path):
            await web.UnixSite(runner, where).start()
            return str(where)
        host, port = host_and_port(key, where, "127.0.0.1:8481")
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "the host is not known"
        raise SettingsError(f"{key}: cannot listen on {where}: {reason}; choose a free address") from error
    bound: int = runner.addresses[0][1]
    address = f"{host}:{bound}"
    if not is_loopback(host):
        log.warning("health and metrics are served beyond this machine, without a login", address=address)
    log.info("health and metrics", address=address)
    return address


def _application(witnesses: Sequence[Witness]) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        alive = await asyncio.gather(*(witness.alive() for witness in witnesses))
        parts = {witness.part: answers for witness, answers in zip(witnesses, alive, strict=True)}
        return web.json_response({"alive": all(alive), "parts": parts}, status=200 if all(alive) else 503)

    async def readyz(_: web.Request) -> web.Response:
        found = await asyncio.gather(*(witness.not_ready() for witness in witnesses))
        not_ready: NotReady = {witness.part: dict(why) for witness, why in zip(witnesses, found, strict=True) if why}
        told = {name: value for witness in witnesses for name, value in (await witness.told()).items()}
        answer = {**told, "ready": not not_ready, "not_ready": not_ready}
        return web.json_response(answer, status=503 if not_ready else 200)

    async def metrics(_: web.Request) -> web.Response:
        found = await asyncio.gather(*(witness.families() for witness in witnesses))
        page = render(family for families in found for family in families)
        return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE})

    application = web.Application()
    application.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    return application
