"""Telephones that are tried before they are needed: a code goes out, comes back, and is nothing else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from alerts.contacts import add_contact, contacts_of, remove_contact
from alerts.gsm7 import segments
from alerts.home_languages import wordings
from alerts.home_replies import Puzzle, read_home
from alerts.home_texts import phone_test
from alerts.home_words import words_of
from alerts.message import Site
from alerts.phone import Refused
from alerts.roster_file import load_roster
from alerts.roster_tables import PhoneQuestionRow
from alerts.roster_watch import RosterWatch
from alerts.staff_replies import Accept, read_staff
from alerts.verification import (
    WRONG_AT_MOST,
    Question,
    check_of,
    drill_test,
    read_code,
    staff_test,
)
from alerts.verification_store import ask, contact_checks, owner_of, staff_checks
from alerts.view import text_lines
from gateway.reading import PatientId

ADA, BEN, HOME, NEW = "+12025550111", "+12025550112", "+12025550190", "+12025550191"
SMS = "sms"
SITE = Site(unit_phone="555-0100", emergency_number="112")
DAY = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)

# Texts as people send them: page codes, test codes, values and agreement in any order.
words = st.one_of(
    st.from_regex(r"[A-HJ-NPR-Z]{2}[0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{1,6}", fullmatch=True),
    st.sampled_from(
        ["OK", "ok", "Okay", "YES", "T", "T38.4", "S 94", "B 104/61", "GOING", "THERE", "A", ".", ",", "!"]
    ),
)
texts = st.one_of(st.text(max_size=20), st.builds(str.join, st.sampled_from([" ", "", ", ", "\n"]), st.lists(words)))


@given(texts)
def test_no_text_is_both_a_test_code_and_anything_else(body):
    if read_code(body) is not None:
        assert not isinstance(read_staff(body), Accept)
        assert isinstance(read_home(body, words_of("en")), Puzzle)


@given(st.from_regex(r"[0-9]{4}", fullmatch=True), st.sampled_from(["{} OK", "{}", "{}ok", "ok {}", " {}, okay! "]))
def test_a_code_comes_back_in_any_of_the_ways_people_write_it(code, form):
    assert read_code(form.format(code)) == code


@pytest.mark.parametrize(
    "body", ["", "OK", "KX42 OK", "471 OK", "47111 OK", "4711 4712", "T 38.4", "4711 Ben", "47 11"]
)
def test_what_is_no_code_is_left_to_be_read_as_something_else(body):
    assert read_code(body) is None


@pytest.mark.parametrize(
    "write",
    [
        staff_test,
        drill_test,
    ],
)
@pytest.mark.parametrize("phone", ["555-0100", "+45 35 45 00 00 extension 4711 and then ask for the night desk please"])
def test_a_test_text_is_one_segment_and_carries_its_code(write, phone):
    text = write(Site(unit_phone=phone, emergency_number="112"), "4711")
    assert segments(text) == 1
    assert "4711 OK" in text


@pytest.mark.parametrize("wording", wordings(), ids=lambda wording: wording.code)
def test_a_caregivers_test_text_carries_its_code_in_every_language(wording):
    assert "4711 OK" in phone_test(Site(unit_phone="555-0100", emergency_number="112"), wording, code="4711")


def question(number=BEN, *, days=0, answered=False, page_state="delivered", wrong=0):
    at = DAY - timedelta(days=days)
    return Question(
        id=1,
        purpose="verification",
        owner="staff:ben",
        number=number,
        code="4711",
        asked_at=at,
        answered_at=at if answered else None,
        page_state=page_state,
        outcome="undelivered" if page_state == "failed" else "",
        wrong=wrong,
    )


@pytest.mark.parametrize(
    ("questions", "state"),
    [
        ([], "unverified"),
        ([question()], "asked"),
        ([question(answered=True)], "verified"),
        ([question(page_state="failed")], "failed"),
        ([question(page_state="failed", answered=True)], "verified"),  # a receipt that was wrong: the answer is proof
        ([question(wrong=WRONG_AT_MOST - 1)], "asked"),
        ([question(wrong=WRONG_AT_MOST)], "failed"),
        ([question(), question(days=1, answered=True)], "verified"),  # asked again: what was proven stays so
        ([question(ADA), question(days=1, answered=True)], "unverified"),  # another number in between
        ([question(days=0), question(ADA, days=1, answered=True)], "asked"),
    ],
)
def test_what_the_questions_say_of_a_number(questions, state):
    assert check_of(questions, BEN).state == state


def asks(ward, who, **options):
    with ward.database.write() as session:
        ask(session, who, SITE, by="ada", now=ward.clock.at, **options)
    ward.alerts.cycle()


def home(ward):
    with ward.database.read() as session:
        return contacts_of(session, PatientId(1))[0]


def state_of(ward, who):
    with ward.database.read() as session:
        checks = [*staff_checks(session, ward.roster), *contact_checks(session)]
    return next(one.check.state for one in checks if one.owner == owner_of(who))


def code_in(text):
    return re.search(r"\b([0-9]{4}) OK", text)[1]


@pytest.fixture
def ben(ward):
    return ward.roster.by_key("ben")


def test_the_code_that_comes_back_verifies_a_telephone_of_the_staff(ward, ben):
    assert state_of(ward, ben) == "unverified"
    asks(ward, ben)
    [text] = ward.expect((BEN, SMS))
    assert text == f"STEPGUARD test of this phone. Reply {code_in(text)} OK. Call 555-0100"
    assert state_of(ward, ben) == "asked"
    ward.texts_back(BEN, f"{code_in(text)} OK")
    assert ward.expect((BEN, SMS)) == ["This phone is confirmed."]
    assert state_of(ward, ben) == "verified"
    ward.texts_back(BEN, code_in(text))
    assert ward.expect((BEN, SMS)) == ["This phone is confirmed."]


def test_the_code_that_comes_back_verifies_a_caregivers_telephone_in_plain_words(ward):
    ward.caregiver()
    asks(ward, home(ward))
    [text] = ward.expect((HOME, SMS))
    assert text.startswith("Stepguard test. We will text this phone about measurements at home. Please reply ")
    ward.texts_back(HOME, f"{code_in(text)} ok")
    assert ward.expect((HOME, SMS)) == ["This phone is confirmed. Questions: 555-0100."]
    assert state_of(ward, home(ward)) == "verified"


def test_a_wrong_code_verifies_nothing_and_says_so(ward, ben):
    asks(ward, ben)
    [text] = ward.expect((BEN, SMS))
    wrong = f"{(int(code_in(text)) + 1) % 10000:04d}"
    ward.texts_back(BEN, f"{wrong} OK")
    assert ward.expect((BEN, SMS)) == ["That is not the code of the test."]
    assert state_of(ward, ben) == "asked"
    ward.texts_back(BEN, f"{code_in(text)} OK")
    assert state_of(ward, ben) == "verified"


def test_somebody_who_guesses_is_given_five_tries(ward, ben):
    asks(ward, ben)
    [text] = ward.expect((BEN, SMS))
    for step in range(1, WRONG_AT_MOST + 1):
        ward.texts_back(BEN, f"{(int(code_in(text)) + step) % 10000:04d} OK")
    ward.texts_back(BEN, f"{code_in(text)} OK")
    assert state_of(ward, ben) == "failed"


def test_the_code_from_another_number_verifies_nothing(ward, ben):
    asks(ward, ben)
    [text] = ward.expect((BEN, SMS))
    for number in (ADA, NEW):
        ward.texts_back(number, f"{code_in(text)} OK")
    assert state_of(ward, ben) == "asked"
    with ward.database.read() as session:
        assert {line.status for line in text_lines(session) if line.direction == "in"} == {
            "not understood",
            "unknown number",
        }


def test_a_text_that_is_not_delivered_is_a_failure(ward, ben):
    ward.phone.outcomes[(BEN, SMS)] = [Refused("no such number")]
    asks(ward, ben)
    assert state_of(ward, ben) == "failed"


def test_a_number_that_changed_is_verified_anew(ward):
    ward.caregiver()
    asks(ward, home(ward))
    ward.texts_back(HOME, f"{code_in(ward.expect((HOME, SMS))[0])} OK")
    ward.clock.at += timedelta(seconds=1)
    with ward.database.write() as session:
        remove_contact(session, PatientId(1), HOME)
        add_contact(session, PatientId(1), name="caregiver", number=NEW, now=ward.clock.at)
    assert state_of(ward, home(ward)) == "unverified"
    with ward.database.write() as session:
        remove_contact(session, PatientId(1), NEW)
        add_contact(session, PatientId(1), name="caregiver", number=HOME, now=ward.clock.at)
    with ward.database.read() as session:
        assert not session.exec(select(PhoneQuestionRow)).all(), "a number that left is not kept"
    assert state_of(ward, home(ward)) == "unverified", "whoever has this number now was never asked"


def test_a_page_is_accepted_while_a_test_is_open(ward, ben):
    asks(ward, ben)
    ward.fever()
    ward.phone.take()
    ward.texts_back(BEN, "OK")
    assert ward.line().holder == "Ben Ortiz"
    assert state_of(ward, ben) == "asked"


def test_values_are_taken_in_while_a_test_is_open(ward):
    ward.caregiver()
    asks(ward, home(ward))
    ward.texts_back(HOME, "T 38.4")
    [(_, entered)] = ward.monitor.entered
    assert str(entered["temperature"]["value"]) == "38.4"
    assert state_of(ward, home(ward)) == "asked"


def test_an_unverified_telephone_is_called_all_the_same(ward, ben):
    ward.phone.outcomes[(BEN, SMS)] = [Refused("full")]
    asks(ward, ben)
    ward.phone.take()
    ward.fever()
    ward.expect((BEN, SMS))


def test_a_telephone_unverified_for_a_day_is_a_condition_on_the_board_and_pages_nobody(ward):
    ward.caregiver()
    ward.clock.at += timedelta(hours=23, minutes=59)
    ward.alerts.cycle()
    assert ward.lines() == []
    ward.clock.at += timedelta(minutes=1)
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    line = ward.line()
    assert (line.kind, line.urgency, line.reason) == ("technical", "watch", "1 telephone number is not verified")
    ward.no_texts()
    asks(ward, home(ward))
    ward.texts_back(HOME, f"{code_in(ward.expect((HOME, SMS))[0])} OK")
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    assert ward.lines() == []


PERSON = '[[person]]\nkey = "{key}"\nname = "{key}"\nnumber = "{number}"\n'
ROTATION = (
    '[[rotation]]\nrole = "{role}"\npeople = ["ada", "ben"]\n'
    'handover = "daily"\nat = 08:00:00\nstarts_on = 2026-01-01\n'
)
ROLES = ("nurse", "second_nurse", "oncologist", "emergency_department")
ROSTER = 'timezone = "UTC"\n' + PERSON.format(key="ada", number=ADA) + PERSON.format(key="ben", number=BEN)
ROSTER += "".join(ROTATION.format(role=role) for role in ROLES)


def test_whoever_is_new_on_a_sites_roster_is_asked_once_and_by_day(ward, tmp_path):
    file = tmp_path / "roster.toml"
    file.write_text(ROSTER)
    ward.roster = load_roster(file)
    ward.roster_watch = RosterWatch(file, ward.roster)
    ward.restart()
    ward.alerts.cycle()
    ward.no_texts()  # 02:10
    ward.clock.at = DAY
    ward.restart()
    ward.alerts.cycle()
    ward.expect((ADA, SMS), (BEN, SMS))
    ward.restart()
    ward.alerts.cycle()
    ward.no_texts()
    file.write_text(ROSTER.replace(BEN, NEW))
    ward.restart()
    ward.alerts.cycle()
    ward.expect((NEW, SMS))
