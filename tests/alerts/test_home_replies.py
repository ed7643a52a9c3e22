"""What homes text: understood whole or asked back whole, in every language, whatever anybody writes."""

import os
import re
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from alerts.home_replies import EMERGENCY_NUMBERS, LETTERS, Entered, FromHome, Puzzle, fold, read_home
from alerts.home_texts import SYMPTOMS
from alerts.home_words import languages, words_of

ASKED = os.environ.get("STEPGUARD_EXAMPLES")
EXAMPLES = 300 if ASKED is None else 5 * int(ASKED)
"""How many texts each property tries: `make texts` asks for five times its EXAMPLES, 50,000 where nobody says."""
PLENTY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
LANGUAGES = languages()


def value(**values: object) -> FromHome:
    """What a text with nothing but values says."""
    return FromHome(values=Entered(**values))


def puzzle(body: str, language: str = "en") -> str | None:
    """Return why a text is asked back, None when it is understood."""
    read = read_home(body, words_of(language))
    return read.kind if isinstance(read, Puzzle) else None


ALL_FOUR = value(
    temperature=Decimal("38.4"), spo2_pct=Decimal(94), systolic_mmhg=Decimal(104), diastolic_mmhg=Decimal(61),
    pulse_bpm=Decimal(110),
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "body", "means"),
    [
        ("en", "T 38.4 S 94 B 104/61 P 110", ALL_FOUR),
        ("en", "b104/61,p110 s94% t38,4", ALL_FOUR),
        ("en", "temp: 38.4 C; SpO2 94, BP 104 / 61, pulse = 110.", ALL_FOUR),
        ("da", "Temp 38,4, ilt 94, blodtryk 104/61, puls 110", ALL_FOUR),
        ("es", "fiebre 38,4 oxigeno 94 tensión 104/61 pulso 110", ALL_FOUR),
        ("en", "T38.4S94", value(temperature=Decimal("38.4"), spo2_pct=Decimal(94))),
        ("en", "T 101.2F", value(temperature=Decimal("101.2"), temperature_unit="[degF]")),
        ("en", "T 38 CHILLS", FromHome(values=Entered(temperature=Decimal(38)), symptoms=("rigors",))),
        ("en", "A T 38.4", FromHome(letter="A", values=Entered(temperature=Decimal("38.4")))),
        ("en", "going!", FromHome(saying="going")),
        ("da", "A vi kører", FromHome(letter="A", saying="going")),
        ("da", "korer", FromHome(saying="going")),
        ("da", "GOING", FromHome(saying="going")),
        ("en", "dizzy and weak", FromHome(symptoms=("dizziness", "weakness"))),
        ("da", "Kuldegysninger og ondt i hovedet", FromHome(symptoms=("rigors", "headache"))),
        ("de", "Schüttelfrost", FromHome(symptoms=("rigors",))),
        ("de", "SCHUTTELFROST, Luftnot", FromHome(symptoms=("rigors", "breathlessness"))),
        ("en", "can't breathe", FromHome(symptoms=("breathlessness",))),
        ("en", "can\u2019t wake", FromHome(symptoms=("cannot_wake",))),
        ("en", "I 4 3 1 1 0", FromHome(ice=(4, 3, 1, 1, 0))),
        ("en", "ice: 4,3,1,1,1 T 37.0", FromHome(ice=(4, 3, 1, 1, 1), values=Entered(temperature=Decimal("37.0")))),
        ("en", "please call", FromHome(saying="call")),
        ("en", "better", FromHome(saying="better")),
        ("en", "temp is 38,4 degrees", value(temperature=Decimal("38.4"))),
        ("en", "Temp 101.2 fahrenheit", value(temperature=Decimal("101.2"), temperature_unit="[degF]")),
        ("en", "BP is 104 over 61", value(systolic_mmhg=Decimal(104), diastolic_mmhg=Decimal(61))),
        ("da", "temperatur er 38,4 grader", value(temperature=Decimal("38.4"))),
        ("de", "Blutdruck ist 104 zu 61", value(systolic_mmhg=Decimal(104), diastolic_mmhg=Decimal(61))),
        ("en", "OK, we are going now", FromHome(saying="going")),
        ("en", "he is shivering now", FromHome(symptoms=("rigors",))),
        ("da", "Hun har hovedpine", FromHome(symptoms=("headache",))),
        ("en", "Thanks, T 38", value(temperature=Decimal(38))),
        ("en", "ok thank you!", FromHome(saying="thanks")),
        ("da", "Mange tak", FromHome(saying="thanks")),
        ("en", "??", FromHome(saying="help")),
        ("en", "his temp is 38,4 and he is shaking",
         FromHome(values=Entered(temperature=Decimal("38.4")), symptoms=("rigors",))),
        ("da", "Hans temp. er 38,4 og han ryster meget",
         FromHome(values=Entered(temperature=Decimal("38.4")), symptoms=("rigors",))),
        ("en", "fever of 38.4", value(temperature=Decimal("38.4"))),
        ("da", "Feber på 38,4", value(temperature=Decimal("38.4"))),
        ("en", "SYS 104 DIA 61 PR 110",
         value(systolic_mmhg=Decimal(104), diastolic_mmhg=Decimal(61), pulse_bpm=Decimal(110))),
        ("da", "Pulsen er 110 og iltmætningen er 94 procent", value(spo2_pct=Decimal(94), pulse_bpm=Decimal(110))),
        ("en", "I can\u2019t wake him", FromHome(symptoms=("cannot_wake",))),
        ("da", "Jeg kan ikke vække ham!", FromHome(symptoms=("cannot_wake",))),
        ("da", "Svært ved at trække vejret", FromHome(symptoms=("breathlessness",))),
        ("en", "help me", FromHome(saying="call")),
        ("da", "Hjælp mig!!", FromHome(saying="call")),
        ("en", "911", FromHome(saying="call")),
        ("da", "112!", FromHome(saying="call")),
        ("en", "we are at the hospital", FromHome(saying="there")),
        ("da", "Ja vi kører til hospitalet nu", FromHome(saying="going")),
        ("en", "\U0001f44d\U0001f3fb", FromHome(saying="thanks")),
        ("en", "Liked \u201cGo to the emergency department now. A nurse will call.\u201d", FromHome(saying="thanks")),
        ("da", "Han har det bedre", FromHome(saying="better")),
    ],
)  # fmt: skip
def test_a_text_that_is_understood(language, body, means):
    assert read_home(body, words_of(language)) == means


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("", "empty"),
        (" ... ", "empty"),
        ("and", "not_understood"),
        ("hello", "not_understood"),
        ("no chills", "not_understood"),
        ("T 38.4 I think", "not_understood"),
        ("38.4", "bare_temperature"),
        ("104/61", "bare_pressure"),
        ("T 101.2", "cannot_be_fahrenheit"),
        ("T 384", "cannot_be"),
        ("T 24.9", "cannot_be"),
        ("T 45.1", "cannot_be"),
        ("T 76.9 F", "cannot_be"),
        ("T 38 4", "not_understood"),
        ("T 38.4 T 38.5", "twice"),
        ("T 38/39", "one_number"),
        ("T 38 %", "no_unit"),
        ("S 94 C", "no_unit"),
        ("S 101", "cannot_be"),
        ("S 0", "cannot_be"),
        ("S 94.5", "whole_number"),
        ("S 9\uff14", "not_understood"),
        ("T 38\u00b2", "not_understood"),
        ("B 104", "both_numbers"),
        ("B 61/104", "first_is_higher"),
        ("B 104/104", "first_is_higher"),
        ("B 301/90", "cannot_be"),
        ("P 110", "pulse_alone"),
        ("I 10", "ice_numbers"),
        ("I 5 3 1 1 1", "ice_numbers"),
        ("I 4 3 1 1", "ice_numbers"),
        ("I 4 3 1 1 1 I 4 3 1 1 0", "twice"),
        ("GOING THERE", "one_word"),
        ("HELP T 38.4", "one_word"),
        ("better dizzy", "one_word"),
        ("rash there", "one_word"),
        ("T 38.4 there", "one_word"),
        ("he has no chills", "not_understood"),
        ("we are not going", "not_understood"),
        ("going to bed now", "not_understood"),
        ("S 94 degrees", "no_unit"),
        ("T is 38 over 5", "one_number"),
        ("paracetamol 1000", "medicine"),
        ("T 38.4 and 2 panodil", "medicine"),
        ("yes", "not_understood"),
        ("O21", "not_understood"),
        ("SPO294", "not_understood"),
        ("101.3F", "bare_temperature"),
        ("101.3", "bare_temperature"),
        ("101", "not_understood"),
        ("38.4\u00b0C", "bare_temperature"),
        ("104 / 61", "bare_pressure"),
        ("10/10", "not_understood"),
        ("94 %", "bare_oxygen"),
        ("S 94 112", "not_understood"),
        ("fever", "one_number"),
        ("his blood pressure", "both_numbers"),
        ("her temperature was 38.4", "not_understood"),
        ("S .94", "not_understood"),
        ("T 38 percent", "no_unit"),
        ("stop texting me", "stop"),
        ("not at the hospital", "not_understood"),
    ],
)
def test_a_text_that_is_asked_back(body, why):
    assert puzzle(body) == why


def test_a_symptom_in_a_text_that_is_not_understood_is_asked_about_and_not_recorded():
    read = read_home("mum is shivering badly", words_of("en"))
    assert isinstance(read, Puzzle)
    assert (read.kind, read.symptoms) == ("not_understood", ("rigors",))


def test_every_symptom_of_a_text_that_is_not_understood_is_heard_and_not_only_the_first():
    read = read_home("mum is dizzy and has chest pain since ten", words_of("en"))
    assert isinstance(read, Puzzle)
    assert read.symptoms == ("dizziness", "chest_pain")


@pytest.mark.parametrize(
    ("language", "body"),
    [("en", "his lips are blue"), ("da", "Hans læber er blå"), ("de", "er atmet nicht"), ("es", "no respira")],
)
def test_alarming_words_that_name_no_symptom_are_heard_and_not_recorded(language, body):
    read = read_home(body, words_of(language))
    assert isinstance(read, Puzzle)
    assert read.alarming


@pytest.mark.parametrize("body", ["should we go to the hospital?", "the ambulance took him", "can somebody call me"])
def test_whoever_asks_for_somebody_in_words_that_are_not_understood_is_heard(body):
    read = read_home(body, words_of("en"))
    assert isinstance(read, Puzzle)
    assert "call" in read.sayings


def test_a_word_means_one_thing_in_all_languages_together():
    meanings: dict[str, set[str]] = {}
    for language in LANGUAGES:
        words = words_of(language)
        for kind in (words.symptoms, words.sayings, words.value_names):
            for phrase, meaning in kind.items():
                meanings.setdefault(phrase, set()).add(meaning)
    assert {phrase: found for phrase, found in meanings.items() if len(found) > 1} == {}


def test_every_symptom_a_home_may_text_has_words_in_every_language():
    for language in LANGUAGES:
        assert set(words_of(language).symptoms.values()) == set(SYMPTOMS)


def test_no_word_begins_like_the_letter_of_a_patient_followed_by_a_value():
    for language in LANGUAGES:
        for phrase in words_of(language).joining:
            assert len(phrase) > 1 or phrase not in LETTERS or phrase == "Y"


NUMBERS = st.from_regex(r"[0-9]{1,4}([.,][0-9]{1,3})?", fullmatch=True)
NAMES = st.sampled_from(sorted({name for language in LANGUAGES for name in words_of(language).value_names}))
PHRASES = st.sampled_from(
    sorted({phrase for language in LANGUAGES for kind in ("symptoms", "sayings", "joining")
            for phrase in getattr(words_of(language), kind)})
)  # fmt: skip
FILLERS = st.sampled_from(
    sorted({phrase for language in LANGUAGES
            for kind in ("thanks", "linking", "over", "degrees", "percent", "medicines", "alarming")
            for phrase in getattr(words_of(language), kind)})
)  # fmt: skip
JUNK = st.one_of(st.text(max_size=8), st.sampled_from(["no", "not", "ikke", "kein", "I", "/", "-", "%", "C", "F", "°"]))
PIECES = st.one_of(
    st.builds("{} {}".format, NAMES, NUMBERS),
    st.builds("{}{}/{}".format, NAMES, NUMBERS, NUMBERS),
    st.builds("{} {} {} {}".format, NAMES, FILLERS, NUMBERS, FILLERS),
    st.builds("{} {} {} {}".format, NAMES, NUMBERS, FILLERS, NUMBERS),
    st.builds("I {} {} {} {} {}".format, *[st.integers(0, 5)] * 5),
    NUMBERS,
    NAMES,
    FILLERS,
    PHRASES,
    PHRASES.map(str.lower),
    JUNK,
)
GAPS = st.sampled_from([" ", ", ", "", ";", " og ", "\n", "\t", ". "])
PARTS = st.tuples(
    st.one_of(
        st.just(""),
        st.builds("T{}{}".format, st.sampled_from([" ", "", ": "]), st.decimals(25, 45, places=1)),
        st.builds("TEMP {} F".format, st.decimals(77, 113, places=1)),
    ),
    st.one_of(st.just(""), st.builds("S{}{}".format, st.sampled_from([" ", ""]), st.integers(1, 100))),
    st.one_of(st.just(""), st.builds("B {}/{}".format, st.integers(80, 200), st.integers(30, 79))),
    st.one_of(st.just(""), st.builds("P {}".format, st.integers(30, 220))),
    st.sampled_from(["", "", "I 4 3 1 1 1", "I 3 2 1 0 1", "chills", "kulderystelser", "dizzy", "going"]),
)


def slipped(text, place, key):
    """Return `text` as a thumb leaves it that missed once: `key` instead of the letter at `place`, or beside it."""
    place %= len(text) + 1
    return text[:place] + key + text[place + (len(key) < 2) :]


MEANT = PARTS.flatmap(st.permutations).map(lambda parts: " ".join(filter(None, parts)))
SLIPPED = st.builds(
    slipped, MEANT, st.integers(0, 60), st.sampled_from(["", " ", "0", "1", "8", ".", "/", "O", "PP", "S "])
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(st.tuples(PIECES, GAPS), max_size=6).map(lambda parts: "".join(piece + gap for piece, gap in parts)),
    MEANT,
    SLIPPED,
)


def named_numbers(text, words):
    """Return every number of a text with the letter whose name stands right before it, looking back from the number.

    The second number of a pressure has the letter of the first, in lower case.
    """
    between = [*words.linking, *words.over, ""]
    found = set()
    for number in re.finditer(r"[0-9]+(?:[.,][0-9]+)?", text):
        value = Decimal(number[0].replace(",", "."))
        for word in between:
            before = text[: number.start()].rstrip(" :=/-").removesuffix(word).rstrip(" :=/-.")
            found |= {(letter, value) for name, letter in words.value_names.items() if before.endswith(name)}
            if before[-1:].isdecimal() and any(letter == "B" for letter, _value in found):
                found.add(("b", value))
    return found


def said_by_letter(values):
    """Return what was read, by the letter it must have been written with."""
    said = {
        "T": values.temperature,
        "S": values.spo2_pct,
        "B": values.systolic_mmhg,
        "b": values.diastolic_mmhg,
        "P": values.pulse_bpm,
    }
    return {letter: value for letter, value in said.items() if value is not None}


@PLENTY
@given(body=TEXTS, language=st.sampled_from(LANGUAGES))
@example(body="T 38 CHILLS", language="en")
def test_whatever_is_texted_nothing_is_read_that_was_not_written(body, language):
    words = words_of(language)
    read = read_home(body, words)
    event("asked back" if isinstance(read, Puzzle) else "with values" if read.values else "understood")
    if isinstance(read, Puzzle):
        for symptom in read.symptoms:
            assert any(means == symptom and phrase in fold(body) for phrase, means in words.symptoms.items())
        assert not read.alarming or any(phrase in fold(body) for phrase in words.alarming)
        return
    if read.values is not None:
        named = named_numbers(fold(body), words)
        for letter, value in said_by_letter(read.values).items():
            assert (letter, value) in named, (letter, value)
        if read.values.temperature_unit == "[degF]":
            assert re.search(r"[0-9][^0-9]*F", fold(body))
    assert read.ice is None or re.search(r"I\D*" + r"\D+".join(map(str, read.ice)) + r"(?!\d)", fold(body))
    for symptom in read.symptoms:
        assert any(means == symptom and phrase in fold(body) for phrase, means in words.symptoms.items())
    if read.saying == "help" and not fold(body).strip("?ADEGHJKLMNRUVWXYZ :.,-"):
        return
    if read.saying == "call" and any(number in fold(body) for number in EMERGENCY_NUMBERS):
        return
    if read.saying == "thanks":
        assert any(phrase in fold(body) for phrase in words.thanks)
    elif read.saying is not None:
        assert any(means == read.saying and phrase in fold(body) for phrase, means in words.sayings.items())
    assert read.values or read.ice or read.symptoms or read.saying


@PLENTY
@given(
    body=TEXTS,
    more=st.sampled_from(["x", "nej", "no", "T", "38", "?! x", "hun sover"]),
    language=st.sampled_from(LANGUAGES),
)
def test_a_part_that_means_nothing_makes_the_whole_text_a_question(body, more, language):
    read = read_home(f"{body} {more}", words_of(language))
    if isinstance(read, FromHome):
        # It was the second half of something: then the text without it means less, or nothing.
        assert read_home(body, words_of(language)) != read
