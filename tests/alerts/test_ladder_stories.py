"""The promises of the ladder, as stories of a night. A text that no story expects fails it."""

from datetime import datetime, timedelta

from alerts import desk
from alerts.phone import Refused, TryAgain, Unknown
from alerts.view import counts, latencies
from monitor.assessment import NextDue

ADA, BEN, CLEO, ITO, ED, HOME = (*(f"+1202555011{n}" for n in range(1, 6)), "+12025550190")
SMS, VOICE = "sms", "voice"


def test_first_fever_texts_the_nurse_and_tells_the_caregiver_what_to_measure(ward):
    ward.caregiver()
    ward.fever()
    nurse, home = ward.expect((BEN, SMS), (HOME, SMS))
    code = ward.line().page_code
    assert nurse == f"STEPGUARD URGENT P-0001. Reply {code} OK. Call 555-0100"
    assert home == "Received 38.4 C. Now: blood pressure and oxygen. A nurse will call."


def test_a_fever_that_came_with_all_values_asks_for_the_next_ones(ward):
    ward.caregiver()
    due = NextDue(temperature=ward.clock.at + timedelta(minutes=30), oximetry=None, blood_pressure=None, ice=None)
    ward.says(
        reading=ward.measured(celsius="38.4", spo2=96, pressure=(121, 74)),
        urgency="urgent",
        grade=1,
        groups={"temperature"},
        due=due,
    )
    _, home = ward.expect((BEN, SMS), (HOME, SMS))
    assert home == "Received 38.4 C, SpO2 96, BP 121/74. Next: temperature at 02:40. A nurse will call."


def test_an_urgent_ladder_climbs_in_order_and_on_time(ward):
    ward.caregiver()
    ward.fever()
    ward.expect((BEN, SMS), (HOME, SMS))
    ward.advance(seconds=299)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((BEN, VOICE), (HOME, VOICE))
    ward.advance(seconds=299)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((CLEO, SMS))
    ward.advance(seconds=299)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((ITO, SMS))


def test_an_emergency_ladder_climbs_to_the_emergency_department(ward):
    ward.caregiver()
    ward.low_pressure()
    _, home = ward.expect((BEN, SMS), (HOME, SMS))
    assert home == (
        "Received BP 86/51. Sit down. Measure again now: blood pressure. A nurse will call. If it gets worse call 112."
    )
    for after, expected in ((60, (BEN, VOICE)), (120, (CLEO, SMS)), (180, (ITO, SMS))):
        ward.advance(until=ward.lines()[0].opened_at + timedelta(seconds=after - 1))
        ward.no_texts()
        ward.advance(seconds=1)
        ward.expect(expected)
    ward.advance(seconds=119)
    ward.no_texts()
    ward.advance(seconds=1)
    notice, go, *_ = ward.expect((ED, SMS), (HOME, SMS), (BEN, SMS))
    assert notice.startswith("STEPGUARD NOTICE EMERGENCY P-0001")
    assert go.startswith("Go to the emergency department now.")


def test_a_ladder_nobody_answers_begins_again(ward):
    ward.low_pressure()
    ward.advance(seconds=299)
    ward.expect((BEN, SMS), (BEN, VOICE), (CLEO, SMS), (ITO, SMS))
    ward.advance(seconds=61)
    ward.expect((BEN, SMS), (ED, SMS), (BEN, VOICE))


def test_acknowledging_stops_the_ladder(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    with ward.database.write() as session:
        desk.acknowledge(session, ward.line().id, by="Ben Ortiz", note="calling them", now=ward.clock.at)
    ward.advance(minutes=119)
    ward.no_texts()
    line = ward.line()
    assert (line.state, line.holder) == ("acknowledged", "Ben Ortiz")


def test_an_acknowledgement_of_an_urgent_incident_runs_out_after_two_hours(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.expect((BEN, SMS))
    ward.advance(seconds=7199)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((BEN, SMS))
    assert ward.line().reason == "the acknowledgement ran out"


def test_an_acknowledgement_of_an_emergency_runs_out_after_a_quarter_of_an_hour(ward):
    ward.low_pressure()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.advance(seconds=899)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((BEN, SMS))


def test_a_same_level_repeat_inside_an_acknowledgement_pages_nobody(ward):
    ward.fever()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.advance(minutes=30)
    ward.fever(celsius="38.6")
    ward.no_texts()


def test_a_higher_urgency_ends_the_acknowledgement_and_calls_again(ward):
    ward.fever()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.low_pressure(groups={"temperature", "blood_pressure"}, grade=2)
    ward.expect((BEN, SMS))
    assert ward.line().holder is None


def test_a_higher_grade_ends_the_acknowledgement(ward):
    ward.low_pressure(grade=1)
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.low_pressure(grade=2)
    ward.expect((BEN, SMS))


def test_a_grade_that_could_not_be_given_and_now_can_ends_the_acknowledgement(ward):
    ward.fever(grade=None)
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.fever(grade=0)
    ward.no_texts()
    ward.fever(grade=1)
    ward.expect((BEN, SMS))


def test_another_urgent_group_ends_the_acknowledgement(ward):
    ward.fever()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.says(reading=ward.measured(spo2=93), urgency="urgent", grade=1, groups={"temperature", "oximetry"})
    ward.expect((BEN, SMS))


def test_blindness_ends_the_acknowledgement(ward):
    ward.fever()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.says(urgency="urgent", grade=1, groups={"temperature"}, sight="blind")
    ward.expect((BEN, SMS))


def test_worsening_before_anybody_answers_begins_the_faster_ladder(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    ward.advance(minutes=2)
    ward.low_pressure(groups={"temperature", "blood_pressure"})
    ward.expect((BEN, SMS))
    ward.advance(seconds=60)
    ward.expect((BEN, VOICE))


def test_an_emergency_that_quiets_stays_open_as_urgent_until_somebody_acknowledges(ward):
    ward.low_pressure()
    ward.expect((BEN, SMS))
    ward.advance(seconds=30)
    ward.says(reading=ward.measured(pressure=(118, 74)), urgency="routine")
    line = ward.line()
    assert (line.urgency, line.state) == ("urgent", "calling")
    ward.advance(minutes=5)
    ward.expect((BEN, VOICE))
    with ward.database.write() as session:
        desk.acknowledge(session, line.id, by="Ben", note="", now=ward.clock.at)
    ward.advance(hours=2)
    ward.no_texts()
    assert ward.lines() == []


def test_a_refused_text_hands_its_turn_to_the_next_rung_at_once(ward):
    ward.phone.outcomes[(BEN, SMS)] = [Refused("opted out")]
    ward.phone.outcomes[(BEN, VOICE)] = [Unknown("no idea")]
    ward.fever()
    ward.advance(seconds=1)
    ward.expect((BEN, SMS), (BEN, VOICE), (CLEO, SMS))


def test_a_text_without_a_receipt_hands_its_turn_on_when_the_time_for_it_is_over(ward):
    ward.phone.deliveries["ref-page-1"] = "pending"
    ward.low_pressure()
    ward.expect((BEN, SMS))
    ward.advance(seconds=29)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((BEN, VOICE))


def test_an_undelivered_text_hands_its_turn_on_as_soon_as_that_is_known(ward):
    ward.phone.deliveries["ref-page-1"] = "pending"
    ward.low_pressure()
    ward.expect((BEN, SMS))
    ward.phone.deliveries["ref-page-1"] = "undelivered"
    ward.advance(seconds=3)
    ward.expect((BEN, VOICE))


def test_a_network_that_is_busy_is_tried_again_and_then_given_up(ward):
    busy = TryAgain("busy", timedelta(seconds=5))
    ward.phone.outcomes[(BEN, SMS)] = [busy, busy, busy, busy]
    ward.low_pressure()
    ward.expect((BEN, SMS))
    ward.advance(seconds=14)
    ward.expect((BEN, SMS), (BEN, SMS))
    ward.advance(seconds=14)
    ward.no_texts()  # the pauses grow, so that a minute without the network does not use up the ladder
    ward.advance(seconds=2)
    ward.expect((BEN, SMS), (BEN, VOICE))


def test_a_caregiver_whose_text_fails_is_called(ward):
    ward.caregiver()
    ward.phone.outcomes[(HOME, SMS)] = [Refused("landline")]
    ward.fever()
    ward.advance(seconds=1)
    ward.expect((BEN, SMS), (HOME, SMS), (HOME, VOICE))


def test_go_now_is_said_at_once_when_two_groups_agree(ward):
    ward.caregiver()
    ward.says(reading=ward.measured(celsius="39.6", spo2=90), urgency="emergency", groups={"temperature", "oximetry"})
    _, home = ward.expect((BEN, SMS), (HOME, SMS))
    assert home.startswith(
        "Go to the emergency department now. Show the card. If you cannot go or it gets worse, call 112."
    )


def test_go_now_is_said_at_once_when_the_dangerous_value_repeats(ward):
    ward.caregiver()
    ward.low_pressure()
    ward.expect((BEN, SMS), (HOME, SMS))
    ward.advance(seconds=40)
    ward.low_pressure()
    [home] = ward.expect((HOME, SMS))
    assert home.startswith("Go to the emergency department now.")


def test_another_value_does_not_make_the_dangerous_one_sure(ward):
    ward.caregiver()
    ward.low_pressure()
    ward.expect((BEN, SMS), (HOME, SMS))
    ward.advance(seconds=40)
    ward.says(reading=ward.measured(celsius="36.9"), urgency="emergency", groups={"blood_pressure"})
    [home] = ward.expect((HOME, SMS))
    assert home == "Received 36.9 C."


def test_go_now_is_not_said_when_a_repeat_clears_the_value(ward):
    ward.caregiver()
    ward.low_pressure()
    ward.advance(seconds=100)
    ward.says(reading=ward.measured(pressure=(118, 74)), urgency="routine")
    ward.advance(minutes=10)
    assert not [m for m in ward.phone.take() if m.body.startswith("Go to")]


def test_a_nurse_holds_the_notice_for_ten_minutes_and_no_longer(ward):
    ward.low_pressure()
    ward.advance(seconds=290)
    held_at = ward.clock.at
    with ward.database.write() as session:
        desk.hold_ed_notice(session, ward.line().id, by="Ben", reason="on the phone with them", now=held_at)
    ward.advance(until=held_at + timedelta(seconds=599))
    assert not [m for m in ward.phone.take() if m.number == ED]
    ward.advance(seconds=1)
    assert [m for m in ward.phone.take() if m.number == ED]


def test_the_notice_goes_at_once_when_a_person_sends_it(ward):
    ward.low_pressure()
    ward.expect((BEN, SMS))
    with ward.database.write() as session:
        desk.send_ed_notice(session, ward.line().id, by="Ben", now=ward.clock.at)
    ward.advance(seconds=1)
    ward.expect((ED, SMS))


def test_escalate_now_calls_the_next_person_and_keeps_the_distance_to_the_others(ward):
    ward.fever()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.advance(minutes=40)
    with ward.database.write() as session:
        desk.escalate_now(session, ward.line().id, by="Ben", now=ward.clock.at)
    ward.advance(seconds=1)
    ward.expect((BEN, VOICE))
    ward.advance(minutes=9)
    ward.no_texts()
    ward.advance(minutes=1)
    ward.expect((CLEO, SMS))


def test_watch_waits_on_the_board_and_asks_the_caregiver_by_day(ward):
    ward.caregiver()
    ward.says(reading=ward.measured(celsius="37.6"), urgency="watch")
    ward.advance(until=datetime.fromisoformat("2026-03-03T06:59:59+00:00"))
    ward.no_texts()
    ward.advance(seconds=1)
    [home] = ward.expect((HOME, SMS))
    assert home.startswith("Last: 37.6 C. Please measure again")


def test_an_emergency_accepted_and_only_urgent_since_is_held_as_long_as_an_urgent_incident(ward):
    ward.low_pressure()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    accepted_at = ward.clock.at
    ward.advance(minutes=12)
    ward.says(urgency="urgent", groups={"blood_pressure"}, reading=ward.measured(pressure=(97, 60)))
    ward.phone.take()
    ward.advance(until=accepted_at + timedelta(seconds=7199))
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((BEN, SMS))


def test_an_emergency_that_comes_back_after_its_quarter_of_an_hour_calls_again(ward):
    ward.low_pressure()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.advance(minutes=12)
    ward.says(urgency="urgent", groups={"blood_pressure"}, reading=ward.measured(pressure=(97, 60)))
    ward.advance(minutes=10)
    ward.phone.take()
    ward.low_pressure()
    ward.expect((BEN, SMS))


def accepted(ward, patient):
    """Let a patient have a fever which Ben accepts."""
    ward.fever(patient)
    [line] = [line for line in ward.lines() if line.patient_id == patient]
    ward.texts_back(BEN, f"{line.page_code} OK")
    ward.expect((BEN, SMS), (BEN, SMS))


def test_what_one_person_must_look_at_again_within_a_quarter_of_an_hour_is_one_text(ward):
    accepted(ward, 1)
    for patient in (2, 3):
        ward.advance(minutes=7)
        accepted(ward, patient)
    ward.advance(minutes=2)
    accepted(ward, 4)
    ward.advance(minutes=103, seconds=59)
    ward.no_texts()
    ward.advance(seconds=1)
    [page] = ward.expect((BEN, SMS))
    assert page.startswith("STEPGUARD URGENT P-0001 and 2 more. ")
    ward.texts_back(BEN, f"{page.split('Reply ')[1][:4]} OK")
    ward.expect((BEN, SMS))
    assert {line.holder for line in ward.lines()} == {"Ben Ortiz"}
    ward.advance(minutes=16)
    [page] = ward.expect((BEN, SMS))  # the one that ran out a minute after the span
    assert "P-0004" in page


def test_a_reminder_nobody_accepts_is_one_call_and_then_climbs(ward):
    accepted(ward, 1)
    ward.advance(minutes=5)
    accepted(ward, 2)
    ward.advance(minutes=115)
    ward.expect((BEN, SMS))
    ward.advance(minutes=5)
    [call] = ward.expect((BEN, VOICE))
    assert "1 more" in call
    ward.advance(minutes=5)
    ward.expect((CLEO, SMS))


def test_a_reminder_carries_neither_what_another_person_has_nor_an_emergency(ward):
    accepted(ward, 1)
    ward.fever(2)
    ward.phone.take()
    with ward.database.write() as session:
        [other] = [line for line in ward.lines() if line.patient_id == 2]
        desk.acknowledge(session, other.id, by="Cleo", note="", now=ward.clock.at)
    ward.advance(minutes=110)
    ward.low_pressure(3)
    [third] = [line for line in ward.lines() if line.patient_id == 3]
    ward.texts_back(BEN, f"{third.page_code} OK")
    ward.phone.take()
    ward.advance(minutes=10)
    pages = [m.body for m in ward.phone.take()]
    assert not [body for body in pages if "more" in body]
    assert {line.holder for line in ward.lines() if line.patient_id == 3} == {"Ben Ortiz"}


def test_a_patient_whose_programme_ended_is_not_called_about(ward):
    ward.fever()
    ward.phone.take()
    ward.says(urgency="routine", place="ended")
    ward.advance(hours=1)
    ward.no_texts()
    assert ward.lines() == []


def test_one_patient_has_one_conversation_however_its_reason_changes(ward):
    ward.says(urgency="watch", overdue=("oximetry",))
    first = ward.line().page_code
    ward.fever()
    ward.low_pressure(groups={"temperature", "blood_pressure"})
    assert ward.line().page_code == first
    ward.expect((BEN, SMS), (BEN, SMS))


def test_figures_count_what_happened(ward):
    ward.fever()
    ward.advance(minutes=6)
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    with ward.database.read() as session:
        seen = counts(session)
        [latency] = latencies(session)
    assert (seen.opened, seen.acknowledged, seen.escalated, seen.texts_sent) == (1, 1, 1, 2)
    assert latency.sent_at == latency.reading_received_at
    ward.expect((BEN, SMS), (BEN, VOICE), (BEN, SMS))
