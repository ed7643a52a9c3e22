"""The process behind one page: the console, with whoever logged in at the door sitting in it.

`python -m console.web.seat` reads on its first line who sits here, and believes it. It is therefore no subcommand:
a nurse whom sudo lets run `stepguard console` must not be able to name somebody else. Whoever can start this module
as the service's user can read and write the database without it.

What is shown goes to stdout in the packets of textual-serve. Nothing else may: a crash report holds values of people,
so stderr is closed to everything but the place of an error.
"""

import os
import sys
from pathlib import Path
from typing import Any, Final

import msgspec
from textual.driver import Driver
from textual.drivers.web_driver import WebDriver

from alerts.fault import where
from console.app import run
from console.commands.chain_access import chain_clock
from console.log_lines import log_to_stderr
from console.terminal import ConsoleApp
from gateway.settings import load_settings

LONGEST_LINE: Final = 4_096


class Orders(msgspec.Struct, frozen=True):
    """What the door tells a console before it starts."""

    name: str
    config: str | None


class SeatDriver(WebDriver):
    """The library's driver for browsers, which ends the console when the door has gone."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self._write: Any = self._write_whole

    def _write_whole(self, packet: bytes) -> None:
        """Write all of a packet: a part of one would be read as the head of the next."""
        try:
            while packet:
                packet = packet[os.write(self.fileno, packet) :]
        except OSError:
            self._app.exit(0)

    def run_input_thread(self) -> None:
        """Read keys until the door closes its end, and end with it."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.call_later(self._app.exit, 0)


class SeatedConsole(ConsoleApp):
    """The console that tells its door who sits in it: a session ends with the lock of its console."""

    _told: str | None = None

    def get_driver_class(self) -> type[Driver]:
        """Return the driver of a page."""
        return SeatDriver

    def _follow(self) -> None:
        super()._follow()
        acting = self.sitting.acting
        name = "" if acting is None else acting.name
        if isinstance(self._driver, WebDriver) and name != self._told:
            self._told = name
            self._driver.write_meta({"type": "sitting", "name": name})


def main() -> int:
    """Run one console. Return its exit code."""
    orders = msgspec.json.decode(_first_line(), type=Orders)
    told = os.dup(sys.stderr.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    log_to_stderr()
    try:
        settings = load_settings(None if orders.config is None else Path(orders.config), os.environ)
        return run(settings, chain_clock(), actor=orders.name, seated=orders.name, kind=SeatedConsole)
    except Exception as error:  # noqa: BLE001 - see the module: the place and nothing of the message
        os.write(told, f"console ended: {where(error)}\n".encode())
        return 1


def _first_line() -> bytes:
    """Return the first line of stdin, and leave what follows it to the driver."""
    line = b""
    while not line.endswith(b"\n") and len(line) < LONGEST_LINE:
        letter = os.read(sys.stdin.fileno(), 1)
        if not letter:
            break
        line += letter
    return line


if __name__ == "__main__":
    sys.exit(main())
