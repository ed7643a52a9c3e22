"""The alerts part as it runs at a site with a provider: it listens while it runs, wakes on a webhook, and lets go."""

import asyncio
import contextlib
import socket
from datetime import UTC, datetime

import aiohttp
import msgspec
import pytest
from sqlmodel import select

import alerts.service
from alerts.policy_file import load_policy
from alerts.roster_file import load_roster
from alerts.tables import InboundRow
from gateway.account import Account
from gateway.clock import StillClock
from gateway.settings import HttpSettings
from gateway.wakeup import Wakeup

PUBLIC = "https://pager.example.org/stepguard"
STRANGER = "+12025550177"
PATIENCE_S = 20.0
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # before the hour at which telephones are tried


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def until(happened):
    async with asyncio.timeout(PATIENCE_S):
        while not await happened():  # noqa: ASYNC110 - a port and another thread give no event to await
            await asyncio.sleep(0.01)


async def test_a_stranger_is_answered_by_the_running_part_and_the_port_is_free_when_it_ends(
    network, database, twilio_settings, free_port
):
    listening = HttpSettings(listen=f"127.0.0.1:{free_port}", public_url=PUBLIC)
    settings = msgspec.structs.replace(twilio_settings, http=listening)
    network.reach[PUBLIC] = f"http://127.0.0.1:{free_port}"
    account = Account("alerts")
    running = asyncio.create_task(
        alerts.service.run(
            settings,
            database,
            StillClock(NOON),
            roster=load_roster(),
            policy=load_policy(),
            woken_by=Wakeup(),
            account=account,
        )
    )

    async def stored():
        assert not running.done(), running.exception()
        with contextlib.suppress(aiohttp.ClientError):
            return (await network.reply(STRANGER, "hello", "SM1"))[0] == 200
        return False

    async def answered():
        return any(taken.to == STRANGER for taken in network.taken)

    await until(stored)
    await until(answered)
    with database.read() as session:
        assert [row.meaning for row in session.exec(select(InboundRow))] == ["unknown number"]
    assert any(family.name == "stepguard_webhooks" for family in account.families())
    running.cancel()
    await asyncio.wait([running], timeout=PATIENCE_S)
    assert running.cancelled()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", free_port)
