"""Home hubs: who may connect, and whose home each stands in."""

import json
from pathlib import Path
from typing import Annotated

import typer

from console.command import InputError
from console.commands.arguments import By, Config, Json, Patient, branch, family, instant
from console.commands.chain_access import entitled, opened, patient
from gateway.mosquitto_passwords import PasswordFileError, write_password
from gateway.people_log import note
from gateway.permissions import Action
from gateway.store import Hub, HubError, add_hub, assign, hubs, renew_password, set_hub_disabled, unassign
from gateway.synthetic import add_synthetic

app = family()
device = branch("Home hubs, their passwords and their homes.")
app.add_typer(device, name="device")

Name = Annotated[str, typer.Argument(help="The hub's name: its MQTT user name.", metavar="HUB")]
PasswordFile = Annotated[
    Path | None,
    typer.Option("--mosquitto-passwords", help="Mosquitto's password file, kept in step.", metavar="FILE"),
]
"""Ours are hashed in a way Mosquitto cannot check, so its line is written at the moment the password is known."""


@device.command(
    epilog="Example: stepguard device add kit-17; for a watchdog: stepguard device add watchdog --watchdog +12025550190"
)
def add(
    name: Name,
    *,
    watchdog: Annotated[
        str | None,
        typer.Option(help="It is a watchdog's hub, and its synthetic pages go to this telephone.", metavar="NUMBER"),
    ] = None,
    as_json: Json = False,
    broker_file: PasswordFile = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Let a hub in; prints its password, this once."""
    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                who = entitled(session, by, Action.MANAGE_DEVICES)
                if watchdog is None:
                    password, change = add_hub(session, name), "added"
                else:
                    password, change = add_synthetic(session, name, watchdog, chain.now()), "added for a watchdog"
                note(session, chain.now(), "change", f"hub:{name}", {"change": change}, by=who)
                _tell_mosquitto(broker_file, name, password)
        except (HubError, PasswordFileError) as error:
            raise InputError(str(error)) from error
    _print_password(name, password, as_json=as_json)


@device.command(epilog="Example: stepguard device password kit-17")
def password(
    name: Name, *, as_json: Json = False, broker_file: PasswordFile = None, by: By = None, config: Config = None
) -> None:
    """Give a hub a new password; prints it, this once."""
    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                who = entitled(session, by, Action.MANAGE_DEVICES)
                renewed = renew_password(session, name)
                note(session, chain.now(), "change", f"hub:{name}", {"change": "password"}, by=who)
                _tell_mosquitto(broker_file, name, renewed)
        except (HubError, PasswordFileError) as error:
            raise InputError(str(error)) from error
    _print_password(name, renewed, as_json=as_json)


@device.command("assign", epilog="Example: stepguard device assign kit-17 P-0042 --from 2026-03-02T08:00Z")
def assign_hub(
    name: Name,
    code: Patient,
    *,
    from_at: Annotated[
        str | None, typer.Option("--from", help="From when it stands there; default now.", metavar="TIME")
    ] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Put a hub into a patient's home."""
    with opened(config) as chain:
        since = chain.now() if from_at is None else instant(from_at, "--from")
        try:
            with chain.database.write() as session:
                who = entitled(session, by, Action.ASSIGN_DEVICES)
                assign(session, name, code, since)
                home = patient(session, code)
                what = {"change": "assigned", "hub": name, "from": since.isoformat()}
                note(session, chain.now(), "change", f"patient:{home}", what, by=who, patient_id=home)
        except HubError as error:
            raise InputError(str(error)) from error
    typer.echo(f"{name} stands at {code} from {since.isoformat()}")


@device.command("unassign", epilog="Example: stepguard device unassign kit-17 --until 2026-03-09T08:00Z")
def unassign_hub(
    name: Name,
    *,
    until_at: Annotated[
        str | None, typer.Option("--until", help="Until when it stood there; default now.", metavar="TIME")
    ] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Take a hub out of the home it stands in."""
    with opened(config) as chain:
        until = chain.now() if until_at is None else instant(until_at, "--until")
        try:
            with chain.database.write() as session:
                who = entitled(session, by, Action.ASSIGN_DEVICES)
                unassign(session, name, until)
                what = {"change": "unassigned", "until": until.isoformat()}
                note(session, chain.now(), "change", f"hub:{name}", what, by=who)
        except HubError as error:
            raise InputError(str(error)) from error
    typer.echo(f"{name} stands nowhere from {until.isoformat()}")


@device.command(epilog="Example: stepguard device disable kit-17")
def disable(name: Name, *, broker_file: PasswordFile = None, by: By = None, config: Config = None) -> None:
    """Shut a hub out, for a lost or stolen kit; what it sent stays.

    At a broker the gateway counts nothing more of it; its line in the broker's password file goes too.
    """
    _set_disabled(name, disabled=True, by=by, config=config, broker_file=broker_file)
    typer.echo(f"{name} is shut out")


@device.command(epilog="Example: stepguard device enable kit-17")
def enable(name: Name, *, by: By = None, config: Config = None) -> None:
    """Let a hub in again. At a broker it then needs a new password (device password)."""
    _set_disabled(name, disabled=False, by=by, config=config)
    typer.echo(f"{name} may connect")


@device.command("list", epilog="Example: stepguard device list --json")
def list_hubs(*, as_json: Json = False, by: By = None, config: Config = None) -> None:
    """List every hub, its home and the last it said of itself."""
    with opened(config) as chain, chain.database.read() as session:
        entitled(session, by, Action.LIST_DEVICES)
        found = hubs(session)
    if as_json:
        typer.echo(json.dumps([_plain(hub) for hub in found]))
        return
    for hub in found:
        home = f"at {hub.patient_code}" if hub.patient_code else "assigned to nobody"
        typer.echo(f"{hub.name:<20} {home:<24} {_state(hub)}")
    if not found:
        typer.echo("no hubs; add one with stepguard device add NAME")


def _set_disabled(
    name: str, *, disabled: bool, by: str | None, config: Config, broker_file: Path | None = None
) -> None:
    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                who = entitled(session, by, Action.MANAGE_DEVICES)
                set_hub_disabled(session, name, disabled=disabled)
                what = {"change": "shut out" if disabled else "let in again"}
                note(session, chain.now(), "change", f"hub:{name}", what, by=who)
                _tell_mosquitto(broker_file, name, None)
        except (HubError, PasswordFileError) as error:
            raise InputError(str(error)) from error


def _tell_mosquitto(file: Path | None, name: str, password: str | None) -> None:
    """Write or remove a hub's line, inside the transaction: a file that cannot be written changes nothing."""
    if file is not None:
        write_password(file, name, password)
        typer.echo(f"{file}: written; have Mosquitto read it with: systemctl reload mosquitto", err=True)


def _print_password(name: str, secret: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"hub": name, "password": secret}))
        return
    typer.echo(secret)
    typer.echo(f"the password of {name}, shown this once; give it to the hub as its MQTT password", err=True)


def _state(hub: Hub) -> str:
    if hub.disabled:
        return "shut out"
    if hub.online is None or hub.state_at is None:
        return "never heard of"
    battery = "" if hub.battery_pct is None else f", battery {hub.battery_pct} %"
    return f"{'online' if hub.online else 'offline'} since {hub.state_at.isoformat(timespec='seconds')}{battery}"


def _plain(hub: Hub) -> dict[str, object]:
    return {
        "hub": hub.name,
        "disabled": hub.disabled,
        "patient": hub.patient_code,
        "assigned_from": None if hub.assigned_from is None else hub.assigned_from.isoformat(),
        "online": hub.online,
        "state_at": None if hub.state_at is None else hub.state_at.isoformat(),
        "battery_pct": hub.battery_pct,
        "software": hub.software,
    }
