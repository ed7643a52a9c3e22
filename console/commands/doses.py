"""The calendar of planned doses: taken from the schedule, moved, cancelled, and what is late."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from console.command import InputError
from console.commands.arguments import By, Config, Json, Patient, branch, family, instant
from console.commands.chain_access import entitled, opened, patient
from gateway.permissions import Action

if TYPE_CHECKING:
    from monitor.planned_doses import DoseCalendar

# The chain is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()
doses = branch("The calendar of a patient's planned doses.")
app.add_typer(doses, name="doses")

Entry = Annotated[str, typer.Argument(help="The entry, as the list names it, such as m12.", metavar="ENTRY")]
Why = Annotated[str, typer.Option(help="Why, in a few words.")]


@doses.command("list", epilog="Example: stepguard doses list P-0042 --json --by ada")
def list_doses(code: Patient, *, as_json: Json = False, by: By = None, config: Config = None) -> None:
    """List what was given, what comes next, what is late and what the label says of that."""
    from zoneinfo import ZoneInfo

    from console.commands.ground_access import rules_for
    from console.views.planned_doses import planned_lines
    from gateway.people_log import note
    from monitor.enrolment import patient_by_id
    from monitor.planned_doses_store import calendar_of

    with opened(config) as chain:
        rules, now = rules_for(chain.settings), chain.now()
        with chain.database.write() as session:
            who, viewed = entitled(session, by, Action.VIEW_PATIENT), patient(session, code)
            note(session, now, "view", f"patient:{viewed}", {"as": "planned doses"}, by=who, patient_id=viewed)
            found, known = calendar_of(session, viewed, rules, now), patient_by_id(session, viewed)
    if as_json:
        typer.echo(msgspec.json.Encoder(decimal_format="number").encode(plain(code, found)))
        return
    zone = ZoneInfo(known.profile.timezone if known else "UTC")
    for line in planned_lines(found, now, zone, whole=True):
        typer.echo(line.text)


@doses.command(epilog="Example: stepguard doses plan P-0042 --start 2026-03-02T10:00+01:00 --later 4 --by ada")
def plan(
    code: Patient,
    *,
    start: Annotated[
        str | None, typer.Option(help="When the first dose is; default: go on after the last one given.")
    ] = None,
    later: Annotated[int, typer.Option(help="How many doses after the step-up.", min=0, max=52)] = 0,
    anew: Annotated[bool, typer.Option("--anew", help="Cancel what is still to come first.")] = False,
    by: By = None,
    config: Config = None,
) -> None:
    """Put the doses of the patient's schedule on the calendar; amounts are the schedule's, never calculated."""
    from console.commands.ground_access import rules_for
    from monitor.dose_plan import PlanRefusedError
    from monitor.planned_doses_store import plan as put
    from monitor.planned_doses_store import proposal_for

    begin = None if start is None else instant(start, "--start")
    with opened(config) as chain:
        rules, now = rules_for(chain.settings), chain.now()
        try:
            with chain.database.write() as session:
                who, home = entitled(session, by, Action.ENTER_RECORD), patient(session, code)
                proposal = proposal_for(session, home, rules, now, start=begin, later=later)
                put(session, home, proposal, rules, anew=anew, by=who, now=now)
        except PlanRefusedError as error:
            raise InputError(f"doses plan: {error}") from error
    for missing in proposal.undated:
        typer.echo(f"not planned, {missing}; add it with stepguard doses add", err=True)
    list_doses(code, by=by, config=config)


@doses.command(epilog="Example: stepguard doses add P-0042 --step SUD2 --due 2026-03-05T10:00+01:00 --by ada")
def add(
    code: Patient,
    *,
    step: Annotated[str, typer.Option(help="The step as the schedule names it, such as SUD2.")],
    due: Annotated[str, typer.Option(help="When it is to be given, with an offset or Z.", metavar="TIME")],
    amount: Annotated[float | None, typer.Option(help="Amount, in --unit.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit of the amount, such as mg/kg, mg or mcg.")] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Put one dose on the calendar."""
    if (amount is None) != (unit is None):
        raise InputError("--amount and --unit belong together; give both or neither")
    at = instant(due, "--due")
    body = {"step": step, "due": at.isoformat(), "amount": amount, "unit": unit}
    _enter(code, lambda now: {"type": "planned_dose", "at": now.isoformat(), **body}, by=by, config=config)


@doses.command(
    epilog='Example: stepguard doses move P-0042 m12 --to 2026-03-09T10:00+01:00 --why "neutropenia" --by ada'
)
def move(
    code: Patient,
    entry: Entry,
    *,
    to: Annotated[str, typer.Option("--to", help="The new time, with an offset or Z.", metavar="TIME")],
    why: Why,
    by: By = None,
    config: Config = None,
) -> None:
    """Plan a dose for another time."""
    from monitor.dose_plan import moving

    due = instant(to, "--to")
    _enter(code, lambda now: moving(entry, due, now, why), changes=entry, why=why, by=by, config=config)


@doses.command(epilog='Example: stepguard doses cancel P-0042 m12 --why "progression" --by ada')
def cancel(code: Patient, entry: Entry, *, why: Why, by: By = None, config: Config = None) -> None:
    """Take a dose off the calendar; it stays in the record, struck through."""
    from monitor.dose_plan import cancellation

    _enter(code, lambda now: cancellation(entry, now, why), changes=entry, why=why, by=by, config=config)


def _enter(
    code: str,
    written: Callable[[datetime], Mapping[str, Any]],
    *,
    changes: str | None = None,
    why: str = "",
    by: str | None,
    config: Config,
) -> None:
    """Enter what changes the calendar, then show it with what the label says of the new dates.

    `changes` is the entry that is moved or cancelled, None for a new one.
    """
    from console.commands.ground_access import rules_for
    from monitor.dose_plan import PlanRefusedError, open_entry
    from monitor.planned_doses_store import calendar_of
    from monitor.store import add_event
    from monitor.timeline import BadEvent

    if changes is not None and not why.strip():
        raise InputError('--why is empty; say why in a few words, such as "neutropenia"')
    with opened(config) as chain:
        rules, now = rules_for(chain.settings), chain.now()
        try:
            with chain.database.write() as session:
                who, home = entitled(session, by, Action.ENTER_RECORD), patient(session, code)
                if changes is not None:
                    open_entry(calendar_of(session, home, rules, now), changes)
                add_event(session, home, written(now), by=who, now=now)
        except (BadEvent, PlanRefusedError) as error:
            raise InputError(f"doses: {error}") from error
    list_doses(code, by=by, config=config)


def plain(code: str, calendar: "DoseCalendar") -> dict[str, object]:
    """Return the calendar for machines; times are UTC."""
    coming = calendar.next
    label = calendar.label
    row = label.row if label is not None else None
    return {
        "patient": code,
        "next": None if coming is None else coming.ref,
        "label": None
        if label is None
        else {
            "kind": label.kind,
            "text": calendar.label_words,
            "give": row.give if row else (),
            "actions": row.actions if row else ("ask_pharmacist",),
            "source": row.source if row else None,
            "confidence": row.confidence if row else None,
        },
        "doses": [
            {
                "entry": each.ref,
                "step": each.step,
                "amount": each.amount,
                "unit": each.unit,
                "due": each.due,
                "first_due": each.first_due,
                "state": each.state,
                "given_at": each.given_at,
                "given_as": each.given_ref,
                "why": each.why or None,
                "remarks": each.remarks,
            }
            for each in calendar.entries
        ],
        "unplanned": [{"entry": dose.ref, "step": dose.step, "given_at": dose.at} for dose in calendar.unplanned],
    }
