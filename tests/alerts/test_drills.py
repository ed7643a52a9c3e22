"""The daily test of the telephones on call: by day, once, and a telephone it does not reach is known."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest

from alerts import drills
from alerts.message import Site
from alerts.phone import Refused
from alerts.policy import in_timezone
from alerts.policy_file import PolicyError, load_policy
from alerts.verification_store import ask, staff_checks, staff_questions

ADA, BEN, CLEO, ITO, ED = (f"+1202555011{n}" for n in range(1, 6))
EVERYBODY = [(number, "sms") for number in (ADA, BEN, CLEO, ITO, ED)]
SITE = Site(unit_phone="555-0100", emergency_number="112")
AFTERNOON = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_roster(ward):
    """The people of the shipped roster as a site's own: nobody tests an example."""
    ward.roster = replace(ward.roster, example=False)
    ward.restart()


def drill(ward, at=AFTERNOON):
    ward.clock.at = at
    with ward.database.write() as session:
        tested = drills.test_pages(session, ward.roster, ward.policy, SITE, at)
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    return [person.key for person in tested]


def results(ward):
    with ward.database.read() as session:
        return {one.person.key: one for one in drills.results(session, ward.roster, ward.clock.at)}


def states(ward):
    return {key: one.state for key, one in results(ward).items()}


def test_everybody_on_call_within_a_day_is_tested_once(ward):
    assert sorted(drill(ward)) == ["ada", "ben", "cleo", "dr-ito", "ed"]
    text, *_ = ward.expect(*EVERYBODY)
    assert re.fullmatch(r"STEPGUARD daily test, no patient\. Reply [0-9]{4} OK\. Call 555-0100", text)
    assert drill(ward, AFTERNOON + timedelta(hours=2)) == []
    ward.no_texts()
    assert len(drill(ward, AFTERNOON + timedelta(days=1))) == 5


@pytest.mark.parametrize("hour", [0, 6, 15, 22, 23])
def test_nobody_is_tested_at_night_or_before_the_hour(ward, hour):
    assert drill(ward, AFTERNOON.replace(hour=hour)) == []
    ward.no_texts()


def test_the_hour_is_that_of_the_sites_wall(ward):
    ward.policy = in_timezone(ward.policy, "America/New_York")
    assert drill(ward) == []
    assert len(drill(ward, AFTERNOON + timedelta(hours=5))) == 5


def test_a_result_says_whether_a_test_arrived_and_since_when_nobody_answers(ward):
    assert set(states(ward).values()) == {"untested"}
    ward.phone.outcomes[(ADA, "sms")] = [Refused("switched off")]
    ward.phone.deliveries["ref-page-3"] = "pending"
    drill(ward)
    ben = next(message for message in ward.phone.take() if message.number == BEN)
    ward.texts_back(BEN, re.search(r"[0-9]{4} OK", ben.body)[0])
    assert states(ward) == {
        "ada": "failed",
        "ben": "answered",
        "cleo": "sent",
        "dr-ito": "delivered",
        "ed": "delivered",
    }
    drill(ward, AFTERNOON + timedelta(days=1))
    found = results(ward)
    assert found["ben"].silent_since == AFTERNOON + timedelta(days=1)
    assert found["dr-ito"].silent_since == AFTERNOON


def test_a_telephone_on_call_that_a_test_did_not_reach_calls_whoever_it_can(ward):
    ward.phone.outcomes[(ADA, "sms")] = [Refused("switched off")] * 2
    ward.phone.outcomes[(ADA, "voice")] = [Refused("switched off")]
    drill(ward)
    ward.phone.take()
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    line = ward.line()
    assert (line.kind, line.urgency, line.reason) == (
        "technical",
        "urgent",
        "the daily test did not reach the nurse on call",
    )
    ward.advance(seconds=1)
    ward.expect((ADA, "sms"), (ADA, "voice"), (CLEO, "sms"))


def test_a_telephone_that_is_on_call_later_waits_on_the_board(ward):
    ward.phone.outcomes[(BEN, "sms")] = [Refused("switched off")]
    drill(ward)
    ward.phone.take()
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    assert (ward.line().urgency, ward.line().reason) == (
        "watch",
        "the daily test did not reach somebody who is on call within a day",
    )
    ward.no_texts()


def test_a_test_asked_for_by_hand_that_arrives_ends_the_condition(ward):
    ward.phone.outcomes[(BEN, "sms")] = [Refused("switched off")]
    drill(ward)
    with ward.database.write() as session:
        ask(session, ward.roster.by_key("ben"), SITE, by="ada", now=ward.clock.at)
    ward.alerts.cycle()
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    assert states(ward)["ben"] == "delivered"
    assert ward.lines() == []


def test_an_answered_test_verifies_the_telephone_too(ward):
    drill(ward)
    [ben] = [message for message in ward.phone.take() if message.number == BEN]
    ward.texts_back(BEN, re.search(r"[0-9]{4} OK", ben.body)[0])
    with ward.database.read() as session:
        checks = {one.owner: one.check.state for one in staff_checks(session, ward.roster)}
    assert (checks["staff:ben"], checks["staff:ada"]) == ("verified", "asked")


def test_old_tests_are_forgotten_and_the_proof_of_a_number_is_not(ward):
    drill(ward)
    [ben] = [message for message in ward.phone.take() if message.number == BEN]
    ward.texts_back(BEN, re.search(r"[0-9]{4} OK", ben.body)[0])
    drill(ward, AFTERNOON + timedelta(days=40))
    with ward.database.read() as session:
        assert {owner: len(found) for owner, found in staff_questions(session).items()} == {
            "staff:ada": 1,
            "staff:ben": 2,
            "staff:cleo": 1,
            "staff:dr-ito": 1,
            "staff:ed": 1,
        }
        checks = {one.owner: one.check.state for one in staff_checks(session, ward.roster)}
    assert checks["staff:ben"] == "verified"


def test_nobody_tests_the_shipped_example(ward):
    ward.roster = replace(ward.roster, example=True)
    assert drill(ward) == []


def test_a_policy_that_tests_at_night_is_refused_and_one_without_the_table_takes_the_shipped_hour(tmp_path):
    shipped = resources.files("alerts").joinpath("data", "policy.toml").read_text()
    file = tmp_path / "policy.toml"
    file.write_text(shipped.replace("drill_at = 16:00:00", "drill_at = 03:00:00"))
    with pytest.raises(PolicyError, match="drill_at 03:00:00 lies in the night"):
        load_policy(file)
    file.write_text(shipped[: shipped.index("[duty]")])
    assert load_policy(file).drill_at == load_policy().drill_at
