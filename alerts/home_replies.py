"""Understands what a home texts: values, what the patient feels, ICE answers, and a few words. Guesses nothing. Pure.

Every part of a text must be understood, or the whole of it is asked back: half a reading may be the wrong half, and
"no chills" holds the word chills.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Literal, TypeVar

Saying = Literal["going", "there", "help", "call", "better", "thanks"]
SAYINGS: tuple[Saying, ...] = ("going", "there", "help", "call", "better")
"""What words say; `thanks` is what is left when a text only says that it was read."""
LETTERS = frozenset("ADEGHJKLMNRUVWXYZ")
"""Letters that may name a patient in a text: those of values and units (T S B P C F O Q I) are kept apart."""
LETTER_OF = {"temperature": "T", "oxygen": "S", "pressure": "B", "pulse": "P"}
"""The letter that stands for each value in a text."""
CELSIUS_C = (Decimal(25), Decimal(45))
FAHRENHEIT_F = (Decimal(77), Decimal(113))
HIGHEST = {"S": Decimal(100), "B": Decimal(300), "P": Decimal(300)}
ICE_MOST = (4, 3, 1, 1, 1)
"""The most points for orientation, naming, commands, writing and attention (ASTCT 2019, Lee et al., table 4)."""
PuzzleKind = Literal[
    "not_understood", "empty", "twice", "bare_temperature", "bare_pressure", "bare_oxygen", "one_number",
    "both_numbers", "whole_number", "no_unit", "cannot_be", "cannot_be_fahrenheit", "first_is_higher", "pulse_alone",
    "ice_numbers", "did_you_mean", "one_word", "which_patient", "staff_only", "medicine", "stop",
]  # fmt: skip

_NUMBER = r"[0-9]{1,3}(?:[.,][0-9]{1,2})?"
_ENDS = r"(?![.,]?[0-9])"
_DEGREES = r"(?:\u00b0 ?)?(?:CELSIUS|FAHRENHEIT|[CF](?![A-Z]))"
_BARE_TEMPERATURE = re.compile(rf"(?P<number>{_NUMBER}){_ENDS} ?(?P<unit>{_DEGREES}|\u00b0)?(?![/%-])")
_BARE_PRESSURE = re.compile(r"([0-9]{2,3}) ?[/-] ?([0-9]{2,3})(?![0-9])")
_BARE_OXYGEN = re.compile(r"([0-9]{2,3}) ?%")
_TAPPED = re.compile(r"(?:LIKED|LOVED|EMPHASIZED) \u201c.*\u201d")
"""What a telephone sends for somebody who taps a text of ours instead of answering it."""
EMERGENCY_NUMBERS = frozenset({"112", "911", "999"})
"""Texted alone, they are a cry for help that went to the wrong number."""
_ICE = re.compile(r"(?:ICE|I)[ :=]*([0-9])[ ,/-]+([0-9])[ ,/-]+([0-9])[ ,/-]+([0-9])[ ,/-]+([0-9])" + _ENDS)
_ICE_BEGUN = re.compile(r"(?:ICE|I)[ :=]*[0-9]")
Meaning = TypeVar("Meaning")
_STAYS = str.maketrans({"\u00d8": "O", "\u00c6": "AE"})
"""Letters that lose no accent, and are written so where the keyboard lacks them."""
_UNSEEN = dict.fromkeys([ord(mark) for mark in "'`\u00b4\u2018\u2019\ufe0f"] + list(range(0x1F3FB, 0x1F400)))
"""Apostrophes, as people type them, and what only colours the emoji before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeWords:
    """What may be texted in one language, English included; every key is folded as `fold` does.

    `symptoms` gives the symptom a phrase names (docs/interfaces.md), `sayings` what a phrase says, `value_names` the
    letter a name of a value stands for; the keys of `joining` only join, those of `thanks` only say that a text was
    read. `linking` may stand between a name and its number, `over` between the numbers of a pressure, `degrees` after
    a temperature, `percent` after an oxygen. `medicines` are names that say nothing here, `alarming` what nobody
    records and somebody must hear of at once. `to_send` is the word to send for a symptom, as people write it.
    """

    symptoms: Mapping[str, str]
    sayings: Mapping[str, Saying]
    value_names: Mapping[str, str]
    joining: Mapping[str, None]
    thanks: Mapping[str, None]
    linking: Mapping[str, None]
    over: Mapping[str, None]
    degrees: Mapping[str, None]
    percent: Mapping[str, None]
    medicines: Mapping[str, bool]
    alarming: Mapping[str, bool]
    to_send: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Values a caregiver texted. A temperature in the unit it was meant in; None means not in the text."""

    temperature: Decimal | None = None
    temperature_unit: Literal["Cel", "[degF]"] = "Cel"
    spo2_pct: Decimal | None = None
    systolic_mmhg: Decimal | None = None
    diastolic_mmhg: Decimal | None = None
    pulse_bpm: Decimal | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        """The vital groups of which a value was texted."""
        values = {
            "temperature": self.temperature,
            "oximetry": self.spo2_pct,
            "blood_pressure": self.systolic_mmhg,
        }
        return tuple(group for group, value in values.items() if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FromHome:
    """What one text says. `letter` names the patient where a number belongs to several homes.

    None and empty mean: not in the text. `ice` is orientation, naming, commands, writing and attention.
    """

    letter: str | None = None
    values: Entered | None = None
    symptoms: tuple[str, ...] = ()
    ice: tuple[int, int, int, int, int] | None = None
    saying: Saying | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Puzzle:
    """Why a text was not understood, to be asked back in the home's language.

    `part` is the letter or number it is about, `value` a number as it was written. `symptoms` are those whose words
    stand somewhere in the text: nothing is recorded for them, and somebody should know. `sayings` are what else is
    said in it; `alarming` when it holds words that are.
    """

    kind: PuzzleKind
    part: str = ""
    value: str = ""
    symptoms: tuple[str, ...] = ()
    sayings: tuple[Saying, ...] = ()
    alarming: bool = False


class _Unclear(Exception):  # noqa: N818 - a question, not an error
    def __init__(self, kind: PuzzleKind, part: str = "", value: str = "") -> None:
        super().__init__(kind)
        self.puzzle = Puzzle(kind=kind, part=part, value=value)


def fold(text: str) -> str:
    """Return `text` in capitals, without accents and with single spaces.

    Only canonical decompositions are taken apart, so that a raised or a wide digit is never read as a plain one.
    """
    marks = unicodedata.normalize("NFD", text.upper().translate(_UNSEEN))
    bare = "".join(mark for mark in marks if not unicodedata.combining(mark)).translate(_STAYS)
    return " ".join(bare.split())


def read_home(body: str, words: HomeWords) -> FromHome | Puzzle:
    """Return what a caregiver means, parts in any order; a puzzle when any part is not understood."""
    text = fold(body)
    letter = None
    lead = re.match(r"([A-Z])[ :.,-]+(?=[A-Z])", text)
    if lead and lead[1] in LETTERS and not _phrase_at(text, words.joining):
        letter, text = lead[1], text[lead.end() :]
    if text and set(text) <= {"?", " "}:
        return FromHome(letter=letter, saying="help")
    if text.strip(" .!?") in EMERGENCY_NUMBERS:
        return FromHome(letter=letter, saying="call")
    if _TAPPED.fullmatch(text):
        return FromHome(saying="thanks")
    try:
        said = replace(_read(text, words), letter=letter)
    except _Unclear as unclear:
        return _about(unclear.puzzle, text, words)
    return said


def only_agrees(body: str, words: HomeWords) -> bool:
    """Whether a text is one word or phrase that says nothing but yes, thanks or the like."""
    return fold(body).strip(" .,!") in {*words.thanks, *words.joining}


def _about(puzzle: Puzzle, text: str, words: HomeWords) -> Puzzle:
    """Return the puzzle with what else stands in the text and somebody should ask about."""
    if puzzle.kind == "not_understood" and _found_in(text, words.medicines):
        puzzle = replace(puzzle, kind="medicine", part="")
    elif puzzle.kind == "not_understood" and re.search(r"\bSTOP\b", text):
        puzzle = replace(puzzle, kind="stop", part="")
    return replace(
        puzzle,
        symptoms=_found_in(text, words.symptoms),
        sayings=_found_in(text, words.sayings),
        alarming=bool(_found_in(text, words.alarming)),
    )


def _read(text: str, words: HomeWords) -> FromHome:
    found: dict[str, re.Match[str]] = {}
    value_form = _value_form(words)
    said, thanked = FromHome(), False
    rest = _skip(text)
    if not rest:
        raise _Unclear("empty")
    while rest:
        if part := value_form.match(rest):
            name = words.value_names[part["name"]]
            if name in found:
                raise _Unclear("twice", name)
            found[name], length = part, part.end()
        elif part := _ICE.match(rest):
            said, length = replace(said, ice=_ice(part, said)), part.end()
        elif phrase := _phrase_at(rest, words.symptoms):
            symptom, length = words.symptoms[phrase], len(phrase)
            said = replace(said, symptoms=tuple(dict.fromkeys((*said.symptoms, symptom))))
        elif phrase := _phrase_at(rest, words.sayings):
            if said.saying not in {None, words.sayings[phrase]}:
                raise _Unclear("one_word")
            said, length = replace(said, saying=words.sayings[phrase]), len(phrase)
        elif phrase := _phrase_at(rest, words.thanks):
            thanked, length = True, len(phrase)
        elif phrase := _phrase_at(rest, words.joining):
            length = len(phrase)
        else:
            raise _puzzled(rest, words)
        rest = _skip(rest[length:])
    said = replace(said, values=_entered(found) if found else None)
    if said == FromHome():
        if not thanked:
            raise _Unclear("not_understood")
        return FromHome(saying="thanks")
    _refuse_contradiction(said)
    return said


def _refuse_contradiction(said: FromHome) -> None:
    more = said.values is not None or said.ice is not None or bool(said.symptoms)
    if said.saying in {"help", "there"} and more:
        raise _Unclear("one_word")  # "rash there" must not hand anybody to a hospital
    if said.saying == "better" and said.symptoms:
        raise _Unclear("one_word")


@cache
def _form(names: str, linking: str, over: str, degrees: str, percent: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<name>{names})(?:(?<![0-9])|(?![0-9]))(?:\.(?= ))?"
        rf"(?:[ :=]+(?:{linking}) )?[ :=]*(?P<first>{_NUMBER})"
        rf"(?:(?: ?[/-] ?| (?:{over}) )(?P<second>[0-9]{{1,3}}))?{_ENDS}"
        rf"(?P<degrees> ?(?:{degrees})(?![A-Z]))? ?(?P<unit>{_DEGREES}|(?:%|{percent})(?![A-Z]))?"
    )


def _value_form(words: HomeWords) -> re.Pattern[str]:
    kinds = (words.value_names, words.linking, words.over, words.degrees, words.percent)
    return _form(*("|".join(sorted(map(re.escape, kind), key=len, reverse=True)) for kind in kinds))


def _skip(text: str) -> str:
    return text.lstrip(" ,;.!+&")


def _phrase_at(text: str, phrases: Mapping[str, object]) -> str | None:
    """Return the longest phrase with which `text` begins as whole words."""
    found = [phrase for phrase in phrases if text.startswith(phrase) and not re.match(r"\w", text[len(phrase) :])]
    return max(found, key=len, default=None)


def _found_in(text: str, phrases: Mapping[str, Meaning]) -> tuple[Meaning, ...]:
    """Return what the phrases in `text` mean, each once, in the order in which they stand there."""
    starts = (match.start() for match in re.finditer(r"\b\w", text))
    found = (phrase for start in starts if (phrase := _phrase_at(text[start:], phrases)))
    return tuple(dict.fromkeys(phrases[phrase] for phrase in found))


def _puzzled(rest: str, words: HomeWords) -> _Unclear:
    """Say which part is not understood; a word is not repeated, it may be a name or a drug."""
    if _ICE_BEGUN.match(rest):
        return _Unclear("ice_numbers")
    pressure = _BARE_PRESSURE.match(rest)
    if pressure and int(pressure[2]) < int(pressure[1]):
        return _Unclear("bare_pressure", value=f"{pressure[1]}/{pressure[2]}")
    if oxygen := _BARE_OXYGEN.match(rest):
        return _Unclear("bare_oxygen", value=oxygen[1])
    if (value := _bare_temperature(rest)) is not None:
        return _Unclear("bare_temperature", value=value)
    name = _phrase_at(rest, words.value_names)
    if name and not re.search(r"\d", rest):
        letter = words.value_names[name]
        return _Unclear("both_numbers" if letter == "B" else "one_number", letter)
    part = rest.split(" ", 1)[0].rstrip(",;.!")[:12]
    return _Unclear("not_understood", part if re.fullmatch(r"[TSBP]|[0-9.,/-]+", part) else "")


def _bare_temperature(rest: str) -> str | None:
    """Return the number with which `rest` begins as it should be texted, where it can only be a temperature."""
    part = _BARE_TEMPERATURE.match(rest)
    if part is None:
        return None
    number, unit = part["number"], _bare(part["unit"])
    if not unit.startswith("F") and CELSIUS_C[0] <= _number(number) <= CELSIUS_C[1]:
        return number
    # Without a unit only a temperature has decimals: 101 may be a pulse.
    fahrenheit = unit.startswith("F") or (not unit and not number.isdigit())
    if fahrenheit and FAHRENHEIT_F[0] <= _number(number) <= FAHRENHEIT_F[1]:
        return f"{number} F"
    return None


def _ice(part: re.Match[str], said: FromHome) -> tuple[int, int, int, int, int]:
    if said.ice is not None:
        raise _Unclear("twice", "I")
    orientation, naming, commands, writing, attention = (int(points) for points in part.groups())
    answers = (orientation, naming, commands, writing, attention)
    if any(points > most for points, most in zip(answers, ICE_MOST, strict=True)):
        raise _Unclear("ice_numbers")
    return answers


def _entered(found: Mapping[str, re.Match[str]]) -> Entered:
    for name, part in found.items():
        _refuse_wrong_form(name, part)
    if "P" in found and not {"S", "B"} & found.keys():
        raise _Unclear("pulse_alone")
    temperature, pressure = found.get("T"), found.get("B")
    fahrenheit = temperature is not None and _bare(temperature["unit"]).startswith("F")
    return Entered(
        temperature=None if temperature is None else _number(temperature["first"]),
        temperature_unit="[degF]" if fahrenheit else "Cel",
        spo2_pct=_number(found["S"]["first"]) if "S" in found else None,
        systolic_mmhg=_number(pressure["first"]) if pressure else None,
        diastolic_mmhg=_number(pressure["second"]) if pressure else None,
        pulse_bpm=_number(found["P"]["first"]) if "P" in found else None,
    )


def _refuse_wrong_form(name: str, part: re.Match[str]) -> None:
    first, second, unit = part["first"], part["second"], part["unit"]
    of_degrees = _bare(unit)[:1] in {"C", "F"}
    if part["degrees"] and name != "T":
        raise _Unclear("no_unit", name, "C")
    if unit and name != ("T" if of_degrees else "S"):
        raise _Unclear("no_unit", name, _bare(unit)[:1] if of_degrees else "%")
    if second and name != "B":
        raise _Unclear("one_number", name)
    if name == "T":
        _refuse_wrong_temperature(first, fahrenheit=_bare(unit).startswith("F"))
        return
    if _number(first) != _number(first).to_integral_value():
        raise _Unclear("whole_number", name)
    if not 0 < _number(first) <= HIGHEST[name]:
        raise _Unclear("cannot_be", name, first)
    if name == "B" and second is None:
        raise _Unclear("both_numbers", name)
    if name == "B" and not 0 < _number(second) < _number(first):
        raise _Unclear("first_is_higher", name, f"{first}/{second}")


def _refuse_wrong_temperature(written: str, *, fahrenheit: bool) -> None:
    low, high = FAHRENHEIT_F if fahrenheit else CELSIUS_C
    value = _number(written)
    if low <= value <= high:
        return
    if not fahrenheit and FAHRENHEIT_F[0] <= value <= FAHRENHEIT_F[1]:
        raise _Unclear("cannot_be_fahrenheit", "T", written)
    raise _Unclear("cannot_be", "T", written)


def _bare(unit: str | None) -> str:
    return (unit or "").lstrip("\u00b0").strip()


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
