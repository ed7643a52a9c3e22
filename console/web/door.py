"""The door of the console in a browser: asks for a login of the house, and opens a console for whoever has one.

The password is checked where the terminal's is, with the same lock after wrong ones and the same lines in the audit
log. A page of another origin, or a foreign name that was pointed at this machine, is not answered.
"""

import asyncio
import importlib.resources
import secrets
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from alerts.fault import where
from alerts.web.pace import Pace
from console.web import pages
from console.web.address import Address
from console.web.seat import Orders
from console.web.sessions import Session, Sessions
from console.web.terminal_page import HEARTBEAT_S, MOST_BYTES, Terminal, show
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.people_log import note
from gateway.users import Refused, enabled_user, log_in

COOKIE: Final = "stepguard"
CHECKED_AT_ONCE: Final = 2
"""Passwords checked at one time: each costs a tenth of a second and 64 MB."""

A_MINUTE_S: Final = 60.0
MOST_TRIES: Final = 20
"""Logins a minute from one address: a ward at shift change, and nobody who guesses. Wrong ones lock the name sooner."""

FILES: Final = {
    "console.css": ("console.web", "static/console.css", "text/css"),
    "console.js": ("console.web", "static/console.js", "text/javascript"),
    "textual.js": ("textual_serve", "static/js/textual.js", "text/javascript"),
    "xterm.css": ("textual_serve", "static/css/xterm.css", "text/css"),
    "RobotoMono.ttf": ("textual_serve", "static/fonts/RobotoMono-VariableFont_wght.ttf", "font/ttf"),
}
"""All that a page loads, and where it lies on this machine; a page loads nothing from anywhere else."""

HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Server": "stepguard",
}
_log = structlog.get_logger(__name__)


class WebDoor:
    """Everything a browser may ask for. `address` says where we listen and who may ask."""

    def __init__(self, database: Database, clock: Clock, address: Address, *, most: int, config: str | None) -> None:
        self.address = address
        self._database, self._clock, self._most, self._config = database, clock, most, config
        self._sessions = Sessions()
        self._pace = Pace(MOST_TRIES, A_MINUTE_S)
        self._checking = asyncio.Semaphore(CHECKED_AT_ONCE)
        self._open: set[web.WebSocketResponse] = set()
        self._files = {
            name: importlib.resources.files(own).joinpath(at).read_bytes() for name, (own, at, _) in FILES.items()
        }

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Return what is answered, and how."""
        return (
            web.get("/", self.page),
            web.post("/login", self.log_in),
            web.get("/ws", self.console),
            web.get("/static/{name}", self.file),
            web.get("/healthz", self.alive),
        )

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer our own pages alone, and say nothing to anybody else."""
        try:
            self._refuse_foreign(request)
            answer = await handler(request)
        except web.HTTPException as refusal:
            answer = web.Response(status=refusal.status)
        except Exception as error:  # noqa: BLE001 - the place for the log, nothing for the browser
            _log.error("request failed", error=where(error))
            answer = web.Response(status=web.HTTPInternalServerError.status_code)
        if not answer.prepared:
            answer.headers.update(HEADERS)
        return answer

    def _refuse_foreign(self, request: web.Request) -> None:
        """Refuse what is not addressed to us, and whatever does something without being asked by a page of ours.

        Browsers always say which page asks, and nothing else need ask.
        """
        if request.path != "/healthz" and request.host not in self.address.hosts:
            raise web.HTTPMisdirectedRequest
        does_something = request.method not in {"GET", "HEAD"} or request.path == "/ws"
        if does_something and request.headers.get("Origin") not in self.address.origins:
            _log.warning("a page of another origin was refused")
            raise web.HTTPForbidden

    async def close(self, _app: web.Application | None = None) -> None:
        """End every console that is open."""
        await asyncio.gather(*(page.close(code=1001) for page in set(self._open)))

    async def alive(self, _request: web.Request) -> web.Response:
        """Say that the door answers."""
        return web.Response(text="ok")

    async def file(self, request: web.Request) -> web.Response:
        """Answer with one of our files."""
        name = request.match_info["name"]
        if name not in FILES:
            raise web.HTTPNotFound
        answer = web.Response(body=self._files[name], content_type=FILES[name][2])
        answer.enable_compression()
        return answer

    async def page(self, request: web.Request) -> web.Response:
        """Show the console to whoever is logged in, and the login to everybody else."""
        if request.query_string:  # the terminal's script would follow addresses named here
            return web.Response(status=web.HTTPSeeOther.status_code, headers={"Location": "/"})
        if self._session(request) is None:
            return self._html(pages.login_page())
        if len(self._open) >= self._most:
            return self._html(pages.full_page(self._most), web.HTTPServiceUnavailable.status_code)
        scheme = "wss" if self.address.secure else "ws"
        return self._html(pages.console_page(f"{scheme}://{request.host}/ws"))

    async def log_in(self, request: web.Request) -> web.Response:
        """Check a name and a password, as the terminal does."""
        fields = parse_qs(await request.text(), keep_blank_values=True, max_num_fields=10)
        name, password = (fields.get(key, [""])[0] for key in ("name", "password"))
        if not self._pace.allows(self._asker(request), monotonic_s()):
            _log.warning("logins are held back: too many from one address")
            sentence = "too many logins from here; wait a minute"
            return self._html(pages.login_page(sentence, name), web.HTTPTooManyRequests.status_code)
        async with self._checking:
            now = self._clock.now()
            answer = await asyncio.to_thread(log_in, self._database, name, password, now)
        if isinstance(answer, Refused):
            return self._html(pages.login_page(answer.sentence, name), web.HTTPForbidden.status_code)
        token = secrets.token_urlsafe(32)
        self._sessions.begin(token, answer.name, self._clock.now())
        seen = web.Response(status=web.HTTPSeeOther.status_code, headers={"Location": "/"})
        seen.set_cookie(self._cookie, token, path="/", httponly=True, samesite="Strict", secure=self.address.secure)
        return seen

    async def console(self, request: web.Request) -> web.StreamResponse:
        """Open a console for the session of a page, and end it with the page."""
        token, session = request.cookies.get(self._cookie), self._session(request)
        if token is None or session is None or not await asyncio.to_thread(self._may_sit, session.name):
            raise web.HTTPForbidden
        if len(self._open) >= self._most:
            raise web.HTTPServiceUnavailable
        page = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=MOST_BYTES)
        self._open.add(page)
        self._sessions.opened(token)
        try:
            await page.prepare(request)
            await asyncio.to_thread(self._note, session.name, "console opened in a browser")

            def sits(name: str) -> None:
                if name != session.name:  # locked, left, or somebody else's now: a reload must ask for a password
                    self._sessions.end(token)

            terminal = Terminal(page, Orders(name=session.name, config=self._config), sits=sits)
            if not await show(page, terminal, width=_number(request, "width"), height=_number(request, "height")):
                await asyncio.to_thread(self._note, session.name, "logged out, the console failed")
        finally:
            self._open.discard(page)
            self._sessions.closed(token, self._clock.now())
        return page

    @property
    def _cookie(self) -> str:
        """Return the cookie's name; `__Host-` lets no other host and no page without TLS set it."""
        return f"__Host-{COOKIE}" if self.address.secure else COOKIE

    def _session(self, request: web.Request) -> Session | None:
        return self._sessions.of(request.cookies.get(self._cookie), self._clock.now())

    def _may_sit(self, name: str) -> bool:
        with self._database.read() as session:
            return enabled_user(session, name) is not None

    def _note(self, name: str, outcome: str) -> None:
        with self._database.write() as session:
            note(session, self._clock.now(), "login", f"user:{name}", {"outcome": outcome}, by=name)

    def _asker(self, request: web.Request) -> str:
        """Return who asks: the peer, or whom the proxy in front names last."""
        named = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return named if self.address.secure and named else request.remote or ""

    def _html(self, text: str, status: int = web.HTTPOk.status_code) -> web.Response:
        scheme = "wss" if self.address.secure else "ws"
        # some browsers do not count a websocket as 'self', and none reads an IPv6 address here
        connect = " ".join(["'self'", *sorted(f"{scheme}://{host}" for host in self.address.hosts if "[" not in host)])
        policy = (
            f"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src {connect};"
            " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        headers = {"Content-Security-Policy": policy}
        if self.address.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return web.Response(status=status, text=text, content_type="text/html", headers=headers)


def _number(request: web.Request, name: str) -> int:
    given = request.query.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 6 else 0  # noqa: PLR2004 - bounded by the terminal anyway
