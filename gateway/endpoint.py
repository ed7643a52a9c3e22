"""The MQTT endpoint hubs connect to. Not a broker: nothing is passed on, nothing is kept for a client that is away."""

import asyncio
import contextlib
import json
import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from gateway.clock import Clock
from gateway.connection import Connection
from gateway.ingest import Ingest
from gateway.keys import HubKeys
from gateway.listener import Listener
from gateway.mqtt.properties import Reason
from gateway.mqtt.topics import down_topic
from gateway.reading import HubName
from gateway.settings import MqttSettings

MAX_STRANGERS = 4_096
"""Sockets that may be open without an introduction; each is shown out after ten seconds."""

FAREWELL_S = 1.0
"""How long clients have to close after our farewell, before the sockets are cut."""


class Endpoint:
    """Every connection, by hub. A `gateway.front.Front`."""

    def __init__(self, ingest: Ingest, keys: HubKeys, clock: Clock, mqtt: MqttSettings) -> None:
        self.ingest = ingest
        self.keys = keys
        self.clock = clock
        self.max_packet_bytes = mqtt.max_packet_bytes
        self.refusals: Counter[str] = Counter()
        self._strangers: set[Connection] = set()
        self._sockets: set[Connection] = set()
        self._empty = asyncio.Event()
        self._hubs: dict[HubName, dict[str, Connection]] = {}
        self._leaving = False
        self._listener = Listener(mqtt, lambda: Connection(self))

    @property
    def connections(self) -> int:
        """Return how many hubs are connected now."""
        return sum(len(own) for own in self._hubs.values())

    @property
    def fault(self) -> str | None:
        """Return why no hub can connect, None while they can or when we are leaving."""
        return None if self._listener.serving or self._leaving else "the endpoint takes no connections"

    @property
    def warning(self) -> str | None:
        """Return what is wrong with a renewed certificate, None when nothing is."""
        return self._listener.fault

    @property
    def certificate_valid_until(self) -> datetime | None:
        """Return until when the certificate shown to hubs is valid, None without one."""
        return self._listener.valid_until

    @property
    def hubs_show_certificates(self) -> bool:
        """Return whether a hub must show a certificate of its own."""
        return self._listener.hubs_show_certificates

    async def open(self) -> int:
        """Open the door and return the port.

        Raises
        ------
        SettingsError
            When the address or the certificate cannot be used, or readings would cross the network unencrypted.
        """
        return await self._listener.open()

    def hold(self) -> None:
        """Take nothing more: no new connection, no further byte of the present ones."""
        self._leaving = True
        self._listener.close()
        for connection in self._all():
            connection.hold()

    async def close(self) -> None:
        """Say farewell to everybody. A hub's will is void: it did not vanish, we did."""
        for connection in self._all():
            connection.dismiss(Reason.SHUTTING_DOWN, will=False)
        if self._sockets:
            self._empty.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), FAREWELL_S)
        for connection in tuple(self._sockets):
            connection.abort()

    async def sweep(self) -> None:
        """Put out who was silent too long and hubs that may no longer be here; use a renewed certificate."""
        await self._listener.renew()
        now_s = asyncio.get_running_loop().time()
        for connection in self._all():
            if connection.overdue(now_s):
                self.refused("keep alive timeout")
                connection.dismiss(Reason.KEEP_ALIVE_TIMEOUT)
            elif connection.hub and not self.keys.allowed(connection.hub):
                self.refused("hub disabled")
                connection.dismiss(Reason.NOT_AUTHORIZED)

    def confirm(self, confirmed: Mapping[HubName, tuple[str, int]]) -> None:
        """Tell hubs up to which number nothing of a boot is missing."""
        for hub, (boot, seq) in confirmed.items():
            self._send_down(hub, "ack", {"boot": boot, "seq": seq})

    def request(self, hub: HubName, boot: str, missing: list[int]) -> bool:
        """Ask a hub for missing numbers; return whether it is connected."""
        return self._send_down(hub, "request", {"resend": missing, "boot": boot})

    def _send_down(self, hub: HubName, leaf: str, body: Mapping[str, object]) -> bool:
        own = self._hubs.get(hub)
        if not own:
            return False
        topic, payload = down_topic(hub, leaf), json.dumps(body).encode()
        for connection in own.values():
            connection.send_down(topic, payload)
        return True

    # What a connection needs.

    def arrived(self, connection: Connection) -> None:
        """Count a socket that has not introduced itself yet; too many are not let in."""
        self._sockets.add(connection)
        if len(self._strangers) >= MAX_STRANGERS:
            self.refused("too many strangers")
            connection.abort()
        else:
            self._strangers.add(connection)

    def lost(self, connection: Connection) -> None:
        """Forget a socket that is closed."""
        self._sockets.discard(connection)
        if not self._sockets:
            self._empty.set()

    def admit(self, connection: Connection) -> None:
        """Take a hub in; whoever held the same client id of the same hub is put out.

        The one put out does not speak its will: the hub is here. Client ids are a hub's own, so none can put out
        another's connection.
        """
        self._strangers.discard(connection)
        own = self._hubs.setdefault(connection.hub, {})
        if (before := own.pop(connection.client_id, None)) is not None:
            before.dismiss(Reason.TAKEN_OVER, will=False)
        self._hubs.setdefault(connection.hub, {})[connection.client_id] = connection

    def leave(self, connection: Connection) -> None:
        """Forget a connection; forgetting it twice is harmless."""
        self._strangers.discard(connection)
        own = self._hubs.get(connection.hub, {})
        if own.get(connection.client_id) is connection:
            del own[connection.client_id]
            if not own:
                self._hubs.pop(connection.hub, None)

    def refused(self, why: str) -> None:
        """Count something that was refused."""
        self.refusals[why] += 1

    def subscribed(self, connection: Connection) -> None:
        """Tell a hub that listens what is confirmed so far: it may have missed the last word."""
        for boot, seq in self.ingest.confirmed(connection.hub).items():
            body = json.dumps({"boot": boot, "seq": seq}).encode()
            connection.send_down(down_topic(connection.hub, "ack"), body)

    def new_client_id(self) -> str:
        """Return a client id nobody has."""
        return f"stepguard-{secrets.token_hex(8)}"

    def _all(self) -> list[Connection]:
        return [*self._strangers, *(connection for own in self._hubs.values() for connection in own.values())]
