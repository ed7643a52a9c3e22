"""Handing an incident to a named colleague: it stays with the first until the second has accepted."""

from datetime import timedelta

import pytest

from alerts import desk
from alerts.phone import Refused

ADA, BEN, CLEO, ITO, HOME = (
    "+12025550111",
    "+12025550112",
    "+12025550113",
    "+12025550114",
    "+12025550190",
)
SMS, VOICE = "sms", "voice"
OVERDUE = ("temperature", "oximetry", "blood_pressure")


def hand_over(ward, to, by="Ben Ortiz"):
    with ward.database.write() as session:
        desk.hand_over(session, ward.line().id, to=to, by=by, roster=ward.roster, now=ward.clock.at)
    ward.alerts.cycle()


@pytest.fixture
def held(ward):
    """Give a ward whose fever Ben has accepted by text."""
    ward.fever()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.expect((BEN, SMS), (BEN, SMS))
    return ward


def test_the_colleague_is_texted_at_once_and_has_it_only_once_they_accept(held):
    hand_over(held, "cleo")
    [page] = held.expect((CLEO, SMS))
    code = held.line().page_code
    assert f"Reply {code} OK" in page
    assert (held.line().holder, held.line().offered_to) == ("Ben Ortiz", "Cleo Marsh")
    held.advance(minutes=2)
    held.texts_back(CLEO, f"{code} OK")
    answer, told = held.expect((CLEO, SMS), (BEN, SMS))
    assert "accepted" in answer
    assert told == f"{code}: Cleo Marsh has accepted it from you."
    line = held.line()
    assert (line.holder, line.offered_to) == ("Cleo Marsh", None)
    assert line.held_until == held.clock.at + timedelta(hours=2)
    held.advance(minutes=119)
    held.no_texts()


def test_a_colleague_who_does_not_answer_a_text_is_called_after_five_minutes_as_a_nurse_is(held):
    hand_over(held, "dr-ito")
    held.expect((ITO, SMS))
    held.advance(seconds=299)
    held.no_texts()
    held.advance(seconds=1)
    held.expect((ITO, VOICE))
    held.advance(minutes=60)
    held.no_texts()


def test_a_text_that_does_not_reach_the_colleague_is_followed_by_a_call_at_once(held):
    held.phone.outcomes[(CLEO, SMS)] = [Refused("landline")]
    hand_over(held, "cleo")
    held.advance(seconds=1)
    held.expect((CLEO, SMS), (CLEO, VOICE))


def test_what_is_not_accepted_runs_out_for_the_first_as_if_nobody_had_been_asked(held):
    until = held.line().held_until
    held.advance(minutes=90)
    hand_over(held, "cleo")
    held.expect((CLEO, SMS))
    held.advance(until=until - timedelta(seconds=1))
    held.expect((CLEO, VOICE))
    assert held.line().holder == "Ben Ortiz"
    held.advance(seconds=1)
    held.expect((BEN, SMS))
    assert (held.line().holder, held.line().offered_to) == (None, None)


def test_worsening_ends_the_offer_with_the_acceptance_and_calls_the_ladder(held):
    hand_over(held, "cleo")
    held.expect((CLEO, SMS))
    held.low_pressure(groups={"temperature", "blood_pressure"}, grade=2)
    held.expect((BEN, SMS))
    assert (held.line().holder, held.line().offered_to) == (None, None)
    held.texts_back(CLEO, f"{held.line().page_code} OK")
    assert held.line().holder == "Cleo Marsh"
    held.expect((CLEO, SMS))


def test_a_colleague_nobody_offered_it_to_is_still_told_that_somebody_has_it(held):
    hand_over(held, "cleo")
    held.expect((CLEO, SMS))
    held.texts_back(ADA, f"{held.line().page_code} OK")
    [answer] = held.expect((ADA, SMS))
    assert "already accepted by Ben" in answer
    assert held.line().holder == "Ben Ortiz"


def test_a_bare_ok_from_the_colleague_counts_when_nothing_else_of_theirs_is_open(held):
    hand_over(held, "cleo")
    held.expect((CLEO, SMS))
    held.texts_back(CLEO, "ok")
    held.expect((CLEO, SMS), (BEN, SMS))
    assert held.line().holder == "Cleo Marsh"


def test_a_holder_who_renews_the_time_has_not_taken_the_offer_back(held):
    hand_over(held, "cleo")
    held.expect((CLEO, SMS))
    with held.database.write() as session:
        desk.acknowledge(session, held.line().id, by="Ben Ortiz", note="", now=held.clock.at)
    assert held.line().offered_to == "Cleo Marsh"


def test_offering_it_to_somebody_else_withdraws_the_first_offer(held):
    hand_over(held, "cleo")
    held.expect((CLEO, SMS))
    held.advance(minutes=1)
    hand_over(held, "ada")
    held.expect((ADA, SMS))
    held.texts_back(CLEO, f"{held.line().page_code} OK")
    held.expect((CLEO, SMS))
    assert held.line().holder == "Ben Ortiz"


def test_an_offer_survives_a_restart_and_is_made_once(held):
    hand_over(held, "cleo")
    held.expect((CLEO, SMS))
    held.restart()
    held.advance(minutes=4)
    held.no_texts()
    held.advance(minutes=1)
    held.expect((CLEO, VOICE))


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("nobody", "There is no nobody on the roster; it has ada, ben, cleo, dr-ito, ed."),
        ("ben", "Ben Ortiz has this incident already."),
    ],
)
def test_an_offer_that_cannot_be_meant_is_refused(held, to, said):
    with held.database.write() as session, pytest.raises(desk.Refused) as refused:
        desk.hand_over(session, held.line().id, to=to, by="Ben", roster=held.roster, now=held.clock.at)
    assert str(refused.value) == said


def test_what_nobody_has_cannot_be_handed_over_nor_what_the_hospital_has(ward):
    ward.fever()
    with ward.database.write() as session, pytest.raises(desk.Refused, match="Nobody has this incident yet"):
        desk.hand_over(session, ward.line().id, to="cleo", by="Ben", roster=ward.roster, now=ward.clock.at)
    ward.says(urgency="urgent", groups={"temperature"}, grade=1, place="admitted")
    with ward.database.write() as session, pytest.raises(desk.Refused, match="The hospital has this patient"):
        desk.hand_over(session, ward.line().id, to="cleo", by="Ben", roster=ward.roster, now=ward.clock.at)
    ward.expect((BEN, SMS))


def no_answer(ward):
    """Let a home be silent until that is an emergency which Ben has accepted."""
    ward.says(urgency="urgent", overdue=OVERDUE, groups={"sight"})
    ward.advance(minutes=61)
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    assert ward.line().kind == "no_answer"


def test_a_home_that_answered_nobody_is_called_about_again_after_a_quarter_of_an_hour(ward):
    no_answer(ward)
    ward.advance(minutes=15)
    ward.expect((BEN, SMS))


def test_a_nurse_who_enters_that_the_home_answered_has_a_silence_for_two_hours(ward):
    no_answer(ward)
    ward.advance(minutes=5)
    with ward.database.write() as session:
        desk.home_answered(session, ward.line().id, by="Ben Ortiz", note="asleep, measures now", now=ward.clock.at)
    line = ward.line()
    assert (line.kind, line.urgency, line.holder) == ("no_sight", "urgent", "Ben Ortiz")
    assert line.held_until == ward.clock.at + timedelta(hours=2)
    ward.advance(minutes=119)
    ward.no_texts()
    ward.advance(minutes=1)
    ward.expect((BEN, SMS))  # nothing has come since: the silence is called about anew ...
    assert ward.line().kind == "no_sight"
    ward.advance(minutes=30)
    assert ward.line().kind == "no_answer"  # ... and half an hour later it has answered nobody again
    ward.expect((BEN, VOICE), (CLEO, SMS), (ITO, SMS), (BEN, SMS))


def test_that_a_home_answered_is_refused_where_there_is_no_home(ward):
    with ward.database.write() as session, pytest.raises(desk.Refused, match="There is no incident 7"):
        desk.home_answered(session, 7, by="Ben", note="", now=ward.clock.at)
