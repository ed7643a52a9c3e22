"""Twilio's webhooks: proves that Twilio speaks, stores what it says, then answers, then wakes alerts.

A request without the right signature over the public URL and everything received is refused and counted; nothing of
it is stored or logged.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from prometheus_client import Metric
from sqlmodel import Session

from alerts import pages, twilio_receipts, twilio_speech
from alerts.incoming import Incoming, take_in
from alerts.phone import Channel
from alerts.roster_file import dialable
from alerts.twilio_phone import KEY_PATH, OPTED_OUT_CODE, STATUS_PATH
from alerts.twilio_signature import Signatures
from alerts.twilio_states import HUMAN, is_known, verdict
from gateway.clock import Clock, monotonic_s
from gateway.database import Database
from gateway.metrics import counters
from gateway.postgresql import Turn

log = structlog.get_logger()
Stored = TypeVar("Stored")
SMS_PATH, VOICE_PATH = "/twilio/sms", "/twilio/voice"
SIGNATURE = "X-Twilio-Signature"
FORM = "application/x-www-form-urlencoded"
READ_WITHIN_S = 5.0
MOST_PARAMETERS = 200
THREADS = 2
"""Of its own, so that a flood of callbacks never takes the threads that the alerts pass runs in."""
SAY_AGAIN_AFTER_S = 60.0
_OPT_OUT_TYPES = {"STOP": "opted out", "START": "opted in again", "HELP": "asked for help"}
_NO_CONTENT = 204


class TwilioHooks:
    """The webhooks of one account. `port` is where they listen; `refused` counts requests that nobody signed."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        signatures: Signatures,
        public_url: str,
        unit_phone: str,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._signatures = signatures
        self._public_url = public_url.rstrip("/")
        self._unit_phone = unit_phone
        self._wake = wake
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhook")
        self._said_refused_s: float | None = None
        self.port = 0
        self.outcomes: Counter[tuple[str, str]] = Counter()

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what is served."""
        return [
            web.post(SMS_PATH, self._sms),
            web.post(STATUS_PATH, self._status),
            web.post(VOICE_PATH, self._voice),
            web.post(KEY_PATH, self._key),
        ]

    def close(self) -> None:
        """Let go of the threads; what they have in hand they finish."""
        self._threads.shutdown(wait=True)

    def collect(self) -> Iterable[Metric]:
        """Return what came in so far, by path and what became of it."""
        counted = sorted(self.outcomes.items())
        yield counters(
            "stepguard_webhooks",
            "Requests of the telephone network; refused ones were not signed.",
            ("path", "outcome"),
            counted,
        )

    async def _sms(self, request: web.Request) -> web.Response:
        said = await self._verified(request)
        reference, number = said.get("MessageSid"), said.get("From")
        if not reference or not number:
            return self._done(request, "useless", _twiml(twilio_speech.nothing()))
        asked = said.get("OptOutType", "").upper()
        text = Incoming(
            number=number,
            body=said.get("Body", ""),
            at=self._clock.now(),
            reference=reference,
            meaning=_OPT_OUT_TYPES.get(asked),
        )

        def store(session: Session) -> bool:
            if take_in(session, text) is None:
                return False
            if asked == "STOP":
                twilio_receipts.opt_out(session, dialable(number) or number, text.at)
            elif asked == "START":
                twilio_receipts.opt_in(session, dialable(number) or number)
            return True

        fresh = await self._stored(store)
        return self._done(request, "stored" if fresh else "duplicate", _twiml(twilio_speech.nothing()))

    async def _status(self, request: web.Request) -> web.Response:
        said = await self._verified(request)
        called = said.get("CallSid")
        reference = called or said.get("MessageSid") or said.get("SmsSid")
        if not reference:
            return self._done(request, "useless", web.Response(status=_NO_CONTENT))
        channel: Channel = "voice" if called else "sms"
        told = said.get("CallStatus") if called else said.get("MessageStatus") or said.get("SmsStatus")
        listened = verdict(said.get("AnsweredBy", "")) if called else None
        statuses = [one for one in (told, listened) if one and is_known(one, channel)]
        code = int(given) if (given := said.get("ErrorCode", "")).isdecimal() else None
        key, to, now = request.query.get("page"), dialable(said.get("To", "")), self._clock.now()

        def store(session: Session) -> None:
            for status in statuses:
                twilio_receipts.hear(
                    session,
                    reference=reference,
                    page_key=key,
                    channel=channel,
                    status=status,
                    code=code,
                    source="callback",
                    now=now,
                )
            if code == OPTED_OUT_CODE and to is not None:
                twilio_receipts.opt_out(session, to, now)

        if statuses:
            await self._stored(store)
        return self._done(request, "stored" if statuses else "unknown status", web.Response(status=_NO_CONTENT))

    async def _voice(self, request: web.Request) -> web.Response:
        await self._verified(request)
        return self._done(request, "answered", _twiml(twilio_speech.nobody_answers(self._unit_phone)))

    async def _key(self, request: web.Request) -> web.Response:
        said = await self._verified(request)
        call, key, number = said.get("CallSid"), request.query.get("page"), dialable(said.get("To", ""))
        page_id = pages.id_of_key(key)
        if not call or page_id is None or number is None:
            return self._done(request, "useless", _twiml(twilio_speech.nothing()))
        if said.get("Digits") != twilio_speech.ACCEPT_KEY:
            again = f"{self._public_url}{KEY_PATH}?page={key}&again=1"
            answer = twilio_speech.nothing() if "again" in request.query else twilio_speech.key_refused(again)
            return self._done(request, "another key", _twiml(answer))
        pressed = Incoming(
            number=number,
            body=twilio_speech.ACCEPT_KEY,
            at=self._clock.now(),
            reference=f"{call}-key",
            channel="voice",
            page_id=page_id,
        )

        def store(session: Session) -> bool:
            if pages.number_of(session, page_id) != number:
                return False
            take_in(session, pressed)
            twilio_receipts.hear(
                session,
                reference=call,
                page_key=key,
                channel="voice",
                status=HUMAN,
                code=None,
                source="callback",
                now=pressed.at,
            )
            return True

        taken = await self._stored(store)
        words = twilio_speech.key_taken() if taken else twilio_speech.nothing()
        return self._done(request, "stored" if taken else "not this page's number", _twiml(words))

    async def _verified(self, request: web.Request) -> Mapping[str, str]:
        """Return the parameters of a request that Twilio signed; refuse every other."""
        parameters = await _parameters(request)
        given = request.headers.getall(SIGNATURE, [])
        url = self._public_url + request.raw_path
        if not parameters or len(given) != 1 or not self._signatures.match(url, parameters, given[0]):
            self.outcomes[request.path, "refused"] += 1
            self._say_refused(request)
            raise web.HTTPForbidden
        # PostgreSQL keeps no NUL, and no text means anything by one.
        return {name: value.replace("\x00", "") for name, value in parameters}

    def _say_refused(self, request: web.Request) -> None:
        """Log a refusal, at most once a minute: a flood of forgeries must not fill the disk."""
        now_s = monotonic_s()
        if self._said_refused_s is None or now_s - self._said_refused_s >= SAY_AGAIN_AFTER_S:
            self._said_refused_s = now_s
            so_far = sum(count for (_, outcome), count in self.outcomes.items() if outcome == "refused")
            log.warning("webhook refused: no valid signature", path=request.path, so_far=so_far)

    async def _stored(self, store: Callable[[Session], Stored]) -> Stored:
        """Commit, then wake alerts."""

        def write() -> Stored:
            with self._database.write(Turn.CALLS) as session:
                return store(session)

        result = await asyncio.get_running_loop().run_in_executor(self._threads, write)
        self._wake()
        return result

    def _done(self, request: web.Request, outcome: str, answer: web.Response) -> web.Response:
        self.outcomes[request.path, outcome] += 1
        return answer


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


def _twiml(document: str) -> web.Response:
    return web.Response(text=document, content_type="text/xml")
