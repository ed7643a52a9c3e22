"""Reads and writes the field types of MQTT and the properties of MQTT 5 (OASIS MQTT 5.0, sections 1.5 and 2.2.2)."""

import struct
from collections.abc import Mapping
from enum import IntEnum

MAX_VARIABLE = 268_435_455
"""The largest number four bytes of seven bits can hold."""

_MORE = 0x80
_VARIABLE_BYTES = 4


class Reason(IntEnum):
    """The reason codes this endpoint sends (OASIS MQTT 5.0, section 2.4)."""

    SUCCESS = 0x00
    NO_SUBSCRIPTION_EXISTED = 0x11
    UNSPECIFIED = 0x80
    MALFORMED = 0x81
    PROTOCOL_ERROR = 0x82
    REFUSED = 0x83
    UNSUPPORTED_VERSION = 0x84
    CLIENT_ID_INVALID = 0x85
    BAD_CREDENTIALS = 0x86
    NOT_AUTHORIZED = 0x87
    UNAVAILABLE = 0x88
    SHUTTING_DOWN = 0x8B
    BAD_AUTHENTICATION_METHOD = 0x8C
    KEEP_ALIVE_TIMEOUT = 0x8D
    TAKEN_OVER = 0x8E
    FILTER_INVALID = 0x8F
    TOPIC_INVALID = 0x90
    RECEIVE_MAXIMUM_EXCEEDED = 0x93
    ALIAS_INVALID = 0x94
    TOO_LARGE = 0x95
    RETAIN_NOT_SUPPORTED = 0x9A
    QOS_NOT_SUPPORTED = 0x9B
    SHARED_NOT_SUPPORTED = 0x9E
    SUBSCRIPTION_IDS_NOT_SUPPORTED = 0xA1


class Property(IntEnum):
    """The properties this endpoint sends or looks at."""

    SESSION_EXPIRY_S = 0x11
    ASSIGNED_CLIENT_ID = 0x12
    SERVER_KEEP_ALIVE_S = 0x13
    AUTHENTICATION_METHOD = 0x15
    REQUEST_PROBLEM_INFORMATION = 0x17
    REASON_STRING = 0x1F
    RECEIVE_MAXIMUM = 0x21
    TOPIC_ALIAS = 0x23
    MAXIMUM_QOS = 0x24
    RETAIN_AVAILABLE = 0x25
    USER = 0x26
    MAXIMUM_PACKET_SIZE = 0x27
    SUBSCRIPTION_IDS_AVAILABLE = 0x29
    SHARED_AVAILABLE = 0x2A


Value = int | str | bytes | tuple[tuple[str, str], ...] | tuple[int, ...]
Properties = Mapping[int, Value]

_BYTE, _TWO, _FOUR, _VARIABLE, _TEXT, _BINARY, _PAIR = range(7)
_SUBSCRIPTION_ID = 0x0B
_KINDS = {
    **dict.fromkeys((0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A), _BYTE),
    **dict.fromkeys((0x13, 0x21, 0x22, 0x23), _TWO),
    **dict.fromkeys((0x02, 0x11, 0x18, 0x27), _FOUR),
    _SUBSCRIPTION_ID: _VARIABLE,
    **dict.fromkeys((0x03, 0x08, 0x12, 0x15, 0x1A, 0x1C, 0x1F), _TEXT),
    **dict.fromkeys((0x09, 0x16), _BINARY),
    0x26: _PAIR,
}
_BOOLEANS = frozenset({0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A})
_NOT_ZERO = frozenset({0x21, 0x27, _SUBSCRIPTION_ID})


class Malformed(Exception):  # noqa: N818 - said of a packet, and always answered with its reason code
    """Bytes that are not a packet of the protocol; `reason` is what the other side is told."""

    def __init__(self, why: str, reason: Reason = Reason.MALFORMED) -> None:
        super().__init__(why)
        self.reason = reason


class Reader:
    """Takes fields off a packet's body, in order; raises Malformed when there are too few bytes."""

    __slots__ = ("at", "body")

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.at = 0

    def rest(self) -> bytes:
        """Return everything not yet taken."""
        taken, self.at = self.body[self.at :], len(self.body)
        return taken

    def ended(self) -> bool:
        """Return whether nothing is left."""
        return self.at >= len(self.body)

    def end(self) -> None:
        """Demand that nothing is left."""
        if not self.ended():
            raise Malformed("bytes after the end of the packet")

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes."""
        taken = self.body[self.at : self.at + count]
        if len(taken) != count:
            raise Malformed("the packet ends within a field")
        self.at += count
        return taken

    def byte(self) -> int:
        """Return an unsigned byte."""
        return self.take(1)[0]

    def two(self) -> int:
        """Return a two-byte integer."""
        return int.from_bytes(self.take(2), "big")

    def four(self) -> int:
        """Return a four-byte integer."""
        return int.from_bytes(self.take(4), "big")

    def variable(self) -> int:
        """Return a variable-byte integer in its shortest spelling."""
        value = 0
        for place in range(_VARIABLE_BYTES):
            byte = self.byte()
            value |= (byte & 0x7F) << (7 * place)
            if not byte & _MORE:
                if place and not byte:
                    raise Malformed("a length is spelt longer than it needs")
                return value
        raise Malformed("a length has more than four bytes")

    def binary(self) -> bytes:
        """Return bytes preceded by their two-byte length."""
        return self.take(self.two())

    def text(self) -> str:
        """Return UTF-8 text preceded by its two-byte length; NUL and surrogates are no text."""
        try:
            text = self.binary().decode("utf-8")
        except UnicodeDecodeError:
            raise Malformed("text is not UTF-8") from None
        if "\x00" in text:
            raise Malformed("text contains NUL")
        return text

    def packet_id(self) -> int:
        """Return a packet id, which is never 0."""
        packet_id = self.two()
        if packet_id == 0:
            raise Malformed("packet id 0", Reason.PROTOCOL_ERROR)
        return packet_id

    def properties(self) -> Properties:
        """Return the properties; those that may repeat as tuples."""
        length = self.variable()
        if length == 0:
            return {}
        inner = Reader(self.take(length))
        found: dict[int, Value] = {}
        while not inner.ended():
            name = inner.variable()
            _put(found, name, inner.property_value(name))
        return found

    def property_value(self, name: int) -> "int | str | bytes | tuple[str, str]":
        """Return the value of the property `name`, which decides its kind."""
        match _KINDS.get(name):
            case 0:
                return self.byte()
            case 1:
                return self.two()
            case 2:
                return self.four()
            case 3:
                return self.variable()
            case 4:
                return self.text()
            case 5:
                return self.binary()
            case 6:
                return self.text(), self.text()
            case _:
                raise Malformed(f"unknown property {name:#04x}")


def _put(found: dict[int, Value], name: int, value: int | str | bytes | tuple[str, str]) -> None:
    if (name in _BOOLEANS and value not in {0, 1}) or (name in _NOT_ZERO and value == 0):
        raise Malformed(f"property {name:#04x} has a value it cannot have", Reason.PROTOCOL_ERROR)
    if isinstance(value, tuple):
        found[name] = (*found.get(name, ()), value)  # type: ignore[misc] # only pairs are kept under this name
    elif name == _SUBSCRIPTION_ID:
        found[name] = (*found.get(name, ()), value)  # type: ignore[misc] # only integers under this name
    elif name in found:
        raise Malformed(f"property {name:#04x} is given twice", Reason.PROTOCOL_ERROR)
    else:
        found[name] = value


def spell_variable(value: int) -> bytes:
    """Return a variable-byte integer."""
    if not 0 <= value <= MAX_VARIABLE:
        raise ValueError("a length must fit four bytes of seven bits")
    spelt = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        spelt.append(low | _MORE if value else low)
        if not value:
            return bytes(spelt)


def spell_binary(value: bytes) -> bytes:
    """Return bytes preceded by their two-byte length."""
    return struct.pack("!H", len(value)) + value


def spell_text(value: str) -> bytes:
    """Return UTF-8 text preceded by its two-byte length."""
    return spell_binary(value.encode())


def spell_properties(properties: Properties) -> bytes:
    """Return the properties preceded by their length."""
    spelt = bytearray()
    for name, value in properties.items():
        values = value if isinstance(value, tuple) else (value,)
        for one in values:
            spelt += spell_variable(name) + _spell(_KINDS[name], one)
    return spell_variable(len(spelt)) + bytes(spelt)


def _spell(kind: int, value: int | str | bytes | tuple[str, str]) -> bytes:
    match value:
        case int() if kind == _VARIABLE:
            return spell_variable(value)
        case int():
            return value.to_bytes({_BYTE: 1, _TWO: 2, _FOUR: 4}[kind], "big")
        case str():
            return spell_text(value)
        case bytes():
            return spell_binary(value)
        case (name, text):
            return spell_text(name) + spell_text(text)
