"""What is still to be said to hubs through a broker: of each kind the newest only, kept until the broker has it."""

import asyncio
import json
from collections.abc import Mapping

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from gateway.mqtt.topics import down_topic
from gateway.reading import HubName

WORDS_AT_ONCE = 100
"""How many may be under way to the broker: enough to hide its distance, few enough not to crowd out readings."""

KEPT_FOR_HUB_S = 3_600
"""How long the broker keeps a word for a hub that is away. An older one is worth nothing: the hub, when it comes
back, sends what it was not confirmed, and is answered anew."""

_Key = tuple[HubName, str, str]
"""A hub, the leaf of its topic, and the boot it is about: a newer word of one key takes the place of the older."""


class Words:
    """Bounded by the number of hubs and their boots, not by how often they are spoken to."""

    def __init__(self) -> None:
        self._pending: dict[_Key, bytes] = {}
        self._waiting = asyncio.Event()
        self._said = asyncio.Event()
        self._said.set()

    def add(self, hub: HubName, leaf: str, body: Mapping[str, object]) -> None:
        """Have `body`, which names its boot, published below the hub's `down/`."""
        self._pending[hub, leaf, str(body["boot"])] = json.dumps(body).encode()
        self._waiting.set()
        self._said.clear()

    async def all_said(self) -> None:
        """Wait until the broker has every word."""
        await self._said.wait()

    async def say(self, client: aiomqtt.Client) -> None:
        """Publish words as they come, at QoS 1; a word counts as said once the broker has acknowledged it.

        Raises
        ------
        aiomqtt.MqttError
            When the connection breaks; what was under way is kept for the next one.
        """
        client.pending_calls_threshold = WORDS_AT_ONCE
        while True:
            await self._waiting.wait()
            words = dict(list(self._pending.items())[:WORDS_AT_ONCE])
            said = await asyncio.gather(
                *(_publish(client, key, body) for key, body in words.items()), return_exceptions=True
            )
            for outcome in said:
                if outcome is not None:
                    raise outcome
            for key, body in words.items():
                if self._pending.get(key) == body:
                    del self._pending[key]
            if not self._pending:
                self._waiting.clear()
                self._said.set()


async def _publish(client: aiomqtt.Client, key: _Key, body: bytes) -> None:
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho does not annotate it
    properties.MessageExpiryInterval = KEPT_FOR_HUB_S
    hub, leaf, _ = key
    await client.publish(down_topic(hub, leaf), body, qos=1, properties=properties)
