"""One hub's MQTT connection: speaks the protocol, keeps the hub to its own topics, acknowledges what is stored."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from sqlalchemy.exc import SQLAlchemyError

from gateway.clock import Clock
from gateway.ingest import Ingest
from gateway.intake import STATE_LEAF, Arrived
from gateway.keys import HubKeys
from gateway.mqtt.admission import RECEIVE_MAXIMUM, RETURN_CODES, filter_objection, keep_alive_s, objection, terms
from gateway.mqtt.packets import (
    CONNECT,
    PINGRESP_BYTES,
    V5,
    V311,
    Connack,
    Connect,
    Disconnect,
    Packet,
    Pingreq,
    Puback,
    Publish,
    Suback,
    Subscribe,
    Unsuback,
    Unsubscribe,
    Will,
    decode_packet,
    encode_packet,
    next_frame,
)
from gateway.mqtt.properties import Malformed, Property, Reason, Value
from gateway.mqtt.topics import matches, own_leaf
from gateway.reading import HubName
from gateway.tls import common_name

MAX_CONNECT_BYTES = 16_384
"""A stranger gets no more memory than a CONNECT needs."""

KEEP_ALIVE_GRACE = 1.5
CONNECT_WITHIN_S = 10.0
LINGER_S = 2.0
"""How long a refused client's bytes are read and dropped, so that it can still read why."""


class House(Protocol):
    """What a connection needs of the endpoint it belongs to."""

    ingest: Ingest
    keys: HubKeys
    clock: Clock
    max_packet_bytes: int

    @property
    def hubs_show_certificates(self) -> bool:
        """Return whether a hub must show a certificate of its own."""
        ...

    def arrived(self, connection: "Connection") -> None:
        """Count a socket that has not introduced itself yet."""
        ...

    def lost(self, connection: "Connection") -> None:
        """Forget a socket that is closed."""
        ...

    def admit(self, connection: "Connection") -> None:
        """Take a hub in; whoever held the same client id of the same hub is put out."""
        ...

    def leave(self, connection: "Connection") -> None:
        """Forget a connection."""
        ...

    def refused(self, why: str) -> None:
        """Count something that was refused."""
        ...

    def subscribed(self, connection: "Connection") -> None:
        """Tell a hub that listens what is confirmed so far."""
        ...

    def new_client_id(self) -> str:
        """Return a client id nobody has."""
        ...


class Connection(asyncio.Protocol):
    """One socket, from CONNECT to the end."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._ingest = house.ingest
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._loop = asyncio.get_running_loop()
        self._protocol = V311
        self._will: Will | None = None
        self._filters: dict[str, None] = {}
        self._unacknowledged = 0
        self._connected = False
        self._ended = False
        self._held = False
        self._deafened = False
        self._tells_problems = True
        self._certified: str | None = None
        self._checking: asyncio.Task[None] | None = None
        self.hub = HubName("")
        self.client_id = ""
        self.keep_alive_s = 0.0
        self.heard_at = self._loop.time()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the introduction."""
        self._transport = cast("asyncio.Transport", transport)
        if self._house.hubs_show_certificates:
            self._certified = common_name(transport.get_extra_info("peercert"))
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._house.arrived(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it broke changes nothing
        """Speak the will of a hub that vanished."""
        self._ended = True
        self._buffer.clear()
        if self._checking is not None:
            self._checking.cancel()
        self._speak_will()
        self._house.leave(self)
        self._house.lost(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes, whole packets at a time."""
        if self._ended:
            return
        self.heard_at = self._loop.time()
        self._buffer += data
        if not self._connected and self._buffer[0] != CONNECT << 4:
            self._house.refused("no MQTT")
            self._close()
        elif not self._held:
            self._parse()

    # What the rest of the gateway calls.

    def overdue(self, now_s: float) -> bool:
        """Return whether the hub was silent longer than it may be (monotonic seconds)."""
        if self._ended:
            return False
        limit = CONNECT_WITHIN_S if not self._connected else self.keep_alive_s * KEEP_ALIVE_GRACE
        return limit > 0 and now_s - self.heard_at > limit and not self._held

    def stored(self, packet_ids: Sequence[int]) -> None:
        """Acknowledge stored messages, in one write."""
        self._unacknowledged -= len(packet_ids)
        if not self._ended:
            self._write(b"".join([b"\x40\x02" + packet_id.to_bytes(2, "big") for packet_id in packet_ids]))

    def resume(self) -> None:
        """Read on after the queue was full or a password was checked."""
        if self._ended or self._transport is None or self._deafened:
            return
        self._held = False
        self._parse()
        if not self._held and not self._ended:
            self._transport.resume_reading()

    def hold(self) -> None:
        """Stop reading."""
        self._held = True
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        """Stop reading from a hub that does not take its acknowledgements."""
        self._deafened = True
        self.hold()

    def resume_writing(self) -> None:
        """Read on, as the hub reads again."""
        self._deafened = False
        if self._ingest.full:
            self._ingest.when_room(self)
        else:
            self.resume()

    def send_down(self, topic: str, payload: bytes) -> None:
        """Send the hub a message if it listens; at QoS 0, as the next one supersedes it."""
        if self._connected and not self._ended and any(matches(own, topic) for own in self._filters):
            self._send(Publish(topic, payload))

    def abort(self) -> None:
        """Cut the socket at once."""
        self._ended = True
        if self._transport is not None:
            self._transport.abort()

    def dismiss(self, reason: Reason, *, will: bool = True) -> None:
        """End the connection from our side, saying why where the protocol can."""
        if self._ended:
            return
        if not will:
            self._will = None
        if self._protocol == V5 and self._connected:
            self._send(Disconnect(reason=reason))
        self._close()

    # Packets.

    def _parse(self) -> None:
        buffer, at = self._buffer, 0
        limit = self._house.max_packet_bytes if self._connected else MAX_CONNECT_BYTES
        try:
            while not self._ended and not self._held:
                frame = next_frame(buffer, at, limit)
                if frame is None:
                    break
                first, start, at = frame
                packet = decode_packet(first, bytes(buffer[start:at]), self._protocol)
                if self._connected:
                    self._take(packet)
                    if self._ingest.full:
                        self.hold()
                        self._ingest.when_room(self)
                else:
                    self._take_first(packet)
                    limit = self._house.max_packet_bytes if self._connected else MAX_CONNECT_BYTES
        except Malformed as error:
            self._house.refused(error.reason.name.lower().replace("_", " "))
            if not self._connected and error.reason is Reason.UNSUPPORTED_VERSION:
                self._send(Connack(reason=RETURN_CODES[error.reason]))
            self.dismiss(error.reason)
        del buffer[:at]

    def _take(self, packet: Packet) -> None:
        match packet:
            case Publish():
                self._take_publish(packet)
            case Pingreq():
                self._write(PINGRESP_BYTES)
            case Subscribe():
                self._take_subscribe(packet)
            case Unsubscribe():
                reasons = tuple(
                    Reason.SUCCESS if self._filters.pop(own, self) is None else Reason.NO_SUBSCRIPTION_EXISTED
                    for own in packet.filters
                )
                self._send(Unsuback(packet_id=packet.packet_id, reasons=reasons))
            case Puback():
                pass  # we send nothing that waits for one
            case Disconnect():
                if packet.reason == Reason.SUCCESS:
                    self._will = None
                self._close()
            case _:
                raise Malformed("a packet only a server sends, or a second CONNECT", Reason.PROTOCOL_ERROR)

    def _take_publish(self, packet: Publish) -> None:
        if packet.qos > 1:
            raise Malformed("QoS 2", Reason.QOS_NOT_SUPPORTED)
        if Property.TOPIC_ALIAS in packet.properties:
            raise Malformed("a topic alias, and none is allowed", Reason.ALIAS_INVALID)
        leaf = own_leaf(self.hub, packet.topic)
        if leaf is None:
            self._refuse(packet, Reason.NOT_AUTHORIZED, "topic of another hub")
            return
        if packet.retain and leaf != STATE_LEAF:
            self._refuse(packet, Reason.REFUSED, "a reading is never retained")
            return
        if packet.qos:
            self._unacknowledged += 1
            if self._unacknowledged > RECEIVE_MAXIMUM and self._protocol == V5:
                raise Malformed("more unacknowledged messages than allowed", Reason.RECEIVE_MAXIMUM_EXCEEDED)
        self._ingest.offer(Arrived(self.hub, leaf, packet.payload, self._house.clock.now()), self, packet.packet_id)

    def _refuse(self, packet: Publish, reason: Reason, why: str) -> None:
        """Refuse a message: with its reason code, and without one by closing, never by a bare PUBACK."""
        self._house.refused(why)
        if self._protocol != V5:
            self._close()
        elif packet.qos:
            properties: Mapping[int, Value] = {Property.REASON_STRING: why} if self._tells_problems else {}
            self._send(Puback(packet_id=packet.packet_id, reason=reason, properties=properties))

    def _take_subscribe(self, packet: Subscribe) -> None:
        reasons: list[int] = []
        for wanted, _options in packet.filters:
            others = len(self._filters.keys() - {wanted})
            reason = filter_objection(self.hub, wanted, others)
            if reason is None:
                self._filters[wanted] = None
            else:
                self._house.refused("subscription beyond the hub's own topics")
            v5_reason = Reason.SUCCESS if reason is None else reason
            reasons.append(v5_reason if self._protocol == V5 or reason is None else Reason.UNSPECIFIED)
        self._send(Suback(packet_id=packet.packet_id, reasons=tuple(reasons)))
        if self._filters:
            self._house.subscribed(self)

    # The introduction.

    def _take_first(self, packet: Packet) -> None:
        if not isinstance(packet, Connect):  # a client may send more before it is answered, but nothing sooner
            raise Malformed("the first packet must be CONNECT", Reason.PROTOCOL_ERROR)
        self._protocol = packet.protocol
        if Property.AUTHENTICATION_METHOD in packet.properties:
            self._turn_away(Reason.BAD_AUTHENTICATION_METHOD)
            return
        hub = self._house.keys.identify(packet.username, packet.password, self._certified)
        if hub is not None:
            self._welcome(packet, hub)
            return
        self.hold()  # the hub may have been registered since the keys were read: look again, once
        self._checking = self._loop.create_task(self._look_again(packet))

    async def _look_again(self, packet: Connect) -> None:
        try:
            await asyncio.to_thread(self._house.keys.refresh)
        except SQLAlchemyError:
            self._turn_away(Reason.UNAVAILABLE)
            return
        hub = self._house.keys.identify(packet.username, packet.password, self._certified)
        if hub is None:
            self._turn_away(Reason.BAD_CREDENTIALS)
        else:
            self._welcome(packet, hub)
        self.resume()

    def _welcome(self, packet: Connect, hub: HubName) -> None:
        if (reason := objection(packet, hub)) is not None:
            self._turn_away(reason)
            return
        self.hub = hub
        self.client_id = packet.client_id or self._house.new_client_id()
        self.keep_alive_s = keep_alive_s(packet)
        self._tells_problems = packet.properties.get(Property.REQUEST_PROBLEM_INFORMATION, 1) == 1
        self._will = packet.will
        self._connected = True
        self._house.admit(self)
        offered = terms(packet, self.client_id, self._house.max_packet_bytes)
        self._send(Connack(reason=Reason.SUCCESS, properties=offered))

    def _turn_away(self, reason: Reason) -> None:
        self._house.refused(f"connect: {reason.name.lower().replace('_', ' ')}")
        if self._protocol == V5:
            self._send(Connack(reason=reason))
        elif reason in RETURN_CODES:
            self._send(Connack(reason=RETURN_CODES[reason]))
        self._close()

    # The end, and bytes out.

    def _speak_will(self) -> None:
        will, self._will = self._will, None
        if will is not None:
            self._ingest.offer(Arrived(self.hub, STATE_LEAF, will.payload, self._house.clock.now()), None, 0)

    def _close(self) -> None:
        """Say nothing more; read and drop what still comes for a moment, or the other side may lose our last word."""
        self._ended = True
        self._buffer.clear()
        self._speak_will()
        self._house.leave(self)
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._held:
            transport.resume_reading()
        if transport.can_write_eof():
            transport.write_eof()
        else:  # encrypted: its own farewell does the same
            transport.close()
        self._loop.call_later(LINGER_S, transport.abort)

    def eof_received(self) -> bool:
        """Close when the other side has nothing more to say."""
        return False

    def _send(self, packet: Packet) -> None:
        self._write(encode_packet(packet, self._protocol))

    def _write(self, spelt: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(spelt)
