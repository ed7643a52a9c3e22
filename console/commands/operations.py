"""What is written for a time without the system: joins the family of `export`."""

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.command import InputError
from console.commands.arguments import By, Config
from console.commands.chain_access import entitled, opened
from console.commands.paper import ToFile, hand_out
from gateway.permissions import Action

if TYPE_CHECKING:
    from console.commands.chain_access import Chain

# The chain is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

Codes = Annotated[list[str] | None, typer.Argument(help="Codes such as P-0042; without, everybody under watch.")]


def downtime(
    patients: Codes = None,
    *,
    to: ToFile = None,
    form: Annotated[Literal["text", "csv"], typer.Option("--format", help="Paper, or a table.")] = "text",
    by: By = None,
    config: Config = None,
) -> None:
    """Write the paper list of the ward, for when the system is down."""
    from zoneinfo import ZoneInfo

    from alerts.downtime import pages, table
    from alerts.downtime_list import lines_of, numbers_of
    from alerts.roster_overrides import with_overrides
    from console.commands.ground_access import roster_for

    with opened(config) as chain:
        in_file, now = roster_for(chain.settings), chain.now()
        with chain.database.read() as session:
            who = entitled(session, by, Action.VIEW_WARD)
            lines = lines_of(session, now, patients or ())
            roster = with_overrides(session, in_file, now)
        unknown = sorted({*(patients or ())} - {line.code for line in lines})
        if unknown:
            raise InputError(f"no patient {unknown[0]!r} is enrolled; see stepguard enroll --help")
        numbers = numbers_of(chain.settings, roster, now)
        _note(chain, who, len(lines))
        zone = ZoneInfo(chain.settings.site.timezone)
        written = _as_csv(table(lines, now)) if form == "csv" else pages(lines, numbers, now, zone)
    hand_out(written.encode(), to)


def _note(chain: "Chain", who: str, patients: int) -> None:
    """Put into the audit log who took the list; a database that takes nothing keeps it from nobody."""
    from sqlalchemy.exc import SQLAlchemyError

    from gateway.people_log import note

    try:
        with chain.database.write() as session:
            note(session, chain.now(), "view", "ward:list", {"as": "downtime list", "patients": patients}, by=who)
    except SQLAlchemyError as error:
        typer.echo(f"not in the audit log: the database takes nothing ({type(error).__name__})", err=True)


def _as_csv(rows: Sequence[Sequence[str]]) -> str:
    page = io.StringIO()
    csv.writer(page).writerows(rows)
    return page.getvalue()
