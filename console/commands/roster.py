"""Who is on call, who was put on duty at night, and whether their telephones are answered."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple
from zoneinfo import ZoneInfo

import typer

from alerts.roster import STAFF_ROLES, Person, Roster, StaffRole, Turn
from console.command import FailedError, InputError
from console.commands.arguments import At, By, Config, Json, branch, family, instant
from console.commands.chain_access import Chain, chain_clock, entitled, opened
from console.commands.pins import LIST_EXAMPLE, SET_EXAMPLE, list_pins, pin
from console.commands.roster_access import known_person, roster_of
from gateway.permissions import Action

if TYPE_CHECKING:
    from sqlmodel import Session

    from alerts.roster_overrides import Override
    from alerts.verification_store import Checked

# The database is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()
roster = branch("Who is on call.")
app.add_typer(roster, name="roster")

roster.command("pin", epilog=SET_EXAMPLE)(pin)
roster.command("pins", epilog=LIST_EXAMPLE)(list_pins)

File = Annotated[Path | None, typer.Option(help="A roster to check before it is used.")]


class Now(NamedTuple):
    """The roster of the moment, its telephones, and overrides for people it does not know.

    `checks` and `idle` are empty when the database could not be asked.
    """

    roster: Roster
    at: datetime
    checks: "list[Checked]"
    idle: "list[Override]"


@roster.command("show", epilog="Example: stepguard roster show --at 2026-03-02T02:10Z --days 7")
def show(
    *,
    at: At = None,
    days: Annotated[
        int, typer.Option(help="How many days ahead to list; 0 for the instant alone.", min=0, max=366)
    ] = 7,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Say who is on call at an instant, by role, and who is in the days after it."""
    now = _now(config, None if at is None else instant(at, "--at"))
    turns = _turns(now, timedelta(days=days)) if days else []
    if as_json:
        people = {role: now.roster.on_call(role, now.at) for role in STAFF_ROLES}
        named = {role: None if person is None else person.name for role, person in people.items()}
        answer = {
            "at": now.at.isoformat(),
            "on_call": named,
            "example": now.roster.example,
            "timezone": now.roster.timezone,
            "turns": [_turn_object(turn) for turn in turns],
            "telephones": [_telephone_object(one) for one in now.checks],
        }
        typer.echo(json.dumps(answer))
        return
    known = {one.number: str(one.check) for one in now.checks}
    for role in STAFF_ROLES:
        person = now.roster.on_call(role, now.at)
        typer.echo(f"{role:<22} {_who(person, known)}")
    if turns:
        typer.echo(f"\nuntil {_local(now, turns[-1].ends)} ({now.roster.timezone}):")
    for turn in turns:
        name = "NOBODY" if turn.person is None else turn.person.name
        typer.echo(
            f"{turn.role:<22} {_local(now, turn.starts)} - {_local(now, turn.ends)}  {name:<24} {turn.origin or ''}"
        )
    if now.roster.example:
        typer.echo("this is the shipped example: name your own file in site.roster", err=True)


@roster.command("next", epilog="Example: stepguard roster next --json")
def coming(*, as_json: Json = False, config: Config = None) -> None:
    """Say who takes over next in each role, and when."""
    now = _now(config, None)
    found = {}
    for role in STAFF_ROLES:
        present, *later = now.roster.turns(role, now.at, now.at + timedelta(days=31))
        found[role] = next((turn for turn in later if turn.person != present.person), None)
    if as_json:
        typer.echo(json.dumps([_turn_object(turn) for turn in found.values() if turn is not None]))
        return
    for role, turn in found.items():
        if turn is None:
            typer.echo(f"{role:<22} nobody else within 31 days")
            continue
        name = "NOBODY" if turn.person is None else turn.person.name
        typer.echo(f"{role:<22} {_local(now, turn.starts)}  {name}")


@roster.command("check", epilog="Example: stepguard roster check --file roster.toml --days 28")
def check_roster(
    *,
    file: File = None,
    days: Annotated[int, typer.Option(help="How far ahead to look for hours nobody covers.", min=1, max=366)] = 28,
    config: Config = None,
) -> int:
    """Refuse a roster that cannot be used; list hours nobody covers and overrides without effect (exit 1 if any)."""
    now = _now(config, None, file=file)
    gaps = now.roster.gaps(STAFF_ROLES, now.at, now.at + timedelta(days=days))
    for gap in gaps:
        typer.echo(f"nobody is {gap.role} from {gap.starts.isoformat()} until {gap.ends.isoformat()}")
    if not gaps:
        typer.echo(f"every role is covered for the next {days} days")
    for one in now.idle:
        typer.echo(f"override {one.id} has no effect: {one.person!r} is not on the roster; see roster override-remove")
    return 1 if gaps or now.idle else 0


@roster.command(
    epilog="Example: stepguard roster override --role nurse --person ben --until 2026-03-03T07:00+01:00 --by ada"
)
def override(
    *,
    role: Annotated[StaffRole, typer.Option(help="The duty.")],
    person: Annotated[str, typer.Option(help="Who takes it: a key of the roster file.")],
    until: Annotated[str, typer.Option(help="Until when, with an offset or Z.", metavar="TIME")],
    from_: Annotated[
        str | None, typer.Option("--from", help="From when, with an offset or Z; default now.", metavar="TIME")
    ] = None,
    why: Annotated[str, typer.Option(help="Why, for those who look later.")] = "",
    by: By = None,
    config: Config = None,
) -> None:
    """Put somebody on duty for a time, whatever the file says; the running chain follows within a second."""
    from alerts.roster_overrides import add_override

    def enter(session: "Session", chain: Chain, who: str) -> str:
        starts = chain.now() if from_ is None else instant(from_, "--from")
        ends = instant(until, "--until")
        found = roster_of(config)
        number = add_override(
            session, found, role=role, person=person, starts=starts, ends=ends, why=why, by=who, now=chain.now()
        )
        return f"override {number}: {person} is {role} until {_wall(ends, found)}"

    _change(config, by, enter)


@roster.command("overrides", epilog="Example: stepguard roster overrides --all --json")
def list_overrides(
    *,
    every: Annotated[bool, typer.Option("--all", help="Those that ended or were removed, too.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """List who was put on duty, the newest first: the first that fits an hour counts."""
    from alerts.roster_overrides import overrides

    found = roster_of(config)
    keys = {person.key for person in found.people}
    with opened(config) as chain, chain.database.read() as session:
        rows = overrides(session, chain.now(), ended=every)
    if as_json:
        named = [
            {
                "id": one.id,
                "role": one.role,
                "person": one.person,
                "from": one.starts.isoformat(),
                "until": one.ends.isoformat(),
                "why": one.why,
                "by": one.by,
                "entered_at": one.entered_at.isoformat(),
                "removed_at": None if one.removed_at is None else one.removed_at.isoformat(),
                "removed_by": one.removed_by,
                "on_roster": one.person in keys,
            }
            for one in rows
        ]
        typer.echo(json.dumps(named))
        return
    for one in rows:
        line = f"{one.id:>4}  {one.role:<22} {one.person:<12} {_wall(one.starts, found)} - {_wall(one.ends, found)}"
        ended = "" if one.removed_by is None else f"  removed by {one.removed_by}"
        unknown = "" if one.person in keys else "  without effect: not on the roster any more"
        typer.echo(f"{line}  by {one.by}{f': {one.why}' if one.why else ''}{ended}{unknown}")
    if not rows:
        typer.echo("nobody was put on duty: the file alone counts")


@roster.command("override-remove", epilog="Example: stepguard roster override-remove 3 --by ada")
def remove(
    number: Annotated[int, typer.Argument(help="The override's number, as stepguard roster overrides lists it.")],
    *,
    by: By = None,
    config: Config = None,
) -> None:
    """End an override now; what it overrode holds again."""
    from alerts.roster_overrides import remove_override

    def enter(session: "Session", chain: Chain, who: str) -> str:
        remove_override(session, number, by=who, now=chain.now())
        return f"override {number} has ended"

    _change(config, by, enter)


@roster.command(epilog="Example: stepguard roster verify ben --by ada; stepguard roster verify --all --by ada")
def verify(
    person: Annotated[str | None, typer.Argument(help="Whose telephone: a key of the roster file.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Everybody whose telephone is not verified.")] = False,
    by: By = None,
    config: Config = None,
) -> None:
    """Text a code to telephones of the staff, at once; the reply verifies the telephone."""
    from alerts.service import site_of
    from alerts.verification_store import ask, owner_of, staff_checks

    if (person is None) != every:
        raise InputError("roster verify: name one person, or give --all")
    found = roster_of(config)

    def enter(session: "Session", chain: Chain, who: str) -> str:
        done = {one.owner for one in staff_checks(session, found) if one.check.state == "verified"}
        asked = (
            [one for one in found.people if owner_of(one) not in done] if every else [known_person(found, person or "")]
        )
        for one in asked:
            ask(session, one, site_of(chain.settings), by=who, now=chain.now())
        return f"asked {', '.join(one.name for one in asked)}" if asked else "every telephone is verified already"

    _change(config, by, enter)


@roster.command("drills", epilog="Example: stepguard roster drills --json")
def list_drills(*, as_json: Json = False, config: Config = None) -> None:
    """Say what became of the daily test of each telephone on call today."""
    from alerts.drills import results
    from alerts.roster_overrides import with_overrides

    with opened(config) as chain, chain.database.read() as session:
        found = with_overrides(session, roster_of(config), chain.now())
        rows = results(session, found, chain.now())
    if as_json:
        named = [
            {
                "person": one.person.key,
                "name": one.person.name,
                "number": one.person.number,
                "state": one.state,
                "tested_at": None if one.tested_at is None else one.tested_at.isoformat(),
                "silent_since": None if one.silent_since is None else one.silent_since.isoformat(),
                "why": one.why,
            }
            for one in rows
        ]
        typer.echo(json.dumps(named))
        return
    for one in rows:
        tested = "" if one.tested_at is None else f"  tested {_wall(one.tested_at, found)}"
        silent = "" if one.silent_since is None else f"  no answer since {_wall(one.silent_since, found)}"
        why = f": {one.why}" if one.why else ""
        typer.echo(f"{one.person.name:<24} {one.person.number:<16} {one.state}{why}{tested}{silent}")


def _now(config: Path | None, at: datetime | None, *, file: Path | None = None) -> Now:
    """Return the roster of the moment; of the file alone, and saying so, when the database cannot be asked."""
    found, moment = roster_of(config, file), at or chain_clock().now()
    try:
        with opened(config) as chain, chain.database.read() as session:
            from alerts.roster_overrides import overrides, with_overrides
            from alerts.verification_store import staff_checks

            idle = [one for one in overrides(session, moment) if found.by_key(one.person) is None]
            return Now(with_overrides(session, found, moment), moment, staff_checks(session, found), idle)
    except FailedError as error:
        typer.echo(f"{error}; what follows is the file without overrides", err=True)
        return Now(found, moment, [], [])


def _change(config: Path | None, by: str | None, enter: "Callable[[Session, Chain, str], str]") -> None:
    """Change something about duty in one transaction, under a name that may, and say what was done."""
    from alerts.roster_overrides import OverrideRefusedError

    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                done = enter(session, chain, entitled(session, by, Action.CHANGE_ROSTER))
        except OverrideRefusedError as error:
            raise InputError(f"roster: {error}") from error
    typer.echo(done)


def _turns(now: Now, span: timedelta) -> list[Turn]:
    return [turn for role in STAFF_ROLES for turn in now.roster.turns(role, now.at, now.at + span)]


def _who(person: Person | None, known: dict[str, str]) -> str:
    if person is None:
        return "NOBODY"
    state = known.get(person.number)
    return f"{person.name}  {person.number}" + (f"  {state}" if state else "")


def _local(now: Now, at: datetime) -> str:
    return _wall(at, now.roster)


def _wall(at: datetime, found: Roster) -> str:
    return f"{at.astimezone(ZoneInfo(found.timezone)):%a %d %b %H:%M}"


def _turn_object(turn: Turn) -> dict[str, str | None]:
    return {
        "role": turn.role,
        "person": None if turn.person is None else turn.person.key,
        "name": None if turn.person is None else turn.person.name,
        "from": turn.starts.isoformat(),
        "until": turn.ends.isoformat(),
        "origin": turn.origin,
    }


def _telephone_object(one: "Checked") -> dict[str, str | None]:
    return {
        "person": one.owner.removeprefix("staff:"),
        "name": one.name,
        "number": one.number,
        "state": one.check.state,
        "at": None if one.check.at is None else one.check.at.isoformat(),
        "why": one.check.why,
    }
