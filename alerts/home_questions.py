"""Writes what a home reads when its text was not understood: what is wrong, and what to text instead. Pure."""

from dataclasses import replace

from alerts.home_replies import Puzzle, PuzzleKind
from alerts.home_texts import A_NURSE_CALLS, A_NURSE_CALLS_FROM, CALL_NOW, N_, WORDS_TO_TEXT, Wording, filled, home
from alerts.message import Site

_QUESTIONS = {
    "not_understood": N_("Not understood."),
    "part": N_("Not understood: {part}."),
    "empty": N_("The text was empty; pictures are not read."),
    "twice": N_("{part} came twice; send it once."),
    "bare_temperature": N_("If {value} is the temperature, text T {value}."),
    "bare_pressure": N_("If {value} is the blood pressure, text B {value}."),
    "bare_oxygen": N_("If {value} is the oxygen, text S {value}."),
    "one_number": N_("{part} needs one number."),
    "both_numbers": N_("B needs both numbers, such as B 104/61."),
    "whole_number": N_("{part} needs a whole number."),
    "no_unit": N_("{part} has no unit {value}."),
    "cannot_be": N_("{part} {value} cannot be right."),
    "cannot_be_fahrenheit": N_("If T {value} is in Fahrenheit, text T {value} F."),
    "fahrenheit": N_("Write F behind a temperature in Fahrenheit."),
    "first_is_higher": N_("B {value} cannot be right: the first number is the higher one."),
    "pulse_alone": N_("Text the pulse P together with S or B."),
    "ice_numbers": N_("The five questions need five numbers: all right is I 4 3 1 1 1."),
    "did_you_mean": N_("If you mean {word}, text only {word}."),
    "leaving": N_("If you are leaving for the hospital, text only {word}."),
    "at_hospital": N_("If you are at the hospital, text only {word}."),
    "one_word": N_("Text one thing at a time."),
    "staff_only": N_("Only the staff can answer pages."),
    "which_patient": N_("Which patient? Text it again with the letter first: {part}."),
    "stop": N_("For no more texts, text only STOP."),
    "medicine": N_("Tell the nurse about medicines: {unit}. Text numbers without them."),
}
PARTS = {"T": N_("temperature"), "S": N_("oxygen"), "B": N_("blood pressure"), "P": N_("pulse")}
"""What a letter stands for, said beside it: whoever was just woken does not know the letters."""
_MEANT = {"going": "leaving", "there": "at_hospital"}
SAYS_WHAT_TO_TEXT = frozenset(
    {"bare_temperature", "bare_pressure", "bare_oxygen", "cannot_be_fahrenheit", "did_you_mean", "leaving",
     "at_hospital", "which_patient", "ice_numbers", "medicine", "one_word", "staff_only", "stop"}
)  # fmt: skip
"""Questions beside which an example of something else would only confuse."""


def mistake(site: Site, wording: Wording, puzzle: Puzzle, *, word: str = "", nurse_calls: bool = False) -> str:
    """Return the answer to a text that was not understood: what is wrong, and what to text instead.

    `word` is the word to send for a symptom that stands in it, in the home's language; empty where there is none.
    `nurse_calls` when somebody will.
    """
    kind = _kind(puzzle, word)
    words = {"part": _part(wording, puzzle, kind), "value": puzzle.value, "unit": site.unit_phone, "word": word}
    if kind in {"leaving", "at_hospital"}:
        words["word"] = wording.say(WORDS_TO_TEXT["going" if kind == "leaving" else "there"])
    said = (
        N_("Nothing was recorded. Help: {unit}. Emergency: {emergency}.")
        if kind in SAYS_WHAT_TO_TEXT
        else N_("Nothing was recorded. Text for example {example}. Help: {unit}. Emergency: {emergency}.")
    )
    parts = [
        " ".join(wording.say(_QUESTIONS[kind]).format(**words).split()),
        wording.say(A_NURSE_CALLS) if nurse_calls else "",
        filled(wording.say(said), site, example=wording.example),
    ]
    return home(" ".join(part for part in parts if part))


def dangerous(site: Site, wording: Wording, puzzle: Puzzle, *, word: str = "") -> str:
    """Return the answer to words that may mean danger and could not be read; `word` as in `mistake`."""
    if puzzle.kind != "which_patient" and word:
        said = wording.say(
            N_("Call {emergency} now if you mean {word}. A nurse will call. Nothing was recorded: text only {word}.")
        )
        return home(filled(said, site, word=word))
    parts = [filled(wording.say(said), site) for said in (CALL_NOW, A_NURSE_CALLS_FROM)]
    if puzzle.kind == "which_patient":
        parts.append(wording.say(_QUESTIONS["which_patient"]).format(part=puzzle.part))
    return home(" ".join(parts))


def without_values(puzzle: Puzzle) -> Puzzle:
    """Return the puzzle without the numbers that were texted, for a home that did not agree to read values."""
    kind: PuzzleKind = "not_understood" if puzzle.kind.startswith("bare_") else puzzle.kind
    return replace(
        puzzle,
        kind=kind,
        part="" if any(mark.isdigit() for mark in puzzle.part) else puzzle.part,
        value=puzzle.value if kind == "no_unit" else "",
    )


def _part(wording: Wording, puzzle: Puzzle, kind: str) -> str:
    name = PARTS.get(puzzle.part)
    return puzzle.part if name is None or kind == "part" else f"{puzzle.part} ({wording.say(name)})"


def _kind(puzzle: Puzzle, word: str) -> str:
    """Return which question is asked: about what the words may have meant before about how they are written."""
    if puzzle.kind == "which_patient":
        return puzzle.kind
    meant = next((_MEANT[saying] for saying in puzzle.sayings if saying in _MEANT), None)
    if meant is not None and "call" not in puzzle.sayings:
        return meant
    if word:
        return "did_you_mean"
    if puzzle.kind == "cannot_be_fahrenheit" and not puzzle.value:
        return "fahrenheit"
    return "part" if puzzle.kind == "not_understood" and puzzle.part else puzzle.kind
