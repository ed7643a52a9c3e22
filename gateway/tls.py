"""Certificates towards hubs and towards a broker. Every mistake in a file is told with its key and the remedy.

TLS 1.2 is the oldest version spoken, and a certificate is always verified.
"""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gateway.settings import MqttSettings, SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """What encrypts the endpoint: the context for new connections, and until when its certificate is valid.

    `hubs_show_certificates` is whether a hub must show one of its own (`mqtt.listen_client_ca`).
    """

    context: ssl.SSLContext
    valid_until: datetime
    hubs_show_certificates: bool


def endpoint_files(mqtt: MqttSettings) -> tuple[Path, ...]:
    """Return the files the endpoint's encryption is made of; none when it is not encrypted."""
    names = (mqtt.listen_cert, mqtt.listen_key, mqtt.listen_client_ca)
    return tuple(Path(name) for name in names if name is not None)


def fingerprint(files: Iterable[Path]) -> tuple[tuple[int, int, int], ...]:
    """Return what changes when one of the files is renewed; a file that is away at this instant counts as zeros."""
    return tuple(_mark(file) for file in files)


def endpoint_seal(mqtt: MqttSettings) -> Seal | None:
    """Return the endpoint's encryption as the settings say, None when they ask for none.

    Raises
    ------
    SettingsError
        When a file or its counterpart is missing, cannot be read, does not fit, or is past its time.
    """
    if mqtt.listen_cert is None:
        for key, value in (("listen_key", mqtt.listen_key), ("listen_client_ca", mqtt.listen_client_ca)):
            if value is not None:
                raise SettingsError(f"mqtt.{key}: needs mqtt.listen_cert; name the endpoint's certificate too")
        return None
    if mqtt.listen_key is None:
        raise SettingsError("mqtt.listen_cert: needs mqtt.listen_key; name the certificate's private key too")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load_pair(context, ("listen_cert", Path(mqtt.listen_cert)), ("listen_key", Path(mqtt.listen_key)))
    if mqtt.listen_client_ca is not None:
        _load_authority(context, "listen_client_ca", Path(mqtt.listen_client_ca))
        context.verify_mode = ssl.CERT_REQUIRED
    return Seal(
        context=context,
        valid_until=_valid_until(context, Path(mqtt.listen_cert)),
        hubs_show_certificates=mqtt.listen_client_ca is not None,
    )


def broker_context(mqtt: MqttSettings) -> ssl.SSLContext:
    """Return the encryption towards a broker: its name and certificate are always verified.

    Raises
    ------
    SettingsError
        As for `endpoint_seal`.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if mqtt.ca is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # this authority alone, not the system's beside it
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        _load_authority(context, "ca", Path(mqtt.ca))
    if mqtt.cert is not None and mqtt.key is not None:
        _load_pair(context, ("cert", Path(mqtt.cert)), ("key", Path(mqtt.key)))
    elif mqtt.cert is not None or mqtt.key is not None:
        given, other = ("cert", "key") if mqtt.cert is not None else ("key", "cert")
        raise SettingsError(f"mqtt.{given}: needs mqtt.{other}; name both or neither")
    return context


def common_name(certificate: object) -> str:
    """Return the common name of a verified certificate as `ssl` describes it; "" when it has none."""
    if isinstance(certificate, dict):
        for names in certificate.get("subject", ()):
            for kind, value in names:
                if kind == "commonName":
                    return str(value)
    return ""


def _mark(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _read(key: str, file: Path, marker: str, what: str) -> None:
    """Refuse a file that cannot be read or does not hold what it should."""
    try:
        content = file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise SettingsError(f"mqtt.{key}: {file}: {error.strerror}; name a readable PEM file") from error
    if marker not in content:
        raise SettingsError(f"mqtt.{key}: {file}: holds no {what}; name a PEM file that does")


def _load_pair(context: ssl.SSLContext, certificate: tuple[str, Path], secret: tuple[str, Path]) -> None:
    (cert_key, cert), (key_key, key) = certificate, secret
    _read(cert_key, cert, "-----BEGIN CERTIFICATE-----", "certificate")
    _read(key_key, key, "PRIVATE KEY-----", "private key")

    def refuse() -> str:
        raise SettingsError(f"mqtt.{key_key}: {key}: is locked with a passphrase; store the key without one")

    try:
        context.load_cert_chain(cert, key, password=refuse)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            why = f"mqtt.{key_key}: {key}: is not the private key of {cert}; renew both together"
        else:
            why = f"mqtt.{cert_key}: {cert} and {key}: {error.reason or 'not readable as PEM'}; make them anew"
        raise SettingsError(why) from error


def _load_authority(context: ssl.SSLContext, key: str, file: Path) -> None:
    _read(key, file, "-----BEGIN CERTIFICATE-----", "certificate")
    try:
        context.load_verify_locations(file)
    except ssl.SSLError as error:
        raise SettingsError(f"mqtt.{key}: {file}: not readable as certificates; make the file anew") from error


def _valid_until(serving: ssl.SSLContext, file: Path) -> datetime:
    """Return until when the certificate is valid, by showing it to ourselves as it will be shown to hubs.

    A handshake in memory tells more than the file's text: an expired certificate, and one that is not made for
    servers, fail here as they would at the first hub.
    """
    looking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    looking.check_hostname = False  # any name will do here: hubs check the name, and only they know which one they dial
    looking.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    looking.load_verify_locations(file)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = looking.wrap_bio(to_client, to_server)
    # A hub's own certificate is asked for after ours was shown; the hub is not part of this.
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    try:
        for side in (client, server, client):
            _step(side)
    except ssl.SSLCertVerificationError as error:
        raise SettingsError(f"mqtt.listen_cert: {file}: {_complaint(error)}; renew the certificate") from error
    except ssl.SSLError as error:
        raise SettingsError(f"mqtt.listen_cert: {file}: {error.reason}; make the certificate anew") from error
    shown = client.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)


def _step(side: ssl.SSLObject) -> None:
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        return


def _complaint(error: ssl.SSLCertVerificationError) -> str:
    match error.verify_code:
        case 10:  # X509_V_ERR_CERT_HAS_EXPIRED
            return "has expired"
        case 9:  # X509_V_ERR_CERT_NOT_YET_VALID
            return "is not valid yet"
        case _:
            return error.verify_message
