"""What a hub may rely on, whether it connects to the gateway itself or to a broker: one suite, both fronts."""

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import aiomqtt
import pytest

from gateway import store

Site = Any


async def test_what_is_confirmed_is_stored(site: Site, spell: Any):
    async with site.hub() as hub:
        await hub.listen()
        for seq in (1, 2, 3):
            await hub.publish(spell(seq))
            assert await hub.heard() == {"boot": "b1", "seq": seq}
            assert site.stored() == list(range(1, seq + 1))
    with site.database.read() as session:
        patients = session.connection().exec_driver_sql("SELECT DISTINCT patient_id FROM reading").scalars().all()
    assert len(patients) == 1
    assert patients[0] is not None


async def test_nothing_is_confirmed_before_it_is_stored(site: Site, spell: Any, wait_until: Any, full_disk: Any):
    async with site.hub() as hub:
        await hub.listen()
        with full_disk():
            await hub.publish(spell(1), qos=0)
            await wait_until(lambda: site.account.not_ready().get("readings"), "the gateway says that it is deaf")
            assert site.stored() == []
        assert await hub.heard() == {"boot": "b1", "seq": 1}
        assert site.stored() == [1]
    assert "readings" not in site.account.not_ready()


async def test_a_message_sent_again_is_confirmed_and_stored_once(site: Site, spell: Any):
    async with site.hub() as hub:
        await hub.listen()
        for _ in range(3):
            await hub.publish(spell(1))
            assert await hub.heard() == {"boot": "b1", "seq": 1}
        await hub.publish(spell(None))
        await hub.publish(spell(None))
        await hub.publish(spell(2))
        await hub.heard_until(2)
    assert site.stored() == [1, None, 2]


async def test_what_was_not_stored_when_the_gateway_ended_comes_again_and_is_stored_once(
    site: Site, spell: Any, wait_until: Any, full_disk: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gateway.service.DRAIN_S", 0.05)
    with contextlib.suppress(aiomqtt.MqttError):  # the endpoint leaves with the gateway
        async with site.hub() as hub:
            with full_disk():
                sending = [asyncio.create_task(hub.publish(spell(seq))) for seq in (1, 2)]
                await wait_until(lambda: site.measured("stepguard_queued_messages") == 2, "both arrived")
                await site.stop()
            for each in sending:
                each.cancel()
            await asyncio.gather(*sending, return_exceptions=True)
    assert site.stored() == []
    await site.start()
    if site.broker is not None:
        await wait_until(lambda: site.stored() == [1, 2], "the broker sent again what nobody acknowledged")
    async with site.hub() as hub:
        await hub.listen()
        for seq in (1, 2):  # as a hub does whose copies nobody confirmed
            await hub.publish(spell(seq))
        await hub.heard_until(2)
    assert site.stored() == [1, 2]


@pytest.mark.parametrize("bad", [b"\xff\xfe", b"", b"{}", b"[" * 50_000], ids=["no text", "empty", "nothing", "deep"])
async def test_one_bad_message_is_kept_and_blocks_nobody(site: Site, spell: Any, bad: bytes):
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(bad)
        await hub.publish(spell(1, temperature={"value": 38.4}))  # without its unit, but numbered
        await hub.publish(spell(2))
        await hub.heard_until(2)
    assert site.stored() == [2]
    assert [kept.hub_name for kept in site.quarantined()] == ["h1", "h1"]
    assert all(kept.patient_id is not None for kept in site.quarantined())


async def test_a_number_that_is_missing_is_asked_for_after_a_minute(site: Site, spell: Any):
    async with site.hub() as hub:
        await hub.listen()
        for seq in (1, 3, 5):
            await hub.publish(spell(seq))
        await hub.heard_until(1)
        site.clock.advance(timedelta(seconds=61))
        assert await hub.heard("request") == {"resend": [2, 4], "boot": "b1"}
        for seq in (2, 4):
            await hub.publish(spell(seq))
        await hub.heard_until(5)


async def test_a_hub_that_comes_back_hears_what_is_confirmed(site: Site, spell: Any):
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(1))
        await hub.heard_until(1)
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(b'{"online": true}', "state")
        assert await hub.heard() == {"boot": "b1", "seq": 1}


async def test_a_hub_that_was_shut_out_adds_nothing(site: Site, spell: Any, wait_until: Any):
    async with site.hub(timeout=1.0) as hub:
        with site.database.write() as session:
            store.set_hub_disabled(session, "h1", disabled=True)
        try:
            for seq in (1, 2, 3):
                await hub.publish(spell(seq))
        except aiomqtt.MqttError:
            assert site.broker is None  # the endpoint puts it out at once
        if site.broker is not None:
            await wait_until(lambda: len(site.quarantined()) == 3, "the broker passed them on")
    assert site.stored() == []
    assert all((kept.reason, kept.patient_id) == ("hub is shut out", None) for kept in site.quarantined())


async def test_a_reading_that_is_retained_does_not_count(site: Site, spell: Any):
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(1), retain=True)
        await hub.publish(spell(2))
        await hub.heard_until(2)
    await site.stop()
    await site.start()  # a broker would now hand out what it retained
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(3))
        await hub.heard_until(3)
    assert site.stored() == [2, 3]
    assert [kept.reason for kept in site.quarantined()] == (
        [] if site.broker is None else ["a reading is never retained"]
    )


async def test_an_orderly_end_confirms_what_has_arrived(site: Site, spell: Any):
    async with site.hub() as hub:
        await hub.listen()
        for seq in range(1, 51):
            await hub.publish(spell(seq))
        await site.stop()
        if site.broker is not None:
            await hub.heard_until(50)
    assert site.stored() == list(range(1, 51))
