"""Loads the languages in which homes are written to: a gettext catalogue each, English the sentences themselves."""

import gettext
import io
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from alerts.home_texts import ENGLISH, Wording


def wording_of(language: str | None) -> Wording:
    """Return the wording of a language, such as `da` or `da-DK`; English where there is none of it."""
    code = (language or ENGLISH.code).replace("_", "-").partition("-")[0].lower()
    return _wordings().get(code, ENGLISH)


def wordings_for(number: str) -> tuple[Wording, ...]:
    """Return the languages in which a number is answered that belongs to nobody here: its country's, and English."""
    return (*(one for one in wordings() if one.country_codes and number.startswith(one.country_codes)), ENGLISH)


def wordings() -> tuple[Wording, ...]:
    """Return every language homes can be written to in, English first."""
    return tuple(_wordings().values())


@cache
def _wordings() -> Mapping[str, Wording]:
    table = tomllib.loads(_read("languages.toml").decode("utf-8"))
    return {
        code: Wording(
            code=code,
            name=known["name"],
            say=ENGLISH.say if code == ENGLISH.code else _catalogue(code).gettext,
            decimal_mark=known["decimal_mark"],
            reviewed=known.get("reviewed"),
            country_codes=tuple(known.get("country_codes", ())),
        )
        for code, known in table.items()
    }


def _catalogue(code: str) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(_read(f"{code}.po")), locale=code, abort_invalid=True))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _read(name: str) -> bytes:
    return resources.files("alerts").joinpath("data", "languages", name).read_bytes()
