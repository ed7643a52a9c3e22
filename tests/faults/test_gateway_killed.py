"""`kill -9` in the middle of a backlog: what was acknowledged is on disk, once, and the rest comes again."""

import asyncio
import os
import random
import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from hub_backlog import NOON, START_WITHIN_S, HomeHub, processes
from sqlalchemy import text

from gateway import store
from gateway.database import Database

KILLS = int(os.environ.get("STEPGUARD_KILLS", "8"))
BACKLOG = 1_500
"""Messages under way when the process dies."""

STOPPED_S = 0.1
"""How long a stopped process lets the backlog pile up before it goes on."""

HUBS = ("h1", "h2")
IMPORTS = """
import asyncio
from gateway import service
from gateway.clock import WallClock
from gateway.database import Database
from gateway.settings import MqttSettings, Settings
settings = Settings(mqtt=MqttSettings(listen="127.0.0.1:0"))
"""
WORK = "asyncio.run(service.run(settings, Database(sys.argv[1]), WallClock(), ready=ready))"


def stored_numbers(database: Database) -> dict[str, Counter[int]]:
    found: dict[str, Counter[int]] = {name: Counter() for name in HUBS}
    with database.read() as session:
        rows = session.connection().execute(text("SELECT hub.name, seq FROM reading JOIN hub ON hub.id = hub_id"))
        for name, seq in rows:
            found[name][seq] += 1
    return found


@pytest.mark.faults
@pytest.mark.slow
async def test_kills_within_a_backlog_lose_nothing_acknowledged_and_store_nothing_twice(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'killed.db'}")
    database.migrate()
    chance = random.Random(7)  # noqa: S311 - chooses instants, keeps no secret
    hubs = []
    with database.write() as session:
        for name in HUBS:
            hubs.append(HomeHub(name, store.add_hub(session, name)))
            store.ensure_patient(session, f"P-{name}")
            store.assign(session, name, f"P-{name}", NOON - timedelta(days=1))
    under_way_at_kills = 0
    with processes(IMPORTS, WORK, database.url) as start:
        for kill in range(KILLS):
            for hub in hubs:
                hub.measure(BACKLOG)
            with start() as (process, port):
                if kill % 2:
                    os.kill(process, signal.SIGSTOP)  # so that the whole backlog is waiting when it goes on
                first_to_stop = chance.randrange(1, BACKLOG - 1_000)
                sending = [
                    asyncio.create_task(hubs[0].send_backlog(port, first_to_stop)),
                    asyncio.create_task(hubs[1].send_backlog(port, None)),
                ]
                if kill % 2:
                    await asyncio.wait(sending, timeout=STOPPED_S)
                    os.kill(process, signal.SIGCONT)
                await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED, timeout=START_WITHIN_S)
                os.kill(process, signal.SIGKILL)
                await asyncio.gather(*sending)
            under_way_at_kills += sum(len(hub.kept) for hub in hubs)
            found = stored_numbers(database)
            for hub in hubs:
                lost = [seq for seq in hub.acknowledged if found[hub.name][seq] != 1]
                assert not lost, f"acknowledged and not stored exactly once: {lost[:10]}"
        assert under_way_at_kills > KILLS * 500, "the kills must fall into a backlog"
        with start() as (_, port):
            await asyncio.gather(*(hub.send_backlog(port, None) for hub in hubs))
    assert stored_numbers(database) == {hub.name: Counter(range(1, hub.made + 1)) for hub in hubs}
    database.dispose()
