"""The control packets of MQTT 5 and 3.1.1 as values, and their bytes in both directions. Opens nothing, keeps nothing.

Both directions are here although the endpoint needs one of each, so that a round trip can be tested.
"""

from dataclasses import dataclass, field

from gateway.mqtt.properties import (
    Malformed,
    Properties,
    Reader,
    Reason,
    spell_binary,
    spell_properties,
    spell_text,
    spell_variable,
)

V311 = 4
V5 = 5

CONNECT, CONNACK, PUBLISH, PUBACK = 1, 2, 3, 4
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK = 8, 9, 10, 11
PINGREQ, PINGRESP, DISCONNECT = 12, 13, 14

PINGRESP_BYTES = b"\xd0\x00"
_FIXED_FLAGS = {SUBSCRIBE: 2, UNSUBSCRIBE: 2}
_MAX_QOS = 2
_NO_PROPERTIES: Properties = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Will:
    """What to publish for a client that vanishes."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """A client introduces itself."""

    protocol: int
    client_id: str
    clean_start: bool = True
    keep_alive_s: int = 0
    username: str | None = None
    password: bytes | None = None
    will: Will | None = None
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connack:
    """The answer to CONNECT. `reason` is a return code in 3.1.1."""

    reason: int
    session_present: bool = False
    properties: Properties = field(default_factory=dict)


@dataclass(slots=True)
class Publish:
    """A message. `packet_id` is 0 at QoS 0."""

    topic: str
    payload: bytes
    qos: int = 0
    packet_id: int = 0
    retain: bool = False
    dup: bool = False
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Puback:
    """A message at QoS 1 was taken, or with MQTT 5 why not."""

    packet_id: int
    reason: int = Reason.SUCCESS
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribe:
    """Filters with their options byte; the low two bits are the QoS asked for."""

    packet_id: int
    filters: tuple[tuple[str, int], ...]
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suback:
    """One reason per filter."""

    packet_id: int
    reasons: tuple[int, ...]
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """Filters no longer wanted."""

    packet_id: int
    filters: tuple[str, ...]
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsuback:
    """One reason per filter; 3.1.1 knows none."""

    packet_id: int
    reasons: tuple[int, ...] = ()
    properties: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pingreq:
    """A client asks whether anybody is there."""


@dataclass(frozen=True, slots=True)
class Pingresp:
    """The answer to PINGREQ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disconnect:
    """A farewell; without a reason the client's will is void."""

    reason: int = Reason.SUCCESS
    properties: Properties = field(default_factory=dict)


Packet = (
    Connect | Connack | Publish | Puback | Subscribe | Suback | Unsubscribe | Unsuback | Pingreq | Pingresp | Disconnect
)


def next_frame(buffer: bytes | bytearray, at: int, max_bytes: int) -> tuple[int, int, int] | None:
    """Return the first byte of the packet at `at` and where its body starts and ends, or None until it is complete.

    Raises
    ------
    Malformed
        As soon as the length is known to be unreadable, or the packet larger than `max_bytes`.
    """
    length = shift = 0
    start = at + 1
    while True:
        if start >= len(buffer):
            return None
        byte = buffer[start]
        start += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the continuation bit
            break
        shift += 7
        if shift > 21:  # noqa: PLR2004 - four bytes of seven bits
            raise Malformed("a length has more than four bytes")
    end = start + length
    if end - at > max_bytes:
        raise Malformed(f"packet of {end - at} bytes; {max_bytes} are taken", Reason.TOO_LARGE)
    return (buffer[at], start, end) if end <= len(buffer) else None


def decode_publish(first: int, body: bytes, protocol: int) -> Publish:
    """Return a PUBLISH; by itself because nearly every packet is one."""
    qos = (first >> 1) & 3
    if qos > _MAX_QOS:
        raise Malformed("QoS 3")
    at = 2 + int.from_bytes(body[:2], "big")
    if len(body) < at + (2 if qos else 0):
        raise Malformed("the packet ends within a field")
    try:
        topic = body[2:at].decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("a topic is not UTF-8") from None
    if "\x00" in topic or "+" in topic or "#" in topic:
        raise Malformed("a topic holds NUL or a wildcard", Reason.TOPIC_INVALID)
    packet_id = 0
    if qos:
        packet_id = int.from_bytes(body[at : at + 2], "big")
        at += 2
        if not packet_id:
            raise Malformed("packet id 0", Reason.PROTOCOL_ERROR)
    elif first & 8:
        raise Malformed("a repeated message at QoS 0")
    properties = _NO_PROPERTIES
    if protocol == V5:
        if len(body) > at and not body[at]:
            at += 1
        else:
            reader = Reader(body)
            reader.at = at
            properties = reader.properties()
            at = reader.at
    return Publish(topic, body[at:], qos, packet_id, bool(first & 1), bool(first & 8), properties)


def decode_packet(first: int, body: bytes, protocol: int) -> Packet:
    """Return the packet that a first byte and a body are.

    Raises
    ------
    Malformed
        With the reason code that MQTT 5 has for it.
    """
    kind, flags = first >> 4, first & 15
    if kind == PUBLISH:
        return decode_publish(first, body, protocol)
    if flags != _FIXED_FLAGS.get(kind, 0):
        raise Malformed("reserved flags are set")
    reader = Reader(body)
    packet = _decode(kind, reader, protocol)
    reader.end()
    return packet


def _decode(kind: int, reader: Reader, protocol: int) -> Packet:
    match kind:
        case 1:
            return _decode_connect(reader)
        case 2:
            flags, reason = reader.byte(), reader.byte()
            if flags > 1:
                raise Malformed("reserved flags are set")
            return Connack(reason=reason, session_present=bool(flags), properties=_properties(reader, protocol))
        case 4:
            packet_id = reader.packet_id()
            return Puback(packet_id=packet_id, reason=_reason(reader, protocol), properties=_more(reader, protocol))
        case 8:
            return _decode_subscribe(reader, protocol)
        case 9:
            packet_id, properties = reader.packet_id(), _properties(reader, protocol)
            return Suback(packet_id=packet_id, reasons=tuple(reader.rest()), properties=properties)
        case 10:
            packet_id, properties = reader.packet_id(), _properties(reader, protocol)
            filters: list[str] = []
            while not reader.ended():
                filters.append(reader.text())
            if not filters:
                raise Malformed("UNSUBSCRIBE without a filter", Reason.PROTOCOL_ERROR)
            return Unsubscribe(packet_id=packet_id, filters=tuple(filters), properties=properties)
        case 11:
            packet_id, properties = reader.packet_id(), _properties(reader, protocol)
            return Unsuback(packet_id=packet_id, reasons=tuple(reader.rest()), properties=properties)
        case 12:
            return Pingreq()
        case 13:
            return Pingresp()
        case 14:
            return Disconnect(reason=_reason(reader, protocol), properties=_more(reader, protocol))
        case _:
            raise Malformed(f"packet type {kind} has no place here", Reason.PROTOCOL_ERROR)


def _decode_connect(reader: Reader) -> Connect:
    name, protocol = reader.text(), reader.byte()
    if name != "MQTT" or protocol not in {V311, V5}:
        raise Malformed("only MQTT 3.1.1 and 5 are spoken here", Reason.UNSUPPORTED_VERSION)
    flags = reader.byte()
    has_will, will_qos, will_retain = bool(flags & 4), (flags >> 3) & 3, bool(flags & 32)
    if flags & 1 or will_qos > _MAX_QOS or (not has_will and (will_qos or will_retain)):
        raise Malformed("impossible CONNECT flags")
    if protocol == V311 and flags & 64 and not flags & 128:
        raise Malformed("a password without a user name")
    keep_alive_s = reader.two()
    properties = _properties(reader, protocol)
    client_id = reader.text()
    will = None
    if has_will:
        will_properties = _properties(reader, protocol)
        will = Will(
            topic=reader.text(),
            payload=reader.binary(),
            qos=will_qos,
            retain=will_retain,
            properties=will_properties,
        )
    username = reader.text() if flags & 128 else None
    password = reader.binary() if flags & 64 else None
    return Connect(
        protocol=protocol,
        client_id=client_id,
        clean_start=bool(flags & 2),
        keep_alive_s=keep_alive_s,
        username=username,
        password=password,
        will=will,
        properties=properties,
    )


def _decode_subscribe(reader: Reader, protocol: int) -> Subscribe:
    packet_id, properties = reader.packet_id(), _properties(reader, protocol)
    filters: list[tuple[str, int]] = []
    while not reader.ended():
        text, options = reader.text(), reader.byte()
        if options & 3 > _MAX_QOS or options & (0xC0 if protocol == V5 else 0xFC):
            raise Malformed("impossible subscription options", Reason.PROTOCOL_ERROR)
        filters.append((text, options))
    if not filters:
        raise Malformed("SUBSCRIBE without a filter", Reason.PROTOCOL_ERROR)
    return Subscribe(packet_id=packet_id, filters=tuple(filters), properties=properties)


def _properties(reader: Reader, protocol: int) -> Properties:
    return reader.properties() if protocol == V5 else {}


def _reason(reader: Reader, protocol: int) -> int:
    return Reason.SUCCESS if protocol != V5 or reader.ended() else reader.byte()


def _more(reader: Reader, protocol: int) -> Properties:
    return {} if protocol != V5 or reader.ended() else reader.properties()


def encode_packet(packet: Packet, protocol: int) -> bytes:
    """Return the bytes of a packet; what 3.1.1 has no place for is left out."""
    v5 = protocol == V5
    match packet:
        case Connect():
            return _frame(CONNECT << 4, _connect_body(packet))
        case Connack():
            body = bytes([packet.session_present, packet.reason])
            return _frame(CONNACK << 4, body + (spell_properties(packet.properties) if v5 else b""))
        case Publish():
            first = PUBLISH << 4 | packet.dup << 3 | packet.qos << 1 | packet.retain
            body = spell_text(packet.topic) + (packet.packet_id.to_bytes(2, "big") if packet.qos else b"")
            return _frame(first, body + (spell_properties(packet.properties) if v5 else b"") + packet.payload)
        case Puback():
            return _frame(PUBACK << 4, packet.packet_id.to_bytes(2, "big") + _ending(packet, v5=v5))
        case Subscribe():
            filters = b"".join(spell_text(text) + bytes([options]) for text, options in packet.filters)
            return _frame(SUBSCRIBE << 4 | 2, _numbered(packet, v5=v5) + filters)
        case Suback():
            return _frame(SUBACK << 4, _numbered(packet, v5=v5) + bytes(packet.reasons))
        case Unsubscribe():
            body = b"".join(spell_text(text) for text in packet.filters)
            return _frame(UNSUBSCRIBE << 4 | 2, _numbered(packet, v5=v5) + body)
        case Unsuback():
            return _frame(UNSUBACK << 4, _numbered(packet, v5=v5) + (bytes(packet.reasons) if v5 else b""))
        case Pingreq():
            return _frame(PINGREQ << 4, b"")
        case Pingresp():
            return PINGRESP_BYTES
        case Disconnect():
            return _frame(DISCONNECT << 4, _ending(packet, v5=v5))


def _frame(first: int, body: bytes) -> bytes:
    return bytes([first]) + spell_variable(len(body)) + body


def _numbered(packet: Subscribe | Suback | Unsubscribe | Unsuback, *, v5: bool) -> bytes:
    return packet.packet_id.to_bytes(2, "big") + (spell_properties(packet.properties) if v5 else b"")


def _ending(packet: Puback | Disconnect, *, v5: bool) -> bytes:
    """Return reason and properties, or nothing when there is nothing to say."""
    if not v5 or (packet.reason == Reason.SUCCESS and not packet.properties):
        return b""
    return bytes([packet.reason]) + (spell_properties(packet.properties) if packet.properties else b"")


def _connect_body(packet: Connect) -> bytes:
    v5 = packet.protocol == V5
    flags = (packet.clean_start << 1) | (packet.username is not None) << 7 | (packet.password is not None) << 6
    will = b""
    if packet.will is not None:
        flags |= 4 | packet.will.qos << 3 | packet.will.retain << 5
        will = spell_properties(packet.will.properties) if v5 else b""
        will += spell_text(packet.will.topic) + spell_binary(packet.will.payload)
    body = spell_text("MQTT") + bytes([packet.protocol, flags]) + packet.keep_alive_s.to_bytes(2, "big")
    body += spell_properties(packet.properties) if v5 else b""
    body += spell_text(packet.client_id) + will
    body += b"" if packet.username is None else spell_text(packet.username)
    return body + (b"" if packet.password is None else spell_binary(packet.password))
