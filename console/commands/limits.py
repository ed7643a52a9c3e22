"""A clinician's own limits for one patient, in the place of the general ones until they end."""

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.command import InputError
from console.commands.arguments import By, Config, Patient, family, instant
from console.commands.chain_access import entitled, opened, patient
from gateway.permissions import Action

if TYPE_CHECKING:
    from monitor.record import Limit

# The monitor is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()
Group = Literal["oximetry", "blood_pressure", "temperature", "respiratory_rate"]


@app.command(
    epilog="Example: stepguard limit P-0042 oximetry --urgent 88 --emergency 85 --until 2026-03-16T12:00Z "
    '--clinician "Dr Berg" --why "chronic hypoxia" --by berg; to end it: stepguard limit P-0042 oximetry --end'
)
def limit(
    code: Patient,
    group: Annotated[Group, typer.Argument(help="The vital group; blood_pressure means systolic.", metavar="GROUP")],
    *,
    urgent: Annotated[str | None, typer.Option(help="Urgent below this value.")] = None,
    emergency: Annotated[str | None, typer.Option(help="Emergency below this value.")] = None,
    until: Annotated[str | None, typer.Option(help="When it ends, with an offset or Z.", metavar="TIME")] = None,
    clinician: Annotated[
        str | None, typer.Option(help="Whose decision it is, when somebody else enters it.", metavar="NAME")
    ] = None,
    why: Annotated[str | None, typer.Option(help="Why the general limits do not fit.")] = None,
    end: Annotated[bool, typer.Option("--end", help="The general limits count again.")] = False,
    by: By = None,
    config: Config = None,
) -> None:
    """Give a patient limits of their own, or end them."""
    from monitor.patient_limits import set_limit
    from monitor.timeline import BadEvent

    if end and (urgent or emergency or until):
        raise InputError("--end takes no values; give either --end, or --urgent, --emergency and --until")
    with opened(config) as chain:
        now = chain.now()
        try:
            with chain.database.write() as session:
                name = entitled(session, by, Action.SET_LIMITS)
                given = None if end else _limit(urgent, emergency, until, clinician or name, why)
                set_limit(session, patient(session, code), group, given, by=name, now=now)
        except BadEvent as error:
            raise InputError(f"limit: {error}") from error
    done = "ended" if end else f"set until {until}"
    typer.echo(f"own limits of {group} of {code} {done} by {name}")
    if given is not None and given.until is not None and given.until <= now:
        typer.echo(f"--until {until} is over: the general limits of {group} count; give a later end", err=True)


def _limit(urgent: str | None, emergency: str | None, until: str | None, by: str, why: str | None) -> "Limit":
    from monitor.record import Limit

    if until is None:
        raise InputError("--until is needed: own limits end, so that somebody looks at them again")
    return Limit(
        urgent=_number(urgent, "--urgent"),
        emergency=_number(emergency, "--emergency"),
        by=by,
        why=why,
        until=instant(until, "--until"),
    )


def _number(text: str | None, option: str) -> Decimal | None:
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise InputError(f"{option} {text!r} is not a number; write it as 88") from error
    if not value.is_finite():
        raise InputError(f"{option} {text!r} is not a number; write it as 88")
    return value
