"""The endpoint by TLS: who is let in by certificate, what is refused at the start, and how renewals go."""

import asyncio
import contextlib
import os
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from gateway import service, store
from gateway.addresses import refuse_unusable
from gateway.clock import StillClock
from gateway.conditions import conditions
from gateway.database import Database
from gateway.endpoint import Endpoint
from gateway.ingest import Ingest
from gateway.intake import Intake
from gateway.keys import HubKeys
from gateway.mqtt.packets import Connack, Connect, Puback, Publish, decode_packet, encode_packet, next_frame
from gateway.mqtt.properties import Reason
from gateway.plausibility_limits import load_limits
from gateway.settings import MqttSettings, Settings, SettingsError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
READING = b'{"boot": "b1", "seq": 1, "measured_at": "2026-03-02T12:00:00Z", "respiratory_rate_bpm": 16}'


def issue(folder: Path, authority: trustme.CA, name: str = "endpoint", **more: Any) -> dict[str, str]:
    made = authority.issue_cert("localhost", "127.0.0.1", **more)
    (folder / f"{name}.crt").write_bytes(b"".join(pem.bytes() for pem in made.cert_chain_pems))
    made.private_key_pem.write_to_path(folder / f"{name}.key")
    return {"listen_cert": str(folder / f"{name}.crt"), "listen_key": str(folder / f"{name}.key")}


@pytest.fixture
def files(tmp_path: Path, authority: trustme.CA) -> dict[str, str]:
    return issue(tmp_path, authority)


def trusting(authority: trustme.CA, *, shows: str | None = None, signed_by: trustme.CA | None = None) -> ssl.SSLContext:
    """Return a hub's context; `shows` is the common name of the certificate it shows."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    if shows is not None:
        (signed_by or authority).issue_cert(common_name=shows).configure_cert(context)
    return context


class Hub:
    """A hub of one TLS connection, told apart from the endpoint's own code only by the packets."""

    def __init__(self, reader: Any, writer: Any) -> None:
        self.reader, self.writer, self._buffer = reader, writer, bytearray()

    async def ask(self, packet: Any) -> Any:
        self.writer.write(encode_packet(packet, 5))
        while (frame := next_frame(self._buffer, 0, 2**20)) is None:
            received = await self.reader.read(65_536)
            if not received:
                raise EOFError
            self._buffer += received
        first, start, end = frame
        packet = decode_packet(first, bytes(self._buffer[start:end]), 5)
        del self._buffer[:end]
        return packet

    async def introduce(self, name: str, password: str | None) -> Connack:
        answer = await self.ask(
            Connect(protocol=5, client_id=name, username=name, password=None if password is None else password.encode())
        )
        assert isinstance(answer, Connack)
        return answer


class Door:
    """An endpoint with a queue that is run, as the service does."""

    def __init__(self, database: Database, mqtt: MqttSettings) -> None:
        self.database = database
        self.keys = HubKeys(database)
        self.ingest = Ingest(database, Intake(load_limits()))
        self.endpoint = Endpoint(self.ingest, self.keys, StillClock(NOON), mqtt)
        with database.write() as session:
            self.password = store.add_hub(session, "h1")
            store.ensure_patient(session, "P-1")
            store.assign(session, "h1", "P-1", NOON - timedelta(days=1))
        with database.read() as session:
            self.ingest._intake.load(session.connection())
        self.keys.refresh()
        self.port = 0

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Door"]:

        self.port = await self.endpoint.open()
        committing = asyncio.create_task(self.ingest.run())
        try:
            yield self
        finally:
            self.endpoint.hold()
            await self.endpoint.close()
            committing.cancel()
            await asyncio.wait([committing])
            self.ingest._writer.shutdown()

    @contextlib.asynccontextmanager
    async def hub(self, context: ssl.SSLContext) -> AsyncIterator[Hub]:

        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=context)
        try:
            yield Hub(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def listening(**more: Any) -> MqttSettings:
    return MqttSettings(listen="127.0.0.1:0", **more)


async def test_a_hub_is_acknowledged_by_tls_as_without(database: Database, files: dict[str, str], authority: Any):
    async with Door(database, listening(**files)).open() as door, door.hub(trusting(authority)) as hub:
        assert (await hub.introduce("h1", door.password)).reason == 0
        assert await hub.ask(Publish("stepguard/v1/h1/up/reading", READING, 1, 7)) == Puback(packet_id=7)
        with database.read() as session:
            assert len(store.readings_after(session, 0, 10)) == 1
        refused = await hub.ask(Publish("stepguard/v1/h2/up/reading", READING, 1, 8))
        assert refused.reason == Reason.NOT_AUTHORIZED


async def test_a_wrong_password_is_told_before_the_connection_ends(database: Database, files: Any, authority: Any):
    async with Door(database, listening(**files)).open() as door, door.hub(trusting(authority)) as hub:
        assert (await hub.introduce("h1", "wrong")).reason == Reason.BAD_CREDENTIALS
        assert await hub.reader.read() == b""


async def test_old_tls_and_no_tls_are_not_spoken(database: Database, files: dict[str, str], authority: Any):

    context = trusting(authority)
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_1
    async with Door(database, listening(**files)).open() as door:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            async with door.hub(context):
                pytest.fail("spoke TLS 1.1")
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(encode_packet(Connect(protocol=5, client_id="h1", username="h1", password=b"x"), 5))
        assert (await reader.read())[:1] != b"\x20", "answered in the clear"
        writer.close()


@pytest.mark.parametrize(
    ("shows", "says", "password", "reason"),
    [
        ("h1", "h1", None, 0),
        ("h1", "h1", "right", 0),
        ("h1", "h1", "wrong", Reason.BAD_CREDENTIALS),
        ("h2", "h1", "right", Reason.BAD_CREDENTIALS),
        ("h2", "h1", None, Reason.BAD_CREDENTIALS),
        ("h2", "h2", None, Reason.BAD_CREDENTIALS),
    ],
    ids=["no password", "right password", "wrong password", "other's name", "other's name alone", "unknown hub"],
)
async def test_where_hubs_show_certificates_the_common_name_must_be_the_user_name(
    database: Database,
    tmp_path: Path,
    files: dict[str, str],
    authority: trustme.CA,
    shows: str,
    says: str,
    password: str | None,
    reason: int,
):
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    mqtt = listening(**files, listen_client_ca=str(tmp_path / "ca.crt"))
    async with Door(database, mqtt).open() as door, door.hub(trusting(authority, shows=shows)) as hub:
        given = door.password if password == "right" else password
        assert (await hub.introduce(says, given)).reason == reason


async def test_a_hub_that_was_shut_out_does_not_come_in_by_its_certificate(
    database: Database, tmp_path: Path, files: dict[str, str], authority: trustme.CA
):
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    mqtt = listening(**files, listen_client_ca=str(tmp_path / "ca.crt"))
    async with Door(database, mqtt).open() as door:
        with database.write() as session:
            store.set_hub_disabled(session, "h1", disabled=True)
        door.keys.refresh()
        async with door.hub(trusting(authority, shows="h1")) as hub:
            assert (await hub.introduce("h1", None)).reason == Reason.BAD_CREDENTIALS


@pytest.mark.parametrize("stranger", ["none", "of another authority"])
async def test_without_a_certificate_of_the_authority_nobody_is_heard(
    database: Database, tmp_path: Path, files: dict[str, str], authority: trustme.CA, stranger: str
):
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    mqtt = listening(**files, listen_client_ca=str(tmp_path / "ca.crt"))
    context = trusting(authority, shows=None if stranger == "none" else "h1", signed_by=trustme.CA())
    async with Door(database, mqtt).open() as door:
        with pytest.raises((ssl.SSLError, ConnectionError, EOFError)):
            async with door.hub(context) as hub:
                await hub.introduce("h1", door.password)


def shown_until(context: ssl.SSLContext, port: int) -> str:
    """Return until when the certificate is valid that a new connection is shown."""

    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as sealed,
    ):
        return str((sealed.getpeercert() or {})["notAfter"])


async def test_a_renewed_certificate_serves_new_connections_and_drops_none(
    database: Database, tmp_path: Path, authority: trustme.CA
):

    first, second = datetime(2031, 1, 1, tzinfo=UTC), datetime(2032, 1, 1, tzinfo=UTC)
    mqtt = listening(**issue(tmp_path, authority, not_after=first))
    context = trusting(authority)
    async with Door(database, mqtt).open() as door, door.hub(context) as hub:
        assert (await hub.introduce("h1", door.password)).reason == 0
        assert "2031" in await asyncio.to_thread(shown_until, context, door.port)
        issue(tmp_path, authority, not_after=second)
        (tmp_path / "endpoint.key").write_text("half written")
        await door.endpoint.sweep()
        assert "cannot be used" in str(door.endpoint.warning)
        assert "2031" in await asyncio.to_thread(shown_until, context, door.port)
        issue(tmp_path, authority, not_after=second)
        os.utime(tmp_path / "endpoint.key", ns=(1, 1))
        await door.endpoint.sweep()
        assert door.endpoint.warning is None
        assert door.endpoint.certificate_valid_until == second
        assert "2032" in await asyncio.to_thread(shown_until, context, door.port)
        assert await hub.ask(Publish("stepguard/v1/h1/up/reading", READING, 1, 7)) == Puback(packet_id=7)
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", door.port)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda f: Path(f["listen_cert"]).unlink(), r"mqtt\.listen_cert: .*endpoint\.crt: No such file"),
        (lambda f: Path(f["listen_key"]).unlink(), r"mqtt\.listen_key: .*endpoint\.key: No such file"),
        (lambda f: Path(f["listen_cert"]).write_text("x"), r"mqtt\.listen_cert: .*holds no certificate"),
        (lambda f: Path(f["listen_key"]).write_text("x"), r"mqtt\.listen_key: .*holds no private key"),
        (
            lambda f: (
                issue(Path(f["listen_key"]).parent, trustme.CA(), "other")
                and Path(f["listen_key"]).write_bytes((Path(f["listen_key"]).parent / "other.key").read_bytes())
            ),
            r"mqtt\.listen_key: .*is not the private key of .*endpoint\.crt",
        ),
        (
            lambda f: issue(
                Path(f["listen_key"]).parent,
                trustme.CA(),
                not_before=datetime(2020, 1, 1, tzinfo=UTC),
                not_after=datetime(2021, 1, 1, tzinfo=UTC),
            ),
            r"mqtt\.listen_cert: .*endpoint\.crt: has expired; renew",
        ),
    ],
    ids=["no certificate", "no key", "no PEM", "no PEM key", "other key", "expired"],
)
async def test_files_that_do_not_fit_stop_the_start(
    database: Database, files: dict[str, str], spoil: Any, complaint: str
):
    spoil(files)
    with pytest.raises(SettingsError, match=complaint):
        await service.run(Settings(mqtt=listening(**files)), database, StillClock(NOON))


def test_with_a_certificate_the_endpoint_may_listen_beyond_this_machine(files: dict[str, str]):

    refuse_unusable(MqttSettings(listen="0.0.0.0:8883", **files))
    with pytest.raises(SettingsError, match="insecure"):
        refuse_unusable(MqttSettings(listen="0.0.0.0:8883"))


@pytest.mark.parametrize(
    ("remaining", "severity"),
    [
        (timedelta(days=14, seconds=1), None),
        (timedelta(days=14), "low"),
        (timedelta(days=3, seconds=1), "low"),
        (timedelta(days=3), "high"),
        (timedelta(days=-1), "high"),
    ],
    ids=str,
)
def test_a_certificate_that_ends_soon_is_a_condition(database: Database, remaining: timedelta, severity: str | None):
    with database.write() as session:
        ends = (NOON + remaining).isoformat()
        store.beat(session, "gateway", NOON, {"deaf": None, "certificate_valid_until": ends})
        found = [each.severity for each in conditions(session, NOON) if each.key == "certificate"]
    assert found == ([] if severity is None else [severity])
