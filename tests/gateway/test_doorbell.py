"""Parts in different processes wake each other; nobody at the door is no error."""

import asyncio
import subprocess
import sys

from gateway.doorbell import Doorbell, RungWakeup, bell_of, ring_all


async def test_a_ring_from_another_process_wakes_a_part(tmp_path):
    url = f"sqlite:///{tmp_path}/ward.db"
    with RungWakeup(url, "monitor") as wakeup:
        waiting = asyncio.create_task(wakeup.wait(20))
        ring = f"from gateway.doorbell import Doorbell; Doorbell({url!r}, 'monitor').nudge()"
        await asyncio.to_thread(subprocess.run, [sys.executable, "-c", ring], check=True)
        assert await waiting, "the ring must come before the wait runs out"
    assert not bell_of(url, "monitor").exists()


async def test_a_nudge_in_the_same_process_still_wakes(tmp_path):
    with RungWakeup(f"sqlite:///{tmp_path}/ward.db", "alerts") as wakeup:
        wakeup.nudge()
        assert await wakeup.wait(20)
        assert not await wakeup.wait(0.01)


def test_ringing_where_nobody_listens_is_harmless(tmp_path):
    ring_all(f"sqlite:///{tmp_path}/ward.db")


async def test_the_newest_listener_hears_and_two_databases_do_not_disturb_each_other(tmp_path):
    mine, other = f"sqlite:///{tmp_path}/mine.db", f"sqlite:///{tmp_path}/other.db"
    with RungWakeup(mine, "monitor"), RungWakeup(mine, "monitor") as second, RungWakeup(other, "monitor") as stranger:
        Doorbell(mine, "monitor").nudge()
        assert await second.wait(20)
        assert not await stranger.wait(0.01)
