"""Hubs that publish as fast as they are acknowledged, or at a fixed rate. Runs as its own process.

`python -m benchmarks.publishers` reads one JSON job from standard input and answers with one JSON line. Raw asyncio
and pipelined, so that the load costs little beside what is measured; one TCP connection per hub.
"""

import asyncio
import json
import resource
import sys
import time
from datetime import datetime, timedelta

from benchmarks import wire
from gateway.clock import WallClock

FEVER_C, WELL_C = 38.4, 36.7
TICK_S = 0.002


def reading(boot: str, seq: int, measured_at: datetime, temperature_c: float) -> bytes:
    """Return a message of about 200 bytes with three groups, as a hub that collects a round sends it."""
    return json.dumps(
        {
            "boot": boot,
            "seq": seq,
            "measured_at": measured_at.isoformat(timespec="milliseconds"),
            "temperature": {"value": temperature_c, "unit": "Cel", "site": "oral"},
            "oximetry": {"spo2_pct": 97, "pulse_bpm": 72 + seq % 5},
            "blood_pressure": {"systolic_mmhg": 122 + seq % 7, "diastolic_mmhg": 76},
        }
    ).encode()


class Hub(asyncio.Protocol):
    """One connection: keeps up to `window` readings unacknowledged."""

    def __init__(self, name: str, password: str, boot: str, window: int, *, listen: bool) -> None:
        self.name, self.password, self.boot, self.window = name, password, boot, window
        self.listens = listen
        self.topic = f"stepguard/v1/{name}/up/reading"
        self.queue: list[bytes] = []
        self.next_index = 0
        self.unacknowledged: dict[int, float] = {}
        self.latencies_s: list[float] = []
        self.refused = 0
        self.acknowledged = 0
        self.expected = 0
        self.down = 0
        self.ready = asyncio.get_running_loop().create_future()
        self.done = asyncio.get_running_loop().create_future()
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(wire.connect(self.name, self.name, self.password))

    def connection_lost(self, error: Exception | None) -> None:
        for waiting in (self.ready, self.done):
            if not waiting.done():
                waiting.set_exception(error or ConnectionResetError(f"{self.name}: closed by the endpoint"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        now = time.perf_counter()
        answers = []
        for first, body in wire.packets(self._buffer):
            kind = first & 0xF0
            if kind == wire.PUBACK:
                self._acknowledge(body, now)
            elif kind == wire.PUBLISH:
                self.down += 1
                if first & 0x06:
                    at = 2 + int.from_bytes(body[:2], "big")
                    answers.append(wire.puback(body[at : at + 2]))
            elif kind == wire.CONNACK:
                if body[1] >= wire.FAILED_FROM:
                    self.ready.set_exception(PermissionError(f"{self.name}: refused with {body[1]:#x}"))
                elif self.listens:
                    self.transport.write(wire.subscribe(f"stepguard/v1/{self.name}/down/#"))
                else:
                    self.ready.set_result(None)
            elif kind == wire.SUBACK and not self.ready.done():
                self.ready.set_result(None)
        if answers:
            self.transport.write(b"".join(answers))
        self.fill()

    def _acknowledge(self, body: bytes, now: float) -> None:
        sent_at = self.unacknowledged.pop(int.from_bytes(body[:2], "big"))
        self.latencies_s.append(now - sent_at)
        self.acknowledged += 1
        if self.acknowledged == self.expected:
            self.done.set_result(None)
        if len(body) > 2 and body[2] >= wire.FAILED_FROM:
            self.refused += 1

    def fill(self) -> None:
        """Send as much as the window allows."""
        room = min(self.window - len(self.unacknowledged), len(self.queue) - self.next_index)
        if room > 0:
            now = time.perf_counter()
            packets = self.queue[self.next_index : self.next_index + room]
            for index in range(self.next_index, self.next_index + room):
                self.unacknowledged[index % 65535 + 1] = now
            self.next_index += room
            self.transport.write(b"".join(packets))

    def load(self, count: int, first_seq: int, begins_at: datetime, every: timedelta, fevers: frozenset[int]) -> None:
        """Encode `count` readings beforehand; `fevers` are the indices whose temperature is one."""
        self.queue = [
            wire.publish(
                self.topic,
                index % 65535 + 1,
                reading(
                    self.boot,
                    first_seq + index,
                    begins_at + index * every,
                    FEVER_C if index in fevers else WELL_C,
                ),
            )
            for index in range(count)
        ]
        self.next_index = 0
        self.expected = count


async def run(job: dict) -> dict:
    loop = asyncio.get_running_loop()
    hubs = [Hub(name, key, job["boot"], job["window"], listen=job["listen"]) for name, key in job["hubs"]]
    for start in range(0, len(hubs), 50):
        batch = hubs[start : start + 50]
        await asyncio.gather(*(loop.create_connection(lambda hub=hub: hub, "127.0.0.1", job["port"]) for hub in batch))
        await asyncio.gather(*(hub.ready for hub in batch))
    each, rest = divmod(job["messages"], len(hubs))
    begins_at = WallClock().now()
    order = {hub: turn for turn, hub in enumerate(job.get("fever_hubs", ()))}  # spread evenly over the run
    for number, hub in enumerate(hubs):
        count = each + (number < rest)
        hot = frozenset([order[number] % count]) if number in order and count else frozenset()
        every = timedelta(milliseconds=1) if job["rate"] is None else timedelta(seconds=len(hubs) / job["rate"])
        hub.load(count, job["first_seq"], begins_at, every, hot)
    used_before = resource.getrusage(resource.RUSAGE_SELF)
    started_at, started = WallClock().now(), time.perf_counter()
    if job["rate"] is None:
        for hub in hubs:
            hub.fill()
    else:
        await _pace(hubs, job["rate"], job["messages"])
    await asyncio.gather(*(hub.done for hub in hubs if hub.expected))
    elapsed = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    latencies = sorted(latency for hub in hubs for latency in hub.latencies_s)
    for hub in hubs:
        hub.transport.write(bytes([wire.DISCONNECT, 0]))
        hub.transport.close()
    return {
        "started_at": started_at.isoformat(),
        "elapsed_s": elapsed,
        "acknowledged": sum(hub.acknowledged for hub in hubs),
        "refused": sum(hub.refused for hub in hubs),
        "down": sum(hub.down for hub in hubs),
        "p50_ms": 1000 * latencies[len(latencies) // 2],
        "p99_ms": 1000 * latencies[len(latencies) * 99 // 100],
        "cpu_s": used.ru_utime + used.ru_stime - used_before.ru_utime - used_before.ru_stime,
    }


async def _pace(hubs: list[Hub], rate: float, messages: int) -> None:
    """Release readings one by one, round the hubs in turn, at `rate` per second."""
    queues = [hub.queue for hub in hubs]
    for hub in hubs:
        hub.queue = []
    started, released = time.perf_counter(), 0
    while released < messages:
        due = min(messages, int((time.perf_counter() - started) * rate))
        for index in range(released, due):
            turn, number = divmod(index, len(hubs))
            hubs[number].queue.append(queues[number][turn])
            hubs[number].fill()
        released = due
        await asyncio.sleep(TICK_S)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.load(sys.stdin)))))
