"""Keeps `http.listen` open beside the passes; an address that cannot be had yet holds up no page."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Protocol

import structlog
from prometheus_client import Metric

from gateway.account import Account
from gateway.settings import SettingsError
from gateway.wakeup import Wakeup

log = structlog.get_logger()
TRY_AGAIN_S = 1.0


class Counted(Protocol):
    """What is served, as far as it is counted."""

    def collect(self) -> Iterable[Metric]:
        """Return what came in so far."""
        ...


@asynccontextmanager
async def door(
    listening: Callable[[], AbstractAsyncContextManager[Counted]], account: Account, *, patient: bool
) -> AsyncIterator[None]:
    """Listen for the telephone network and for emergency departments while the body runs.

    Parameters
    ----------
    listening
        Opens the address for as long as its body runs.
    account
        Told what is counted, and while the address cannot be had.
    patient
        Whether an address in use is waited for: an engine that was stopped, and whose place this one takes, may
        still hold it, and people must be called meanwhile.

    Raises
    ------
    SettingsError
        When the address cannot be used and is not waited for.
    """
    closed: str | None = None
    account.check("webhooks", lambda: closed)

    async def listen(opened: AsyncExitStack) -> None:
        hooks = await opened.enter_async_context(listening())
        account.counts(hooks.collect)

    async def listen_at_last(opened: AsyncExitStack) -> None:
        nonlocal closed
        tick = Wakeup()
        while closed is not None:
            await tick.wait(TRY_AGAIN_S)
            try:
                await listen(opened)
                closed = None
            except SettingsError as error:
                closed = str(error)

    async with AsyncExitStack() as opened:
        retrying: asyncio.Task[None] | None = None
        try:
            await listen(opened)
        except SettingsError as error:
            if not patient:
                raise
            closed = str(error)
            log.warning("webhooks wait for their address; people are called meanwhile", error=closed)
            retrying = asyncio.create_task(listen_at_last(opened))
        try:
            yield
        finally:
            if retrying is not None:
                retrying.cancel()
                await asyncio.wait([retrying])
