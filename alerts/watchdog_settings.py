"""Reads the section `watchdog` and refuses what could not call anybody or could not try the way of a reading."""

import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from alerts.phone_settings import ACCOUNT_SID
from alerts.roster_file import dialable
from alerts.watchdog_account import API_URL, OwnAccount
from alerts.watchdog_calls import Reach
from gateway.addresses import EMBEDDED, BrokerAddress, broker_address
from gateway.host_port import host_and_port
from gateway.settings import MqttSettings, Settings, SettingsError, WatchdogSettings
from gateway.tls import broker_context


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What one watchdog watches, and how it calls. `account` None: it has no telephone of its own."""

    hub: str
    password: str | None
    way_in: BrokerAddress
    tls: ssl.SSLContext | None
    every_min: int
    readyz: tuple[str, ...]
    certificates: tuple[str, ...]
    ca: str | None
    account: OwnAccount | None
    numbers: tuple[str, ...]
    webhook: str | None
    ping: str | None
    command: tuple[str, ...]

    @property
    def reach(self) -> Reach:
        """Whom it can call and by what."""
        return Reach(
            numbers=self.numbers if self.account is not None else (),
            webhook=self.webhook is not None,
            command=bool(self.command),
        )


def watch_of(settings: Settings) -> Watch:
    """Return what `settings` ask a watchdog to do; opens nothing but the named certificate files.

    Raises
    ------
    SettingsError
        Naming the key and the remedy.
    """
    given = settings.watchdog
    way_in, tls = _way_in(given, insecure=settings.mqtt.insecure)
    account = _account(given)
    numbers = _listed(given.call)
    for number in numbers:
        if dialable(number) != number:
            raise SettingsError(f"watchdog.call: {number!r} is not a number in international form; write +<country>...")
    if account is not None and not numbers:
        raise SettingsError("watchdog.call: is missing; name whom the watchdog's account calls, as +<country><number>")
    if account is None and numbers:
        raise SettingsError("watchdog.call: needs watchdog.account_sid, the account that calls; set both or neither")
    command = tuple(given.command.split() if isinstance(given.command, str) else given.command or ())
    if account is None and given.webhook is None and not command:
        raise SettingsError(
            "watchdog: nobody would be called; set watchdog.account_sid and watchdog.call, watchdog.webhook, or"
            " watchdog.command"
        )
    if account is not None and account.account_sid == settings.twilio.account_sid:
        raise SettingsError(
            "watchdog.account_sid: is the account of [twilio]; a second path needs an account of its own"
        )
    return Watch(
        hub=given.hub,
        password=given.password,
        way_in=way_in,
        tls=tls,
        every_min=given.every_min,
        readyz=tuple(_url("readyz", one).rstrip("/") for one in _listed(given.readyz)),
        certificates=tuple(_at_a_port(one) for one in _listed(given.certificates)),
        ca=given.ca,
        account=account,
        numbers=numbers,
        webhook=None if given.webhook is None else _url("webhook", given.webhook),
        ping=None if given.ping is None else _url("ping", given.ping),
        command=command,
    )


def _way_in(given: WatchdogSettings, *, insecure: bool) -> tuple[BrokerAddress, ssl.SSLContext | None]:
    if given.url is None or given.url == EMBEDDED:
        raise SettingsError('watchdog.url: is missing; write where hubs connect to, such as "mqtts://hubs.example.org"')
    as_hub = MqttSettings(
        url=given.url,
        username=given.hub,
        password=given.password,
        ca=given.ca,
        cert=given.cert,
        key=given.key,
        insecure=insecure,
    )
    if given.password is None and given.cert is None:
        raise SettingsError(
            "watchdog.password: is missing; set STEPGUARD_WATCHDOG__PASSWORD_FILE to a file with what"
            " stepguard device add --watchdog printed, or watchdog.cert and watchdog.key"
        )
    try:
        address = broker_address(as_hub)
        return address, broker_context(as_hub) if address.encrypted else None
    except SettingsError as error:
        said = str(error)
        for key in ("url", "ca", "cert", "key", "password"):
            said = said.replace(f"mqtt.{key}", f"watchdog.{key}")
        raise SettingsError(said) from error


def _account(given: WatchdogSettings) -> OwnAccount | None:
    if given.account_sid is None:
        for key in ("auth_token", "number", "api_url"):
            if getattr(given, key) is not None:
                raise SettingsError(f"watchdog.{key}: is set without watchdog.account_sid; set that too")
        return None
    if not ACCOUNT_SID.fullmatch(given.account_sid):
        raise SettingsError("watchdog.account_sid: is not AC followed by 32 hexadecimal digits; copy it")
    if not given.auth_token:
        raise SettingsError(
            "watchdog.auth_token: is missing; set STEPGUARD_WATCHDOG__AUTH_TOKEN_FILE to a file that holds it"
        )
    if not given.number or dialable(given.number) != given.number:
        raise SettingsError("watchdog.number: is missing or no number; write the account's own as +<country><number>")
    return OwnAccount(
        account_sid=given.account_sid,
        auth_token=given.auth_token,
        number=given.number,
        api_url=API_URL if given.api_url is None else _url("api_url", given.api_url),
    )


def _listed(given: list[str] | str | None) -> tuple[str, ...]:
    parts = given.split(",") if isinstance(given, str) else given or ()
    return tuple(part.strip() for part in parts if part.strip())


def _url(key: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(f"watchdog.{key}: {url!r} is no address; write https://<host>/...")
    return url


def _at_a_port(address: str) -> str:
    host_and_port("watchdog.certificates", address, "broker:8883")
    return address
