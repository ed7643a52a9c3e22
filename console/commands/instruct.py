"""Standing instructions: the site's own signed texts, shown in full and sent to a home when somebody says so."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer

from console.command import FailedError, InputError
from console.commands.arguments import By, Config, Json, Patient, family
from console.commands.chain_access import Chain, entitled, opened, patient
from gateway.permissions import Action

if TYPE_CHECKING:
    from alerts.instructing import WasSent
    from alerts.instructions import Offered, Offers, Standing
    from monitor.catalogue import Catalogue

# The chain is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()


@app.command(
    epilog="Example: stepguard instruct P-0042; or stepguard instruct P-0042 come-in --by ada; or, in a script that "
    "has shown the text to a person, stepguard instruct P-0042 come-in --yes --by ada"
)
def instruct(
    code: Patient,
    key: Annotated[
        str | None, typer.Argument(help="Which one; without it, what may be sent and what was.", metavar="KEY")
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Send without asking; the text is printed all the same.")] = False,
    as_json: Json = False,
    by: By = None,
    config: Config = None,
) -> None:
    """Send a home one of the site's standing instructions.

    The whole text is shown first.
    """
    from alerts.incident import RefusedError
    from alerts.instructing import offers, send, sent_before
    from alerts.instructions_file import site_of

    with opened(config) as chain:
        standing, catalogue = _standing(chain)
        site = site_of(chain.settings.site)
        action = Action.VIEW_PATIENT if key is None else Action.INSTRUCT_HOME
        with chain.database.read() as session:
            who, home = entitled(session, by, action), patient(session, code)
            found = offers(session, home, standing, catalogue, site, chain.now())
            before = sent_before(session, home)
        if key is None:
            _tell(found, before, chain, as_json=as_json)
            return
        one = found.by_key(key)
        if one is None:
            keys = ", ".join(each.key for each in found.offered)
            raise InputError(found.why_none or f"no instruction {key!r} for {found.drug}; there is: {keys}")
        typer.echo("\n".join(_in_full(one)), err=True)
        if not one.goes_out:
            raise InputError("nothing can be sent: see above what is missing")
        if not yes and not sys.stdin.isatty():
            raise InputError("nothing was sent: a person must read this first; add --yes once somebody has")
        if not yes and not typer.confirm(f"Send this to the home of {code}?", err=True):
            raise FailedError("nothing was sent")
        try:
            with chain.database.write() as session:
                count = send(
                    session, home, one.key, one.shown, by=entitled(session, who, action), standing=standing,
                    catalogue=catalogue, site=site, now=chain.now(),
                )  # fmt: skip
        except RefusedError as refused:
            raise FailedError(str(refused)) from refused
    if as_json:
        typer.echo(msgspec.json.encode({"patient": code, "instruction": one.key, "sent_to": count}))
    else:
        typer.echo(f"{one.key} goes out to {count} telephone{'s' if count > 1 else ''}; stepguard instruct {code} says"
                   " what became of it")  # fmt: skip


def _standing(chain: Chain) -> "tuple[Standing, Catalogue]":
    from alerts.instructions_file import InstructionsError, instructions_of
    from monitor.rulebook import load_rules

    catalogue = load_rules().catalogue
    try:
        return instructions_of(chain.settings.site, catalogue), catalogue
    except InstructionsError as error:
        raise InputError(str(error)) from error


def _tell(found: "Offers", before: "list[WasSent]", chain: Chain, *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode({"offers": found, "sent": before}))
        return
    if found.why_none:
        typer.echo(found.why_none)
    for one in found.offered:
        typer.echo("\n".join(_in_full(one)))
    zone = ZoneInfo(chain.settings.site.timezone)
    for each in before:
        became = f"{each.state}: {each.outcome}" if each.outcome not in {"", each.state} else each.state
        at = each.at.astimezone(zone)
        typer.echo(f"sent {at:%Y-%m-%d %H:%M} by {each.channel} to {each.person}: {each.reason}; {became}")


def _in_full(one: "Offered") -> Iterator[str]:
    yield f"{one.key}: {one.title}"
    for each in one.telephones:
        way = "text" if each.channel == "sms" else "call"
        if each.words is None:
            yield f"  not to {each.person}: {each.why}"
        else:
            yield f"  {way} to {each.person}, {each.number} (signed {each.signed}):"
            yield f"    {each.words}"
