"""Writes what a home reads, in its language: plain words, its own values if it agreed to that, never a name or a drug.

The sentences here are the English ones; the other languages translate them (`alerts.home_languages`). Every text is
held to its segment limit before it leaves this module. Pure.
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.gsm7 import TextRefusedError, cut_air, fit_air
from alerts.home_values import Ask
from alerts.message import Site

SEGMENTS = 2
LONGEST_NUMBERS = 19
"""Characters of the unit's and the emergency number together with which no text to a home loses its last words."""
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
WORDS_TO_TEXT = {"shivering": N_("SHIVERING"), "going": N_("GOING"), "there": N_("THERE"), "call": N_("CALL")}
"""Words a home may text back, which every language has."""
EVERYTHING = N_("all values")
NEXT = N_("Next: {groups} at {time}.")
GO_NOW = N_(
    "Go to {hospital} now. Show the card. If you cannot go or it gets worse, call {emergency}. Questions: {unit}."
    " Text {going} when you leave."
)
GO_NOW_SPOKEN = N_(
    "Go to {hospital} now. Show the card. If you cannot go or it gets worse, call {emergency}. Call {unit} when you"
    " leave."
)
NO_ANSWER = N_(
    "We cannot reach you and have no measurements. Measure now or call {unit} at once. Emergency: {emergency}."
)
A_NURSE_CALLS = N_("A nurse will call.")
A_NURSE_CALLS_FROM = N_("A nurse will call. Unit: {unit}.")
CALL_NOW = N_("Call {emergency} now.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language: how it says a sentence, its decimal mark, who read its texts back and when (None: nobody).

    `country_codes` are those of telephone numbers whose owners are taken to read it when nothing else is known.
    """

    code: str
    name: str
    say: Callable[[str], str]
    decimal_mark: str = "."
    reviewed: str | None = None
    country_codes: tuple[str, ...] = ()

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


def about(text: str, wording: Wording, letter: str | None, *, spoken: bool = False) -> str:
    """Return a text that names its patient by the letter which tells two at one number apart; else as it is."""
    if letter is None:
        return text
    head = wording.say(N_("About patient {letter}")).format(letter=letter)
    return f"{head}. {text}" if spoken else home(f"{letter}: {text}")


def aloud(text: str, wording: Wording) -> str:
    """Return a text to a home as a call says it: values by their names, and a pressure as people say it."""
    oxygen, pressure = (wording.say(GROUP_WORDS[group]) for group in ("oximetry", "blood_pressure"))
    over = wording.say(N_("{high} over {low}"))

    def as_said(found: re.Match[str]) -> str:
        return f"{pressure} {over.format(high=found[1], low=found[2])}"

    short = re.escape(wording.say(N_("BP")))
    return re.sub(rf"\b{short} ([0-9]+)/([0-9]+)", as_said, text).replace("SpO2", oxygen)


def received(site: Site, wording: Wording, *, values: str, ask: Ask, nurse_calls: bool) -> str:
    """Return the text that says what arrived and what comes next."""
    parts = [
        _arrived(wording, values),
        _asked(site, wording, ask),
        wording.say(A_NURSE_CALLS) if nurse_calls else "",
    ]
    return home(" ".join(part for part in parts if part))


def still_go(site: Site, wording: Wording, *, values: str = "", noted: Sequence[str] = (), hospital: str = "") -> str:
    """Return the answer to a home that was told to go and is still there: nothing it sends is a reason to wait.

    `noted` are symptoms that were recorded, else `values` arrived; where they do not fit beside it, only going is said.
    """
    go = go_now(site, wording, hospital=hospital)
    first = _noted(wording, noted) if noted else _arrived(wording, values)
    with suppress(TextRefusedError):
        return fit_air(f"{first} {go}".strip(), at_most=SEGMENTS)
    return go


def reminder(site: Site, wording: Wording, *, overdue: Sequence[str], spoken: bool = False) -> str:
    """Return the text to a home whose measurements are past due and grace; `spoken` leaves out what is to be typed."""
    if spoken:
        said = wording.say(
            N_("Please measure now: {groups}. Nothing has reached us. Help: {unit}. Emergency: {emergency}.")
        )
        return filled(said, site, groups=_groups_or_all(wording, overdue))
    said = wording.say(
        N_(
            "Please measure now: {groups}. If a device does not send, text its numbers like this: {example}."
            " Help: {unit}. Emergency: {emergency}."
        )
    )
    return home(filled(said, site, groups=_groups_or_all(wording, overdue), example=wording.example))


def ice_prompt(site: Site, wording: Wording, *, letter: str | None = None) -> str:
    """Return the text that asks for ICE; `letter` as in `about`."""
    said = wording.say(
        N_(
            "Please ask the five questions on your sheet and text the points. All right is {best}."
            " Confused or hard to wake: call {emergency}. Questions: {unit}."
        )
    )
    best = BEST_ICE if letter is None else f"{letter} {BEST_ICE}"
    return about(home(filled(said, site, best=best)), wording, letter)


def measure(site: Site, wording: Wording, *, values: str, ask: Ask) -> str:
    """Return the text that asks for another measurement of a value worth watching."""
    asked = groups_in(wording, ask.now or ask.later) or wording.say(GROUP_WORDS["temperature"])
    said = wording.say(N_("Please measure again: {groups}. Questions: {unit}."))
    seen = wording.say(N_("Last: {values}.")).format(values=wording.values(values)) if values else ""
    return home(f"{seen} {filled(said, site, groups=asked)}".strip())


def sit_down(site: Site, wording: Wording, *, values: str, groups: Sequence[str]) -> str:
    """Return the text after one dangerous value: rest, measure again, someone is coming."""
    said = wording.say(
        N_("Sit down. Measure again now: {groups}. A nurse will call. If it gets worse call {emergency}.")
    )
    seen = wording.say(N_("Received {values}.")).format(values=wording.values(values)) if values else ""
    return home(f"{seen} {filled(said, site, groups=_groups_or_all(wording, groups))}".strip())


def go_now(site: Site, wording: Wording, *, hospital: str = "", spoken: bool = False) -> str:
    """Return the text that sends the patient to the emergency department, by name where one is chosen."""
    said = wording.say(GO_NOW_SPOKEN if spoken else GO_NOW)
    going = wording.say(N_("GOING"))
    if hospital:
        with suppress(TextRefusedError):  # a long name must not stop the text that sends them there
            return fit_air(filled(said, site, hospital=hospital, going=going), at_most=SEGMENTS)
    return home(filled(said, site, hospital=wording.say(N_("the emergency department")), going=going))


def no_answer(site: Site, wording: Wording) -> str:
    """Return the text to a home that has answered nobody."""
    said = wording.say(NO_ANSWER)
    return home(filled(said, site))


def arrived(site: Site, wording: Wording, *, spoken: bool = False) -> str:
    """Return the text to somebody who should have arrived at the hospital by now."""
    if spoken:
        said = N_("Have you arrived at the hospital? If not, call {unit}. Emergency: {emergency}.")
        return filled(wording.say(said), site)
    said = wording.say(
        N_("Have you arrived at the hospital? Text {there}. If not, call {unit}. Emergency: {emergency}.")
    )
    return home(filled(said, site, there=wording.say(N_("THERE"))))


def on_the_way(site: Site, wording: Wording) -> str:
    """Return the answer to GOING."""
    said = wording.say(
        N_(
            "Thank you. Take the card. Text {there} when you arrive at the hospital. Questions: {unit}."
            " Emergency: {emergency}."
        )
    )
    return home(filled(said, site, there=wording.say(N_("THERE"))))


def there(site: Site, wording: Wording) -> str:
    """Return the answer to THERE."""
    return home(filled(wording.say(N_("Thank you. Show the card. Questions: {unit}.")), site))


def which_hospital(site: Site, wording: Wording) -> str:
    """Return the answer to THERE from a home that nobody knew to be on the way."""
    said = wording.say(N_("Thank you. Show the card. A nurse will call: we did not know that you left. Unit: {unit}."))
    return home(filled(said, site))


def felt(site: Site, wording: Wording, *, symptoms: Sequence[str], ask: Ask, danger: bool = False) -> str:
    """Return the answer to symptoms that were recorded; `danger` when one of them is an emergency."""
    if danger:
        said, tail = wording.say(CALL_NOW), wording.say(A_NURSE_CALLS_FROM)
        return home(f"{filled(said, site)} {_noted(wording, symptoms)} {filled(tail, site)}")
    tail = wording.say(N_("If it gets worse call {emergency}. Questions: {unit}."))
    parts = [_noted(wording, symptoms), _asked(site, wording, ask), filled(tail, site)]
    return home(" ".join(part for part in parts if part))


def ice_noted(site: Site, wording: Wording, *, recorded: bool, points: int | None = None) -> str:
    """Return the answer to ICE points; `recorded` is False when they wait for the nurse, `points` None not to say."""
    said = (
        N_("Thank you, noted. Confused, sleepy or a seizure: call {emergency}. Questions: {unit}.")
        if recorded
        else N_("Thank you. The nurse will look at it. Confused, sleepy or a seizure: call {emergency}.")
    )
    first = "" if points is None else wording.say(N_("Received {points} of 10 points.")).format(points=points)
    return home(f"{first} {filled(wording.say(said), site)}".strip())


def better(site: Site, wording: Wording) -> str:
    """Return the answer to somebody who feels better, which lowers nothing by itself."""
    said = wording.say(N_("Thank you. The nurse sees this. Keep measuring. Questions: {unit}. Emergency: {emergency}."))
    return home(filled(said, site))


def thanks(site: Site, wording: Wording, *, ask: Ask) -> str | None:
    """Return the answer to somebody who only says that they read a text; None while nothing is asked of them."""
    if not ask.now:
        return None
    said = wording.say(N_("Thank you. Please measure now: {groups}. Emergency: {emergency}."))
    return home(filled(said, site, groups=groups_in(wording, ask.now)))


def nurse_will_call(site: Site, wording: Wording) -> str:
    """Return the answer to somebody who wants to be called."""
    said = wording.say(N_("A nurse will call you. Do not wait in an emergency: {emergency}. Unit: {unit}."))
    return home(filled(said, site))


def help_text(site: Site, wording: Wording) -> str:
    """Return the answer to HELP: what may be texted."""
    said = wording.say(
        N_(
            "Text numbers like this: {example}. Or what you see, such as {shivering}. Leaving for hospital: {going}."
            " Arrived: {there}. A nurse should call: {call}. No more texts: STOP. Unit {unit}. Emergency {emergency}."
        )
    )
    words = {name: wording.say(word) for name, word in WORDS_TO_TEXT.items()}
    return home(filled(said, site, example=wording.example, **words))


def phone_test(site: Site, wording: Wording, *, code: str) -> str:
    """Return the text that verifies a caregiver's telephone."""
    said = wording.say(
        N_(
            "Stepguard test. We will text this phone about measurements at home. Please reply {code} OK."
            " Questions: {unit}."
        )
    )
    return home(filled(said, site, code=code))


def tested(site: Site, wording: Wording, *, right: bool) -> str:
    """Return the answer to a code that came back."""
    said = (
        N_("This phone is confirmed. Questions: {unit}.")
        if right
        else N_("That is not the code of the test. Questions: {unit}.")
    )
    return home(filled(wording.say(said), site))


def call_us(site: Site, wording: Wording) -> str:
    """Return the answer to a text that we failed on."""
    said = wording.say(N_("Your text could not be used. Call {unit}. Emergency: {emergency}."))
    return home(filled(said, site))


def unknown_number(site: Site, readable: Sequence[Wording]) -> str:
    """Return the answer to a number that belongs to nobody here, in each of these languages as far as they fit."""
    said = N_("This number is not known here and nothing was recorded. Emergency: {emergency}. Unit: {unit}.")
    each = [filled(wording.say(said), site) for wording in readable]
    with suppress(TextRefusedError):
        return fit_air(" ".join(each), at_most=SEGMENTS)
    return home(each[0])


def filled(said: str, site: Site, **words: str) -> str:
    """Return a sentence with the site's numbers and these words in its blanks."""
    return said.format(unit=site.unit_phone, emergency=site.emergency_number, **words)


def home(text: str) -> str:
    """Return `text` as it may go to a home: at most two segments on the air.

    Words that a site's long names or numbers push out are cut off at the end: most of it is better than none.
    """
    return cut_air(text, at_most=SEGMENTS)


def _arrived(wording: Wording, values: str) -> str:
    if not values:
        return wording.say(N_("Received, thank you."))
    return wording.say(N_("Received {values}.")).format(values=wording.values(values))


def _noted(wording: Wording, symptoms: Sequence[str]) -> str:
    names = wording.listed([SYMPTOMS[name] for name in symptoms])
    return wording.say(N_("Noted: {symptoms}.")).format(symptoms=names)


def _asked(site: Site, wording: Wording, ask: Ask) -> str:
    if ask.now:
        return wording.say(N_("Now: {groups}.")).format(groups=groups_in(wording, ask.now))
    if ask.at is not None and ask.later:
        said = wording.say(NEXT)
        return said.format(groups=groups_in(wording, ask.later), time=_clock(site, ask.at))
    return ""


def _groups_or_all(wording: Wording, groups: Sequence[str]) -> str:
    return groups_in(wording, groups) or wording.say(EVERYTHING)


def _clock(site: Site, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(site.timezone)):%H:%M}"
