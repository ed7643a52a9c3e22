"""Configuration: one TOML file and STEPGUARD_SECTION__KEY in the environment; the environment wins.

Refuses to guess: an unknown key stops the start and names the nearest known one. A secret is taken from the
environment, or from the file that STEPGUARD_SECTION__KEY_FILE names.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

ENVIRONMENT_PREFIX = "STEPGUARD_"
DEFAULT_FILE = Path("stepguard.toml")
FILE_SUFFIX = "_file"
SECRETS = frozenset(
    {
        ("mqtt", "password"),
        ("twilio", "auth_token"),
        ("handing_on", "alertmanager_token"),
        ("handing_on", "webhook_token"),
        ("watchdog", "password"),
        ("watchdog", "auth_token"),
        ("watchdog", "webhook"),
        ("watchdog", "ping"),
    }
)
"""Taken from the environment, or from a file named there: a configuration file is copied, mailed and committed."""

_PASSWORD_IN_URL = re.compile(r"://[^/@:]*:[^/@]+@")


class SettingsError(Exception):
    """The configuration cannot be used; the message names the file, the key and the remedy."""


class DatabaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`database`."""

    url: str = "sqlite:///stepguard.db"


class MqttSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`mqtt`: the endpoint hubs connect to, or the broker to connect to."""

    url: str = "embedded"
    listen: str = "127.0.0.1:1883"
    listen_cert: str | None = None
    listen_key: str | None = None
    listen_client_ca: str | None = None
    username: str | None = None
    password: str | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    client_id: str = "stepguard-gateway"
    insecure: bool = False
    publish_assessments: bool = False
    max_packet_bytes: int = 262_144


class TwilioSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """`twilio`: absent means that texts go to the local outbox."""

    account_sid: str | None = None
    auth_token: str | None = None
    from_: str | None = None
    messaging_service_sid: str | None = None
    api_url: str | None = None


class HttpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`http`."""

    listen: str = "127.0.0.1:8480"
    admin_listen: str = "127.0.0.1:8481"
    public_url: str | None = None


class SiteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`site`: where the people are."""

    timezone: str = "UTC"
    emergency_number: str = "112"
    unit_phone: str = "555-0100"
    roster: str | None = None
    policy: str | None = None
    departments: str | None = None
    instructions: str | None = None
    downtime_folder: str | None = None


class BackupSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`backup`: every night, when a folder is named."""

    folder: str | None = None
    keep: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 14


class RetentionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`retention`: how long what is no part of a record is kept."""

    outbox_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)] = 90


class RulesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rules`: what a site changes, and who signed which version of the thresholds."""

    file: str | None = None
    signed_by: str | None = None
    signed_on: str | None = None
    signed_version: str | None = None


class HandingOnSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`handing_on`: other systems that hear what staff are being called about."""

    alertmanager_url: str | None = None
    alertmanager_token: str | None = None
    webhook_url: str | None = None
    webhook_token: str | None = None
    ca: str | None = None
    source: str = "stepguard"


class GatewaySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`gateway`: this part when it runs alone."""

    admin_listen: str = "127.0.0.1:8482"


class MonitorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`monitor`: this part when it runs alone."""

    admin_listen: str = "127.0.0.1:8483"


class AlertsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`alerts`: this part when it runs alone."""

    admin_listen: str = "127.0.0.1:8484"


class ConsoleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`console`: the board in a terminal."""

    lock_after_min: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5


class WebSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`web`: the console in a browser."""

    listen: str = "127.0.0.1:8486"
    public_url: str | None = None
    beyond_loopback: bool = False
    consoles: Annotated[int, msgspec.Meta(ge=1, le=100)] = 8


class WatchdogSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`watchdog`: the process apart, with a hub and a telephone account of its own.

    A list may also be one text with commas, as the environment has it.
    """

    hub: str = "watchdog"
    url: str | None = None
    password: str | None = None
    ca: str | None = None
    cert: str | None = None
    key: str | None = None
    every_min: Annotated[int, msgspec.Meta(ge=1, le=30)] = 15
    readyz: list[str] | str = "http://127.0.0.1:8481"
    certificates: list[str] | str | None = None
    account_sid: str | None = None
    auth_token: str | None = None
    number: str | None = None
    api_url: str | None = None
    call: list[str] | str | None = None
    webhook: str | None = None
    ping: str | None = None
    command: list[str] | str | None = None
    admin_listen: str = "127.0.0.1:8485"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting of every part."""

    database: DatabaseSettings = DatabaseSettings()
    mqtt: MqttSettings = MqttSettings()
    twilio: TwilioSettings = TwilioSettings()
    http: HttpSettings = HttpSettings()
    site: SiteSettings = SiteSettings()
    rules: RulesSettings = RulesSettings()
    gateway: GatewaySettings = GatewaySettings()
    monitor: MonitorSettings = MonitorSettings()
    alerts: AlertsSettings = AlertsSettings()
    console: ConsoleSettings = ConsoleSettings()
    web: WebSettings = WebSettings()
    handing_on: HandingOnSettings = HandingOnSettings()
    watchdog: WatchdogSettings = WatchdogSettings()
    backup: BackupSettings = BackupSettings()
    retention: RetentionSettings = RetentionSettings()


def load_settings(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """Return the settings of `file` (default `stepguard.toml` when present) under those of `environment`.

    Raises
    ------
    SettingsError
        For a missing or unreadable file, an unknown section or key, a secret in the file, or a value of the wrong
        kind.
    """
    tree = _read_file(file)
    _take_dates_as_text(tree)
    origin = str(file or DEFAULT_FILE)
    _refuse_unknown(tree, origin)
    _refuse_secrets(tree, origin)
    overlay = _read_environment(environment)
    _refuse_unknown(overlay, "environment")
    for section, keys in overlay.items():
        tree.setdefault(section, {}).update(keys)
    try:
        settings = msgspec.convert(tree, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(_say(error, origin, overlay)) from error
    _refuse_unknown_timezone(settings.site.timezone)
    return settings


def _say(error: msgspec.ValidationError, origin: str, overlay: Mapping[str, Mapping[str, Any]]) -> str:
    """Say what is wrong with which key, and whether the file or the environment has it."""
    what, _, path = str(error).partition(" - at `$.")
    section, _, key = path.rstrip("`").partition(".")
    if key in overlay.get(section, {}):
        return f"environment {ENVIRONMENT_PREFIX}{section.upper()}__{key.upper()}: {what}"
    return f"{origin}: [{section}] {key}: {what}" if key else f"{origin}: {error}"


def _refuse_unknown_timezone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(f"site.timezone: {name!r} is not known; write a name such as Europe/Copenhagen") from error


def _read_file(file: Path | None) -> dict[str, Any]:
    path = file or DEFAULT_FILE
    if not path.exists():
        if file is None:
            return {}
        raise SettingsError(f"{path}: no such file; give --config a readable TOML file")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}; give --config a readable TOML file") from error


def _read_environment(environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    overlay: dict[str, dict[str, Any]] = {}
    for name, value in environment.items():
        if not name.startswith(ENVIRONMENT_PREFIX) or "__" not in name:
            continue
        section, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__", 1)
        if _names_a_secret_file(section, key):
            overlay.setdefault(section, {})[key.removesuffix(FILE_SUFFIX)] = _read_secret(name, Path(value))
        else:
            overlay.setdefault(section, {})[key] = value
    return overlay


def _take_dates_as_text(tree: Mapping[str, Any]) -> None:
    """Let a date stand in the file with or without quotation marks, as it may in the environment."""
    for keys in tree.values():
        if isinstance(keys, dict):
            keys.update({key: value.isoformat() for key, value in keys.items() if isinstance(value, date)})


def _names_a_secret_file(section: str, key: str) -> bool:
    secret = key.removesuffix(FILE_SUFFIX)
    return secret != key and ((section, secret) in SECRETS or (section, secret) == ("database", "url"))


def _read_secret(variable: str, file: Path) -> str:
    """Return what `file` holds, as systemd and container platforms hand secrets over; without the last newline."""
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise SettingsError(f"environment {variable}: {file}: {reason}; name a readable file") from error
    if not secret:
        raise SettingsError(f"environment {variable}: {file} is empty; write the secret into it")
    return secret


def known_keys() -> dict[str, tuple[str, ...]]:
    """Return every section with its keys, as written in the file."""
    return {
        section.name: tuple(key.encode_name for key in msgspec.structs.fields(section.type))
        for section in msgspec.structs.fields(Settings)
    }


def _refuse_unknown(tree: Mapping[str, Any], origin: str) -> None:
    known = known_keys()
    for section, keys in tree.items():
        if section not in known:
            raise SettingsError(f"{origin}: unknown section [{section}]{_nearest(section, known)}")
        if not isinstance(keys, dict):
            raise SettingsError(f"{origin}: [{section}] must be a table of keys")
        for key in keys:
            if key not in known[section]:
                raise SettingsError(f"{origin}: [{section}] unknown key {key!r}{_nearest(key, known[section])}")


def _refuse_secrets(tree: Mapping[str, Any], origin: str) -> None:
    for section, key in SECRETS:
        if key in tree.get(section, {}):
            variable = f"{ENVIRONMENT_PREFIX}{section}__{key}".upper()
            raise SettingsError(
                f"{origin}: [{section}] {key} is a secret; take it out and set {variable} or {variable}_FILE instead"
            )
    if _PASSWORD_IN_URL.search(str(tree.get("database", {}).get("url", ""))):
        raise SettingsError(
            f"{origin}: [database] url holds a password; take it out and set {ENVIRONMENT_PREFIX}DATABASE__URL_FILE "
            "to a file with the whole URL, or use PostgreSQL's own password file"
        )


def _nearest(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.0)
    return f"; did you mean {close[0]!r}?" if close else ""
