"""Who is watched, and whose telephones belong to the home."""

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from console.command import InputError
from console.commands.arguments import By, Config, Json, Patient, branch, family
from console.commands.chain_access import entitled, opened, patient
from gateway.permissions import Action
from gateway.settings import Settings

app = family()
contact = branch("Caregivers' phone numbers of a patient.")
app.add_typer(contact, name="contact")


class Condition(StrEnum):
    """What changes how a patient's values are read."""

    BETA_BLOCKER = "beta_blocker"
    PACEMAKER = "pacemaker"
    ATRIAL_FIBRILLATION = "atrial_fibrillation"
    HOME_OXYGEN = "home_oxygen"


class Language(StrEnum):
    """What homes can be written to in; `stepguard check` says which nobody has read back yet."""

    ENGLISH = "en"
    DANISH = "da"
    GERMAN = "de"
    SPANISH = "es"


@app.command(
    epilog="Example: stepguard enroll P-0042 --drug teclistamab --born 1956-03-01 --systolic-mmhg 124 --spo2-pct 97"
)
def enroll(
    code: Patient,
    *,
    drug: Annotated[str | None, typer.Option(help="The bispecific antibody; see stepguard drugs.")] = None,
    schedule: Annotated[str | None, typer.Option(help="Its schedule, such as us_weekly.")] = None,
    born: Annotated[str | None, typer.Option(help="Date of birth, 1956-03-01.")] = None,
    weight_kg: Annotated[float | None, typer.Option(help="Weight in kilograms.")] = None,
    timezone: Annotated[str | None, typer.Option(help="The home's time zone; default site.timezone.")] = None,
    language: Annotated[str | None, typer.Option(help="Language of texts to the home, such as en or da.")] = None,
    condition: Annotated[list[Condition] | None, typer.Option(help="A condition; repeat for more.")] = None,
    spo2_scale: Annotated[int | None, typer.Option(help="2 for chronic hypoxia, else 1.", min=1, max=2)] = None,
    temperature_c: Annotated[float | None, typer.Option(help="Baseline temperature, Celsius.")] = None,
    systolic_mmhg: Annotated[int | None, typer.Option(help="Baseline systolic pressure, mmHg.")] = None,
    diastolic_mmhg: Annotated[int | None, typer.Option(help="Baseline diastolic pressure, mmHg.")] = None,
    spo2_pct: Annotated[int | None, typer.Option(help="Baseline oxygen saturation, percent.")] = None,
    pulse_bpm: Annotated[int | None, typer.Option(help="Baseline pulse per minute.")] = None,
    allergy: Annotated[list[str] | None, typer.Option(help="An allergy, in words; repeat for more.")] = None,
    no_allergies: Annotated[bool, typer.Option("--no-allergies", help="Asked, and none are known.")] = False,
    department: Annotated[
        list[str] | None,
        typer.Option(help="Emergency department to tell first, by its key; repeat in order. See stepguard ed list."),
    ] = None,
    team: Annotated[
        str | None, typer.Option(help="The team of the ward that has the patient, such as north; none for no team.")
    ] = None,
    minutes: Annotated[
        list[str] | None,
        typer.Option(help="Minutes by road from the home to a department, as KEY=25; repeat.", metavar="KEY=MINUTES"),
    ] = None,
    profile: Annotated[
        Path | None, typer.Option(help="A JSON file with the patient object of a timeline, limits included.")
    ] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Enrol a patient, or renew the profile of one."""
    from console.enrolling import put_profile  # noqa: PLC0415 - help answers without the database
    from monitor.enrolment import patient_by_code, profile_object  # noqa: PLC0415 - help answers without the monitor
    from monitor.timeline import BadEvent  # noqa: PLC0415 - as above

    if allergy and no_allergies:
        raise InputError("--allergy and --no-allergies exclude each other; give one")
    given = _read_profile(profile, code)
    given |= _present(
        allergies=[] if no_allergies else allergy or None,
        departments=department or None,
        team="" if team is not None and team.casefold() == "none" else team,
        born=born,
        weight_kg=weight_kg,
        timezone=timezone,
        language=language,
        spo2_scale=spo2_scale,
        conditions=[str(one) for one in condition] if condition else None,
    )
    ways = _ways(minutes or ())
    baseline = _present(
        temperature_c=temperature_c,
        systolic_mmhg=systolic_mmhg,
        diastolic_mmhg=diastolic_mmhg,
        spo2_pct=spo2_pct,
        pulse_bpm=pulse_bpm,
    )
    with opened(config) as chain:
        _refuse_unknown_departments((*(department or ()), *ways), chain.settings)
        try:
            with chain.database.write() as session:
                who = entitled(session, by, Action.ENROL)
                known = patient_by_code(session, code)
                profile_now: dict[str, Any] = {"timezone": chain.settings.site.timezone}
                if known is not None:
                    profile_now |= profile_object(session, known.patient_id)
                    drug, schedule = drug or known.drug, schedule or known.schedule
                if "limits" in given and given["limits"] != profile_now.get("limits"):
                    entitled(session, by, Action.SET_LIMITS)
                profile_now |= given
                if ways:
                    profile_now["department_minutes"] = profile_now.get("department_minutes", {}) | ways
                profile_now["baseline"] = profile_now.get("baseline", {}) | baseline
                now = chain.now()
                put_profile(session, code, profile_now, drug=drug, schedule=schedule, by=who, now=now)
        except BadEvent as error:
            raise InputError(f"enroll: {error}") from error
    typer.echo(f"{code} is enrolled" + (f" for {drug}" if drug else "; no drug named, the window is unknown"))
    typer.echo(f"what is still missing: stepguard enrolment {code}")


def _refuse_unknown_departments(keys: Sequence[str], settings: Settings) -> None:
    if not keys:
        return
    from alerts.directory_file import DirectoryError, load_directory  # noqa: PLC0415 - only with --department

    try:
        directory = load_directory(settings.site.departments)
    except DirectoryError as error:
        raise InputError(str(error)) from error
    for key in keys:
        if directory.by_key(key) is None:
            known = ", ".join(one.key for one in directory.departments) or "none: set site.departments"
            raise InputError(f"department {key!r} is not in the directory; known are {known}")


def _ways(given: Sequence[str]) -> dict[str, int]:
    ways: dict[str, int] = {}
    for one in given:
        key, _, minutes = one.partition("=")
        if not key or not minutes.isdecimal():
            raise InputError(f"--minutes {one!r} is not KEY=MINUTES; write it as north=25")
        ways[key] = int(minutes)
    return ways


def _present(**values: object) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _read_profile(file: Path | None, code: str) -> dict[str, Any]:
    if file is None:
        return {}
    from console.commands.timelines import read_timeline  # noqa: PLC0415 - only with --profile

    found = dict(read_timeline(file))
    found = dict(found.get("patient", found))
    if found.setdefault("code", code) != code:
        raise InputError(f"{file}: its code is {found['code']!r}, not {code!r}; name the patient it is about")
    return found


@contact.command(epilog="Example: stepguard contact add P-0042 --name daughter --number +4520123456 --language da")
def add(
    code: Patient,
    *,
    name: Annotated[str, typer.Option(help="What to call them on the board, such as daughter.")],
    number: Annotated[str, typer.Option(help="Telephone number with country code, +4520123456.")],
    language: Annotated[Language, typer.Option(help="Language of texts to them.")] = Language.ENGLISH,
    consent_values: Annotated[
        bool | None,
        typer.Option(
            "--consent-values/--no-consent-values",
            help="They agreed, or did not, to be texted the values they sent; default: not asked.",
        ),
    ] = None,
    letter: Annotated[
        str | None, typer.Option(help="Letter that names this home when a number belongs to two, such as A.")
    ] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Bind a caregiver's telephone to a home, and text it a code to reply with."""
    from alerts.contacts import ContactRefusedError, add_contact  # noqa: PLC0415 - enroll needs no alerts
    from alerts.service import site_of  # noqa: PLC0415 - as above
    from alerts.verification_store import ask  # noqa: PLC0415 - as above
    from gateway.people_log import note  # noqa: PLC0415 - help answers without the database

    with opened(config) as chain:
        try:
            with chain.database.write() as session:
                who, home, now = entitled(session, by, Action.CHANGE_CONTACTS), patient(session, code), chain.now()
                added = add_contact(
                    session,
                    home,
                    name=name,
                    number=number,
                    language=str(language),
                    consent_values=consent_values,
                    letter=letter,
                    by=who,
                    now=now,
                )
                what = {"change": "contact added", "name": name, "number": added.number, "values": consent_values}
                note(session, now, "change", f"patient:{home}", what, by=who, patient_id=home)
                ask(session, added, site_of(chain.settings), by=who, now=now)
        except ContactRefusedError as error:
            raise InputError(f"contact: {error}") from error
    typer.echo(f"texts about {code} reach {name}; the number is verified once the test text is answered")


@contact.command(epilog="Example: stepguard contact consent P-0042 +4520123456 yes --by ada")
def consent(
    code: Patient,
    number: Annotated[str, typer.Argument(help="Their telephone number.")],
    answer: Annotated[Literal["yes", "no"], typer.Argument(help="What they said.", metavar="yes|no")],
    *,
    by: By = None,
    config: Config = None,
) -> None:
    """Record whether a caregiver agrees to be texted the values they sent."""
    from alerts.contacts import contacts_of, correct_contact  # noqa: PLC0415 - enroll needs no alerts
    from alerts.roster_file import dialable  # noqa: PLC0415 - as above
    from gateway.people_log import note  # noqa: PLC0415 - help answers without the database

    with opened(config) as chain, chain.database.write() as session:
        who, home, now = entitled(session, by, Action.CHANGE_CONTACTS), patient(session, code), chain.now()
        bound = next((one for one in contacts_of(session, home) if one.number == dialable(number)), None)
        if bound is None:
            raise InputError(f"contact: {number!r} is not bound to {code}; add it with stepguard contact add")
        said = correct_contact(session, bound, consent_values=answer == "yes", by=who, now=now)
        what = {"change": "consent", "number": bound.number, "values": said.consent_values}
        note(session, now, "change", f"patient:{home}", what, by=who, patient_id=home)
    typer.echo(f"{bound.name} {said.consent} to be texted values")


@contact.command(epilog="Example: stepguard contact remove P-0042 +4520123456")
def remove(
    code: Patient,
    number: Annotated[str, typer.Argument(help="The number to unbind.")],
    *,
    by: By = None,
    config: Config = None,
) -> None:
    """Unbind a telephone from a home."""
    from alerts.contacts import remove_contact  # noqa: PLC0415 - enroll needs no alerts
    from gateway.people_log import note  # noqa: PLC0415 - help answers without the database

    with opened(config) as chain, chain.database.write() as session:
        who, home = entitled(session, by, Action.CHANGE_CONTACTS), patient(session, code)
        remove_contact(session, home, number)
        what = {"change": "contact removed", "number": number}
        note(session, chain.now(), "change", f"patient:{home}", what, by=who, patient_id=home)
    typer.echo(f"{number} is not bound to {code}")


@contact.command(epilog="Example: stepguard contact verify P-0042 --number +4520123456 --by ada")
def verify(
    code: Patient,
    *,
    number: Annotated[str | None, typer.Option(help="One of the home's numbers; default every one.")] = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Text a code to a home's telephones, at once; the reply verifies the telephone."""
    from alerts.contacts import contacts_of  # noqa: PLC0415 - enroll needs no alerts
    from alerts.roster_file import dialable  # noqa: PLC0415 - as above
    from alerts.service import site_of  # noqa: PLC0415 - as above
    from alerts.verification_store import ask  # noqa: PLC0415 - as above

    with opened(config) as chain, chain.database.write() as session:
        who = entitled(session, by, Action.CHANGE_CONTACTS)
        bound = contacts_of(session, patient(session, code))
        asked = [one for one in bound if number is None or one.number == dialable(number)]
        if not asked:
            missing = f"no telephone is bound to {code}" if number is None else f"{number!r} is not bound to {code}"
            raise InputError(f"contact: {missing}; add it with stepguard contact add")
        for one in asked:
            ask(session, one, site_of(chain.settings), by=who, now=chain.now())
    typer.echo(f"asked {', '.join(one.name for one in asked)}")


@contact.command("list", epilog="Example: stepguard contact list P-0042 --json")
def list_contacts(code: Patient, *, as_json: Json = False, by: By = None, config: Config = None) -> None:
    """List the telephones bound to a home."""
    from alerts.contacts import contacts_of  # noqa: PLC0415 - enroll needs no alerts
    from alerts.verification_store import contact_checks, owner_of  # noqa: PLC0415 - as above

    with opened(config) as chain, chain.database.read() as session:
        entitled(session, by, Action.VIEW_PATIENT)
        home = patient(session, code)
        found = contacts_of(session, home)
        checks = {one.owner: one.check for one in contact_checks(session, patient_id=home)}
    known = {one.id: checks[owner_of(one)] for one in found}
    if as_json:
        typer.echo(
            json.dumps(
                [
                    {
                        "name": one.name,
                        "number": one.number,
                        "language": one.language,
                        "consent_values": one.consent_values,
                        "consent": one.consent.replace(" ", "_"),
                        "consent_at": None if one.consent_at is None else one.consent_at.isoformat(),
                        "consent_by": one.consent_by,
                        "letter": one.letter,
                        "state": known[one.id].state,
                        "why": known[one.id].why,
                    }
                    for one in found
                ]
            )
        )
        return
    for one in found:
        values = {
            "agreed": "may be texted values",
            "refused": "refused values in texts",
            "not asked": "not asked about values: none in texts",
        }[one.consent]
        letter = f"  letter {one.letter}" if one.letter else ""
        typer.echo(f"{one.name:<16} {one.number}  {one.language}  {values}{letter}  {known[one.id]}")
    if not found:
        typer.echo(f"no telephone is bound to {code}; add one with stepguard contact add")
