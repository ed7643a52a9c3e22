"""Opens `http.listen` for the telephone network and for emergency departments; answers nobody else."""

import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from alerts.fault import where
from alerts.phone_settings import listening_address
from alerts.roster_now import RosterNow
from alerts.sources import Sources
from alerts.twilio_signature import Signatures
from alerts.web.ed_door import EdDoor
from alerts.web.twilio_hooks import TwilioHooks
from gateway.clock import Clock
from gateway.database import Database
from gateway.settings import Settings, SettingsError

log = structlog.get_logger()
MAX_BODY_BYTES = 64 * 1024
"""Twelve times what the longest text and its parameters need."""
KEEP_ALIVE_S = 15.0
_SILENT = logging.Logger("web", logging.CRITICAL + 1)  # noqa: LOG001 - aiohttp quotes what was sent; nobody may read it
FAREWELL_S = 3.0
"""How long a request in hand may take when the service stops."""


def application(routes: Iterable[web.AbstractRouteDef]) -> web.Application:
    """Return everything the outside may ask for."""
    app = web.Application(middlewares=[_tell_nothing], client_max_size=MAX_BODY_BYTES)
    app.add_routes(routes)
    app.on_response_prepare.append(_unsigned)
    return app


@asynccontextmanager
async def serving(
    settings: Settings,
    database: Database,
    clock: Clock,
    *,
    roster: RosterNow,
    sources: Sources,
    wake: Callable[[], None],
    pages: EdDoor | None = None,
) -> AsyncIterator[TwilioHooks]:
    """Listen while the body runs; `wake` is called after something was stored.

    `roster` says whose telephone is whose, `sources` what is known of a patient; `pages` is the door of the
    emergency departments, and stays the caller's to close.

    Raises
    ------
    SettingsError
        When the address cannot be used.
    """
    hooks = TwilioHooks(
        database,
        clock,
        signatures=Signatures(settings.twilio.auth_token or ""),
        public_url=settings.http.public_url or "",
        unit_phone=settings.site.unit_phone,
        roster=roster,
        sources=sources,
        wake=wake,
    )
    routes = [*hooks.routes(), *(pages.routes() if pages is not None else ())]
    try:
        async with listening(settings, routes) as port:
            hooks.port = port
            yield hooks
    finally:
        hooks.close()


@asynccontextmanager
async def serving_pages(settings: Settings, pages: EdDoor) -> AsyncIterator[EdDoor]:
    """Listen for emergency departments alone while the body runs. Raises SettingsError as `listening` does."""
    async with listening(settings, pages.routes()) as pages.port:
        yield pages


@asynccontextmanager
async def listening(settings: Settings, routes: Iterable[web.AbstractRouteDef]) -> AsyncIterator[int]:
    """Serve `routes` on `http.listen` while the body runs; give the port.

    Raises
    ------
    SettingsError
        When the address cannot be used.
    """
    host, port = listening_address(settings)
    runner = web.AppRunner(
        application(routes),
        access_log=None,
        logger=_SILENT,
        keepalive_timeout=KEEP_ALIVE_S,
        shutdown_timeout=FAREWELL_S,
        handle_signals=False,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise SettingsError(
                f"http.listen: cannot listen on {settings.http.listen}: {error.strerror}; choose a free address"
            ) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@web.middleware
async def _tell_nothing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what nobody has to know about with an empty body: wrong methods are not found, faults are ours."""
    try:
        return await handler(request)
    except web.HTTPException as refusal:
        not_here = refusal.status == web.HTTPMethodNotAllowed.status_code
        return web.Response(status=web.HTTPNotFound.status_code if not_here else refusal.status)
    except Exception as error:  # noqa: BLE001 - the network is told that we failed, and tries or reports it
        log.error("request failed", path=_pattern(request), error=where(error))  # noqa: TRY400 - see alerts.fault
        return web.Response(status=web.HTTPInternalServerError.status_code)


def _pattern(request: web.Request) -> str:
    """Return the path as it was declared: an address that opens something must not stand in a log."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"


async def _unsigned(_request: web.Request, response: web.StreamResponse) -> None:
    """Leave out which software answers, and let nobody keep the answer."""
    response.headers["Server"] = "stepguard"
    response.headers["Cache-Control"] = "no-store"
