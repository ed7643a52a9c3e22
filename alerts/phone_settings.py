"""Refuses telephone settings with which nobody would be reached. Opens nothing."""

import re
from urllib.parse import urlsplit

from alerts.roster_file import dialable
from gateway.host_port import host_and_port, is_loopback
from gateway.settings import HttpSettings, Settings, SettingsError, TwilioSettings

ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")


def is_twilio(settings: Settings) -> bool:
    """Whether texts go out through Twilio."""
    return settings.twilio.account_sid is not None


def check_phone(settings: Settings) -> None:
    """Refuse telephone settings that are incomplete or contradict each other.

    Raises
    ------
    SettingsError
        Naming the key and the remedy.
    """
    twilio, http = settings.twilio, settings.http
    if twilio.account_sid is None:
        _refuse_leftovers(twilio, http)
        return
    if not ACCOUNT_SID.fullmatch(twilio.account_sid):
        raise SettingsError(
            "twilio.account_sid: is not AC followed by 32 hexadecimal digits; copy it from the account's start page"
        )
    if not twilio.auth_token:
        raise SettingsError(
            "twilio.auth_token: is missing; set STEPGUARD_TWILIO__AUTH_TOKEN, or STEPGUARD_TWILIO__AUTH_TOKEN_FILE"
            " to a file that holds it"
        )
    if not twilio.from_:
        raise SettingsError("twilio.from: is missing; set it to the account's number as +<country><number>")
    if dialable(twilio.from_) != twilio.from_:
        raise SettingsError(
            f"twilio.from: {twilio.from_!r} is not a number in international form; write it as +<country><number>,"
            " without spaces"
        )
    if twilio.messaging_service_sid is not None and not SERVICE_SID.fullmatch(twilio.messaging_service_sid):
        raise SettingsError(
            "twilio.messaging_service_sid: is not MG followed by 32 hexadecimal digits; copy it, or leave it out"
        )
    if twilio.api_url is not None:
        _check_url("twilio.api_url", twilio.api_url, {"http", "https"})
    if not http.public_url:
        raise SettingsError(
            "http.public_url: is missing; set it to the address under which Twilio reaches http.listen, such as"
            " https://pager.example.org"
        )
    _check_url("http.public_url", http.public_url, {"https"} if twilio.api_url is None else {"http", "https"})
    listening_address(settings)


def listening_address(settings: Settings) -> tuple[str, int]:
    """Return host and port of `http.listen`.

    Raises
    ------
    SettingsError
        When it is no address, or lies beyond loopback although connections to it are not encrypted.
    """
    host, port = host_and_port("http.listen", settings.http.listen, "127.0.0.1:8480")
    if not is_loopback(host) and not settings.mqtt.insecure:
        raise SettingsError(
            f"http.listen: {host} is beyond this machine and connections are not encrypted; listen on 127.0.0.1 behind"
            " a proxy that encrypts, or set mqtt.insecure = true and accept the banner"
        )
    return host, port


def _refuse_leftovers(twilio: TwilioSettings, http: HttpSettings) -> None:
    for key in ("auth_token", "from", "messaging_service_sid", "api_url"):
        if getattr(twilio, "from_" if key == "from" else key) is not None:
            raise SettingsError(f"twilio.{key}: is set without twilio.account_sid; set that too, or leave this out")
    if http.public_url is None:
        if http.listen != HttpSettings().listen:
            raise SettingsError(
                "http.listen: nothing is served without http.public_url, the address under which emergency departments"
                " reach their pages; set it, or leave this out"
            )
        return
    host = _check_url("http.public_url", http.public_url, {"http", "https"})
    if not http.public_url.startswith("https:") and not is_loopback(host):
        raise SettingsError("http.public_url: pages about patients go out encrypted alone; write https://<host>")


def _check_url(key: str, url: str, schemes: set[str]) -> str:
    """Return the host of a usable address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.scheme in schemes and parts.port != 0 else None
    except ValueError:
        host = None
    if not host:
        raise SettingsError(
            f"{key}: {url!r} is no address; write {' or '.join(f'{one}://<host>' for one in sorted(schemes))}"
        )
    if parts.username or parts.query or parts.fragment:
        raise SettingsError(f"{key}: {url!r} has more than a host and a path; leave out user, ? and #")
    return host
