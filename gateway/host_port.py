"""Reads `host:port` as the settings give it, and tells this machine from others. Asks no name server."""

import ipaddress
from typing import Final

from gateway.settings import SettingsError

HIGHEST_PORT: Final = 65_535


def host_and_port(key: str, given: str, example: str) -> tuple[str, int]:
    """Return host and port of an address `host:port`; an IPv6 host stands in square brackets.

    Raises
    ------
    SettingsError
        When it is none; names the key and shows `example`.
    """
    host, colon, port = given.rpartition(":")
    host = host.strip("[]")
    if not colon or not host or not (port.isascii() and port.isdecimal()) or int(port) > HIGHEST_PORT:
        raise SettingsError(f"{key}: {given!r} is not host:port; write for example {example}")
    return host, int(port)


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine itself, as far as its name or address says so."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
