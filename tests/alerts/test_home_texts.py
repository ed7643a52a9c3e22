"""What homes read: in every language complete, short enough for the air, and answerable with the words it names."""

import ast
import inspect
import string
from datetime import UTC, datetime

import pytest

from alerts import cards, home_questions, home_texts
from alerts.gsm7 import BASIC, EXTENDED, JOINED_UCS2, segments
from alerts.home_languages import wording_of, wordings, wordings_for
from alerts.home_replies import FromHome, Puzzle, PuzzleKind, read_home
from alerts.home_texts import ENGLISH, Wording
from alerts.home_values import Ask
from alerts.home_words import languages, words_of
from alerts.message import Site
from console.commands.enrolment import Language

SITE = Site(unit_phone="+452012345678901", emergency_number="112", timezone="Europe/Copenhagen")
ALL = ("temperature", "blood_pressure", "oximetry")
NOW, LATER = Ask(now=ALL), Ask(later=ALL, at=datetime(2026, 3, 2, 23, 59, tzinfo=UTC))
VALUES = "103.4 F, SpO2 100, BP 204/161"
EVERY = wordings()
NOTHING = Puzzle(kind="not_understood")
KINDS = tuple(kind for kind in PuzzleKind.__args__ if kind != "did_you_mean")


def longest(wording: Wording) -> dict[str, str]:
    """Return every text to a home with the longest words it may carry."""
    texts = {
        "received, now": home_texts.received(SITE, wording, values=VALUES, ask=NOW, nurse_calls=True),
        "received, later": home_texts.received(SITE, wording, values=VALUES, ask=LATER, nurse_calls=True),
        "received, without values": home_texts.received(SITE, wording, values="", ask=Ask(), nurse_calls=False),
        "told to go, values": home_texts.still_go(SITE, wording, values=VALUES),
        "told to go, symptoms": home_texts.still_go(SITE, wording, noted=("breathlessness", "chest_pain")),
        "dangerous symptoms": home_texts.felt(
            SITE, wording, symptoms=("breathlessness", "chest_pain"), ask=NOW, danger=True
        ),
        "ICE is due": home_texts.ice_prompt(SITE, wording),
        "read": home_texts.thanks(SITE, wording, ask=NOW),
        "which hospital": home_texts.which_hospital(SITE, wording),
        "dangerous words": home_questions.dangerous(
            SITE, wording, NOTHING, word=max(words_of(wording.code).to_send.values(), key=len)
        ),
        "alarming words": home_questions.dangerous(SITE, wording, NOTHING),
        "dangerous words of two": home_questions.dangerous(
            SITE, wording, Puzzle(kind="which_patient", part="A, D"), word="X"
        ),
        "reminder, spoken": home_texts.reminder(SITE, wording, overdue=ALL, spoken=True),
        "reminder": home_texts.reminder(SITE, wording, overdue=ALL),
        "measure again": home_texts.measure(SITE, wording, values=VALUES, ask=NOW),
        "sit down": home_texts.sit_down(SITE, wording, values=VALUES, groups=ALL),
        "go now": home_texts.go_now(SITE, wording),
        "go now, spoken": home_texts.go_now(SITE, wording, spoken=True),
        "go now, to": home_texts.go_now(SITE, wording, hospital="University Hospital North"),
        "no answer": home_texts.no_answer(SITE, wording),
        "arrived?": home_texts.arrived(SITE, wording),
        "arrived?, spoken": home_texts.arrived(SITE, wording, spoken=True),
        "on the way": home_texts.on_the_way(SITE, wording),
        "there": home_texts.there(SITE, wording),
        "symptoms": home_texts.felt(SITE, wording, symptoms=("breathlessness", "chest_pain"), ask=NOW),
        "ICE noted": home_texts.ice_noted(SITE, wording, recorded=True, points=10),
        "ICE kept for the nurse": home_texts.ice_noted(SITE, wording, recorded=False),
        "better": home_texts.better(SITE, wording),
        "a nurse will call": home_texts.nurse_will_call(SITE, wording),
        "help": home_texts.help_text(SITE, wording),
        "call us": home_texts.call_us(SITE, wording),
        "unknown number": home_texts.unknown_number(SITE, [wording]),
    }
    for kind in KINDS:
        puzzle = Puzzle(kind=kind, part="A or B" if kind == "which_patient" else "B", value="104/161")
        texts[f"mistake: {kind}"] = home_questions.mistake(SITE, wording, puzzle, nurse_calls=wording.code != "es")
    for saying in ("going", "there"):
        puzzle = Puzzle(kind="not_understood", sayings=(saying,))
        texts[f"mistake: {saying}"] = home_questions.mistake(SITE, wording, puzzle, nurse_calls=wording.code != "es")
    word = max(words_of(wording.code).to_send.values(), key=len)
    texts["mistake: did you mean"] = home_questions.mistake(SITE, wording, NOTHING, word=word)
    return texts


@pytest.mark.parametrize("wording", EVERY, ids=lambda wording: wording.code)
def test_every_text_takes_at_most_two_segments_with_its_longest_words(wording):
    for name, text in longest(wording).items():
        if wording.code == "es" and not all(character in BASIC | EXTENDED for character in text):
            assert len(text) <= 2 * JOINED_UCS2, (name, len(text))
        else:
            assert segments(text) <= home_texts.SEGMENTS, name


@pytest.mark.parametrize("wording", EVERY, ids=lambda wording: wording.code)
def test_no_text_loses_its_end_to_the_segments(wording, monkeypatch):
    assert len(SITE.unit_phone + SITE.emergency_number) == home_texts.LONGEST_NUMBERS
    sent = longest(wording)
    monkeypatch.setattr(home_texts, "cut_air", lambda text, **_: text)
    assert {name: text for name, text in longest(wording).items() if text != sent[name]} == {}


@pytest.mark.parametrize("wording", EVERY, ids=lambda wording: wording.code)
def test_the_letter_of_a_patient_pushes_no_word_out(wording):
    for name, text in longest(wording).items():
        assert home_texts.about(text, wording, "A") == f"A: {text}", name
    assert home_texts.ice_prompt(SITE, wording, letter="A").startswith("A: ")


@pytest.mark.parametrize("wording", EVERY, ids=lambda wording: wording.code)
def test_every_sentence_is_translated_and_keeps_its_blanks(wording, home_sentences):
    for sentence in home_sentences:
        said = wording.say(sentence)
        dropped = {"shivering"} if wording.code == "es" else set()  # an example that would not fit
        assert blanks(said) | dropped >= blanks(sentence), said
        assert blanks(said) <= blanks(sentence), said
        if (
            wording is not ENGLISH
            and wording.code != "en"
            and blanks(sentence) not in ({"part", "value"}, {"high", "low"})
        ):
            assert said != sentence or sentence in {"GOING"}, f"not translated: {sentence}"


@pytest.mark.parametrize("wording", EVERY, ids=lambda wording: wording.code)
def test_the_words_that_a_text_asks_for_are_understood(wording):
    words = words_of(wording.code)
    assert read_home(wording.say("GOING"), words) == FromHome(saying="going")
    assert read_home(wording.say("THERE"), words) == FromHome(saying="there")
    assert read_home(wording.say("CALL"), words) == FromHome(saying="call")
    assert read_home(wording.say("SHIVERING"), words) == FromHome(symptoms=("rigors",))
    assert isinstance(read_home(wording.example, words), FromHome)
    assert isinstance(read_home(home_texts.BEST_ICE, words), FromHome)
    for symptom, word in words.to_send.items():
        assert read_home(word, words) == FromHome(symptoms=(symptom,))


@pytest.mark.parametrize(
    ("number", "begins", "with_english"),
    [
        ("+4520123456", "Dette nummer kendes ikke her, og intet er noteret. Alarm: 112.", True),
        ("+34600123456", "No conocemos este número; nada anotado. Urgencia: 112.", False),
        ("+12025550100", "This number is not known here", True),
    ],
)
def test_a_number_that_nobody_knows_is_answered_in_the_language_of_its_country_and_in_english(
    number, begins, with_english
):
    site = Site(unit_phone="555-0100", emergency_number="112")
    text = home_texts.unknown_number(site, wordings_for(number))
    assert text.startswith(begins)
    assert text.count("555-0100") == 1 + (with_english and not begins.startswith("This"))
    assert ("This number is not known here" in text) is with_english


def test_the_languages_of_the_texts_are_those_of_the_replies():
    assert {wording.code for wording in EVERY} == set(languages())


def test_a_contact_may_be_given_each_of_the_languages_and_no_other():
    assert {str(language) for language in Language} == set(languages())


def test_a_language_nobody_translated_reads_english_and_a_region_reads_its_language():
    assert wording_of("pl").code == "en"
    assert wording_of(None).code == "en"
    assert wording_of("da-DK").code == "da"


def test_a_danish_home_reads_its_values_with_a_comma():
    text = home_texts.received(SITE, wording_of("da"), values="38.4 C, BP 104/61", ask=NOW, nurse_calls=True)
    assert text == "Modtaget 38,4 C, BT 104/61. Nu: temperatur, blodtryk og ilt. En sygeplejerske ringer."


@pytest.mark.parametrize("wording", EVERY, ids=lambda wording: wording.code)
def test_a_call_asks_nobody_to_text(wording):
    for said in (
        home_texts.go_now(SITE, wording, spoken=True),
        home_texts.arrived(SITE, wording, spoken=True),
        home_texts.reminder(SITE, wording, overdue=ALL, spoken=True),
    ):
        assert SITE.unit_phone in said
        assert not any(wording.say(word) in said for word in home_texts.WORDS_TO_TEXT.values())
        assert wording.example not in said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Received 38.4 C, oxygen 94, blood pressure 86 over 50."),
        ("da", "Modtaget 38,4 C, ilt 94, blodtryk 86 over 50."),
        ("de", "Erhalten: 38,4 C, Sauerstoff 94, Blutdruck 86 zu 50."),
        ("es", "Recibido 38,4 C, oxígeno 94, tensión 86 sobre 50."),
    ],
)
def test_a_call_says_values_as_people_do(language, said):
    wording = wording_of(language)
    text = home_texts.received(SITE, wording, values="38.4 C, SpO2 94, BP 86/50", ask=Ask(), nurse_calls=False)
    assert home_texts.aloud(text, wording) == said


@pytest.mark.parametrize("kind", KINDS)
def test_who_did_not_agree_to_values_reads_none_of_them_in_a_question(kind):
    puzzle = home_questions.without_values(
        Puzzle(kind=kind, part="7/5" if kind == "not_understood" else "T", value="7/5")
    )
    text = home_questions.mistake(SITE, ENGLISH, puzzle)
    assert kind == "no_unit" or "7/5" not in text
    assert "  " not in text


@pytest.mark.parametrize("body", ["Anna Hansen", "teclistamab", "T 38.4 Anna", "lymphoma 38.4"])
def test_a_word_that_was_not_understood_is_never_texted_back(body):
    puzzle = read_home(body, words_of("en"))
    assert isinstance(puzzle, Puzzle)
    text = home_questions.mistake(SITE, ENGLISH, puzzle)
    assert not any(word.lower() in text.lower() for word in ("Anna", "Hansen", "teclistamab", "lymphoma"))


def test_a_site_with_a_long_number_still_texts_most_of_it():
    site = Site(unit_phone="+45 35 45 00 00 " * 20, emergency_number="112")
    text = home_texts.go_now(site, ENGLISH)
    assert text.startswith("Go to the emergency department now. Show the card.")
    assert segments(text) <= home_texts.SEGMENTS


def test_a_hospital_with_a_long_name_still_sends_them_to_the_emergency_department():
    text = home_texts.go_now(SITE, ENGLISH, hospital="H" * 300)
    assert text.startswith("Go to the emergency department now.")


@pytest.fixture(scope="module")
def home_sentences() -> set[str]:
    """Every sentence to homes that is marked for translation."""
    nodes = [
        node
        for module in (home_texts, home_questions, cards)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
    ]
    calls = [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_"]
    return {call.args[0].value for call in calls}


def blanks(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
