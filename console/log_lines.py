"""Where log lines go: to stderr, one line each, so that stdout holds answers alone."""

import sys

import structlog


def log_to_stderr() -> None:
    """Send the log of this process to stderr as `key=value` lines, unless somebody has arranged it otherwise."""
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        # looked up for every line: stderr may be exchanged while the process lives
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
