"""Lets parts answer for themselves over HTTP while they run: each at an address of its own, or several at one."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import structlog

from gateway.account import Account
from gateway.admin import Here, serving
from gateway.settings import SettingsError

PARTS: Final = ("gateway", "monitor", "alerts")
log = structlog.get_logger(__name__)


@asynccontextmanager
async def answering(part: str, where: str | Path) -> AsyncIterator[Account]:
    """Give the account of one part and answer from it at `where` as long as the body runs.

    Raises
    ------
    SettingsError
        When the address cannot be used.
    """
    account = Account(part)
    async with serving([Here(account)], where, f"{part}.admin_listen"):
        yield account


@asynccontextmanager
async def answering_if_free(where: str) -> AsyncIterator[Mapping[str, Account]]:
    """Give the accounts of all parts of one process and answer from them; an address in use only costs the answers.

    For a demonstration: a second one beside it, or a house that runs already, must not stop it.
    """
    accounts = {part: Account(part) for part in PARTS}
    served = serving([Here(account) for account in accounts.values()], where, "http.admin_listen")
    try:
        await served.__aenter__()
    except SettingsError as error:
        log.warning("health and metrics are not served", reason=str(error))
        yield accounts
        return
    try:
        yield accounts
    finally:
        await served.__aexit__(None, None, None)
