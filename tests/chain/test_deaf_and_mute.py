"""The chain itself is at fault: it says so on the board, calls the nurse, and goes on where it stopped."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta

import pytest

from gateway.postgresql import ALL_TURNS, is_postgresql

HOME = "P-0042"


@contextlib.contextmanager
def locked(house) -> Iterator[None]:
    """Let another program hold the database's write lock."""
    if is_postgresql(house.database.url):
        with house.database.write(*ALL_TURNS):
            yield
        return
    with contextlib.closing(sqlite3.connect(house.database.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def banners(house) -> list[str]:
    return [banner.text for banner in house.board().banners]


@pytest.mark.at_a_site
async def test_a_gateway_that_goes_quiet_calls_the_nurse_and_is_on_the_banner(paced_house):
    house = paced_house
    home = house.add_home(HOME)
    await home.measures_all_well()
    house.beats("monitor")
    house.settle()
    assert house.lines("technical") == []
    house.outbox()

    await house.close()
    quiet_since = house.clock.at
    house.clock.advance(timedelta(seconds=14))
    house.beats("monitor")
    house.settle()
    house.no_texts()
    house.clock.advance(timedelta(seconds=1))
    house.beats("monitor")
    house.settle()
    [page] = house.expect(("nurse", "sms"))
    assert page.startswith("STEPGUARD SYSTEM. Reply ")
    assert any(text.startswith("DEAF: gateway has gone quiet") for text in banners(house))

    await house.open()  # it beats at its start
    for _ in range(200):
        if house.spoke("gateway") > quiet_since:
            break
        await asyncio.sleep(0)
    house.beats("monitor")
    house.settle()
    assert house.lines("technical") == []
    assert not any(text.startswith("DEAF") for text in banners(house))


async def test_a_monitor_that_goes_quiet_calls_the_nurse_and_is_on_the_banner(paced_house):
    house = paced_house
    home = house.add_home(HOME)
    await home.measures_all_well()
    house.beats("monitor")
    house.settle()
    house.outbox()
    house.loses("monitor")
    house.clock.advance(timedelta(seconds=15))
    house.beats("gateway")
    house.settle()
    house.expect(("nurse", "sms"))
    assert any(text.startswith("DEAF: monitor has gone quiet") for text in banners(house))


async def test_a_locked_database_acknowledges_nothing_shows_it_and_loses_nothing(house, home):
    house.board()
    with locked(house):
        publishing = asyncio.create_task(home.sends(38.4))
        house.clock.advance(timedelta(seconds=15))
        assert any("nobody is called" in text for text in banners(house)), "it can be read, and says that it is mute"
        await asyncio.sleep(0)
        assert not publishing.done(), "no PUBACK before the commit"
    await publishing
    house.settle()
    house.expect(("nurse", "sms"), (HOME, "sms"))
    assert home.row().group.name == "URGENT"


async def test_homes_that_all_fall_silent_are_our_own_fault_until_shown_otherwise(house, home):
    house.clock.advance(timedelta(hours=24))
    house.settle()
    assert any(text.startswith("DEAF: no reading arrives from any home") for text in banners(house))
    assert any(text.body.startswith("STEPGUARD SYSTEM") for text in house.outbox() if text.to == "nurse")


async def test_a_hub_that_lost_its_line_is_told_beside_the_patient_and_lowers_nothing(house, home):
    await home.measures(38.4)
    await home.publish_below("state", b'{"online": false}')
    house.settle()
    assert [line.reason for line in house.lines("technical")] == ["hub is offline"]
    assert house.lines("clinical")[0].urgency == "urgent"


@pytest.mark.parametrize("house", ["one process"], indirect=True)  # what breaks is broken from within
@pytest.mark.parametrize("what", ["news", "troubles"])
async def test_alerts_that_cannot_read_the_rest_still_calls_about_what_it_knows(house, home, monkeypatch, what):
    await home.measures(38.4)
    house.expect(("nurse", "sms"), (HOME, "sms"))

    def broken(*_args, **_options):
        raise RuntimeError("not readable")

    monkeypatch.setattr(f"alerts.stored_sources.StoredSources.{what}", broken)
    house.passes(minutes=5)
    reached = {(text.to, text.channel) for text in house.outbox()}
    assert {("nurse", "voice"), (HOME, "voice")} <= reached
    assert any(text.startswith("DEAF") for text in banners(house))
