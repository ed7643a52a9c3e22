"""The watchdog's own telephone account: it sends, it calls, and it lists what came to its own number.

A client of its own beside `alerts.twilio_phone`, of three requests: a fault of the one must not silence the other.
"""

import email.utils
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

import aiohttp

API_URL = "https://api.twilio.com"
ANSWER_WITHIN_S = 10.0
PAGE_SIZE = 50
"""Texts listed at once: of a synthetic page each quarter of an hour, half a day."""
RING_FOR_S = 40
CREATED, OK = 201, 200


class AccountError(Exception):
    """The telephone network did not do what was asked; the message names no number and no words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """Whose account calls, and from which number."""

    account_sid: str
    auth_token: str
    number: str
    api_url: str = API_URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A text that came in, by the network's own name for it."""

    reference: str
    sender: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """The newest texts to the account's own number; `date` is the network's clock when it answered, if it said so."""

    texts: Sequence[Came]
    date: datetime | None


class AccountClient:
    """One account. Every request has a connection of its own."""

    def __init__(self, account: OwnAccount) -> None:
        self._account = account
        self._base = f"{account.api_url.rstrip('/')}/2010-04-01/Accounts/{account.account_sid}"

    async def text(self, number: str, body: str) -> None:
        """Send a text; raises AccountError when the network did not take it."""
        await self._create("Messages", {"To": number, "From": self._account.number, "Body": body})

    async def call(self, number: str, body: str) -> None:
        """Call and say `body` three times; raises AccountError when the network did not take it."""
        said = f'<Say>{escape(body)}</Say><Pause length="2"/>'
        twiml = f"<Response>{said * 3}</Response>"
        about = {"To": number, "From": self._account.number, "Twiml": twiml, "Timeout": str(RING_FOR_S)}
        await self._create("Calls", about)

    async def inbox(self) -> Inbox:
        """Return what came to the account's own number; raises AccountError when the network does not say."""
        query = {"To": self._account.number, "PageSize": str(PAGE_SIZE)}
        try:
            async with self._session() as session, session.get(f"{self._base}/Messages.json", params=query) as answer:
                if answer.status != OK:
                    raise AccountError(f"the network answers HTTP {answer.status}")
                came = [one for one in (await answer.json())["messages"] if one["direction"] == "inbound"]
                texts = [Came(reference=one["sid"], sender=one["from"], body=one["body"] or "") for one in came]
                date = answer.headers.get("Date")
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            raise AccountError(f"the network does not answer as it should ({type(error).__name__})") from error
        return Inbox(texts=texts, date=None if date is None else email.utils.parsedate_to_datetime(date))

    async def _create(self, what: str, form: dict[str, str]) -> None:
        try:
            async with self._session() as session, session.post(f"{self._base}/{what}.json", data=form) as answer:
                if answer.status != CREATED:
                    raise AccountError(f"the network answers HTTP {answer.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise AccountError(f"the network does not answer ({type(error).__name__})") from error

    def _session(self) -> aiohttp.ClientSession:
        login = aiohttp.encode_basic_auth(self._account.account_sid, self._account.auth_token)
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
        return aiohttp.ClientSession(headers={"Authorization": login}, timeout=timeout)
