"""The way to hospital and back, as stories of a night: who is called about a patient who left, is there, or is home."""

from dataclasses import replace

from alerts.ed_told import Told
from alerts.incident import Fired, is_on_the_way
from alerts.phone import Refused
from alerts.response import come_home
from alerts.store import live

ADA, BEN, CLEO, ITO, ED, HOME = (*(f"+1202555011{n}" for n in range(1, 6)), "+12025550190")
SMS, VOICE = "sms", "voice"


def test_a_patient_in_hospital_pages_nobody_until_it_gets_worse(ward):
    ward.low_pressure()
    ward.phone.take()
    ward.says(urgency="emergency", groups={"blood_pressure"}, place="emergency_department")
    ward.advance(hours=2)
    ward.no_texts()
    assert ward.line().holder == "the hospital"
    ward.says(
        reading=ward.measured(spo2=88),
        urgency="emergency",
        groups={"blood_pressure", "oximetry"},
        place="emergency_department",
    )
    ward.expect((BEN, SMS))


def sent_home(ward, **said):
    """Let a patient with a fever come home from the hospital, with nothing measured since."""
    ward.fever()
    ward.says(urgency="urgent", grade=1, groups={"temperature"}, place="admitted")
    ward.advance(hours=20)
    ward.phone.take()
    ward.says(**{"urgency": "urgent", "grade": 1, "groups": {"temperature"}, "place": "discharged", **said})


def test_coming_home_with_old_red_values_calls_nobody_until_something_is_heard(ward):
    sent_home(ward)
    ward.advance(minutes=50)
    ward.no_texts()
    line = ward.line()
    assert (line.urgency, line.holder) == ("urgent", "the hospital")


def test_the_first_red_value_at_home_calls_at_once_though_it_was_red_before(ward):
    sent_home(ward)
    ward.advance(minutes=50)
    ward.says(
        urgency="urgent", grade=1, groups={"temperature"}, place="discharged", reading=ward.measured(celsius="38.3")
    )
    ward.expect((BEN, SMS))


def test_a_quiet_first_value_at_home_calls_nobody_while_an_older_red_one_waits_to_be_measured_again(ward):
    sent_home(ward, groups={"temperature", "blood_pressure"})
    ward.says(
        urgency="urgent", grade=1, groups={"blood_pressure"}, place="discharged", reading=ward.measured(celsius="37.2")
    )
    ward.advance(minutes=30)
    ward.no_texts()


def test_a_symptom_after_coming_home_calls_at_once(ward):
    sent_home(ward)
    ward.says(urgency="emergency", grade=1, groups={"temperature", "symptom fainting"}, place="discharged")
    ward.expect((BEN, SMS))


def test_a_home_that_stays_silent_after_the_hospital_is_called_about_as_any_silence(ward):
    ward.caregiver()
    sent_home(ward)
    ward.advance(minutes=75)
    ward.says(urgency="urgent", grade=1, groups={"temperature"}, place="discharged", overdue=("temperature",))
    ward.expect((HOME, SMS))
    ward.advance(minutes=30)
    ward.expect((HOME, VOICE))
    ward.says(urgency="urgent", grade=1, groups={"temperature", "sight"}, place="discharged", overdue=("temperature",))
    assert (BEN, SMS) in [(m.number, m.channel) for m in ward.phone.take()]


def test_two_hours_after_coming_home_old_red_values_call_whatever_was_heard(ward):
    sent_home(ward)
    ward.advance(seconds=7199)
    ward.no_texts()
    ward.advance(seconds=1)
    ward.expect((BEN, SMS))


def test_a_second_way_to_the_hospital_is_told_like_the_first(ward):
    ward.caregiver()
    ward.low_pressure(groups={"temperature", "blood_pressure"})
    ward.texts_back(HOME, "GOING")
    assert (ED, SMS) in [(m.number, m.channel) for m in ward.phone.take()]
    ward.says(urgency="emergency", groups={"temperature", "blood_pressure"}, place="admitted")
    ward.advance(hours=20)
    ward.says(urgency="emergency", groups={"temperature", "blood_pressure"}, place="discharged")
    ward.phone.take()
    ward.advance(minutes=40)
    ward.low_pressure(groups={"temperature", "blood_pressure"}, place="discharged")
    texts = {(m.number, m.body[:3]) for m in ward.phone.take()}
    assert (HOME, "Go ") in texts
    ward.texts_back(HOME, "GOING")
    assert (ED, SMS) in [(m.number, m.channel) for m in ward.phone.take()]


def left_for_hospital(ward):
    """Let an emergency be accepted and the caregiver leave with the patient ten minutes later."""
    ward.caregiver()
    ward.low_pressure(groups={"temperature", "blood_pressure"})
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.advance(minutes=10)
    ward.texts_back(HOME, "GOING")
    ward.says(urgency="emergency", groups={"temperature", "blood_pressure"}, place="travelling")
    assert (ED, SMS) in [(m.number, m.channel) for m in ward.phone.take()]


def test_a_patient_on_the_way_to_a_department_that_knows_calls_nobody_again(ward):
    left_for_hospital(ward)
    ward.advance(minutes=40)
    ward.no_texts()
    assert ward.line().urgency == "emergency"


def test_a_patient_on_the_way_who_does_not_arrive_calls_everybody(ward):
    left_for_hospital(ward)
    ward.advance(minutes=60)
    ward.no_texts()
    ward.says(urgency="emergency", groups={"temperature", "blood_pressure", "arrival"}, place="travelling")
    ward.expect((BEN, SMS), (ED, SMS), (HOME, SMS))


def test_a_value_measured_on_the_way_that_is_worse_calls_at_once(ward):
    left_for_hospital(ward)
    ward.advance(minutes=20)
    ward.says(urgency="emergency", groups={"temperature", "blood_pressure", "oximetry"}, place="travelling", grade=2)
    ward.expect((BEN, SMS))


def test_a_patient_who_turns_back_is_held_no_longer_than_an_emergency_at_home(ward):
    left_for_hospital(ward)
    ward.advance(minutes=20)
    ward.no_texts()
    ward.says(urgency="emergency", groups={"temperature", "blood_pressure"})
    ward.expect((BEN, SMS))


def test_a_department_that_could_not_be_told_leaves_the_emergency_with_the_nurse(ward):
    ward.phone.outcomes[(ED, SMS)] = [Refused("landline")]
    left_for_hospital(ward)
    ward.advance(minutes=5)
    assert (BEN, SMS) in [(m.number, m.channel) for m in ward.phone.take()]


def test_a_patient_on_the_way_whom_no_department_takes_is_the_nurses_again(ward):
    left_for_hospital(ward)
    with ward.database.read() as session:
        [kept] = live(session)
    assert is_on_the_way(kept.incident)
    for answer in ("declined", "nobody"):
        told = Told(key="north", name="North", at=ward.clock.at, answer=answer)
        assert not is_on_the_way(replace(kept.incident, departments=(told,)))


def test_a_department_that_accepted_the_first_time_is_asked_anew_on_the_second_way(ward):
    ward.low_pressure()
    ward.expect((BEN, SMS))
    with ward.database.read() as session:
        [kept] = live(session)
    told = Told(key="north", name="North", at=ward.clock.at, answer="accepted")
    fired = tuple(
        Fired(key=key, role="emergency_department", channel="sms", at=ward.clock.at)
        for key in ("ed", "ed.2.sms", "ed.arrival")
    )
    back = come_home(replace(kept.incident, departments=(told,), fired=(*kept.incident.fired, *fired)), ward.clock.at)
    assert back.departments == ()
    assert back.fired == kept.incident.fired
