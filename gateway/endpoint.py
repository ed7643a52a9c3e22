"""The MQTT endpoint hubs connect to. Not a broker: nothing is passed on, nothing is kept for a client that is away."""

import asyncio
import contextlib
import ipaddress
import json
import secrets
from collections import Counter
from collections.abc import Mapping

from gateway.clock import Clock
from gateway.connection import Connection
from gateway.ingest import Ingest
from gateway.keys import HubKeys
from gateway.mqtt.properties import Reason
from gateway.mqtt.topics import down_topic
from gateway.reading import HubName
from gateway.settings import MqttSettings, SettingsError

MAX_STRANGERS = 4_096
"""Sockets that may be open without an introduction; each is shown out after ten seconds."""

FAREWELL_S = 1.0
"""How long clients have to close after our farewell, before the sockets are cut."""

BACKLOG = 1_024
"""Connections the kernel keeps while a thousand hubs come back at once."""


class Endpoint:
    """Every connection, by hub."""

    def __init__(self, ingest: Ingest, keys: HubKeys, clock: Clock, max_packet_bytes: int) -> None:
        self.ingest = ingest
        self.keys = keys
        self.clock = clock
        self.max_packet_bytes = max_packet_bytes
        self.refusals: Counter[str] = Counter()
        self._strangers: set[Connection] = set()
        self._sockets: set[Connection] = set()
        self._empty = asyncio.Event()
        self._hubs: dict[HubName, dict[str, Connection]] = {}
        self._server: asyncio.Server | None = None

    @property
    def connections(self) -> int:
        """Return how many hubs are connected now."""
        return sum(len(own) for own in self._hubs.values())

    @property
    def listening(self) -> bool:
        """Return whether hubs may connect now."""
        return self._server is not None and self._server.is_serving()

    async def listen(self, mqtt: MqttSettings) -> int:
        """Open the door and return the port.

        Raises
        ------
        SettingsError
            When the address cannot be used, or would offer readings to the network unencrypted.
        """
        host, port = listening_address(mqtt)
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: Connection(self), host, port, backlog=BACKLOG)
        except OSError as error:
            raise SettingsError(f"mqtt.listen: cannot listen on {mqtt.listen}: {error.strerror}") from error
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    def stop_listening(self) -> None:
        """Take nothing more: no new connection, no further byte of the present ones."""
        if self._server is not None:
            self._server.close()
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

    def sweep(self) -> None:
        """Put out who was silent too long, and hubs that may no longer be here."""
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
            self.send_down(hub, "ack", {"boot": boot, "seq": seq})

    def send_down(self, hub: HubName, leaf: str, body: Mapping[str, object]) -> bool:
        """Send a message below a hub's `down/`; return whether the hub is connected."""
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


def listening_address(mqtt: MqttSettings) -> tuple[str, int]:
    """Return host and port of `mqtt.listen`.

    Raises
    ------
    SettingsError
        When it is no address, or lies beyond loopback although connections are not encrypted.
    """
    host, colon, port = mqtt.listen.rpartition(":")
    host = host.strip("[]")
    if not colon or not host or not port.isdecimal():
        raise SettingsError(f"mqtt.listen: {mqtt.listen!r} is not host:port; write for example 127.0.0.1:1883")
    if mqtt.listen_cert or mqtt.listen_key or mqtt.listen_client_ca:
        raise SettingsError(
            "mqtt.listen_cert: this version cannot encrypt; put a TLS proxy before it, or remove the key"
        )
    if not _is_loopback(host) and not mqtt.insecure:
        raise SettingsError(
            f"mqtt.listen: {host} is beyond this machine and connections are not encrypted;"
            " listen on 127.0.0.1, or set mqtt.insecure = true and accept the banner"
        )
    return host, int(port)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
