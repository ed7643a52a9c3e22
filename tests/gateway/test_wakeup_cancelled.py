"""A part that is asked to leave leaves, whoever rings at that moment."""

import asyncio

import pytest

from gateway.wakeup import Wakeup


@pytest.mark.parametrize("turns", range(5))
async def test_a_nudge_at_the_moment_of_leaving_keeps_nobody(turns):
    wakeup = Wakeup()

    async def part():
        while True:
            await wakeup.wait(60.0)

    working = asyncio.create_task(part())
    for _ in range(3):
        await asyncio.sleep(0)
    wakeup._event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    working.cancel()
    await asyncio.wait([working], timeout=5.0)
    left = working.cancelled()
    working.cancel()
    assert left


async def test_a_nudge_ends_the_wait_and_its_absence_does_too():
    wakeup = Wakeup()
    wakeup.nudge()
    assert await wakeup.wait(60.0)
    assert not await wakeup.wait(0.001)
