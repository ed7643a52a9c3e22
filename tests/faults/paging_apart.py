"""Runs `stepguard alerts` as a process of its own that is killed, or stopped, exactly at one step of a page's way.

Nothing of what alerts does is replaced: one function, before or after it has done its work, ends the process.
"""

import itertools
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from part_apart import ToldClock

import alerts.pages
import alerts.service
import alerts.taking_in
import alerts.twilio_phone
import alerts.web.door
import console.commands.chain_access
import console.commands.parts
from alerts.metrics import AlertsMetrics
from alerts.twilio_phone import TwilioPhone
from console.command import main

IDLE_S = 0.05
ARMED = "armed"
STEPS: Mapping[str, tuple[Any, str, bool]] = {
    "news taken in, nothing committed": (alerts.taking_in, "take_in_one", True),
    "intent written, nothing committed": (alerts.pages, "write", True),
    "intent on disk, the network knows nothing": (TwilioPhone, "send", False),
    "taken and answered by the network, nothing known": (alerts.twilio_phone._Connection, "request", True),
    "receipt on disk, outcome unknown": (TwilioPhone, "_took", True),
    "outcome written, nothing committed": (alerts.pages, "write_outcomes", True),
    "outcome on disk": (AlertsMetrics, "became", False),
}
"""Whose function is the step, and whether the process ends after it rather than before."""


def end_at(step: str, nth: int, how: signal.Signals, armed: Path) -> None:
    """Have this process send itself `how` when it comes to `step` for the nth time since the file `armed` exists."""
    owner, name, after = STEPS[step]
    work: Callable[..., Any] = getattr(owner, name)
    times = itertools.count(1)  # several threads come here at once

    def ending(*arguments: Any, **options: Any) -> Any:
        mine = next(times) if armed.exists() else 0
        if mine == nth and not after:
            os.kill(os.getpid(), how)
        result = work(*arguments, **options)
        if mine == nth and after:
            os.kill(os.getpid(), how)
        return result

    setattr(owner, name, ending)


def run(
    folder: Path,
    name: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    ends_at: tuple[str, int, signal.Signals] | None,
) -> None:
    """Be an engine until told to leave.

    `folder` holds what is written to stderr, and the clock that the test moves unless `environment` names another.
    """
    log = os.open(folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    os.environ.update(environment)
    if console.commands.chain_access.CLOCK_VARIABLE not in environment:
        clock = ToldClock(folder / "clock")
        console.commands.chain_access.chain_clock = lambda: clock
        alerts.service.SHORTEST_WAIT_S = IDLE_S
    if ends_at is not None:
        end_at(*ends_at, folder / ARMED)
    sys.exit(main(["alerts", *arguments]))
