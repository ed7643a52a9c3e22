"""What an episode came to: for the record of the hospital, as text, PDF or a FHIR document."""

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from console.command import FailedError, InputError
from console.commands.arguments import By, Config, Json, Patient, family
from console.commands.chain_access import entitled, opened, patient
from console.commands.paper import Paper, ToFile, hand_out, refuse_unknown_page
from gateway.permissions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from alerts.episode_keeping import EpisodeTold
    from monitor.record import Profile

# The chain is imported where it is used: help answers without it.
# ruff: noqa: PLC0415

app = family()
FORMS = ("text", "pdf", "fhir")


@app.command(
    epilog="Example: stepguard episode P-0042 --by ada; or "
    "stepguard episode P-0042 --format fhir --to P-0042.json --by ada; or "
    "stepguard episode P-0042 --number 1 --json --by ada"
)
def episode(
    code: Patient,
    *,
    number: Annotated[int | None, typer.Option(help="Which episode, from 1; default the latest.")] = None,
    form: Annotated[str, typer.Option("--format", help="text, pdf or fhir.", metavar="FORM")] = "text",
    to: ToFile = None,
    paper: Paper = "a4",
    as_json: Json = False,
    by: By = None,
    config: Config = None,
) -> None:
    """Sum up an episode, from its first sign to its end.

    Grades, urgency, treatment, who was called and what they answered, how it ended.
    """
    from alerts.episode_keeping import episodes_told
    from console.commands.ground_access import rules_for
    from gateway.people_log import note
    from monitor.enrolment import patient_by_id

    refuse_unknown_page(form, FORMS, paper, to)
    if as_json and form != "text":
        raise InputError("--json and --format: choose one")
    with opened(config) as chain:
        rules, now = rules_for(chain.settings), chain.now()
        with chain.database.write() as session:
            who, viewed = entitled(session, by, Action.VIEW_PATIENT), patient(session, code)
            what = {"as": "episode", "form": "json" if as_json else form, "number": number}
            note(session, now, "view", f"patient:{viewed}", what, by=who, patient_id=viewed)
        with chain.database.read() as session:
            enrolled = patient_by_id(session, viewed)
            told = _chosen(episodes_told(session, viewed, rules, now), code, number)
    assert enrolled is not None  # noqa: S101 - `patient` has found it
    hand_out(_json(told) if as_json else _made(told, form, enrolled.profile, now, paper), to)


def _chosen(episodes: "Sequence[EpisodeTold]", code: str, number: int | None) -> "EpisodeTold":
    if not episodes:
        raise FailedError(f"{code} has had no episode of cytokine release syndrome")
    if number is None:
        return episodes[-1]
    for one in episodes:
        if one.summary.number == number:
            return one
    raise InputError(f"--number {number}: {code} has had {len(episodes)}; give 1 to {len(episodes)}")


def _json(told: "EpisodeTold") -> bytes:
    kept = told.kept
    written = None if kept is None else {"id": kept.ref, "made_at": kept.made_at, "as_now": told.is_kept}
    shown = {"summary": told.summary, "calls": told.calls, "in_record": written}
    return msgspec.json.Encoder(decimal_format="number").encode(shown) + b"\n"


def _made(told: "EpisodeTold", form: str, profile: "Profile", now: "datetime", paper: str) -> bytes:
    from zoneinfo import ZoneInfo

    from alerts.episode_fhir import as_fhir
    from alerts.episode_paper import as_pdf, as_text
    from alerts.episode_words import episode_words

    # What stands in the record unchanged is the same document each time it is asked for.
    made_at = told.kept.made_at if told.kept is not None and told.is_kept else now
    page = episode_words(told.summary, told.calls, made_at, ZoneInfo(profile.timezone))
    match form:
        case "fhir":
            return as_fhir(told.summary, page, profile, made_at)
        case "pdf":
            return as_pdf(page, made_at, paper=paper)
        case _:
            return f"{as_text(page)}{_standing(told)}\n".encode()


def _standing(told: "EpisodeTold") -> str:
    if told.summary.ended_at is None:
        return "Not in the record yet: the episode is open."
    if told.kept is None:
        return "Not in the record yet: the house writes it within a minute."
    if told.is_kept:
        return f"In the record as {told.kept.ref}."
    return f"In the record as {told.kept.ref}, made before something changed; the house writes it anew within a minute."
