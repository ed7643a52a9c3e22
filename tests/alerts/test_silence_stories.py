"""A home that stops measuring: reminders, the nurse, and an emergency when nobody answers."""

from datetime import timedelta

from alerts import desk

BEN, CLEO, ITO, ED, HOME = ("+12025550112", "+12025550113", "+12025550114", "+12025550115", "+12025550190")
SMS, VOICE = "sms", "voice"
OVERDUE = ("temperature", "oximetry", "blood_pressure")


def silent(ward, patient=1, **said):
    ward.says(patient, **{"urgency": "watch", "overdue": OVERDUE, **said})


def urgent_silence(ward, patient=1, **said):
    silent(ward, patient, urgency="urgent", groups={"sight"}, **said)


def test_a_silent_home_is_reminded_at_once_called_after_ten_minutes_and_the_nurse_after_thirty(ward):
    ward.caregiver()
    silent(ward)
    [home] = ward.expect((HOME, SMS))
    assert home.startswith("Please measure now: temperature, blood pressure and oxygen.")
    ward.advance(seconds=599)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((HOME, VOICE))
    ward.advance(seconds=1199)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((BEN, SMS))


def test_a_reading_ends_a_silence_and_is_answered(ward):
    ward.caregiver()
    silent(ward)
    ward.expect((HOME, SMS))
    ward.advance(minutes=5)
    ward.says(reading=ward.measured(celsius="36.8", spo2=97, pressure=(121, 74)))
    [home] = ward.expect((HOME, SMS))
    assert home == "Received 36.8 C, SpO2 97, BP 121/74."
    ward.advance(hours=3)
    ward.no_texts()
    assert ward.lines() == []


def test_a_quiet_home_that_measures_in_time_is_left_in_peace(ward):
    ward.caregiver()
    ward.says(reading=ward.measured(celsius="36.8"))
    ward.no_texts()


def test_a_silence_outside_the_window_stops_at_the_nurse(ward):
    silent(ward, phase="closed")
    ward.advance(hours=5)
    ward.expect((BEN, SMS))


def test_a_silence_that_is_urgent_climbs_on_and_becomes_an_emergency_after_an_hour(ward):
    silent(ward)
    since = ward.clock.at
    ward.advance(minutes=30)
    ward.expect((BEN, SMS))
    urgent_silence(ward)
    ward.advance(seconds=299)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((BEN, VOICE))
    ward.advance(minutes=10)
    ward.expect((CLEO, SMS), (ITO, SMS))
    ward.advance(until=since + timedelta(seconds=3599))
    ward.no_texts()
    assert ward.line().kind == "no_sight"
    ward.advance(seconds=1)
    ward.expect((BEN, SMS))
    line = ward.line()
    assert (line.kind, line.urgency) == ("no_answer", "emergency")


def test_no_answer_is_not_an_emergency_outside_the_window(ward):
    silent(ward, phase="closed")
    ward.advance(hours=8)
    assert ward.line().kind == "no_sight"
    ward.expect((BEN, SMS))


def test_a_reading_during_no_answer_stops_the_calls_and_stays_on_the_board(ward):
    urgent_silence(ward)
    ward.advance(minutes=61)
    ward.phone.take()
    ward.says(reading=ward.measured(celsius="36.8", spo2=97, pressure=(121, 74)))
    ward.advance(minutes=30)
    ward.no_texts()
    line = ward.line()
    assert (line.urgency, line.kind) == ("watch", "clinical")


def test_a_caregivers_text_counts_as_an_answer(ward):
    ward.caregiver()
    urgent_silence(ward)
    ward.advance(minutes=50)
    ward.texts_back(HOME, "GOING")
    ward.phone.take()
    ward.advance(minutes=20)
    assert ward.line().kind == "no_sight"


def test_a_nurse_who_has_it_holds_back_the_no_answer_emergency(ward):
    urgent_silence(ward)
    ward.advance(minutes=31)
    ward.phone.take()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.advance(minutes=119)
    ward.no_texts()
    ward.advance(minutes=2)
    assert ward.line().kind == "no_answer"
    ward.expect((BEN, SMS), (BEN, VOICE))


def test_reminders_go_out_while_a_nurse_has_the_fever(ward):
    ward.caregiver()
    ward.fever()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.advance(minutes=75)
    ward.says(urgency="urgent", grade=1, groups={"temperature"}, overdue=("temperature",))
    [home] = ward.expect((HOME, SMS))
    assert home.startswith("Please measure now: temperature.")
    ward.advance(minutes=10)
    ward.expect((HOME, VOICE))


def test_patients_who_fall_silent_together_are_one_page(ward):
    for patient in (1, 2, 3):
        silent(ward, patient)
        ward.advance(minutes=4)
    ward.advance(minutes=18)
    [page] = ward.expect((BEN, SMS))
    assert page.startswith("STEPGUARD WATCH P-0001 and 2 more. Reply ")
    ward.advance(hours=2)
    assert [m for m in ward.phone.take() if m.number == BEN and m.body.startswith("STEPGUARD WATCH")] == []


def test_twenty_homes_in_the_window_that_fall_silent_within_a_quarter_of_an_hour_are_one_conversation(ward):
    began = ward.clock.at
    silent_at = {patient: began + timedelta(seconds=45 * patient) for patient in range(20)}
    for patient, at in silent_at.items():
        ward.advance(until=at)
        silent(ward, patient + 1)
    ward.advance(until=began + timedelta(seconds=1799))
    ward.clock.at += timedelta(seconds=1)
    urgent_silence(ward, 1)
    [page] = ward.expect((BEN, SMS))
    assert page.startswith("STEPGUARD URGENT P-0001 and 19 more.")
    ward.texts_back(BEN, f"{page.split('Reply ')[1][:4]} OK")
    ward.expect((BEN, SMS))
    assert {line.holder for line in ward.lines()} == {"Ben Ortiz"}
    for patient, at in silent_at.items():
        ward.advance(until=max(ward.clock.at, at + timedelta(minutes=30)))
        urgent_silence(ward, patient + 1)
    ward.advance(minutes=60)
    ward.no_texts()


def test_nobody_answers_about_twenty_homes_and_each_rung_is_one_call(ward):
    for patient in range(1, 21):
        silent(ward, patient)
        ward.advance(seconds=30)
    ward.advance(minutes=20)
    for patient in range(1, 21):
        urgent_silence(ward, patient)
        ward.advance(seconds=30)
    ward.expect((BEN, SMS), (BEN, VOICE), (CLEO, SMS))
    ward.advance(minutes=5)
    ward.expect((ITO, SMS))


def test_an_accepted_silence_that_grows_urgent_calls_nobody_and_is_held_two_hours(ward):
    silent(ward)
    ward.advance(minutes=20)
    with ward.database.write() as session:
        desk.acknowledge(session, ward.line().id, by="Ben Ortiz", note="", now=ward.clock.at)
    accepted_at = ward.clock.at
    ward.advance(minutes=10)
    urgent_silence(ward)
    ward.no_texts()
    assert ward.line().held_until == accepted_at + timedelta(hours=2)
    ward.advance(until=accepted_at + timedelta(hours=2))
    assert [m.number for m in ward.phone.take()][:1] == [BEN]


def test_blindness_ends_the_acceptance_of_a_silence_too(ward):
    silent(ward, overdue=("temperature",))
    ward.advance(minutes=20)
    with ward.database.write() as session:
        desk.acknowledge(session, ward.line().id, by="Ben Ortiz", note="", now=ward.clock.at)
    urgent_silence(ward, sight="blind")
    assert ward.line().holder is None
    ward.expect((BEN, SMS))


def test_a_home_that_falls_silent_after_its_fever_was_accepted_calls_the_nurse_after_half_an_hour(ward):
    ward.fever()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    fever = {"urgency": "urgent", "grade": 1}
    ward.advance(minutes=60)
    ward.says(**fever, groups={"temperature"}, overdue=("temperature",))
    ward.advance(minutes=30)
    ward.no_texts()
    ward.says(**fever, groups={"temperature", "sight"}, overdue=("temperature",))
    ward.expect((BEN, SMS))


def test_a_silence_outside_the_window_after_an_acceptance_reaches_the_nurse_too(ward):
    ward.fever(phase="closed")
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.advance(minutes=40)
    ward.says(urgency="urgent", groups={"temperature"}, overdue=("temperature",), phase="closed")
    ward.advance(seconds=1799)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((BEN, SMS))
    assert ward.line().holder == "Ben Ortiz"


def test_a_silence_a_moment_too_late_for_the_common_page_has_its_own(ward):
    silent(ward, 1, phase="closed")
    ward.advance(seconds=900)
    silent(ward, 2, phase="closed")
    ward.advance(seconds=1)
    silent(ward, 3, phase="closed")
    ward.advance(minutes=15)
    [page] = ward.expect((BEN, SMS))
    assert "P-0001 and 1 more" in page
    ward.advance(minutes=20)
    [page] = ward.expect((BEN, SMS))
    assert "P-0003." in page


def test_accepting_the_common_page_accepts_every_silence_in_it(ward):
    silent(ward, 1)
    silent(ward, 2)
    ward.advance(minutes=30)
    [page] = ward.expect((BEN, SMS))
    code = page.split("Reply ")[1][:4]
    ward.texts_back(BEN, f"{code} OK")
    assert {line.holder for line in ward.lines()} == {"Ben Ortiz"}
    ward.expect((BEN, SMS))


def test_a_silence_that_goes_on_after_its_acknowledgement_calls_the_nurse_at_once(ward):
    silent(ward, phase="closed")
    ward.advance(minutes=30)
    ward.expect((BEN, SMS))
    with ward.database.write() as session:
        desk.acknowledge(session, ward.line().id, by="Ben", note="", now=ward.clock.at)
    ward.advance(hours=8)
    assert [m.number for m in ward.phone.take()][:1] == ["+12025550111"]  # Ada, who is on call by then


def test_nobody_is_reminded_on_the_way_to_the_hospital(ward):
    ward.caregiver()
    ward.says(urgency="urgent", groups={"arrival"}, place="travelling")
    *_, home = ward.expect((ED, SMS), (BEN, SMS), (HOME, SMS))
    assert home.startswith("Have you arrived at the hospital? Text THERE")
