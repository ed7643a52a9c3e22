"""Says an entered fact in the words of the ward, every value it has. Reads an event of a timeline; judges nothing."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

Body = Mapping[str, Any]
_ENVELOPE = frozenset({"at", "type", "id", "by", "entered_at"})


def spell_entry(body: Body) -> str:
    """Return one entered fact as a line for people to read back, without its time and author."""
    speller = _SPELLERS.get(str(body.get("type")))
    return speller(body) if speller else _others(body)


def _dose(body: Body) -> str:
    return _join(body.get("step") or "dose", _amount(body))


def _planned_dose(body: Body) -> str:
    why = f"({body['why']})" if body.get("why") else None
    if not body.get("of"):
        return _join(body.get("step"), _amount(body), f"for {body.get('due')}", why)
    named = f"{body['of']} {body['step']}" if body.get("step") else body["of"]
    return _join(named, f"moved to {body['due']}" if body.get("due") else "cancelled", why)


def _medication(body: Body) -> str:
    purpose = body.get("purpose")
    return _join(body.get("name"), _amount(body), f"({purpose})" if purpose else None)


def _support(body: Body) -> str:
    parts = [str(name) for name in body.get("vasopressors") or ()]
    if body.get("vasopressin") and "vasopressin" not in parts:
        parts.append("vasopressin")
    if body.get("fluids_for_hypotension"):
        parts.append("fluids for hypotension")
    oxygen = body.get("oxygen") or {}
    if oxygen.get("device", "none") != "none":
        flow, why = oxygen.get("flow_l_min"), oxygen.get("indication", "hypoxia")
        said = _join(_plain(oxygen["device"]), None if flow is None else f"{flow} L/min", _unless(why, "hypoxia"))
        parts.append(said)
    return ", ".join(parts) or "no support"


def _ice(body: Body) -> str:
    parts = [body.get(part) for part in ("orientation", "naming", "commands", "writing", "attention")]
    score = sum(part for part in parts if isinstance(part, int))
    said = f"ICE {score}/10 ({' '.join(str(part) for part in parts)})"
    written = body.get("handwriting")
    return f"{said}, handwriting {written}" if written else said


def _capd(body: Body) -> str:
    if body.get("unable"):
        return "CAPD: unable"
    points = [value for key, value in body.items() if key not in _ENVELOPE and isinstance(value, int)]
    return f"CAPD {sum(points)}/32 ({' '.join(map(str, points))})"


def _neuro(body: Body) -> str:
    awake, seizure = body.get("consciousness", "spontaneous"), body.get("seizure", "none")
    said = [f"awakens: {_plain(awake)}"]
    said += [f"{seizure} seizure"] if seizure != "none" else []
    said += ["motor weakness"] if body.get("motor_weakness") else []
    oedema = body.get("cerebral_edema", "none")
    return ", ".join([*said, *([f"{oedema} cerebral oedema"] if oedema != "none" else [])])


def _symptom(body: Body) -> str:
    return ", ".join(_plain(name) for name in body.get("names") or ()) or "all symptoms answered"


def _attribution(body: Body) -> str:
    return f"{body.get('sign')} attributed to {body.get('cause')}"


def _clinician_grade(body: Body) -> str:
    grade, syndrome = body.get("grade"), str(body.get("syndrome")).upper()
    said = f"{syndrome} grade {grade}" if grade is not None else f"{syndrome} grade withdrawn"
    return _join(said, f"by {body['by']}" if body.get("by") else None)


def _place(body: Body) -> str:
    expected = body.get("expected_by")
    return _join(_plain(body.get("where")), f"expected by {expected}" if expected else None)


def _void(body: Body) -> str:
    return _join(f"struck out {body.get('of')}", f"({body['why']})" if body.get("why") else None)


_USUAL = (
    ("temperature_c", "{} C"),
    ("systolic_mmhg", "{} mmHg systolic"),
    ("diastolic_mmhg", "{} mmHg diastolic"),
    ("spo2_pct", "SpO2 {} %"),
    ("pulse_bpm", "pulse {}"),
)


def _baseline(body: Body) -> str:
    return ", ".join(words.format(body[key]) for key, words in _USUAL if body.get(key) is not None)


def _others(body: Body) -> str:
    return ", ".join(
        f"{_plain(key)} {value}" for key, value in body.items() if key not in _ENVELOPE and value is not None
    )


def _note(body: Body) -> str:
    return str(body.get("text", ""))


_ENDINGS = {"resolved": "resolved", "clinician": "closed by a clinician", "watch_ended": "open when the watch ended"}


def _episode_summary(body: Body) -> str:
    told = body.get("summary") or {}
    peak = told.get("peak")
    said = "never graded"
    if peak is not None:
        said = f"peak grade {peak['grade']}{' or more' if peak['at_least'] else ''} {peak['certainty']}"
    dose = told.get("dose")
    after = f", {dose['hours']} h after {dose['step'] or 'the dose'}" if dose else ""
    ended = _ENDINGS.get(str(told.get("ended")), "open")
    masked = " while fever could be hidden" if told.get("masked_at_end") else ""
    lasted = _hours(told.get("onset"), told.get("ended_at"))
    return f"{told.get('number')}: {said}{after}, {ended}{masked}{lasted}"


def _hours(start: object, end: object) -> str:
    if not isinstance(start, str) or not isinstance(end, str):
        return ""
    hours = (datetime.fromisoformat(end) - datetime.fromisoformat(start)) / timedelta(hours=1)
    return f" after {hours:.0f} h"


_SPELLERS: dict[str, Callable[[Body], str]] = {
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
    "void": _void,
    "baseline": _baseline,
    "note": _note,
    "episode_summary": _episode_summary,
}


def _amount(body: Body) -> str | None:
    amount = body.get("amount")
    return None if amount is None else _join(f"{amount}", body.get("unit"))


def _unless(value: object, usual: str) -> str | None:
    return None if value in {usual, None} else f"({_plain(value)})"


def _plain(value: object) -> str:
    return str(value).replace("_", " ")


def _join(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part)
