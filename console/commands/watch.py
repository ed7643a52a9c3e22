"""Whether the system can see and can call, and whether a configuration would."""

import getpass
import json
import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import typer

from alerts.directory import Directory
from alerts.directory_file import directory_lines
from alerts.ed_message import link_fits
from alerts.policy_file import policy_lines
from alerts.roster import STAFF_ROLES
from console.command import InputError
from console.commands.arguments import Config, Json, family
from console.commands.chain_access import Chain, opened, read_settings
from console.commands.ground_access import with_ground
from console.commands.rules import site_lines
from console.ground import Ground
from gateway.clock import wall_second
from gateway.readiness import SystemLine, quiet
from gateway.settings import SECRETS, Settings, SettingsError

if TYPE_CHECKING:
    from gateway.users import User

app = family()

PARTS: Final = ("gateway", "monitor", "alerts")
SEEING: Final = frozenset({"database", "gateway", "monitor", "hubs", "readings", "deaf"})
CALLING: Final = frozenset({"alerts", "texts"})
LOOK_AHEAD: Final = timedelta(days=28)


class Finding(NamedTuple):
    """One line of the answer. `fine` None means that it is worth knowing and neither good nor bad.

    `state` is that of a line of `alerts.system_view.system_state`, None for what is no such line.
    """

    subject: str
    fine: bool | None
    text: str
    state: str | None = None


@app.command(epilog="Example: stepguard status --json; exit 1 when it cannot see or cannot call")
def status(*, as_json: Json = False, config: Config = None) -> int:
    """Say whether the system can see and can call."""
    with opened(config) as chain:
        found = list(findings(chain))
    can_see = all(finding.fine is not False for finding in found if finding.subject in SEEING)
    can_call = all(finding.fine is not False for finding in found if finding.subject in CALLING)
    if as_json:
        rows = [finding._asdict() for finding in found]
        typer.echo(json.dumps({"can_see": can_see, "can_call": can_call, "findings": rows}))
    else:
        typer.echo(f"can see: {'yes' if can_see else 'NO'}   can call: {'yes' if can_call else 'NO'}")
        for finding in found:
            typer.echo(f"{_mark(finding):<6} {finding.subject:<12} {finding.text}")
    return 0 if can_see and can_call else 1


def findings(chain: Chain) -> Iterator[Finding]:
    """Give every line of the answer."""
    from alerts.network_watch import handing_on_troubles  # noqa: PLC0415 - `check` needs no database
    from alerts.silence_store import silence_lines  # noqa: PLC0415 - as above
    from alerts.stored_sources import conditions_now  # noqa: PLC0415 - as above
    from alerts.system_view import system_state  # noqa: PLC0415 - as above
    from alerts.view import faults  # noqa: PLC0415 - as above
    from gateway.leadership import STANDBY  # noqa: PLC0415 - as above
    from gateway.store import heartbeats  # noqa: PLC0415 - as above
    from gateway.users import users  # noqa: PLC0415 - as above

    now = chain.now()
    with chain.database.read() as session:
        beats = heartbeats(session)
        lines = system_state(session, now)
        seen = [(one.severity, one.text) for one in conditions_now(session, now)]
        technical = [*seen, *((one.severity, one.text) for one in handing_on_troubles(session))]
        deaf_or_mute = faults(session, now)
        people = users(session)
        silences = silence_lines(session, now)
    yield from (_of_line(line, now) for line in lines)
    told = {line.text for line in lines}
    second_lasts = wall_second(chain.clock)
    for part in PARTS:
        waiting = beats.get(f"{part}{STANDBY}")
        if waiting is not None and not quiet(waiting.at, now, second_lasts=second_lasts):
            yield Finding(f"{part} standby", fine=None, text=f"ready on {waiting.detail.get('host', 'another host')}")
    for severity, text in technical:
        if text not in told:
            yield Finding("technical", fine=False if severity == "high" else None, text=text)
    for one in silences:
        held = f"{one.target} for {_span(one.until - now)} more, by {one.by}: {one.why}"
        yield Finding("silenced", fine=None, text=held)
    yield from duty_findings(chain)
    yield from enrolment_findings(chain)
    yield Finding("logins", fine=None, text=_logins(people, now))
    for fault in deaf_or_mute:
        if fault.text in told:
            continue
        subject = "texts" if fault.kind == "mute" else fault.kind
        yield Finding(subject, fine=None if fault.kind == "unsigned" else False, text=fault.text)


def enrolment_findings(chain: Chain) -> Iterator[Finding]:
    """Say how many enrolments lack something, and whose: worth knowing before a first dose, and no fault."""
    from console.ground import GroundError, rules_of  # noqa: PLC0415 - `check` needs no database
    from console.house_feed import EnrolmentBook  # noqa: PLC0415 - as above

    try:
        book = EnrolmentBook(rules_of(chain.settings), chain.settings.site)
    except GroundError as error:
        yield Finding("rules", fine=False, text=str(error))
        return
    with chain.database.read() as session:
        yield Finding("enrolments", fine=None, text=book.line(session, chain.now()).text)


def duty_findings(chain: Chain) -> Iterator[Finding]:
    """Say who is not on call, and whose telephone is not known to be answered; also while alerts is down."""
    from alerts.drills import results  # noqa: PLC0415 - `check` needs no database
    from alerts.policy_file import PolicyError, load_policy  # noqa: PLC0415 - as above
    from alerts.roster_file import RosterError, load_roster  # noqa: PLC0415 - as above
    from alerts.roster_overrides import with_overrides  # noqa: PLC0415 - as above
    from alerts.verification_store import contact_checks, staff_checks  # noqa: PLC0415 - as above

    now, site = chain.now(), chain.settings.site
    try:
        in_file, ahead_s = load_roster(site.roster), load_policy(site.policy).gap_ahead_s
    except (RosterError, PolicyError) as error:
        yield Finding("roster", fine=False, text=str(error))
        return
    with chain.database.read() as session:
        roster = with_overrides(session, in_file, now)
        people, homes = staff_checks(session, roster), contact_checks(session)
        tests = results(session, roster, now)
    for gap in roster.gaps(STAFF_ROLES, now, now + timedelta(seconds=ahead_s)):
        when = "now" if gap.starts <= now else f"from {gap.starts.isoformat(timespec='minutes')}"
        yield Finding(
            "roster", fine=None if gap.starts > now else False, text=f"nobody is on call as {gap.role} {when}"
        )
    for one in people:
        if one.check.state != "verified" and not roster.example:
            yield Finding("telephone", fine=None, text=f"{one.name}: {one.check}")
    if untried := sum(one.check.state != "verified" for one in homes):
        yield Finding("telephone", fine=None, text=f"{untried} of {len(homes)} numbers of homes are not verified")
    for test in tests:
        if test.state == "failed":
            yield Finding("telephone", fine=False, text=f"the daily test did not reach {test.person.name}: {test.why}")


def _logins(people: "Sequence[User]", now: datetime) -> str:
    if not people:
        return "nobody has one: the console asks for none (stepguard user add)"
    enabled = [one for one in people if not one.disabled]
    locked = sum(one.locked_until is not None and now < one.locked_until for one in enabled)
    said = f"{len(enabled)} enabled of {len(people)}"
    return f"{said}, {locked} locked for now (stepguard user unlock)" if locked else said


def _of_line(line: SystemLine, now: datetime) -> Finding:
    fine = {"ok": True, "failed": False}.get(line.state)
    if line.since is None:
        return Finding(line.subject, fine, line.text, line.state)
    span = _span(max(now - line.since, timedelta(0)))
    if line.state == "ok":
        text = f"last cycle {span} ago" if line.subject in PARTS else f"{line.text}, {span} ago"
    else:
        text = f"{line.text}, for {span}"
    return Finding(line.subject, fine, text, line.state)


@app.command(epilog="Example: stepguard check --config stepguard.toml")
def check(*, config: Config = None) -> None:
    """Validate configuration, rules, roster and policy."""
    from console.web.address import web_address  # noqa: PLC0415 - `status` needs none of it
    from gateway.host_port import host_and_port  # noqa: PLC0415 - as above
    from gateway.postgresql import parse_url  # noqa: PLC0415 - as above

    settings = read_settings(config)
    ground = with_ground(settings)
    try:
        web_address(settings.web)
        parse_url(settings.database.url)
        for key, address in _administered_at(settings):
            host_and_port(key, address, "127.0.0.1:8481")
    except SettingsError as error:
        raise InputError(str(error)) from error
    for line in (*differences(settings), *site_lines(ground.rules), *policy_lines(settings.site.policy)):
        typer.echo(line)
    for line in (
        *_warnings(settings, ground),
        *_unreviewed_texts(),
        *long_numbers(settings),
        *_without_links(settings, ground.directory),
        *_instructions(settings, ground),
        *_closed_folders(settings),
    ):
        typer.echo(line, err=True)
    typer.echo(f"usable: rules {ground.rules.version}, {len(ground.roster.people)} people on the roster")


def differences(settings: Settings) -> Iterator[str]:
    """Give one line for every setting that is not at its default; of a secret only that it is set."""
    given, default = msgspec.to_builtins(settings), msgspec.to_builtins(Settings())
    for section, keys in given.items():
        for key, value in keys.items():
            if value != default[section][key]:
                if (section, key) == ("database", "url"):
                    value = _shown_url(value)  # noqa: PLW2901 - what may be shown of it
                shown = "(set)" if (section, key) in SECRETS else f"{value!r}, default {default[section][key]!r}"
                yield f"{section}.{key} = {shown}"


def _administered_at(settings: Settings) -> Iterator[tuple[str, str]]:
    """Give each key that says where health and metrics are served, with its address."""
    for section in ("http", "gateway", "monitor", "alerts", "watchdog"):
        yield f"{section}.admin_listen", getattr(settings, section).admin_listen


def _shown_url(url: str) -> str:
    from gateway.postgresql import without_password  # noqa: PLC0415 - only a URL that was set needs it

    return without_password(url)


def _warnings(settings: Settings, ground: Ground) -> Iterator[str]:
    from console.commands.chain_access import chain_clock  # noqa: PLC0415 - one use

    if ground.rules.unsigned_because is not None:
        yield ground.rules.unsigned_because
    if ground.roster.example:
        yield "site.roster: not set; the shipped example calls nobody real"
    now = chain_clock().now()
    today, signed_on = now.astimezone(ZoneInfo(settings.site.timezone)).date(), ground.rules.signed_on
    if signed_on is not None and date.fromisoformat(signed_on) > today:
        yield f"rules.signed_on {signed_on} has not come yet; write the day on which it was signed"
    yield from directory_lines(ground.directory, now)
    for gap in ground.roster.gaps(STAFF_ROLES, now, now + LOOK_AHEAD):
        yield f"site.roster: nobody is {gap.role} from {gap.starts.isoformat()} until {gap.ends.isoformat()}"


def _unreviewed_texts() -> Iterator[str]:
    from alerts.home_languages import wordings  # noqa: PLC0415 - one use

    unread = [wording.name for wording in wordings() if wording.reviewed is None]
    if unread:
        yield f"texts to homes: unreviewed in {' and '.join(unread)}; have somebody who speaks it read docs/texts.md"


def long_numbers(settings: Settings) -> Iterator[str]:
    """Say where the site's telephone numbers would push the last words out of texts to homes."""
    from alerts.home_texts import LONGEST_NUMBERS  # noqa: PLC0415 - one use

    if len(settings.site.unit_phone) + len(settings.site.emergency_number) > LONGEST_NUMBERS:
        yield (
            "site.unit_phone: so long that texts to homes may lose their last words; with site.emergency_number it"
            f" should have at most {LONGEST_NUMBERS} characters, such as +4535450000"
        )


def _without_links(settings: Settings, directory: Directory) -> Iterator[str]:
    """Say why departments would get no link to their pages."""
    from alerts.service import site_of  # noqa: PLC0415 - help answers without the engine

    public_url = settings.http.public_url
    if directory.departments and not public_url:
        yield "http.public_url: not set, so emergency departments get a number to call and no page"
    elif directory.departments and not link_fits(site_of(settings), public_url or ""):
        yield "http.public_url: too long for a link in one text, so departments get no page; use a shorter one"


def _instructions(settings: Settings, ground: Ground) -> Iterator[str]:
    """Say which standing instructions are missing in a language, or cannot be sent yet."""
    from alerts.instructions_file import instruction_lines  # noqa: PLC0415 - help answers without the engine
    from console.commands.chain_access import chain_clock  # noqa: PLC0415 - one use

    if ground.standing.file is not None:
        given = settings.site
        yield from instruction_lines(ground.standing, ground.rules.catalogue, given.timezone, chain_clock().now())


def _closed_folders(settings: Settings) -> Iterator[str]:
    """Say which folder cannot be written by whoever asks: found by day, not when the night's backup fails."""
    from gateway.postgresql import database_file  # noqa: PLC0415 - help answers without the engine

    file = database_file(settings.database.url)
    named = {
        "database.url": None if file is None else str(file.parent),
        "backup.folder": settings.backup.folder,
        "site.downtime_folder": settings.site.downtime_folder,
    }
    for key, folder in named.items():
        if folder is not None and not Path(folder).is_dir():
            yield f"{key}: {folder} does not exist; make it, owned by the user that runs alerts"
        elif folder is not None and not os.access(folder, os.W_OK | os.X_OK):
            yield f"{key}: {folder} cannot be written by {getpass.getuser()}; run this as the user that runs alerts"


def _mark(finding: Finding) -> str:
    if finding.state == "doubtful":
        return "doubt"
    return {True: "ok", False: "FAULT", None: "unseen" if finding.state == "unseen" else ""}[finding.fine]


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    if seconds < 120:  # noqa: PLR2004 - two minutes read better as seconds
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"  # noqa: PLR2004 - as above
