"""Who is watched."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.command import InputError
from console.commands.arguments import By, Config, Patient, family
from console.commands.chain_access import entitled, opened
from gateway.permissions import Action
from gateway.settings import Settings

if TYPE_CHECKING:
    from monitor.catalogue import Catalogue

app = family()


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
    language: Annotated[Language | None, typer.Option(help="Language of the home.")] = None,
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
    from console.commands.ground_access import rules_for  # noqa: PLC0415 - help answers without the rules
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
        language=None if language is None else str(language),
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
        catalogue = rules_for(chain.settings).catalogue
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
    for doubt in unknown_medicine(catalogue, drug, schedule):
        typer.echo(doubt, err=True)
    typer.echo(f"what is still missing: stepguard enrolment {code}")


def unknown_medicine(catalogue: "Catalogue", drug: str | None, schedule: str | None) -> Iterator[str]:
    """Say what of a drug and its schedule is not known; it is kept as it was written, and costs windows and rules."""
    from difflib import get_close_matches  # noqa: PLC0415 - only where somebody is enrolled

    from monitor.catalogue import normalise  # noqa: PLC0415 - help answers without the monitor

    found = catalogue.find(drug)
    if drug is not None and found is None:
        near = get_close_matches(normalise(drug), sorted(catalogue.by_name), n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        yield f"{drug!r} is not in the catalogue: {meant}onset window and label rules are off; see stepguard drugs"
    known = [each.id for each in found.schedules] if found else []
    if schedule is not None and found is not None and normalise(schedule) not in map(normalise, known):
        yield f"{schedule!r} is no schedule of {found.name}: doses cannot be planned; known are {', '.join(known)}"


def _refuse_unknown_departments(keys: Sequence[str], settings: Settings) -> None:
    if not keys:
        return
    from console.commands.ground_access import directory_for  # noqa: PLC0415 - only with --department

    directory = directory_for(settings)
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
