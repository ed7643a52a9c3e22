"""Loads the words a home may text, from a table by language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from alerts.home_replies import LETTER_OF, SAYINGS, HomeWords, Saying, fold

ENGLISH = "en"
PLAIN = ("and", "thanks", "is", "over", "degrees", "percent")
"""Words without a meaning of their own, by what they do."""


@cache
def words_of(language: str) -> HomeWords:
    """Return the words of a language beside the English ones; English alone where the language is not known."""
    table = _table()
    symptoms: dict[str, str] = {}
    sayings: dict[str, Saying] = {}
    names = {letter: letter for letter in LETTER_OF.values()}
    plain: dict[str, dict[str, None]] = {kind: {} for kind in PLAIN}
    found_in_any: dict[str, dict[str, bool]] = {"medicines": {}, "alarming": {}}
    to_send: dict[str, str] = {}
    for words in (table[one] for one in dict.fromkeys((ENGLISH, language)) if one in table):
        symptoms |= {fold(phrase): name for name, phrases in words["symptoms"].items() for phrase in phrases}
        sayings |= {fold(phrase): saying for saying in SAYINGS for phrase in words.get(saying, ())}
        names |= {fold(name): LETTER_OF[value] for value, found in words["values"].items() for name in found}
        for kind, folded in plain.items():
            folded.update(dict.fromkeys(fold(word) for word in words[kind]))
        for kind, known in found_in_any.items():
            known |= {fold(word): True for word in words[kind]}
        to_send |= {name: phrases[0] for name, phrases in words["symptoms"].items()}
    return HomeWords(
        symptoms=symptoms,
        sayings=sayings,
        value_names=names,
        joining=plain["and"],
        thanks=plain["thanks"],
        linking=plain["is"],
        over=plain["over"],
        degrees=plain["degrees"],
        percent=plain["percent"],
        medicines=found_in_any["medicines"],
        alarming=found_in_any["alarming"],
        to_send=to_send,
    )


def languages() -> tuple[str, ...]:
    """Return the languages in which a home may text, English first."""
    return tuple(_table())


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    text = resources.files("alerts").joinpath("data", "home_words.toml").read_text(encoding="utf-8")
    return {name: words for name, words in tomllib.loads(text).items() if isinstance(words, dict)}
