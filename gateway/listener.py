"""The listening sockets of the endpoint. A renewed certificate is used for new connections; present ones stay."""

import asyncio
import ssl
from collections.abc import Callable
from datetime import datetime

import structlog

from gateway.addresses import listening_address
from gateway.settings import MqttSettings, SettingsError
from gateway.tls import Seal, endpoint_files, endpoint_seal, fingerprint

BACKLOG = 1_024
"""Connections the kernel keeps while a thousand hubs come back at once."""

HANDSHAKE_S = 10.0
"""As long as a stranger without encryption has for its introduction."""

log = structlog.get_logger(__name__)


class Listener:
    """Accepts connections on `mqtt.listen`, encrypted when the settings name a certificate."""

    def __init__(self, mqtt: MqttSettings, welcome: Callable[[], asyncio.Protocol]) -> None:
        self._mqtt = mqtt
        self._welcome = welcome
        self._servers: list[asyncio.Server] = []
        self._seal: Seal | None = None
        self._files = endpoint_files(mqtt)
        self._seen = fingerprint(self._files)
        self.fault: str | None = None

    @property
    def serving(self) -> bool:
        """Return whether hubs may connect now."""
        return any(server.is_serving() for server in self._servers)

    @property
    def valid_until(self) -> datetime | None:
        """Return until when the certificate in use is valid, None without one."""
        return None if self._seal is None else self._seal.valid_until

    @property
    def hubs_show_certificates(self) -> bool:
        """Return whether a hub must show a certificate of its own."""
        return self._seal is not None and self._seal.hubs_show_certificates

    async def open(self) -> int:
        """Listen and return the port.

        Raises
        ------
        SettingsError
            When the address or the certificate cannot be used, or readings would cross the network unencrypted.
        """
        host, port = listening_address(self._mqtt)
        self._seal = await asyncio.to_thread(endpoint_seal, self._mqtt)
        loop = asyncio.get_running_loop()
        try:
            server = await loop.create_server(
                self._welcome,
                host,
                port,
                backlog=BACKLOG,
                ssl=self._context,
                ssl_handshake_timeout=self._handshake_s,
            )
        except OSError as error:
            raise SettingsError(
                f"mqtt.listen: cannot listen on {self._mqtt.listen}: {error.strerror}; choose a free address"
            ) from error
        self._servers = [server]
        bound: int = server.sockets[0].getsockname()[1]
        return bound

    def close(self) -> None:
        """Take no new connection."""
        for server in self._servers:
            server.close()

    async def renew(self) -> None:
        """Use the certificate's files as they are now, if they changed. Files that do not fit change nothing."""
        seen = await asyncio.to_thread(fingerprint, self._files)
        if seen == self._seen or not self.serving:
            return
        self._seen = seen
        try:
            self._seal = await asyncio.to_thread(endpoint_seal, self._mqtt)
        except SettingsError as error:
            self.fault = "the endpoint's renewed certificate cannot be used; the one before is still in use"
            log.error("the renewed certificate cannot be used", error=str(error))  # noqa: TRY400 - names files, no people
            return
        self.fault = None
        await self._change_servers()
        log.info("a renewed certificate is in use", valid_until=str(self.valid_until))

    async def _change_servers(self) -> None:
        """Go on accepting from the same sockets with another context, so that nobody waiting there is turned away."""
        loop = asyncio.get_running_loop()
        before = self._servers
        sockets = [found.dup() for server in before for found in server.sockets]
        self._servers = [
            await loop.create_server(
                self._welcome,
                sock=each,
                backlog=BACKLOG,
                ssl=self._context,
                ssl_handshake_timeout=self._handshake_s,
            )
            for each in sockets
        ]
        for server in before:
            server.close()

    @property
    def _context(self) -> ssl.SSLContext | None:
        return None if self._seal is None else self._seal.context

    @property
    def _handshake_s(self) -> float | None:
        return None if self._seal is None else HANDSHAKE_S
