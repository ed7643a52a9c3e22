"""What the watchdog asks and tells over the network beside its hub and its telephone: each with a bound, none fails."""

import asyncio
import email.utils
import os
import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import aiohttp

from alerts.watchdog_sight import Answer, Certificate
from gateway.clock import Clock

ANSWER_WITHIN_S = 8.0
COMMAND_WITHIN_S = 30.0
REDIRECT = 300


async def ask(address: str, clock: Clock) -> Answer:
    """Ask one /readyz; silence is an answer too."""
    began_at = clock.now()
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)) as session,
            session.get(f"{address}/readyz") as response,
        ):
            body, date = await response.json(content_type=None), response.headers.get("Date")
            not_ready, system = dict(body["not_ready"]), list(body.get("system", ()))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return Answer(address=address, asked_at=began_at, status=None, fault=_in_words(error), not_ready={})
    return Answer(
        address=address,
        asked_at=began_at + (clock.now() - began_at) / 2,
        status=response.status,
        not_ready=not_ready,
        system=system,
        synthetic=body.get("synthetic"),
        date=None if date is None else email.utils.parsedate_to_datetime(date),
    )


async def look_at_certificate(address: str, ca: str | None) -> Certificate:
    """Look at the certificate that an address shows, as somebody who trusts `ca` (None: what this machine trusts)."""
    host, _, port = address.rpartition(":")
    try:
        context = ssl.create_default_context(cafile=ca)
        async with asyncio.timeout(ANSWER_WITHIN_S):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port), ssl=context)
            shown: Mapping[str, object] = writer.get_extra_info("peercert") or {}
            writer.transport.abort()
    except (ssl.SSLError, OSError, TimeoutError, ValueError) as error:
        return Certificate(address=address, valid_until=None, fault=_in_words(error))
    ends_s = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    return Certificate(address=address, valid_until=datetime.fromtimestamp(ends_s, UTC))


async def post(url: str, body: Mapping[str, object]) -> bool:
    """Tell a webhook; return whether it took it."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)) as session,
            session.post(url, json=body) as response,
        ):
            return response.status < REDIRECT
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


async def ping(url: str) -> bool:
    """Tell whoever waits for it that all is well; return whether that was heard."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)) as session,
            session.get(url) as response,
        ):
            return response.status < REDIRECT
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


async def run_command(command: Sequence[str], text: str) -> bool:
    """Run a command with the text as its last argument; return whether it ended well in time."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            text,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if not name.startswith("STEPGUARD_")},
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(COMMAND_WITHIN_S):
            return await process.wait() == 0
    except TimeoutError:
        process.kill()
        await process.wait()
        return False


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    cause = error.__cause__ or error
    if isinstance(cause, ConnectionRefusedError):
        return "nobody listens"
    return "no answer in time" if isinstance(cause, TimeoutError) else type(cause).__name__
