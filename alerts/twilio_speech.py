"""Writes what Twilio says in a call, and the empty answers to its webhooks. Speaks nothing but what it is given."""

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from alerts.staff_replies import ACCEPT_KEY, ESCALATE_KEY, HAND_OVER_KEY, HEAR_KEY

KEY_WITHIN_S = 8
"""How long a listener has to find the key after the words were said."""
PIN_WITHIN_S = 12
MENU = (
    f"To accept, press {ACCEPT_KEY}. To hear more with your PIN, press {HEAR_KEY}."
    f" To have the next person called now, press {ESCALATE_KEY}."
)
AFTERWARDS = f"To hear more with your PIN, press {HEAR_KEY}. To hand over to the next person, press {HAND_OVER_KEY}."
NO_KEY = "No key was pressed. Nobody has accepted."
GOODBYE = "Goodbye."

VOICES = {"da": "da-DK", "de": "de-DE", "es": "es-ES"}
"""The voice for a language, as Twilio names it; English is its own default."""


def call_script(body: str, key_url: str | None, *, language: str = "en") -> str:
    """Return the script of a call that says `body` twice; with `key_url` it asks for a key and posts it there.

    `language` is that of `body`; what is asked for a key is English, as all words to staff are.
    """
    response = VoiceResponse()
    if key_url is None:
        _say_twice(response, body, VOICES.get(language))
    else:
        gather = response.gather(action=key_url, method="POST", num_digits=1, timeout=KEY_WITHIN_S)
        _say_twice(gather, f"{body} {MENU}")
        response.say(NO_KEY)
    response.hangup()
    return str(response)


def said_and_asked(words: str, question: str, key_url: str, *, twice: bool = False) -> str:
    """Return what is said before another key is asked for, and the goodbye when none comes."""
    response = VoiceResponse()
    gather = response.gather(action=key_url, method="POST", num_digits=1, timeout=KEY_WITHIN_S)
    if twice:
        _say_twice(gather, words)
    else:
        gather.say(words)
    gather.say(question)
    response.say(GOODBYE)
    response.hangup()
    return str(response)


def pin_asked(words: str, pin_url: str, digits: int) -> str:
    """Return the question for a PIN, which is posted to `pin_url`."""
    response = VoiceResponse()
    gather = response.gather(action=pin_url, method="POST", num_digits=digits, timeout=PIN_WITHIN_S)
    gather.say(words)
    response.say(f"No PIN was given. {GOODBYE}")
    response.hangup()
    return str(response)


def said(words: str) -> str:
    """Return words after which the call ends."""
    response = VoiceResponse()
    response.say(words)
    response.hangup()
    return str(response)


def nobody_answers(unit_phone: str) -> str:
    """Return what is said to somebody who calls our number back."""
    return said(f"This is Stepguard, a machine that nobody answers. Please call {unit_phone}.")


def nothing() -> str:
    """Return the answer that says nothing."""
    return str(MessagingResponse())


def _say_twice(verb: VoiceResponse, words: str, voice: str | None = None) -> None:
    verb.say(words, language=voice)
    verb.pause(length=1)
    verb.say(words, language=voice)
