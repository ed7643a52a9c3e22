"""Runs one part of the chain as a process of its own, as the command line does, with the clock of a story.

Nothing of what a part does is replaced: only what it calls now, and how long a clock that stands still lets it idle.
Every process begins as a copy of one that has loaded the parts' code and done nothing yet.
"""

import mmap
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import alerts.service
import alerts.twilio_phone
import alerts.web.server
import console.commands.chain_access
import console.commands.parts
import gateway.broker
import gateway.service  # noqa: F401 - as above
import monitor.service
from alerts.cycle import Alerts
from console.command import main
from gateway.database import from_microseconds, to_microseconds
from gateway.ingest import Ingest
from monitor.cycle import Monitor

CLOCK = struct.Struct("=qqq")
IDLE_S = 0.25
LOOK_AT_GATE_S = 0.005


class ToldClock:
    """The clock of a story: a file with the instant, the story's last question, and whether parts are to hold still.

    It makes nobody wait, unless it is `paced`: then its second is a second on the wall, though it moves by hand.
    """

    def __init__(self, file: Path, *, paced: bool = False) -> None:
        self._paced = paced
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), CLOCK.size)

    def now(self) -> datetime:
        return from_microseconds(self._read()[0])

    def wall_seconds(self, span: timedelta) -> float:
        return span.total_seconds() if self._paced else 0.0

    @property
    def question(self) -> int:
        return self._read()[1]

    @property
    def held(self) -> bool:
        return bool(self._read()[2])

    def tell(self, at: datetime, question: int, *, held: bool) -> None:
        self._shared[: CLOCK.size] = CLOCK.pack(to_microseconds(at), question, held)

    def _read(self) -> tuple[int, int, int]:
        at, question, held = CLOCK.unpack(self._shared[: CLOCK.size])
        return at, question, held


def tell_passes(part: str, clock: ToldClock, passes: Path) -> None:
    """Tell the story of each finished pass the question that had been asked when it began."""
    teller = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    teller.connect(str(passes))

    def telling(work: Callable[..., Any]) -> Callable[..., Any]:
        def told(*arguments: Any) -> Any:
            if clock.held:
                teller.send(f"{part}-held {clock.question}".encode())
            while clock.held:
                time.sleep(LOOK_AT_GATE_S)
            asked = clock.question
            result = work(*arguments)
            teller.send(f"{part} {asked}".encode())
            return result

        return told

    def counting(settle: Callable[..., Any]) -> Callable[..., Any]:
        settled = 0

        def told(ingest: Ingest, saved: Any) -> Any:
            nonlocal settled
            result = settle(ingest, saved)
            settled += len(saved.outcomes)
            teller.send(f"{part} {settled}".encode())
            return result

        return told

    Monitor.cycle = telling(Monitor.cycle)  # type: ignore[method-assign]
    Alerts.cycle = telling(Alerts.cycle)  # type: ignore[method-assign]
    Ingest._settle = counting(Ingest._settle)  # type: ignore[method-assign]


def run(folder: Path, part: str, arguments: Sequence[str], environment: Mapping[str, str], *, paced: bool) -> None:
    """Be the part, until told to leave.

    `folder` holds `clock`, which the story moves, `passes`, a socket to which every finished pass is told, and what
    the part writes to stderr.
    """
    log = os.open(folder / f"{part}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    os.environ.update(environment)
    clock = ToldClock(folder / "clock", paced=paced)
    console.commands.chain_access.chain_clock = lambda: clock
    tell_passes(part, clock, folder / "passes")
    monitor.service._SHORTEST_WAIT_S = alerts.service.SHORTEST_WAIT_S = IDLE_S
    alerts.service.SEND_WAIT_S = None  # type: ignore[assignment]
    alerts.cycle.LOOK_AROUND_S = 0.0
    sys.exit(main([part, *arguments]))
