"""Corrects an entry of a record in one step, from a line of the ward's shorthand."""

import json
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from console.command import InputError
from console.commands.arguments import By, Config, Json, Patient, family
from console.commands.chain_access import Chain, entitled, opened, patient
from gateway.permissions import asked_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.enrolment import Enrolled
    from monitor.overview import RecordLine

# The monitor is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()


@app.command(epilog='Example: stepguard correct P-0042 m12 "m para 500 01:20" --why "wrong amount" --by ada')
def correct(
    code: Patient,
    entry: Annotated[str, typer.Argument(help="The entry's name, as printed when it was made.")],
    line: Annotated[
        str, typer.Argument(help="What is right, as one line of the console's shorthand. Without a time: as before.")
    ],
    *,
    why: Annotated[str, typer.Option(help="Why the old line was wrong.")] = "",
    by: By = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """Correct an entry; the old line is struck out and kept."""
    from monitor.correction import correct_event
    from monitor.enrolment import patient_by_code
    from monitor.screen import record_lines
    from monitor.timeline import BadEvent

    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                patient_id = patient(session, code)
                enrolled = patient_by_code(session, code)
                lines = {each.line.ref: each for each in record_lines(session, patient_id)}
                if entry not in lines:
                    raise InputError(f"{code} has no entry {entry!r}; see stepguard export timeline {code}")
                event, said = _understood(line, chain, enrolled, lines[entry])
                name = entitled(session, by, asked_of(event))
                ref = correct_event(session, patient_id, entry, event, why=why, by=name, now=chain.now())
        except BadEvent as error:
            raise InputError(f"correct: {error}") from error
    if as_json:
        typer.echo(json.dumps({"struck_out": entry, "entry": ref, "by": name, "read_back": said}))
        return
    typer.echo(f"{ref}  {said}; {entry} of {code} struck out by {name}")


def _understood(
    line: str, chain: Chain, enrolled: "Enrolled | None", old: "RecordLine"
) -> "tuple[Mapping[str, object], str]":
    """Return the event a line means, and its read-back. Raises InputError with the question it leaves open."""
    from console.entry.line import Note, Setting, Understood
    from console.entry.moment import Asks
    from console.entry.shorthand import understand
    from console.entry.vocabulary import load_medicines
    from console.ground import rules_of

    drug = None if enrolled is None else enrolled.drug
    setting = Setting(
        now=chain.now(),
        zone=ZoneInfo(chain.settings.site.timezone),
        drug=rules_of(chain.settings).catalogue.find(drug),
        schedule=None if enrolled is None else enrolled.schedule,
        medicines=load_medicines(),
        standing_support=None,
        unsaid_at=old.line.at,
    )
    answer = understand(line, setting)
    match answer:
        case Understood():
            return answer.event, answer.read_back
        case Note():
            return {"at": old.line.at.isoformat(), "type": "note", "text": answer.text}, answer.read_back
        case Asks():
            raise InputError(f"{line!r}: {answer.question}")
        case _:
            raise InputError(f"{line!r} is no entry of the record; own limits are set anew instead")
