"""Writes what Twilio says in a call, and the empty answers to its webhooks. Speaks nothing but what it is given."""

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

ACCEPT_KEY = "1"
KEY_WITHIN_S = 8
"""How long a listener has to find the key after the words were said."""


def call_script(body: str, key_url: str | None) -> str:
    """Return the script of a call that says `body` twice; with `key_url` it asks for a key and posts it there."""
    response = VoiceResponse()
    if key_url is None:
        _say_twice(response, body)
    else:
        gather = response.gather(action=key_url, method="POST", num_digits=1, timeout=KEY_WITHIN_S)
        _say_twice(gather, f"{body} To accept, press {ACCEPT_KEY}.")
        response.say("No key was pressed. Nobody has accepted.")
    response.hangup()
    return str(response)


def key_taken() -> str:
    """Return what is said after the accepting key."""
    return _said("Thank you. You will get a text when your acceptance is recorded. Goodbye.")


def key_refused(key_url: str) -> str:
    """Return what is said after any other key: one more chance."""
    response = VoiceResponse()
    gather = response.gather(action=key_url, method="POST", num_digits=1, timeout=KEY_WITHIN_S)
    gather.say(f"Not accepted. To accept, press {ACCEPT_KEY}.")
    response.say("Nobody has accepted.")
    response.hangup()
    return str(response)


def nobody_answers(unit_phone: str) -> str:
    """Return what is said to somebody who calls our number back."""
    return _said(f"This is Stepguard, a machine that nobody answers. Please call {unit_phone}.")


def nothing() -> str:
    """Return the answer that says nothing."""
    return str(MessagingResponse())


def _said(words: str) -> str:
    response = VoiceResponse()
    response.say(words)
    response.hangup()
    return str(response)


def _say_twice(verb: VoiceResponse, words: str) -> None:
    verb.say(words)
    verb.pause(length=1)
    verb.say(words)
