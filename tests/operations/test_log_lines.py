"""Log lines of a real process: one JSON object each, no identity, no value, whoever speaks."""

import json
import subprocess
import sys

import pytest

SPEAKS = """
import asyncio, logging, sys
from sqlalchemy import text
from console.log_lines import log_to_stderr
from gateway.database import Database
log_to_stderr()
import structlog
log = structlog.get_logger()
log.info("part ended", part="gateway")
try:
    secret = "Ada Nielsen 39.4"
    raise ValueError(secret)
except ValueError:
    log.exception("pass failed")
    logging.getLogger("apscheduler.executors.default").exception("Job for %s raised", secret)
logging.getLogger("aiohttp.server").error("bad request from Ada Nielsen")
logging.getLogger("sqlalchemy.engine").warning("INSERT %s", {"name": "Ada Nielsen"})
logging.getLogger("twilio.http_client").info("To=+12025550142")
"""


def lines(**environment):
    finished = subprocess.run(
        [sys.executable, "-c", SPEAKS], capture_output=True, text=True, check=True, timeout=60, env=environment
    )
    assert finished.stdout == ""
    return finished.stderr.splitlines()


def test_every_line_that_no_terminal_reads_is_one_object_with_level_time_and_event():
    said = [json.loads(line) for line in lines()]
    assert [one["event"] for one in said] == ["part ended", "pass failed", *["a library complains"] * 3]
    assert [one["level"] for one in said] == ["info", "error", "error", "error", "warning"]
    assert all("timestamp" in one for one in said)
    assert said[1]["error"] == "ValueError"
    assert said[2] == said[2] | {"library": "apscheduler.executors.default", "error": "ValueError"}


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_line_holds_what_an_error_or_a_library_said(form):
    everything = "\n".join(lines(STEPGUARD_LOG=form))
    for word in ("Ada", "Nielsen", "39.4", "secret", "Traceback", "12025550142"):
        assert word not in everything


def test_people_at_a_terminal_get_words_instead():
    first = lines(STEPGUARD_LOG="text")[0]
    assert 'event="part ended" part=gateway' in first
