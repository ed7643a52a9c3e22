"""Puts the secrets of a link into a message on its way to the telephone, so that none is ever stored in clear.

What is stored has a mark where the link or the code goes. Each try gets secrets of its own; all of them open the link.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from alerts.ed_access import MARK
from alerts.ed_store import mint_code, mint_token
from alerts.phone import Fate, Outcome, Outgoing, Phone, PhoneOfMany
from gateway.clock import Clock
from gateway.database import Database
from gateway.postgresql import Turn

PATH = "/ed/"


def spoken(code: str) -> str:
    """Return a code as it is said, in two breaths: `4 8 2, 1 9 3`."""
    half = len(code) // 2
    return f"{' '.join(code[:half])}, {' '.join(code[half:])}"


class LinkingPhone:
    """A telephone network before which marks become secrets."""

    def __init__(self, phone: Phone, database: Database, clock: Clock, page_url: str) -> None:
        self._phone = phone
        self._database = database
        self._clock = clock
        self._base = page_url.rstrip("/") + PATH

    def send(self, message: Outgoing) -> Outcome:
        """Send a message with its secrets put in."""
        return self._phone.send(self._filled(message))

    def delivery(self, reference: str) -> Fate:
        """Return what the network knows of a message it took."""
        return self._phone.delivery(reference)

    def _filled(self, message: Outgoing) -> Outgoing:
        if MARK.search(message.body) is None:
            return message
        with self._database.write(Turn.CALLS) as session:

            def secret(found: re.Match[str]) -> str:
                link_id, now = int(found["id"]), self._clock.now()
                if found["kind"] == "link":
                    return self._base + mint_token(session, link_id, now)
                code = mint_code(session, link_id, now)
                return spoken(code) if message.channel == "voice" else code

            return replace(message, body=MARK.sub(secret, message.body))


class LinkingPhoneOfMany(LinkingPhone):
    """The same before a network that takes several messages at once."""

    def __init__(self, phone: PhoneOfMany, database: Database, clock: Clock, page_url: str) -> None:
        super().__init__(phone, database, clock, page_url)
        self._many = phone

    def send_all(self, messages: Sequence[Outgoing]) -> Sequence[Outcome]:
        """Send several messages with their secrets put in."""
        return self._many.send_all([self._filled(message) for message in messages])


def linking(phone: Phone, database: Database, clock: Clock, page_url: str) -> Phone:
    """Return the network with marks becoming secrets before it."""
    if isinstance(phone, PhoneOfMany):
        return LinkingPhoneOfMany(phone, database, clock, page_url)
    return LinkingPhone(phone, database, clock, page_url)
