"""Replies that came in while nobody could tell us: the provider is asked; each counts once, from its own time."""

from datetime import timedelta

import pytest
import requests
from msgspec import structs
from sqlmodel import select

from alerts.housekeeping import Housekeeping, jobs_of
from alerts.message import Site
from alerts.missed_texts import ASK_EVERY_S, JOB, OLDEST
from alerts.roster_file import load_roster
from alerts.roster_now import RosterNow
from alerts.tables import InboundRow
from alerts.twilio_phone import TwilioPhone, account_of
from alerts.view import text_lines
from gateway.settings import Settings

BEN, CLEO, HOME = "+12025550112", "+12025550113", "+12025550190"
SITE = Site(unit_phone="555-0100", emergency_number="112")


@pytest.fixture
def house(called, twilio, database, clock):
    """Give the jobs of a house whose webhooks nobody reaches; `house.look` does what is due."""
    woken = []
    jobs = jobs_of(
        Settings(), database, roster=RosterNow(load_roster()), policy=called.policy, site=SITE,
        wake=lambda: woken.append(True), phone=twilio,
    )  # fmt: skip
    house = Housekeeping(database, clock, jobs)
    house.woken = woken
    house.look(JOB)  # from here on
    return house


@pytest.fixture
def misses(network, background, clock):
    """Let a text be sent of which the network cannot tell us."""

    def misses(number, body, reference=None):
        background.run(network.reply(number, body, reference, at=clock.at, lost=True))

    return misses


def asked_again(house, ward):
    ward.clock.at += timedelta(seconds=ASK_EVERY_S)
    done = house.look(JOB)
    ward.alerts.cycle()
    return done


def rows(database):
    with database.read() as session:
        return session.exec(select(InboundRow)).all()


def test_a_reply_that_nobody_told_us_of_accepts_within_half_a_minute(called, house, misses, network):
    called.low_pressure()
    code = called.line().page_code
    misses(BEN, f"{code} OK")
    called.alerts.cycle()
    assert called.line().holder is None
    assert asked_again(house, called)
    assert called.line().holder == "Ben Ortiz"
    assert house.woken == [True]
    assert network.taken[-1].body == f"{code}: accepted, thank you."


def test_a_text_found_twice_or_told_of_after_all_counts_once(called, house, misses, network, background, database):
    called.low_pressure()
    code = called.line().page_code
    misses(BEN, f"{code} OK", "SM1")
    asked_again(house, called)
    sent = len(network.taken)
    asked_again(house, called)
    background.run(network.reply(BEN, f"{code} OK", "SM1", at=called.clock.at))
    called.alerts.cycle()
    assert len(rows(database)) == 1
    assert len(network.taken) == sent
    assert house.woken == [True]


def test_a_text_counts_from_when_it_was_sent(called, house, misses, database):
    called.low_pressure()
    sent_at = called.clock.at
    misses(BEN, f"{called.line().page_code} OK")
    asked_again(house, called)
    [row] = rows(database)
    assert row.received_at == sent_at
    assert called.line().held_until == sent_at + timedelta(minutes=15)


def test_an_answer_from_before_it_got_worse_does_not_cover_what_is_worse(called, house, misses, network):
    called.fever()
    code = called.line().page_code
    misses(BEN, f"{code} OK")
    called.clock.at += timedelta(seconds=5)
    called.low_pressure()
    asked_again(house, called)
    assert called.line().holder is None
    assert network.taken[-1].body == f"{code}: not accepted: it got worse after your answer of 02:10. Reply {code} OK"


def test_values_and_stop_that_nobody_told_us_of_are_found_too(called, house, misses, database):
    called.caregiver(7)
    misses(HOME, "T 38.4")
    misses(CLEO, "stop")
    asked_again(house, called)
    assert [patient for patient, _ in called.monitor.entered] == [7]
    with database.read() as session:
        assert "opted out" in {line.status for line in text_lines(session)}


def test_more_texts_than_one_page_of_the_list_are_all_found(called, house, misses, database):
    for number in range(120):
        misses(HOME, f"text {number}")
    asked_again(house, called)
    assert len(rows(database)) == 120


def test_while_the_provider_does_not_answer_nothing_is_forgotten_and_it_shows(called, house, misses, network, database):
    called.low_pressure()
    misses(BEN, f"{called.line().page_code} OK")
    token, network.token = network.token, "another"
    assert not asked_again(house, called)
    called.alerts._looked_around_s = None
    called.alerts.cycle()
    assert any(line.reason.startswith("missed texts fails") for line in called.lines())
    network.token = token
    called.clock.at += timedelta(minutes=5)
    assert asked_again(house, called)
    assert [row.meaning for row in rows(database)] != []


def test_texts_older_than_any_page_are_left_where_they_are(called, house, misses, database):
    misses(BEN, "OK")
    called.clock.at += OLDEST + timedelta(minutes=1)
    asked_again(house, called)
    assert rows(database) == []


def test_texts_of_before_stepguard_was_there_are_no_replies(called, twilio, database, clock, misses):
    misses(BEN, "OK")
    clock.at += timedelta(hours=1)
    jobs = jobs_of(
        Settings(), database, roster=RosterNow(load_roster()), policy=called.policy, site=SITE,
        wake=lambda: None, phone=twilio,
    )  # fmt: skip
    house = Housekeeping(database, clock, jobs)
    house.look(JOB)
    asked_again(house, called)
    assert rows(database) == []


def test_a_house_with_an_outbox_asks_nobody(called, database, clock):
    jobs = jobs_of(
        Settings(), database, roster=RosterNow(load_roster()), policy=called.policy, site=SITE, wake=lambda: None
    )
    assert JOB not in {job.name for job in jobs}


def test_our_own_texts_are_never_read_as_replies(called, house, twilio, clock, database):
    called.low_pressure()
    assert twilio.received_since(clock.at - timedelta(hours=1)) == []


def test_a_list_that_does_not_come_raises(twilio_settings, database, clock):
    nowhere = structs.replace(twilio_settings.twilio, api_url="http://127.0.0.1:9")
    with pytest.raises(requests.ConnectionError):
        TwilioPhone(account_of(nowhere, "https://pager.example.org"), database, clock).received_since(clock.at)
