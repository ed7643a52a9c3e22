"""What the kill tests share: processes forked one after the other, and hubs that keep what nobody acknowledged."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from gateway.mqtt.packets import V5, Connack, Connect, Publish, Subscribe, decode_packet, encode_packet, next_frame
from gateway.mqtt.packets import Puback as Acknowledged

START_WITHIN_S = 20.0
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

FORKER = """
import os, sys
{imports}
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        ready = lambda port: print(os.getpid(), port, flush=True)
        {work}
    os.waitpid(child, 0)
    print("gone", flush=True)
"""
"""Forks one process after the other: each fresh, without importing everything twenty times."""

Start = Callable[[], contextlib.AbstractContextManager[tuple[int, int]]]


@contextlib.contextmanager
def processes(imports: str, work: str, *arguments: str) -> Iterator[Start]:
    """Give a way to run `work` in a process; it gives the process id and port, and the process dies at its end."""
    command = [sys.executable, "-c", FORKER.format(imports=imports, work=work), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as forker:
        assert forker.stdin is not None
        assert forker.stdout is not None
        asked, told = forker.stdin, forker.stdout

        @contextlib.contextmanager
        def start() -> Iterator[tuple[int, int]]:
            asked.write("start\n")
            process, port = map(int, told.readline().split())
            try:
                yield process, port
            finally:
                with contextlib.suppress(ProcessLookupError):  # the test may have killed it
                    os.kill(process, signal.SIGKILL)
                assert told.readline() == "gone\n"

        try:
            yield start
        finally:
            asked.close()
            forker.wait(START_WITHIN_S)


class HomeHub:
    """Keeps every message until it is acknowledged, and sends all it keeps whenever it connects."""

    def __init__(self, name: str, password: str) -> None:
        self.name, self.password = name, password
        self.made = 0
        self.kept: dict[int, bytes] = {}
        self.acknowledged: Counter[int] = Counter()

    def measure(self, until: int) -> None:
        """Make readings a second apart until so many are kept."""
        while len(self.kept) < until:
            at = NOON + timedelta(seconds=self.made + 1)
            self.keep({"measured_at": at.isoformat(), "respiratory_rate_bpm": 16})

    def keep(self, reading: Mapping[str, object]) -> None:
        """Number one reading and keep it until it is acknowledged."""
        self.made += 1
        self.kept[self.made] = json.dumps({"boot": "b1", "seq": self.made, **reading}).encode()

    async def connect(self, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        hello = Connect(
            protocol=V5, client_id=self.name, username=self.name, password=self.password.encode(), keep_alive_s=60
        )
        writer.write(encode_packet(hello, V5))
        return reader, writer

    async def send_backlog(self, port: int, stop_after: int | None) -> None:
        """Send everything kept, a window at a time; return after so many acknowledgements or when all are in."""
        reader, writer = await self.connect(port)
        try:
            await self._exchange(reader, writer, stop_after)
        except (ConnectionError, EOFError):
            pass  # the process died; what it acknowledged before was counted
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stop_after: int | None
    ) -> None:
        waiting, under_way, heard = list(self.kept), {}, 0
        buffer = bytearray()
        while waiting or under_way:
            while waiting and len(under_way) < 900:
                seq = waiting.pop(0)
                packet_id = seq % 65_535 + 1
                under_way[packet_id] = seq
                topic = f"stepguard/v1/{self.name}/up/reading"
                writer.write(encode_packet(Publish(topic, self.kept[seq], 1, packet_id), V5))
            received = await reader.read(65_536)
            if not received:
                raise EOFError
            buffer += received
            at = 0
            while (frame := next_frame(buffer, at, 2**20)) is not None:
                first, start, at = frame
                packet = decode_packet(first, bytes(buffer[start:at]), V5)
                if isinstance(packet, Acknowledged):
                    assert packet.reason == 0
                    seq = under_way.pop(packet.packet_id)
                    del self.kept[seq]
                    self.acknowledged[seq] += 1
                    heard += 1
                else:
                    assert isinstance(packet, Connack | Subscribe)
            del buffer[:at]
            if stop_after is not None and heard >= stop_after:
                return
