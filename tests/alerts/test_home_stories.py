"""What happens after a home texts: recorded, answered in its language, and never quieter than before."""

from datetime import timedelta

from alerts.contacts import remove_contact
from alerts.phone import TryAgain
from alerts.view import text_lines
from gateway.reading import PatientId

HOME, BEN, PATIENT = "+12025550190", "+12025550112", 1
SMS = "sms"


def test_a_symptom_by_text_is_recorded_and_asks_for_the_three_values(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "shivering and dizzy")
    assert ward.monitor.symptoms == [(PATIENT, ("rigors", "dizziness"))]
    [reply] = ward.expect((HOME, SMS))
    assert reply == (
        "Noted: shivering and dizziness. Now: temperature, blood pressure and oxygen."
        " If it gets worse call 112. Questions: 555-0100."
    )


def test_a_danish_home_is_understood_and_answered_in_danish(ward):
    ward.caregiver(language="da")
    ward.says()
    ward.texts_back(HOME, "T 38,4 og kulderystelser")
    assert ward.monitor.symptoms == [(PATIENT, ("rigors",))]
    assert str(ward.monitor.entered[0][1]["temperature"]["value"]) == "38.4"
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Noteret: kulderystelser. Nu: blodtryk og ilt."), "what was sent is not asked for again"


def test_ice_points_by_text_are_recorded(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "I 4 2 1 1 1")
    assert ward.monitor.ice == [(PATIENT, (4, 2, 1, 1, 1))]
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Received 9 of 10 points. Thank you, noted.")


def test_better_ice_points_than_those_somebody_was_called_for_wait_for_the_nurse(ward):
    ward.caregiver()
    ward.says(urgency="emergency", groups={"ice"}, ice=6)
    ward.phone.take()
    ward.texts_back(HOME, "I 4 3 1 1 1")
    assert ward.monitor.ice == []
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Received 10 of 10 points. Thank you. The nurse will look at it.")
    assert ward.line().urgency == "emergency"


def test_worse_ice_points_are_recorded_whoever_was_called(ward):
    ward.caregiver()
    ward.says(urgency="emergency", groups={"ice"}, ice=6)
    ward.phone.take()
    ward.texts_back(HOME, "I 2 1 1 0 0")
    assert ward.monitor.ice == [(PATIENT, (2, 1, 1, 0, 0))]
    ward.expect((HOME, SMS))


def test_a_home_that_asks_to_be_called_is_called_though_nothing_else_is_wrong(ward):
    ward.caregiver()
    ward.says()
    ward.no_texts()
    ward.texts_back(HOME, "CALL")
    texts = {m.number: m.body for m in ward.phone.take()}
    assert "URGENT P-0001" in texts[BEN]
    assert "A nurse will call you." in texts[HOME] or "Please measure now" in texts[HOME]
    ward.says()
    assert ward.line().urgency == "urgent", "a calm report does not answer somebody who wants to be called"


def test_whoever_asks_to_be_called_while_a_nurse_has_them_is_heard(ward):
    ward.caregiver()
    ward.fever()
    ward.texts_back(BEN, "OK")
    ward.phone.take()
    ward.texts_back(HOME, "please call")
    assert BEN in {m.number for m in ward.phone.take()}


def test_feeling_better_is_shown_and_lowers_nothing(ward):
    ward.caregiver()
    ward.fever()
    ward.phone.take()
    ward.texts_back(HOME, "better")
    assert ward.line().urgency == "urgent"
    assert ward.monitor.symptoms == []
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Thank you. The nurse sees this.")


def test_dangerous_words_in_a_text_nobody_can_read_bring_the_nurse(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "he is unconscious on the kitchen floor")
    assert ward.monitor.symptoms == [], "nothing is guessed"
    texts = {m.number: m.body for m in ward.phone.take()}
    assert "URGENT P-0001" in texts[BEN]


def test_a_home_that_is_not_understood_three_times_in_an_hour_is_called(ward):
    ward.caregiver()
    ward.says()
    for words in ("hello", "what is this"):
        ward.texts_back(HOME, words)
        ward.expect((HOME, SMS))
    ward.texts_back(HOME, "i do not know")
    assert BEN in {m.number for m in ward.phone.take()}


def test_the_same_three_texts_over_a_day_bring_nobody(ward):
    ward.caregiver()
    ward.says()
    for words in ("hello", "what is this", "i do not know"):
        ward.texts_back(HOME, words)
        ward.expect((HOME, SMS))
        ward.advance(minutes=61)


def test_help_says_what_may_be_texted(ward):
    ward.caregiver(language="da-DK")
    ward.says()
    ward.texts_back(HOME, "hjælp")
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Sms tal sådan: T 38,4 S 94 B 104/61 P 110.")


def test_a_danish_home_is_called_in_danish(ward):
    ward.caregiver(language="da")
    ward.fever()
    ward.advance(minutes=5)
    [call] = [m for m in ward.phone.take() if (m.number, m.channel) == (HOME, "voice")]
    assert call.language == "da"
    assert call.body.startswith("Modtaget 38,4 C.")


def sent_to_the_department(ward):
    """A home that was told to go and has not answered."""
    ward.caregiver()
    ward.low_pressure(groups={"blood_pressure", "temperature"})
    assert [m.body for m in ward.phone.take() if m.number == HOME][-1].startswith("Go to the emergency department now.")


def test_nothing_that_a_home_sends_which_was_told_to_go_is_answered_with_more_to_measure(ward):
    sent_to_the_department(ward)
    ward.texts_back(HOME, "shivering")
    [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
    assert reply.startswith("Noted: shivering. Go to the emergency department now.")
    ward.low_pressure(groups={"blood_pressure", "temperature"})
    [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
    assert reply.startswith("Received BP 86/51. Go to the emergency department now.")
    ward.texts_back(HOME, "ok thanks")
    [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
    assert reply.startswith("Go to the emergency department now.")
    ward.texts_back(HOME, "OK we are going now")
    assert ward.monitor.places == [(PATIENT, "travelling")]
    assert any(m.body.startswith("Thank you. Take the card.") for m in ward.phone.take())


def test_a_dangerous_symptom_is_answered_with_the_emergency_number_before_anything_to_measure(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "cannot wake")
    assert ward.monitor.symptoms == [(PATIENT, ("cannot_wake",))]
    [reply] = ward.expect((HOME, SMS))
    assert reply == "Call 112 now. Noted: cannot be woken. A nurse will call. Unit: 555-0100."


def test_dangerous_words_that_cannot_be_read_are_answered_with_the_emergency_number(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "he is unconscious on the kitchen floor")
    [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
    assert reply.startswith("Call 112 now if you mean CANNOT WAKE. A nurse will call.")


def test_whoever_only_says_thanks_is_not_asked_back_and_has_not_answered(ward):
    ward.caregiver()
    ward.fever()
    ward.phone.take()
    ward.texts_back(HOME, "Ok, thank you!")
    assert ward.expect((HOME, SMS)) == ["Thank you. Please measure now: blood pressure and oxygen. Emergency: 112."]
    ward.advance(minutes=5)
    assert (HOME, "voice") in {(m.number, m.channel) for m in ward.phone.take()}, "thanks are no values"
    ward.says(urgency="urgent", grade=1, groups={"temperature"})
    ward.phone.take()
    ward.texts_back(HOME, "Tak")
    assert HOME in {m.number for m in ward.phone.take()}, "a word of another language is asked back"


def test_thanks_are_answered_with_nothing_while_nothing_is_asked(ward):
    ward.caregiver(language="da")
    ward.says()
    ward.texts_back(HOME, "Mange tak")
    ward.no_texts()


def test_an_arrival_that_nobody_expects_stops_no_call_and_brings_one(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "there")
    assert ward.monitor.places == [], "a slip hands nobody to a hospital"
    texts = {m.number: m.body for m in ward.phone.take()}
    assert texts[HOME].startswith("Thank you. Show the card. A nurse will call: we did not know that you left.")
    assert "URGENT P-0001" in texts[BEN]


def test_an_arrival_beside_a_symptom_is_asked_back(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "rash there")
    assert (ward.monitor.places, ward.monitor.symptoms) == ([], [])
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("If you are at the hospital, text only THERE. Nothing was recorded.")


def test_a_medicine_by_text_is_recorded_by_nobody_and_says_whom_to_tell(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "paracetamol 1000 at 2")
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith(
        "Tell the nurse about medicines: 555-0100. Text numbers without them. Nothing was recorded."
    )


def test_the_third_text_that_is_not_understood_is_told_that_a_nurse_calls(ward):
    ward.caregiver()
    ward.says()
    for words in ("hello", "what is this", "i do not know"):
        ward.phone.take()
        ward.texts_back(HOME, words)
    [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
    assert reply.startswith("Not understood. A nurse will call. Nothing was recorded.")


def test_question_marks_ask_for_help_in_every_language(ward):
    ward.caregiver(language="da")
    ward.says()
    ward.texts_back(HOME, "??")
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Sms tal sådan: T 38,4")


def test_whoever_looks_after_two_patients_reads_which_of_them_each_text_is_about(ward):
    ward.caregiver(1, letter="A")
    ward.caregiver(2, letter="D")
    ward.says(1)
    ward.says(2)
    ward.fever(2)
    [text] = [m.body for m in ward.phone.take() if m.number == HOME]
    assert text.startswith("D: Received 38.4 C.")
    ward.advance(minutes=5)
    [call] = [m.body for m in ward.phone.take() if (m.number, m.channel) == (HOME, "voice")]
    assert call.startswith("About patient D. Received 38.4 C.")
    ward.texts_back(HOME, "A shivering")
    [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
    assert reply.startswith("A: Noted: shivering.")
    ward.texts_back(HOME, "?")
    [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
    assert reply.startswith("Text numbers like this"), "help is the same for both"


def test_a_home_back_from_hospital_that_wants_to_be_called_is_not_sent_back_for_what_was_known_there(ward):
    ward.caregiver()
    old = {"urgency": "emergency", "groups": {"blood_pressure", "temperature"}}
    ward.low_pressure(**old)
    ward.texts_back(HOME, "going")
    ward.says(**old, place="travelling")
    ward.says(**old, place="emergency_department")
    ward.phone.take()
    ward.advance(hours=3)
    ward.says(**old, place="discharged")
    ward.texts_back(HOME, "call me")
    texts = [m.body for m in ward.phone.take() if m.number == HOME]
    assert texts == ["A nurse will call you. Do not wait in an emergency: 112. Unit: 555-0100."]
    ward.low_pressure(**old, place="discharged")
    texts = [m.body for m in ward.phone.take() if m.number == HOME]
    assert any(text.startswith("Go to the emergency department now.") for text in texts), "a new value counts"


def test_a_home_that_refused_our_texts_and_writes_what_nobody_reads_is_called_at_once(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "STOP")
    ward.phone.take()
    ward.texts_back(HOME, "it is me again")
    assert "URGENT P-0001" in {m.number: m.body for m in ward.phone.take()}[BEN]


def test_a_home_without_texts_hears_the_same_in_a_call_and_is_not_called_because_values_arrived(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "STOP")
    ward.phone.take()
    ward.fever()
    [first] = [m for m in ward.phone.take() if m.number == HOME]
    assert (first.channel, first.body) == (
        "voice",
        "Received 38.4 C. Now: blood pressure and oxygen. A nurse will call.",
    )
    ward.says(reading=ward.measured(spo2=97, pressure=(122, 78)), urgency="urgent", grade=1, groups={"temperature"})
    assert [m for m in ward.phone.take() if m.number == HOME] == []


def test_a_home_that_did_not_agree_reads_no_value_in_any_text(ward):
    ward.caregiver(consent_values=False)
    ward.fever()
    ward.texts_back(HOME, "I 4 3 1 1 0")
    ward.low_pressure(groups={"blood_pressure", "temperature"})
    texts = [m.body for m in ward.phone.take() if m.number == HOME]
    assert len(texts) == 3
    assert not any(value in text for text in texts for value in ("38.4", "86/51", "9 of 10"))
    assert texts[0].startswith("Received, thank you. Now: blood pressure and oxygen.")


def test_a_dangerous_symptom_without_the_letter_is_called_about_for_both_and_nobody_waits_for_the_letter(ward):
    ward.caregiver(1, letter="A")
    ward.caregiver(2, letter="D")
    ward.says(1)
    ward.says(2)
    ward.phone.take()
    ward.texts_back(HOME, "cannot wake him")
    sent = ward.phone.take()
    [reply] = [m.body for m in sent if m.number == HOME]
    assert reply == (
        "Call 112 now. A nurse will call. Unit: 555-0100. Which patient? Text it again with the letter first: A, D."
    )
    assert {code for code in ("P-0001", "P-0002") if any(code in m.body for m in sent if m.number == BEN)} == {
        "P-0001",
        "P-0002",
    }
    assert ward.monitor.symptoms == []


def test_an_article_at_a_number_of_one_patient_is_no_letter_and_hides_no_danger(ward):
    ward.caregiver()
    ward.says()
    ward.phone.take()
    ward.texts_back(HOME, "A seizure")
    texts = {m.number: m.body for m in ward.phone.take()}
    assert texts[HOME].startswith("Call 112 now if you mean SEIZURE. A nurse will call. Nothing was recorded")
    assert "URGENT P-0001" in texts[BEN]


def test_danger_that_stands_behind_another_symptom_in_a_text_nobody_can_read_is_heard(ward):
    ward.caregiver()
    ward.says()
    ward.phone.take()
    ward.texts_back(HOME, "dizzy since ten and now chest pain")
    texts = {m.number: m.body for m in ward.phone.take()}
    assert texts[HOME].startswith("Call 112 now if you mean CHEST PAIN.")
    assert "URGENT P-0001" in texts[BEN]


def test_alarming_words_that_name_no_symptom_send_for_help(ward):
    ward.caregiver(language="da")
    ward.says()
    ward.phone.take()
    ward.texts_back(HOME, "hans læber er blå")
    texts = {m.number: m.body for m in ward.phone.take()}
    assert texts[HOME] == "Ring 112 nu. En sygeplejerske ringer. Afdelingen: 555-0100."
    assert "URGENT P-0001" in texts[BEN]


def test_a_question_that_nobody_can_read_brings_a_nurse(ward):
    ward.caregiver()
    ward.says()
    ward.phone.take()
    ward.texts_back(HOME, "Should we go to the hospital?")
    texts = {m.number: m.body for m in ward.phone.take()}
    assert texts[HOME].startswith("Not understood. A nurse will call. Nothing was recorded.")
    assert "URGENT P-0001" in texts[BEN]


def test_a_number_that_is_asked_back_is_not_repeated_to_who_did_not_agree_to_values(ward):
    ward.caregiver(consent_values=False)
    ward.says()
    for body in ("38.4", "T 384", "101.3", "T 101.3", "B 61/104", "S 94 112"):
        ward.phone.take()
        ward.texts_back(HOME, body)
        [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
        said = reply.replace("T 38.4 S 94 B 104/61 P 110", "").replace("555-0100", "").replace("112.", "")
        assert not any(mark.isdigit() for mark in said), reply


def test_a_mere_yes_to_a_question_is_asked_again_and_the_third_time_a_nurse_calls(ward):
    ward.caregiver(language="da")
    ward.says()
    ward.phone.take()
    replies = []
    for body in ("38,4", "ja", "ok"):
        ward.texts_back(HOME, body)
        replies += [m.body for m in ward.phone.take() if m.number == HOME]
    asked = "Hvis 38,4 er temperaturen, så send T 38,4."
    assert [reply.startswith(asked) for reply in replies[:2]] == [True, True]
    assert "En sygeplejerske ringer." in replies[2]
    assert ward.monitor.entered == [], "a yes is no value"


def test_a_yes_to_nothing_is_no_answer_to_an_old_question_and_calls_no_nurse_again(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "he fainted in the bathroom")
    ward.texts_back(BEN, "OK")
    ward.phone.take()
    ward.texts_back(HOME, "ok")
    assert BEN not in {m.number for m in ward.phone.take()}


def test_a_home_that_was_told_to_go_reads_go_whatever_it_asks_or_agrees_to(ward):
    ward.caregiver()
    ward.says()
    ward.texts_back(HOME, "38.4")
    ward.low_pressure(groups={"blood_pressure", "temperature"})
    ward.phone.take()
    for body in ("ok", "which way is it", "T 38.4 I think"):
        ward.texts_back(HOME, body)
        [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
        assert reply.startswith("Go to the emergency department now."), body
    ward.texts_back(HOME, "he stopped breathing")
    [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
    assert reply.startswith("Call 112 now.")
    ward.texts_back(HOME, "we have arrived at the ER")
    [reply] = [m.body for m in ward.phone.take() if m.number == HOME]
    assert reply.startswith("If you are at the hospital, text only THERE.")


def test_what_waits_for_a_telephone_that_is_taken_from_its_home_never_reaches_whoever_has_it_next(ward):
    ward.caregiver()
    ward.phone.outcomes[(HOME, SMS)] = [TryAgain("the network is away", timedelta(seconds=30))]
    ward.fever()
    ward.phone.take()
    with ward.database.write() as session:
        remove_contact(session, PatientId(PATIENT), HOME)
    ward.caregiver(patient=2)
    ward.advance(minutes=2)
    assert HOME not in {message.number for message in ward.phone.take()}
    with ward.database.read() as session:
        assert "failed: telephone removed" in {line.status for line in text_lines(session) if line.number == HOME}
    assert ward.line().state == "calling", "whoever is on duty is called as before"
