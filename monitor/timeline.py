"""Reads a timeline (docs/interfaces.md, "Timeline"). Refuses what it cannot read and names the event."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.device_clock import graded_at
from gateway.native import read_object
from gateway.plausibility import PlausibilityLimits
from gateway.reading import Rejected
from monitor.event_fields import (
    BadEvent,
    Object,
    flag,
    instant,
    names_at,
    number,
    object_at,
    one_of,
    optional_instant,
    text,
)
from monitor.profile_object import BASELINE_KEYS, baseline_of, parse_profile
from monitor.record import (
    BaselineChanged,
    CapdAsked,
    ClinicianGraded,
    DoseGiven,
    DosePlanned,
    EpisodeSummarised,
    Event,
    IceAsked,
    MedicationTaken,
    MessageQuarantined,
    NeuroExamined,
    Noted,
    PlaceChanged,
    ReadingTaken,
    Record,
    Regimen,
    SignAttributed,
    SupportGiven,
    SymptomsReported,
    Ticked,
    Voided,
)

__all__ = ["BadEvent", "parse_event", "parse_profile", "parse_timeline"]

ICE_PARTS = {"orientation": 4, "naming": 3, "commands": 1, "writing": 1, "attention": 1}
HANDWRITING = ("same", "changed")
CAPD_ITEMS = (
    "eye_contact",
    "purposeful",
    "aware",
    "communicates",
    "restless",
    "inconsolable",
    "underactive",
    "slow_response",
)
CAPD_MOST = 4
PLACES = ("home", "travelling", "emergency_department", "admitted", "discharged", "ended")
SIGNS = ("fever", "hypotension", "hypoxia")
CONSCIOUSNESS = ("spontaneous", "voice", "tactile", "unarousable")
SEIZURES = ("none", "brief", "prolonged")
OEDEMA = ("none", "focal", "diffuse")
INDICATIONS = ("hypoxia", "airway_protection", "chronic")
_ENVELOPE = frozenset({"type", "at", "id", "by", "entered_at", "received_at", "graded_at", "clock_doubt"})


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
    regimen = object_at(timeline, "regimen", "drug and schedule")
    given = {event.get("id") for event in events if isinstance(event, Mapping) and isinstance(event.get("id"), str)}
    parsed: list[Event] = []
    for index, event in enumerate(events):
        own = f"e{index}"
        try:
            parsed.append(parse_event(event, limits, ref=f"{own}, unnamed" if own in given else own))
        except BadEvent as error:
            raise BadEvent(error.sentence, index) from error
    _refuse_shared_ids(parsed)
    _refuse_dangling_voids(parsed)
    return Record(
        profile=parse_profile(timeline["patient"]),
        regimen=Regimen(drug=text(regimen, "drug"), schedule=text(regimen, "schedule")),
        events=tuple(parsed),
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
        "at": instant(event, "at", any_year=kind == "reading" and event.get("received_at") is not None),
        "ref": text(event, "id") or ref,
        "by": text(event, "by"),
        "entered_at": optional_instant(event, "entered_at"),
    }
    return reader(event, common, limits)


def _reading(event: Object, common: dict[str, Any], limits: PlausibilityLimits) -> Event:
    measured_at = common["at"]
    received_at = optional_instant(event, "received_at") or measured_at
    message = {key: value for key, value in event.items() if key not in _ENVELOPE}
    reading = read_object({**message, "measured_at": measured_at}, received_at)
    if isinstance(reading, Rejected):
        raise BadEvent(reading.reason)
    at, doubt = graded_at(measured_at, received_at, None, False, limits)  # noqa: FBT003 - a timeline has no boot run
    if (judged_at := optional_instant(event, "graded_at")) is not None:  # written where only the gateway could know
        at, doubt = judged_at, text(event, "clock_doubt")
    return ReadingTaken(**{**common, "at": min(at, received_at)}, graded_at=at, reading=reading, clock_doubt=doubt)


def _dose(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    return DoseGiven(
        **common,
        step=text(event, "step"),
        amount=number(event, "amount"),
        unit=text(event, "unit"),
        ended_at=optional_instant(event, "ended_at"),
    )


def _planned_dose(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    due, of = optional_instant(event, "due"), text(event, "of")
    planned = DosePlanned(
        **common,
        step=text(event, "step"),
        due=due,
        amount=number(event, "amount"),
        unit=text(event, "unit"),
        of=of,
        why=text(event, "why") or "",
    )
    if of is None and (not planned.step or due is None):
        raise BadEvent("a planned dose needs its step and when it is due; `of` names the one it moves or cancels")
    return planned


def _medication(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    name = text(event, "name")
    if not name:
        raise BadEvent("a medication needs its name")
    return MedicationTaken(
        **common,
        name=name,
        amount=number(event, "amount"),
        unit=text(event, "unit"),
        purpose=text(event, "purpose"),
    )


def _support(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    given = frozenset(name.strip().casefold() for name in names_at(event, "vasopressors"))
    oxygen = object_at(event, "oxygen", "device, flow_l_min and indication")
    return SupportGiven(
        **common,
        vasopressors=given - {"vasopressin"},
        vasopressin=flag(event, "vasopressin") or "vasopressin" in given,
        fluids_for_hypotension=flag(event, "fluids_for_hypotension"),
        oxygen_device=one_of(oxygen, "device", OXYGEN_DEVICES, "none"),
        oxygen_flow_l_min=number(oxygen, "flow_l_min"),
        oxygen_indication=one_of(oxygen, "indication", INDICATIONS, "hypoxia"),
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
    if event.get("handwriting") is not None:
        points["handwriting"] = one_of(event, "handwriting", HANDWRITING, None)
    return IceAsked(**common, **points)


def _capd(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    given = [item for item in CAPD_ITEMS if event.get(item) is not None]
    if flag(event, "unable"):
        if given:
            raise BadEvent(f"CAPD is either unable or has points: leave out {given[0]} or unable")
        return CapdAsked(**common)
    points = []
    for item in CAPD_ITEMS:
        value = event.get(item)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= CAPD_MOST:
            raise BadEvent(f"CAPD {item} must be a whole number from 0 to {CAPD_MOST}")
        points.append(value)
    return CapdAsked(**common, items=tuple(points))


def _neuro(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    return NeuroExamined(
        **common,
        consciousness=one_of(event, "consciousness", CONSCIOUSNESS, "spontaneous"),
        seizure=one_of(event, "seizure", SEIZURES, "none"),
        motor_weakness=flag(event, "motor_weakness"),
        cerebral_edema=one_of(event, "cerebral_edema", OEDEMA, "none"),
    )


def _symptom(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    if event.get("names") is None:
        raise BadEvent("names must be a list; an empty list answers all symptoms")
    names = names_at(event, "names")
    return SymptomsReported(**common, names=frozenset(part.strip() for name in names for part in name.split("|")))


def _attribution(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    sign: Any = one_of(event, "sign", SIGNS, None)
    return SignAttributed(**common, sign=sign, cause=text(event, "cause") or "another cause")


def _clinician_grade(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    syndrome: Any = one_of(event, "syndrome", ("crs", "icans"), None)
    grade = event.get("grade")
    if grade is not None and (not isinstance(grade, int) or isinstance(grade, bool) or not 0 <= grade <= 5):  # noqa: PLR2004
        raise BadEvent("grade must be a whole number from 0 to 5, or null to withdraw it")
    return ClinicianGraded(**common, syndrome=syndrome, grade=grade)


def _place(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    where = one_of(event, "where", PLACES, None)
    return PlaceChanged(**common, where=where, expected_by=optional_instant(event, "expected_by"))


def _baseline_event(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    if not any(event.get(key) is not None for key in BASELINE_KEYS):
        raise BadEvent(f"a baseline needs at least one of {', '.join(BASELINE_KEYS)}")
    return BaselineChanged(**common, baseline=baseline_of(event))


def _void(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    of = text(event, "of")
    if not of:
        raise BadEvent("a void names the id of the event it strikes out in `of`")
    return Voided(**common, of=of, why=text(event, "why") or "")


def _note(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    words = text(event, "text")
    if not words or not words.strip():
        raise BadEvent("a note holds its words in `text`")
    return Noted(**common, text=words)


def _episode_summary(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    told = event.get("summary")
    of = told.get("number") if isinstance(told, Mapping) else None
    if not isinstance(of, int) or isinstance(of, bool) or of < 1:
        raise BadEvent("an episode_summary holds the episode in `summary`, with its number from 1")
    return EpisodeSummarised(**common, number=of)


def _tick(_event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    return Ticked(**common)


def _quarantined(event: Object, common: dict[str, Any], _limits: PlausibilityLimits) -> Event:
    return MessageQuarantined(**common, reason=text(event, "reason") or "unreadable message")


_READERS: dict[str, Callable[[Object, dict[str, Any], PlausibilityLimits], Event]] = {
    "reading": _reading,
    "dose": _dose,
    "planned_dose": _planned_dose,
    "medication": _medication,
    "support": _support,
    "ice": _ice,
    "capd": _capd,
    "neuro": _neuro,
    "symptom": _symptom,
    "attribution": _attribution,
    "clinician_grade": _clinician_grade,
    "place": _place,
    "baseline": _baseline_event,
    "void": _void,
    "note": _note,
    "episode_summary": _episode_summary,
    "tick": _tick,
    "quarantined": _quarantined,
}


def _refuse_dangling_voids(events: Sequence[Event]) -> None:
    refs = {event.ref for event in events}
    for index, event in enumerate(events):
        if isinstance(event, Voided | DosePlanned) and event.of is not None and event.of not in refs:
            kind = "void" if isinstance(event, Voided) else "planned_dose"
            raise BadEvent(f"{kind} of {event.of!r}: no event has that id", index)


def _refuse_shared_ids(events: Sequence[Event]) -> None:
    """One id for two events would let a void strike out both."""
    seen: set[str] = set()
    for index, event in enumerate(events):
        if event.ref in seen:
            raise BadEvent(f"id {event.ref!r} is taken by an earlier event; leave it out or choose another", index)
        seen.add(event.ref)
