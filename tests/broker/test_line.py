"""One connection to a broker: what it may hold, what it refuses to count, and that its acknowledgements end with it."""

import asyncio
import gc
from typing import Any

import aiomqtt
import pytest

from gateway import ingest as ingest_module
from gateway.broker_line import QOS_0_KEPT, Inbox, Line
from gateway.conditions import conditions

Site = Any


class Recorded:
    """Stands where aiomqtt's client would: notes what was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: list[int] = []
        self._client = self

    def ack(self, packet_id: int, qos: int) -> None:
        assert qos == 1
        self.acknowledged.append(packet_id)


def line_of(client: Recorded) -> Line:
    return Line(client, None, None, 1_000, lambda _: None)  # type: ignore[arg-type]


def test_what_is_stored_after_a_connection_ended_is_not_acknowledged_on_the_next():
    first, second = Recorded(), Recorded()
    old, new = line_of(first), line_of(second)
    old.stored([1, 2])
    old.end()
    old.stored([3])
    new.stored([3])
    assert (first.acknowledged, second.acknowledged) == ([1, 2], [3])


def test_only_messages_without_a_promise_are_ever_dropped():
    inbox = Inbox()

    def put(qos: int) -> None:
        inbox.put_nowait(aiomqtt.Message("t", b"", qos, False, 1, None))

    for _ in range(QOS_0_KEPT):
        put(0)
    with pytest.raises(asyncio.QueueFull):
        put(0)
    for _ in range(QOS_0_KEPT):
        put(1)
    assert inbox.qsize() == 2 * QOS_0_KEPT


async def test_a_message_that_is_too_large_is_quarantined_and_its_number_counts(broker_site: Site, spell: Any):
    site = broker_site
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(1, note="x" * 100_000))
        await hub.publish(spell(2))
        await hub.heard_until(2)
    assert site.stored() == [2]
    [kept] = site.quarantined()
    assert kept.reason == "larger than 65536 bytes: only its beginning is kept"
    with site.database.read() as session:
        assert session.connection().exec_driver_sql("SELECT length(payload) FROM quarantine").scalar() == 65_536


async def test_a_full_queue_slows_the_broker_down_and_drops_nothing(
    broker_site: Site, spell: Any, wait_until: Any, full_disk: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ingest_module, "QUEUE_MESSAGES", 20)
    monkeypatch.setattr(ingest_module, "GROUP_SIZE", 7)
    site = broker_site
    async with site.hub() as hub:
        hub.client.pending_calls_threshold = 400
        await hub.listen()
        with full_disk():
            await asyncio.gather(*(hub.publish(spell(seq)) for seq in range(1, 401)))
            await wait_until(lambda: site.measured("stepguard_queued_messages") >= 20, "the queue is full")
            assert site.measured("stepguard_queued_messages") <= 20 + 7
        await hub.heard_until(400)
    assert site.stored() == list(range(1, 401))


async def test_an_unknown_hub_is_quarantined_and_a_name_that_is_none_is_not_kept(broker_site: Site, wait_until: Any):
    site = broker_site
    for name in ("kit-9", "Jane Doe"):
        site.broker.let_in(name, "secret")
        site.passwords[name] = "secret"
        async with asyncio.timeout(10):
            while True:  # the broker reads its passwords when it gets to it
                try:
                    async with site.hub(name) as hub:
                        await hub.publish(b"{}")
                    break
                except aiomqtt.MqttError:
                    await asyncio.sleep(0.02)
    await wait_until(lambda: len(site.quarantined()) == 2, "both are kept")
    assert [(kept.hub_name, kept.reason) for kept in site.quarantined()] == [
        ("kit-9", "unknown hub"),
        ("?", "unknown hub"),
    ]


async def test_the_gateway_reaches_its_broker_by_tls(broker_site: Site, spell: Any):
    site = broker_site
    await site.stop()
    plain_port = site.hub_port
    site.mqtt = site.broker.settings(encrypted=True)
    await site.start()
    site.hub_port = plain_port
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(1))
        await hub.heard_until(1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # paho leaves failed sockets to gc
async def test_a_broker_of_another_authority_is_not_believed(
    broker_site: Site, tmp_path: Any, wait_until: Any, monkeypatch: pytest.MonkeyPatch
):
    import trustme  # noqa: PLC0415 - one use

    site = broker_site
    await site.stop()
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.crt")
    site.mqtt = site.broker.settings(encrypted=True, ca=str(tmp_path / "other.crt"))
    await site.start(heard=False)

    def told() -> list[str]:
        with site.database.read() as session:
            return [each.text for each in conditions(session, site.clock.now()) if each.key == "deaf"]

    await wait_until(lambda: any("certificate verify failed" in text for text in told()), "it is told")
    assert site.measured("stepguard_connections") == 0
    await site.stop()
    gc.collect()  # here, where the warning is expected, and not in a test that comes later
