"""Measures the console on a real pseudo-terminal: its share of one core, and how soon it answers a key.

    python -m benchmarks.console [--quick] [--output FILE]

500 patients whose readings come at 50 a second through the whole chain, real processes on SQLite; the board on
terminals of 160x48 and 80x24. A key is answered when the terminal gets the line that explains the newly selected
patient. Beside it stands the least an application of the same library can do: an empty screen with one line that is
painted anew as often and answers each key with a number (`bare`).
"""

import argparse
import contextlib
import fcntl
import json
import os
import platform
import pty
import random
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.end_to_end import MEASURED, new_folder, say, settle, warm
from benchmarks.report import flatten
from benchmarks.ward import ROOT, STEPGUARD, TICKS, Part, Ward, build_ward
from gateway.clock import WallClock

PATIENTS, UPDATES = 500, 50
SIZES = ((160, 48), (80, 24))
ANSWERED_WITHIN_S = 10.0
SHOWN_WITHIN_S = 60.0
MOST_S = 900
"""Readings for so many seconds are made; a measurement that needs more fails."""

SETTLING_S = 5.0
"""A console that has just started imports and lays out; what it costs from then on is measured."""

PAUSES_S = (0.15, 0.65)
"""Between two keys, at random, so that they come at every phase of reading and painting."""

DOWN, UP = b"\x1b[B", b"\x1b[A"
STEPS = 12
"""Keys in one direction before turning back."""

EXPLAINED = re.compile(rb"(P-\d{4}): ")
"""How the line begins that explains the selected patient; no other text of the board holds a code and a colon."""

ECHOED = re.compile(rb"key (\d+);")


@dataclass(frozen=True)
class Sizes:
    watched_s: float
    keys: int


class Screen:
    """A program at a pseudo-terminal of its own, read as fast as it writes."""

    def __init__(self, command: Sequence[str], size: tuple[int, int], environment: Mapping[str, str]) -> None:
        columns, lines = size
        self._hand, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            stdin=side,
            stdout=side,
            stderr=side,  # the library paints there
            start_new_session=True,
        )
        os.close(side)
        self.written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._hand)

    def press(self, key: bytes) -> None:
        os.write(self._hand, key)

    def read(self, at_most_s: float) -> bytes:
        """Return what was written meanwhile, at the first of it; nothing when nothing was."""
        if not select.select([self._hand], [], [], max(0.0, at_most_s))[0]:
            return b""
        with contextlib.suppress(OSError):
            seen = os.read(self._hand, 1 << 20)
            self.written += len(seen)
            return seen
        raise RuntimeError(f"the program at the terminal ended with {self.process.wait()}")

    def watch(self, seconds: float) -> bytes:
        """Read for so long."""
        until, seen = time.perf_counter() + seconds, b""
        while (left := until - time.perf_counter()) > 0:
            seen += self.read(left)
        return seen

    def wait_for(self, what: re.Pattern[bytes], within_s: float) -> bytes:
        until, seen = time.perf_counter() + within_s, b""
        while not (found := what.findall(seen)):
            if time.perf_counter() > until:
                raise TimeoutError(f"nothing like {what.pattern!r} on the screen within {within_s} s: {seen[-500:]!r}")
            seen += self.read(0.1)
        return found[-1]

    def cpu_s(self) -> float:
        """Return user and system seconds that the program has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss_mb(self) -> float:
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text(encoding="ascii")
        return int(next(line for line in rollup.splitlines() if line.startswith("Rss:")).split()[1]) / 1e3


def measured_screen(screen: Screen, answered: re.Pattern[bytes], sizes: Sizes) -> dict[str, object]:
    """Return the share of one core and the latencies of keys of a program whose answers match `answered`.

    The share is of a time in which no key is pressed: somebody who reads. Keys come afterwards.
    """
    chance = random.Random(5)
    shown = screen.wait_for(answered, SHOWN_WITHIN_S)
    screen.watch(SETTLING_S)
    used, wrote, began = screen.cpu_s(), screen.written, time.perf_counter()
    seen = screen.watch(sizes.watched_s)
    took = time.perf_counter() - began
    share, wrote = (screen.cpu_s() - used) / took, screen.written - wrote
    shown = next(reversed(answered.findall(seen)), shown)
    used, began, spans = screen.cpu_s(), time.perf_counter(), []
    for number in range(sizes.keys):
        for repainted in answered.findall(screen.watch(chance.uniform(*PAUSES_S))):
            shown = repainted
        pressed_at = time.perf_counter()
        screen.press(DOWN if number // STEPS % 2 == 0 else UP)
        until, seen = pressed_at + ANSWERED_WITHIN_S, b""
        while (found := next((each for each in reversed(answered.findall(seen)) if each != shown), None)) is None:
            if time.perf_counter() > until:
                raise TimeoutError(f"key {number} was not answered within {ANSWERED_WITHIN_S} s")
            seen += screen.read(until - time.perf_counter())
        spans.append(time.perf_counter() - pressed_at)
        shown = found
    with_keys = (screen.cpu_s() - used) / (time.perf_counter() - began)
    ordered = sorted(span * 1000 for span in spans)
    return {
        "core_pct": round(share * 100, 1),
        "core_with_keys_pct": round(with_keys * 100, 1),
        "kib_per_s": round(wrote / took / 1024, 1),
        "rss_mb": round(screen.rss_mb(), 1),
        "key": {
            "count": len(ordered),
            "p50_ms": round(ordered[len(ordered) // 2], 1),
            "p99_ms": round(ordered[len(ordered) * 99 // 100], 1),
            "max_ms": round(ordered[-1], 1),
        },
    }


@contextmanager
def updates(chain: Part, ward: Ward) -> Iterator[None]:
    """Let the homes' readings come while the body runs."""
    job = {
        "port": chain.port,
        "hubs": ward.hubs,
        "boot": MEASURED,
        "window": 50,
        "listen": True,
        "messages": UPDATES * MOST_S,
        "first_seq": 1,
        "rate": UPDATES,
    }
    command = [sys.executable, "-m", "benchmarks.publishers"]
    sending = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        sending.stdin.write(json.dumps(job))
        sending.stdin.close()
        while not stored(ward):
            time.sleep(0.1)
        yield
        if sending.poll() is not None:
            raise RuntimeError("the readings ended before the measurement did")
    finally:
        sending.kill()
        sending.wait()


def stored(ward: Ward) -> int:
    """Return how many readings came since the measurement began."""
    return ward.query(f"SELECT count(*) FROM reading WHERE boot = '{MEASURED}'")[0][0]


def console(ward: Ward, size: tuple[int, int], sizes: Sizes) -> dict[str, object]:
    own = ward.copy("run")
    with Part("up", own) as chain:
        settle(chain, own)
        warm(chain, own)
        command = [STEPGUARD, "console", "--by", "ada"]
        with updates(chain, own), Screen(command, size, {"STEPGUARD_DATABASE__URL": own.url}) as screen:
            used, before, began = chain.cpu_s(), stored(own), time.perf_counter()
            found = measured_screen(screen, EXPLAINED, sizes)
            took = time.perf_counter() - began
            found["chain_core_pct"] = round((chain.cpu_s() - used) / took * 100, 1)
            found["readings_per_s"] = round((stored(own) - before) / took, 1)
    return found


BARE = """
from textual.app import App
from textual.binding import Binding
from textual.widgets import Static

class Bare(App):
    BINDINGS = [Binding("up,down", "count", priority=True)]
    def compose(self):
        yield Static("key 0;", id="line")
    def on_mount(self):
        self.pressed = self.painted = 0
        self.set_interval(1.0, self.paint)
    def paint(self):
        self.painted += 1
        self.query_one("#line").update(f"key {self.pressed}; {self.painted}")
    def action_count(self):
        self.pressed += 1
        self.paint()

Bare().run()
"""


def bare(size: tuple[int, int], sizes: Sizes) -> dict[str, object]:
    with Screen([sys.executable, "-c", BARE], size, {}) as screen:
        return measured_screen(screen, ECHOED, sizes)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="15 s of watching and 60 keys each")
    arguments.add_argument("--output", type=Path, default=Path("console.json"), help="where the JSON goes")
    chosen = arguments.parse_args()
    sizes = Sizes(watched_s=15, keys=60) if chosen.quick else Sizes(watched_s=60, keys=300)
    began = time.perf_counter()
    figures: dict[str, object] = {}
    with new_folder() as folder:
        say(f"enrolling {PATIENTS} patients")
        ward = build_ward(folder, PATIENTS)
        for size in SIZES:
            name = f"{size[0]}x{size[1]}"
            say(f"an empty screen of {name}")
            least = bare(size, sizes)
            say(f"the board of {PATIENTS} patients at {name}")
            board = console(ward, size, sizes)
            ratios = {
                "core": round(board["core_pct"] / max(0.1, least["core_pct"]), 1),
                "key_p50": round(board["key"]["p50_ms"] / least["key"]["p50_ms"], 1),
                "key_p99": round(board["key"]["p99_ms"] / least["key"]["p99_ms"], 1),
            }
            figures[name] = {"bare": least, "console": board, "console / bare": ratios}
    report = {
        "at": WallClock().now().isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "system": platform.system(), "arch": platform.machine()},
        "python": platform.python_version(),
        "quick": chosen.quick,
        "took_s": round(time.perf_counter() - began, 1),
        "figures": figures,
    }
    chosen.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"{report['at']}  {report['machine']['cores']} cores  python {report['python']}  {report['took_s']} s")
    for path, value in flatten(figures):
        print(f"  {path:<52} {value:>12,.1f}" if isinstance(value, float) else f"  {path:<52} {value:>12,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
