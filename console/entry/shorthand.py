"""Understands the ward's one-line shorthand and says back in full what it understood. Pure; asks, never guesses.

Each letter has one function. What comes out is an event of the timeline contract, a note, or a patient's own
limits; nothing is saved yet.
"""

import shlex
from collections.abc import Callable, Mapping

from console.entry import findings, given, own_values
from console.entry.line import EXAMPLES, Answer, Setting
from console.entry.moment import Asks

Reader = Callable[[list[str], Setting], Answer]

READERS: Mapping[str, Reader] = {
    "d": given.dose,
    "m": given.medicine,
    "s": given.support,
    "i": findings.ice,
    "y": findings.symptom,
    "u": findings.neuro,
    "p": findings.place,
    "g": findings.grade,
    "c": findings.attribution,
    "n": findings.note,
    "v": findings.void,
    **own_values.READERS,
}
FREE_TEXT = frozenset({"n", "v", "g", "c", "l"})
"""Letters whose lines end in free text or a name: quotation marks in them are just characters (Dr O'Brien)."""


def understand(line: str, setting: Setting) -> Answer:
    """Return what a line means, or the question it leaves open. Nothing is saved."""
    try:
        words = shlex.split(line.strip()) if line.strip()[:1].casefold() not in FREE_TEXT else line.split()
    except ValueError:
        return Asks(question='A quotation mark is not closed: "')
    if not words:
        return Asks(question="; ".join(EXAMPLES.values()))
    letter, rest = words[0].casefold(), words[1:]
    reader = READERS.get(letter)
    if reader is None:
        return Asks(question=f"Begin with one of {', '.join(EXAMPLES)}: {words[0]!r} is none of them.")
    if not rest:
        return Asks(question=EXAMPLES[letter])
    return reader(rest, setting)
