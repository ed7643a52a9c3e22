"""The few MQTT 5 packets a benchmark needs.

Not a client library: it trusts its peer, which is always one of ours on the loopback.
"""

from collections.abc import Iterator

CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, DISCONNECT = 0x20, 0x30, 0x40, 0x82, 0x90, 0xE0
CONNECT, PINGREQ = 0x10, 0xC0
QOS1 = 0x32
FAILED_FROM = 0x80
KEEP_ALIVE_S = 600
SESSION_OK = bytes([CONNACK, 3, 0, 0, 0])


def remaining_length(size: int) -> bytes:
    out = bytearray()
    while True:
        size, low = divmod(size, 128)
        out.append(low | (0x80 if size else 0))
        if not size:
            return bytes(out)


def text(value: str) -> bytes:
    raw = value.encode()
    return len(raw).to_bytes(2, "big") + raw


def connect(client_id: str, username: str, password: str) -> bytes:
    flags = 0xC2  # user name, password, clean start
    body = text("MQTT") + bytes([5, flags]) + KEEP_ALIVE_S.to_bytes(2, "big") + b"\x00"
    body += text(client_id) + text(username) + text(password)
    return bytes([CONNECT]) + remaining_length(len(body)) + body


def subscribe(topic: str) -> bytes:
    body = b"\x00\x01\x00" + text(topic) + b"\x01"
    return bytes([SUBSCRIBE]) + remaining_length(len(body)) + body


def publish(topic: str, packet_id: int, payload: bytes) -> bytes:
    body = text(topic) + packet_id.to_bytes(2, "big") + b"\x00" + payload
    return bytes([QOS1]) + remaining_length(len(body)) + body


def puback(packet_id: bytes) -> bytes:
    return b"\x40\x02" + packet_id


def packets(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Yield (first byte, body) of every whole packet and leave the rest in `buffer`."""
    at, size = 0, len(buffer)
    view = memoryview(buffer)
    try:
        while size - at >= 2:
            length, shift, head = 0, 0, at + 1
            while True:
                if head >= size:
                    return
                byte = buffer[head]
                head += 1
                length |= (byte & 0x7F) << shift
                if byte < 0x80:
                    break
                shift += 7
            if size - head < length:
                return
            yield buffer[at], bytes(view[head : head + length])
            at = head + length
    finally:
        view.release()
        del buffer[:at]
