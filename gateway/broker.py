"""Hears hubs at a broker instead of at the gateway's own endpoint: the same queue, the same promise to hubs.

A broker acknowledges a hub's message by itself, so its PUBACK promises nothing; `down/ack` does. The gateway keeps
one persistent session there, acknowledges only what is committed, and returns to it after every break. While the
broker cannot be heard the gateway is deaf, and says so.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

import aiomqtt
import structlog
from paho.mqtt.client import error_string
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from gateway.addresses import broker_address
from gateway.broker_dial import dial, hang_up
from gateway.broker_line import Inbox, Line, manual_acknowledgement, tell_session
from gateway.broker_words import Words
from gateway.clock import Clock, monotonic_s
from gateway.hearing import Hearing
from gateway.ingest import Ingest
from gateway.keys import HubKeys
from gateway.mqtt.topics import PREFIX
from gateway.reading import HubName
from gateway.settings import MqttSettings, SettingsError
from gateway.tls import broker_context
from gateway.wakeup import Wakeup

RECEIVE_MAXIMUM = 1_000
"""How many messages the broker may have under way to us: as many as one commit takes."""

SESSION_S = 7 * 24 * 3_600
"""How long the broker keeps our session, and what arrives for it, while the gateway is away."""

KEEP_ALIVE_S = 3
"""A broker that vanished without a word is missed within twice this; one that closes the connection at once."""

FAREWELL_S = 2.0
"""How long last confirmations may take at the end. A hub that misses one sends again, and is answered then."""

TAKEN_OVER = 0x8E
REFUSED_FROM = 0x80

log = structlog.get_logger(__name__)


class RefusedError(Exception):
    """The broker lets us in and will not tell us what hubs send."""


class Broker:
    """A `gateway.front.Front` at the broker of `mqtt.url`."""

    def __init__(self, ingest: Ingest, keys: HubKeys, clock: Clock, mqtt: MqttSettings) -> None:
        self.ingest = ingest
        self.keys = keys
        self.refusals: Counter[str] = Counter()
        self.warning: str | None = None
        self.certificate_valid_until: datetime | None = None
        self._clock = clock
        self._mqtt = mqtt
        self._address = broker_address(mqtt)
        self._words = Words()
        self._line: Line | None = None
        self._held = False
        self._session_kept = False
        self._let_in = False
        self._staying: asyncio.Task[None] | None = None
        self._hearing = Hearing(trouble_since_s=monotonic_s())

    @property
    def connections(self) -> int:
        """Return 1 while the broker is heard, else 0."""
        return 0 if self._line is None else 1

    @property
    def fault(self) -> str | None:
        """Return why the broker is not heard, None while it is or when we are leaving."""
        return None if self._held else self._hearing.fault(monotonic_s())

    async def open(self) -> int:
        """Begin to look for the broker, and return its port. A broker that is away is no reason not to start.

        Raises
        ------
        SettingsError
            When a certificate towards the broker cannot be used.
        """
        if self._address.encrypted:
            await asyncio.to_thread(broker_context, self._mqtt)
        self._staying = asyncio.create_task(self._stay(), name="gateway broker")
        return self._address.port

    def hold(self) -> None:
        """Take no further message; what the broker sends stays unacknowledged and comes again."""
        self._held = True
        if self._line is not None:
            self._line.hold()

    async def close(self) -> None:
        """Say the last words and leave; the session stays."""
        if self._line is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._words.all_said(), FAREWELL_S)
        if self._staying is not None:
            self._staying.cancel()
            await asyncio.wait([self._staying])

    async def sweep(self) -> None:
        """End the gateway if, by a mistake of ours, nobody looks for the broker any more."""
        if self._staying is not None and self._staying.done():
            self._staying.result()

    def confirm(self, confirmed: Mapping[HubName, tuple[str, int]]) -> None:
        """Tell hubs up to which number nothing of a boot is missing, now or once the broker is back."""
        for hub, (boot, seq) in confirmed.items():
            self._words.add(hub, "ack", {"boot": boot, "seq": seq})

    def request(self, hub: HubName, boot: str, missing: list[int]) -> bool:
        """Ask a hub for missing numbers; False while the broker is away, so that it is asked again later."""
        if self._line is None:
            return False
        self._words.add(hub, "request", {"resend": missing, "boot": boot})
        return True

    def _heard_of(self, hub: HubName) -> None:
        """Tell a hub that reports itself what is confirmed so far: it may have missed the last word."""
        for boot, seq in self.ingest.confirmed(hub).items():
            self._words.add(hub, "ack", {"boot": boot, "seq": seq})

    async def _stay(self) -> None:
        """Connect, and connect again, until cancelled."""
        pause = Wakeup()
        while True:
            try:
                await self._one_connection()
            except (aiomqtt.MqttError, SettingsError, RefusedError, OSError) as error:
                self._lost(self._why(error))
            await pause.wait(self._hearing.pause_s(random.random()))  # noqa: S311 - spreads gateways, keeps no secret

    async def _one_connection(self) -> None:
        """Hold one connection until it ends, which raises."""
        self._let_in = False
        client = await self._dial()
        self._let_in = True
        line = Line(
            client,
            self.ingest,
            self._clock,
            self._mqtt.max_packet_bytes,
            self._heard_of,
            session_kept=self._session_kept,
        )
        tasks: list[asyncio.Task[None]] = []
        try:
            await _subscribe(client)
            if self._held:
                line.hold()
            self._line = line
            self._hearing = self._hearing.connected(monotonic_s())
            log.info("the broker is heard")
            tasks += [asyncio.create_task(line.read()), asyncio.create_task(self._words.say(client))]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._line = None
            line.end()
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            await hang_up(client)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _dial(self) -> aiomqtt.Client:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho does not annotate it
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        return await dial(
            self._mqtt,
            self._mqtt.client_id,
            clean_start=False,
            properties=properties,
            keepalive=KEEP_ALIVE_S,
            queue_type=Inbox,
            prepare=self._prepare,
        )

    def _prepare(self, client: aiomqtt.Client) -> None:
        manual_acknowledgement(client)
        tell_session(client, self._note_session)

    def _note_session(self, kept: bool) -> None:  # noqa: FBT001 - called by the client
        """Remember whether anything that hubs sent while we were away may be lost."""
        self._session_kept = kept

    def _lost(self, why: str) -> None:
        if self._hearing.trouble_since_s is None or self._hearing.connected_since_s is not None:
            log.warning("the broker is not heard; trying again", why=why)
        self._hearing = self._hearing.lost(monotonic_s(), why)

    def _why(self, error: BaseException) -> str:
        code = _code(error)
        if isinstance(code, ReasonCode) and code.value == TAKEN_OVER:
            return f"another client connects as {self._mqtt.client_id!r}: give each gateway its own mqtt.client_id"
        if isinstance(code, ReasonCode):
            why = f"the broker ended or refused the connection: {code.getName().lower()}"
        elif isinstance(code, int):
            why = f"the connection to the broker ended: {error_string(code).rstrip('.').lower()}"
        else:
            why = f"the broker cannot be reached: {error}"
        if self._let_in and isinstance(error, aiomqtt.MqttError) and self._hearing.settled(monotonic_s()).tries:
            # Mosquitto 2.0 does not always say that it was a takeover; a connection that keeps breaking looks like it.
            why = f"{why}; does another client connect as {self._mqtt.client_id!r}?"
        return why


async def _subscribe(client: aiomqtt.Client) -> None:
    """Ask for what hubs send. Raises `RefusedError` when the broker does not let us hear it.

    Readings: with the mark of a retained one, and none from the past. States: those the broker kept, when the
    session is new, because nobody knows yet who is online.
    """
    readings = SubscribeOptions(qos=1, retainAsPublished=True, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
    states = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB)
    granted = await client.subscribe([(f"{PREFIX}/+/up/#", readings), (f"{PREFIX}/+/state", states)])
    refused = [code for code in granted if int(code.value if isinstance(code, ReasonCode) else code) >= REFUSED_FROM]
    if refused:
        raise RefusedError("it lets us in and does not let us hear hubs; check its access list for our user")


def _code(error: BaseException) -> int | ReasonCode | None:
    """Return the code with which a connection ended, which aiomqtt keeps in the cause."""
    for each in (error, error.__cause__):
        if isinstance(each, aiomqtt.MqttCodeError):
            return each.rc
    return None
