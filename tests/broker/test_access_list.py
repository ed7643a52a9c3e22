"""Attacks on Mosquitto with the shipped configuration: all denied, while the honest hub works."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Any

import aiomqtt
import pytest

PATIENCE_S = 10.0
STRANGERS_CONNECT = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"
Mosquitto = Any


@pytest.fixture
def broker(mosquitto: Mosquitto) -> Mosquitto:
    for name in ("kit-1", "kit-2"):
        mosquitto.let_in(name, f"{name}-secret")
    return mosquitto


def client(broker: Mosquitto, name: str | None, **more: Any) -> aiomqtt.Client:
    own: dict[str, Any] = {"hostname": "127.0.0.1", "port": broker.port, "protocol": aiomqtt.ProtocolVersion.V5}
    if name is not None:
        own |= {"username": name, "password": broker.passwords[name], "identifier": f"of-{name}"}
    return aiomqtt.Client(**(own | {"timeout": PATIENCE_S} | more))


@contextlib.asynccontextmanager
async def hearing_everything(broker: Mosquitto) -> AsyncIterator[aiomqtt.Client]:
    """The gateway's user, subscribed to more than it may hear."""
    async with client(broker, "stepguard", identifier="gateway") as gateway:
        await gateway.subscribe("stepguard/v1/#", 1)
        yield gateway


async def heard_until(listener: aiomqtt.Client, last: str) -> list[str]:
    """Return the topics heard up to `last`, which the broker passes on after all that was sent before it."""
    topics = []
    async with asyncio.timeout(PATIENCE_S):
        async for message in listener.messages:
            topics.append(message.topic.value)
            if topics[-1] == last:
                break
    return topics


async def test_the_honest_hub_publishes_its_own_and_hears_its_own(broker: Mosquitto):
    async with hearing_everything(broker) as gateway, client(broker, "kit-1") as hub:
        await hub.subscribe("stepguard/v1/kit-1/down/#", 1)
        await hub.publish("stepguard/v1/kit-1/up/reading", b"1", 1)
        await hub.publish("stepguard/v1/kit-1/state", b"2", 1)
        last = "stepguard/v1/kit-1/state"
        assert await heard_until(gateway, last) == ["stepguard/v1/kit-1/up/reading", last]
        await gateway.publish("stepguard/v1/kit-1/down/ack", b"3", 1)
        assert await heard_until(hub, "stepguard/v1/kit-1/down/ack") == ["stepguard/v1/kit-1/down/ack"]


@pytest.mark.parametrize(
    "topic",
    [
        "stepguard/v1/kit-2/up/reading",
        "stepguard/v1/kit-2/state",
        "stepguard/v1/kit-1/down/ack",
        "stepguard/v1/kit-2/down/ack",
        "stepguard/v1/patients/P-1/assessment",
        "stepguard/v1/incidents/1",
        "elsewhere",
    ],
)
async def test_a_hub_that_publishes_as_another_or_elsewhere_is_not_heard(broker: Mosquitto, topic: str):
    async with (
        hearing_everything(broker) as gateway,
        client(broker, "kit-2") as other,
        client(broker, "kit-1") as spoofer,
    ):
        await other.subscribe("stepguard/v1/kit-2/down/#", 1)
        for kept in (False, True):
            await spoofer.publish(topic, b"spoofed", 1, retain=kept)
        await spoofer.publish("stepguard/v1/kit-1/up/reading", b"honest", 1)
        assert await heard_until(gateway, "stepguard/v1/kit-1/up/reading") == ["stepguard/v1/kit-1/up/reading"]
        await gateway.publish("stepguard/v1/kit-2/down/request", b"honest", 1)
        assert await heard_until(other, "stepguard/v1/kit-2/down/request") == ["stepguard/v1/kit-2/down/request"]


@pytest.mark.parametrize(
    "wanted", ["#", "stepguard/v1/#", "stepguard/v1/+/down/#", "stepguard/v1/kit-2/down/ack", "stepguard/v1/kit-2/up/#"]
)
async def test_a_hub_that_listens_for_others_hears_only_itself(broker: Mosquitto, wanted: str):
    async with (
        client(broker, "kit-1") as curious,
        client(broker, "kit-2") as other,
        client(broker, "stepguard", identifier="gateway") as gateway,
    ):
        await curious.subscribe([(wanted, 1), ("stepguard/v1/kit-1/down/request", 1)])
        await other.publish("stepguard/v1/kit-2/up/reading", b"private", 1)
        await other.publish("stepguard/v1/kit-2/state", b"private", 1, retain=True)
        await gateway.publish("stepguard/v1/kit-2/down/ack", b"private", 1)
        await gateway.publish("stepguard/v1/patients/P-1/assessment", b"private", 1, retain=True)
        await gateway.publish("stepguard/v1/kit-1/down/request", b"own", 1)
        heard = await heard_until(curious, "stepguard/v1/kit-1/down/request")
        assert set(heard) == {"stepguard/v1/kit-1/down/request"}


async def test_even_the_gateways_user_cannot_publish_a_reading(broker: Mosquitto):
    async with hearing_everything(broker) as gateway, client(broker, "kit-1") as hub:
        await gateway.publish("stepguard/v1/kit-1/up/reading", b"invented", 1)
        await hub.publish("stepguard/v1/kit-1/state", b"honest", 1)
        assert await heard_until(gateway, "stepguard/v1/kit-1/state") == ["stepguard/v1/kit-1/state"]


async def test_whoever_has_no_name_or_the_wrong_password_stays_outside(broker: Mosquitto):
    for name, password in ((None, None), ("kit-1", "wrong"), ("kit-1", ""), ("nobody", "kit-1-secret")):
        with pytest.raises(aiomqtt.MqttError, match="Not authorized"):
            async with client(broker, None, username=name, password=password):
                pytest.fail("was let in")


async def test_a_password_that_was_renewed_or_taken_away_opens_nothing(broker: Mosquitto):
    old = broker.passwords["kit-1"]
    broker.let_in("kit-1", "renewed")
    broker.shut_out("kit-2")
    async with asyncio.timeout(PATIENCE_S):  # a reload is another process's work
        while True:
            try:
                async with client(broker, "kit-1"):
                    break
            except aiomqtt.MqttError:
                await asyncio.sleep(0.02)
    for name, password in (("kit-1", old), ("kit-2", broker.passwords["kit-2"])):
        with pytest.raises(aiomqtt.MqttError, match="Not authorized"):
            async with client(broker, None, username=name, password=password):
                pytest.fail("was let in")


async def test_the_brokers_certificate_is_verified(broker: Mosquitto):
    trusting = ssl.create_default_context(cafile=broker.folder / "ca.crt")
    async with client(broker, "kit-1", hostname="localhost", port=broker.tls_port, tls_context=trusting) as hub:
        await hub.publish("stepguard/v1/kit-1/state", b"{}", 1)
    with (
        pytest.raises(ssl.SSLCertVerificationError),
        socket.create_connection(("127.0.0.1", broker.tls_port)) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost"),
    ):
        pytest.fail("a broker of an unknown authority was believed")


def shown(broker: Mosquitto, tmp_path: Any, name: str, authority: Any) -> ssl.SSLContext:
    """Return a context that shows a certificate of `authority` with this common name."""
    context = ssl.create_default_context(cafile=broker.folder / "ca.crt")
    authority.issue_cert(common_name=name).configure_cert(context)
    return context


async def test_with_certificates_the_common_name_is_the_hub(make_mosquitto: Any, authority: Any, tmp_path: Any):
    import trustme  # noqa: PLC0415 - only here

    broker = make_mosquitto(certificates=True)
    broker.start()

    def door(context: ssl.SSLContext, **more: Any) -> aiomqtt.Client:
        return client(broker, None, hostname="localhost", port=broker.tls_port, tls_context=context, **more)

    async with hearing_everything(broker) as gateway:
        async with door(shown(broker, tmp_path, "kit-1", authority), username="kit-2", password="x") as hub:
            await hub.publish("stepguard/v1/kit-2/up/reading", b"spoofed", 1)
            await hub.publish("stepguard/v1/kit-1/up/reading", b"honest", 1)
        assert await heard_until(gateway, "stepguard/v1/kit-1/up/reading") == ["stepguard/v1/kit-1/up/reading"]
    for context in (
        ssl.create_default_context(cafile=broker.folder / "ca.crt"),
        shown(broker, tmp_path, "kit-1", trustme.CA()),
    ):
        assert not answered(broker, context), "was let in without a certificate of the authority"


def answered(broker: Mosquitto, context: ssl.SSLContext) -> bool:
    """Whether the broker answers a client at all; with TLS 1.3 it refuses a certificate after the handshake."""
    with (
        socket.create_connection(("127.0.0.1", broker.tls_port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as sealed,
        contextlib.suppress(ssl.SSLError, ConnectionError),
    ):
        sealed.sendall(STRANGERS_CONNECT)
        return bool(sealed.recv(1))
    return False
