"""What the gateway needs of its front, whichever it is: the endpoint hubs connect to, or a broker they are heard at."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from gateway.addresses import EMBEDDED
from gateway.clock import Clock
from gateway.ingest import Ingest
from gateway.keys import HubKeys
from gateway.reading import HubName
from gateway.settings import MqttSettings


class Front(Protocol):
    """Takes messages in, hands them to `ingest`, acknowledges what is stored, and speaks to hubs."""

    ingest: Ingest
    keys: HubKeys
    refusals: Counter[str]

    @property
    def connections(self) -> int:
        """Return how many connections stand now: hubs at the endpoint; 1 or 0 at a broker."""
        ...

    @property
    def fault(self) -> str | None:
        """Return why no hub can be heard now, None while they can. Names neither people nor hubs."""
        ...

    @property
    def warning(self) -> str | None:
        """Return what will go wrong if nobody looks after it, None when nothing will."""
        ...

    @property
    def certificate_valid_until(self) -> datetime | None:
        """Return until when the certificate shown to hubs is valid, None without one."""
        ...

    async def open(self) -> int:
        """Begin to take messages and return the port hubs are met at; raises `SettingsError` when it cannot."""
        ...

    def hold(self) -> None:
        """Take no further message."""
        ...

    async def close(self) -> None:
        """Send what is still to be said and leave."""
        ...

    async def sweep(self) -> None:
        """Look after what needs a look once a second."""
        ...

    def confirm(self, confirmed: Mapping[HubName, tuple[str, int]]) -> None:
        """Tell hubs up to which number nothing of a boot is missing."""
        ...

    def request(self, hub: HubName, boot: str, missing: list[int]) -> bool:
        """Ask a hub for numbers that are missing; return whether that could be said at all now."""
        ...


def front_of(mqtt: MqttSettings, ingest: Ingest, keys: HubKeys, clock: Clock) -> Front:
    """Return the front that `mqtt.url` asks for, not yet open."""
    if mqtt.url == EMBEDDED:
        from gateway.endpoint import Endpoint  # noqa: PLC0415 - a site with a broker needs no endpoint

        return Endpoint(ingest, keys, clock, mqtt)
    from gateway.broker import Broker  # noqa: PLC0415 - and one without a broker no client for it

    return Broker(ingest, keys, clock, mqtt)
