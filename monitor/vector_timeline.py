"""Reads the shorthand in which a site's rule file writes the patients of its test vectors. Pure.

A part of the shorthand of docs/grading.md: items separated by `;`, those without a time describe the patient, the
others are events. Times count from Monday 2 March 2026, 10:00 where the patient lives is UTC. What it returns is a
timeline as `stepguard replay` reads it (docs/interfaces.md, "Timeline").
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""A Monday morning, so that the first hours of a vector lie in the day."""

_SPAN = re.compile(r"(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_QUIET: Mapping[str, Any] = {
    "temperature": {"value": Decimal("36.6"), "unit": "Cel"},
    "oximetry": {"spo2_pct": 97, "pulse_bpm": 74},
    "blood_pressure": {"systolic_mmhg": 124, "diastolic_mmhg": 76},
}
_BASELINE: Mapping[str, Any] = {
    "temperature_c": Decimal("36.6"),
    "systolic_mmhg": 124,
    "diastolic_mmhg": 76,
    "spo2_pct": 97,
    "pulse_bpm": 74,
}
_BASELINE_WORDS = {"T": "temperature_c", "S": "spo2_pct", "B": "systolic_mmhg", "P": "pulse_bpm"}
_CONSCIOUSNESS = ("spontaneous", "voice", "tactile", "unarousable")
_ICE_MOST = {"attention": 1, "writing": 1, "commands": 1, "naming": 3, "orientation": 4}
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
_CAPD_MOST_PER_ITEM = 4


class VectorUnreadable(Exception):  # noqa: N818 - it names a vector, not a failure of ours
    """The shorthand of a vector cannot be read; says which item and what would be right."""


def span(text: str) -> timedelta:
    """Return the length that `30h`, `1h10m` or `10d` writes. Raises VectorUnreadable."""
    found = _SPAN.fullmatch(text)
    if not found:
        raise VectorUnreadable(f"{text!r} is no time; write 30h, 1h10m or 10d after Monday 10:00")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def timeline(text: str) -> dict[str, Any]:
    """Return the timeline that the shorthand writes.

    Raises
    ------
    VectorUnreadable
        For the first item that is no part of the shorthand.
    """
    patient: dict[str, Any] = {"code": "P-0000", "born": "1956-03-01", "timezone": "UTC", "baseline": dict(_BASELINE)}
    regimen: dict[str, Any] = {"drug": "teclistamab", "schedule": "us_weekly"}
    items = [item.split() for item in text.split(";") if item.strip()]
    events = []
    for words in items:
        try:
            if words[0] in _PATIENT:
                _PATIENT[words[0]](patient, regimen, words[1:])
            else:
                events.append(_event(words))
        except (ValueError, KeyError, InvalidOperation, StopIteration, IndexError) as error:
            raise VectorUnreadable(f"{' '.join(words)!r} is no item of the shorthand (docs/grading.md)") from error
    if not events:
        raise VectorUnreadable("there is no event; write for example: 0h dose SUD1; 1h well; 2h S 93")
    return {"patient": patient, "regimen": regimen, "events": events}


def _only(words: list[str]) -> str:
    """Return the one word; ValueError where there are more or none, because a word passed over would be guessing."""
    (word,) = words
    return word


def _drug(_patient: dict[str, Any], regimen: dict[str, Any], words: list[str]) -> None:
    drug, *schedule = words
    regimen.clear()
    regimen["drug"] = drug
    if schedule:
        regimen["schedule"] = _only(schedule)


def _own(patient: dict[str, Any], _regimen: dict[str, Any], words: list[str]) -> None:
    patient["baseline"].update(_baseline(words))


def _none(patient: dict[str, Any], _regimen: dict[str, Any], words: list[str]) -> None:
    if words != ["baseline"]:
        raise ValueError(words)
    patient["baseline"] = {}


def _scale(patient: dict[str, Any], _regimen: dict[str, Any], words: list[str]) -> None:
    patient["spo2_scale"] = int(_only(words))


def _has(patient: dict[str, Any], _regimen: dict[str, Any], words: list[str]) -> None:
    patient["conditions"] = words


def _born(patient: dict[str, Any], _regimen: dict[str, Any], words: list[str]) -> None:
    patient["born"] = _only(words)


_PATIENT: Mapping[str, Callable[[dict[str, Any], dict[str, Any], list[str]], None]] = {
    "baseline": _own,
    "no": _none,
    "scale": _scale,
    "has": _has,
    "born": _born,
    "drug": _drug,
}


def _baseline(words: list[str]) -> dict[str, Any]:
    return {_BASELINE_WORDS[name]: Decimal(value) for name, value in zip(words[::2], words[1::2], strict=True)}


def _event(words: list[str]) -> dict[str, Any]:
    event: dict[str, Any] = {"at": (START + span(words[0])).isoformat()}
    rest = words[1:]
    if rest[0] == "rx":
        event["received_at"] = (START + span(rest[1])).isoformat()
        rest = rest[2:]
    reader = _EVENTS.get(rest[0])
    return {**event, **(reader(rest[1:]) if reader else _reading(rest))}


def _support(words: list[str]) -> dict[str, Any]:
    oxygen: dict[str, Any] = {"device": "none", "flow_l_min": None, "indication": "hypoxia"}
    event = {
        "type": "support",
        "vasopressors": [],
        "vasopressin": False,
        "fluids_for_hypotension": False,
        "oxygen": oxygen,
    }
    given = iter(words)
    for word in given:
        match word:
            case "none":
                pass
            case "pressors":
                event["vasopressors"] = next(given).split("+")
            case "vasopressin":
                event["vasopressin"] = True
            case "fluids":
                event["fluids_for_hypotension"] = True
            case "O2":
                oxygen["device"] = next(given)
            case "hypoxia" | "chronic" | "airway_protection":
                oxygen["indication"] = word
            case flow:
                oxygen["flow_l_min"] = Decimal(flow)
    return event


def _ice(words: list[str]) -> dict[str, Any]:
    points, *handwriting = words
    event = {"type": "ice", **_points(10 - int(points), _ICE_MOST, taken=True)}
    return event | ({"handwriting": _only(handwriting)} if handwriting else {})


def _capd(words: list[str]) -> dict[str, Any]:
    if words == ["unable"]:
        return {"type": "capd", "unable": True}
    return {"type": "capd", **_points(int(_only(words)), dict.fromkeys(_CAPD_ITEMS, _CAPD_MOST_PER_ITEM), taken=False)}


def _points(points: int, most: Mapping[str, int], *, taken: bool) -> dict[str, int]:
    """Spread `points` over the items, at most so many each: taken away from the most, or given."""
    spread = {}
    for item, limit in most.items():
        here = min(points, limit)
        spread[item] = limit - here if taken else here
        points -= here
    if points:
        raise ValueError(points)
    return spread


def _neuro(words: list[str]) -> dict[str, Any]:
    event: dict[str, Any] = {"type": "neuro"}
    for word in words:
        if word in _CONSCIOUSNESS:
            event["consciousness"] = word
        elif word in {"brief", "prolonged"}:
            event["seizure"] = word
        elif word in {"focal", "diffuse"}:
            event["cerebral_edema"] = word
        elif word == "weakness":
            event["motor_weakness"] = True
        else:
            raise ValueError(word)
    return event


def _dose(words: list[str]) -> dict[str, Any]:
    match words:
        case [*step, "-"]:
            return {"type": "dose", "step": " ".join(step), "amount": None}
        case [step, amount, unit]:
            return {"type": "dose", "step": step, "amount": Decimal(amount), "unit": unit}
        case _:
            return {"type": "dose", "step": _only(words), "amount": None}


def _place(words: list[str]) -> dict[str, Any]:
    match words:
        case [where, "by", until]:
            return {"type": "place", "where": where, "expected_by": (START + span(until)).isoformat()}
        case _:
            return {"type": "place", "where": _only(words)}


def _tick(words: list[str]) -> dict[str, Any]:
    if words:
        raise ValueError(words)
    return {"type": "tick"}


_EVENTS: Mapping[str, Callable[[list[str]], dict[str, Any]]] = {
    "tick": _tick,
    "dose": _dose,
    "med": lambda words: {"type": "medication", "name": _only(words)},
    "support": _support,
    "ice": _ice,
    "capd": _capd,
    "neuro": _neuro,
    "symptom": lambda words: {"type": "symptom", "names": [] if words == ["none"] else words},
    "attribute": lambda words: {"type": "attribution", "sign": _only(words), "cause": "infection"},
    "place": _place,
    "baseline": lambda words: {"type": "baseline", **_baseline(words)},
}


def _reading(words: Iterable[str]) -> dict[str, Any]:
    """Return a reading: `well` first for a quiet set, then letter and value of what is otherwise."""
    event: dict[str, Any] = {"type": "reading"}
    rest = iter(words)
    for word in rest:
        match word:
            case "well":
                event.update({group: dict(values) for group, values in _QUIET.items()})
            case "T":
                event["temperature"] = {"value": Decimal(next(rest)), "unit": "Cel"}
            case "S":
                spo2, _, pulse = next(rest).partition("/")
                event["oximetry"] = {"spo2_pct": Decimal(spo2), **({"pulse_bpm": Decimal(pulse)} if pulse else {})}
            case "B":
                systolic, diastolic, *pulses = next(rest).split("/")
                pressure = {"systolic_mmhg": Decimal(systolic), "diastolic_mmhg": Decimal(diastolic)}
                event["blood_pressure"] = pressure | ({"pulse_bpm": Decimal(pulses[0])} if pulses else {})
            case "R":
                event["respiratory_rate_bpm"] = Decimal(next(rest))
            case site if "temperature" in event and site in _SITES:
                event["temperature"]["site"] = site
            case _:
                raise ValueError(word)
    return event


_SITES = frozenset({"oral", "axillary", "tympanic", "temporal", "forehead", "rectal", "skin", "finger", "toe"})
