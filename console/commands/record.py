"""What people enter about a patient: every event of a timeline but the readings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from console.command import InputError
from console.commands.arguments import At, By, Config, Patient, family, instant
from console.commands.chain_access import entitled, opened, patient
from gateway.permissions import asked_of

app = family()

Consciousness = Literal["spontaneous", "voice", "tactile", "unarousable"]
Device = Literal[
    "none",
    "nasal_cannula",
    "blow_by",
    "high_flow_cannula",
    "face_mask",
    "venturi",
    "non_rebreather",
    "cpap",
    "bipap",
    "ventilator",
]


@app.command(
    epilog="Example: stepguard dose P-0042 --step SUD2 --amount 0.3 --unit mg/kg --at 2026-03-02T10:00Z --by ada"
)
def dose(
    code: Patient,
    *,
    step: Annotated[str, typer.Option(help="The step as your schedule names it, such as SUD2 or C1D8.")],
    amount: Annotated[float | None, typer.Option(help="Amount given, in --unit.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit of the amount, such as mg/kg, mg or mcg.")] = None,
    ended_at: Annotated[str | None, typer.Option(help="End of an infusion, with an offset or Z.")] = None,
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Record a dose."""
    if (amount is None) != (unit is None):
        raise InputError("--amount and --unit belong together; give both or neither")
    body = {"step": step, "amount": amount, "unit": unit, "ended_at": ended_at}
    if ended_at is not None:
        body["ended_at"] = instant(ended_at, "--ended-at").isoformat()
    _enter(code, "dose", body, at=at, by=by, config=config)


@app.command(
    epilog="Example: stepguard medication P-0042 acetaminophen --amount 1000 --unit mg --purpose treatment --by ada"
)
def medication(
    code: Patient,
    name: Annotated[str, typer.Argument(help="Name of the medication, such as dexamethasone.")],
    *,
    amount: Annotated[float | None, typer.Option(help="Amount, in --unit.")] = None,
    unit: Annotated[str | None, typer.Option(help="Unit of the amount.")] = None,
    purpose: Annotated[
        Literal["premedication", "prophylaxis", "treatment"], typer.Option(help="What it was given for.")
    ] = "treatment",
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Record a medication."""
    if (amount is None) != (unit is None):
        raise InputError("--amount and --unit belong together; give both or neither")
    body = {"name": name, "amount": amount, "unit": unit, "purpose": purpose}
    _enter(code, "medication", body, at=at, by=by, config=config)


@app.command(epilog="Example: stepguard place P-0042 travelling --expected-by 2026-03-02T23:30Z --by ada")
def place(
    code: Patient,
    where: Annotated[
        Literal["home", "travelling", "emergency_department", "admitted", "discharged", "ended"],
        typer.Argument(help="Where the patient is from --at on.", metavar="WHERE"),
    ],
    *,
    expected_by: Annotated[str | None, typer.Option(help="When a travelling patient should arrive.")] = None,
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Record where the patient is."""
    body: dict[str, Any] = {"where": where, "expected_by": None}
    if expected_by is not None:
        body["expected_by"] = instant(expected_by, "--expected-by").isoformat()
    _enter(code, "place", body, at=at, by=by, config=config)


@app.command(
    epilog="Example: stepguard support P-0042 --oxygen nasal_cannula --flow 2 --by ada. "
    "It is the complete state until the next entry: what is not named is not given."
)
def support(
    code: Patient,
    *,
    vasopressor: Annotated[list[str] | None, typer.Option(help="A vasopressor being given; repeat for more.")] = None,
    vasopressin: Annotated[bool, typer.Option("--vasopressin", help="Vasopressin is being given.")] = False,
    fluids: Annotated[bool, typer.Option("--fluids", help="Fluids are being given for hypotension.")] = False,
    oxygen: Annotated[Device, typer.Option(help="Oxygen device.")] = "none",
    flow: Annotated[float | None, typer.Option(help="Oxygen flow in L/min, when known.", min=0)] = None,
    indication: Annotated[
        Literal["hypoxia", "airway_protection", "chronic"], typer.Option(help="What the oxygen is for.")
    ] = "hypoxia",
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Record the oxygen, vasopressors and fluids given now."""
    body = {
        "vasopressors": vasopressor or [],
        "vasopressin": vasopressin,
        "fluids_for_hypotension": fluids,
        "oxygen": {"device": oxygen, "flow_l_min": flow, "indication": indication},
    }
    _enter(code, "support", body, at=at, by=by, config=config)


@app.command(
    epilog="Example: stepguard ice P-0042 --orientation 4 --naming 3 --commands 1 --writing 1 --attention 1 --by ada"
)
def ice(
    code: Patient,
    *,
    orientation: Annotated[int, typer.Option(help="Year, month, city, place: 0 to 4.", min=0, max=4)],
    naming: Annotated[int, typer.Option(help="Three objects named: 0 to 3.", min=0, max=3)],
    commands: Annotated[int, typer.Option(help="Follows a simple command: 0 or 1.", min=0, max=1)],
    writing: Annotated[int, typer.Option(help="Writes a sentence: 0 or 1.", min=0, max=1)],
    attention: Annotated[int, typer.Option(help="Counts back from 100 by ten: 0 or 1.", min=0, max=1)],
    handwriting: Annotated[
        Literal["same", "changed"] | None,
        typer.Option(help="The sentence beside the one kept from before treatment, when somebody compared."),
    ] = None,
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Record the answers of an ICE assessment."""
    body = {
        "orientation": orientation,
        "naming": naming,
        "commands": commands,
        "writing": writing,
        "attention": attention,
    }
    given = body if handwriting is None else {**body, "handwriting": handwriting}
    _enter(code, "ice", given, at=at, by=by, config=config)


_Item = Annotated[int | None, typer.Option(help="0 to 4; the more the worse.", min=0, max=4)]


@app.command(
    epilog="Example: stepguard capd P-0042 --eye-contact 0 --purposeful 0 --aware 1 --communicates 0 --restless 0 "
    "--slow-response 0 --inconsolable 2 --underactive 0 --by ada; or: stepguard capd P-0042 --unable --by ada"
)
def capd(
    code: Patient,
    *,
    eye_contact: _Item = None,
    purposeful: _Item = None,
    aware: _Item = None,
    communicates: _Item = None,
    restless: _Item = None,
    inconsolable: _Item = None,
    underactive: _Item = None,
    slow_response: _Item = None,
    unable: Annotated[bool, typer.Option("--unable", help="The child could not be assessed at all.")] = False,
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Record a child's CAPD, asked under 12 years instead of ICE."""
    items = {
        "eye_contact": eye_contact,
        "purposeful": purposeful,
        "aware": aware,
        "communicates": communicates,
        "restless": restless,
        "inconsolable": inconsolable,
        "underactive": underactive,
        "slow_response": slow_response,
    }
    body: dict[str, object] = {name: points for name, points in items.items() if points is not None}
    if unable:
        body["unable"] = True
    _enter(code, "capd", body, at=at, by=by, config=config)


@app.command(epilog="Example: stepguard neuro P-0042 --consciousness voice --seizure none --by ada")
def neuro(
    code: Patient,
    *,
    consciousness: Annotated[Consciousness, typer.Option(help="Wakes by itself, to voice, to touch, or not.")],
    seizure: Annotated[Literal["none", "brief", "prolonged"], typer.Option(help="Seizure, if any.")] = "none",
    motor_weakness: Annotated[bool, typer.Option("--motor-weakness", help="Deep focal motor weakness.")] = False,
    cerebral_edema: Annotated[
        Literal["none", "focal", "diffuse"], typer.Option(help="Oedema on imaging or by signs.")
    ] = "none",
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Record a neurological examination."""
    body = {
        "consciousness": consciousness,
        "seizure": seizure,
        "motor_weakness": motor_weakness,
        "cerebral_edema": cerebral_edema,
    }
    _enter(code, "neuro", body, at=at, by=by, config=config)


@app.command(epilog="Example: stepguard symptom P-0042 rigors dizziness --by ada; none named: all have ended")
def symptom(
    code: Patient,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="rigors, dizziness, fainting, confusion, breathlessness, chest_pain, weakness, headache, vomiting, "
            "rash, seizure, cannot_wake or other.",
            metavar="[NAME]...",
        ),
    ] = None,
    *,
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Record symptoms, or that all have ended."""
    _enter(code, "symptom", {"names": names or []}, at=at, by=by, config=config)


@app.command(epilog="Example: stepguard baseline P-0042 --systolic-mmhg 118 --spo2-pct 96 --by ada")
def baseline(
    code: Patient,
    *,
    temperature_c: Annotated[float | None, typer.Option(help="Temperature in Celsius.")] = None,
    systolic_mmhg: Annotated[int | None, typer.Option(help="Systolic pressure in mmHg.")] = None,
    diastolic_mmhg: Annotated[int | None, typer.Option(help="Diastolic pressure in mmHg.")] = None,
    spo2_pct: Annotated[int | None, typer.Option(help="Oxygen saturation in percent.")] = None,
    pulse_bpm: Annotated[int | None, typer.Option(help="Pulse per minute.")] = None,
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Record a patient's own baseline values."""
    given = {
        "temperature_c": temperature_c,
        "systolic_mmhg": systolic_mmhg,
        "diastolic_mmhg": diastolic_mmhg,
        "spo2_pct": spo2_pct,
        "pulse_bpm": pulse_bpm,
    }
    body = {name: value for name, value in given.items() if value is not None}
    if not body:
        raise InputError("no value given; name at least one, such as --systolic-mmhg 118")
    _enter(code, "baseline", body, at=at, by=by, config=config)


@app.command(epilog='Example: stepguard attribution P-0042 fever "infection: positive blood culture" --by ada')
def attribution(
    code: Patient,
    sign: Annotated[Literal["fever", "hypotension", "hypoxia"], typer.Argument(help="The sign explained.")],
    cause: Annotated[str, typer.Argument(help="What explains it, in words.")],
    *,
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Attribute one sign to a cause other than CRS."""
    _enter(code, "attribution", {"sign": sign, "cause": cause}, at=at, by=by, config=config)


@app.command(epilog="Example: stepguard grade P-0042 crs 3 --by ada; to withdraw: stepguard grade P-0042 crs none")
def grade(
    code: Patient,
    syndrome: Annotated[Literal["crs", "icans"], typer.Argument(help="What is graded.")],
    value: Annotated[
        Literal["0", "1", "2", "3", "4", "5", "none"],
        typer.Argument(help="The clinician's grade, or none to withdraw it.", metavar="GRADE"),
    ],
    *,
    clinician: Annotated[
        str | None, typer.Option(help="Whose grade it is, when somebody else enters it.", metavar="NAME")
    ] = None,
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Record a clinician's own grade beside the computed one."""
    body: dict[str, object] = {"syndrome": syndrome, "grade": None if value == "none" else int(value)}
    if clinician is not None:
        if not clinician.strip():
            raise InputError("--clinician is empty; name whose grade it is, or leave it out for your own")
        body["by"] = clinician.strip()
    _enter(code, "clinician_grade", body, at=at, by=by, config=config)


@app.command(epilog='Example: stepguard void P-0042 e17 --why "entered for the wrong patient" --by ada')
def void(
    code: Patient,
    entry: Annotated[str, typer.Argument(help="The entry's name, as printed when it was made.")],
    *,
    why: Annotated[str, typer.Option(help="Why it is struck out.")],
    at: At = None,
    by: By = None,
    config: Config = None,
) -> None:
    """Strike out an entry made in error."""
    _enter(code, "void", {"of": entry, "why": why}, at=at, by=by, config=config)


def _enter(
    code: str, kind: str, body: Mapping[str, object], *, at: str | None, by: str | None, config: Path | None
) -> None:
    """Store one event and print the name by which it can be voided."""
    from monitor.correction import strike_out  # noqa: PLC0415 - as below
    from monitor.store import add_event  # noqa: PLC0415 - help answers without the monitor
    from monitor.timeline import BadEvent  # noqa: PLC0415 - as above

    with opened(config) as chain:
        now = chain.now()
        event = {"at": (now if at is None else instant(at, "--at")).isoformat(), "type": kind, **body}
        try:
            with chain.database.write() as session:
                name = entitled(session, by, asked_of(event))
                event = {"by": name, **event}
                put = strike_out if kind == "void" else add_event
                ref = put(session, patient(session, code), event, by=name, now=now)
        except BadEvent as error:
            raise InputError(f"{kind}: {error}") from error
    typer.echo(f"{ref}  {kind} of {code} recorded by {name}")
