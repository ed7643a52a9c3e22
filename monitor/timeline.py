"""Reads and writes the timeline of contracts.md section 4. Refuses what it cannot read and names the event."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.device_clock import graded_at
from gateway.native import read_object
from gateway.plausibility import PlausibilityLimits
from gateway.reading import Rejected
from monitor.record import (
    Baseline,
    BaselineChanged,
    ClinicianGraded,
    DoseGiven,
    Event,
    IceAsked,
    Limit,
    MedicationTaken,
    MessageQuarantined,
    NeuroExamined,
    PlaceChanged,
    Profile,
    ReadingTaken,
    Record,
    Regimen,
    SignAttributed,
    SupportGiven,
    SymptomsReported,
    Ticked,
    Voided,
)

ICE_PARTS = {"orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 1}
PLACES = ("home", "travelling", "emergency_department", "admitted", "discharged", "ended")
SIGNS = ("fever", "hypotension", "hypoxia")
CONSCIOUSNESS = ("spontaneous", "voice", "tactile", "unarousable")
SEIZURES = ("none", "brief", "prolonged")
OEDEMA = ("none", "focal", "diffuse")
INDICATIONS = ("hypoxia", "airway_protection", "chronic")
BASELINE_KEYS = ("temperature_c", "systolic_mmhg", "diastolic_mmhg", "spo2_pct", "pulse_bpm")
_ENVELOPE = frozenset({"type", "at", "id", "by", "entered_at", "received_at", "graded_at", "clock_doubt"})
Object = Mapping[str, Any]


class BadEvent(Exception):  # noqa: N818 - it names an event, not a failure of ours
    """An event (or the patient) of a timeline cannot be read; says which, what is wrong and what would be right."""

    def __init__(self, sentence: str, index: int | None = None) -> None:
        self.sentence = sentence
        self.index = index
        super().__init__(sentence if index is None else f"event {index}: {sentence}")


def parse_timeline(timeline: Object, limits: PlausibilityLimits) -> Record:
    """Return the record that a timeline describes.

    Raises
    ------
    BadEvent
        For the first thing that cannot be read, with the index of its event counted from 0.
    """
    if not isinstance(timeline, Mapping) or not isinstance(timeline.get("patient"), Mapping):
        raise BadEvent('the timeline needs a "patient" object with a code')
    events = timeline.get("events")
    if not isinstance(events, Sequence) or isinstance(events, str | bytes):
        raise BadEvent('the timeline needs an "events" list')
    regimen = timeline.get("regimen") or {}
    if not isinstance(regimen, Mapping):
        raise BadEvent('"regimen" must be an object with drug and schedule')
    parsed = []
    for index, event in enumerate(events):
        try:
            parsed.append(parse_event(event, limits, ref=f"e{index}"))
        except BadEvent as error:
            raise BadEvent(error.sentence, index) from error
    _refuse_dangling_voids(parsed)
    return Record(
        profile=parse_profile(timeline["patient"]),
        regimen=Regimen(drug=_text(regimen, "drug"), schedule=_text(regimen, "schedule")),
        events=tuple(parsed),
    )


def parse_profile(patient: Object) -> Profile:
    """Return the profile of a `patient` object. Raises BadEvent naming the key."""
    code = _text(patient, "code")
    if not code:
        raise BadEvent("patient.code is required; it is opaque and never a name")
    zone = _text(patient, "timezone") or "UTC"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadEvent(f"patient.timezone {zone!r} is not known; use a name such as Europe/Copenhagen") from error
    scale = patient.get("spo2_scale")
    if scale not in {None, 1, 2}:
        raise BadEvent("patient.spo2_scale must be 1 or 2")
    conditions = patient.get("conditions") or []
    if not isinstance(conditions, list | tuple):
        raise BadEvent("patient.conditions must be a list of names")
    return Profile(
        code=code,
        born=_birth_date(patient),
        weight_kg=_number(patient, "weight_kg"),
        timezone=zone,
        language=_text(patient, "language"),
        baseline=_baseline(patient.get("baseline") or {}),
        spo2_scale=scale or 1,
        conditions=frozenset(part for name in conditions for part in str(name).split("|")),
        limits=_limits(patient.get("limits") or {}),
    )


def parse_event(event: Object, limits: PlausibilityLimits, *, ref: str) -> Event:
    """Return one event; `ref` names it unless it brings its own `id`. Raises BadEvent."""
    if not isinstance(event, Mapping):
        raise BadEvent("must be an object with at and type")
    kind = event.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise BadEvent(f"unknown type {kind!r}; known are {', '.join(sorted(_READERS))}")
    common: dict[str, Any] = {
        "at": _instant(event, "at"),
        "ref": _text(event, "id") or ref,
        "by": _text(event, "by"),
        "entered_at": _optional_instant(event, "entered_at"),
    }
    return reader(event, common, limits)


def _reading(event: Object, common: dict[str, Any], limits: PlausibilityLimits) -> Event:
    measured_at = common["at"]
    received_at = _optional_instant(event, "received_at") or measured_at
    message = {key: value for key, value in event.items() if key not in _ENVELOPE}
    reading = read_object({**message, "measured_at": measured_at.isoformat()}, received_at)
    if isinstance(reading, Rejected):
        raise BadEvent(reading.reason)
    at, doubt = graded_at(measured_at, received_at, None, False, limits)  # noqa: FBT003 - a timeline has no boot run
    if (judged_at := _optional_instant(event, "graded_at")) is not None:  # written where only the gateway could know
        at, doubt = judged_at, _text(event, "clock_doubt")
    return ReadingTaken(**{**common, "at": min(at, received_at)}, graded_at=at, reading=reading, clock_doubt=doubt)


def _dose(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    return DoseGiven(
        **common,
        step=_text(event, "step"),
        amount=_number(event, "amount"),
        unit=_text(event, "unit"),
        ended_at=_optional_instant(event, "ended_at"),
    )


def _medication(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    name = _text(event, "name")
    if not name:
        raise BadEvent("a medication needs its name")
    return MedicationTaken(
        **common,
        name=name,
        amount=_number(event, "amount"),
        unit=_text(event, "unit"),
        purpose=_text(event, "purpose"),
    )


def _support(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    names = event.get("vasopressors") or []
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise BadEvent("vasopressors must be a list of names")
    given = frozenset(name.strip().casefold() for name in names)
    oxygen = event.get("oxygen") or {}
    if not isinstance(oxygen, Mapping):
        raise BadEvent("oxygen must be an object with device, flow_l_min and indication")
    return SupportGiven(
        **common,
        vasopressors=given - {"vasopressin"},
        vasopressin=_flag(event, "vasopressin") or "vasopressin" in given,
        fluids_for_hypotension=_flag(event, "fluids_for_hypotension"),
        oxygen_device=_one_of(oxygen, "device", OXYGEN_DEVICES, "none"),
        oxygen_flow_l_min=_number(oxygen, "flow_l_min"),
        oxygen_indication=_one_of(oxygen, "indication", INDICATIONS, "hypoxia"),
    )


OXYGEN_DEVICES = (
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
)


def _ice(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    points: dict[str, Any] = {}
    for part, most in ICE_PARTS.items():
        value = event.get(part)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise BadEvent(f"ICE {part} must be a whole number from 0 to {most}")
        points[part] = value
    return IceAsked(**common, **points)


def _neuro(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    return NeuroExamined(
        **common,
        consciousness=_one_of(event, "consciousness", CONSCIOUSNESS, "spontaneous"),
        seizure=_one_of(event, "seizure", SEIZURES, "none"),
        motor_weakness=_flag(event, "motor_weakness"),
        cerebral_edema=_one_of(event, "cerebral_edema", OEDEMA, "none"),
    )


def _symptom(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    names = event.get("names")
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise BadEvent("names must be a list; an empty list answers all symptoms")
    return SymptomsReported(**common, names=frozenset(part.strip() for name in names for part in name.split("|")))


def _attribution(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    sign: Any = _one_of(event, "sign", SIGNS, None)
    return SignAttributed(**common, sign=sign, cause=_text(event, "cause") or "another cause")


def _clinician_grade(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    syndrome: Any = _one_of(event, "syndrome", ("crs", "icans"), None)
    grade = event.get("grade")
    if grade is not None and (not isinstance(grade, int) or isinstance(grade, bool) or not 0 <= grade <= 5):  # noqa: PLR2004
        raise BadEvent("grade must be a whole number from 0 to 5, or null to withdraw it")
    return ClinicianGraded(**common, syndrome=syndrome, grade=grade)


def _place(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    where = _one_of(event, "where", PLACES, None)
    return PlaceChanged(**common, where=where, expected_by=_optional_instant(event, "expected_by"))


def _baseline_event(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    if not any(event.get(key) is not None for key in BASELINE_KEYS):
        raise BadEvent(f"a baseline needs at least one of {', '.join(BASELINE_KEYS)}")
    return BaselineChanged(**common, baseline=_baseline(event))


def _void(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    of = _text(event, "of")
    if not of:
        raise BadEvent("a void names the id of the event it strikes out in `of`")
    return Voided(**common, of=of, why=_text(event, "why") or "")


def _tick(_event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    return Ticked(**common)


def _quarantined(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    return MessageQuarantined(**common, reason=_text(event, "reason") or "unreadable message")


_READERS: dict[str, Callable[[Object, dict[str, Any], PlausibilityLimits], Event]] = {
    "reading": _reading,
    "dose": _dose,
    "medication": _medication,
    "support": _support,
    "ice": _ice,
    "neuro": _neuro,
    "symptom": _symptom,
    "attribution": _attribution,
    "clinician_grade": _clinician_grade,
    "place": _place,
    "baseline": _baseline_event,
    "void": _void,
    "tick": _tick,
    "quarantined": _quarantined,
}


def _refuse_dangling_voids(events: Sequence[Event]) -> None:
    refs = {event.ref for event in events}
    for index, event in enumerate(events):
        if isinstance(event, Voided) and event.of not in refs:
            raise BadEvent(f"void of {event.of!r}: no event has that id", index)


def _baseline(source: Object) -> Baseline:
    if not isinstance(source, Mapping):
        raise BadEvent("baseline must be an object")
    return Baseline(**{key: _number(source, key) for key in BASELINE_KEYS})


def _limits(source: Object) -> tuple[tuple[str, Limit], ...]:
    if not isinstance(source, Mapping):
        raise BadEvent("patient.limits must be an object of groups")
    limits = []
    for group, row in sorted(source.items()):
        if group not in {"temperature", "oximetry", "blood_pressure", "respiratory_rate"}:
            raise BadEvent(f"patient.limits: unknown group {group!r}")
        if not isinstance(row, Mapping):
            raise BadEvent(f"patient.limits.{group} must be an object with urgent and emergency")
        limit = Limit(
            urgent=_number(row, "urgent"),
            emergency=_number(row, "emergency"),
            by=_text(row, "by"),
            why=_text(row, "why"),
            until=_limit_until(row),
        )
        limits.append((group, limit))
    return tuple(limits)


def _limit_until(row: Object) -> datetime | None:
    """Return the expiry; an unusable one is a mistake to be told, not a limit without end."""
    return _optional_instant(row, "until")


def _birth_date(patient: Object) -> str | None:
    born = _text(patient, "born")
    try:
        return None if born is None else date.fromisoformat(born).isoformat()
    except ValueError as error:
        raise BadEvent("patient.born must be a date such as 1956-03-01") from error


def _one_of(source: Object, key: str, allowed: Sequence[str], default: str | None) -> str:
    value = source.get(key, default)
    if value is None and default is not None:
        return default
    if value not in allowed:
        raise BadEvent(f"{key} {value!r} is not one of {', '.join(allowed)}")
    return str(value)


def _text(source: Object, key: str) -> str | None:
    value = source.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadEvent(f"{key} must be text")
    return value


def _flag(source: Object, key: str) -> bool:
    value = source.get(key)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise BadEvent(f"{key} must be true or false")
    return value


def _number(source: Object, key: str) -> Decimal | None:
    value = source.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadEvent(f"{key} must be a number")
    number = Decimal(str(value))
    if not number.is_finite():
        raise BadEvent(f"{key} must be a finite number")
    return number


def _instant(source: Object, key: str) -> datetime:
    value = source.get(key)
    if isinstance(value, datetime):
        at = value
    else:
        try:
            at = datetime.fromisoformat(value) if isinstance(value, str) else None  # type: ignore[assignment]
        except ValueError as error:
            raise BadEvent(f"{key} {value!r} is not a time; write 2026-03-02T22:10:05Z") from error
    if at is None:
        raise BadEvent(f"{key} is required; write 2026-03-02T22:10:05Z")
    if at.tzinfo is None:
        raise BadEvent(f"{key} {value!r} has no offset; write 2026-03-02T22:10:05Z")
    return at.astimezone(UTC)


def _optional_instant(source: Object, key: str) -> datetime | None:
    return None if source.get(key) is None else _instant(source, key)
