"""Reads the shorthand in which the specification tables write a patient's timeline.

A timeline is a list of items separated by `;`. An item without a time describes the patient; every other item is one
event. Times are hours and minutes after Monday 2 March 2026 10:00 UTC (`30h`, `1h10m`, `10d`), or a weekday and clock
time where the patient lives (`Tue 03:00`). The full key is `KEY`, printed in front of the rendered tables.
"""

import itertools
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

KEY = """
| shorthand | means |
|---|---|
| `30h`, `1h10m`, `10d` | that long after Monday 2 March 2026, 10:00 UTC |
| `Tue 03:00` | the patient's own clock in that week |
| `rx 3h` | received only then; without it a reading is received when it is measured |
| `#a` | the event's id, for `void a` |
| `well` | a full quiet set: 36.6 C, SpO2 97 with pulse 74, 124/76 |
| `T 38.4`, `T 101.1F`, `T 38.4 axillary` | temperature with its unit and site |
| `S 94`, `S 94/112`, `P 112` | SpO2 in percent, with the oximeter's pulse |
| `pi 1.8` | perfusion index in percent |
| `B 104/61`, `B 104/61/110` | systolic and diastolic in mmHg, with the cuff's pulse |
| `R 22` | breaths per minute |
| `[cuff_loose]` | a flag of the group named before it |
| `well T 38.4` | the quiet set with one value replaced |
| `dose SUD1`, `dose SUD1 0.06 mg/kg`, `dose dose 1 -` | a dose starts: its step, with or without an amount; `-` ends a step of several words |
| `dose SUD1 until 4h` | an infusion that ends then; without it the end is not recorded |
| `med ibuprofen` | a medicine is taken |
| `support O2 nasal_cannula 4 hypoxia`, `support pressors a+b vasopressin fluids`, `support none` | all that is given |
| `ice 9 changed`, `capd 3`, `capd unable` | questions answered, the handwriting compared; those of a child under 12 |
| `ice 9`, `neuro voice`, `neuro brief`, `neuro weakness`, `neuro focal` | questions answered; a finding |
| `symptom rigors`, `symptom none` | symptoms reported; all answered |
| `attribute fever` | a clinician says that the sign has another cause |
| `crs 3`, `icans 2`, `crs null` | a clinician's own grade; withdrawn |
| `place travelling`, `place travelling by 2h` | where the patient is; expected to arrive |
| `baseline B 118` | with a time: a new baseline; without: the patient's own |
| `no baseline`, `scale 2`, `has beta_blocker`, `limit oximetry 88/85 until 9d`, `drug x`, `zone Europe/Paris` | patient |
"""

_DURATION = re.compile(r"(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_QUIET: Mapping[str, tuple[str, ...]] = {"T": ("36.6",), "S": ("97/74",), "B": ("124/76",)}
_BASELINE_KEYS = {"T": "temperature_c", "S": "spo2_pct", "P": "pulse_bpm"}
_CONSCIOUSNESS = ("spontaneous", "voice", "tactile", "unarousable")
_SITES = ("oral", "axillary", "tympanic", "temporal", "forehead", "rectal", "skin", "finger", "toe", "unknown")
_PATIENT_WORDS = ("baseline", "no", "scale", "has", "limit", "drug", "zone", "born")
_CAPD_ITEMS = (
    "eye_contact",
    "purposeful",
    "aware",
    "communicates",
    "restless",
    "inconsolable",
    "underactive",
    "slow_response",
)
_ICE_MAXIMA = {"attention": 1, "writing": 1, "commands": 1, "naming": 3, "orientation": 4}


def instant(text: str, zone: str = "UTC") -> datetime:
    """Return the instant that `30h` or `Tue 03:00` names; raise ValueError when it names none."""
    words = text.split()
    if len(words) == 2 and words[0] in WEEKDAYS:
        hour, minute = (int(part) for part in words[1].split(":"))
        local = datetime(2026, 3, 2 + WEEKDAYS.index(words[0]), hour, minute, tzinfo=ZoneInfo(zone))
        return local.astimezone(UTC)
    found = _DURATION.fullmatch(text)
    if not found:
        message = f"no time: {text!r}"
        raise ValueError(message)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return START + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def timeline(text: str) -> dict[str, Any]:
    """Return the timeline that the shorthand writes."""
    patient: dict[str, Any] = {
        "code": "P-0001",
        "born": "1956-03-01",
        "timezone": "UTC",
        "baseline": {
            "temperature_c": Decimal("36.6"),
            "systolic_mmhg": 124,
            "diastolic_mmhg": 76,
            "spo2_pct": 97,
            "pulse_bpm": 74,
        },
    }
    regimen: dict[str, Any] = {"drug": "teclistamab", "schedule": "us_weekly"}
    items = [item.split() for item in text.split(";") if item.strip()]
    for words in items:
        if words[0] in _PATIENT_WORDS:
            _describe(patient, regimen, words)
    events = [_event(words, patient["timezone"]) for words in items if words[0] not in _PATIENT_WORDS]
    return {"patient": patient, "regimen": regimen, "events": events}


def _describe(patient: dict[str, Any], regimen: dict[str, Any], words: list[str]) -> None:
    match words:
        case ["baseline", *values]:
            patient["baseline"].update(_baseline(values))
        case ["no", "baseline"]:
            del patient["baseline"]
        case ["scale", scale]:
            patient["spo2_scale"] = int(scale)
        case ["has", *conditions]:
            patient["conditions"] = conditions
        case ["limit", group, limits, "until", until]:
            urgent, emergency = (Decimal(limit) for limit in limits.split("/"))
            patient.setdefault("limits", {})[group] = {
                "urgent": urgent,
                "emergency": emergency,
                "by": "ada",
                "why": "chronic lung disease",
                "until": instant(until).isoformat(),
            }
        case ["drug", drug]:
            regimen.clear()
            regimen["drug"] = drug
        case ["drug", drug, schedule]:
            regimen.update(drug=drug, schedule=schedule)
        case ["zone", zone]:
            patient["timezone"] = zone
        case ["born", born]:
            patient["born"] = born
        case _:
            message = f"no patient item: {' '.join(words)!r}"
            raise ValueError(message)


def _baseline(words: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in zip(words[::2], words[1::2], strict=True):
        if name == "B":
            systolic, _, diastolic = value.partition("/")
            values["systolic_mmhg"] = int(systolic)
            if diastolic:
                values["diastolic_mmhg"] = int(diastolic)
        else:
            values[_BASELINE_KEYS[name]] = Decimal(value)
    return values


def _event(words: list[str], zone: str) -> dict[str, Any]:
    if words[0] in WEEKDAYS:
        at, rest = instant(" ".join(words[:2]), zone), words[2:]
    else:
        at, rest = instant(words[0], zone), words[1:]
    event: dict[str, Any] = {"at": at.isoformat()}
    if rest[0] == "rx":
        event["received_at"] = instant(rest[1], zone).isoformat()
        rest = rest[2:]
    if rest[0].startswith("#"):
        event["id"] = rest[0][1:]
        rest = rest[1:]
    event.update(_body(rest, zone))
    return event


def _body(words: list[str], zone: str) -> dict[str, Any]:
    match words:
        case ["tick"]:
            return {"type": "tick"}
        case ["dose", *step, "until", end]:
            return {"type": "dose", "step": " ".join(step), "amount": None, "ended_at": instant(end).isoformat()}
        case ["dose", *step, "-"]:
            return {"type": "dose", "step": " ".join(step), "amount": None, "ended_at": None}
        case ["dose", step]:
            return {"type": "dose", "step": step, "amount": None, "ended_at": None}
        case ["dose", step, amount, unit]:
            return {"type": "dose", "step": step, "amount": Decimal(amount), "unit": unit, "ended_at": None}
        case ["med", name, *purpose]:
            return {"type": "medication", "name": name, "purpose": purpose[0] if purpose else "treatment"}
        case ["support", *given]:
            return _support(given)
        case ["ice", score]:
            return _ice(int(score))
        case ["ice", score, ("same" | "changed") as handwriting]:
            return {**_ice(int(score)), "handwriting": handwriting}
        case ["capd", "unable"]:
            return {"type": "capd", "unable": True}
        case ["capd", score]:
            return _capd(int(score))
        case ["neuro", *findings]:
            return _neuro(findings)
        case ["symptom", *names]:
            return {"type": "symptom", "names": [] if names == ["none"] else names}
        case ["attribute", sign]:
            return {"type": "attribution", "sign": sign, "cause": "infection"}
        case [("crs" | "icans") as syndrome, grade]:
            value = None if grade == "null" else int(grade)
            return {"type": "clinician_grade", "syndrome": syndrome, "grade": value, "by": "ada"}
        case ["place", where]:
            return {"type": "place", "where": where, "expected_by": None}
        case ["place", where, "by", *until]:
            return {"type": "place", "where": where, "expected_by": instant(" ".join(until), zone).isoformat()}
        case ["baseline", *values]:
            return {"type": "baseline", **_baseline(values)}
        case ["void", of]:
            return {"type": "void", "of": of, "why": "entered for another patient"}
        case ["json", *text]:
            return dict(json.loads(" ".join(text), parse_float=Decimal))
        case _:
            return _reading(words)


def _support(given: list[str]) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": "support",
        "vasopressors": [],
        "vasopressin": False,
        "fluids_for_hypotension": False,
        "oxygen": {"device": "none", "flow_l_min": None, "indication": "hypoxia"},
    }
    words = iter(given)
    for word in words:
        match word:
            case "none":
                pass
            case "pressors":
                event["vasopressors"] = next(words).split("+")
            case "vasopressin":
                event["vasopressin"] = True
            case "fluids":
                event["fluids_for_hypotension"] = True
            case "O2":
                event["oxygen"]["device"] = next(words)
            case "hypoxia" | "chronic" | "airway_protection":
                event["oxygen"]["indication"] = word
            case flow:
                event["oxygen"]["flow_l_min"] = Decimal(flow)
    return event


def _ice(score: int) -> dict[str, Any]:
    points = dict(_ICE_MAXIMA)
    for _ in range(10 - score):
        question = next(name for name, value in points.items() if value)
        points[question] -= 1
    return {"type": "ice", **points}


def _capd(score: int) -> dict[str, Any]:
    points = {}
    for item in _CAPD_ITEMS:
        points[item] = min(4, score)
        score -= points[item]
    if score:
        message = f"no CAPD: {score} points too many"
        raise ValueError(message)
    return {"type": "capd", **points}


def _neuro(findings: list[str]) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": "neuro",
        "consciousness": "spontaneous",
        "seizure": "none",
        "motor_weakness": False,
        "cerebral_edema": "none",
    }
    for finding in findings:
        if finding in _CONSCIOUSNESS:
            event["consciousness"] = finding
        elif finding in {"brief", "prolonged"}:
            event["seizure"] = finding
        elif finding in {"focal", "diffuse"}:
            event["cerebral_edema"] = finding
        elif finding == "weakness":
            event["motor_weakness"] = True
        else:
            message = f"no neurological finding: {finding!r}"
            raise ValueError(message)
    return event


def _number(text: str) -> Decimal | str:
    return "--" if text == "--" else Decimal(text)


def _reading(words: list[str]) -> dict[str, Any]:
    groups: dict[str, list[str]] = {}
    if words[0] == "well":
        groups = {name: list(values) for name, values in _QUIET.items()}
        words = words[1:]
    current: str | None = None
    for word in words:
        if word in {"T", "S", "B", "R"}:
            current = word
            groups[current] = []
        elif word in {"P", "pi"}:
            current = "S"
            groups[current].append(word)
        elif current is None:
            message = f"no event: {' '.join(words)!r}"
            raise ValueError(message)
        else:
            groups[current].append(word)
    event: dict[str, Any] = {"type": "reading"}
    for name, values in groups.items():
        event.update(_GROUPS[name](values))
    return event


def _flags(values: list[str]) -> list[str]:
    return [flag for value in values if value.startswith("[") for flag in value.strip("[]").split(",")]


def _temperature(values: list[str]) -> dict[str, Any]:
    shown = values[0]
    group: dict[str, Any] = {"value": _number(shown.removesuffix("F")), "unit": "[degF]" if shown[-1] == "F" else "Cel"}
    for word in values[1:]:
        if word == "unitless":
            del group["unit"]
        elif word in _SITES:
            group["site"] = word
        elif not word.startswith("["):
            group["unit"] = word
    if flags := _flags(values):
        group["flags"] = flags
    return {"temperature": group}


def _oximetry(values: list[str]) -> dict[str, Any]:
    spo2, _, pulse = values[0].partition("/")
    group: dict[str, Any] = {"spo2_pct": _number(spo2)}
    if pulse:
        group["pulse_bpm"] = _number(pulse)
    for word, value in itertools.pairwise(values):
        if word == "P":
            group["pulse_bpm"] = _number(value)
        elif word == "pi":
            group["perfusion_index_pct"] = _number(value)
    if flags := _flags(values):
        group["flags"] = flags
    return {"oximetry": group}


def _blood_pressure(values: list[str]) -> dict[str, Any]:
    systolic, diastolic, *pulse = values[0].split("/")
    group: dict[str, Any] = {"systolic_mmhg": _number(systolic), "diastolic_mmhg": _number(diastolic)}
    if pulse:
        group["pulse_bpm"] = _number(pulse[0])
    if flags := _flags(values):
        group["flags"] = flags
    return {"blood_pressure": group}


def _respiratory_rate(values: list[str]) -> dict[str, Any]:
    return {"respiratory_rate_bpm": _number(values[0])}


_GROUPS = {"T": _temperature, "S": _oximetry, "B": _blood_pressure, "R": _respiratory_rate}
