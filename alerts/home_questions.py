"""Writes what a home reads when its text was not understood: what is wrong, and what to text instead. Pure."""

from alerts.home_replies import Puzzle
from alerts.home_texts import A_NURSE_CALLS, N_, SYMPTOMS, WORDS_TO_TEXT, Wording, filled, home
from alerts.message import Site

_QUESTIONS = {
    "not_understood": N_("Not understood."),
    "part": N_("Not understood: {part}."),
    "empty": N_("The text was empty."),
    "twice": N_("{part} came twice; send it once."),
    "bare_temperature": N_("Is {value} the temperature? Then text T {value}."),
    "bare_pressure": N_("Is {value} the blood pressure? Then text B {value}."),
    "one_number": N_("{part} needs one number."),
    "both_numbers": N_("B needs both numbers, such as B 104/61."),
    "whole_number": N_("{part} needs a whole number."),
    "no_unit": N_("{part} has no unit {value}."),
    "cannot_be": N_("{part} {value} cannot be right."),
    "cannot_be_fahrenheit": N_("Is T {value} in Fahrenheit? Then text T {value} F."),
    "first_is_higher": N_("B {value} cannot be right: the first number is the higher one."),
    "pulse_alone": N_("Text the pulse P together with S or B."),
    "ice_numbers": N_("The five questions need five numbers: all right is I 4 3 1 1 1."),
    "did_you_mean": N_("Is it {symptom}? Then text only {word}."),
    "leaving": N_("Are you leaving for the hospital? Then text only {word}."),
    "at_hospital": N_("Are you at the hospital? Then text only {word}."),
    "one_word": N_("Text one thing at a time."),
    "staff_only": N_("Only the staff can answer pages."),
    "which_patient": N_("Which patient? Text it again with the letter first: {part}."),
    "medicine": N_("Tell the nurse about medicines: {unit}. Text numbers without them."),
}
PARTS = {"T": N_("temperature"), "S": N_("oxygen"), "B": N_("blood pressure"), "P": N_("pulse")}
"""What a letter stands for, said beside it: whoever was just woken does not know the letters."""
SAYS_WHAT_TO_TEXT = frozenset(
    {"bare_temperature", "bare_pressure", "cannot_be_fahrenheit", "did_you_mean", "leaving", "at_hospital",
     "which_patient", "ice_numbers", "medicine", "one_word", "staff_only"}
)  # fmt: skip
"""Questions beside which an example of something else would only confuse."""


def mistake(site: Site, wording: Wording, puzzle: Puzzle, *, word: str = "", nurse_calls: bool = False) -> str:
    """Return the answer to a text that was not understood: what is wrong, and what to text instead.

    `word` is the word to send for the puzzle's symptom, in the home's language. `nurse_calls` when somebody will.
    """
    kind = _kind(puzzle, word)
    words = {"part": _part(wording, puzzle, kind), "value": puzzle.value, "unit": site.unit_phone}
    if kind == "did_you_mean":
        words |= {"symptom": wording.say(SYMPTOMS[puzzle.symptom or ""]), "word": word}
    elif kind in {"leaving", "at_hospital"}:
        words["word"] = wording.say(WORDS_TO_TEXT["going" if kind == "leaving" else "there"])
    said = (
        N_("Nothing was recorded. Help: {unit}. Emergency: {emergency}.")
        if kind in SAYS_WHAT_TO_TEXT
        else N_("Nothing was recorded. Text for example {example}. Help: {unit}. Emergency: {emergency}.")
    )
    parts = [
        wording.say(_QUESTIONS[kind]).format(**words),
        wording.say(A_NURSE_CALLS) if nurse_calls else "",
        filled(wording.say(said), site, example=wording.example),
    ]
    return home(" ".join(part for part in parts if part))


def dangerous(site: Site, wording: Wording, *, symptom: str, word: str) -> str:
    """Return the answer to words that hold a dangerous symptom and could not be read."""
    said = wording.say(
        N_("Is it {symptom}? Call {emergency} now. A nurse will call. Nothing was recorded: text only {word}.")
    )
    return home(filled(said, site, symptom=wording.say(SYMPTOMS[symptom]), word=word))


def _part(wording: Wording, puzzle: Puzzle, kind: str) -> str:
    name = PARTS.get(puzzle.part)
    return puzzle.part if name is None or kind == "part" else f"{puzzle.part} ({wording.say(name)})"


def _kind(puzzle: Puzzle, word: str) -> str:
    """Return which question is asked: about what the words may have meant before about how they are written."""
    if puzzle.saying is not None:
        return "leaving" if puzzle.saying == "going" else "at_hospital"
    if puzzle.symptom is not None and word:
        return "did_you_mean"
    return "part" if puzzle.kind == "not_understood" and puzzle.part else puzzle.kind
