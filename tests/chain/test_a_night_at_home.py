"""One night as a home reads it, in both reviewed languages: from the first fever to the hospital and back."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from chain_house import NIGHT

from alerts.contacts import add_contact
from monitor.screen import history

HOME, STRANGER = "P-0042", "+12025559999"


@dataclass(frozen=True, slots=True)
class Words:
    """What one language says, and how its homes answer."""

    language: str
    first_fever: str
    asked_back: str
    shivering: str
    noted: str
    sit_down: str
    go_now: str
    going: str
    on_the_way: str
    there: str
    arrived: str
    silent: str
    which: str


ENGLISH = Words(
    language="en",
    first_fever="Received 38.4 C. Now: blood pressure and oxygen. A nurse will call.",
    asked_back="If 38.9 is the temperature, text T 38.9. Nothing was recorded.",
    shivering="T 38,9 shivering",
    noted="Noted: shivering. Now: blood pressure and oxygen.",
    sit_down="Received BP 84/50. Sit down. Measure again now: blood pressure. A nurse will call.",
    go_now="Go to the emergency department now. Show the card. If you cannot go or it gets worse, call 112.",
    going="Going",
    on_the_way="Thank you. Take the card. Text THERE when you arrive at the hospital.",
    there="there!",
    arrived="Thank you. Show the card.",
    silent="Please measure now: temperature, blood pressure and oxygen.",
    which="Which patient? Text it again with the letter first: A, D.",
)
DANISH = Words(
    language="da",
    first_fever="Modtaget 38,4 C. Nu: blodtryk og ilt. En sygeplejerske ringer.",
    asked_back="Hvis 38.9 er temperaturen, så send T 38.9. Intet er noteret.",
    shivering="T 38,9 kulderystelser",
    noted="Noteret: kulderystelser. Nu: blodtryk og ilt.",
    sit_down="Modtaget BT 84/50. Sæt dig ned. Mål igen nu: blodtryk. En sygeplejerske ringer.",
    go_now="Tag til akutmodtagelsen nu. Vis kortet. Kan I ikke komme, eller bliver det værre, så ring 112.",
    going="Vi kører",
    on_the_way="Tak. Tag kortet med. Send FREMME, når I er på hospitalet.",
    there="Fremme.",
    arrived="Tak. Vis kortet.",
    silent="Mål nu: temperatur, blodtryk og ilt.",
    which="Hvilken patient? Send det igen med bogstavet først: A, D.",
)
BOTH = pytest.mark.parametrize("words", [ENGLISH, DANISH], ids=lambda words: words.language)


def to_home(house):
    """Return what the home was told since the last look."""
    return [text.body for text in house.outbox() if text.to == HOME]


@BOTH
async def test_a_night_from_the_first_fever_to_the_hospital_and_back(house, well, words):
    [home] = await well(house, HOME, language=words.language)
    await home.measures(38.4)
    assert to_home(house) == [words.first_fever]

    home.texts("38.9")
    [asked] = to_home(house)
    assert asked.startswith(words.asked_back)
    assert home.answer().crs.fever
    assert not [text for text in house.outbox() if text.to == "nurse"], "what is not understood changes nothing"

    home.texts(words.shivering)
    told = to_home(house)
    assert any(text.startswith(words.noted) for text in told), told
    assert any("38" in reason or "rigors" in reason for reason in home.answer().reasons)
    with house.database.read() as session:
        warm = [each for each in history(session, home.patient_id, NIGHT).points if each.group == "temperature"]
    assert [(f"{each.values[0]}", each.by_text) for each in warm[-2:]] == [("38.4", False), ("38.9", True)]

    await home.measures(pressure=(84, 50))
    told = to_home(house)
    assert any(text.startswith((words.sit_down, words.go_now)) for text in told), told
    house.passes(minutes=5)
    assert [text for text in (*told, *to_home(house)) if text.startswith(words.go_now)]

    home.texts(words.going)
    sent = house.outbox()
    assert next(text.body for text in sent if text.to == HOME).startswith(words.on_the_way)
    assert home.answer().place == "travelling"
    home.texts(words.there)
    assert to_home(house)[0].startswith(words.arrived)
    assert home.answer().place == "emergency_department"
    house.passes(hours=3)
    assert to_home(house) == [], "nobody at home is asked to measure while the patient is in hospital"

    home.enters(type="place", where="discharged")
    house.passes(minutes=30)
    assert any(text.startswith(words.silent) for text in to_home(house)), "back home, measuring begins again"


@BOTH
async def test_a_home_that_answers_nobody_is_written_to_called_and_fetched(house, well, words):
    await well(house, HOME, language=words.language)
    house.passes(minutes=80)
    assert to_home(house)[0].startswith(words.silent)
    house.passes(minutes=60)
    assert house.line().kind == "no_answer"


@BOTH
async def test_a_wrong_number_reads_whom_to_call_and_enters_nothing(house, well, words):
    [home] = await well(house, HOME, language=words.language)
    before = home.answer()
    house.texts_back(STRANGER, "T 39.9")
    [answer] = [text.body for text in house.outbox() if text.to == STRANGER]
    assert answer.startswith("This number is not known here and nothing was recorded. Emergency: 112.")
    assert home.answer() == before


@BOTH
async def test_two_patients_in_one_home_are_told_apart_by_a_letter(house, well, words):
    first, second = await well(house, HOME, "P-0043", language=words.language)
    shared = "+12025550288"
    with house.database.write() as session:
        for home, letter in ((first, "A"), (second, "D")):
            add_contact(
                session, home.patient_id, name="wife", number=shared, language=words.language, letter=letter,
                consent_values=True, now=house.clock.now(),
            )  # fmt: skip
    house.texts_back(shared, "T 39,0")
    [asked] = [text.body for text in house.outbox() if text.to == shared]
    assert asked.startswith(words.which)
    assert not first.answer().crs.fever
    assert not second.answer().crs.fever
    house.texts_back(shared, "D T 39,0")
    assert second.answer().crs.fever
    assert not first.answer().crs.fever


@BOTH
async def test_whoever_texts_nonsense_is_asked_back_and_in_the_end_called(house, well, words):
    [home] = await well(house, HOME, language=words.language)
    for nonsense in ("hm", "hvad/what 12345 %&", "38 or so I guess"):
        home.texts(nonsense)
        house.clock.advance(timedelta(minutes=1))
    assert home.answer().urgency == "routine", "nothing of it was taken for a value"
    assert house.line().urgency == "urgent"
    assert [text for text in house.outbox() if text.to == "nurse"]
