"""A telephone network on one machine: takes texts and calls as Twilio's REST API does, and calls webhooks signed.

For trying Stepguard out, and for its tests: nothing leaves this machine. Texts and calls are printed; a line such as
`+12025550112 AB12 OK` on the keyboard is a reply from that telephone, `+12025550112 #1` a key pressed in its call.
The same by HTTP: `GET /local/messages`, `POST /local/reply` (from, body), `POST /local/press` (number, key).

    python deploy/phone_network.py --account AC... --token-file token --number +12025550100 \
        --webhooks http://127.0.0.1:8480
"""

import argparse
import asyncio
import base64
import contextlib
import hmac
import re
import sys
import threading
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

sys.path.insert(0, str(Path(__file__).parent))  # also where this file is loaded by its path
from phone_shapes import (
    Manner,
    Received,
    RefusedError,
    Taken,
    page_of,
    refusal_of,
    resource_of,
    resource_of_received,
    sign,
)

__all__ = ["Manner", "Network", "Taken", "main", "sign"]
API = "/2010-04-01/Accounts"
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
ANSWER_WITHIN_S = 15.0
"""How long a webhook may take; Twilio waits as long."""
STEP_S = 0.3
"""Between two pieces of news about a message when they come by themselves."""
STALL_S = 3600.0
"""Longer than anybody waits for an answer."""
LANDLINE_CODE = 30006
LISTEN_S = 60.0
"""How long a call lasts in which no key is pressed, when calls end by themselves."""


class Network:
    """One account with one number. `reach` maps the beginning of a public URL to where it is served, as a proxy does.

    `peers` maps numbers of other accounts to the address of the network that has them: texts to those arrive there.
    With `lively` texts are delivered and calls ring by themselves; otherwise `tell` says what happens to them. Texts to
    `landlines` are never delivered, and calls to `voicemails` are taken by a machine.
    """

    def __init__(
        self, account: str, token: str, number: str, *,
        webhooks: str | None = None, reach: Mapping[str, str] | None = None, lively: bool = False,
        peers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.account, self.token, self.number = account, token, number
        self.webhooks = webhooks
        self.reach = dict(reach or {})
        self.lively = lively
        self.peers = dict(peers or {})
        self.taken: list[Taken] = []
        self.manners: dict[str, list[Manner]] = {}
        self.received: list[Received] = []
        self.opted_out: set[str] = set()
        self.landlines: set[str] = set()
        self.voicemails: set[str] = set()
        self.requests = 0
        self._running: set[asyncio.Task[None]] = set()

    def application(self) -> web.Application:
        """Return the API and, beside it, what a person at this machine may do."""
        app = web.Application()
        app.add_routes(
            [
                web.get(f"{API}/{{account}}.json", self._account),
                web.post(f"{API}/{{account}}/Messages.json", self._create),
                web.post(f"{API}/{{account}}/Calls.json", self._create),
                web.get(f"{API}/{{account}}/Messages.json", self._list),
                web.get(f"{API}/{{account}}/Messages/{{reference}}.json", self._fetch),
                web.get(f"{API}/{{account}}/Calls/{{reference}}.json", self._fetch),
                web.get("/local/messages", self._messages),
                web.post("/local/reply", self._replied),
                web.post("/local/arrive", self._arrived),
                web.post("/local/press", self._pressed),
            ]
        )
        app.on_shutdown.append(self._hang_up)
        return app

    async def tell(self, taken: Taken, status: str, code: int | None = None, *, silently: bool = False) -> int | None:
        """Let a message become `status` and call its status webhook; return the HTTP answer, None when none is due."""
        taken.status, taken.error_code = status, code
        return None if silently else await self.call_back(taken, status, code)

    async def call_back(self, taken: Taken, status: str, code: int | None = None) -> int | None:
        """Call the status webhook, whatever the message's status is: late, twice, out of order."""
        if taken.status_url is None:
            return None
        about = {"To": taken.to, "From": taken.sender, "AccountSid": self.account, "ApiVersion": "2010-04-01"}
        if code is not None:
            about["ErrorCode"] = str(code)
        told = {"MessageSid": taken.reference, "MessageStatus": status, "SmsSid": taken.reference, "SmsStatus": status}
        if taken.channel == "voice":
            told = {"CallSid": taken.reference, "CallStatus": status, "Direction": "outbound-api"}
        return (await self.post(taken.status_url, {**about, **told}))[0]

    async def listened(self, taken: Taken, answered_by: str) -> int | None:
        """Say who took the call, as the listening beside it finds."""
        url = taken.form.get("AsyncAmdStatusCallback")
        if url is None:
            return None
        about = {"CallSid": taken.reference, "AccountSid": self.account, "AnsweredBy": answered_by}
        return (await self.post(url, {**about, "MachineDetectionDuration": "2400"}))[0]

    async def reply(
        self, number: str, body: str, reference: str | None = None, *, at: datetime | None = None, lost: bool = False
    ) -> tuple[int, str]:
        """Send a text from `number`; STOP and START are heeded as carriers do. Return the webhook's answer.

        A text that is `lost` is taken by the network, and its webhook is not called: it is told of only when asked.
        """
        word, told = body.strip().upper(), {}
        if word in STOP_WORDS:
            self.opted_out.add(number)
            told = {"OptOutType": "STOP"}
        elif word in START_WORDS:
            self.opted_out.discard(number)
            told = {"OptOutType": "START"}
        sid = reference or f"SM{uuid.uuid4().hex}"
        self.arrive(number, body, sid, at=at)
        if lost or self.webhooks is None:
            return 0, ""
        about = {
            "ToCountry": "US", "ToState": "", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "", "FromZip": "",
            "SmsSid": sid, "FromState": "", "SmsStatus": "received", "FromCity": "", "Body": body, "FromCountry": "US",
            "To": self.number, "ToZip": "", "NumSegments": "1", "MessageSid": sid, "AccountSid": self.account,
            "From": number, "ApiVersion": "2010-04-01", **told,
        }  # fmt: skip
        return await self.post(f"{self.webhooks}/twilio/sms", about)

    def arrive(self, number: str, body: str, reference: str | None = None, *, at: datetime | None = None) -> None:
        """Let a text from `number` come to the account's own number, where its owner can list it."""
        sid = reference or f"SM{uuid.uuid4().hex}"
        self.received.append(Received(reference=sid, sender=number, to=self.number, body=body, at=at or _now()))

    async def press(self, taken: Taken, key: str) -> tuple[int, str]:
        """Press a key in a call; return the webhook's answer, whose words are spoken and whose question is asked."""
        if taken.key_url is None:
            raise ValueError("this call asks for no key")
        key = key if taken.digits is None else key[: taken.digits]
        about = {
            "CallSid": taken.reference, "AccountSid": self.account, "From": taken.sender, "To": taken.to,
            "CallStatus": "in-progress", "Direction": "outbound-api", "ApiVersion": "2010-04-01",
            "Digits": key, "msg": "Gather End", "FinishedOnKey": "",
        }  # fmt: skip
        status, document = await self.post(taken.key_url, about)
        if document and not self._speak(taken, document):
            taken.over.set()
        return status, document

    async def post(self, url: str, form: Mapping[str, str], signature: str | None = None) -> tuple[int, str]:
        """Call a webhook; without `signature` with the right one. Return status and body of the answer."""
        signed = {"X-Twilio-Signature": sign(self.token, url, form) if signature is None else signature}
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "User-Agent": "TwilioProxy/1.1"}
        waiting = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
        async with (
            aiohttp.ClientSession(timeout=waiting) as session,
            session.post(self._served_at(url), data=urlencode(form), headers={**headers, **signed}) as answer,
        ):
            return answer.status, await answer.text()

    def _served_at(self, url: str) -> str:
        for public, own in self.reach.items():
            if url.startswith(public):
                return own + url.removeprefix(public)
        return url

    async def _create(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        waiting = self.manners.get(form.get("To", ""))
        manner = waiting.pop(0) if waiting else Manner()
        self.requests += 1
        try:
            self._admit(request, form)
            if manner.stalls:
                await asyncio.sleep(STALL_S)
            taken = self._take("voice" if request.path.endswith("Calls.json") else "sms", form, manner)
        except RefusedError as refusal:
            return refusal_of(refusal, manner.retry_after)
        if manner.breaks_off and request.transport is not None:
            request.transport.abort()
        if taken.channel == "sms" and taken.to in self.peers:
            self._start(self._hand_over(taken))
        if self.lively:
            self._start(self._live(taken))
        return web.json_response(resource_of(self.account, taken), status=web.HTTPCreated.status_code)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _hand_over(self, taken: Taken) -> None:
        """Let a text reach the network of another account; one that is away loses it, as carriers do."""
        told = {"from": taken.sender, "body": taken.body}
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with aiohttp.ClientSession() as session:
                await session.post(f"{self.peers[taken.to]}/local/arrive", data=told)

    async def _fetch(self, request: web.Request) -> web.Response:
        self.requests += 1
        try:
            self._admit(request, {})
            return web.json_response(resource_of(self.account, self._found(request.match_info["reference"])))
        except RefusedError as refusal:
            return refusal_of(refusal, None)

    async def _account(self, request: web.Request) -> web.Response:
        """Tell whoever has the token of the account that it stands; no message, so it counts as no request."""
        try:
            self._admit(request, {})
        except RefusedError as refusal:
            return refusal_of(refusal, None)
        return web.json_response({"sid": self.account, "status": "active", "type": "Full"})

    async def _list(self, request: web.Request) -> web.Response:
        """Give the texts that were sent to the account's number, since a time, newest first."""
        self.requests += 1
        try:
            self._admit(request, {})
        except RefusedError as refusal:
            return refusal_of(refusal, None)
        since = datetime.fromisoformat(request.query.get("DateSent>", "1970-01-01T00:00:00Z"))
        to = request.query.get("To", self.number)
        texts = sorted((one for one in self.received if one.to == to and one.at >= since), key=lambda one: one.at)
        shown = [resource_of_received(self.account, one) for one in reversed(texts)]
        return web.json_response(page_of(self.account, request.query, shown))

    def _found(self, reference: str) -> Taken:
        for taken in self.taken:
            if taken.reference == reference:
                return taken
        raise RefusedError(404, 20404, "The requested resource was not found")

    def _admit(self, request: web.Request, form: Mapping[str, str]) -> None:
        given = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        if not hmac.compare_digest(request.headers.get("Authorization", ""), f"Basic {given}"):
            raise RefusedError(401, 20003, "Authenticate")
        if request.match_info["account"] != self.account:
            raise RefusedError(404, 20404, "The requested resource was not found")
        if request.method != "POST":
            return
        if not E164.fullmatch(form.get("To", "")):
            raise RefusedError(400, 21211, "The 'To' number is not a valid phone number.")
        if form.get("From") != self.number and "MessagingServiceSid" not in form:
            raise RefusedError(400, 21606, "The 'From' phone number provided is not valid for this account.")
        if request.path.endswith("Messages.json"):
            if not form.get("Body"):
                raise RefusedError(400, 21602, "Message body is required.")
            if form["To"] in self.opted_out:
                raise RefusedError(400, 21610, "Attempt to send to unsubscribed recipient")

    def _take(self, channel: str, form: Mapping[str, str], manner: Manner) -> Taken:
        if manner.status != web.HTTPCreated.status_code:
            raise RefusedError(manner.status, manner.code or manner.status, "refused by the manner of this number")
        taken = Taken(
            reference=f"{'SM' if channel == 'sms' else 'CA'}{uuid.uuid4().hex}", channel=channel, status="queued",
            to=form["To"], sender=form.get("From", self.number), body=form.get("Body", ""), form=form,
        )  # fmt: skip
        if channel == "voice":
            self._speak(taken, form.get("Twiml", ""))
        self.taken.append(taken)
        return taken

    def _speak(self, taken: Taken, document: str) -> bool:
        """Take a script's words and the question in it; return whether there is one."""
        try:
            script = ET.fromstring(document)  # noqa: S314 - from the service on trial, which may hurt only itself
        except ET.ParseError as error:
            raise RefusedError(400, 21205, "Twiml is not valid") from error
        taken.body = " / ".join(said.text or "" for said in script.iter("Say"))
        gather = script.find("Gather")
        taken.key_url = None if gather is None else gather.get("action")
        asked = None if gather is None else gather.get("numDigits")
        taken.digits = None if asked is None else int(asked)
        if self.lively and taken.body:
            print(f"[{taken.to} hears] {taken.body}", flush=True)
        return taken.key_url is not None

    async def _messages(self, _request: web.Request) -> web.Response:
        shown = ("to", "channel", "body", "status")
        return web.json_response([{name: getattr(taken, name) for name in shown} for taken in self.taken])

    async def _replied(self, request: web.Request) -> web.Response:
        form = await request.post()
        return web.json_response({"webhook": (await self.reply(_number(form["from"]), str(form["body"])))[0]})

    async def _arrived(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.arrive(_number(form["from"]), str(form["body"]))
        if self.lively:
            print(f"[{self.number} reads] {form['body']}", flush=True)
        return web.json_response({})

    async def _pressed(self, request: web.Request) -> web.Response:
        form = await request.post()
        taken = self._ringing(_number(form["number"]))
        answer = None if taken is None else (await self.press(taken, str(form["key"])))[0]
        return web.json_response({"webhook": answer}, status=404 if taken is None else 200)

    async def typed(self, line: str) -> None:
        """Do what a line from the keyboard asks for."""
        number, _, words = line.strip().partition(" ")
        if not E164.fullmatch(number) or not words:
            print("? write a number in the form +12025550112, a blank, and the text, or #1 for a key", flush=True)
        elif not words.startswith("#"):
            print(f"[webhook answered {(await self.reply(number, words))[0]}]", flush=True)
        elif (taken := self._ringing(number)) is not None:
            print(f"[webhook answered {(await self.press(taken, words[1:]))[0]}]", flush=True)
        else:
            print(f"? no call to {number} asks for a key", flush=True)

    def _ringing(self, number: str) -> Taken | None:
        return next((taken for taken in reversed(self.taken) if taken.to == number and taken.key_url), None)

    async def _live(self, taken: Taken) -> None:
        """Let a message have the life it has on a good day."""
        if taken.channel == "sms":
            print(f"[{taken.to} reads] {taken.body}", flush=True)
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            if taken.channel == "sms" and taken.to in self.landlines:
                await asyncio.sleep(STEP_S)
                await self.tell(taken, "undelivered", LANDLINE_CODE)
                return
            for status in ("sent", "delivered") if taken.channel == "sms" else ("initiated", "ringing", "in-progress"):
                await asyncio.sleep(STEP_S)
                await self.tell(taken, status)
            if taken.channel == "voice" and taken.to in self.voicemails:
                taken.key_url = None
                await self.listened(taken, "machine_start")
                await self.tell(taken, "completed")
            elif taken.channel == "voice":
                await self.listened(taken, "human")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(taken.over.wait(), LISTEN_S)
                taken.key_url = None
                await self.tell(taken, "completed")

    async def _hang_up(self, _app: web.Application) -> None:
        for task in tuple(self._running):
            task.cancel()


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - a network of its own has a clock of its own


def _number(given: object) -> str:
    """Return a number from a form in which nobody encoded the plus sign, which then arrives as a blank."""
    return "+" + str(given).strip().lstrip("+")


def _read_keyboard(network: Network, loop: asyncio.AbstractEventLoop) -> None:
    for line in sys.stdin:
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            asyncio.run_coroutine_threadsafe(network.typed(line), loop).result()


async def _serve(network: Network, listen: str) -> None:
    host, _, port = listen.rpartition(":")
    runner = web.AppRunner(network.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, int(port)).start()
    print(f"telephone network on http://{host}:{runner.addresses[0][1]}, number {network.number}", flush=True)
    threading.Thread(target=_read_keyboard, args=(network, asyncio.get_running_loop()), daemon=True).start()
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the network until interrupted."""
    parser = argparse.ArgumentParser(description="A telephone network on one machine, for trying Stepguard out.")
    parser.add_argument("--listen", default="127.0.0.1:8490", help="host:port of the API (default %(default)s)")
    parser.add_argument("--account", required=True, help="twilio.account_sid: AC and 32 hexadecimal digits")
    parser.add_argument("--token-file", required=True, type=Path, help="file that holds twilio.auth_token")
    parser.add_argument("--number", required=True, help="twilio.from")
    parser.add_argument(
        "--webhooks", default="http://127.0.0.1:8480", help="http.public_url of Stepguard (default %(default)s)"
    )
    parser.add_argument("--reach", nargs=2, metavar=("PUBLIC", "SERVED"), help="where a public URL is really served")
    parser.add_argument("--landline", action="append", default=[], metavar="NUMBER", help="no text reaches it")
    parser.add_argument("--voicemail", action="append", default=[], metavar="NUMBER", help="a machine takes its calls")
    parser.add_argument(
        "--peer", nargs=2, metavar=("NUMBER", "URL"), help="a number of another account, and the network that has it"
    )
    given = parser.parse_args(arguments)
    token = given.token_file.read_text(encoding="utf-8").strip()
    reach = dict([given.reach]) if given.reach else {}
    peers = dict([given.peer]) if given.peer else {}
    hooks = given.webhooks.rstrip("/")
    network = Network(given.account, token, given.number, webhooks=hooks, reach=reach, lively=True, peers=peers)
    network.landlines.update(given.landline)
    network.voicemails.update(given.voicemail)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(network, given.listen))


if __name__ == "__main__":
    main()
