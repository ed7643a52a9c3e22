"""The hand-over of a shift: what changed, what is open, what comes next."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.command import InputError
from console.commands.arguments import By, Config, Json, family, instant
from console.commands.chain_access import entitled, opened
from console.commands.paper import PAPERS, Paper, ToFile, hand_out
from gateway.permissions import Action

if TYPE_CHECKING:
    from console.commands.chain_access import Chain
    from console.views.shift_values import ShiftReport

# The chain is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()


@app.command(
    epilog="Example: stepguard shift --by ada; stepguard shift --sbar --since 2026-03-02T18:00Z --by ada; "
    "stepguard shift --pdf shift.pdf --by ada"
)
def shift(
    *,
    since: Annotated[
        str | None,
        typer.Option(help="From when, with an offset or Z; default the shift's start by the roster.", metavar="TIME"),
    ] = None,
    sbar: Annotated[bool, typer.Option("--sbar", help="SBAR instead of I-PASS; the facts are the same.")] = False,
    as_json: Json = False,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", help="A PDF into this file instead; it must not exist.", metavar="FILE")
    ] = None,
    to: ToFile = None,
    paper: Paper = "a4",
    by: By = None,
    config: Config = None,
) -> None:
    """Print the hand-over of the shift.

    What changed, what is open, what comes next.
    """
    from zoneinfo import ZoneInfo

    from console.shift_paper import as_pdf
    from console.views.shift_json import as_object
    from console.views.shift_lines import Layout, as_text

    if paper not in PAPERS:
        raise InputError(f"--paper {paper!r} is not known; write {', '.join(PAPERS)}")
    if sum((pdf is not None, as_json, to is not None)) > 1:
        raise InputError("give one of --json, --pdf FILE and --to FILE")
    given = None if since is None else instant(since, "--since")
    layout: Layout = "SBAR" if sbar else "I-PASS"
    with opened(config) as chain:
        if given is not None and given >= chain.now():
            raise InputError(f"--since {since!r} is not in the past; give an instant before now")
        zone = ZoneInfo(chain.settings.site.timezone)
        report = _report(chain, given, by, "pdf" if pdf else "json" if as_json else "text")
    if pdf is not None:
        hand_out(as_pdf(report, layout, zone, paper=paper), pdf)
    elif as_json:
        import msgspec

        typer.echo(msgspec.json.encode(as_object(report)))
    else:
        hand_out(as_text(report, layout, zone).encode(), to)


def _report(chain: "Chain", since: datetime | None, by: str | None, form: str) -> "ShiftReport":
    """Return the report, and put into the log who read it; a database that takes nothing keeps it from nobody."""
    from zoneinfo import ZoneInfo

    from sqlalchemy.exc import SQLAlchemyError

    from alerts.shift_store import note_look
    from console.commands.ground_access import rules_for
    from console.house_feed import EnrolmentBook, RosterBook
    from console.shift_feed import read_shift

    rules, now = rules_for(chain.settings), chain.now()
    zone = ZoneInfo(chain.settings.site.timezone)
    with chain.database.read() as session:
        who = entitled(session, by, Action.VIEW_PATIENT)
        rosters, enrolments = RosterBook(chain.settings.site.roster), EnrolmentBook(rules, chain.settings.site)
        report = read_shift(session, rules, rosters, enrolments, now, zone, since=since).report
    try:
        with chain.database.write() as session:
            note_look(session, [each.patient_id for each in report.patients], form, by=who, now=now)
    except SQLAlchemyError as error:
        typer.echo(f"not in the audit log: the database takes nothing ({type(error).__name__})", err=True)
    return report
