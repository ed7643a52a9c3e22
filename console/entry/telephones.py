"""Understands a caregiver's telephone in one line: name, number, language, whether values may be texted. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from alerts.home_replies import LETTERS

LANGUAGES = ("en", "da", "de", "es")
EXAMPLE = "daughter +4520123456 da yes (yes or no: may be texted values; left out: not asked)"
"""A letter that tells two homes with one number apart may follow: `daughter +4520123456 da yes A`."""
_CONSENT = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caregiver:
    """A telephone of the home; `consent` is what they said about being texted values, None where nobody asked.

    `letter` names this home in texts where the number serves two.
    """

    name: str
    number: str
    language: str
    consent: bool | None
    letter: str | None = None

    @property
    def words(self) -> str:
        """It in words, as it is read back."""
        consent = {True: "may be texted values", False: "refused values in texts", None: "not asked about values"}
        letter = f", letter {self.letter}" if self.letter else ""
        return f"{self.name} {self.number}, {self.language}, {consent[self.consent]}{letter}"

    @property
    def line(self) -> str:
        """It as it is typed."""
        consent = {True: " yes", False: " no", None: ""}
        letter = f" {self.letter}" if self.letter else ""
        return f"{self.name} {self.number} {self.language}{consent[self.consent]}{letter}"


def understand_caregiver(line: str, *, default_language: str, dialable: Callable[[str], str | None]) -> Caregiver | str:
    """Return the telephone, or the question."""
    name, plus, rest = line.partition("+")
    digits: list[str] = []
    words = rest.split()
    while words and words[0].replace("-", "").isdigit():
        digits.append(words.pop(0))
    number = dialable(f"{plus}{''.join(digits)}") if digits else None
    if number is None:
        return f"A number with its country code: {EXAMPLE}"
    if not name.strip():
        return f"Who is it? {EXAMPLE}"
    language, consent, letter = default_language, None, None
    for word in (each.casefold() for each in words):
        if word in _CONSENT:
            consent = _CONSENT[word]
        elif word in LANGUAGES:
            language = word
        elif word.upper() in LETTERS:
            letter = word.upper()
        else:
            return f"{word!r} is neither a language ({', '.join(LANGUAGES)}) nor yes or no: {EXAMPLE}"
    return Caregiver(name=name.strip(), number=number, language=language, consent=consent, letter=letter)
