"""Says where hubs or the broker are to be met, and refuses settings that cannot be meant, before anything starts."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.host_port import host_and_port, is_loopback
from gateway.settings import MqttSettings, SettingsError
from gateway.tls import broker_context, endpoint_seal

EMBEDDED = "embedded"
DEFAULT_PORTS = {"mqtt": 1883, "mqtts": 8883}
TOWARDS_A_BROKER = ("username", "password", "ca", "cert", "key")
OF_THE_ENDPOINT = ("listen_cert", "listen_key", "listen_client_ca")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """Host and port of a broker, and whether the connection is encrypted."""

    host: str
    port: int
    encrypted: bool


def refuse_unusable(mqtt: MqttSettings) -> None:
    """Check everything under `mqtt` that can be checked without a connection.

    Raises
    ------
    SettingsError
        For an address, a certificate or a combination that cannot be used or would only be ignored.
    """
    if mqtt.url == EMBEDDED:
        listening_address(mqtt)
        endpoint_seal(mqtt)
        for key in TOWARDS_A_BROKER:
            if getattr(mqtt, key) is not None:
                raise SettingsError(f"mqtt.{key}: is for a broker; set mqtt.url to one, or leave the key out")
        if mqtt.publish_assessments:
            raise SettingsError(
                "mqtt.publish_assessments: the gateway's own endpoint passes nothing on;"
                ' set mqtt.url to a broker ("mqtts://host:8883"), or leave the key out'
            )
        return
    address = broker_address(mqtt)
    for key in OF_THE_ENDPOINT:
        if getattr(mqtt, key) is not None:
            raise SettingsError(
                f"mqtt.{key}: is for the gateway's own endpoint; leave the key out, or set mqtt.url to {EMBEDDED!r}"
            )
    if address.encrypted:
        broker_context(mqtt)
    elif mqtt.publish_assessments:
        raise SettingsError("mqtt.publish_assessments: only by an encrypted connection; set mqtt.url to mqtts://...")


def listening_address(mqtt: MqttSettings) -> tuple[str, int]:
    """Return host and port of `mqtt.listen`.

    Raises
    ------
    SettingsError
        When it is no address, or lies beyond loopback although connections are not encrypted.
    """
    host, port = host_and_port("mqtt.listen", mqtt.listen, "127.0.0.1:1883")
    if not is_loopback(host) and mqtt.listen_cert is None and not mqtt.insecure:
        raise SettingsError(
            f"mqtt.listen: {host} is beyond this machine and connections are not encrypted; name a certificate"
            " (mqtt.listen_cert, mqtt.listen_key), listen on 127.0.0.1,"
            " or set mqtt.insecure = true and accept the banner"
        )
    return host, port


def broker_address(mqtt: MqttSettings) -> BrokerAddress:
    """Return where the broker of `mqtt.url` is.

    Raises
    ------
    SettingsError
        When it is no such URL, carries a password, or would send readings over the network unencrypted.
    """
    example = 'write "embedded", "mqtts://host:8883" or, on this machine, "mqtt://127.0.0.1:1883"'
    try:
        url = urlsplit(mqtt.url)
        port = url.port
    except ValueError as error:
        raise SettingsError(f"mqtt.url: cannot be read as an address; {example}") from error
    if url.username is not None or url.password is not None:
        raise SettingsError(
            "mqtt.url: holds a user name or password; use mqtt.username and STEPGUARD_MQTT__PASSWORD_FILE instead"
        )
    if url.scheme not in DEFAULT_PORTS or not url.hostname or url.path.strip("/") or url.query or url.fragment:
        raise SettingsError(f"mqtt.url: {mqtt.url!r} is no broker's address; {example}")
    encrypted = url.scheme == "mqtts"
    if not encrypted:
        for key in ("ca", "cert", "key"):
            if getattr(mqtt, key) is not None:
                raise SettingsError(f"mqtt.{key}: is for mqtts://; change mqtt.url, or leave the key out")
        if not is_loopback(url.hostname) and not mqtt.insecure:
            raise SettingsError(
                f"mqtt.url: {url.hostname} is beyond this machine and mqtt:// is not encrypted; use mqtts://,"
                " or set mqtt.insecure = true and accept the banner"
            )
    if mqtt.password is not None and mqtt.username is None:
        raise SettingsError("mqtt.password: needs mqtt.username; name the broker's user for the gateway")
    return BrokerAddress(host=url.hostname, port=port or DEFAULT_PORTS[url.scheme], encrypted=encrypted)
