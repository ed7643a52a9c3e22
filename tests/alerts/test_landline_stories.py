"""Numbers that no text reaches: called instead, remembered, shown, and texted again once a text arrives."""

from datetime import timedelta

import pytest
from sqlmodel import select

from alerts.message import Site
from alerts.roster_file import load_roster
from alerts.tables import IncidentEventRow, PageRow
from alerts.verification_store import ask
from alerts.view import text_lines

BEN, CLEO, ITO, ED, HOME = ("+12025550112", "+12025550113", "+12025550114", "+12025550115", "+12025550190")
SMS, VOICE = "sms", "voice"
LANDLINE, UNHEARD_OF = 30006, 39999


@pytest.fixture
def happens(network, background):
    """Let something happen at the network and wait for what our webhook answers."""
    return background.run


@pytest.fixture
def sent(network):
    """Give what the network took since the last look, as (number, channel)."""
    seen = 0

    def sent():
        nonlocal seen
        fresh, seen = network.taken[seen:], len(network.taken)
        return [(taken.to, taken.channel) for taken in fresh]

    return sent


@pytest.fixture
def fails(called, network, happens):
    """Let the newest message to a number fail, and the passes run that follow."""

    def fails(number, status="undelivered", code=LANDLINE):
        happens(network.tell(newest(network, number), status, code))
        passes(called)

    return fails


def newest(network, number):
    return next(taken for taken in reversed(network.taken) if taken.to == number)


def passes(ward):
    for _ in range(3):
        ward.alerts.cycle()


def look_around(ward):
    ward.alerts._looked_around_s = None
    passes(ward)


def conditions(ward):
    return {line.reason for line in ward.lines() if line.kind == "technical"}


def of_the_patient(ward):
    """Return the line of the patient; the landline is one too, once it was looked for."""
    [line] = [each for each in ward.lines() if each.kind != "technical"]
    return line


def not_reached(ward):
    with ward.database.read() as session:
        rows = session.exec(select(IncidentEventRow).where(IncidentEventRow.what == "not reached")).all()
    return [(row.by, row.note) for row in rows]


def delivered(called, network, happens):
    """Let the nurse have the first text, and nobody answer until the second nurse is texted."""
    happens(network.tell(newest(network, BEN), "delivered"))
    called.advance(seconds=61)
    call = newest(network, BEN)
    happens(network.listened(call, "human"))
    called.advance(seconds=60)


def test_a_landline_that_got_a_text_is_called_at_once_and_the_ladder_goes_on_when_that_fails_too(
    called, network, happens, sent, fails
):
    called.low_pressure()
    delivered(called, network, happens)
    assert sent() == [(BEN, SMS), (BEN, VOICE), (CLEO, SMS)]
    fails(CLEO)
    assert sent() == [(CLEO, VOICE)]
    call = newest(network, CLEO)
    line = of_the_patient(called)
    assert f"Page code {' '.join(line.page_code)}" in call.body
    assert "press 1" in call.body
    fails(CLEO, "no-answer", None)
    assert sent() == [(ITO, SMS)]
    assert not_reached(called) == [
        ("Cleo Marsh", "sms: undelivered: a landline, or a carrier that cannot be reached"),
        ("Cleo Marsh", "voice: undelivered: nobody answered the call"),
    ]
    with called.database.read() as session:
        shown = {(line.number, line.status) for line in text_lines(session)}
    assert (CLEO, "failed: undelivered: a landline, or a carrier that cannot be reached") in shown


def test_the_key_pressed_in_that_call_accepts(called, network, happens, fails):
    called.low_pressure()
    fails(BEN)
    happens(network.press(newest(network, BEN), "1"))
    called.alerts.cycle()
    assert of_the_patient(called).holder == "Ben Ortiz"


def test_a_landline_is_remembered_and_called_from_the_first_rung_on(called, network, sent, fails):
    called.low_pressure(1)
    fails(BEN)
    look_around(called)
    assert "1 telephone takes no texts (landline) and is called instead" in conditions(called)
    sent()
    called.low_pressure(2)
    assert sent() == [(BEN, VOICE)]
    with called.database.read() as session:
        newest_page = session.exec(select(PageRow).where(PageRow.number == BEN).order_by(PageRow.id.desc())).first()
    assert newest_page.reason.endswith("called, because it is a landline")


def test_a_number_that_is_refused_as_no_mobile_is_called_at_once(called, network, sent, phone_network):
    network.manners[BEN] = [phone_network.Manner(status=400, code=21614)]
    called.low_pressure()
    passes(called)
    assert sent() == [(BEN, VOICE)]


def test_a_test_text_that_arrives_makes_the_number_textable_again(called, network, happens, sent, fails, clock):
    called.low_pressure(1)
    fails(BEN)
    site = Site(unit_phone="555-0100", emergency_number="112")
    with called.database.write() as session:
        ask(session, load_roster().by_key("ben"), site, by="ada", now=clock.at)
    called.alerts.cycle()
    happens(network.tell(newest(network, BEN), "delivered"))
    passes(called)
    sent()
    called.low_pressure(2)
    assert (BEN, SMS) in sent()
    look_around(called)
    assert not any("landline" in one for one in conditions(called))


def test_a_code_nobody_has_heard_of_moves_on_at_once_and_shows(called, network, sent, fails):
    called.low_pressure()
    sent()
    fails(BEN, "failed", UNHEARD_OF)
    assert sent() == [(BEN, VOICE)]
    assert not_reached(called) == [("Ben Ortiz", "sms: undelivered: the provider's code 39999")]


def test_no_receipt_in_time_moves_on_and_shows(called, sent):
    called.low_pressure()
    sent()
    called.advance(seconds=31)
    assert sent() == [(BEN, VOICE)]
    assert not_reached(called) == [("Ben Ortiz", "sms: no receipt in time")]


def test_a_home_with_a_landline_is_called_and_next_time_at_once(called, network, sent, fails):
    called.caregiver()
    called.low_pressure()
    fails(HOME)
    assert (HOME, VOICE) in sent()
    called.clock.at += timedelta(minutes=1)
    called.says(reading=called.measured(pressure=(84, 50)), urgency="emergency", groups={"blood_pressure"})
    passes(called)
    assert (HOME, VOICE) in [one for one in sent() if one[0] == HOME]


def test_an_emergency_department_with_a_landline_hears_the_notice(called, network, happens, sent, fails):
    called.low_pressure()
    happens(network.tell(newest(network, BEN), "delivered"))
    called.advance(minutes=5, seconds=1)
    assert (ED, SMS) in sent()
    fails(ED)
    call = newest(network, ED)
    assert call.channel == VOICE
    assert "This is Stepguard with a notice: emergency P, 0 0 0 1 may be coming to you." in call.body
    assert call.key_url is None
