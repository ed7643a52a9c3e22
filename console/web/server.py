"""Opens `web.listen` for browsers while the body runs."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import web

from console.web.door import WebDoor
from gateway.settings import SettingsError

MOST_BODY_BYTES = 8 * 1024
"""A name, a password, and room."""

FAREWELL_S = 12.0
"""How long consoles may take to leave when the service stops: twice what one takes before it is ended."""

_SILENT = logging.Logger("console.web", logging.CRITICAL + 1)  # noqa: LOG001 - aiohttp quotes what was sent


@asynccontextmanager
async def serving(door: WebDoor) -> AsyncIterator[str]:
    """Listen while the body runs; give the address to open.

    Raises
    ------
    SettingsError
        When the address cannot be used.
    """
    app = web.Application(middlewares=[door.guard], client_max_size=MOST_BODY_BYTES)
    app.add_routes(door.routes())
    app.on_shutdown.append(door.close)
    runner = web.AppRunner(app, access_log=None, logger=_SILENT, shutdown_timeout=FAREWELL_S, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, door.address.host, door.address.port)
        try:
            await site.start()
        except OSError as error:
            place = f"{door.address.host}:{door.address.port}"
            raise SettingsError(
                f"web.listen: cannot listen on {place}: {error.strerror}; choose a free address"
            ) from error
        door.address = replace(door.address, port=runner.addresses[0][1])
        yield door.address.shown
    finally:
        await runner.cleanup()
