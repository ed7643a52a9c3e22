"""Sends texts and calls through Twilio's SDK, and learns from its callbacks and, failing those, by asking.

Blocks: the dispatch lanes' threads call it. Each request has a connection of its own, because one kept open for hours
may have been dropped by a firewall on the way, and then a page would vanish in it; and because the SDK's own client
hands the answer of one thread to another.
"""

import contextlib
import email.utils
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests
import structlog
from sqlalchemy.exc import SQLAlchemyError
from twilio.base import values
from twilio.base.exceptions import TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from alerts import no_texts, twilio_receipts
from alerts.fault import where
from alerts.pace import Pace
from alerts.phone import ACCOUNT_REFUSED, Fate, Outcome, Outgoing, Received, Refused, Sent, TryAgain, Unknown
from alerts.twilio_codes import in_words, is_account_fault, is_landline
from alerts.twilio_speech import call_script
from alerts.twilio_states import Receipt, should_ask
from gateway.clock import Clock
from gateway.database import Database
from gateway.postgresql import Turn
from gateway.settings import TwilioSettings

log = structlog.get_logger()
SEND_WITHIN_S = (3.0, 8.0)
"""To connect, and then to answer. Their sum is a fifth of the minute after which an emergency's next rung is due."""
ASK_WITHIN_S = (2.0, 3.0)
"""Shorter: while a line asks about one message it cannot send another."""
LIST_WITHIN_S = (3.0, 10.0)
"""Nothing waits for a list."""
LINE_WITHIN_S = (1.0, 1.5)
"""A line that is asked about every other second and takes longer counts as broken until it answers."""
LISTED_AT_MOST = 500
VALID_FOR_S = 300
"""A text still queued then is dropped: the ladder has begun anew, and an old alarm would send people astray."""
RING_FOR_S = 25
"""Most voicemails take a call after about half a minute; the next rung of an emergency is due after one."""
TRY_AGAIN_AFTER = timedelta(seconds=4)
RETRY_AFTER_AT_LEAST, RETRY_AFTER_AT_MOST = timedelta(seconds=1), timedelta(seconds=30)
"""What the network may ask us to wait; a page must not wait for ever."""
PACE = Pace(to_one_within_an_hour=30, to_all_within_a_minute=30)
"""A long number sends one text a second: half of that stays free for what matters. Thirty an hour to one number is a
text every two minutes, more than any home or nurse can read, and a flood to a carrier's filter."""
OPTED_OUT_CODE = 21610
CREATED, TOO_MANY, SERVER_ERROR = 201, 429, 500
ACCOUNT_STATUSES = frozenset({401, 403, 404})
"""No access, or no such account: it concerns every message, not this one."""
STATUS_PATH, KEY_PATH, PIN_PATH = "/twilio/status", "/twilio/voice/key", "/twilio/voice/pin"
CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
_SILENT = logging.Logger("twilio", logging.CRITICAL + 1)  # noqa: LOG001 - the SDK logs what it sends; nobody may read it


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose account sends, from where, and how the outside reaches our webhooks."""

    account_sid: str
    auth_token: str
    from_number: str
    public_url: str
    messaging_service_sid: str | None = None
    api_url: str | None = None


def account_of(twilio: TwilioSettings, public_url: str) -> Account:
    """Return the account of checked settings (`alerts.phone_settings.check_phone`)."""
    return Account(
        account_sid=twilio.account_sid or "",
        auth_token=twilio.auth_token or "",
        from_number=twilio.from_ or "",
        public_url=public_url.rstrip("/"),
        messaging_service_sid=twilio.messaging_service_sid,
        api_url=twilio.api_url,
    )


def load() -> None:
    """Load what the SDK would load with the first message: whoever takes over a house's calls has it then."""
    _ = Client("nobody", "nothing", environment={"TWILIO_REGION": ""}).messages


class TwilioPhone:
    """The `Phone` of a site with an account at Twilio."""

    def __init__(self, account: Account, database: Database, clock: Clock) -> None:
        self._account = account
        self._database = database
        self._clock = clock

    @property
    def pace(self) -> Pace:
        """How many texts of low urgency the carriers are handed at once."""
        return PACE

    def send(self, message: Outgoing) -> Outcome:
        """Hand a text or call to Twilio, unless it is known to have taken it before under the same key."""
        before = self._known_by_key(message.key)
        if before is not None:
            return Sent(before.reference, twilio_receipts.fate_of(before))
        connection = _Connection(SEND_WITHIN_S)
        try:
            reference, status = self._create(self._client(connection), message)
        except TwilioRestException as error:
            return self._refused(message, error.status, error.code, connection.retry_after)
        except TwilioServiceException as error:
            return self._refused(message, error.status, error.code, connection.retry_after)
        except requests.ConnectionError as error:
            return _not_connected(error)
        except requests.Timeout:
            return Unknown("no answer from the network in time")
        except Exception as error:  # noqa: BLE001 - whatever it was, the message may have gone out
            log.warning("send failed", error=where(error))
            return Unknown(f"{type(error).__name__} while sending")
        self._took(message, reference, status)
        return Sent(reference)

    def delivery(self, reference: str) -> Fate:
        """Return what Twilio told of a message; ask when it tells nothing for long."""
        now = self._clock.now()
        with self._database.read() as session:
            receipt = twilio_receipts.receipt_of(session, reference)
        if receipt is None:
            return "pending"  # it was taken, and writing that down failed; its callback or the receipt's time decides
        if should_ask(receipt, now):
            receipt = self._ask(receipt, now)
        return twilio_receipts.fate_of(receipt)

    def received_since(self, since: datetime) -> Sequence[Received]:
        """Return the texts that were sent to our number since then, oldest first.

        Raises what the SDK raises when the network does not answer.
        """
        service = self._account.messaging_service_sid
        listed = self._client(_Connection(LIST_WITHIN_S)).messages.list(
            to=values.unset if service else self._account.from_number, date_sent_after=since, limit=LISTED_AT_MOST
        )
        found = []
        for text in listed:
            sid, number, at = text.sid, text.from_, text.date_sent
            if str(text.direction) == "inbound" and sid and number and at is not None:
                found.append(Received(reference=sid, number=number, body=text.body or "", at=at))
        return sorted(found, key=lambda text: text.at)

    def line_fault(self) -> str | None:
        """Ask for our own account, which costs nothing: why nothing can be sent now, None when it can."""
        connection = _Connection(LINE_WITHIN_S)
        try:
            found = self._client(connection).api.v2010.accounts(self._account.account_sid).fetch()
        except (TwilioRestException, TwilioServiceException) as error:
            if error.status in ACCOUNT_STATUSES or is_account_fault(error.code):
                return f"{ACCOUNT_REFUSED}: {in_words(error.code)}"
            return None if error.status == TOO_MANY else f"the telephone network fails (HTTP {error.status})"
        except requests.Timeout:
            return "the telephone network does not answer"
        except requests.RequestException:
            return "the telephone network cannot be reached"
        except Exception as error:  # noqa: BLE001 - an answer nobody can read is no way to send either
            return f"the telephone network answers strangely ({type(error).__name__})"
        status = str(found.status)
        return None if status == "active" else f"{ACCOUNT_REFUSED}: it is {status}"

    def _client(self, connection: "_Connection") -> Client:
        account = self._account
        # An empty environment would be replaced by the process's own, which may name another region.
        client = Client(
            account.account_sid, account.auth_token, http_client=connection, environment={"TWILIO_REGION": ""}
        )
        if account.api_url is not None:
            client.api.base_url = account.api_url.rstrip("/")
        return client

    def _create(self, client: Client, message: Outgoing) -> tuple[str, str]:
        """Return the network's reference and first status."""
        account = self._account
        about = urlencode({"page": message.key})
        status_url = f"{account.public_url}{STATUS_PATH}?{about}"
        if message.channel == "sms":
            service = account.messaging_service_sid
            sender = {"messaging_service_sid": service} if service else {"from_": account.from_number}
            text = client.messages.create(
                to=message.number, body=message.body, status_callback=status_url, validity_period=VALID_FOR_S, **sender
            )
            return _named(text.sid), str(text.status)
        call = client.calls.create(
            to=message.number,
            from_=account.from_number,
            twiml=call_script(
                message.body,
                f"{account.public_url}{KEY_PATH}?{about}" if message.asks_for_key else None,
                language=message.language,
            ),
            status_callback=status_url,
            status_callback_event=CALL_EVENTS,
            timeout=RING_FOR_S,
            machine_detection="Enable",
            async_amd="true",
            async_amd_status_callback=status_url,
        )
        return _named(call.sid), str(call.status)

    def _refused(self, message: Outgoing, status: int, code: int | None, retry_after: str | None) -> Outcome:
        if status == TOO_MANY:
            return TryAgain(in_words(code), retry_after_of(retry_after, self._clock.now()))
        if status >= SERVER_ERROR:
            return TryAgain(f"the network fails (HTTP {status})", retry_after_of(retry_after, self._clock.now()))
        if status in ACCOUNT_STATUSES or is_account_fault(code):
            return Refused(f"{ACCOUNT_REFUSED}: {in_words(code)}")
        why = no_texts.STOP if code == OPTED_OUT_CODE else no_texts.LANDLINE if is_landline(code) else None
        if why is not None and message.channel == "sms":
            with self._writing("opt-out not kept"), self._database.write(Turn.CALLS) as session:
                no_texts.remember(session, message.number, why, self._clock.now())
        return Refused(in_words(code))

    def _known_by_key(self, key: str) -> Receipt | None:
        try:
            with self._database.read() as session:
                return twilio_receipts.receipt_by_key(session, key)
        except SQLAlchemyError as error:
            log.warning("earlier tries unknown", error=where(error))
            return None  # at worst the message goes out twice

    def _took(self, message: Outgoing, reference: str, status: str) -> None:
        """Write down that the network took a message; failing that, its page still holds the reference."""
        with self._writing("receipt not kept"), self._database.write(Turn.CALLS) as session:
            twilio_receipts.hear(
                session,
                reference=reference,
                page_key=message.key,
                channel=message.channel,
                status=status,
                code=None,
                source="answer",
                now=self._clock.now(),
            )
            if message.channel == "sms" and not self._account.messaging_service_sid:
                no_texts.forget(session, message.number, no_texts.STOP)  # it would have been refused otherwise

    def _ask(self, receipt: Receipt, now: datetime) -> Receipt:
        """Ask the network about one message; a question without an answer counts as asked."""
        status, code = receipt.status, receipt.error_code
        try:
            client = self._client(_Connection(ASK_WITHIN_S))
            if receipt.channel == "sms":
                text = client.messages(receipt.reference).fetch()
                status, code = str(text.status), text.error_code
            else:
                status = str(client.calls(receipt.reference).fetch().status)
        except Exception as error:  # noqa: BLE001 - not knowing is an answer; the time for the receipt runs on
            log.warning("delivery not told", error=where(error))
        with self._database.write(Turn.CALLS) as session:
            return twilio_receipts.hear(
                session,
                reference=receipt.reference,
                page_key=receipt.page_key,
                channel=receipt.channel,
                status=status,
                code=code,
                source="asked",
                now=now,
            )

    @contextlib.contextmanager
    def _writing(self, otherwise: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            log.error(otherwise, error=where(error))  # noqa: TRY400 - see alerts.fault


class _Connection(HttpClient):
    """The SDK's way to the network for one request: connect, ask, hang up."""

    def __init__(self, within_s: tuple[float, float]) -> None:
        super().__init__(_SILENT, is_async=False)
        self._within_s = within_s
        self.retry_after: str | None = None

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the SDK's signature; ours are fixed
        allow_redirects: bool = False,  # noqa: FBT001, FBT002 - the SDK's signature
    ) -> Response:
        with requests.Session() as session:
            answer = session.request(
                method,
                uri,
                params=params,
                data=data,
                headers={**(headers or {}), "Connection": "close"},
                auth=auth,
                timeout=self._within_s,
                allow_redirects=allow_redirects,
            )
        self.retry_after = answer.headers.get("Retry-After")
        return Response(answer.status_code, answer.text, answer.headers)


def retry_after_of(header: str | None, now: datetime) -> timedelta:
    """Return how long to wait by a Retry-After header, in seconds or as a date, within bounds; ours without one."""
    if header is None:
        return TRY_AGAIN_AFTER
    try:
        asked = timedelta(seconds=float(header))
    except (ValueError, OverflowError):
        try:
            asked = email.utils.parsedate_to_datetime(header) - now
        except (ValueError, TypeError, OverflowError):
            return TRY_AGAIN_AFTER
    return min(max(asked, RETRY_AFTER_AT_LEAST), RETRY_AFTER_AT_MOST)


def _not_connected(error: requests.ConnectionError) -> Outcome:
    """Tell a network that was never reached from one that may have heard before the line broke."""
    why: Any = error.args[0] if error.args else None
    if isinstance(error, requests.ConnectTimeout) or isinstance(getattr(why, "reason", None), NewConnectionError):
        return TryAgain("the network cannot be reached", TRY_AGAIN_AFTER)
    return Unknown("the connection broke")


def _named(reference: str | None) -> str:
    if not reference:
        raise ValueError("the network took a message and gave it no name")
    return reference
