"""Refuses settings of handing on with which nothing would arrive, or a secret would leak. Opens nothing."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from gateway.host_port import is_loopback
from gateway.settings import HandingOnSettings, Settings, SettingsError

SECTION = "handing_on"
SOURCE = re.compile(r"[A-Za-z0-9._-]{1,64}")
SECRET_PARAMETERS = frozenset({"token", "key", "integrationkey", "integration_key", "apikey", "api_key"})


def check_handing_on(settings: Settings) -> None:
    """Refuse addresses that cannot be used.

    Raises
    ------
    SettingsError
        Naming the key and the remedy.
    """
    given = settings.handing_on
    _check(given, "alertmanager")
    _check(given, "webhook")
    if not SOURCE.fullmatch(given.source):
        raise SettingsError(f"{SECTION}.source: {given.source!r} is no short name; use letters, digits, - _ and .")
    if given.ca is not None and not Path(given.ca).is_file():
        raise SettingsError(f"{SECTION}.ca: {given.ca} is no file; name the certificates to trust, as PEM")


def _check(given: HandingOnSettings, receiver: str) -> None:
    url: str | None = getattr(given, f"{receiver}_url")
    token: str | None = getattr(given, f"{receiver}_token")
    key = f"{SECTION}.{receiver}_url"
    secret = f"STEPGUARD_HANDING_ON__{receiver.upper()}_TOKEN"
    if url is None:
        if token is not None:
            raise SettingsError(f"{key}: is missing, though {secret} is set; set it, or take the token away")
        return
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(f"{key}: is not http://HOST or https://HOST; write the whole address")
    try:
        _ = parts.port
    except ValueError as error:
        raise SettingsError(f"{key}: its port is not a number up to 65535") from error
    hidden = SECRET_PARAMETERS & {name.lower() for name in parse_qs(parts.query, keep_blank_values=True)}
    if parts.username is not None or parts.password is not None or hidden:
        raise SettingsError(f"{key}: holds a secret; take it out and set {secret} or {secret}_FILE instead")
    if parts.fragment or (receiver == "alertmanager" and parts.query):
        raise SettingsError(f"{key}: write the address without what follows # or ?")
    if token is not None and parts.scheme == "http" and not is_loopback(parts.hostname):
        raise SettingsError(f"{key}: the token would go unencrypted beyond this machine; use https")
