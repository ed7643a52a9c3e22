"""Makes and ends connections to a broker, leaving no socket behind, however they fail."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import aiomqtt

from gateway.addresses import broker_address
from gateway.settings import MqttSettings
from gateway.tls import broker_context

ANSWER_S = 5.0
"""How long the broker has for any answer."""


async def dial(
    mqtt: MqttSettings,
    client_id: str,
    *,
    prepare: Callable[[aiomqtt.Client], None] = lambda _: None,
    **options: Any,
) -> aiomqtt.Client:
    """Return a connection to the broker of `mqtt.url`, by MQTT 5; end it with `hang_up`.

    Certificates are read anew each time, so that renewed ones are used.

    Parameters
    ----------
    prepare
        Called with the client before it connects.
    options
        Further arguments of `aiomqtt.Client`.

    Raises
    ------
    aiomqtt.MqttError
        When the broker is away, cannot be believed, or refuses.
    SettingsError
        When a certificate's file cannot be used any more.
    """
    address = broker_address(mqtt)
    client = aiomqtt.Client(
        address.host,
        address.port,
        username=mqtt.username,
        password=mqtt.password,
        identifier=client_id,
        protocol=aiomqtt.ProtocolVersion.V5,
        tls_context=await asyncio.to_thread(broker_context, mqtt) if address.encrypted else None,
        timeout=ANSWER_S,
        **options,
    )
    prepare(client)
    connecting = asyncio.ensure_future(client.__aenter__())
    try:
        # A connection half made by a thread must not be forgotten: it is waited for, then ended.
        await asyncio.shield(connecting)
    except asyncio.CancelledError:
        await asyncio.wait([connecting])
        if connecting.exception() is None:
            await hang_up(client)
        raise
    except aiomqtt.MqttError:
        client._client.disconnect()  # noqa: SLF001 - aiomqtt leaves the socket of a failed introduction open
        raise
    return client


async def hang_up(client: aiomqtt.Client) -> None:
    """Leave, whatever the state of the connection."""
    with contextlib.suppress(aiomqtt.MqttError, OSError):
        await client.__aexit__(None, None, None)
