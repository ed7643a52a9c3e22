"""The two ways between a form and its line of shorthand: what fields amount to, and what a line fills in. Pure.

Nothing is saved from a form that its line does not say: the form writes the line, and the line is what is understood.
"""

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from console.entry.fields import WHEN, YES, Field, Kind, kind_of_entry, kind_of_line
from console.entry.findings import ICE_PARTS, PLACES
from console.entry.given import NOT_KNOWN, PURPOSES, read_amount
from console.entry.line import Answer, Limited, Note, Setting, Understood
from console.entry.medicine import Medicine
from console.entry.moment import Asks, take_moment
from console.entry.own_values import BASELINE, GROUPS, NONE
from console.entry.shorthand import understand
from console.entry.sketch import sketch
from monitor.timeline import CAPD_ITEMS

Values = Mapping[str, str]
Body = Mapping[str, Any]
_ICE_NAMES = tuple(name for name, _ in ICE_PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form and what it amounts to: the kind, the words in its fields, its line, and what that line means."""

    kind: Kind | None
    values: Values
    line: str
    answer: Answer


def from_line(line: str, setting: Setting) -> Form:
    """Return the form that a typed line fills; while the line leaves a question open, with its words where they fit."""
    kind, answer = kind_of_line(line), understand(line, setting)
    if kind is None:
        return Form(kind=None, values={}, line=line, answer=answer)
    asked = isinstance(answer, Asks)
    values = sketch(kind, line, setting) if asked else values_of_line(kind, line, answer, setting)
    return Form(kind=kind, values=values, line=line, answer=answer)


def from_fields(kind: Kind, values: Values, setting: Setting) -> Form:
    """Return what fields amount to. A field that is empty and needed, or that would be misread, is asked about."""
    line = write_line(kind, values)
    answer: Answer = _asked(kind, values) or understand(line, setting)
    if not isinstance(answer, Asks):
        answer = _misread(kind, values, line, answer, setting) or answer
    return Form(kind=kind, values=values, line=line, answer=answer)


def _asked(kind: Kind, values: Values) -> Asks | None:
    """Return what the fields by themselves leave open, the first one first: what the line would not say as well."""
    for each in kind.fields:
        value = values.get(each.name, "").strip()
        known = f": {', '.join(each.words)}" if each.words else f": {each.hint}" if each.hint else ""
        if _is_missing(each, values):
            return Asks(question=f"{each.label} is needed{known}", field=each.name)
        stranger = each.stranger(value)
        if stranger is not None:
            return Asks(question=f"{stranger!r} is none of these{known}", field=each.name)
        amount = read_amount(value.split()) if each.name == "amount" else None
        if isinstance(amount, Asks):
            return amount
    return None


def _is_missing(field: Field, values: Values) -> bool:
    return field.needed and not values.get(field.name, "").strip() and values.get(field.unless) != YES


def _misread(kind: Kind, values: Values, line: str, answer: Answer, setting: Setting) -> Asks | None:
    """Return the question about a field whose own words the line would understand as something else."""
    read = values_of_line(kind, line, answer, setting)
    for each in kind.fields:
        if each.free and " ".join(values.get(each.name, "").split()) != read.get(each.name, ""):
            question = f"{each.label} would be read as {read.get(each.name, '')!r}; write it in other words."
            return Asks(question=question, field=each.name)
    return None


def write_line(kind: Kind, values: Values) -> str:
    """Return the line of shorthand that fields amount to; fields left empty are not in it."""
    words = [kind.letter, *kind.begin]
    if kind.name == "limit":
        return " ".join([*words, *_limit_words(values)])
    for each in kind.fields:
        words += _spoken(each, values.get(each.name, "").strip(), plain=kind.plain)
    if kind.name == "support" and values.get("oxygen") == "none" and len(words) == 1 + len(_when(values)):
        words.insert(1, "none")
    return " ".join(words)


def _when(values: Values) -> list[str]:
    return values.get(WHEN, "").split()


def _spoken(field: Field, value: str, *, plain: bool) -> list[str]:
    if not value:
        return []
    if field.flag:
        return [field.flag] if value == YES else [] if value == "no" else [value]
    said = dict(field.spoken).get(value, value)
    if not said:
        return []
    lead = [field.before] if field.before else []
    if plain or field.many or field.name == WHEN:
        return [*lead, *said.split()]
    return [*lead, said if said.isprintable() and not set(said) & set(" '\"\\") else shlex.quote(said)]


def _limit_words(values: Values) -> list[str]:
    given = {name: " ".join(value.split()) for name, value in values.items()}
    numbers = [given.get(name, "") for name in ("group", "urgent")]
    if given.get("urgent", "").casefold() != NONE:
        numbers += [given.get(name, "") for name in ("emergency", "until")]
    who = f"{given.get('by', '')}: {given.get('why', '')}" if given.get("by") or given.get("why") else ""
    return [word for word in (*numbers, who) if word]


def values_of_line(kind: Kind, line: str, answer: Answer, setting: Setting) -> Values:
    """Return what an understood line fills into the fields of its kind."""
    match answer:
        case Note():
            return {"text": answer.text}
        case Limited():
            return _limit_values(line.split()[1:], answer)
        case Understood():
            return {**values_of(kind, answer.event, setting.medicines), WHEN: _typed_time(kind, line, setting)}
        case _:
            return {}


def _typed_time(kind: Kind, line: str, setting: Setting) -> str:
    """Return the words of a line that say when, as they were typed; empty when none do."""
    words = (line.split() if kind.plain else shlex.split(line))[1:]
    if kind.name == "medication":
        words = [word for word in words if word.casefold() not in PURPOSES]
    found = take_moment(words, setting.now, setting.zone)
    return "" if isinstance(found, Asks) else " ".join(words[len(found[0]) :])


def values_of(kind: Kind, body: Body, medicines: Sequence[Medicine] = ()) -> Values:
    """Return what an entry of the record fills into the fields of its kind, without when it was.

    `medicines` are the names that are known: any other is filled in as one to be kept as written.
    """
    if kind.name == "medication":
        return _medicine_values(body, medicines)
    filler = _FILLERS.get(kind.name)
    return {} if filler is None else filler(body)


def values_of_entry(body: Body, medicines: Sequence[Medicine]) -> tuple[Kind, Values] | None:
    """Return kind and fields of an entry that is to be corrected; None for one that has no form."""
    kind = kind_of_entry(str(body.get("type")))
    return None if kind is None or kind.name == "void" else (kind, values_of(kind, body, medicines))


def _number(value: object) -> str:
    """Return a number as the line takes it: never one that reads as thousands."""
    if value is None:
        return ""
    exact = Decimal(str(value))
    said = f"{exact.normalize():f}"
    whole, _, fraction = said.partition(".")
    return f"{said}0" if len(fraction) == 3 and whole != "0" else said  # noqa: PLR2004 - a group of thousands


def _dose_values(body: Body) -> Values:
    return {
        "step": str(body.get("step") or ""),
        "amount": _number(body.get("amount")) or NOT_KNOWN,
        "unit": str(body.get("unit") or ""),
    }


def _medicine_values(body: Body, medicines: Sequence[Medicine]) -> Values:
    name = str(body.get("name") or "").casefold()
    known = any(name in each.names for each in medicines)
    return {
        "name": name if known else f"{name}!",
        "amount": _number(body.get("amount")) or NOT_KNOWN,
        "unit": str(body.get("unit") or ""),
        "purpose": str(body.get("purpose") or ""),
    }


def _support_values(body: Body) -> Values:
    oxygen = body.get("oxygen") or {}
    device = str(oxygen.get("device") or "none")
    pressors = [str(each) for each in body.get("vasopressors") or ()]
    vasopressin = bool(body.get("vasopressin")) or "vasopressin" in pressors
    return {
        "oxygen": device,
        "flow": _number(oxygen.get("flow_l_min")) if device != "none" else "",
        "indication": str(oxygen.get("indication") or "hypoxia") if device != "none" else "",
        "vasopressors": " ".join(each for each in pressors if each != "vasopressin"),
        "vasopressin": YES if vasopressin else "no",
        "fluids": YES if body.get("fluids_for_hypotension") else "no",
    }


def _ice_values(body: Body) -> Values:
    points = {name: _number(body.get(name)) for name in _ICE_NAMES}
    return {**points, "handwriting": str(body.get("handwriting") or "")}


def _capd_values(body: Body) -> Values:
    points = {name: _number(body.get(name)) for name in CAPD_ITEMS}
    return {"unable": YES if body.get("unable") else "", **points}


def _neuro_values(body: Body) -> Values:
    return {
        "consciousness": str(body.get("consciousness") or "spontaneous"),
        "seizure": str(body.get("seizure") or "none"),
        "weakness": YES if body.get("motor_weakness") else "no",
        "oedema": str(body.get("cerebral_edema") or "none"),
    }


def _symptom_values(body: Body) -> Values:
    return {"names": " ".join(str(each) for each in body.get("names") or ()) or "none"}


def _place_values(body: Body) -> Values:
    where, expected = str(body.get("where") or ""), body.get("expected_by")
    spoken = next((word for word, meant in PLACES.items() if meant == where), where)
    if where != "travelling" or not expected:
        return {"where": spoken, "minutes": ""}
    left = datetime.fromisoformat(str(expected)) - datetime.fromisoformat(str(body["at"]))
    return {"where": spoken, "minutes": str(max(0, round(left.total_seconds() / 60)))}


def _grade_values(body: Body) -> Values:
    grade = body.get("grade")
    return {
        "syndrome": str(body.get("syndrome") or ""),
        "grade": "withdrawn" if grade is None else str(grade),
        "by": str(body.get("by") or ""),
    }


def _attribution_values(body: Body) -> Values:
    return {"sign": str(body.get("sign") or ""), "cause": str(body.get("cause") or "")}


def _baseline_values(body: Body) -> Values:
    return {name: _number(body.get(own.key)) for name, own in BASELINE.items()}


def _limit_values(words: Sequence[str], answer: Limited) -> Values:
    group = next(word for word, (meant, _) in GROUPS.items() if meant == answer.group)
    urgent, emergency, until = (NONE, "", "") if answer.limit is None else words[1:4]
    return {
        "group": group,
        "urgent": urgent,
        "emergency": emergency,
        "until": until,
        "by": answer.by,
        "why": answer.why,
    }


_FILLERS: Mapping[str, Callable[[Body], Values]] = {
    "dose": _dose_values,
    "support": _support_values,
    "ice": _ice_values,
    "capd": _capd_values,
    "neuro": _neuro_values,
    "symptom": _symptom_values,
    "place": _place_values,
    "clinician_grade": _grade_values,
    "attribution": _attribution_values,
    "note": lambda body: {"text": str(body.get("text") or "")},
    "baseline": _baseline_values,
    "void": lambda body: {"of": str(body.get("of") or ""), "why": str(body.get("why") or "")},
}
