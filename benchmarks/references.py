"""What this machine allows: the same messages with nothing behind them, and the same rows with nothing before them.

* sink: an MQTT endpoint that answers PUBACK at once and forgets (limit of publish-and-acknowledge);
* source: a stand-in for a broker that holds a prefilled QoS 1 session and streams it to one subscriber, so that the
  bare receive-and-acknowledge rate of paho and of a raw asyncio client can be had without a broker;
* commits: the same rows in SQLite, WAL and full sync, a thousand per commit.

`python -m benchmarks.references sink` and `... source N` print their port as the first line and serve until
standard input closes; `... receive raw|paho PORT N` prints one JSON line.
"""

import asyncio
import json
import os
import resource
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path

import paho.mqtt.client as paho

from benchmarks import wire
from benchmarks.publishers import reading
from gateway.clock import WallClock

ROWS_A_COMMIT = 1000
TOPIC = "stepguard/v1/hub-0001/up/reading"


class Sink(asyncio.Protocol):
    """Accepts anybody, acknowledges everything, keeps nothing."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answers = []
        for first, body in wire.packets(self._buffer):
            kind = first & 0xF0
            if kind == wire.PUBLISH:
                at = 2 + int.from_bytes(body[:2], "big")
                answers.append(wire.puback(body[at : at + 2]))
            elif kind == wire.CONNECT:
                answers.append(wire.SESSION_OK)
            elif first == wire.SUBSCRIBE:
                answers.append(bytes([wire.SUBACK, 4]) + body[:2] + b"\x00\x01")
        self._transport.write(b"".join(answers))


class Source(asyncio.Protocol):
    """Streams `count` readings to whoever subscribes, at most `WINDOW` unacknowledged."""

    WINDOW = 1000

    def __init__(self, payload: bytes, count: int) -> None:
        self._buffer = bytearray()
        self._packets = [wire.publish(TOPIC, index % 65535 + 1, payload) for index in range(min(count, 65535))]
        self._left, self._next, self._open = count, 0, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        for first, body in wire.packets(self._buffer):
            kind = first & 0xF0
            if kind == wire.PUBACK:
                self._open -= 1
            elif kind == wire.CONNECT:
                self._transport.write(wire.SESSION_OK)
            elif first == wire.SUBSCRIBE:
                self._transport.write(bytes([wire.SUBACK, 4]) + body[:2] + b"\x00\x01")
                self._fill()
        if self._open < self.WINDOW // 2:
            self._fill()

    def _fill(self) -> None:
        room = min(self.WINDOW - self._open, self._left)
        chosen = [self._packets[(self._next + index) % len(self._packets)] for index in range(room)]
        self._next += room
        self._left -= room
        self._open += room
        self._transport.write(b"".join(chosen))


async def serve(make: type[Sink] | object) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


class RawReceiver(asyncio.Protocol):
    """Receives and acknowledges in batches; decodes nothing."""

    def __init__(self, count: int) -> None:
        self._buffer = bytearray()
        self._left = count
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        transport.write(wire.connect("bare", "bare", "bare") + wire.subscribe("#"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answers = []
        for first, body in wire.packets(self._buffer):
            if first & 0xF0 == wire.PUBLISH:
                at = 2 + int.from_bytes(body[:2], "big")
                answers.append(wire.puback(body[at : at + 2]))
        self._transport.write(b"".join(answers))
        self._left -= len(answers)
        if self._left == 0 and not self.done.done():
            self.done.set_result(None)


async def receive_raw(port: int, count: int) -> None:
    _, receiver = await asyncio.get_running_loop().create_connection(lambda: RawReceiver(count), "127.0.0.1", port)
    await receiver.done


def receive_paho(port: int, count: int) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="bare", protocol=paho.MQTTv5)
    all_seen = threading.Event()
    seen = 0

    def count_one(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == count:
            all_seen.set()

    client.on_message = count_one
    client.on_connect = lambda *_: client.subscribe("#", qos=1)
    client.connect("127.0.0.1", port)
    client.loop_start()
    all_seen.wait(120)
    client.loop_stop()


def measured_receive(kind: str, port: int, count: int) -> dict[str, float]:
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    if kind == "raw":
        asyncio.run(receive_raw(port, count))
    else:
        receive_paho(port, count)
    elapsed = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"rate": count / elapsed, "cpu_s_per_10k": cpu_s / count * 10_000}


def commit_rate(rows: int, payload: bytes) -> dict[str, float]:
    """Return how many rows like ours SQLite takes per second: append-only, full sync, a thousand a commit."""
    with tempfile.TemporaryDirectory(prefix="stepguard-bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA wal_autocheckpoint=20000")
        connection.execute(
            "CREATE TABLE reading (id INTEGER PRIMARY KEY, hub_id, patient_id, boot, seq, measured_at, received_at,"
            " graded_at, clock_doubt, kind, payload)"
        )
        connection.execute("CREATE INDEX reading_of_patient ON reading (patient_id, id)")
        at = time.time_ns() // 1000
        started, cpu = time.perf_counter(), time.process_time()
        for first in range(0, rows, ROWS_A_COMMIT):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO reading (hub_id, patient_id, boot, seq, measured_at, received_at, graded_at, clock_doubt,"
                " kind, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (n % 1000, n % 1000, "b1", n, at, at, at, None, "native", payload)
                    for n in range(first, first + ROWS_A_COMMIT)
                ),
            )
            connection.execute("COMMIT")
        elapsed, cpu = time.perf_counter() - started, time.process_time() - cpu
        connection.close()
    return {"rate": rows / elapsed, "cpu_s_per_10k": cpu / rows * 10_000}


def main(arguments: list[str]) -> None:
    payload = reading("b1", 1, WallClock().now(), 36.7)
    match arguments:
        case ["sink"]:
            asyncio.run(serve(Sink))
        case ["source", count]:
            asyncio.run(serve(lambda: Source(payload, int(count))))
        case ["receive", kind, port, count]:
            print(json.dumps(measured_receive(kind, int(port), int(count))))
        case ["commits", rows]:
            print(json.dumps(commit_rate(int(rows), payload)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)
