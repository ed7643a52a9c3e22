"""PostgreSQL restarts, or cuts every connection, amid a backlog: all parts wait and go on by themselves."""

import asyncio
import os
from collections import Counter
from datetime import timedelta

import pytest
from hub_backlog import NOON, START_WITHIN_S, HomeHub, processes
from sqlalchemy import text

from gateway import store
from gateway.database import Database
from gateway.store import heartbeats
from gateway.wakeup import Wakeup
from monitor.enrolment import enrol

BACKLOG = 400
TROUBLES = ("restart", "cut", "restart", "cut")
RECOVERS_WITHIN_S = 30.0
IMPORTS = """
import asyncio
from console.chain import run_chain
from gateway.clock import WallClock
from gateway.database import Database
from gateway.settings import HttpSettings, MqttSettings, Settings
settings = Settings(mqtt=MqttSettings(listen="127.0.0.1:0"), http=HttpSettings(admin_listen="127.0.0.1:0"))
"""
WORK = "asyncio.run(run_chain(settings, WallClock(), database=Database(sys.argv[1]), ready=ready))"


def count(database: Database, of: str) -> int:
    with database.read() as session:
        found: int = session.connection().execute(text(f"SELECT count(*) FROM {of}")).scalar_one()  # noqa: S608 - ours
        return found


async def reaches(database: Database, of: str, number: int) -> None:
    """Wait until so many rows are there; look again without hurry."""
    async with asyncio.timeout(RECOVERS_WITHIN_S):
        while count(database, of) < number:
            await Wakeup().wait(0.1)


@pytest.mark.faults
@pytest.mark.slow
async def test_a_server_that_goes_away_in_a_backlog_costs_nothing_acknowledged_and_all_parts_recover(
    postgres_server, postgres_url: str
):
    database = Database(postgres_url)
    with database.write() as session:
        hub = HomeHub("h1", store.add_hub(session, "h1"))
        enrol(session, code="P-1", profile={}, drug="teclistamab", schedule=None, now=NOON - timedelta(days=1))
        store.assign(session, "h1", "P-1", NOON - timedelta(days=1))
    with processes(IMPORTS, WORK, postgres_url) as start, start() as (process, port):
        for trouble in TROUBLES:
            hub.measure(BACKLOG)
            before = sum(hub.acknowledged.values())
            sending = asyncio.create_task(hub.send_backlog(port, None))
            async with asyncio.timeout(START_WITHIN_S):
                while sum(hub.acknowledged.values()) == before:
                    await Wakeup().wait(0.005)
            if trouble == "restart":
                await asyncio.to_thread(postgres_server.control, "restart", "-m", "immediate")
            else:
                await asyncio.to_thread(postgres_server.cut, postgres_url)
            hub.measure(BACKLOG)  # and the night goes on
            async with asyncio.timeout(RECOVERS_WITHIN_S):
                await sending
                await hub.send_backlog(port, None)
            os.kill(process, 0)  # it is still the same process
        assert not hub.kept
        await reaches(database, "assessment WHERE reading_id IS NOT NULL", hub.made)
        with database.read() as session:
            last = session.connection().execute(text("SELECT seq FROM reading")).scalars().all()
            beaten = heartbeats(session)
    assert Counter(last) == Counter(range(1, hub.made + 1))
    assert count(database, "assessment WHERE reading_id IS NOT NULL") == hub.made
    assert beaten.keys() >= {"gateway", "monitor", "alerts"}
    database.dispose()
