"""Emergency departments: who they are, and the page about one patient for a nurse to print, fax or read out."""

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from console.command import FailedError, InputError
from console.commands.arguments import By, Config, Json, Patient, branch, family
from console.commands.chain_access import entitled, opened, patient, read_settings
from console.commands.paper import Paper, ToFile, hand_out, refuse_unknown_page
from gateway.permissions import Action

if TYPE_CHECKING:
    from alerts.directory import Department
    from gateway.settings import Settings

# The chain is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()
ed = branch("Emergency departments, and the page for them.")
app.add_typer(ed, name="ed")

FORMS = ("text", "html", "pdf", "fhir")


@ed.command(
    epilog="Example: stepguard ed page P-0042 --by ada; or "
    "stepguard ed page P-0042 --format pdf --to P-0042.pdf --by ada; or "
    "stepguard ed page P-0042 --format text --department riverside | lp"
)
def page(
    code: Patient,
    *,
    form: Annotated[str, typer.Option("--format", help="text, html, pdf or fhir.", metavar="FORM")] = "text",
    to: ToFile = None,
    paper: Paper = "a4",
    department: Annotated[str | None, typer.Option(help="For whom: its key; see stepguard ed list.")] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Make the page about a patient for an emergency department."""
    from alerts.ed_record import Ground, made, sheet_of
    from alerts.roster_overrides import with_overrides
    from console.commands.ground_access import roster_for, rules_for
    from gateway.people_log import note

    refuse_unknown_page(form, FORMS, paper, to)
    with opened(config) as chain:
        rules, in_file, now = rules_for(chain.settings), roster_for(chain.settings), chain.now()
        told = None if department is None else _known(chain.settings, department)
        with chain.database.write() as session:
            who, viewed = entitled(session, by, Action.VIEW_PATIENT), patient(session, code)
            what = {"as": "page for the emergency department", "form": form, "department": department}
            note(session, now, "view", f"patient:{viewed}", what, by=who, patient_id=viewed)
        with chain.database.read() as session:
            ground = Ground(rules=rules, site=chain.settings.site, roster=with_overrides(session, in_file, now))
            sheet = sheet_of(session, viewed, ground, now, department=told)
    written = made(sheet, form, paper=paper)  # type: ignore[arg-type] # both were looked up above
    hand_out(written, to)


@ed.command("list", epilog="Example: stepguard ed list --json")
def list_departments(*, as_json: Json = False, config: Config = None) -> None:
    """List the emergency departments, in the order in which they are told."""
    from console.commands.chain_access import chain_clock
    from console.commands.ground_access import directory_for

    settings = read_settings(config)
    directory, now = directory_for(settings), chain_clock().now()
    if as_json:
        typer.echo(msgspec.json.encode(directory.departments))
        return
    for one in directory.departments:
        way = f", {one.minutes} min" if one.minutes is not None else ""
        link = one.text or "no texts: call only"
        taught = {True: "knows these drugs", False: "does not know these drugs", None: "not known whether taught"}
        typer.echo(f"{one.key:<14} {one.name}{way}  call {one.phone}  link {link}")
        typer.echo(f"{'':<14} {one.stock_words(now.date())}; {taught[one.knows_bispecifics]}")
    if not directory.departments:
        typer.echo("no department is named; write a file like deploy/departments.toml and set site.departments")


def _known(settings: "Settings", key: str) -> "Department":
    from console.commands.ground_access import directory_for

    found = directory_for(settings).by_key(key)
    if found is None:
        raise InputError(f"--department {key!r} is not known; see stepguard ed list")
    return found


@ed.command(
    epilog="Example: stepguard ed send P-0042 --by ada; or, when the patient goes on to another hospital, "
    "stepguard ed send P-0042 --department northgate --by ada"
)
def send(
    code: Patient,
    *,
    department: Annotated[
        str | None, typer.Option(help="Another one, to which the patient goes on: its key; see stepguard ed list.")
    ] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Tell the emergency department about a patient now, send it a new link, or tell the one they go on to."""
    from alerts import desk, store

    with opened(config) as chain:
        onward = None if department is None else _known(chain.settings, department)
        try:
            with chain.database.write() as session:
                who, home = entitled(session, by, Action.DIRECT_NOTICE), patient(session, code)
                kept = store.live_of(session, store.subject_of(home))
                if kept is None or kept.id is None:
                    raise FailedError(f"nothing is open about {code}; stepguard ed page {code} prints the page to fax")
                told = kept.incident.has_fired("ed") is not None and onward is None
                if onward is not None:
                    desk.pass_on(session, kept.id, to=onward, by=who, now=chain.now())
                else:
                    act = desk.renew_ed_link if told else desk.send_ed_notice
                    act(session, kept.id, by=who, now=chain.now())
        except desk.Refused as refused:
            raise FailedError(str(refused)) from refused
    to = "the emergency department" if onward is None else onward.name
    typer.echo(f"{'a new link goes' if told else 'the notice goes'} to {to}")
