"""What a person may do with an incident, and what they are told when they may not."""

from datetime import timedelta

import pytest

from alerts import desk
from alerts.view import text_lines

BEN, CLEO, HOME = "+12025550112", "+12025550113", "+12025550190"
SMS, VOICE = "sms", "voice"


def refused(ward, action, *args, **options):
    with ward.database.write() as session, pytest.raises(desk.Refused) as said:
        action(session, *args, now=ward.clock.at, **options)
    return str(said.value)


def do(ward, action, *args, **options):
    with ward.database.write() as session:
        action(session, *args, now=ward.clock.at, **options)


def test_taking_over_changes_the_holder_and_renews_the_time(ward):
    ward.fever()
    do(ward, desk.acknowledge, ward.line().id, by="Ben", note="")
    ward.advance(hours=1)
    do(ward, desk.take, ward.line().id, by="Cleo")
    line = ward.line()
    assert (line.holder, line.held_until) == ("Cleo", ward.clock.at + timedelta(hours=2))


def test_an_incident_that_does_not_exist_is_refused(ward):
    assert refused(ward, desk.acknowledge, 99, by="Ben", note="") == "There is no incident 99."


def test_a_resolved_incident_is_refused(ward):
    ward.says(urgency="watch", overdue=("oximetry",))
    incident = ward.line().id
    ward.says(reading=ward.measured(spo2=97))
    assert refused(ward, desk.acknowledge, incident, by="Ben", note="") == "This incident is already resolved."
    assert refused(ward, desk.escalate_now, incident, by="Ben") == "This incident is already resolved."
    assert refused(ward, desk.send_ed_notice, incident, by="Ben") == "This incident is already resolved."


def test_nobody_acts_without_a_name_and_no_notice_is_held_without_a_reason(ward):
    ward.low_pressure()
    incident = ward.line().id
    assert refused(ward, desk.acknowledge, incident, by=" ", note="") == "Say who you are."
    assert refused(ward, desk.hold_ed_notice, incident, by="Ben", reason="") == "Say why the notice is held."


def test_a_notice_is_held_only_while_one_is_waiting(ward):
    ward.fever()
    incident = ward.line().id
    assert refused(ward, desk.hold_ed_notice, incident, by="Ben", reason="x").startswith("No notice is waiting")
    ward.low_pressure(groups={"temperature", "blood_pressure"})
    ward.advance(minutes=6)
    said = "The emergency department has already been told."
    assert refused(ward, desk.hold_ed_notice, incident, by="Ben", reason="x") == said
    assert refused(ward, desk.send_ed_notice, incident, by="Ben") == said


def test_escalating_something_that_only_waited_on_the_board_calls_the_nurse(ward):
    ward.says(urgency="watch")
    do(ward, desk.escalate_now, ward.line().id, by="Ben")
    ward.advance(seconds=1)
    ward.expect((BEN, SMS))
    assert ward.line().urgency == "urgent"


def test_escalating_twice_calls_two_more_people(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    for expected in ((BEN, VOICE), (CLEO, SMS)):
        do(ward, desk.escalate_now, ward.line().id, by="Ben")
        ward.advance(seconds=1)
        ward.expect(expected)


def test_the_board_says_what_comes_next_and_when(ward):
    ward.fever()
    line = ward.line()
    assert (line.next_step, line.next_at) == ("nurse voice", ward.clock.at + timedelta(minutes=5))


def test_the_worst_incident_comes_first_and_among_equals_the_one_nobody_has(ward):
    ward.fever(1)
    ward.fever(2)
    ward.low_pressure(3)
    do(ward, desk.acknowledge, next(line.id for line in ward.lines() if line.code == "P-0001"), by="Ben", note="")
    assert [line.code for line in ward.lines()] == ["P-0003", "P-0002", "P-0001"]


def test_texts_of_both_directions_are_listed_newest_first(ward):
    ward.fever()
    ward.advance(seconds=5)
    ward.texts_back(BEN, "OK")
    with ward.database.read() as session:
        lines = text_lines(session)
        [newest] = text_lines(session, limit=1)
    assert [line.direction for line in lines if line.number == BEN] == ["out", "in", "out"]
    assert newest.at == ward.clock.at
