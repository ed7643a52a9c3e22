"""The lines of a site are cut for real; the board, a process at its terminal, says which within seconds."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from apart_house import PATIENCE_S, Site
from painted_screen import PaintedScreen
from real_services import SCREEN_SIZE, Services, free_address, services
from telephones import ACCOUNT, NUMBER, PROGRAM, TOKEN

from gateway.clock import SpedClock, WallClock
from gateway.database import Database
from monitor.enrolment import enrol
from monitor.store import add_event

STRICT = "STEPGUARD_KILLS" in os.environ
SAID_WITHIN_S = 5.0
"""From the cut to the banner, and from the repair to a board without it."""

SLACK = 1.0 if STRICT else 3.0
"""Beside other tests on a machine that has no core to spare processes wait for each other."""

LOOK_EVERY_S = 0.02
BANNERS = ("DATABASE UNREADABLE", "DEAF: ", "MUTE: ")
UNREADABLE, MUTE = "DATABASE UNREADABLE since", "MUTE: texts do not go out: the telephone network"
NO_BROKER, NO_GATEWAY = "DEAF: no reading can arrive", "DEAF: no word from the gateway"


class Network:
    """The program of the telephone network, as whoever tries Stepguard starts it."""

    def __init__(self, folder: Path, webhooks: str) -> None:
        self.address = free_address()
        token = folder / "token"
        token.write_text(TOKEN, encoding="utf-8")
        self._command = [sys.executable, str(PROGRAM), "--listen", self.address, "--account", ACCOUNT]
        self._command += ["--token-file", str(token), "--number", NUMBER, "--webhooks", webhooks]
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        answers(self.address)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


class Board:
    """What the console's terminal shows."""

    def __init__(self, running: Services) -> None:
        self._running = running
        self._screen = PaintedScreen(*SCREEN_SIZE)
        self._taken = 0

    def text(self) -> str:
        shown = self._running.terminal.shown  # type: ignore[union-attr]
        self._screen.take(shown[self._taken :])
        self._taken = len(shown)
        return self._screen.text()

    def until(self, holds: Callable[[str], bool], within_s: float) -> float:
        """Wait until the screen is so; return the seconds it took."""
        began = monotonic()
        while not holds(text := self.text()):
            assert monotonic() - began < within_s, text
            sleep(LOOK_EVERY_S)
        return monotonic() - began


@pytest.fixture
def network(tmp_path: Path, site: Site) -> Iterator[Network]:
    started = Network(tmp_path, f"http://{site.environment['STEPGUARD_HTTP__LISTEN']}")
    yield started
    started.kill()


@pytest.fixture
def cut_site(site: Site, network: Network) -> Site:
    """A site whose telephone network is a process of its own, with one patient under watch."""
    database, now = Database(site.database_url), WallClock().now()
    with database.write() as session:
        patient = enrol(session, code="P-0042", profile={}, drug="teclistamab", schedule="us_weekly", now=now)
        add_event(session, patient, {"at": now.isoformat(), "type": "dose", "step": "SUD1"}, "ada", now)
    database.dispose()
    return replace(site, environment={**site.environment, "STEPGUARD_TWILIO__API_URL": f"http://{network.address}"})


def server_processes(server: Any) -> list[int]:
    """Return the PostgreSQL server's process and those it has made."""
    main = int((server.folder / "server" / "files" / "postmaster.pid").read_text().splitlines()[0])
    children = Path(f"/proc/{main}/task/{main}/children").read_text(encoding="ascii").split()
    return [main, *map(int, children)]


def signal_all(processes: list[int], number: int) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)


def starts_gateway(running: Services, site: Site) -> None:
    """Start the gateway and wait until it answers."""
    running.start("gateway")
    answers(site.gateway_admin)


def answers(address: str) -> None:
    """Wait until somebody listens: how long a program takes to load is the machine's affair."""
    host, _, port = address.rpartition(":")
    until = monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1.0):
            return
        assert monotonic() < until, f"nobody listens on {address}"
        sleep(LOOK_EVERY_S)


@pytest.mark.faults
@pytest.mark.slow
def test_a_line_that_is_cut_is_on_the_board_within_seconds_and_gone_after_its_repair(
    cut_site: Site, network: Network, mosquitto_of_site: Any, postgres_server: Any
):
    now = WallClock().now()
    with services(cut_site, SpedClock(now, now, 1.0).spell()) as running:
        board = Board(running)
        board.until(lambda text: "P-0042" in text, PATIENCE_S)

        def cut(name: str, banner: str, break_it: Callable[[], object], mend: Callable[[], object]) -> None:
            board.until(lambda text: not any(word in text for word in BANNERS), PATIENCE_S)
            break_it()
            said_s = board.until(lambda text: banner in text, SAID_WITHIN_S * SLACK)
            mend()
            gone_s = board.until(lambda text: banner not in text, SAID_WITHIN_S * SLACK)
            print(f"{name}: said after {said_s:.1f} s, gone {gone_s:.1f} s after the repair")  # noqa: T201 - pytest -rP

        stopped: list[int] = []

        def hold_the_database() -> None:
            stopped[:] = server_processes(postgres_server)
            signal_all(stopped, signal.SIGSTOP)

        try:
            cut("database held", UNREADABLE, hold_the_database, lambda: signal_all(stopped, signal.SIGCONT))
        finally:
            signal_all(stopped, signal.SIGCONT)
        cut("broker killed", NO_BROKER, mosquitto_of_site.kill, mosquitto_of_site.start)
        cut("telephone network killed", MUTE, network.kill, network.start)
        if not STRICT:
            return
        control, held = postgres_server.control, network.process.send_signal
        cut("database stopped", UNREADABLE, partial(control, "stop", "-m", "immediate"), partial(control, "start"))
        cut("telephone network held", MUTE, partial(held, signal.SIGSTOP), partial(held, signal.SIGCONT))
        cut("gateway killed", NO_GATEWAY, partial(running.kill, "gateway"), partial(starts_gateway, running, cut_site))
