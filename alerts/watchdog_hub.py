"""The watchdog as a hub among hubs: sends synthetic readings by the way in that every home uses.

Each round has a connection of its own, as a home's hub may have after a night: a way in that takes no new connection
is found. The connection then stays until the next round, so that its will tells at once when the watchdog is gone.
"""

import asyncio
import contextlib
import json
import ssl
from collections.abc import Callable
from datetime import datetime

import aiomqtt

from alerts.watchdog_round import Leg

ANSWER_WITHIN_S = 15.0
KEEP_ALIVE_S = 30
LEAVE_WITHIN_S = 2.0
LONGEST_REASON = 60
PLAIN = {
    "Connection refused": "nobody listens",
    "timed out": "no answer in time",
    "certificate has expired": "its certificate has expired",
    "certificate verify failed": "its certificate cannot be believed",
}
FEVER_C = 38.4
"""Fever by definition, and below where a site may let an emergency begin (monitor/data/rule_bounds.toml)."""


class HubError(Exception):
    """A round could not be begun; the message says why in words for the call."""


class WatchdogHub:
    """One hub. One that goes `beside` a running one has a client id of its own, so that neither ends the other."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        name: str,
        password: str | None,
        boot: str,
        tls: ssl.SSLContext | None,
        now: Callable[[], datetime],
        beside: bool = False,
    ) -> None:
        self._client_id = f"{name}-beside" if beside else name
        self._host, self._port, self._name, self._password = host, port, name, password
        self._boot, self._tls, self._now = boot, tls, now
        self._line: contextlib.AsyncExitStack | None = None
        self._connected: aiomqtt.Client | None = None
        self._listening: asyncio.Task[None] | None = None
        self.acknowledged: int | None = None
        self.acknowledged_at: datetime | None = None

    async def send(self, seq: int, reached: Callable[[Leg, datetime], None]) -> None:
        """Connect anew, publish the reading `seq` and return once it is acknowledged.

        `reached` is told of each leg with the instant at which it was done.

        Raises
        ------
        HubError
            When the way in takes no connection or no reading.
        """
        await self.hang_up()
        line = contextlib.AsyncExitStack()
        try:
            client = await line.enter_async_context(self._client())
            self._line, self._connected = line, client
            await client.subscribe(f"{self._topic}/down/ack", qos=1)
            reached("connected", self._now())
            self._listening = asyncio.create_task(self._listen(client), name="watchdog listens")
            await client.publish(f"{self._topic}/state", self._state(online=True), qos=1)
            await client.publish(f"{self._topic}/up/reading", self._reading(seq), qos=1)
            reached("published", self._now())
        except (aiomqtt.MqttError, OSError, TimeoutError) as error:
            await self.hang_up()
            raise HubError(_in_words(error)) from error

    async def leave(self) -> None:
        """Say that this watchdog ends, so that nobody has to wait until it is missed; then hang up."""
        if self._connected is not None:
            with contextlib.suppress(aiomqtt.MqttError, OSError, TimeoutError):
                async with asyncio.timeout(LEAVE_WITHIN_S):
                    await self._connected.publish(f"{self._topic}/state", self._state(online=False), qos=1)
        await self.hang_up()

    async def hang_up(self) -> None:
        """End the connection with a word, so that nobody takes it for the end of the watchdog."""
        line, listening = self._line, self._listening
        self._line = self._listening = self._connected = None
        if listening is not None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        if line is not None:
            with contextlib.suppress(aiomqtt.MqttError, OSError, TimeoutError):
                await line.aclose()

    @property
    def _topic(self) -> str:
        return f"stepguard/v1/{self._name}"

    def _client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self._host,
            self._port,
            identifier=self._client_id,
            username=self._name,
            password=self._password,
            protocol=aiomqtt.ProtocolVersion.V5,
            will=aiomqtt.Will(f"{self._topic}/state", self._state(online=False), qos=1),
            tls_context=self._tls,
            timeout=ANSWER_WITHIN_S,
            keepalive=KEEP_ALIVE_S,
        )

    async def _listen(self, client: aiomqtt.Client) -> None:
        """Take in `down/ack`: the word that a reading is stored, also where a broker gave the PUBACK."""
        with contextlib.suppress(aiomqtt.MqttError):  # the next round connects again
            async for heard in client.messages:
                seq = _acknowledged(heard.payload, self._boot)
                if seq is not None and (self.acknowledged is None or seq > self.acknowledged):
                    self.acknowledged, self.acknowledged_at = seq, self._now()

    def _state(self, *, online: bool) -> bytes:
        return json.dumps({"online": online, "boot": self._boot, "software": "stepguard watchdog"}).encode()

    def _reading(self, seq: int) -> bytes:
        body = {
            "boot": self._boot,
            "seq": seq,
            "measured_at": self._now().isoformat(),
            "temperature": {"value": FEVER_C, "unit": "Cel", "site": "oral"},
        }
        return json.dumps(body).encode()


def _acknowledged(payload: object, boot: str) -> int | None:
    """Return up to which number of this boot everything is stored; None when the message says nothing of it."""
    if not isinstance(payload, bytes | bytearray):
        return None
    try:
        body = json.loads(payload)
    except ValueError:
        return None
    seq = body.get("seq") if isinstance(body, dict) and body.get("boot") == boot else None
    return seq if isinstance(seq, int) else None


def _in_words(error: Exception) -> str:
    """Say what kept a connection from being made; the library hands on what the operating system said, as text."""
    if isinstance(error, aiomqtt.MqttCodeError):
        return f"refused ({error.rc})"
    said = str(error)
    for part, words in PLAIN.items():
        if part in said:
            return words
    return said[:LONGEST_REASON] or type(error).__name__
