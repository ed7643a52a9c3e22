"""Understands what is a patient's own: the values that are usual for them, and limits a clinician sets. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType

from console.entry.line import EXAMPLES, Answer, Limited, Setting, event, one_of, timed
from console.entry.moment import Asks
from console.views import wording
from monitor.record import Limit
from monitor.usual_values import USUAL, Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnValue:
    """A value a patient may have of their own: its key in the record, and what is taken for it."""

    key: str
    bounds: Bounds

    @property
    def unit(self) -> str:
        """The unit it is written in."""
        return self.bounds.unit

    def __contains__(self, value: Decimal) -> bool:
        """Whether it can be somebody's own."""
        return self.bounds.least <= value <= self.bounds.most

    @property
    def range(self) -> str:
        """What is taken, in words."""
        return f"between {self.bounds.least} and {self.bounds.most} {self.unit}"


_WORDS = {
    "temp": "temperature_c",
    "sys": "systolic_mmhg",
    "dia": "diastolic_mmhg",
    "spo2": "spo2_pct",
    "pulse": "pulse_bpm",
}
BASELINE: Mapping[str, OwnValue] = MappingProxyType(
    {word: OwnValue(key=key, bounds=USUAL[key]) for word, key in _WORDS.items()}
)
"""The words of a baseline in the order of the form."""

GROUPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "spo2": ("oximetry", "% SpO2"),
        "systolic": ("blood_pressure", "mmHg systolic"),
        "temperature": ("temperature", "C"),
        "breaths": ("respiratory_rate", "breaths a minute"),
    }
)
"""What a patient may have limits of their own for: the vital group of the record, and the unit."""

NONE = "none"
LONGEST = timedelta(days=366)
"""A limit that nobody looks at again within a year is no decision any more."""

_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?$")
_AHEAD = re.compile(r"\+(\d{1,3})(h|d|w)$")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
SHORT_GROUPS = {"sat": "spo2", "sys": "systolic", "bp": "systolic", "temp": "temperature"}


def baseline(words: list[str], setting: Setting) -> Answer:
    """Understand what is usual for the patient: `b temp 36.6 sys 124 spo2 97`; what is not named stays as it was."""
    found_time = timed(words, setting)
    if isinstance(found_time, Asks):
        return found_time
    rest, at = found_time
    body: dict[str, object] = {}
    said = []
    while rest:
        name = one_of(rest[0], tuple(BASELINE), "value", "temp")
        if isinstance(name, Asks):
            return name
        own = BASELINE[name]
        if len(rest) == 1 or not _NUMBER.match(rest[1]):
            return Asks(question=f"{name} is a number in {own.unit}: {name} {_middle(own)}", field=name)
        value = Decimal(rest[1].replace(",", "."))
        if value not in own:
            question = f"{name} {value} is nobody's usual value: it lies {own.range}."
            return Asks(question=question, field=name)
        body[own.key] = int(value) if value == value.to_integral_value() else float(value)
        said.append(f"{name} {value} {own.unit}")
        rest = rest[2:]
    if not body:
        return Asks(question=EXAMPLES["b"], field="temp")
    return event("baseline", at, body, f"usual for this patient: {', '.join(said)}; the rest stays as it was", setting)


def _middle(own: OwnValue) -> Decimal:
    return ((own.bounds.least + own.bounds.most) / 2).quantize(Decimal(1))


def limit(words: list[str], setting: Setting) -> Answer:
    """Understand a clinician's own limits: `l spo2 88 85 +14d Dr Berg: chronic hypoxia`; `l spo2 none Dr Berg: why`."""
    word = SHORT_GROUPS.get(words[0].casefold(), words[0])
    name = one_of(word, tuple(GROUPS), "value", "group")
    if isinstance(name, Asks):
        return name
    group, unit = GROUPS[name]
    rest = words[1:]
    if rest and rest[0].casefold() == NONE:
        return _ended(name, group, rest[1:])
    numbers: list[Decimal] = []
    for field in ("urgent", "emergency"):
        if not rest or not _NUMBER.match(rest[0]):
            return Asks(question=f"{field.capitalize()} below what, in {unit}? {EXAMPLES['l']}", field=field)
        numbers.append(Decimal(rest.pop(0).replace(",", ".")))
    urgent, emergency = numbers
    if emergency > urgent:
        question = f"Emergency below {emergency} would come before urgent below {urgent}: write the higher one first."
        return Asks(question=question, field="emergency")
    until = _until(rest[0] if rest else "", setting)
    if isinstance(until, Asks):
        return until
    who = _who(rest[1:])
    if isinstance(who, Asks):
        return who
    by, why = who
    ends = wording.clock_time(until, setting.zone, setting.now)
    said = (
        f"own limits of {name}, instead of the general ones: urgent below {urgent}, emergency below {emergency} "
        f"{unit}, until {ends}; set by {by}: {why}"
    )
    return Limited(
        group=group,
        limit=Limit(urgent=urgent, emergency=emergency, by=by, why=why, until=until),
        by=by,
        why=why,
        read_back=said,
    )


def _ended(name: str, group: str, rest: list[str]) -> Answer:
    who = _who(rest)
    if isinstance(who, Asks):
        return who
    by, why = who
    said = f"no own limits of {name} any more, the general ones count; decided by {by}: {why}"
    return Limited(group=group, limit=None, by=by, why=why, read_back=said)


def _until(word: str, setting: Setting) -> datetime | Asks:
    """Return the end of a limit: a span from now, or the end of a day of the ward's calendar."""
    ahead = _AHEAD.match(word)
    if ahead:
        until = setting.now + int(ahead[1]) * _UNITS[ahead[2]]
    else:
        try:
            day = date.fromisoformat(word)
        except ValueError:
            return Asks(question=f"Until when is {word!r}? Write +14d, +8h or a date: 2026-12-24.", field="until")
        until = datetime.combine(day + timedelta(days=1), time(), setting.zone)
    if not timedelta(0) < until - setting.now <= LONGEST:
        return Asks(question=f"{word} is not within the coming year: somebody must look at it again.", field="until")
    return until


def _who(words: list[str]) -> tuple[str, str] | Asks:
    """Return who decided and why: everything before the first colon, and after it."""
    by, colon, why = " ".join(words).partition(":")
    if not by.strip() or not colon:
        return Asks(question="Who set it, a colon, and why: Dr Berg: chronic hypoxia", field="by")
    if not why.strip():
        return Asks(question=f"Why? Write it after {by.strip()}:", field="why")
    return by.strip(), why.strip()


READERS: Mapping[str, Callable[[list[str], Setting], Answer]] = MappingProxyType({"b": baseline, "l": limit})
"""By the letter a line begins with."""
