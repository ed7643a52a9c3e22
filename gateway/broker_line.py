"""One connection to a broker, from its first message to its end. Its acknowledgements end with it.

A packet number means a message only on the connection it came by: after a reconnect the same number may name
another message, and acknowledging that one would lose it. So every connection is a sender of its own, and what is
stored after its end is not acknowledged: the broker sends it again, and it is recognised as a duplicate.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import aiomqtt
from paho.mqtt.client import ConnectFlags

from gateway.clock import Clock
from gateway.ingest import Ingest
from gateway.intake import STATE_LEAF, Arrived
from gateway.mqtt.topics import hub_and_leaf
from gateway.reading import HubName
from gateway.store import HUB_NAME

QOS_0_KEPT = 4_000
"""Messages at QoS 0 in memory, of which nothing is promised. Those at QoS 1 are bounded by the Receive Maximum."""

NO_NAME = HubName("?")
"""Stands for a topic level that can be no hub's name, and might be a person's."""


class Inbox(asyncio.Queue[aiomqtt.Message]):
    """Has room for every message the broker may have under way, and for some at QoS 0."""

    def put_nowait(self, item: aiomqtt.Message) -> None:
        """Put a message; QueueFull for one at QoS 0 too many, which aiomqtt then drops and logs.

        A limit for all would drop messages at QoS 1 too.
        """
        if item.qos == 0 and self.qsize() >= QOS_0_KEPT:
            raise asyncio.QueueFull
        super().put_nowait(item)


class Line:
    """The sender of everything one connection brings."""

    def __init__(
        self,
        client: aiomqtt.Client,
        ingest: Ingest,
        clock: Clock,
        max_bytes: int,
        heard_of: Callable[[HubName], None],
        *,
        session_kept: bool = True,
    ) -> None:
        self._client = client
        self._ingest = ingest
        self._clock = clock
        self._max_bytes = max_bytes
        self._heard_of = heard_of
        self._after_a_loss = not session_kept
        self._ended = False
        self._held = False
        self._room = asyncio.Event()
        self._room.set()

    async def read(self) -> None:
        """Hand messages on until the connection ends; not faster than they can be stored.

        While the queue is full nothing is taken, so nothing is acknowledged, so the broker stops at the Receive
        Maximum: nothing is dropped.

        Raises
        ------
        aiomqtt.MqttError
            When the connection ended.
        """
        async for message in self._client.messages:
            await self._room.wait()
            self._take(message)
            if self._ingest.full:
                self._room.clear()
                self._ingest.when_room(self)

    def stored(self, packet_ids: Sequence[int]) -> None:
        """Acknowledge what is on disk, unless the connection it came by is gone."""
        if self._ended:
            return
        for packet_id in packet_ids:
            # aiomqtt 2 has no public way to acknowledge; version 3 has. Only this line and `manual_acknowledgement`
            # reach below it.
            self._client._client.ack(packet_id, 1)  # noqa: SLF001

    def resume(self) -> None:
        """Take messages again: there is room."""
        if not self._held:
            self._room.set()

    def hold(self) -> None:
        """Take nothing more. What was received and not taken is not acknowledged, and comes again."""
        self._held = True
        self._room.clear()

    def end(self) -> None:
        """Acknowledge nothing more: the connection is gone."""
        self._ended = True

    def _take(self, message: aiomqtt.Message) -> None:
        whose = hub_and_leaf(message.topic.value)
        hub, leaf = (NO_NAME, STATE_LEAF) if whose is None else (HubName(whose[0]), whose[1])
        if not HUB_NAME.fullmatch(hub):
            hub = NO_NAME
        payload = message.payload if isinstance(message.payload, bytes) else b""
        objection = self._objection(message, leaf, payload)
        arrived = Arrived(hub, leaf, payload, self._clock.now(), objection, self._after_a_loss)
        self._ingest.offer(arrived, self, message.mid if message.qos else 0)
        if leaf == STATE_LEAF:
            self._heard_of(hub)

    def _objection(self, message: aiomqtt.Message, leaf: str, payload: bytes) -> str | None:
        """Return why a message may not count although the broker let it pass, or None."""
        if len(payload) > self._max_bytes:
            return f"larger than {self._max_bytes} bytes: only its beginning is kept"
        if message.retain and leaf != STATE_LEAF:
            return "a reading is never retained"
        return None


def manual_acknowledgement(client: aiomqtt.Client) -> None:
    """Have nothing acknowledged but by `Line.stored`. aiomqtt 2 has no public way to say so."""
    client._client.manual_ack_set(on=True)  # noqa: SLF001


def tell_session(client: aiomqtt.Client, told: Callable[[bool], None]) -> None:
    """Call `told` with whether the broker had kept our session. aiomqtt 2 reads that and keeps it to itself."""
    paho = client._client  # noqa: SLF001
    theirs = paho.on_connect

    def on_connect(sender: Any, userdata: Any, flags: ConnectFlags, *rest: Any) -> None:
        told(flags.session_present)
        if theirs is not None:
            theirs(sender, userdata, flags, *rest)  # type: ignore[arg-type]  # it is one of two forms of callback

    paho.on_connect = on_connect
