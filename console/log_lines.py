"""Where log lines go: to stderr, one line each, so that stdout holds answers alone.

`key=value` for people at a terminal, JSON for machines that collect; `STEPGUARD_LOG` (`json` or `text`) overrules.
What other libraries say is kept from warnings on, without what an error or a message holds: it may be values of people.
"""

import logging
import os
import sys
from collections.abc import Mapping
from typing import Any, Final

import structlog

VARIABLE: Final = "STEPGUARD_LOG"
LOUD_LIBRARIES: Final = ("aiohttp", "apscheduler", "sqlalchemy", "alembic", "twilio", "paho", "mqtt", "asyncio")


def log_to_stderr() -> None:
    """Send the log of this process and of its libraries to stderr, unless somebody has arranged it otherwise."""
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_the_error,
            renderer(os.environ, terminal=sys.stderr.isatty()),
        ],
        # looked up for every line: stderr may be exchanged while the process lives
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    for name in LOUD_LIBRARIES:
        library = logging.getLogger(name)
        library.handlers = [LibraryLines()]
        library.setLevel(logging.WARNING)
        library.propagate = False


def renderer(environment: Mapping[str, str], *, terminal: bool) -> Any:
    """Return what writes a line: as the environment says, else text for a terminal and JSON for everything else."""
    chosen = environment.get(VARIABLE, "text" if terminal else "json")
    if chosen == "text":
        return structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])
    return structlog.processors.JSONRenderer(default=str)


class LibraryLines(logging.Handler):
    """Passes on where a library complained and the class of its error; never its words, which may quote anybody's."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        error = record.exc_info[0] if record.exc_info else None
        log = structlog.get_logger()
        said = {"library": record.name, "at": f"{record.filename}:{record.lineno}"}
        if error is not None:
            said["error"] = error.__name__
        log.log(record.levelno, "a library complains", **said)


def _without_the_error(_logger: object, _name: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace an error that was handed to a log line by its class: its message and locals may hold values."""
    error = line.pop("exc_info", None)
    found = sys.exc_info()[1] if error is True else error[1] if isinstance(error, tuple) else error
    if isinstance(found, BaseException):
        line["error"] = type(found).__name__
    return line
