"""The audit log: verified, read, derived again, and a patient erased from behind it."""

import json
import sys
from collections import deque
from contextlib import nullcontext
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from console.command import FailedError, InputError
from console.commands.arguments import By, Config, Json, Patient, branch, family, instant
from console.commands.chain_access import entitled, opened, patient
from gateway.permissions import Action

if TYPE_CHECKING:
    from gateway.audit_verify import Progress, Verified
    from monitor.rules import Rules

# The database and the parts are imported where they are used: help answers without them.
# ruff: noqa: PLC0415

Kinds = Literal[
    "reading", "assessment", "page", "receipt", "acknowledgement", "view", "change", "configuration", "erasure"
]
OfPatient = Annotated[str | None, typer.Option("--patient", help="Only this patient, by code.", metavar="CODE")]
SHOWN = 50
"""Findings printed in words; --json has a thousand."""

app = family()
audit = branch("The hash-chained log of everything that happened.")
app.add_typer(audit, name="audit")


@audit.command(epilog="Example: stepguard audit verify --anchor 5f0c...; exit 1 when something is wrong")
def verify(
    *,
    code: OfPatient = None,
    anchor: Annotated[
        str | None,
        typer.Option(help="The hash of an anchor kept elsewhere; it must be in the log.", metavar="HASH"),
    ] = None,
    as_json: Json = False,
    by: By = None,
    config: Config = None,
) -> int:
    """Check every row of the log and everything that it sealed; safe beside a running system."""
    from alerts.audit_rows import ALERTS_TABLES
    from gateway.audit_rows import GATEWAY_TABLES
    from gateway.audit_verify import verify as check
    from monitor.audit_rows import MIRRORS, MONITOR_TABLES

    remembered = None if anchor is None else _hash(anchor)
    with opened(config) as chain, chain.database.read() as session:
        entitled(session, by, Action.READ_AUDIT)
        whose = None if code is None else patient(session, code)
        with _progress() as progress:
            found = check(
                session.connection(),
                (*GATEWAY_TABLES, *MONITOR_TABLES, *ALERTS_TABLES),
                mirrors=MIRRORS,
                anchor=remembered,
                patient_id=whose,
                progress=progress,
            )
    if as_json:
        typer.echo(json.dumps({"sound": found.sound, **asdict(found)}))
    else:
        _print_verified(found)
    return 0 if found.sound else 1


@audit.command(epilog="Example: stepguard audit anchor")
def anchor(*, as_json: Json = False, by: By = None, config: Config = None) -> None:
    """Print the newest anchor, to be kept where nobody who rules the database can change it."""
    from gateway.audit_anchor import newest_anchor

    with opened(config) as chain, chain.database.read() as session:
        entitled(session, by, Action.READ_AUDIT)
        newest = newest_anchor(session.connection())
    if newest is None:
        raise FailedError("there is no anchor yet; alerts writes one each minute while it runs")
    if as_json:
        typer.echo(json.dumps({"number": newest.number, "hash": newest.hash.hex()}))
    else:
        typer.echo(newest.hash.hex())


@audit.command(epilog="Example: stepguard audit show --patient P-0042 --since 2026-03-02T10:00Z")
def show(
    *,
    code: OfPatient = None,
    kind: Annotated[Kinds | None, typer.Option(help="Only entries of this kind.")] = None,
    since: Annotated[
        str | None, typer.Option(help="From this instant on, with an offset or Z.", metavar="TIME")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many, the newest.", min=1)] = 200,
    as_json: Json = False,
    by: By = None,
    config: Config = None,
) -> None:
    """Print who did what to what, when; the newest last."""
    from alerts.audit_rows import ALERTS_TABLES
    from gateway.audit_log import lines
    from gateway.audit_rows import GATEWAY_TABLES
    from monitor.audit_rows import MONITOR_TABLES

    start: datetime | None = None if since is None else instant(since, "--since")
    with opened(config) as chain, chain.database.read() as session:
        entitled(session, by, Action.READ_AUDIT)
        found = lines(
            session.connection(),
            (*GATEWAY_TABLES, *MONITOR_TABLES, *ALERTS_TABLES),
            patient_id=None if code is None else patient(session, code),
            kind=kind,
            since=start,
        )
        newest = deque(found, maxlen=limit)
    if as_json:
        typer.echo(json.dumps([{**asdict(line), "at": line.at.isoformat()} for line in newest], default=str))
        return
    for line in newest:
        detail = "  ".join(f"{key}={value}" for key, value in line.detail.items())
        typer.echo(
            f"{line.at.isoformat(timespec='seconds')}  {line.kind:<15} {line.patient or '-':<8}"
            f" {line.actor or line.chain:<12} {line.subject}  {detail}".rstrip()
        )


@audit.command(epilog="Example: stepguard audit recompute P-0042; exit 1 when something comes out otherwise")
def recompute(
    code: Patient,
    *,
    rules: Annotated[
        Path | None, typer.Option(help="The rule file the assessments were given by; default rules.file.")
    ] = None,
    as_json: Json = False,
    by: By = None,
    config: Config = None,
) -> int:
    """Derive every stored assessment of a patient again and compare it, bit for bit."""
    from monitor.recompute import recompute as derive

    with opened(config) as chain, chain.database.read() as session:
        entitled(session, by, Action.READ_AUDIT)
        with_rules = _rules(rules) if rules is not None else _configured_rules(config)
        found = derive(session, patient(session, code), with_rules)
    if as_json:
        typer.echo(json.dumps({"rules_version": with_rules.version, **asdict(found)}))
    else:
        for one in found.differences[:SHOWN]:
            typer.echo(f"assessment {one.assessment_id}: {one.key} is {one.stored!r}, comes out as {one.recomputed!r}")
        for left in found.not_comparable[:SHOWN]:
            typer.echo(f"assessment {left.assessment_id}: not comparable, {left.why}")
        same = found.compared - len({one.assessment_id for one in found.differences})
        typer.echo(
            f"{code}: {found.compared} assessments compared under rules {with_rules.version}, {same} the same,"
            f" {len(found.not_comparable)} not comparable"
        )
    return 1 if found.differences else 0


@audit.command(epilog='Example: stepguard audit erase P-0042 --why "ten years after the last visit" --by ada')
def erase(
    code: Patient,
    *,
    why: Annotated[str, typer.Option(help="Why; without the patient's identity, it stays in the log for ever.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: By = None,
    config: Config = None,
) -> None:
    """Erase all that is known of a patient whose watch has ended; the log stays valid."""
    from alerts.erasure import ErasureRefusedError, erase_patient

    if not why.strip():
        raise InputError("--why is empty; say why the patient is erased")
    if not yes and not typer.confirm(f"Erase all that is known of {code}, for ever?", err=True):
        raise FailedError(f"{code} was not erased")
    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                who = entitled(session, by, Action.ERASE_PATIENT)
                now = chain.now()
                erased = erase_patient(session, patient(session, code), by=who, why=why.strip(), now=now)
        except ErasureRefusedError as error:
            raise InputError(f"{code}: {error}") from error
    typer.echo(f"{code} is erased: {erased.blanked} rows emptied, {erased.removed} removed, by {who}")


def _print_verified(found: "Verified") -> None:
    for one in found.findings[:SHOWN]:
        typer.echo(f"{one.fault:<15} {one.where}: {one.sentence}")
    if found.faults > SHOWN:
        typer.echo(f"and {found.faults - SHOWN} more")
    rows = ", ".join(f"{name} {count}" for name, count in found.rows.items())
    typer.echo(f"{'sound' if found.sound else f'{found.faults} faults'}: {found.entries} entries in rows of {rows}")
    if found.erased or found.before:
        typer.echo(f"{found.erased} payloads erased; {found.before} rows are older than the log and not covered")
    if found.newest_anchor is not None:
        typer.echo(f"newest anchor {found.newest_anchor}")


def _hash(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise InputError(f"--anchor {text!r} is not a hash; copy it from stepguard audit anchor") from error


def _configured_rules(config: Path | None) -> "Rules":
    from console.commands.chain_access import read_settings
    from console.commands.ground_access import rules_for

    return rules_for(read_settings(config))


def _rules(file: Path) -> "Rules":
    from monitor.rulebook import RulesError, load_rules

    try:
        return load_rules(file)
    except RulesError as error:
        raise InputError(str(error)) from error


class _Bar:
    """Shows on a terminal how far long work is; silent elsewhere."""

    def __init__(self) -> None:
        self._shown = False

    def __enter__(self) -> "Progress":
        return self._show

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")

    def _show(self, done: int, of: int) -> None:
        self._shown = True
        sys.stderr.write(f"\r{done} of {of} rows")
        sys.stderr.flush()


def _progress() -> "_Bar | nullcontext[None]":
    return _Bar() if sys.stderr.isatty() else nullcontext()
