"""The houses of the stories: the whole chain in one process, and as a site runs it in processes of its own."""

import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.clock import StillClock
from gateway.database import Database

sys.path.insert(0, str(Path(__file__).parent))

from apart_house import Site, founded
from chain_house import NIGHT, Home, House, PacedClock, well_since_the_dose


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NIGHT)


@pytest.fixture
def paced(clock: StillClock) -> PacedClock:
    return PacedClock(clock.at)


@contextlib.asynccontextmanager
async def living(database: Database, clock: StillClock) -> AsyncIterator[House]:
    house = House(database, clock)
    await house.open()
    try:
        yield house
    finally:
        await house.close()


@pytest.fixture(params=["one process"])
async def house(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[House]:
    if request.param == "apart":
        request.getfixturevalue("database").dispose()
        site = Site(
            folder=tmp_path,
            database_url=f"sqlite:///{tmp_path / 'house.db'}",
            environment={
                "STEPGUARD_DATABASE__URL": f"sqlite:///{tmp_path / 'house.db'}",
                "STEPGUARD_MQTT__LISTEN": "127.0.0.1:0",
                "STEPGUARD_RULES__SIGNED_BY": "Dr Ito",
                "STEPGUARD_RULES__SIGNED_ON": "2026-03-01",
            },
        )
        with founded(site) as apart:
            await apart.open()
            yield apart
            await apart.close()
        return
    # Technical conditions are looked at once a wall second; here the wall does not decide what a pass sees.
    monkeypatch.setattr("alerts.cycle.LOOK_AROUND_S", 0.0)
    async with living(request.getfixturevalue("database"), request.getfixturevalue("clock")) as house:
        yield house


@pytest.fixture
async def paced_house(database: Database, paced: PacedClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A house in which parts can be noticed to have gone quiet."""
    monkeypatch.setattr("alerts.cycle.LOOK_AROUND_S", 0.0)
    async with living(database, paced) as house:
        yield house


@pytest.fixture
async def home(house: House) -> Home:
    [home] = await well_since_the_dose(house, "P-0042")
    return home


@pytest.fixture
def well() -> Any:
    """Return `well_since_the_dose`, for stories of several homes."""
    return well_since_the_dose
