"""The door that only the telephone network may come through: proves who speaks, stores, counts, wakes alerts.

A request without the right signature over the public URL and everything received is refused and counted; nothing of
it is stored or logged.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from sqlmodel import Session

from alerts.twilio_signature import Signatures
from gateway.clock import monotonic_s
from gateway.database import Database
from gateway.postgresql import Turn

log = structlog.get_logger()
Result = TypeVar("Result")
SIGNATURE = "X-Twilio-Signature"
FORM = "application/x-www-form-urlencoded"
READ_WITHIN_S = 5.0
MOST_PARAMETERS = 200
THREADS = 2
"""Of its own, so that a flood of callbacks never takes the threads that the alerts pass runs in."""
SAY_AGAIN_AFTER_S = 60.0


class SignedDoor:
    """What the webhooks of one account share. `outcomes` counts requests by path and what became of them."""

    def __init__(
        self, database: Database, *, signatures: Signatures, public_url: str, wake: Callable[[], None]
    ) -> None:
        self._database = database
        self._signatures = signatures
        self._wake = wake
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
        self._said_refused_s: float | None = None
        self.public_url = public_url.rstrip("/")
        self.outcomes: Counter[tuple[str, str]] = Counter()

    def close(self) -> None:
        """Let go of the threads; what they have in hand they finish."""
        self._threads.shutdown(wait=True)

    async def verified(self, request: web.Request) -> Mapping[str, str]:
        """Return the parameters of a request that the network signed; refuse every other."""
        parameters = await _parameters(request)
        given = request.headers.getall(SIGNATURE, [])
        url = self.public_url + request.raw_path
        if not parameters or len(given) != 1 or not self._signatures.match(url, parameters, given[0]):
            self.outcomes[request.path, "refused"] += 1
            self._say_refused(request)
            raise web.HTTPForbidden
        # PostgreSQL keeps no NUL, and no text means anything by one.
        return {name: value.replace("\x00", "") for name, value in parameters}

    async def stored(self, store: Callable[[Session], Result]) -> Result:
        """Commit what `store` writes, then wake alerts; return what it returns."""

        def write() -> Result:
            with self._database.write(Turn.CALLS) as session:
                return store(session)

        result = await self.aside(write)
        self._wake()
        return result

    async def looked_up(self, read: Callable[[Session], Result]) -> Result:
        """Return what `read` finds, in a session that writes nothing."""

        def look() -> Result:
            with self._database.read() as session:
                return read(session)

        return await self.aside(look)

    async def aside(self, work: Callable[[], Result]) -> Result:
        """Do slow work in a thread of the door's own."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def done(self, request: web.Request, outcome: str, answer: web.Response) -> web.Response:
        """Count what became of a request and return its answer."""
        self.outcomes[request.path, outcome] += 1
        return answer

    def _say_refused(self, request: web.Request) -> None:
        """Log a refusal, at most once a minute: a flood of forgeries must not fill the disk."""
        now_s = monotonic_s()
        if self._said_refused_s is None or now_s - self._said_refused_s >= SAY_AGAIN_AFTER_S:
            self._said_refused_s = now_s
            so_far = sum(count for (_, outcome), count in self.outcomes.items() if outcome == "refused")
            log.warning("webhook refused: no valid signature", path=request.path, so_far=so_far)


def twiml(document: str) -> web.Response:
    """Return a script as the answer to a webhook."""
    return web.Response(text=document, content_type="text/xml")


async def _parameters(request: web.Request) -> Sequence[tuple[str, str]] | None:
    """Return every parameter of the form as it came, empty ones too; None when there is no form to be read."""
    if request.content_type != FORM:
        return None
    try:
        async with asyncio.timeout(READ_WITHIN_S):
            body = await request.read()
        return parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_PARAMETERS
        )
    except (TimeoutError, ValueError):
        return None
