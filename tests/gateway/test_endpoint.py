"""What the endpoint answers to well-meaning, mistaken and hostile clients, over real sockets."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import aiomqtt
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from gateway import store
from gateway.clock import StillClock
from gateway.database import Database
from gateway.keys import HubKeys
from gateway.mqtt.packets import (
    V5,
    V311,
    Connack,
    Connect,
    Disconnect,
    Pingreq,
    Pingresp,
    Puback,
    Publish,
    Suback,
    Subscribe,
    Unsuback,
    Unsubscribe,
    Will,
)
from gateway.mqtt.properties import Property, Reason

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
House = Any
Start = Callable[[], AbstractAsyncContextManager[House]]
both_versions = pytest.mark.parametrize("protocol", [V311, V5])


@both_versions
async def test_a_puback_means_that_the_reading_is_on_disk(house: House, protocol: int):
    async with house.client("h1", protocol) as hub:
        answer = await hub.publish(house.message(temperature={"value": 38.4, "unit": "Cel"}), packet_id=7)
        assert answer == Puback(packet_id=7)
        (stored,) = house.readings()
    assert stored.reading.temperature.temperature_c == Decimal("38.4")
    assert (stored.reading.boot, stored.reading.seq) == ("b1", 1)
    assert stored.graded_at == NOON
    assert stored.patient_id is not None


@both_versions
async def test_a_reading_at_qos_0_is_stored_too(house: House, protocol: int):
    async with house.client("h1", protocol) as hub:
        await hub.send(Publish("stepguard/v1/h1/up/reading", house.message(1)))
        assert isinstance(await hub.publish(house.message(2)), Puback)
    assert [stored.reading.seq for stored in house.readings()] == [1, 2]


@both_versions
async def test_a_message_sent_again_is_acknowledged_and_stored_once(house: House, protocol: int):
    async with house.client("h1", protocol) as hub:
        for packet_id in (1, 2, 3):
            assert await hub.publish(house.message(5), packet_id, dup=packet_id > 1) == Puback(packet_id=packet_id)
    assert len(house.readings()) == 1


async def test_a_message_without_a_number_is_known_by_its_values(house: House):
    async with house.client("h1") as hub:
        for payload in (house.message(None), house.message(None), house.message(None, respiratory_rate_bpm=17)):
            assert isinstance(await hub.publish(payload), Puback)
    assert [stored.reading.respiratory_rate.breaths_bpm for stored in house.readings()] == [16, 17]


async def test_the_same_number_of_another_hub_or_boot_is_another_message(house: House):
    async with house.client("h1") as first, house.client("h2") as second:
        await first.publish(house.message(1))
        await first.publish(house.message(1, boot="b2"))
        await second.publish(house.message(1))
    assert len(house.readings()) == 3


async def test_duplicates_are_known_after_a_restart(start: Start, database: Database):
    async with start() as house:
        house.hub("h1", "P-1")
        passwords = house.passwords
        async with house.client("h1") as hub:
            await hub.publish(house.message(1))
            await hub.publish(house.message(4))
            await hub.publish(house.message(None))
            await hub.publish(b"garbage")
    async with start() as house:
        house.passwords = passwords
        async with house.client("h1") as hub:
            for payload in (house.message(1), house.message(4), house.message(None), b"garbage", house.message(2)):
                assert isinstance(await hub.publish(payload), Puback)
    assert [stored.reading.seq for stored in house.readings()] == [1, 4, None, 2]
    assert len(house.quarantined()) == 1


@both_versions
async def test_down_ack_names_the_highest_number_below_which_nothing_is_missing(house: House, protocol: int):
    async with house.client("h1", protocol) as hub:
        await hub.send(Subscribe(packet_id=9, filters=(("stepguard/v1/h1/down/#", 1),)))
        assert await hub.receive() == Suback(packet_id=9, reasons=(0,))
        confirmed = []
        for seq in (1, 2, 4, 3):
            await hub.publish(house.message(seq))
            heard = await hub.receive()
            assert heard.topic == "stepguard/v1/h1/down/ack"
            confirmed.append(json.loads(heard.payload))
    assert confirmed == [{"boot": "b1", "seq": seq} for seq in (1, 2, 2, 4)]


async def test_a_hub_that_comes_back_hears_what_is_confirmed(house: House):
    async with house.client("h1") as hub:
        await hub.publish(house.message(1))
    async with house.client("h1") as hub:
        await hub.send(Subscribe(packet_id=1, filters=(("stepguard/v1/h1/down/ack", 0),)))
        assert isinstance(await hub.receive(), Suback)
        assert json.loads((await hub.receive()).payload) == {"boot": "b1", "seq": 1}


async def test_a_gap_open_for_a_minute_is_asked_about(house: House, clock: StillClock):
    async with house.client("h1") as hub:
        await hub.send(Subscribe(packet_id=1, filters=(("stepguard/v1/h1/down/request", 0),)))
        await hub.receive()
        for seq in (1, 3, 5):
            await hub.publish(house.message(seq))
        clock.advance(timedelta(seconds=61))
        heard = await hub.receive()
        assert heard.topic == "stepguard/v1/h1/down/request"
        assert json.loads(heard.payload) == {"resend": [2, 4], "boot": "b1"}


async def test_a_quarantined_message_is_kept_acknowledged_and_counts_as_received(house: House):
    async with house.client("h1") as hub:
        await hub.send(Subscribe(packet_id=1, filters=(("stepguard/v1/h1/down/ack", 0),)))
        await hub.receive()
        assert isinstance(await hub.publish(house.message(1, temperature={"value": 38.4})), Puback)
        assert json.loads((await hub.receive()).payload) == {"boot": "b1", "seq": 1}
        await hub.publish(house.message(2))
    (kept,) = house.quarantined()
    assert "unit" in kept.reason
    assert (kept.hub_name, kept.received_at) == ("h1", NOON)
    assert kept.patient_id is not None
    assert [stored.reading.seq for stored in house.readings()] == [2]


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff\xfe",
        b"",
        b"null",
        b'{"boot": "b1", "seq": 1, "measured_at": "2026-03-02T12:00:00", "respiratory_rate_bpm": 16}',
        b'{"boot": "b1", "seq": 1, "measured_at": "2026-03-02T12:00:00Z", "respiratory_rate_bpm": NaN}',
        b'{"boot": "b1", "seq": 1, "measured_at": "2026-03-02T12:00:00Z", "seq": 2, "respiratory_rate_bpm": 16}',
        b'{"boot": "b1", "seq": 1, "measured_at": "2026-03-02T12:00:00Z"}',
        b"[" * 50_000,
    ],
)
async def test_one_bad_message_never_blocks_a_hub(house: House, payload: bytes):
    async with house.client("h1") as hub:
        assert await hub.publish(payload, 1) == Puback(packet_id=1)
        assert await hub.publish(house.message(9), 2) == Puback(packet_id=2)
    assert len(house.quarantined()) == 1
    assert [stored.reading.seq for stored in house.readings()] == [9]


@pytest.mark.parametrize(
    ("leaf", "what"),
    [("up/omh", "omh"), ("up/fhir", "fhir"), ("up/gatt/2a1c", "gatt"), ("up/Jane/Doe", "this topic")],
)
async def test_a_format_nobody_reads_yet_is_kept(house: House, leaf: str, what: str):
    async with house.client("h1") as hub:
        assert isinstance(await hub.publish(b"\x06\xb0", leaf=leaf), Puback)
    assert [kept.reason for kept in house.quarantined()] == [f"nothing reads {what} yet: kept as it came"]


@pytest.mark.parametrize(
    ("ahead", "doubt"),
    [
        (timedelta(minutes=6), "device clock is ahead"),
        (-timedelta(hours=73), "device clock is far behind"),
        (-timedelta(days=31), "measured before the kit was assigned"),
    ],
)
async def test_an_impossible_time_is_stored_doubted_and_graded_on_arrival(house: House, ahead: timedelta, doubt: str):
    async with house.client("h1") as hub:
        await hub.publish(house.message(1, at=NOON + ahead))
    (stored,) = house.readings()
    assert (stored.graded_at, stored.clock_doubt) == (NOON, doubt)
    assert stored.patient_id is not None


async def test_an_old_message_is_believed_when_its_run_began_with_a_sound_clock(house: House, clock: StillClock):
    async with house.client("h1") as hub:
        await hub.publish(house.message(1))
        clock.advance(timedelta(days=5))
        await hub.publish(house.message(2, at=NOON + timedelta(hours=8)))
        await hub.publish(house.message(3, at=NOON - timedelta(days=9)))
    assert [stored.clock_doubt for stored in house.readings()] == [None, None, "device clock is far behind"]


async def test_the_home_at_the_time_of_measuring_decides_whose_reading_it_is(house: House, clock: StillClock):
    with house.database.write() as session:
        store.unassign(session, "h1", NOON - timedelta(hours=2))
        store.assign(session, "h1", "P-2", NOON - timedelta(hours=2))
        first, second = (store.ensure_patient(session, code) for code in ("P-1", "P-2"))
    async with house.client("h1") as hub:
        await hub.publish(house.message(1, at=NOON - timedelta(hours=3), respiratory_rate_bpm=16, patient="P-2"))
        await hub.publish(house.message(2, at=NOON - timedelta(hours=1), respiratory_rate_bpm=16, patient="P-1"))
    assert [stored.patient_id for stored in house.readings()] == [first, second]


async def test_a_hub_in_nobodys_home_is_stored_for_nobody(house: House):
    with house.database.write() as session:
        store.unassign(session, "h1", NOON - timedelta(hours=1))
    async with house.client("h1") as hub:
        await hub.publish(house.message(1))
    assert [stored.patient_id for stored in house.readings()] == [None]


# Who may come in.


@both_versions
@pytest.mark.parametrize("name", ["h1", "nobody"])
async def test_a_wrong_password_and_an_unknown_hub_get_the_same_answer(house: House, protocol: int, name: str):
    connack = await house.connect(name, "wrong", protocol)
    assert connack.reason == (Reason.BAD_CREDENTIALS if protocol == V5 else 4)


async def test_no_password_at_all_is_refused(house: House):
    client = await house.stranger()
    await client.send(Connect(protocol=V5, client_id="h1"))
    assert (await client.receive()).reason == Reason.BAD_CREDENTIALS
    await client.close()


async def test_a_hub_registered_a_moment_ago_may_come_in(house: House):
    house.hub("h3", "P-3")
    assert (await house.connect("h3", house.passwords["h3"])).reason == Reason.SUCCESS


@both_versions
async def test_who_cannot_be_looked_up_is_told_to_come_back(
    house: House, protocol: int, monkeypatch: pytest.MonkeyPatch
):
    def failing(_keys: HubKeys) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr(HubKeys, "refresh", failing)
    connack = await house.connect("h9", "unknown", protocol)
    assert connack.reason == (Reason.UNAVAILABLE if protocol == V5 else 3)


async def test_a_renewed_password_shuts_the_old_one_out(house: House):
    with house.database.write() as session:
        renewed = store.renew_password(session, "h1")
    assert (await house.connect("h1", renewed)).reason == Reason.SUCCESS
    assert (await house.connect("h1", house.passwords["h1"])).reason == Reason.BAD_CREDENTIALS


async def test_a_disabled_hub_is_put_out(house: House):
    async with house.client("h1") as hub:
        with house.database.write() as session:
            store.set_hub_disabled(session, "h1", disabled=True)
        assert await hub.receive() == Disconnect(reason=Reason.NOT_AUTHORIZED)


async def test_what_the_endpoint_can_do_is_said_in_connack(house: House):
    connack = await house.connect("h1", house.passwords["h1"], client_id="", keep_alive_s=0)
    assert connack.properties[Property.RECEIVE_MAXIMUM] == 1_000
    assert connack.properties[Property.MAXIMUM_QOS] == 1
    assert connack.properties[Property.SERVER_KEEP_ALIVE_S] == 300
    assert str(connack.properties[Property.ASSIGNED_CLIENT_ID]).startswith("stepguard-")


async def test_a_second_connection_of_the_same_client_takes_over(house: House):
    async with house.client("h1", will=_will("h1")) as before, house.client("h1") as after:
        assert await before.receive() == Disconnect(reason=Reason.TAKEN_OVER)
        assert isinstance(await after.publish(house.message(1)), Puback)
    assert _online(house) is None


async def test_a_client_id_takes_over_only_within_its_own_hub(house: House):
    async with house.client("h1") as first, house.client("h2", client_id="h1"):
        assert isinstance(await first.publish(house.message(1)), Puback)


# What is refused.


async def test_a_topic_of_another_hub_is_refused_with_its_reason(house: House):
    async with house.client("h1") as hub:
        for topic in ("stepguard/v1/h2/up/reading", "stepguard/v1/h1/down/ack", "stepguard/v1/h1/up/", "weather"):
            await hub.send(Publish(topic, house.message(1), 1, 3))
            answer = await hub.receive()
            assert (answer.packet_id, answer.reason) == (3, Reason.NOT_AUTHORIZED)
        assert await hub.publish(house.message(1), 4) == Puback(packet_id=4)
    assert len(house.readings()) == 1


async def test_a_topic_of_another_hub_closes_a_3_1_1_connection(house: House):
    async with house.client("h1", V311) as hub, house.client("h2") as other:
        await hub.send(Publish("stepguard/v1/h2/up/reading", house.message(1), 1, 3))
        with pytest.raises(EOFError):
            await hub.receive()
        assert isinstance(await other.publish(house.message(1)), Puback)


async def test_a_retained_reading_is_refused(house: House):
    async with house.client("h1") as hub:
        answer = await hub.publish(house.message(1), retain=True)
        assert answer.reason == Reason.REFUSED
        assert answer.properties[Property.REASON_STRING] == "a reading is never retained"
    assert house.readings() == []


async def test_a_retained_reading_closes_a_3_1_1_connection(house: House):
    async with house.client("h1", V311) as hub:
        with pytest.raises(EOFError):
            await hub.publish(house.message(1), retain=True)
    assert house.readings() == []


async def test_qos_2_is_refused(house: House):
    async with house.client("h1") as hub:
        await hub.send(Publish("stepguard/v1/h1/up/reading", house.message(1), 2, 3))
        assert await hub.receive() == Disconnect(reason=Reason.QOS_NOT_SUPPORTED)
    async with house.client("h1", V311) as hub:
        await hub.send(Publish("stepguard/v1/h1/up/reading", house.message(1), 2, 3))
        with pytest.raises(EOFError):
            await hub.receive()


async def test_a_ten_megabyte_message_is_refused_before_it_is_held_in_memory(house: House):
    async with house.client("h1") as hub, house.client("h2") as other:
        hub.writer.write(b"\x32\x80\xad\xe2\x04" + bytes(10_000_000))
        assert await hub.receive() == Disconnect(reason=Reason.TOO_LARGE)
        assert isinstance(await other.publish(house.message(1)), Puback)


async def test_a_ten_megabyte_message_closes_a_3_1_1_connection(house: House):
    async with house.client("h1", V311) as hub:
        hub.writer.write(b"\x32\x80\xad\xe2\x04" + bytes(10_000_000))
        with pytest.raises(EOFError):
            await hub.receive()


@pytest.mark.parametrize(
    "spelt",
    [
        b"\x36\x05\x00\x01a\x00\x01",  # QoS 3
        b"\x32\xff\xff\xff\xff\x01",  # a length of five bytes
        b"\x83\x00",  # reserved flags
        b"\x32\x02\x00\x09",  # a topic longer than the packet
        b"\xf0\x00",  # AUTH
        b"\x00\x00",  # reserved type
        b"\x10\x00",  # a second CONNECT
    ],
)
async def test_a_malformed_packet_ends_its_connection_alone(house: House, spelt: bytes):
    async with house.client("h1") as hub, house.client("h2") as other:
        hub.writer.write(spelt)
        answer = await hub.receive()
        assert isinstance(answer, Disconnect)
        assert answer.reason in {Reason.MALFORMED, Reason.PROTOCOL_ERROR}
        assert isinstance(await other.publish(house.message(1)), Puback)


@pytest.mark.parametrize(
    "spelt", [b"GET / HTTP/1.1\r\n\r\n", b"\xc0\x00", b"\x10\xff\xff\x7f", b"\x16\x03\x01\x02\x00"]
)
async def test_a_stranger_who_does_not_speak_mqtt_is_shown_out(house: House, spelt: bytes):
    client = await house.stranger()
    client.writer.write(spelt)
    with pytest.raises(EOFError):
        await client.receive()
    await client.close()
    async with house.client("h1") as hub:
        assert isinstance(await hub.publish(house.message(1)), Puback)


async def test_an_older_protocol_is_told_so(house: House):
    client = await house.stranger()
    client.writer.write(b"\x10\x0c\x00\x04MQTT\x03\x02\x00\x3c\x00\x00")
    client.protocol = V311
    assert await client.receive() == Connack(reason=1)
    await client.close()


async def test_a_hub_hears_only_its_own_down(house: House):
    async with house.client("h1") as hub:
        filters = (
            ("stepguard/v1/h1/down/#", 1),
            ("stepguard/v1/h2/down/#", 1),
            ("stepguard/v1/+/down/#", 1),
            ("#", 0),
            ("$share/g/stepguard/v1/h1/down/#", 0),
            ("stepguard/v1/h1/down/a#", 0),
        )
        await hub.send(Subscribe(packet_id=5, filters=filters))
        denied = Reason.NOT_AUTHORIZED
        expected = (0, denied, denied, denied, Reason.SHARED_NOT_SUPPORTED, Reason.FILTER_INVALID)
        assert await hub.receive() == Suback(packet_id=5, reasons=expected)
        await hub.send(Unsubscribe(packet_id=6, filters=("stepguard/v1/h1/down/#", "#")))
        assert await hub.receive() == Unsuback(packet_id=6, reasons=(0, Reason.NO_SUBSCRIPTION_EXISTED))
    async with house.client("h1", V311) as hub:
        await hub.send(Subscribe(packet_id=5, filters=filters[:2]))
        assert await hub.receive() == Suback(packet_id=5, reasons=(0, 0x80))


async def test_a_topic_alias_is_refused(house: House):
    async with house.client("h1") as hub:
        topic = "stepguard/v1/h1/up/reading"
        await hub.send(Publish(topic, b"{}", 1, 3, properties={Property.TOPIC_ALIAS: 1}))
        assert await hub.receive() == Disconnect(reason=Reason.ALIAS_INVALID)


@both_versions
async def test_a_ping_is_answered(house: House, protocol: int):
    async with house.client("h1", protocol) as hub:
        await hub.send(Pingreq())
        assert await hub.receive() == Pingresp()


async def test_a_packet_may_come_byte_by_byte(house: House):
    async with house.client("h1") as hub:
        topic = b"stepguard/v1/h1/up/reading"
        body = len(topic).to_bytes(2, "big") + topic + b"\x00\x01\x00" + house.message(1)
        for byte in b"\x32" + bytes([len(body) & 0x7F | 0x80, len(body) >> 7]) + body:
            hub.writer.write(bytes([byte]))
            await hub.writer.drain()
        assert await hub.receive() == Puback(packet_id=1)


# State and wills.


def _will(hub: str, topic: str = "state") -> Will:
    return Will(topic=f"stepguard/v1/{hub}/{topic}", payload=b'{"online": false}', qos=1, retain=True)


def _online(house: House) -> bool | None:
    with house.database.read() as session:
        return next(hub.online for hub in store.hubs(session) if hub.name == "h1")


async def test_a_hub_says_how_it_is(house: House):
    async with house.client("h1") as hub:
        state = {"online": True, "boot": "b1", "battery_pct": 83, "software": "2.1"}
        assert isinstance(await hub.publish(json.dumps(state).encode(), leaf="state", retain=True), Puback)
    with house.database.read() as session:
        (hub,) = [hub for hub in store.hubs(session) if hub.name == "h1"]
    assert (hub.online, hub.battery_pct, hub.software, hub.patient_code) == (True, 83, "2.1", "P-1")


async def test_a_hub_that_vanishes_is_offline_by_its_will(house: House):
    async with house.client("h1", will=_will("h1")) as hub:
        await hub.publish(b'{"online": true}', leaf="state")
        hub.writer.transport.abort()
    async with house.client("h2") as other:
        async with asyncio.timeout(10):
            while _online(house):
                await other.publish(house.message(None))
    assert _online(house) is False


async def test_a_hub_that_says_farewell_leaves_its_will_unspoken(house: House):
    async with house.client("h1", will=_will("h1")) as hub:
        await hub.publish(b'{"online": true}', leaf="state")
        await hub.send(Disconnect())
        with pytest.raises(EOFError):
            await hub.receive()
    async with house.client("h2") as other:
        await other.publish(house.message(1))
    assert _online(house) is True


async def test_a_will_on_anothers_topic_is_refused(house: House):
    for will in (_will("h2"), _will("h1", "up/reading")):
        connack = await house.connect("h1", house.passwords["h1"], will=will)
        assert connack.reason == Reason.NOT_AUTHORIZED


# Clients people really use.


@pytest.mark.parametrize("protocol", [paho.MQTTv311, paho.MQTTv5])
async def test_a_paho_client_publishes_and_hears_its_ack(house: House, protocol: int):
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[bytes] = loop.create_future()
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="h1", protocol=protocol)
    client.username_pw_set("h1", house.passwords["h1"])

    def on_connect(client: Any, *_: Any) -> None:
        client.subscribe("stepguard/v1/h1/down/#", qos=1)

    def on_subscribe(client: Any, *_: Any) -> None:
        client.publish("stepguard/v1/h1/up/reading", house.message(17), qos=1)

    def on_message(_client: Any, _data: Any, message: Any) -> None:
        loop.call_soon_threadsafe(heard.set_result, message.payload)

    client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
    client.connect_async("127.0.0.1", house.port)
    client.loop_start()
    try:
        assert json.loads(await asyncio.wait_for(heard, 10)) == {"boot": "b1", "seq": 17}
    finally:
        client.disconnect()
        await asyncio.to_thread(client.loop_stop)
    assert [stored.reading.seq for stored in house.readings()] == [17]


async def test_an_aiomqtt_client_publishes_and_hears_its_ack(house: House):
    will = aiomqtt.Will("stepguard/v1/h1/state", b'{"online": false}', qos=1)
    async with aiomqtt.Client(
        "127.0.0.1",
        house.port,
        identifier="h1",
        username="h1",
        password=house.passwords["h1"],
        protocol=aiomqtt.ProtocolVersion.V5,
        will=will,
    ) as client:
        await client.subscribe("stepguard/v1/h1/down/#", qos=1)
        await client.publish("stepguard/v1/h1/up/reading", house.message(1), qos=1)
        async with asyncio.timeout(10):
            async for message in client.messages:
                assert json.loads(bytes(message.payload)) == {"boot": "b1", "seq": 1}
                break
    assert len(house.readings()) == 1


async def test_the_heartbeat_says_what_was_counted(start: Start, database: Database):
    async with start() as house:
        house.hub("h1", "P-1")
        async with house.client("h1") as hub:
            for payload in (house.message(1), house.message(1), b"garbage"):
                await hub.publish(payload)
    with database.read() as session:
        detail = store.heartbeats(session)["gateway"].detail
    assert {key: detail[key] for key in ("stored", "duplicate", "rejected")} == {
        "stored": 1,
        "duplicate": 1,
        "rejected": 1,
    }
    assert detail["deaf"] is None


async def test_integer_keys_leave_the_reading_table_without_a_unique_index(house: House):
    indexes = inspect(house.database.engine).get_indexes("reading")
    assert [(index["name"], index["unique"]) for index in indexes] == [("reading_of_patient", False)]
