"""With a broker in between: its PUBACK is no storage, its certificate is looked at, its end is called."""

from datetime import timedelta

import pytest

from alerts.watchdog_probes import look_at_certificate
from alerts.watchdog_round import WITHIN
from alerts.watchdog_sight import of_certificate
from gateway.clock import WallClock


async def test_a_round_goes_through_the_broker_by_tls_and_its_certificate_is_seen(watched_behind_a_broker):
    house = watched_behind_a_broker
    last = await house.round()
    assert last.verdict.state == "well"
    assert {"published", "stored", "received"} <= set(last.round.legs)
    assert house.dog.findings == []
    [seen] = house.dog._certificates
    assert seen.valid_until is not None
    soon = seen.valid_until - timedelta(days=2)
    [warned] = of_certificate(seen, soon)
    assert warned.severity == "high"


async def test_a_broker_that_acknowledges_what_nobody_stores_is_found_out(watched_behind_a_broker, monkeypatch):
    house = watched_behind_a_broker
    await house.round()
    await house.stop_chain()
    monkeypatch.setitem(WITHIN, "stored", timedelta(seconds=1))
    last = await house.round()
    assert {"connected", "published"} <= set(last.round.legs)
    assert last.verdict.text == "a reading that was taken is not said to be stored"


async def test_a_broker_that_ends_is_called_by_the_way_in_and_by_its_certificate(watched_behind_a_broker, mosquitto):
    house = watched_behind_a_broker
    await house.round()
    mosquitto.kill()
    await house.watch_until(lambda: house.finding(f"certificate:localhost:{mosquitto.tls_port}"))
    await house.round()
    await house.watch_until(lambda: house.finding("round"))
    assert house.finding("round").text == "the way in for hubs takes no connection: nobody listens"


async def test_a_certificate_of_an_unknown_authority_is_not_believed(mosquitto):
    seen = await look_at_certificate(f"localhost:{mosquitto.tls_port}", None)
    assert seen.valid_until is None
    [found] = of_certificate(seen, WallClock().now())
    assert found.severity == "high"
    assert "certificate" in found.text


@pytest.mark.parametrize("address", ["localhost:1", "nowhere.invalid:8883"])
async def test_an_address_where_nothing_is_shows_no_certificate_and_says_why(address):
    seen = await look_at_certificate(address, None)
    assert (seen.valid_until, bool(seen.fault)) == (None, True)
