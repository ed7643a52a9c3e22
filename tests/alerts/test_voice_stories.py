"""Calls by night: what is said, what a key does, what only the right PIN opens. Real webhooks, a network on trial."""

import re

import pytest
from sqlmodel import select

from alerts import desk, pins
from alerts.roster_file import load_roster
from alerts.sources import Trouble
from alerts.tables import InboundRow
from alerts.view import text_lines
from gateway.audit_tables import AuditRow

BEN, CLEO, ITO, HOME = "+12025550112", "+12025550113", "+12025550114", "+12025550190"
SMS, VOICE = "sms", "voice"
PIN, WRONG = "482915", "739204"
CLINICAL = re.compile(r"grade|fever|pressure|oxygen|hours after|C R S", re.I)


@pytest.fixture
def happens(network, background):
    """Let something happen at the network and wait for what our webhook answers."""
    return background.run


@pytest.fixture(scope="module")
def pin_hash():
    return pins.hashed(PIN)


@pytest.fixture
def with_pin(database, clock, pin_hash):
    """Ben has a PIN."""
    with database.write() as session:
        pins.set_pin(session, load_roster().by_key("ben"), pin_hash, by="ada", now=clock.at)


@pytest.fixture
def ringing(called, network, happens):
    """Let the nurse be texted about a fever with a falling pressure, and called because he does not answer."""
    called.low_pressure(grade=2, groups={"blood_pressure", "temperature", "symptom rigors"})
    happens(network.tell(newest(network), "delivered"))
    called.advance(seconds=61)
    call = newest(network, VOICE)
    assert call.to == BEN
    return call


@pytest.fixture
def hears(network, happens):
    """Press keys in a call; give what is said then."""

    def hears(call, keys):
        status, document = happens(network.press(call, keys))
        assert status == 200
        return " / ".join(re.findall(r"<Say>(.*?)</Say>", document))

    return hears


def newest(network, channel=SMS):
    return next(taken for taken in reversed(network.taken) if taken.channel == channel)


def texts_since(network, number, count):
    return [one.body for one in network.taken[count:] if (one.to, one.channel) == (number, SMS)]


def stored(database):
    with database.read() as session:
        return session.exec(select(InboundRow)).all()


def test_a_call_says_code_urgency_number_and_page_code_twice_and_nothing_clinical(called, ringing):
    code = called.line().page_code
    words = f"This is Stepguard: emergency P, 0 0 0 1. Call 5 5 5, 0 1 0 0. Page code {' '.join(code)}."
    assert ringing.body.count(words) == 2
    assert "press 1" in ringing.body
    assert not CLINICAL.search(ringing.body)


def test_clinical_words_are_said_twice_after_the_listeners_pin_and_then_the_menu_comes_again(
    called, ringing, hears, with_pin
):
    assert "6 digits" in hears(ringing, "2")
    said = hears(ringing, PIN)
    words = (
        "Assessed a minute ago: emergency. C R S grade 2, suspected."
        " Because of blood pressure, rigors and temperature. 31 hours after the dose S U D 2."
    )
    assert said.count(words) == 2
    assert "press 1" in said
    assert "acceptance is being recorded" in hears(ringing, "1")
    called.alerts.cycle()
    assert called.line().holder == "Ben Ortiz"


def test_without_a_pin_nothing_more_is_said_and_accepting_works(called, ringing, hears):
    said = hears(ringing, "2")
    assert "You have no PIN" in said
    assert not CLINICAL.search(said)
    hears(ringing, "1")
    called.alerts.cycle()
    assert called.line().holder == "Ben Ortiz"


def test_three_wrong_pins_end_it_for_that_call_are_audited_and_accepting_still_works(
    called, ringing, hears, with_pin, database
):
    said = [hears(ringing, "2"), *(hears(ringing, WRONG) for _ in range(3))]
    assert "not your PIN" in said[1]
    assert "no more tries" in said[3]
    assert "no more tries" in hears(ringing, "2")
    assert not any(CLINICAL.search(one) for one in said)
    assert [row.meaning for row in stored(database)] == ["PIN wrong", "PIN wrong", "PIN wrong, no more tries"]
    with database.read() as session:
        sealed = b" ".join(session.exec(select(AuditRow.body)).all())
    assert sealed.count(b'"inbound_text:') == 3
    hears(ringing, "1")
    called.alerts.cycle()
    assert called.line().holder == "Ben Ortiz"


def test_the_right_pin_after_three_wrong_ones_opens_nothing(ringing, hears, with_pin, network, happens):
    hears(ringing, "2")
    last = None
    for _ in range(3):
        last = ringing.key_url
        hears(ringing, WRONG)
    ringing.key_url = last
    assert not CLINICAL.search(hears(ringing, PIN)), "the third try keeps its result"
    ringing.key_url = last.replace("n=3", "n=4")
    assert hears(ringing, PIN) == ""
    ringing.key_url = last.replace("n=3", "n=01")
    assert hears(ringing, PIN) == ""


def test_a_call_that_a_pin_opened_stays_open_and_the_next_call_asks_again(called, ringing, hears, with_pin, network):
    hears(ringing, "2")
    hears(ringing, PIN)
    assert "C R S grade 2" in hears(ringing, "2")
    called.advance(minutes=5)
    again = newest(network, VOICE)
    assert again.reference != ringing.reference
    assert "6 digits" in hears(again, "2")


def test_no_pin_is_stored_or_sealed_in_clear(ringing, hears, with_pin, database):
    hears(ringing, "2")
    hears(ringing, WRONG)
    hears(ringing, PIN)
    assert {row.body for row in stored(database)} == {"PIN"}
    with database.read() as session:
        kept = session.connection().exec_driver_sql("SELECT payload FROM audit_payload").scalars().all()
    assert not any(secret.encode() in bytes(body) for body in kept for secret in (PIN, WRONG))


def test_who_heard_what_is_known_of_whom_is_in_the_log_of_views_once(ringing, hears, with_pin, database):
    hears(ringing, "2")
    url = ringing.key_url
    for _ in range(2):
        ringing.key_url = url
        hears(ringing, PIN)
    with database.read() as session:
        bodies = session.exec(select(AuditRow.body).where(AuditRow.chain == "people")).all()
    assert len([body for body in bodies if b'"view","patient:1",1,"ben"' in body]) == 1


def test_a_colleagues_pin_opens_nothing_on_this_telephone(called, ringing, hears, database, clock, pin_hash):
    with database.write() as session:
        pins.set_pin(session, load_roster().by_key("cleo"), pin_hash, by="ada", now=clock.at)
    assert "You have no PIN" in hears(ringing, "2")


def test_a_late_key_says_who_has_it_and_changes_nothing(called, ringing, hears, network, happens):
    code = called.line().page_code
    happens(network.reply(CLEO, f"{code} TAKE"))
    called.alerts.cycle()
    count = len(network.taken)
    assert "Cleo Marsh has this already. You do not have it." in hears(ringing, "1")
    called.alerts.cycle()
    assert called.line().holder == "Cleo Marsh"
    [text] = texts_since(network, BEN, count)
    assert text == f"{code}: already accepted by Cleo Marsh until 02:26. To take it: {code} TAKE"


def test_a_key_after_the_end_says_that_nobody_has_to_come(called, ringing, hears):
    called.says(urgency="routine", place="ended")
    assert "resolved" in hears(ringing, "1")
    called.alerts.cycle()
    assert called.lines() == []


def test_the_key_3_has_the_next_person_called_now_and_says_who(called, ringing, hears, network):
    count = len(network.taken)
    assert "next person is called now" in hears(ringing, "3")
    called.alerts.cycle()
    assert {(one.to, one.channel) for one in network.taken[count:]} == {(CLEO, SMS), (BEN, SMS)}
    assert len(network.taken) == count + 2
    [text] = texts_since(network, BEN, count)
    assert text.endswith("Cleo Marsh is called now.")
    assert called.line().holder is None


def test_the_key_4_hands_over_what_was_accepted_in_this_call(called, ringing, hears, network):
    assert "Accept it first" in hears(ringing, "4")
    hears(ringing, "1")
    assert "The next person is asked" in hears(ringing, "4")
    count = len(network.taken)
    called.alerts.cycle()
    assert called.line().holder == "Ben Ortiz", "until she accepts"
    assert any("Cleo Marsh is asked." in text for text in texts_since(network, BEN, count))
    called.alerts.cycle()
    assert f"Reply {called.line().page_code} OK" in texts_since(network, CLEO, count)[0]


def test_the_key_1_in_a_call_about_a_hand_over_takes_it(called, ringing, hears, network, happens):
    code = called.line().page_code
    hears(ringing, "1")
    called.alerts.cycle()
    happens(network.reply(BEN, f"{code} TO CLEO"))
    for _ in range(2):
        called.alerts.cycle()
    happens(network.tell(next(one for one in reversed(network.taken) if one.to == CLEO), "undelivered", 30006))
    for _ in range(3):
        called.alerts.cycle()
    call = newest(network, VOICE)
    assert call.to == CLEO
    assert "acceptance is being recorded" in hears(call, "1")
    called.alerts.cycle()
    assert {line.holder for line in called.lines() if line.kind == "clinical"} == {"Cleo Marsh"}


def test_who_accepted_at_the_board_is_told_that_it_is_theirs(called, ringing, hears):
    with called.database.write() as session:
        desk.acknowledge(session, called.line().id, by="ben", note="", now=called.clock.at)
    assert "already" not in hears(ringing, "1")


@pytest.mark.parametrize("key", ["1", "3"])
def test_the_same_request_again_gets_the_same_words_and_changes_nothing_twice(
    called, ringing, hears, database, key, network
):
    url = ringing.key_url
    first = hears(ringing, key)
    called.alerts.cycle()
    sent = len(network.taken)
    ringing.key_url = url
    again = hears(ringing, key)
    called.alerts.cycle()
    assert again == first
    assert len(stored(database)) == 1
    assert len(network.taken) == sent


def test_a_key_makes_a_call_received_whatever_the_network_thinks_it_hears(called, ringing, hears, network, happens):
    happens(network.listened(ringing, "machine_start"))
    hears(ringing, "2")
    called.alerts.cycle()
    with called.database.read() as session:
        assert "delivered" in {line.status for line in text_lines(session) if line.channel == VOICE}


def test_a_voicemail_hears_nothing_clinical_and_the_next_person_is_called(called, ringing, network, happens):
    count = len(network.taken)
    happens(network.tell(ringing, "in-progress"))
    happens(network.listened(ringing, "machine_end_beep"))
    happens(network.tell(ringing, "completed"))
    for _ in range(3):
        called.alerts.cycle()
    assert [(one.to, one.channel) for one in network.taken[count:]] == [(CLEO, SMS)]
    assert called.line().holder is None


def test_a_call_about_the_system_says_what_is_wrong_after_the_pin(called, hears, with_pin, network, happens):
    called.monitor.conditions.append(
        Trouble(key="disk", severity="high", since=called.clock.at, text="the disk is nearly full")
    )
    called.alerts.cycle()
    happens(network.tell(newest(network), "delivered"))
    called.advance(seconds=301)
    call = newest(network, VOICE)
    assert "system alarm" in call.body
    hears(call, "2")
    assert "the disk is nearly full." in hears(call, PIN)


def test_a_caregivers_call_asks_for_no_key_and_says_numbers_digit_by_digit(called, network, happens):
    called.caregiver()
    called.low_pressure()
    happens(network.tell(next(one for one in network.taken if one.to == HOME), "undelivered", 30003))
    for _ in range(3):
        called.alerts.cycle()
    call = next(one for one in network.taken if (one.to, one.channel) == (HOME, VOICE))
    assert call.key_url is None
    assert "1 1 2" in call.body


def test_who_gets_no_texts_is_not_promised_one(called, network, happens, hears):
    happens(network.reply(BEN, "STOP"))
    called.low_pressure()
    said = hears(newest(network, VOICE), "1")
    assert "text" not in said
    assert "acceptance" in said
    called.alerts.cycle()
    assert {line.holder for line in called.lines() if line.kind == "clinical"} == {"Ben Ortiz"}
