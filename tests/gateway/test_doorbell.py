"""Parts in different processes wake each other; nobody at the door is no error. The same on both databases."""

import asyncio
import subprocess
import sys

import pytest

from gateway.doorbell import Doorbell, RungWakeup, bell_of, ring_all
from gateway.wakeup import Wakeup


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return found


async def silence(wakeup: Wakeup) -> None:
    """Swallow what a listener says of itself when it begins to listen."""
    await wakeup.wait(0.5)


async def test_a_ring_from_another_process_wakes_a_part(url: str):
    with RungWakeup(url, "monitor") as wakeup:
        await silence(wakeup)
        waiting = asyncio.create_task(wakeup.wait(20))
        ring = f"from gateway.doorbell import ring_all; ring_all({url!r})"
        await asyncio.to_thread(subprocess.run, [sys.executable, "-c", ring], check=True)
        assert await waiting, "the ring must come before the wait runs out"
    assert not bell_of(url, "monitor").exists()


async def test_a_running_part_rings_another_again_and_again(url: str):
    bell = Doorbell(url, "alerts")
    with RungWakeup(url, "alerts") as wakeup:
        await silence(wakeup)
        for _ in range(3):
            bell.nudge()
            assert await wakeup.wait(20)


async def test_a_nudge_in_the_same_process_still_wakes(url: str):
    with RungWakeup(url, "alerts") as wakeup:
        await silence(wakeup)
        wakeup.nudge()
        assert await wakeup.wait(20)
        assert not await wakeup.wait(0.01)


def test_ringing_where_nobody_listens_is_harmless(url: str):
    ring_all(url)
    Doorbell(url, "monitor").nudge()


def test_ringing_where_no_server_is_harmless():
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    ring_all(url)
    Doorbell(url, "monitor").nudge()


async def test_the_newest_listener_hears_and_two_databases_do_not_disturb_each_other(tmp_path):
    mine, other = f"sqlite:///{tmp_path}/mine.db", f"sqlite:///{tmp_path}/other.db"
    with RungWakeup(mine, "monitor"), RungWakeup(mine, "monitor") as second, RungWakeup(other, "monitor") as stranger:
        Doorbell(mine, "monitor").nudge()
        assert await second.wait(20)
        assert not await stranger.wait(0.01)


async def test_on_postgresql_every_listener_hears_and_another_part_does_not(postgres_url: str):
    with (
        RungWakeup(postgres_url, "monitor") as first,
        RungWakeup(postgres_url, "monitor") as second,
        RungWakeup(postgres_url, "alerts") as stranger,
    ):
        await asyncio.gather(*(silence(one) for one in (first, second, stranger)))
        Doorbell(postgres_url, "monitor").nudge()
        assert await first.wait(20)
        assert await second.wait(20)
        assert not await stranger.wait(0.01)


async def test_a_bell_whose_connections_were_cut_rings_again(postgres_url: str, postgres_server):
    bell = Doorbell(postgres_url, "monitor")
    with RungWakeup(postgres_url, "monitor") as wakeup:
        await silence(wakeup)
        bell.nudge()
        assert await wakeup.wait(20)
        await asyncio.to_thread(postgres_server.cut, postgres_url)
        assert await wakeup.wait(20), "a listener that listens again looks at once"
        bell.nudge()
        assert await wakeup.wait(20)
