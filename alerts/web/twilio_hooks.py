"""Twilio's webhooks for texts and for news of messages: stores what they say, then answers, then wakes alerts."""

from collections import Counter
from collections.abc import Callable, Iterable

from aiohttp import web
from prometheus_client import Metric
from sqlmodel import Session

from alerts import no_texts, twilio_receipts, twilio_speech
from alerts.incoming import Incoming, take_in
from alerts.phone import Channel
from alerts.roster_file import dialable
from alerts.roster_now import RosterNow
from alerts.sources import Sources
from alerts.twilio_phone import OPTED_OUT_CODE, STATUS_PATH
from alerts.twilio_signature import Signatures
from alerts.twilio_states import is_known, verdict
from alerts.web.signed import SignedDoor, twiml
from alerts.web.voice_hooks import VoiceHooks
from gateway.clock import Clock
from gateway.database import Database
from gateway.metrics import counters

SMS_PATH = "/twilio/sms"
_OPT_OUT_TYPES = {"STOP": no_texts.OPTED_OUT, "START": no_texts.OPTED_IN, "HELP": "asked for help"}
_NO_CONTENT = 204


class TwilioHooks:
    """The webhooks of one account. `port` is where they listen."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        signatures: Signatures,
        public_url: str,
        unit_phone: str,
        roster: RosterNow,
        sources: Sources,
        wake: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._door = SignedDoor(database, signatures=signatures, public_url=public_url, wake=wake)
        self._voice = VoiceHooks(self._door, clock, unit_phone=unit_phone, roster=roster, sources=sources)
        self.port = 0

    @property
    def outcomes(self) -> Counter[tuple[str, str]]:
        """How many requests there were, by path and outcome; refused ones were not signed."""
        return self._door.outcomes

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what is served."""
        return [web.post(SMS_PATH, self._sms), web.post(STATUS_PATH, self._status), *self._voice.routes()]

    def close(self) -> None:
        """Let go of the threads; what they have in hand they finish."""
        self._door.close()

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
        said = await self._door.verified(request)
        reference, number = said.get("MessageSid"), said.get("From")
        if not reference or not number:
            return self._door.done(request, "useless", twiml(twilio_speech.nothing()))
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
                no_texts.remember(session, dialable(number) or number, no_texts.STOP, text.at)
            elif asked == "START":
                no_texts.forget(session, dialable(number) or number, no_texts.STOP)
            return True

        fresh = await self._door.stored(store)
        return self._door.done(request, "stored" if fresh else "duplicate", twiml(twilio_speech.nothing()))

    async def _status(self, request: web.Request) -> web.Response:
        said = await self._door.verified(request)
        called = said.get("CallSid")
        reference = called or said.get("MessageSid") or said.get("SmsSid")
        if not reference:
            return self._door.done(request, "useless", web.Response(status=_NO_CONTENT))
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
                no_texts.remember(session, to, no_texts.STOP, now)

        if statuses:
            await self._door.stored(store)
        return self._door.done(request, "stored" if statuses else "unknown status", web.Response(status=_NO_CONTENT))
