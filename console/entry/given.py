"""Understands what people gave: doses, medicines, support. Pure; an ambiguous drug, unit or device is asked back."""

import re
from datetime import datetime
from decimal import Decimal

from console.entry.line import EXAMPLES, Answer, Setting, event, match_word, one_of, timed
from console.entry.medicine import Medicine
from console.entry.moment import Asks
from monitor.catalogue import Step, normalise, same_unit

UNITS = ("mg", "g", "mcg", "ug", "ml", "units", "mg/kg", "mcg/kg", "ug/kg", "mg/m2", "mcg/m2")
PURPOSES = {"pre": "premedication", "premedication": "premedication", "prophylaxis": "prophylaxis"} | {
    "treat": "treatment",
    "treatment": "treatment",
}
DEVICES = {
    "nc": "nasal_cannula",
    "nasal_cannula": "nasal_cannula",
    "blow_by": "blow_by",
    "blowby": "blow_by",
    "hfnc": "high_flow_cannula",
    "hfc": "high_flow_cannula",
    "high_flow_cannula": "high_flow_cannula",
    "mask": "face_mask",
    "face_mask": "face_mask",
    "venturi": "venturi",
    "nrb": "non_rebreather",
    "non_rebreather": "non_rebreather",
    "cpap": "cpap",
    "bipap": "bipap",
    "ventilator": "ventilator",
}
VASOPRESSORS = {
    "norad": "norepinephrine",
    "noradrenaline": "norepinephrine",
    "norepinephrine": "norepinephrine",
    "adrenaline": "epinephrine",
    "epinephrine": "epinephrine",
    "phenylephrine": "phenylephrine",
    "dopamine": "dopamine",
}
OTHER_SUPPORT = ("vasopressin", "fluids", "chronic", "airway", "none")
NOT_KNOWN = "?"
"""Stands for an amount that nobody knows: a medicine taken at home hides fever however much of it was taken."""

NO_SUCH_STEP = "; NO SUCH STEP in the schedule, the window falls back"
_AMOUNT = re.compile(r"(\d+(?:[.,]\d+)?)([a-zA-Zµ/].*)?$")


def dose(words: list[str], setting: Setting) -> Answer:
    """Understand `d SUD2 0.3 mg/kg 19:10`; without a unit, the unit of that step in the patient's schedule."""
    found_time = timed(words, setting)
    if isinstance(found_time, Asks):
        return found_time
    rest, at = found_time
    if len(rest) < 2:  # noqa: PLR2004 - a step and its amount
        return Asks(question=f"Which step, and how much? {EXAMPLES['d']}", field="amount" if rest else "step")
    amount = read_amount(rest[1:])
    if isinstance(amount, Asks):
        return amount
    value, unit, left = amount
    if left:
        return Asks(question=f"What is {' '.join(left)!r}? {EXAMPLES['d']}", field="unit")
    steps = _steps(rest[0], setting)
    if value is None:
        return _dose_of_unknownread_amount(rest[0], steps, at, setting)
    source = ""
    if unit is None:
        units = sorted({step.unit for step in steps if step.unit})
        if len(units) != 1:
            why = f"{rest[0]} is in {' or '.join(units)}" if units else f"no schedule says the unit of {rest[0]!r}"
            return Asks(question=f"Which unit? {why}. Write it: d {rest[0]} {value} mg/kg", field="unit")
        unit, source = units[0], " (unit of the schedule)"
    amounts = {step.amount for step in steps if step.amount is not None and same_unit(step.unit, unit)}
    said = f"dose of {_drug(setting)}: {rest[0]} {value} {unit}{source}"
    if not steps:
        said += NO_SUCH_STEP
    elif value not in amounts:
        labels = " or ".join(sorted({f"{step.amount} {step.unit}" for step in steps if step.amount is not None}))
        said += f"; THE SCHEDULE SAYS {labels or 'no amount'}"
    body = {"step": rest[0], "amount": _number(value), "unit": unit, "ended_at": None}
    return event("dose", at, body, said, setting)


def _dose_of_unknownread_amount(step: str, steps: list[Step], at: datetime, setting: Setting) -> Answer:
    said = f"dose of {_drug(setting)}: {step}, AMOUNT NOT KNOWN{'' if steps else NO_SUCH_STEP}"
    return event("dose", at, {"step": step, "amount": None, "unit": None, "ended_at": None}, said, setting)


def _drug(setting: Setting) -> str:
    return setting.drug.name if setting.drug else "drug not known"


def medicine(words: list[str], setting: Setting) -> Answer:
    """Understand `m para 1000 01:20`. An unknown name is taken only with an exclamation mark, as written."""
    purposes = [PURPOSES[word.casefold()] for word in words if word.casefold() in PURPOSES]
    if len(purposes) > 1:
        return Asks(question=f"{' and '.join(purposes)}: which one?", field="purpose")
    purpose = purposes[0] if purposes else None
    found_time = timed([word for word in words if word.casefold() not in PURPOSES], setting)
    if isinstance(found_time, Asks):
        return found_time
    rest, at = found_time
    split = next((index for index, word in enumerate(rest) if word[:1].isdigit() or word == NOT_KNOWN), len(rest))
    spoken, rest = " ".join(rest[:split]).casefold(), rest[split:]
    if not spoken or not rest:
        return Asks(question=f"Which medicine, and how much? {EXAMPLES['m']}", field="amount" if spoken else "name")
    known = _medicine(spoken.removesuffix("!"), setting.medicines, as_written=spoken.endswith("!"))
    if isinstance(known, Asks):
        return known
    amount = read_amount(rest)
    if isinstance(amount, Asks):
        return amount
    value, unit, left = amount
    if left:
        return Asks(question=f"What is {' '.join(left)!r}? {EXAMPLES['m']}", field="unit")
    if unit is None and value is not None:
        usual = known.unit is not None and known.least is not None and known.most is not None
        if not usual or not (known.least or value) <= value <= (known.most or value):
            return Asks(question=f"{value} what of {known.name}? Write the unit: m {spoken} {value} mg", field="unit")
        unit = known.unit
    body: dict[str, object] = {"name": known.name, "amount": None if value is None else _number(value), "unit": unit}
    if purpose is not None:
        body["purpose"] = purpose
    much = ", AMOUNT NOT KNOWN" if value is None else f" {value} {unit}"
    said = f"medicine: {known.name}{much}{f', {purpose}' if purpose else ''}"
    return event("medication", at, body, said, setting)


OXYGEN = ("oxygen", "o2")
"""What people say first, and what alone says nothing of a grade."""


def support(words: list[str], setting: Setting) -> Answer:
    """Understand `s nc 4 norad fluids`: all that is given now. What is not named has ended, and is read back so."""
    found_time = timed(words, setting)
    if isinstance(found_time, Asks):
        return found_time
    rest, at = found_time
    known = tuple(dict.fromkeys((*DEVICES, *VASOPRESSORS, *OTHER_SUPPORT)))
    device, flow, indication = "none", None, "hypoxia"
    pressors: list[str] = []
    flags: set[str] = set()
    for word in rest:
        if flow is None and device != "none" and re.fullmatch(r"\d+(?:[.,]\d+)?", word):
            flow = Decimal(word.replace(",", "."))
            continue
        found = _support_word(word, known)
        if isinstance(found, Asks):
            return found
        if found in DEVICES and device != "none":
            both = f"{device} and {DEVICES[found]}"
            return Asks(question=f"Two oxygen devices, {both}: which one now?", field="oxygen")
        if found in DEVICES:
            device = DEVICES[found]
        elif found in VASOPRESSORS:
            pressors.append(VASOPRESSORS[found])
        else:
            flags.add(found)
    if not rest or ("none" in flags and (len(rest) > 1)):
        return Asks(question=f"Name all support given now, or none alone. {EXAMPLES['s']}", field="oxygen")
    if {"chronic", "airway"} & flags:
        if device == "none":
            words_back = "chronic and airway say why oxygen is given: name the oxygen device too."
            return Asks(question=words_back, field="oxygen")
        indication = "chronic" if "chronic" in flags else "airway_protection"
    body = {
        "vasopressors": list(dict.fromkeys(pressors)),
        "vasopressin": "vasopressin" in flags,
        "fluids_for_hypotension": "fluids" in flags,
        "oxygen": {
            "device": device,
            "flow_l_min": None if flow is None else _number(flow),
            "indication": indication,
        },
    }
    oxygen = f"{device.replace('_', ' ')}{_flow_words(device, flow)}"
    if indication != "hypoxia":
        oxygen += f" ({indication.replace('_', ' ')})"
    drugs = [*dict.fromkeys(pressors), *(["vasopressin"] if "vasopressin" in flags else [])]
    said = f"ALL support now: oxygen {oxygen}; vasopressors {', '.join(drugs) or 'none'}; fluids for pressure "
    said += "yes" if "fluids" in flags else "no"
    if setting.standing_support:
        said += f" [replaces: {setting.standing_support}]"
    return event("support", at, body, said, setting)


def _flow_words(device: str, flow: Decimal | None) -> str:
    if flow is not None:
        return f" {flow} L/min"
    return " flow not said" if device != "none" else ""


def _support_word(word: str, known: tuple[str, ...]) -> str | Asks:
    """Return the one word meant. Several beginnings that mean the same device or drug are not ambiguous."""
    if word.casefold() in OXYGEN:
        question = "By what is the oxygen given, at how many litres a minute? nc 2 (nasal cannula), mask 8, hfnc 40"
        return Asks(question=question, field="oxygen")
    meaning = DEVICES | VASOPRESSORS
    found = match_word(word, known)
    if len({meaning.get(each, each) for each in found}) == 1:
        return found[0]
    number = word.replace(",", ".").replace(".", "", 1).isdecimal()
    return one_of(word, known, "support", "flow" if number else "vasopressors")


def _medicine(spoken: str, medicines: tuple[Medicine, ...], *, as_written: bool) -> Medicine | Asks:
    exact = [each for each in medicines if spoken in each.names]
    found = exact or [each for each in medicines if any(name.startswith(spoken) for name in each.names)]
    if len(found) == 1:
        return found[0]
    if found:
        return Asks(question=f"{spoken!r} could be {' or '.join(each.name for each in found)}: which?", field="name")
    if as_written:
        return Medicine(name=spoken, names=(spoken,), unit=None, least=None, most=None)
    return Asks(question=f"{spoken!r} is not in the list. To save it as written: m {spoken}! 10 mg", field="name")


def read_amount(words: list[str]) -> tuple[Decimal | None, str | None, list[str]] | Asks:
    """Return amount, unit if written (`0.3 mg/kg`, `0.3mg/kg`), and what is left; None for an amount nobody knows."""
    if words[0] == NOT_KNOWN:
        return None, None, words[1:]
    match = _AMOUNT.match(words[0])
    if match is None:
        how = f"Write the number, then the unit: 0.3 mg/kg; {NOT_KNOWN} where nobody knows."
        return Asks(question=f"{words[0]!r} is not an amount. {how}", field="amount")
    value = Decimal(match[1].replace(",", "."))
    if re.fullmatch(r"[1-9]\d*[.,]\d{3}", match[1]):
        whole, fraction = re.sub(r"[.,]", "", match[1]), f"{match[1].replace(',', '.')}0"
        question = f"Is {match[1]} thousands or a fraction? Write {whole} or {fraction}."
        return Asks(question=question, field="amount")
    if value <= 0:
        return Asks(question=f"An amount is more than nothing; {NOT_KNOWN} where nobody knows it.", field="amount")
    spoken, left = (match[2], words[1:]) if match[2] else (words[1] if words[1:] else None, words[2:])
    if spoken is None:
        return value, None, []
    if spoken.casefold() not in UNITS:
        return Asks(question=f"{spoken!r} is no unit known here: {', '.join(UNITS)}", field="unit")
    return value, spoken.casefold(), left


def _steps(label: str, setting: Setting) -> list[Step]:
    """Return every step of the patient's drug (of its schedule when that is known) that answers to the label."""
    if setting.drug is None:
        return []
    named = [each for each in setting.drug.schedules if setting.schedule and each.id == setting.schedule]
    return [
        step
        for schedule in named or setting.drug.schedules
        for step in schedule.steps
        if normalise(label) in step.names
    ]


def _number(value: Decimal) -> int | float:
    """Return the JSON number; Python prints the shortest text of a float, so 0.3 stays 0.3."""
    return int(value) if value == value.to_integral_value() else float(value)
