"""What a call of ours says after a key: accepted, who has it, what is known, whom it goes to.

A key is stored before it is answered and read by the next pass, which texts what came of it. The same request again
finds its reference taken, changes nothing and gets the same words. What is known of a patient is said after the PIN of
whoever was called, and by nobody else's; three wrong ones end that for the call.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web
from sqlmodel import Session

from alerts import heard_keys, pages, pins, twilio_receipts, twilio_speech
from alerts.heard_keys import Asked
from alerts.incoming import Incoming, take_in
from alerts.pins import PIN_DIGITS
from alerts.roster import Person
from alerts.roster_file import dialable
from alerts.roster_now import RosterNow
from alerts.sources import Sources
from alerts.spoken import apart
from alerts.staff_replies import ACCEPT_KEY, ESCALATE_KEY, HAND_OVER_KEY, HEAR_KEY
from alerts.twilio_phone import KEY_PATH, PIN_PATH
from alerts.twilio_speech import AFTERWARDS, MENU
from alerts.twilio_states import HUMAN
from alerts.web.signed import SignedDoor, twiml
from gateway.clock import Clock

VOICE_PATH = "/twilio/voice"
NO_PIN = "You have no PIN for this. Please look at the board."
NO_MORE_TRIES = "There are no more tries in this call."
ASK_PIN = f"Enter the {PIN_DIGITS} digits of your PIN."


_AFTER_KEY = {
    ACCEPT_KEY: ("Thank you. Your acceptance is being recorded.", "You will get a text when it is."),
    ESCALATE_KEY: ("The next person is called now.", "You will get a text that says who."),
    HAND_OVER_KEY: ("Thank you. The next person is asked.", "You will get a text that says who."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One request out of a call of ours: which call, which page, who was called at which number."""

    reference: str
    key: str
    asked: Asked


class VoiceHooks:
    """The webhooks of calls."""

    def __init__(self, door: SignedDoor, clock: Clock, *, unit_phone: str, roster: RosterNow, sources: Sources) -> None:
        self._door = door
        self._clock = clock
        self._unit_phone = unit_phone
        self._roster = roster
        self._sources = sources

    def routes(self) -> Iterable[web.RouteDef]:
        """Return what is served."""
        return [
            web.post(VOICE_PATH, self._called_back),
            web.post(KEY_PATH, self._key),
            web.post(PIN_PATH, self._pin),
        ]

    async def _called_back(self, request: web.Request) -> web.Response:
        await self._door.verified(request)
        return self._door.done(request, "answered", twiml(twilio_speech.nobody_answers(apart(self._unit_phone))))

    async def _key(self, request: web.Request) -> web.Response:
        said = await self._door.verified(request)
        call = await self._call(request, said.get("CallSid"), said.get("To", ""))
        if call is None:
            return self._door.done(request, "useless", twiml(twilio_speech.nothing()))
        digit = said.get("Digits", "")
        if digit == HAND_OVER_KEY and not await self._has_it(call):
            words = self._ask("You do not have this. Accept it first.", MENU, self._key_url(call))
            return self._door.done(request, "not theirs to hand over", twiml(words))
        await self._door.stored(lambda session: self._heard_somebody(session, call, digit))
        if digit == HEAR_KEY:
            return self._door.done(request, "asked for more", twiml(await self._ask_pin(call)))
        if digit not in {ACCEPT_KEY, ESCALATE_KEY, HAND_OVER_KEY}:
            last = "again" in request.query
            words = (
                twilio_speech.nothing() if last else self._ask("Not accepted.", MENU, f"{self._key_url(call)}&again=1")
            )
            return self._door.done(request, "another key", twiml(words))
        return self._door.done(request, "stored", twiml(self._after(call, digit)))

    async def _pin(self, request: web.Request) -> web.Response:
        said = await self._door.verified(request)
        call = await self._call(request, said.get("CallSid"), said.get("To", ""))
        number = request.query.get("n", "")
        if call is None or number not in heard_keys.TRIES:
            return self._door.done(request, "useless", twiml(twilio_speech.nothing()))
        tried = int(number)
        right = await self._is_right(call, tried, said.get("Digits", ""))
        if right:
            return self._door.done(request, "PIN right", twiml(await self._what_is_known(call)))
        if str(tried + 1) not in heard_keys.TRIES:
            words = self._ask(f"That is not your PIN. {NO_MORE_TRIES}", MENU, self._key_url(call))
        else:
            words = twilio_speech.pin_asked(
                f"That is not your PIN. {ASK_PIN}", self._pin_url(call, tried + 1), PIN_DIGITS
            )
        return self._door.done(request, "PIN wrong", twiml(words))

    async def _call(self, request: web.Request, reference: str | None, to: str) -> _Call | None:
        """Return what the request belongs to; None when that is no call about a page, or went to another number."""
        key, number = request.query.get("page"), dialable(to)
        page_id = pages.id_of_key(key)
        if not reference or key is None or page_id is None or number is None:
            return None
        now = self._clock.now()
        asked = await self._door.looked_up(
            lambda session: heard_keys.asked_in(session, page_id, self._roster.read(session, now))
        )
        return None if asked is None or asked.number != number else _Call(reference=reference, key=key, asked=asked)

    def _heard_somebody(self, session: Session, call: _Call, digit: str) -> None:
        """Store a key that means something; whoever presses any key is no machine."""
        if digit in {ACCEPT_KEY, ESCALATE_KEY, HAND_OVER_KEY}:
            pressed = Incoming(
                number=call.asked.number,
                body=digit,
                at=self._clock.now(),
                reference=heard_keys.key_reference(call.reference, digit),
                channel="voice",
                page_id=call.asked.page_id,
            )
            take_in(session, pressed)
        twilio_receipts.hear(
            session,
            reference=call.reference,
            page_key=call.key,
            channel="voice",
            status=HUMAN,
            code=None,
            source="callback",
            now=self._clock.now(),
        )

    def _after(self, call: _Call, digit: str) -> str:
        """Return what is said after a key that was stored, by how the page stood when it came."""
        if call.asked.resolved:
            return twilio_speech.said("This page is resolved. Nobody has to come. Goodbye.")
        asked = call.asked
        if digit == ACCEPT_KEY and asked.holder is not None and not (asked.theirs or asked.offered):
            return self._ask(f"{asked.holder} has this already. You do not have it.", AFTERWARDS, self._key_url(call))
        done, text = _AFTER_KEY[digit]
        words = f"{done} {text}" if call.asked.texted else done
        return self._ask(words, AFTERWARDS, self._key_url(call))

    async def _ask_pin(self, call: _Call) -> str:
        """Return the question for the PIN, or why it is not asked."""
        if await self._door.looked_up(lambda session: heard_keys.is_open(session, call.reference)):
            return await self._what_is_known(call)
        key = _key_of(call.asked.person)
        if await self._door.looked_up(lambda session: pins.hash_of(session, key)) is None:
            return self._ask(NO_PIN, MENU, self._key_url(call))
        wrong = await self._door.looked_up(lambda session: heard_keys.wrong_pins(session, call.reference))
        if str(wrong + 1) not in heard_keys.TRIES:
            return self._ask(NO_MORE_TRIES, MENU, self._key_url(call))
        return twilio_speech.pin_asked(ASK_PIN, self._pin_url(call, wrong + 1), PIN_DIGITS)

    async def _is_right(self, call: _Call, tried: int, digits: str) -> bool:
        """Check a PIN and write down the try; a try that was written down before keeps its result."""
        key = _key_of(call.asked.person)
        pin_hash = await self._door.looked_up(lambda session: pins.hash_of(session, key))
        right = pin_hash is not None and await self._door.aside(lambda: pins.is_right(digits, pin_hash))
        now = self._clock.now()
        return await self._door.stored(
            lambda session: heard_keys.keep_try(
                session, call.reference, tried, right=right, asked=call.asked, person=key, now=now
            )
        )

    async def _what_is_known(self, call: _Call) -> str:
        now = self._clock.now()
        words = await self._door.looked_up(
            lambda session: heard_keys.what_is_known(session, self._sources, call.asked, now)
        )
        return twilio_speech.said_and_asked(words, MENU, self._key_url(call), twice=True)

    async def _has_it(self, call: _Call) -> bool:
        """Whether it is theirs, by what is known or by what they pressed before in this call."""
        if call.asked.holder is not None and not call.asked.offered:
            return call.asked.theirs
        return await self._door.looked_up(lambda session: heard_keys.was_pressed(session, call.reference, ACCEPT_KEY))

    def _ask(self, words: str, question: str, url: str) -> str:
        return twilio_speech.said_and_asked(words, question, url)

    def _key_url(self, call: _Call) -> str:
        return f"{self._door.public_url}{KEY_PATH}?page={call.key}"

    def _pin_url(self, call: _Call, tried: int) -> str:
        return f"{self._door.public_url}{PIN_PATH}?page={call.key}&n={tried}"


def _key_of(person: Person | None) -> str:
    """Return under which key this person's PIN is kept; nobody has one under the empty key."""
    return "" if person is None else person.key
