"""Fills a form from a line that is not understood yet, so that no word typed so far is lost on the way. Pure.

It places words and judges none of them: what a field holds that it does not allow is said when the form is read.
"""

from collections.abc import Callable, Mapping, Sequence

from console.entry.fields import WHEN, YES, Kind
from console.entry.given import DEVICES, NOT_KNOWN, PURPOSES, VASOPRESSORS
from console.entry.line import Setting, match_word
from console.entry.moment import Asks, take_moment
from console.entry.own_values import BASELINE, NONE
from monitor.timeline import CONSCIOUSNESS

Values = dict[str, str]


def sketch(kind: Kind, line: str, setting: Setting) -> Mapping[str, str]:
    """Return the fields that the words of a line would stand in; every word stands in one of them."""
    words = line.split()[1 + len(kind.begin) :]
    if kind.name in {"note", "void", "limit"}:
        return _FILLERS.get(kind.name, _in_order)(kind, words)
    found = take_moment(words, setting.now, setting.zone)
    rest = _without_clock(words) if isinstance(found, Asks) else found[0]
    when = {WHEN: " ".join(words[len(rest) :])}
    return {**_FILLERS.get(kind.name, _in_order)(kind, rest), **when}


def _without_clock(words: list[str]) -> list[str]:
    """Return the words before a time that cannot be understood."""
    return words[:-1] if words and ":" in words[-1] else words


def _in_order(kind: Kind, words: Sequence[str]) -> Values:
    """Put one word into each field in their order; the last one, other than the time, takes all that is left."""
    names = [each.name for each in kind.fields if each.name != WHEN]
    values = dict(zip(names, words, strict=False))
    if len(words) > len(names):
        values[names[-1]] = " ".join(words[len(names) - 1 :])
    return values


def _medication(kind: Kind, words: Sequence[str]) -> Values:
    purposes = [word for word in words if word.casefold() in PURPOSES]
    left = [word for word in words if word not in purposes]
    split = next((index for index, word in enumerate(left) if word[:1].isdigit() or word == NOT_KNOWN), len(left))
    values = {"name": " ".join(left[:split]), "purpose": " ".join(purposes)}
    del kind
    return {
        **values,
        **dict(zip(("amount", "unit"), (*left[split : split + 1], " ".join(left[split + 1 :])), strict=False)),
    }


def _support(kind: Kind, words: Sequence[str]) -> Values:
    del kind
    values: Values = {}
    pressors: list[str] = []
    for word in words:
        device = {DEVICES[each] for each in match_word(word, tuple(DEVICES))}
        reason = {"chronic": "chronic", "airway": "airway_protection"}.get(word.casefold())
        if len(device) == 1 and "oxygen" not in values:
            values["oxygen"] = device.pop()
        elif word.replace(",", "").replace(".", "").isdecimal() and "flow" not in values:
            values["flow"] = word
        elif reason is not None and "indication" not in values:
            values["indication"] = reason
        elif word.casefold() in {"vasopressin", "fluids"}:
            values[word.casefold()] = YES
        elif word.casefold() == NONE and "oxygen" not in values:
            values["oxygen"] = NONE
        else:
            known = {VASOPRESSORS[each] for each in match_word(word, tuple(VASOPRESSORS))}
            pressors.append(known.pop() if len(known) == 1 else word)
    return {**values, "vasopressors": " ".join(pressors)}


def _neuro(kind: Kind, words: Sequence[str]) -> Values:
    del kind
    values: Values = {}
    left = list(words)
    awake: list[str] = []
    while left:
        word = left.pop(0).casefold()
        field = {"seizure": "seizure", "oedema": "oedema", "edema": "oedema"}.get(word)
        if field is not None and left:
            values[field] = left.pop(0)
        elif word == "weakness":
            values["weakness"] = YES
        else:
            named = match_word(word, CONSCIOUSNESS)
            awake.append(named[0] if len(named) == 1 else word)
    return {**values, "consciousness": " ".join(awake)}


def _names(kind: Kind, words: Sequence[str]) -> Values:
    return {kind.fields[0].name: " ".join(words)}


def _baseline(kind: Kind, words: Sequence[str]) -> Values:
    del kind
    values: Values = {}
    last = next(iter(BASELINE))
    for word in words:
        named = match_word(word, tuple(BASELINE))
        if len(named) == 1:
            last = named[0]
        else:
            values[last] = f"{values.get(last, '')} {word}".strip()
    return values


def _limit(kind: Kind, words: Sequence[str]) -> Values:
    del kind
    numbers = 2 if [each.casefold() for each in words[1:2]] == [NONE] else 4
    by, _, why = " ".join(words[numbers:]).partition(":")
    first = dict(zip(("group", "urgent", "emergency", "until"), words[:numbers], strict=False))
    return {**first, "by": by.strip(), "why": why.strip()}


_FILLERS: Mapping[str, Callable[[Kind, Sequence[str]], Values]] = {
    "medication": _medication,
    "support": _support,
    "neuro": _neuro,
    "symptom": _names,
    "baseline": _baseline,
    "limit": _limit,
}
