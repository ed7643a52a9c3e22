"""Texts that come back: from staff, from homes, from strangers."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from alerts.contacts import ContactRefusedError, add_contact
from alerts.view import text_lines
from gateway.reading import PatientId

ADA, BEN, CLEO, ED, HOME = ("+12025550111", "+12025550112", "+12025550113", "+12025550115", "+12025550190")
SMS, VOICE = "sms", "voice"
START = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)


def look_around(ward):
    """Run a pass that looks at technical conditions, as one does every second."""
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    ward.alerts.cycle()


def test_the_page_code_with_ok_accepts(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    code = ward.line().page_code
    ward.texts_back(BEN, f"{code.lower()} ok")
    [reply] = ward.expect((BEN, SMS))
    assert reply == f"{code}: accepted, thank you."
    assert ward.line().holder == "Ben Ortiz"


def test_a_bare_ok_accepts_the_only_open_page(ward):
    ward.fever()
    ward.texts_back(BEN, "OK")
    assert ward.line().holder == "Ben Ortiz"
    ward.expect((BEN, SMS), (BEN, SMS))


def test_a_bare_ok_with_two_pages_open_is_answered_and_accepts_neither(ward):
    ward.fever(1)
    ward.fever(2)
    codes = [line.page_code for line in ward.lines()]
    ward.phone.take()
    ward.texts_back(BEN, "ok")
    [reply] = ward.expect((BEN, SMS))
    assert all(f"{code} OK" in reply for code in codes)
    assert {line.holder for line in ward.lines()} == {None}


def test_a_bare_ok_with_nothing_open_is_answered(ward):
    ward.texts_back(BEN, "OK")
    assert ward.expect((BEN, SMS)) == ["No page of yours is open."]


def test_a_reply_after_resolution_is_answered_and_changes_nothing(ward):
    ward.says(urgency="watch", overdue=("oximetry",))
    code = ward.line().page_code
    ward.says(reading=ward.measured(spo2=97))
    ward.texts_back(BEN, f"{code} OK")
    assert ward.expect((BEN, SMS)) == [f"{code}: already resolved at 02:10. Thank you."]
    assert ward.lines() == []


def test_a_second_acceptance_says_that_a_colleague_has_it(ward):
    ward.fever()
    code = ward.line().page_code
    ward.texts_back(BEN, f"{code} OK")
    ward.phone.take()
    ward.texts_back(CLEO, f"{code} OK")
    assert ward.expect((CLEO, SMS)) == [f"{code}: already accepted by Ben Ortiz until 04:10. To take it: {code} TAKE"]
    assert ward.line().holder == "Ben Ortiz"


def test_the_same_acceptance_twice_is_harmless(ward):
    ward.fever()
    code = ward.line().page_code
    ward.texts_back(BEN, f"{code} OK")
    held_until = ward.line().held_until
    ward.advance(minutes=5)
    ward.texts_back(BEN, f"{code} OK")
    assert ward.line().held_until == held_until
    ward.expect((BEN, SMS), (BEN, SMS), (BEN, SMS))


def test_whoever_was_not_called_is_asked_for_the_deliberate_word(ward):
    ward.fever()
    code = ward.line().page_code
    ward.phone.take()
    ward.texts_back(CLEO, f"{code} OK")
    assert ward.expect((CLEO, SMS)) == [
        f"{code}: not accepted: it was not sent to you. To take it all the same: {code} TAKE"
    ]
    assert ward.line().holder is None
    ward.texts_back(CLEO, f"{code} TAKE")
    assert ward.expect((CLEO, SMS)) == [f"{code}: taken, it is yours. Thank you."]
    assert ward.line().holder == "Cleo Marsh"


def test_a_page_that_is_taken_over_is_told_to_whoever_had_it_once(ward):
    ward.fever()
    code = ward.line().page_code
    ward.texts_back(BEN, f"{code} OK")
    ward.phone.take()
    for _ in range(2):
        ward.texts_back(CLEO, f"{code} take")
    told, first = ward.expect((BEN, SMS), (CLEO, SMS), (CLEO, SMS))[:2]
    assert told == f"{code}: Cleo Marsh has taken it over from you."
    assert first == f"{code}: taken, it is yours. Thank you."
    assert ward.line().holder == "Cleo Marsh"


def test_esc_calls_the_next_person_now_and_says_whom(ward):
    ward.fever()
    code = ward.line().page_code
    ward.phone.take()
    ward.texts_back(BEN, f"{code} ESC")
    words = ward.expect((BEN, SMS), (BEN, VOICE))
    assert words[0] == f"{code}: Ben Ortiz is called now."
    ward.texts_back(BEN, "esc")
    words = ward.expect((BEN, SMS), (CLEO, SMS))
    assert words[0] == f"{code}: Cleo Marsh is called now."
    assert ward.line().holder is None


def test_esc_on_a_page_that_somebody_has_calls_on_and_tells_them(ward):
    ward.fever()
    code = ward.line().page_code
    ward.texts_back(BEN, f"{code} OK")
    ward.phone.take()
    ward.texts_back(CLEO, f"{code} ESC")
    assert (BEN, SMS) in [(one.number, one.channel) for one in ward.phone.sent[-3:]]
    told = [one.body for one in ward.phone.take() if one.number == BEN and one.channel == SMS]
    assert f"{code}: escalated: the next person is called." in told
    assert ward.line().holder is None


def test_help_says_every_word(ward):
    for words in ("HELP", "?", "how"):
        ward.texts_back(BEN, words)
        [text] = ward.expect((BEN, SMS))
        assert all(word in text for word in ("OK", "TAKE", "ESC", "TO", "NO"))


def given(ward):
    """Let Ben accept a fever and hand it to Cleo by text; give the page code."""
    ward.fever()
    code = ward.line().page_code
    ward.texts_back(BEN, f"{code} OK")
    ward.phone.take()
    ward.texts_back(BEN, f"{code} to cleo")
    answer, page = ward.expect((BEN, SMS), (CLEO, SMS))
    assert answer == f"{code}: Cleo Marsh is asked. It stays yours until 04:10, or until they accept."
    assert f"Reply {code} OK" in page
    assert ward.line().holder == "Ben Ortiz"
    return code


def test_a_hand_over_by_text_that_is_accepted_is_told_to_both(ward):
    code = given(ward)
    ward.texts_back(CLEO, f"{code} OK")
    assert ward.expect((CLEO, SMS), (BEN, SMS)) == [
        f"{code}: accepted, thank you.",
        f"{code}: Cleo Marsh has accepted it from you.",
    ]
    assert ward.line().holder == "Cleo Marsh"


def test_a_hand_over_by_text_that_is_declined_stays_with_the_giver_who_is_told(ward):
    code = given(ward)
    for _ in range(2):
        ward.texts_back(CLEO, f"{code} NO")
    words = ward.expect((CLEO, SMS), (BEN, SMS), (CLEO, SMS))
    assert words[0] == f"{code}: declined, thank you."
    assert words[1] == f"{code}: Cleo Marsh declines. It is still yours until 04:10."
    assert ward.line().holder == "Ben Ortiz"
    ward.advance(minutes=30)
    ward.no_texts()


def test_a_hand_over_by_text_that_is_ignored_comes_back_when_the_acceptance_runs_out(ward):
    code = given(ward)
    ward.advance(hours=2)
    assert ward.line().holder is None
    assert (BEN, SMS) in [(one.number, one.channel) for one in ward.phone.take()], "calling has begun again"
    assert ward.line().page_code == code


@pytest.mark.parametrize(
    ("whom", "answer"),
    [
        ("ben", "That is you."),
        ("nobody", "Nobody on the roster has this name. Say a name, NURSE, SECOND, ONCOLOGIST or NEXT."),
        ("nurse", "That is you."),
    ],
)
def test_a_hand_over_to_nobody_in_particular_is_asked_about(ward, whom, answer):
    ward.fever()
    code = ward.line().page_code
    ward.texts_back(BEN, f"{code} OK")
    ward.phone.take()
    ward.texts_back(BEN, f"{code} TO {whom}")
    assert ward.expect((BEN, SMS)) == [f"{code}: {answer}"]
    assert ward.line().offered_to is None


def test_what_somebody_does_not_have_they_cannot_hand_over(ward):
    ward.fever()
    code = ward.line().page_code
    ward.phone.take()
    ward.texts_back(BEN, f"{code} TO CLEO")
    assert ward.expect((BEN, SMS)) == [
        f"{code}: Nobody has it yet. First accept: {code} OK. Or call the next: {code} ESC"
    ]
    ward.texts_back(BEN, f"{code} OK")
    ward.phone.take()
    ward.texts_back(CLEO, f"{code} TO ONCOLOGIST")
    assert ward.expect((CLEO, SMS)) == [f"{code}: Ben Ortiz has it until 04:10. To take it: {code} TAKE"]
    ward.texts_back(CLEO, f"{code} NO")
    [text] = ward.expect((CLEO, SMS))
    assert text.startswith(f"{code}: Nobody is handing it to you.")


def test_a_code_one_letter_off_is_offered_and_never_guessed(ward):
    ward.fever()
    code = ward.line().page_code
    ward.phone.take()
    for wrong in (code[0] + ("Y" if code[1] == "Z" else "Z") + code[2:], code[1] + code[0] + code[2:]):
        ward.texts_back(BEN, f"{wrong} OK")
        assert ward.expect((BEN, SMS)) == [f"{wrong}: No open page has this code. Did you mean {code} OK?"]
        assert ward.line().holder is None


def test_a_code_one_letter_off_that_belonged_to_an_old_page_does_not_say_that_all_is_well(ward, monkeypatch):
    monkeypatch.setattr("alerts.page_code._SCATTER", 1)  # neighbours differ by one digit
    ward.says(1, urgency="watch", overdue=("oximetry",))
    old = ward.line().page_code
    ward.says(1, reading=ward.measured(spo2=97))
    ward.fever(2)
    code = ward.line().page_code
    ward.phone.take()
    ward.texts_back(BEN, f"{old} OK")
    assert ward.expect((BEN, SMS)) == [f"{old}: No open page has this code. Did you mean {code} OK?"]


def test_a_code_one_letter_off_that_is_another_patients_stops_nobodys_ladder(ward, monkeypatch):
    monkeypatch.setattr("alerts.page_code._SCATTER", 1)
    ward.fever(1)
    ward.clock.at += timedelta(hours=6)  # another nurse is on call now
    ward.fever(2)
    mine, other = sorted((line.patient_id, line.page_code) for line in ward.lines())
    called = {one.number for one in ward.phone.take()}
    assert {BEN, ADA} <= called
    ward.texts_back(ADA, f"{mine[1]} OK")
    assert ward.expect((ADA, SMS)) == [f"{mine[1]}: accepted, thank you."]
    held = {line.page_code: line.holder for line in ward.lines()}
    assert held[other[1]] is None


def test_a_home_that_texts_a_page_code_accepts_nothing_and_is_told_so(ward):
    ward.caregiver()
    ward.fever()
    code = ward.line().page_code
    for words in (f"{code} OK", f"{code} take", f"{code} ESC", f"{code} TO BEN"):
        ward.phone.take()
        ward.texts_back(HOME, words)
        [text] = ward.expect((HOME, SMS))
        assert text.startswith("Only the staff can answer pages. Nothing was recorded.")
        assert "112" in text
    assert ward.line().holder is None
    assert ward.monitor.entered == []


def test_an_answer_to_the_notice_of_the_emergency_department_does_not_stop_the_units_own_calls(ward):
    ward.low_pressure()
    code = ward.line().page_code
    ward.advance(minutes=5, seconds=1)
    ward.phone.take()
    ward.texts_back(ED, f"{code} OK")
    [text] = ward.expect((ED, SMS))
    assert text.startswith(f"{code}: Thank you. The unit goes on calling its own staff.")
    assert ward.line().holder is None


def test_stop_of_a_home_is_told_to_the_nurse_and_the_home_is_called_from_then_on(ward):
    ward.caregiver()
    ward.fever()
    ward.phone.take()
    ward.texts_back(HOME, "Stop")
    look_around(ward)
    [told] = ward.expect((BEN, SMS))
    code = next(line.page_code for line in ward.lines() if line.reason.startswith("a caregiver refuses"))
    assert told == (
        f"STEPGUARD SYSTEM: this home refuses our texts (STOP) and is called instead. Reply {code} OK. Call 555-0100"
    )
    look_around(ward)
    ward.no_texts()
    ward.low_pressure()
    assert (HOME, VOICE) in {(one.number, one.channel) for one in ward.phone.take()}
    ward.texts_back(HOME, "START")
    look_around(ward)
    assert {line.kind for line in ward.lines()} == {"clinical"}


def test_stop_of_a_quiet_home_waits_for_the_morning(ward):
    ward.caregiver()
    ward.texts_back(HOME, "STOP")
    look_around(ward)
    ward.no_texts()
    ward.clock.at = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
    look_around(ward)
    ward.expect((ADA, SMS))


def test_a_code_nobody_was_given_is_answered(ward):
    ward.fever()
    ward.phone.take()
    ward.texts_back(BEN, "ZZ99 OK")
    assert ward.expect((BEN, SMS)) == ["ZZ99: No page has this code."]
    assert ward.line().holder is None


def test_words_around_ok_are_asked_about_not_accepted(ward):
    ward.fever()
    code = ward.line().page_code
    ward.phone.take()
    ward.texts_back(BEN, f"{code} not ok")
    assert ward.expect((BEN, SMS)) == [f"Not understood. To accept reply {code} OK. For all words reply ?"]
    assert ward.line().holder is None


def test_an_unknown_number_gets_the_emergency_and_unit_numbers_and_is_shown(ward):
    ward.fever()
    code = ward.line().page_code
    ward.phone.take()
    ward.texts_back("+12025550177", f"{code} OK")
    [reply] = ward.expect(("+12025550177", SMS))
    assert "112" in reply
    assert "555-0100" in reply
    assert ward.line().holder is None
    with ward.database.read() as session:
        shown = text_lines(session)
    assert ("in", "unknown number") in {(line.direction, line.status) for line in shown}


def test_values_by_text_become_a_reading_of_that_patient(ward):
    ward.caregiver(7)
    ward.texts_back(HOME, "T 38,4 S 94 B 104/61 P 110")
    [(patient, payload)] = ward.monitor.entered
    assert patient == 7
    assert payload["temperature"] == {"value": Decimal("38.4"), "unit": "Cel", "site": "unknown"}
    assert payload["oximetry"] == {"spo2_pct": 94, "pulse_bpm": 110}
    assert payload["blood_pressure"] == {"systolic_mmhg": 104, "diastolic_mmhg": 61}
    assert payload["measured_at"] == ward.clock.at.isoformat()


def test_the_assessment_of_texted_values_answers_them(ward):
    ward.caregiver()
    ward.texts_back(HOME, "T 36.9")
    ward.no_texts()
    ward.says(reading=ward.measured(celsius="36.9"), by_text=True)
    assert ward.expect((HOME, SMS)) == ["Received 36.9 C."]


def test_a_mistake_is_asked_back_and_nothing_is_recorded(ward):
    ward.caregiver()
    ward.texts_back(HOME, "T 384 S 94")
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("T (temperature) 384 cannot be right. Nothing was recorded.")
    assert ward.monitor.entered == []


def test_a_text_never_lowers_what_a_device_raised_until_a_nurse_confirms(ward):
    ward.low_pressure()
    ward.says(reading=ward.measured(pressure=(120, 75)), by_text=True, urgency="routine")
    assert ward.line().urgency == "emergency"
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    assert ward.line().urgency == "routine"
    ward.expect((BEN, SMS), (BEN, SMS))


def test_a_device_that_measures_again_may_lower_what_a_text_could_not(ward):
    ward.low_pressure()
    ward.says(reading=ward.measured(pressure=(120, 75)), by_text=True, urgency="routine")
    ward.says(reading=ward.measured(pressure=(121, 76)), urgency="routine")
    assert ward.line().urgency == "urgent"  # an emergency that quieted, until somebody acknowledges
    ward.expect((BEN, SMS))


def test_a_text_may_raise_urgency_at_once(ward):
    ward.says(reading=ward.measured(celsius="38.6"), by_text=True, urgency="urgent", grade=1, groups={"temperature"})
    ward.expect((BEN, SMS))


def test_going_tells_the_emergency_department_and_records_the_journey(ward):
    ward.caregiver()
    ward.low_pressure()
    ward.phone.take()
    ward.texts_back(HOME, "Going!")
    ward.expect((ED, SMS), (HOME, SMS))
    assert ward.monitor.places == [(1, "travelling")]
    ward.texts_back(HOME, "there")
    assert ward.monitor.places[-1] == (1, "emergency_department")
    ward.expect((HOME, SMS))


def test_a_number_of_two_homes_must_name_the_patient(ward):
    ward.caregiver(1, letter="A")
    ward.caregiver(2, letter="D")
    ward.texts_back(HOME, "T 38.4")
    [reply] = ward.expect((HOME, SMS))
    assert reply.startswith("Which patient? Text it again with the letter first: A, D.")
    ward.texts_back(HOME, "D T 38.4")
    assert [patient for patient, _ in ward.monitor.entered] == [2]


@pytest.mark.parametrize(
    ("letter", "number"),
    [("T", HOME), ("B", HOME), (None, "12345"), (None, "home")],
)
def test_a_contact_that_could_be_misread_is_refused(database, letter, number):
    with database.write() as session, pytest.raises(ContactRefusedError):
        add_contact(session, PatientId(1), name="x", number=number, letter=letter, now=START)


def test_a_number_bound_to_a_second_home_without_letters_is_refused(database):
    with database.write() as session:
        add_contact(session, PatientId(1), name="x", number=HOME, now=START)
        with pytest.raises(ContactRefusedError, match="serves another home"):
            add_contact(session, PatientId(2), name="y", number=HOME, letter="D", now=START)


def test_a_text_that_breaks_us_is_answered_and_the_next_one_is_read(ward, monkeypatch):
    ward.caregiver()

    def refuse(*_args):
        raise RuntimeError

    monkeypatch.setattr(ward.monitor, "enter_reading", refuse)
    ward.texts_back(HOME, "T 38.4")
    [reply] = ward.expect((HOME, SMS))
    assert reply == "Your text could not be used. Call 555-0100. Emergency: 112."
    ward.texts_back(BEN, "OK")
    ward.expect((BEN, SMS))


def test_a_machine_that_answers_our_answers_is_left_alone_after_a_while(ward):
    for _ in range(30):
        ward.texts_back("+12025550177", "I am on holiday")
    assert len(ward.phone.take()) == 20
    with ward.database.read() as session:
        assert len([line for line in text_lines(session) if line.direction == "in"]) == 30


def test_a_patient_without_a_caregivers_number_is_shown_and_the_nurse_comes_all_the_same(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    with ward.database.read() as session:
        assert "failed: no caregiver's number is known" in {line.status for line in text_lines(session)}


def test_a_caregiver_is_not_told_of_an_old_reading_as_if_it_had_just_come(ward):
    ward.caregiver()
    ward.fever()
    ward.texts_back(BEN, "OK")
    ward.phone.take()
    ward.advance(hours=2)
    home = [message.body for message in ward.phone.take() if message.number == HOME]
    assert home[0].startswith("Last: 38.4 C. Please measure again:")
