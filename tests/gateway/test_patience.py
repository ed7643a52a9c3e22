"""Silence, floods and places where the endpoint may not listen."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from gateway import connection, endpoint, ingest, service, store
from gateway.addresses import listening_address
from gateway.clock import StillClock
from gateway.database import Database
from gateway.mqtt.packets import V5, V311, Disconnect, Publish, Will, decode_packet, encode_packet, next_frame
from gateway.mqtt.properties import Reason
from gateway.settings import MqttSettings, Settings, SettingsError

House = Any
Start = Callable[[], AbstractAsyncContextManager[House]]


async def test_a_silent_hub_is_put_out_and_its_will_spoken(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "KEEP_ALIVE_GRACE", 0.0001)
    will = Will(topic="stepguard/v1/h1/state", payload=b'{"online": false}')
    async with house.client("h1", keep_alive_s=60, will=will) as hub:
        assert await hub.receive() == Disconnect(reason=Reason.KEEP_ALIVE_TIMEOUT)
    await house.stop()
    with house.database.read() as session:
        assert [hub.online for hub in store.hubs(session)] == [False, None]


async def test_a_3_1_1_client_without_keep_alive_is_left_alone(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "KEEP_ALIVE_GRACE", 0.0001)
    async with house.client("h1", V311, keep_alive_s=0) as quiet, house.client("h2", keep_alive_s=60) as silent:
        await silent.receive()
        assert (await quiet.publish(house.message(1))).packet_id == 1


async def test_a_stranger_who_says_nothing_is_shown_out(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connection, "CONNECT_WITHIN_S", 0.0001)
    client = await house.stranger()
    with pytest.raises(EOFError):
        await client.receive()
    await client.close()


async def test_too_many_strangers_are_not_let_in_and_hubs_stay(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(endpoint, "MAX_STRANGERS", 2)
    async with house.client("h1") as hub:
        strangers = [await house.stranger() for _ in range(3)]
        with pytest.raises((EOFError, ConnectionError)):
            await strangers[2].receive()
        assert (await hub.publish(house.message(1))).packet_id == 1
        for stranger in strangers:
            await stranger.close()


async def test_an_end_does_not_wait_for_a_client_that_never_closes(house: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(endpoint, "FAREWELL_S", 0.01)
    client = await house.stranger()
    await house.stop()
    await client.close()


async def test_a_hub_that_overruns_its_window_is_told(house: House):
    async with house.client("h1") as hub:
        topic = "stepguard/v1/h1/up/reading"
        flood = [Publish(topic, house.message(seq), 1, seq) for seq in range(1, 2_501)]
        hub.writer.write(b"".join(encode_packet(packet, V5) for packet in flood))
        answers = []
        while not isinstance(answers[-1] if answers else None, Disconnect):
            answers.append(await hub.receive())
    assert answers[-1] == Disconnect(reason=Reason.RECEIVE_MAXIMUM_EXCEEDED)


async def test_when_the_queue_is_full_sockets_wait_and_nothing_is_dropped(
    start: Start, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ingest, "QUEUE_MESSAGES", 10)
    monkeypatch.setattr(ingest, "GROUP_SIZE", 3)
    async with start() as house:
        house.hub("h1", "P-1")
        house.hub("h2", "P-2")
        async with house.client("h1", V311) as first, house.client("h2", V311) as second:
            for hub in (first, second):
                topic = f"stepguard/v1/{hub.name}/up/reading"
                flood = [Publish(topic, house.message(seq), 1, seq) for seq in range(1, 301)]
                hub.writer.write(b"".join(encode_packet(packet, V311) for packet in flood))
            for hub in (first, second):
                acknowledged = [(await hub.receive()).packet_id for _ in range(300)]
                assert acknowledged == list(range(1, 301))
    assert len(house.readings()) == 600


async def test_a_gateway_that_ends_acknowledges_what_it_took_and_says_farewell(start: Start):
    async with start() as house:
        house.hub("h1", "P-1")
        async with house.client("h1") as hub:
            topic = "stepguard/v1/h1/up/reading"
            flood = [Publish(topic, house.message(seq), 1, seq) for seq in range(1, 201)]
            hub.writer.write(b"".join(encode_packet(packet, V5) for packet in flood))
            await hub.receive()
            await house.stop()
            answers = await read_to_end(hub)
    assert answers[-1] == Disconnect(reason=Reason.SHUTTING_DOWN)
    assert len(house.readings()) == 1 + len(answers) - 1


async def read_to_end(hub: Any) -> list[Any]:
    spelt = await asyncio.wait_for(hub.reader.read(-1), 10)
    buffer, at, answers = bytes(hub._buffer) + spelt, 0, []
    while (frame := next_frame(buffer, at, 2**20)) is not None:
        first, start, at = frame
        answers.append(decode_packet(first, buffer[start:at], V5))
    return answers


@pytest.mark.parametrize("listen", ["0.0.0.0:1883", "[::]:1883", "192.168.1.5:1883", "gateway.local:1883"])
def test_listening_beyond_this_machine_needs_a_word(listen: str):
    with pytest.raises(SettingsError, match=r"mqtt\.insecure = true"):
        listening_address(MqttSettings(listen=listen))
    assert listening_address(MqttSettings(listen=listen, insecure=True))[1] == 1883


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:1883", ("127.0.0.1", 1883)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:1883", ("::1", 1883)),
    ],
)
def test_listening_on_this_machine_needs_none(listen: str, address: tuple[str, int]):
    assert listening_address(MqttSettings(listen=listen)) == address


@pytest.mark.parametrize("listen", ["1883", "127.0.0.1", "127.0.0.1:mqtt", ":1883"])
def test_an_address_that_is_none_is_named(listen: str):
    with pytest.raises(SettingsError, match=r"mqtt\.listen: .* is not host:port"):
        listening_address(MqttSettings(listen=listen))


@pytest.mark.parametrize(
    ("mqtt", "complaint"),
    [
        (MqttSettings(url="mqtt://broker:1883"), r"mqtt\.url: broker is beyond this machine"),
        (MqttSettings(url="mqtt://broker:1883", username="u", insecure=True, publish_assessments=True), "encrypted"),
        (MqttSettings(url="http://broker"), r"mqtt\.url: 'http://broker' is no broker's address"),
        (MqttSettings(url="mqtts://:8883"), r"mqtt\.url: .* is no broker's address"),
        (MqttSettings(url="mqtts://broker:port"), r"mqtt\.url: cannot be read"),
        (MqttSettings(url="mqtts://gateway:secret@broker"), r"mqtt\.url: holds a user name or password"),
        (MqttSettings(url="mqtts://broker", password="secret"), r"mqtt\.password: needs mqtt\.username"),
        (MqttSettings(url="mqtts://broker", cert="gateway.crt"), r"mqtt\.cert: needs mqtt\.key"),
        (MqttSettings(url="mqtts://broker", ca="/no/such/ca.crt"), r"mqtt\.ca: /no/such/ca\.crt: No such file"),
        (MqttSettings(url="mqtt://127.0.0.1", ca="ca.crt"), r"mqtt\.ca: is for mqtts"),
        (MqttSettings(url="mqtts://broker", listen_cert="hub.crt"), r"mqtt\.listen_cert: is for the gateway's own"),
        (MqttSettings(username="gateway"), r"mqtt\.username: is for a broker"),
        (MqttSettings(publish_assessments=True), r"mqtt\.publish_assessments: .*mqtts://host:8883"),
        (MqttSettings(listen_key="hub.key"), r"mqtt\.listen_key: needs mqtt\.listen_cert"),
        (MqttSettings(listen_cert="hub.crt"), r"mqtt\.listen_cert: needs mqtt\.listen_key"),
    ],
)
async def test_what_cannot_be_meant_stops_the_start(
    database: Database, clock: StillClock, mqtt: MqttSettings, complaint: str
):
    with pytest.raises(SettingsError, match=complaint):
        await service.run(Settings(mqtt=mqtt), database, clock)


async def test_an_address_in_use_stops_the_start(house: House, database: Database, clock: StillClock):
    taken = MqttSettings(listen=f"127.0.0.1:{house.port}")
    with pytest.raises(SettingsError, match="cannot listen"):
        await service.run(Settings(mqtt=taken), database, clock)
