"""What `phone_network.py` takes and gives: messages, refusals, the resources of Twilio's REST API, its signature."""

import asyncio
import base64
import email.utils
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aiohttp import web

VERSION = "2010-04-01"


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How the network treats one message: the HTTP status and error code it answers with, or that it never answers.

    `breaks_off` closes the connection without an answer after the message was taken.
    """

    status: int = 201
    code: int | None = None
    retry_after: str | None = None
    stalls: bool = False
    breaks_off: bool = False


@dataclass(kw_only=True)
class Taken:
    """One text or call that the network took. `digits` is how many keys the question in a call takes; None for any."""

    reference: str
    channel: str
    to: str
    sender: str
    body: str
    status: str
    form: Mapping[str, str]
    error_code: int | None = None
    key_url: str | None = None
    digits: int | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def status_url(self) -> str | None:
        """Where news of it goes."""
        return self.form.get("StatusCallback")


@dataclass(frozen=True, kw_only=True)
class Received:
    """One text that somebody sent to the account's number."""

    reference: str
    sender: str
    to: str
    body: str
    at: datetime


class RefusedError(Exception):
    """The API's answer to a request that it does not take: HTTP status, code, words."""

    def __init__(self, status: int, code: int, words: str) -> None:
        super().__init__(words)
        self.status, self.code, self.words = status, code, words


def resource_of(account: str, taken: Taken) -> dict[str, object]:
    """Return a text or call of ours as the API shows it."""
    shared = {
        "sid": taken.reference, "account_sid": account, "api_version": VERSION, "to": taken.to,
        "from": taken.sender, "status": taken.status, "direction": "outbound-api", "price": None,
        "price_unit": "USD", "date_created": email.utils.formatdate(), "date_updated": email.utils.formatdate(),
    }  # fmt: skip
    if taken.channel == "voice":
        return {**shared, "duration": None, "answered_by": None, "start_time": None, "end_time": None}
    return {
        **shared, "body": taken.body, "error_code": taken.error_code, "error_message": None, "date_sent": None,
        "num_segments": "1", "num_media": "0", "messaging_service_sid": taken.form.get("MessagingServiceSid"),
    }  # fmt: skip


def resource_of_received(account: str, text: Received) -> dict[str, object]:
    """Return a text of somebody else's as the API shows it."""
    at = email.utils.format_datetime(text.at.astimezone(UTC))
    return {
        "sid": text.reference, "account_sid": account, "api_version": VERSION, "to": text.to, "from": text.sender,
        "status": "received", "direction": "inbound", "price": None, "price_unit": "USD", "date_created": at,
        "date_updated": at, "date_sent": at, "body": text.body, "error_code": None, "error_message": None,
        "num_segments": "1", "num_media": "0", "messaging_service_sid": None,
    }  # fmt: skip


def page_of(account: str, query: Mapping[str, str], texts: Sequence[dict[str, object]]) -> dict[str, object]:
    """Return one page of a list of texts, newest first, with the address of the next."""
    size, number = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
    path = f"/{VERSION}/Accounts/{account}/Messages.json"
    more = len(texts) > (number + 1) * size
    filters = "".join(
        f"&{name.replace('>', '%3E')}={query[name].replace('+', '%2B')}" for name in query if "age" not in name
    )
    return {
        "messages": list(texts[number * size : (number + 1) * size]), "page": number, "page_size": size,
        "uri": f"{path}?Page={number}", "first_page_uri": f"{path}?Page=0", "previous_page_uri": None,
        "next_page_uri": f"{path}?PageSize={size}&Page={number + 1}&PageToken=PA{number}{filters}" if more else None,
    }  # fmt: skip


def sign(token: str, url: str, form: Mapping[str, str]) -> str:
    """Return the signature over a URL and every parameter, as Twilio documents it."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def refusal_of(refusal: RefusedError, retry_after: str | None) -> web.Response:
    """Return the API's answer that says why a request was not taken."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    body = {
        "code": refusal.code, "message": refusal.words, "status": refusal.status,
        "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
    }  # fmt: skip
    return web.json_response(body, status=refusal.status, headers=headers)
