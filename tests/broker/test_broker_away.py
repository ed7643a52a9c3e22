"""The broker is away, comes back, is killed, or refuses us: the gateway is deaf, says so, and goes on."""

import asyncio
import contextlib
import signal
from typing import Any

import aiomqtt
import pytest

from gateway.conditions import conditions
from gateway.endpoint import Endpoint
from gateway.ingest import Ingest
from gateway.intake import Intake
from gateway.keys import HubKeys
from gateway.plausibility_limits import load_limits
from gateway.settings import MqttSettings
from gateway.store import heartbeats

Site = Any
SAID_WITHIN_S = 5.0


def technical(site: Site) -> dict[str, tuple[str, str]]:
    with site.database.read() as session:
        return {each.key: (each.severity, each.text) for each in conditions(session, site.clock.now())}


async def test_a_broker_that_goes_away_is_told_within_five_seconds_and_forgotten_when_it_is_back(
    broker_site: Site, spell: Any, wait_until: Any
):
    site = broker_site
    assert "deaf" not in technical(site)
    site.broker.kill()
    async with asyncio.timeout(SAID_WITHIN_S):
        await wait_until(lambda: "deaf" in technical(site), "the gateway says that it is deaf")
    severity, text = technical(site)["deaf"]
    assert severity == "high"
    assert text.startswith("no reading can arrive: the broker cannot be reached")
    assert "hubs" in site.account.not_ready()
    site.broker.start()
    await wait_until(lambda: "deaf" not in technical(site), "the gateway hears again")
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(1))
        await hub.heard_until(1)


async def test_the_gateway_starts_without_its_broker_and_finds_it_when_it_comes(
    make_mosquitto: Any, broker_site: Site, spell: Any, wait_until: Any
):
    site = broker_site
    await site.stop()
    site.broker.stop()
    await site.start(heard=False)
    await wait_until(lambda: "deaf" in technical(site), "the gateway says that it is deaf")
    site.broker.start()
    await wait_until(lambda: site.measured("stepguard_connections") == 1, "the gateway found the broker")
    with site.database.read() as session:
        assert heartbeats(session)["gateway"].detail["connections"] is None, "which hubs are connected the broker knows"
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(1))
        await hub.heard_until(1)


async def test_a_broker_that_is_killed_in_mid_stream_loses_nothing_that_was_confirmed(
    broker_site: Site, spell: Any, wait_until: Any
):
    site, readings = broker_site, [spell(seq) for seq in range(1, 601)]
    for kill in range(3):
        with contextlib.suppress(aiomqtt.MqttError):
            async with site.hub(timeout=1.0) as hub:
                sending = [asyncio.create_task(hub.publish(payload)) for payload in readings[150 * kill :]]
                await wait_until(lambda: len(site.stored()) > 150 * kill, "the stream flows")  # noqa: B023 - at once
                site.broker.kill()
                await asyncio.gather(*sending, return_exceptions=True)
        # Only a gateway that has noticed can be seen to come back; and a broker keeps nothing for one that never did.
        await wait_until(lambda: site.measured("stepguard_connections") == 0, "the gateway noticed")
        site.broker.start()
        await wait_until(lambda: site.measured("stepguard_connections") == 1, "the gateway is back")
    async with site.hub() as hub:
        await hub.listen()
        await asyncio.gather(*(hub.publish(payload) for payload in readings))  # what nobody confirmed comes again
        await hub.heard_until(600)
    assert sorted(site.stored()) == list(range(1, 601))


async def test_what_was_stored_while_the_broker_was_away_is_confirmed_when_it_is_back(
    broker_site: Site, spell: Any, wait_until: Any, full_disk: Any
):
    site = broker_site
    async with site.hub() as hub:
        with full_disk():
            await hub.publish(spell(1))
            await wait_until(lambda: site.measured("stepguard_queued_messages") == 1, "it arrived")
            site.broker.kill()
            await wait_until(lambda: site.measured("stepguard_connections") == 0, "the gateway noticed")
            site.broker.start()
            await wait_until(lambda: site.measured("stepguard_connections") == 1, "the gateway is back")
            async with site.hub(clean_session=None) as again:
                await again.listen()
                await again.publish(spell(2))
                await wait_until(lambda: site.measured("stepguard_queued_messages") >= 2, "that arrived too")
                site.broker.kill()
                await wait_until(lambda: site.measured("stepguard_connections") == 0, "the gateway noticed")
        await wait_until(lambda: 2 in site.stored(), "both are stored")
        site.broker.start()
        async with site.hub() as returned:
            await returned.listen()
            await returned.publish(b'{"online": true}', "state")
            await returned.heard_until(2)
    assert site.stored() == [1, 2]


async def test_two_gateways_with_one_client_id_are_told_so(broker_site: Site, wait_until: Any):
    site = broker_site

    async def rival() -> None:
        while True:
            async with aiomqtt.Client(
                "127.0.0.1",
                site.broker.port,
                username="stepguard",
                password=site.broker.passwords["stepguard"],
                identifier="stepguard-gateway",
                protocol=aiomqtt.ProtocolVersion.V5,
            ) as client:
                with pytest.raises(aiomqtt.MqttError):
                    await anext(client.messages)

    intruding = asyncio.create_task(rival())
    await wait_until(lambda: "deaf" in technical(site), "the gateway says what is wrong")
    await wait_until(lambda: "'stepguard-gateway'" in technical(site).get("deaf", ("", ""))[1], "and names the id")
    intruding.cancel()
    await asyncio.wait([intruding])
    await wait_until(lambda: "deaf" not in technical(site), "it is alone again")


async def test_a_wrong_password_at_the_broker_is_told(broker_site: Site, wait_until: Any):
    site = broker_site
    await site.stop()
    site.mqtt = site.broker.settings(password="wrong")
    await site.start(heard=False)
    await wait_until(lambda: "deaf" in technical(site), "the gateway says that it is deaf")
    assert "not authorized" in technical(site)["deaf"][1]


async def test_a_broker_that_does_not_let_us_hear_hubs_is_told(broker_site: Site, wait_until: Any):
    site = broker_site
    await site.stop()
    keys = HubKeys(site.database)
    keys.refresh()
    strict = Endpoint(
        Ingest(site.database, Intake(load_limits())), keys, site.clock, MqttSettings(listen="127.0.0.1:0")
    )
    port = await strict.open()  # a peer that refuses subscriptions in the open: our own endpoint
    try:
        site.mqtt = MqttSettings(url=f"mqtt://127.0.0.1:{port}", username="h1", password=site.passwords["h1"])
        await site.start(heard=False)
        await wait_until(lambda: "deaf" in technical(site), "the gateway says that it is deaf")
        assert "access list" in technical(site)["deaf"][1]
        await site.stop()
    finally:
        strict.hold()
        await strict.close()


async def test_a_frozen_broker_is_missed_too(broker_site: Site, wait_until: Any):
    site = broker_site
    site.broker.send(signal.SIGSTOP)
    try:
        await wait_until(lambda: "deaf" in technical(site), "a broker that says nothing is missed")
    finally:
        site.broker.send(signal.SIGCONT)
    await wait_until(lambda: "deaf" not in technical(site), "the gateway hears again")
