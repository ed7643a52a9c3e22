"""Every test here runs on both databases: what a store promises, it promises on each."""

from datetime import UTC, datetime

import pytest

from gateway.clock import StillClock


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return found


@pytest.fixture
def clock() -> StillClock:
    return StillClock(datetime(2026, 3, 2, 12, 0, tzinfo=UTC))
