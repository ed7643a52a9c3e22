"""The four services of a site, each started by its command and by nothing else; the board on a terminal of its own."""

import contextlib
import fcntl
import os
import pty
import secrets
import socket
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

from apart_house import PATIENCE_S, Site

Process = subprocess.Popen[bytes]
STEPGUARD = Path(sys.executable).with_name("stepguard")
PARTS = ("gateway", "monitor", "alerts", "console")
SCREEN_SIZE = (140, 40)
SCREEN = struct.pack("HHHH", *reversed(SCREEN_SIZE), 0, 0)
LOOK_EVERY_S = 0.02


def free_address() -> str:
    """Return an address nobody listens on, below the ports that outgoing connections are given meanwhile."""
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return f"127.0.0.1:{port}"


class Terminal:
    """A terminal of 140 by 40 characters whose bytes are kept."""

    def __init__(self) -> None:
        self._hand, self.side = pty.openpty()
        fcntl.ioctl(self.side, termios.TIOCSWINSZ, SCREEN)
        self.shown = b""
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def close(self) -> None:
        os.close(self.side)
        self._reading.join(PATIENCE_S)
        os.close(self._hand)

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # nobody holds the other side any more
            while seen := os.read(self._hand, 65_536):
                self.shown += seen


class Services:
    """Which of the services run; `kill` ends one without a word."""

    def __init__(self, site: Site, clock: str) -> None:
        self._site = site
        self._environment = {**site.environment, "STEPGUARD_CLOCK": clock, "TERM": "xterm-256color"}
        self._running: dict[str, Process] = {}
        self.terminal: Terminal | None = None

    def start(self, part: str) -> None:
        self._running[part] = self._open_board() if part == "console" else self._open(part)

    def _open(self, part: str) -> Process:
        with self._log(part).open("a", encoding="utf-8") as said:
            return subprocess.Popen(self._command(part), env=self._environment, stderr=said, stdin=subprocess.DEVNULL)

    def _open_board(self) -> Process:
        self.terminal = Terminal()
        side = self.terminal.side
        command = [*self._command("console"), "--by", "ada"]
        return subprocess.Popen(
            command, env=self._environment, stdin=side, stdout=side, stderr=side, start_new_session=True
        )

    def _command(self, part: str) -> list[str]:
        return [str(STEPGUARD), part, *self._site.arguments]

    def _log(self, part: str) -> Path:
        return self._site.folder / f"{part}.log"

    def kill(self, part: str) -> None:
        process = self._running.pop(part)
        by_itself = process.poll() is not None
        process.kill()
        process.wait(PATIENCE_S)
        shown = b""
        if part == "console" and self.terminal is not None:
            shown = self.terminal.shown
            self.terminal.close()
        assert not by_itself, f"{part} had ended by itself: {self.said(part)}{shown[-2000:]!r}"

    def said(self, part: str) -> str:
        return self._log(part).read_text(encoding="utf-8") if self._log(part).exists() else ""

    def leave(self) -> None:
        for part in list(self._running):
            self.kill(part)

    def shows(self, *words: str) -> None:
        """Wait until the board's terminal has shown every word; fails when it does not."""
        until = monotonic() + PATIENCE_S
        while not all(word.encode() in self.terminal.shown for word in words):
            assert monotonic() < until, f"the board does not show {words}: {self.terminal.shown[-2000:]!r}"
            sleep(LOOK_EVERY_S)


@contextlib.contextmanager
def services(site: Site, clock: str) -> Iterator[Services]:
    """Give the running services of a site."""
    running = Services(site, clock)
    try:
        for part in PARTS:
            running.start(part)
        yield running
    finally:
        running.leave()
