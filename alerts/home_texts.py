"""Writes what a home reads, in its language: plain words, its own values if it agreed to that, never a name or a drug.

The sentences here are the English ones; the other languages translate them (`alerts.home_languages`). Every text is
held to its segment limit before it leaves this module. Pure.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.gsm7 import TextRefusedError, cut_air, fit_air
from alerts.home_replies import Puzzle
from alerts.home_values import Ask
from alerts.message import Site

SEGMENTS = 2
EXAMPLE = "T 38{mark}4 S 94 B 104/61 P 110"
BEST_ICE = "I 4 3 1 1 1"


def N_(text: str) -> str:  # noqa: N802 - the usual mark of a sentence that is translated elsewhere
    """Return `text`: it only marks a sentence for the list of those to translate."""
    return text


GROUP_WORDS = {"temperature": N_("temperature"), "blood_pressure": N_("blood pressure"), "oximetry": N_("oxygen")}
"""What a home reads for each group, in the order of `alerts.home_values.GROUPS`."""
SYMPTOMS = {
    "rigors": N_("shivering"),
    "dizziness": N_("dizziness"),
    "fainting": N_("fainting"),
    "confusion": N_("confusion"),
    "breathlessness": N_("shortness of breath"),
    "chest_pain": N_("chest pain"),
    "weakness": N_("weakness"),
    "headache": N_("headache"),
    "vomiting": N_("vomiting"),
    "rash": N_("rash"),
    "seizure": N_("seizure"),
    "cannot_wake": N_("cannot be woken"),
}
EVERYTHING = N_("all values")
NEXT = N_("Next: {groups} at {time}.")
GO_NOW = N_(
    "Go to {hospital} now. Show the card. Call {unit}. If you cannot go: {emergency}. Reply {going} when you leave."
)
NO_ANSWER = N_(
    "We cannot reach you and have no measurements. Measure now or call {unit} at once. Emergency: {emergency}."
)
_PUZZLES = {
    "not_understood": N_("Not understood."),
    "part": N_("Not understood: {part}."),
    "empty": N_("The text was empty."),
    "twice": N_("{part} came twice; send it once."),
    "bare_temperature": N_("Is {value} the temperature? Then send T {value}."),
    "bare_pressure": N_("Is {value} the blood pressure? Then send B {value}."),
    "one_number": N_("{part} needs one number."),
    "both_numbers": N_("B needs both numbers, such as B 104/61."),
    "whole_number": N_("{part} needs a whole number."),
    "no_unit": N_("{part} has no unit {value}."),
    "cannot_be": N_("{part} {value} cannot be right."),
    "cannot_be_fahrenheit": N_("Is T {value} in Fahrenheit? Then send T {value} F."),
    "first_is_higher": N_("B {value} cannot be right: the first number is the higher one."),
    "pulse_alone": N_("Send the pulse P together with S or B."),
    "ice_numbers": N_("I needs five numbers, at best I 4 3 1 1 1."),
    "did_you_mean": N_("If you mean {symptom}, send only: {word}."),
    "one_word": N_("Send one thing at a time."),
    "staff_only": N_("Only the staff can answer pages."),
    "which_patient": N_("Begin with the patient's letter: {part}."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language: how it says a sentence, its decimal mark, who read its texts back and when (None: nobody)."""

    code: str
    name: str
    say: Callable[[str], str]
    decimal_mark: str = "."
    reviewed: str | None = None

    def listed(self, names: Sequence[str]) -> str:
        """Return words joined as a list: `a, b and c`."""
        said = [self.say(name) for name in names]
        if len(said) < 2:  # noqa: PLR2004 - a list of one needs no joining word
            return "".join(said)
        return self.say(N_("{first} and {last}")).format(first=", ".join(said[:-1]), last=said[-1])

    def values(self, canonical: str) -> str:
        """Return `38.4 C, SpO2 94, BP 104/61` with this language's decimal mark and its word for pressure."""
        pressure = self.say(N_("BP"))
        parts = [part.replace(".", self.decimal_mark) for part in canonical.split(", ")]
        return ", ".join(f"{pressure}{part.removeprefix('BP')}" if part.startswith("BP ") else part for part in parts)

    @property
    def example(self) -> str:
        """An example of values by text."""
        return EXAMPLE.format(mark=self.decimal_mark)


ENGLISH = Wording(code="en", name="English", say=lambda text: text)


def groups_in(wording: Wording, groups: Sequence[str]) -> str:
    """Return the names of vital groups in the order in which a home measures; empty when none is required of it."""
    return wording.listed([word for group, word in GROUP_WORDS.items() if group in groups])


def received(site: Site, wording: Wording, *, values: str, ask: Ask, nurse_calls: bool) -> str:
    """Return the text that says what arrived and what comes next."""
    say = wording.say
    parts = [
        say(N_("Received {values}.")).format(values=wording.values(values))
        if values
        else say(N_("Received, thank you.")),
        _asked(site, wording, ask),
        say(N_("A nurse will call.")) if nurse_calls else "",
    ]
    return home(" ".join(part for part in parts if part))


def reminder(site: Site, wording: Wording, *, overdue: Sequence[str]) -> str:
    """Return the text to a home whose measurements are past due and grace."""
    said = wording.say(
        N_("Please measure now: {groups}. No device? Text {example}. Help: {unit}. Emergency: {emergency}.")
    )
    return home(_filled(said, site, groups=_groups_or_all(wording, overdue), example=wording.example))


def measure(site: Site, wording: Wording, *, values: str, ask: Ask) -> str:
    """Return the text that asks for another measurement of a value worth watching."""
    asked = groups_in(wording, ask.now or ask.later) or wording.say(GROUP_WORDS["temperature"])
    said = wording.say(N_("Please measure again: {groups}. Questions: {unit}."))
    seen = wording.say(N_("Last: {values}.")).format(values=wording.values(values)) if values else ""
    return home(f"{seen} {_filled(said, site, groups=asked)}".strip())


def sit_down(site: Site, wording: Wording, *, values: str, groups: Sequence[str]) -> str:
    """Return the text after one dangerous value: rest, measure again, someone is coming."""
    said = wording.say(
        N_("Sit down. Measure again now: {groups}. A nurse will call. If it gets worse call {emergency}.")
    )
    seen = wording.say(N_("Received {values}.")).format(values=wording.values(values)) if values else ""
    return home(f"{seen} {_filled(said, site, groups=_groups_or_all(wording, groups))}".strip())


def go_now(site: Site, wording: Wording, *, hospital: str = "") -> str:
    """Return the text that sends the patient to the emergency department, by name where one is chosen."""
    said = wording.say(GO_NOW)
    going = wording.say(N_("GOING"))
    if hospital:
        with suppress(TextRefusedError):  # a long name must not stop the text that sends them there
            return fit_air(_filled(said, site, hospital=hospital, going=going), at_most=SEGMENTS)
    return home(_filled(said, site, hospital=wording.say(N_("the emergency department")), going=going))


def no_answer(site: Site, wording: Wording) -> str:
    """Return the text to a home that has answered nobody."""
    said = wording.say(NO_ANSWER)
    return home(_filled(said, site))


def arrived(site: Site, wording: Wording) -> str:
    """Return the text to somebody who should have arrived at the hospital by now."""
    said = wording.say(N_("Have you arrived? Reply {there}, or call {unit}. Emergency: {emergency}."))
    return home(_filled(said, site, there=wording.say(N_("THERE"))))


def on_the_way(site: Site, wording: Wording) -> str:
    """Return the answer to GOING."""
    said = wording.say(
        N_("Thank you. Take the card. Reply {there} when you arrive. Questions: {unit}. Emergency: {emergency}.")
    )
    return home(_filled(said, site, there=wording.say(N_("THERE"))))


def there(site: Site, wording: Wording) -> str:
    """Return the answer to THERE."""
    return home(_filled(wording.say(N_("Thank you. Show the card. Questions: {unit}.")), site))


def mistake(site: Site, wording: Wording, puzzle: Puzzle, *, word: str = "") -> str:
    """Return the answer to a text that was not understood: what is wrong, and an example.

    `word` is the word to send for the puzzle's symptom, in the home's language.
    """
    said = wording.say(N_("Nothing was recorded. Send for example {example}. Help: {unit}. Emergency: {emergency}."))
    return home(f"{_question(wording, puzzle, word)} {_filled(said, site, example=wording.example)}")


def felt(site: Site, wording: Wording, *, symptoms: Sequence[str], ask: Ask) -> str:
    """Return the answer to symptoms that were recorded."""
    said = wording.say(N_("Noted: {symptoms}."))
    names = wording.listed([SYMPTOMS[name] for name in symptoms])
    tail = wording.say(N_("If it gets worse call {emergency}. Questions: {unit}."))
    parts = [said.format(symptoms=names), _asked(site, wording, ask), _filled(tail, site)]
    return home(" ".join(part for part in parts if part))


def ice_noted(site: Site, wording: Wording, *, recorded: bool) -> str:
    """Return the answer to ICE points; `recorded` is False when they wait for the nurse."""
    said = (
        N_("Thank you, noted. Confused, sleepy or a seizure: call {emergency}. Questions: {unit}.")
        if recorded
        else N_("Thank you. The nurse will look at it. Confused, sleepy or a seizure: call {emergency}.")
    )
    return home(_filled(wording.say(said), site))


def better(site: Site, wording: Wording) -> str:
    """Return the answer to somebody who feels better, which lowers nothing by itself."""
    said = wording.say(N_("Thank you. The nurse sees this. Keep measuring. Questions: {unit}. Emergency: {emergency}."))
    return home(_filled(said, site))


def nurse_will_call(site: Site, wording: Wording) -> str:
    """Return the answer to somebody who wants to be called."""
    said = wording.say(N_("A nurse will call you. Do not wait in an emergency: {emergency}. Unit: {unit}."))
    return home(_filled(said, site))


def help_text(site: Site, wording: Wording) -> str:
    """Return the answer to HELP: what may be texted."""
    said = wording.say(
        N_(
            "Text values: {example}. Or what you see, such as {shivering}. Leaving: {going}. Arrived: {there}."
            " To be called: {call}. No more texts: STOP. Unit {unit}. Emergency {emergency}."
        )
    )
    words = {name: wording.say(word) for name, word in _HELP_WORDS.items()}
    return home(_filled(said, site, example=wording.example, **words))


_HELP_WORDS = {"shivering": N_("SHIVERING"), "going": N_("GOING"), "there": N_("THERE"), "call": N_("CALL")}


def phone_test(site: Site, wording: Wording, *, code: str) -> str:
    """Return the text that verifies a caregiver's telephone."""
    said = wording.say(
        N_(
            "Stepguard test. We will text this phone about measurements at home. Please reply {code} OK."
            " Questions: {unit}."
        )
    )
    return home(_filled(said, site, code=code))


def tested(site: Site, wording: Wording, *, right: bool) -> str:
    """Return the answer to a code that came back."""
    said = (
        N_("This phone is confirmed. Questions: {unit}.")
        if right
        else N_("That is not the code of the test. Questions: {unit}.")
    )
    return home(_filled(wording.say(said), site))


def call_us(site: Site, wording: Wording) -> str:
    """Return the answer to a text that we failed on."""
    said = wording.say(N_("Your text could not be used. Call {unit}. Emergency: {emergency}."))
    return home(_filled(said, site))


def unknown_number(site: Site, wording: Wording) -> str:
    """Return the answer to a number that belongs to nobody here."""
    said = wording.say(
        N_("This number is not known here and nothing was recorded. Emergency: {emergency}. Unit: {unit}.")
    )
    return home(_filled(said, site))


def home(text: str) -> str:
    """Return `text` as it may go to a home: at most two segments on the air.

    Words that a site's long names or numbers push out are cut off at the end: most of it is better than none.
    """
    return cut_air(text, at_most=SEGMENTS)


def _asked(site: Site, wording: Wording, ask: Ask) -> str:
    if ask.now:
        return wording.say(N_("Now: {groups}.")).format(groups=groups_in(wording, ask.now))
    if ask.at is not None and ask.later:
        said = wording.say(NEXT)
        return said.format(groups=groups_in(wording, ask.later), time=_clock(site, ask.at))
    return ""


def _question(wording: Wording, puzzle: Puzzle, word: str) -> str:
    if puzzle.symptom is not None and word:
        symptom = wording.say(SYMPTOMS[puzzle.symptom])
        return wording.say(_PUZZLES["did_you_mean"]).format(symptom=symptom, word=word)
    kind = "part" if puzzle.kind == "not_understood" and puzzle.part else puzzle.kind
    return wording.say(_PUZZLES[kind]).format(part=puzzle.part, value=puzzle.value)


def _groups_or_all(wording: Wording, groups: Sequence[str]) -> str:
    return groups_in(wording, groups) or wording.say(EVERYTHING)


def _clock(site: Site, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(site.timezone)):%H:%M}"


def _filled(said: str, site: Site, **words: str) -> str:
    return said.format(unit=site.unit_phone, emergency=site.emergency_number, **words)
