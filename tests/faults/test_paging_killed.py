"""`kill -9` of alerts at every step of a page's way: no page is lost, no rung skipped, and duplicates are counted."""

import os
import random
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from paging_apart import STEPS
from paging_house import PagingHouse, paging_house

from gateway.database import Database

KILLS = int(os.environ.get("STEPGUARD_KILLS", "8"))
UNDER_WAY = "on its way to the network, not taken"
"""The step at which the network holds the request; the others are steps within the process."""
AT = [*STEPS, UNDER_WAY]
LADDER = timedelta(minutes=16)
MOST_UNDER_WAY = 8
"""Messages that one engine may have under way at once (alerts.lanes), and with it a kill may repeat."""


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return found


def has_work(house: PagingHouse, well: list[str]) -> None:
    """Let something fall due: a first fever, or the next rung of a ladder."""
    next_at = house.next_at()
    if well and (next_at is None or len(well) % 2 == 0):
        house.fever(well.pop())
    elif next_at is not None:
        house.at = max(house.at, next_at)


def killed_at(house: PagingHouse, step: str, nth: int) -> str:
    """Start an engine and have it killed at `step`, or when it has nothing left to do; return where it was."""
    if step == UNDER_WAY:
        return killed_under_way(house)
    engine = house.start(ends_at=(step, nth, signal.SIGKILL))
    house.wait(lambda: engine.exitcode is not None or house.settled(), f"killed at {step!r}")
    engine.join(0.2)
    where = "nothing left to do" if engine.exitcode is None else step
    house.kill()
    return where


def killed_under_way(house: PagingHouse) -> str:
    network = house.network.network
    numbers = [number for (number,) in house.rows("SELECT number FROM contact")]
    numbers += [f"+1202555011{last}" for last in range(1, 6)]
    asked = network.requests
    network.manners.update({number: [house.network.stalls] * MOST_UNDER_WAY for number in numbers})
    engine = house.start()
    house.wait(lambda: network.requests > asked or house.settled(), UNDER_WAY)
    where = UNDER_WAY if network.requests > asked else "nothing left to do"
    assert engine.exitcode is None
    house.kill()
    network.manners.clear()
    return where


@pytest.mark.faults
@pytest.mark.slow
def test_kills_at_every_step_lose_no_page_and_skip_no_rung(database: Database, tmp_path: Path):
    chance = random.Random(5)  # noqa: S311 - chooses instants, keeps no secret
    with paging_house(database, tmp_path) as house:
        codes = house.enrol(max(3, KILLS // 4))
        house.arm()
        well, places = list(codes), []
        for kill in range(KILLS):
            has_work(house, well)
            places.append(killed_at(house, AT[kill % len(AT)], chance.choice((1, 1, 2))))
        assert len(set(places)) >= min(KILLS, len(AT)) - 1, f"the kills did not fall where they should: {places}"
        house.start()
        house.wait(house.settled, "what was left behind is sent")
        while well:
            house.fever(well.pop())
        house.live_until(house.at + LADDER)
        house.kill(how=signal.SIGTERM)
        duplicates, counted = house.nothing_lost(codes)
        assert duplicates <= counted, "a duplicate was not counted"
        assert counted <= KILLS * MOST_UNDER_WAY
        house.seals_hold()
