"""The houses of the stories: the whole chain in one process, and as a site runs it in processes of its own."""

import contextlib
import os
import secrets
import sys
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.clock import StillClock
from gateway.database import Database

sys.path.insert(0, str(Path(__file__).parent))

from apart_house import Site, founded
from chain_house import NIGHT, Home, House, PacedClock, well_since_the_dose
from real_services import free_address
from telephones import ACCOUNT, TOKEN, Telephones

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "deploy" / "site.toml"
ROSTER_FILE = ROOT / "alerts" / "data" / "roster.toml"
MOST_HOMES = 6
HOUSES = os.environ.get("STORY_HOUSES")
"""Where every story happens, such as `one process,site`; without it in one process, and the telling ones at a site."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let each story happen in its houses, unless it names one itself."""
    everywhere = ["one process", "site"]
    telling = metafunc.definition.get_closest_marker("at_a_site") is not None
    houses = HOUSES.split(",") if HOUSES else everywhere if telling else everywhere[:1]
    named = {mark.args[0] for mark in metafunc.definition.iter_markers("parametrize") if isinstance(mark.args[0], str)}
    for fixture in {"house", "paced_house"} & set(metafunc.fixturenames) - named:
        metafunc.parametrize(fixture, houses, indirect=True, scope="function")


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


@pytest.fixture
def mosquitto_of_site(make_mosquitto: Callable[..., Any]) -> Any:
    """The broker of the site, for tests that take it away."""
    return make_mosquitto()


@pytest.fixture
def site(mosquitto_of_site: Any, postgres_url: str, tmp_path: Path) -> Iterator[Site]:
    """A site with the configuration that is shipped for one; only addresses, files and secrets are this test's own."""
    broker = mosquitto_of_site
    passwords = {f"h{number}": secrets.token_urlsafe(8) for number in range(1, MOST_HOMES + 1)}
    for hub, password in passwords.items():
        broker.let_in(hub, password)
    broker.start()
    towards_broker = broker.settings(encrypted=True)
    listen, admin = free_address(), free_address()
    shipped = tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))
    with Telephones(shipped["http"]["public_url"], f"http://{listen}") as telephones:
        yield Site(
            folder=tmp_path,
            database_url=postgres_url,
            telephones=telephones,
            hub_port=broker.port,
            hub_passwords=passwords,
            gateway_admin=admin,
            arguments=("--config", str(CONFIGURATION)),
            environment={
                "STEPGUARD_DATABASE__URL": postgres_url,
                "STEPGUARD_MQTT__URL": towards_broker.url,
                "STEPGUARD_MQTT__PASSWORD": str(towards_broker.password),
                "STEPGUARD_MQTT__CA": str(towards_broker.ca),
                "STEPGUARD_GATEWAY__ADMIN_LISTEN": admin,
                "STEPGUARD_HTTP__LISTEN": listen,
                "STEPGUARD_TWILIO__ACCOUNT_SID": ACCOUNT,
                "STEPGUARD_TWILIO__AUTH_TOKEN": TOKEN,
                "STEPGUARD_TWILIO__API_URL": telephones.api_url,
                "STEPGUARD_SITE__TIMEZONE": "UTC",
                "STEPGUARD_SITE__UNIT_PHONE": "555-0100",
                "STEPGUARD_SITE__ROSTER": str(ROSTER_FILE),
                "STEPGUARD_RULES__SIGNED_BY": "Dr Ito",
                "STEPGUARD_RULES__SIGNED_ON": "2026-03-01",
            },
        )


@pytest.fixture
async def house(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """The house in which a story happens: once in one process, once as a site runs it."""
    async with standing(request, monkeypatch, "clock") as house:
        yield house


@pytest.fixture
async def paced_house(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A house in which parts can be noticed to have gone quiet."""
    async with standing(request, monkeypatch, "paced") as house:
        yield house


@contextlib.asynccontextmanager
async def standing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, clock: str) -> AsyncIterator[House]:
    if request.param == "site":
        with founded(request.getfixturevalue("site"), paced=clock == "paced") as apart:
            await apart.open()
            yield apart
            await apart.close()
        return
    # Technical conditions are looked at once a wall second; here the wall does not decide what a pass sees.
    monkeypatch.setattr("alerts.cycle.LOOK_AROUND_S", 0.0)
    async with living(request.getfixturevalue("database"), request.getfixturevalue(clock)) as house:
        yield house


@pytest.fixture
async def home(house: House) -> Home:
    [home] = await well_since_the_dose(house, "P-0042")
    return home


@pytest.fixture
def well() -> Any:
    """Return `well_since_the_dose`, for stories of several homes."""
    return well_since_the_dose
