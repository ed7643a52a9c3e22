"""Understands what homes text back. Asks about what it does not understand; guesses nothing. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

LETTERS = frozenset("ADEGHJKLMNRUVWXYZ")
"""Letters that may name a patient in a text: those of values and units (T S B P C F O Q I) are kept apart."""
OK_WORDS = frozenset({"OK", "OKAY", "YES", "ACK"})
_NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?"
_VALUE = re.compile(
    rf"(?P<name>TEMPERATURE|TEMP|T|SPO2|O2|SAT|S|BP|B|PULSE|HR|P)\s*[:=]?\s*"
    rf"(?P<first>{_NUMBER})\s*(?:/\s*(?P<second>\d{{1,3}}))?\s*(?P<unit>°\s*C|°\s*F|C|F|%)?"
    r"(?=$|[ ;]|[.,](?!\d)|[TSBPHO])",
)
_NAMES = {
    "TEMPERATURE": "T",
    "TEMP": "T",
    "T": "T",
    "SPO2": "S",
    "O2": "S",
    "SAT": "S",
    "S": "S",
    "BP": "B",
    "B": "B",
    "PULSE": "P",
    "HR": "P",
    "P": "P",
}
CELSIUS_C = (Decimal(25), Decimal(45))
FAHRENHEIT_F = (Decimal(77), Decimal(113))
HIGHEST = {"S": Decimal(100), "B": Decimal(300), "P": Decimal(300)}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """A text with no meaning here, and a sentence for its sender."""

    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Values a caregiver texted. A temperature in the unit it was meant in; None means not in the text.

    `letter` names the patient when the number belongs to more than one home.
    """

    letter: str | None
    temperature: Decimal | None = None
    temperature_unit: Literal["Cel", "[degF]"] = "Cel"
    spo2_pct: Decimal | None = None
    systolic_mmhg: Decimal | None = None
    diastolic_mmhg: Decimal | None = None
    pulse_bpm: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTheWay:
    """The caregiver says GOING (leaving for the hospital) or THERE (arrived)."""

    letter: str | None
    there: bool


def read_caregiver(body: str) -> Entered | OnTheWay | NotUnderstood:
    """Return what a caregiver means: values in any order, GOING, THERE.

    Any part that is not understood makes the whole text a question back: half a reading may be the wrong half.
    """
    text = " ".join(body.upper().split())
    letter = None
    lead = re.match(r"([A-Z])[\s:.,-]+(?=[A-Z])", text)
    if lead and lead[1] in LETTERS:
        letter, text = lead[1], text[lead.end() :]
    word = text.strip(" .!")
    if word in {"GOING", "THERE"}:
        return OnTheWay(letter=letter, there=word == "THERE")
    found: dict[str, re.Match[str]] = {}
    rest = text.strip(" ,;.")
    while rest:
        part = _VALUE.match(rest)
        if part is None:
            return NotUnderstood(sentence=_puzzled(rest))
        name = _NAMES[part["name"]]
        if name in found:
            return NotUnderstood(sentence=f"{name} came twice; send it once.")
        found[name] = part
        rest = rest[part.end() :].lstrip(" ,;.")
    if not found:
        return NotUnderstood(sentence="The text was empty.")
    return _entered(letter, found)


def _entered(letter: str | None, found: dict[str, re.Match[str]]) -> Entered | NotUnderstood:
    temperature, unit = None, "Cel"
    for name, part in found.items():
        if (sentence := _wrong_form(name, part)) is not None:
            return NotUnderstood(sentence=sentence)
    if "T" in found:
        temperature = _number(found["T"]["first"])
        unit = "[degF]" if (found["T"]["unit"] or "").endswith("F") else "Cel"
        low, high = FAHRENHEIT_F if unit == "[degF]" else CELSIUS_C
        if not low <= temperature <= high:
            meant = f" Did you mean T {temperature} F?" if unit == "Cel" and _could_be_f(temperature) else ""
            return NotUnderstood(sentence=f"T {temperature} cannot be a temperature.{meant}")
    if "P" in found and not {"S", "B"} & found.keys():
        return NotUnderstood(sentence="Send the pulse P together with S or B.")
    pressure = found.get("B")
    return Entered(
        letter=letter,
        temperature=temperature,
        temperature_unit="[degF]" if unit == "[degF]" else "Cel",
        spo2_pct=_number(found["S"]["first"]) if "S" in found else None,
        systolic_mmhg=_number(pressure["first"]) if pressure else None,
        diastolic_mmhg=_number(pressure["second"]) if pressure else None,
        pulse_bpm=_number(found["P"]["first"]) if "P" in found else None,
    )


def _wrong_form(name: str, part: re.Match[str]) -> str | None:
    """Return what is wrong with one value, or None."""
    first, second, unit = part["first"], part["second"], part["unit"]
    if name == "T":
        return "T needs one number, such as T 38.4." if second or unit == "%" else None
    if unit and not (unit == "%" and name == "S"):
        return f"{name} has no unit {unit.lstrip('°').strip()}."
    if not _number(first).is_finite() or _number(first) != _number(first).to_integral_value():
        return f"{name} needs a whole number."
    if not 0 < _number(first) <= HIGHEST[name]:
        return f"{name} {first} cannot be right."
    if name != "B":
        return f"{name} needs one number." if second else None
    if second is None:
        return "B needs both numbers, such as B 104/61."
    if not 0 < _number(second) < _number(first):
        return f"B {first}/{second} cannot be right: the first number is the higher one."
    return None


def _puzzled(rest: str) -> str:
    """Say which part is not understood; a word is not repeated, it may be a name or a drug."""
    part = rest.split(" ", 1)[0][:12]
    return f"Not understood: {part}." if re.fullmatch(r"[A-Z]|[0-9.,/]+", part) else "Not understood."


def _could_be_f(value: Decimal) -> bool:
    return FAHRENHEIT_F[0] <= value <= FAHRENHEIT_F[1]


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
