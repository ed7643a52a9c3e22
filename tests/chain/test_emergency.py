"""A dangerous value, from the hub to the emergency department: rungs, notices, worsening, and how it ends."""

from datetime import timedelta

import pytest

from alerts import desk

HOME = "P-0042"
LADDER = (
    (60, ("nurse", "voice")),
    (120, ("second nurse", "sms")),
    (180, ("oncologist", "sms")),
)


def accepts(house, number="+12025550112"):
    """Let the nurse reply to the open page."""
    house.texts_back(number, f"{house.line().page_code} OK")
    house.outbox()


async def low_pressure(home):
    await home.measures(pressure=(84, 50))


@pytest.mark.at_a_site
async def test_an_emergency_climbs_every_rung_on_time_and_tells_the_emergency_department(house, home):
    await low_pressure(home)
    began = house.clock.at
    assert home.row().group.name == "EMERGENCY"
    assert house.board().ring
    nurse, caregiver = house.expect(("nurse", "sms"), (HOME, "sms"))
    assert nurse.startswith("STEPGUARD EMERGENCY P-0042. Reply ")
    assert caregiver.startswith("Received BP 84/50. Sit down. Measure again now: blood pressure.")
    for after_s, rung in LADDER:
        house.pass_until(began + timedelta(seconds=after_s - 1))
        house.no_texts()
        house.passes(seconds=1)
        house.expect(rung)
    house.pass_until(began + timedelta(seconds=299))
    house.no_texts()
    house.passes(seconds=1)
    notice, go, *_ = house.expect(("emergency department", "sms"), (HOME, "sms"), ("nurse", "sms"))
    assert notice.startswith("STEPGUARD NOTICE EMERGENCY P-0042 may be coming to you.")
    assert go.startswith(
        "Go to the emergency department now. Show the card. If you cannot go or it gets worse, call 112."
    )


async def test_the_department_is_told_at_once_when_the_caregiver_answers_going(house, home):
    await low_pressure(home)
    house.passes(seconds=70)
    house.outbox()
    home.texts("GOING")
    sent = house.outbox()
    assert [text.to for text in sent if text.body.startswith("STEPGUARD NOTICE")] == ["emergency department"]
    assert next(text.body for text in sent if text.to == HOME).startswith("Thank you. Take the card.")
    assert home.answer().place == "travelling"
    house.passes(minutes=20)
    assert not [text for text in house.outbox() if text.body.startswith("STEPGUARD NOTICE")], "told once"


async def test_a_patient_who_set_off_and_does_not_arrive_is_asked_after_and_told_to_the_department(house, home):
    await low_pressure(home)
    accepts(house)
    home.texts("GOING")
    set_off_at = house.clock.at
    for minutes in (14, 28, 42, 56):
        house.pass_until(set_off_at + timedelta(minutes=minutes))
        accepts(house)
    house.pass_until(set_off_at + timedelta(minutes=60) - timedelta(seconds=1))
    assert house.outbox() == []
    house.passes(seconds=1)
    _, question, _ = house.expect(("emergency department", "sms"), (HOME, "sms"), ("nurse", "sms"))
    assert question == "Have you arrived at the hospital? Text THERE. If not, call 555-0100. Emergency: 112."
    home.texts("THERE")
    assert home.answer().place == "emergency_department"


async def test_the_department_is_told_at_once_when_a_nurse_presses_send(house, home):
    await low_pressure(home)
    house.outbox()
    with house.database.write() as session:
        desk.send_ed_notice(session, house.line().id, by="Ben", now=house.clock.at)
    house.settle()
    house.expect(("emergency department", "sms"))


async def test_a_nurse_holds_the_notice_for_ten_minutes_with_a_reason(house, home):
    await low_pressure(home)
    house.passes(seconds=200)
    held_at = house.clock.at
    with house.database.write() as session, pytest.raises(desk.Refused, match="Say why"):
        desk.hold_ed_notice(session, house.line().id, by="Ben", reason=" ", now=held_at)
    with house.database.write() as session:
        desk.hold_ed_notice(session, house.line().id, by="Ben", reason="talking to them", now=held_at)
    house.pass_until(held_at + timedelta(seconds=599))
    assert "emergency department" not in {text.to for text in house.outbox()}
    house.passes(seconds=1)
    assert "emergency department" in {text.to for text in house.outbox()}


async def test_a_human_acceptance_stops_the_ladder_and_the_notice(house, home):
    await low_pressure(home)
    house.passes(seconds=90)
    accepts(house)
    house.passes(minutes=10)
    assert {text.to for text in house.outbox()} <= {HOME}
    assert not house.board().ring


async def test_an_acknowledgement_of_an_emergency_runs_out_after_fifteen_minutes(house, home):
    await low_pressure(home)
    accepts(house)
    house.passes(seconds=899)
    assert "nurse" not in {text.to for text in house.outbox()}
    house.passes(seconds=1)
    assert ("nurse", "sms") in {(text.to, text.channel) for text in house.outbox()}
    assert house.line().reason == "the acknowledgement ran out"


async def test_worsening_after_an_acknowledgement_calls_again_at_once(house, home):
    await home.measures(38.4)
    accepts(house)
    house.passes(minutes=5)
    house.outbox()
    await home.measures(38.5)
    assert "nurse" not in {text.to for text in house.outbox()}, "a same-level repeat pages nobody"
    await low_pressure(home)
    sent = house.outbox()
    assert [text.body[:25] for text in sent if text.to == "nurse"] == ["STEPGUARD EMERGENCY P-004"]
    assert home.answer().crs.grade == 2
    assert house.line().holder is None


async def test_another_group_turning_urgent_after_an_acknowledgement_calls_again(house, home):
    await home.measures(38.4)
    accepts(house)
    house.passes(minutes=5)
    house.outbox()
    home.enters(type="symptom", names=["rigors"])
    assert [text.to for text in house.outbox() if text.to != HOME] == ["nurse"]


async def test_losing_sight_after_an_acknowledgement_calls_again(house, home):
    await home.measures(38.4, spo2=97, pressure=(121, 76))
    accepts(house)
    while home.answer().sight.state != "blind":
        house.passes(minutes=5)
        if house.line().holder is not None:
            assert "nurse" not in {text.to for text in house.outbox() if text.body.startswith("STEPGUARD")}
    assert house.line().holder is None
    assert "nurse" in {text.to for text in house.outbox()}


async def test_go_now_is_said_at_once_when_the_dangerous_value_is_heard_twice(house, home):
    await low_pressure(home)
    house.expect(("nurse", "sms"), (HOME, "sms"))
    house.passes(seconds=40)
    await home.measures(pressure=(85, 52))
    [go] = house.expect((HOME, "sms"))
    assert go.startswith("Go to the emergency department now.")


@pytest.mark.parametrize(
    "sure",
    [
        {"spo2": 90, "pressure": (86, 52)},
        {"celsius": 39.6, "spo2": 93},
        {"celsius": 38.2, "pressure": (86, 52)},
    ],
    ids=["two groups", "39.6 beside another urgent value", "fever with low pressure"],
)
async def test_go_now_is_said_at_once_when_two_groups_agree(house, home, sure):
    await home.measures(**sure)
    _, go = house.expect(("nurse", "sms"), (HOME, "sms"))
    assert go.startswith("Go to the emergency department now.")


async def test_go_now_is_said_at_once_when_a_symptom_is_present(house, home):
    await low_pressure(home)
    house.outbox()
    house.passes(seconds=30)
    home.enters(type="symptom", names=["fainting"])
    assert [text.body[:35] for text in house.outbox() if text.to == HOME] == ["Go to the emergency department now."]


async def test_a_normal_value_within_ten_minutes_ends_nothing_and_a_second_one_does(house, home):
    await low_pressure(home)
    house.outbox()
    house.passes(minutes=3)
    house.outbox()
    await home.measures(pressure=(121, 76))
    assert home.answer().urgency == "emergency"
    assert house.line().urgency == "emergency"
    house.passes(minutes=1)
    await home.measures(pressure=(122, 76))
    assert home.answer().urgency == "routine"
    line = house.line()
    assert (line.urgency, line.state) == ("urgent", "calling"), "open as urgent until acknowledged"
    house.passes(minutes=15)
    assert not [text for text in house.outbox() if text.body.startswith("Go to")]
    accepts(house)
    await home.measures_all_well()
    house.passes(hours=2, minutes=1)
    assert house.lines("clinical") == []


async def test_a_normal_value_more_than_ten_minutes_later_ends_the_emergency_alone(house, home):
    await low_pressure(home)
    accepts(house)
    house.passes(minutes=10, seconds=1)
    house.outbox()
    await home.measures(pressure=(121, 76))
    assert home.answer().urgency == "routine"
    assert house.line().urgency == "routine"
    assert "nurse" not in {text.to for text in house.outbox()}


async def test_a_value_below_the_plausible_floor_is_urgent_until_a_fresh_one_arrives(house, home):
    await home.measures(pressure=(40, 20))
    assert home.answer().urgency == "urgent"
    nurse, _ = house.expect(("nurse", "sms"), (HOME, "sms"))
    assert nurse.startswith("STEPGUARD URGENT P-0042.")
    await home.measures(pressure=(121, 76))
    assert home.answer().urgency == "routine"


async def test_an_error_code_of_a_device_pages_nobody(house, home):
    await home.measures(spo2=127)
    assert home.answer().urgency == "routine"
    assert "nurse" not in {text.to for text in house.outbox()}


async def test_go_now_is_said_at_once_when_a_very_high_fever_comes_with_an_urgent_pulse(house, home):
    fast = {"spo2_pct": 97, "pulse_bpm": 124}
    await home.publish(home.message(temperature={"value": 39.6, "unit": "Cel", "site": "oral"}, oximetry=fast))
    house.settle()
    _, go = house.expect(("nurse", "sms"), (HOME, "sms"))
    assert go.startswith("Go to the emergency department now.")


async def test_a_fever_with_a_dangerous_pulse_is_one_dangerous_value_and_asks_again(house, home):
    fast = {"spo2_pct": 97, "pulse_bpm": 132}
    await home.publish(home.message(temperature={"value": 38.4, "unit": "Cel", "site": "oral"}, oximetry=fast))
    house.settle()
    _, caregiver = house.expect(("nurse", "sms"), (HOME, "sms"))
    assert "Sit down. Measure again now:" in caregiver
