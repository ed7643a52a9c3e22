"""A person holds calls back: bounded, with a reason, never over an alarm of the top two urgencies, never forgotten."""

from datetime import timedelta

import pytest

from alerts import desk
from alerts.audit_rows import ALERTS_TABLES
from alerts.silence_store import silence_lines
from alerts.sources import Trouble
from gateway.audit_rows import GATEWAY_TABLES
from gateway.audit_verify import verify
from gateway.reading import PatientCode, PatientId
from monitor.audit_rows import MONITOR_TABLES

ADA, BEN, CLEO, ED, HOME = "+12025550111", "+12025550112", "+12025550113", "+12025550115", "+12025550190"
SMS, VOICE = "sms", "voice"
OVERDUE = ("temperature", "oximetry", "blood_pressure")
PATIENT = (PatientId(1), PatientCode("P-0001"))
HOUR = timedelta(hours=1)


def silence(ward, *, by="Ben", why="device in repair", lasts=HOUR, **target):
    with ward.database.write() as session:
        return desk.silence(
            session,
            by=by,
            why=why,
            until=ward.clock.at + lasts,
            now=ward.clock.at,
            limits=ward.policy.silences,
            **(target or {"patient": PATIENT}),
        )


def refused(ward, **asked):
    with pytest.raises(desk.Refused) as said:
        silence(ward, **asked)
    return str(said.value)


def lines(ward, *, ended=True):
    with ward.database.read() as session:
        return silence_lines(session, ward.clock.at, ended=ended)


def silent(ward, **said):
    ward.says(**{"urgency": "watch", "overdue": OVERDUE, "phase": "closed", "sight": "blind", **said})


def holds(ward, *keys, severity="high"):
    """Let these technical conditions hold now and no others, and look around."""
    ward.monitor.conditions = [
        Trouble(key=key, severity=severity, since=ward.clock.at, text=f"{key} is away") for key in keys
    ]
    looks_around(ward)


def looks_around(ward):
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()


def test_a_silenced_home_is_left_in_peace_and_called_about_at_once_when_the_silence_runs_out(ward):
    ward.caregiver()
    silence(ward, lasts=2 * HOUR)
    silent(ward)
    ward.advance(minutes=119)
    ward.no_texts()
    line = ward.line()
    assert (line.silence.by, line.silence.why) == ("Ben", "device in repair")
    ward.advance(minutes=1)
    ward.expect((HOME, SMS), (HOME, VOICE), (BEN, SMS))
    assert ward.line().silence is None


def test_a_silence_begun_amid_the_reminders_stops_what_is_still_to_come(ward):
    ward.caregiver()
    silent(ward)
    ward.expect((HOME, SMS))
    silence(ward)
    ward.advance(minutes=59)
    ward.no_texts()
    ward.says(reading=ward.measured(celsius="36.8", spo2=97, pressure=(121, 74)))
    ward.expect((HOME, SMS))
    ward.advance(hours=3)
    ward.no_texts()
    assert ward.lines() == []


@pytest.mark.parametrize("bad", ["fever", "low_pressure"])
def test_no_silence_is_given_for_an_urgent_patient_or_an_emergency(ward, bad):
    getattr(ward, bad)()
    ward.phone.take()
    said = refused(ward)
    assert said.startswith(f"P-0001 is {'urgent' if bad == 'fever' else 'emergency'}: no silence covers that.")
    assert lines(ward) == []
    ward.advance(minutes=5)
    assert (BEN, VOICE) in [(m.number, m.channel) for m in ward.phone.take()]


def test_no_silence_is_given_for_an_urgent_patient_whom_somebody_has_accepted(ward):
    ward.fever()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    assert "no silence covers that" in refused(ward)


def test_a_silence_ends_at_once_when_a_value_is_urgent(ward):
    ward.caregiver()
    silent(ward)
    silence(ward, lasts=4 * HOUR)
    ward.phone.take()
    ward.advance(minutes=20)
    ward.no_texts()
    ward.fever()
    ward.expect((BEN, SMS), (HOME, SMS))
    [line] = lines(ward)
    assert (line.ended_at, line.ended_by, line.ended_why) == (ward.clock.at, None, "it is urgent")
    ward.says(reading=ward.measured(celsius="36.8", spo2=97, pressure=(121, 74)))
    silent(ward)
    assert ward.line().silence is None, "what ended does not come back"


def test_a_silence_in_the_window_ends_when_the_home_becomes_urgent_and_hides_no_emergency(ward):
    silence(ward, lasts=4 * HOUR)
    silent(ward, phase="peak")
    since = ward.clock.at
    ward.advance(minutes=30)
    ward.no_texts()
    silent(ward, phase="peak", urgency="urgent", groups={"sight"})
    ward.expect((BEN, SMS))
    ward.advance(until=since + HOUR)
    ward.phone.take()
    assert ward.line().kind == "no_answer"


def test_a_silenced_value_calls_again_with_a_higher_grade_or_out_of_sight(ward):
    ward.says(reading=ward.measured(celsius="37.6"), urgency="watch")
    silence(ward)
    ward.says(urgency="watch", overdue=(), sight="blind")
    assert [line.ended_why for line in lines(ward)] == ["sight was lost"]
    silence(ward)
    ward.says(reading=ward.measured(celsius="37.7"), urgency="watch", grade=1, fever=False)
    assert [line.ended_why for line in lines(ward)] == ["the grade is higher", "sight was lost"]


def test_what_a_caregiver_does_is_told_to_the_department_under_any_silence(ward):
    ward.caregiver()
    silent(ward)
    silence(ward)
    ward.phone.take()
    ward.texts_back(HOME, "GOING")
    assert (ED, SMS) in [(m.number, m.channel) for m in ward.phone.take()]


def test_a_silenced_condition_calls_anew_when_the_silence_runs_out(ward):
    holds(ward, "deaf")
    ward.expect((BEN, SMS))
    silence(ward, key="deaf", lasts=2 * HOUR)
    ward.advance(minutes=119)
    ward.no_texts()
    ward.advance(minutes=1)
    ward.expect((BEN, SMS))
    ward.advance(minutes=5)
    ward.expect((BEN, VOICE))
    assert ward.line().reason == "deaf is away"


def test_planned_work_is_silenced_before_it_begins_and_calls_nobody_when_it_ends_in_time(ward):
    silence(ward, key="quiet:gateway", severity="high", lasts=2 * HOUR)
    ward.advance(minutes=10)
    holds(ward, "quiet:gateway")
    ward.no_texts()
    assert ward.line().silence.by == "Ben"
    ward.advance(minutes=10)
    holds(ward)
    ward.advance(hours=3)
    ward.no_texts()
    assert ward.lines() == []


def test_a_condition_silenced_while_low_calls_at_once_when_it_is_high(ward):
    holds(ward, "certificate", severity="low")
    silence(ward, key="certificate", lasts=timedelta(hours=72))
    ward.advance(hours=5)
    holds(ward, "certificate", severity="high")
    ward.expect((ADA, SMS))
    assert [line.ended_why for line in lines(ward)] == ["the condition is high"]


def test_a_person_ends_a_silence_and_what_is_still_wrong_calls_at_once(ward):
    holds(ward, "deaf")
    number = silence(ward, key="deaf")
    ward.phone.take()
    ward.advance(minutes=10)
    with ward.database.write() as session:
        desk.end_silence(session, number, by="Ada", now=ward.clock.at)
        with pytest.raises(desk.Refused, match="has ended already"):
            desk.end_silence(session, number, by="Ada", now=ward.clock.at)
        with pytest.raises(desk.Refused, match="There is no silence 99"):
            desk.end_silence(session, 99, by="Ada", now=ward.clock.at)
    ward.advance(seconds=1)
    ward.expect((BEN, SMS))
    assert [line.ended_by for line in lines(ward)] == ["Ada"]


def test_a_silence_holds_over_a_restart(ward):
    silent(ward)
    silence(ward)
    ward.restart()
    ward.advance(minutes=59)
    ward.no_texts()
    ward.advance(minutes=1)
    ward.expect((BEN, SMS))


def test_a_silence_has_an_owner_a_reason_and_an_end_within_its_limit(ward):
    assert refused(ward, why=" ") == "Say why."
    assert refused(ward, by=" ") == "Say who you are."
    assert refused(ward, lasts=timedelta(0)).startswith("It would have ended already.")
    assert refused(ward, lasts=timedelta(hours=4, seconds=1)).startswith("A silence of watch lasts 4 h at most.")
    high = {"key": "deaf", "severity": "high"}
    assert "a high technical condition lasts 2 h at most" in refused(ward, lasts=3 * HOUR, **high)
    low = {"key": "front", "severity": "low"}
    assert "a low technical condition lasts 72 h at most" in refused(ward, lasts=73 * HOUR, **low)
    assert "No technical condition 'deaf' holds now." in refused(ward, key="deaf")


def test_a_condition_that_stands_for_a_patient_is_not_silenced(ward):
    unjudged = Trouble(
        key="ungraded:1", severity="high", since=ward.clock.at, text="cannot be graded", patient_id=PatientId(1)
    )
    silence(ward, key="ungraded:1", severity="high")
    ward.monitor.conditions = [unjudged]
    looks_around(ward)
    ward.expect((BEN, SMS))
    assert refused(ward, key="ungraded:1").startswith("This condition stands for a patient")


def test_another_silence_takes_the_place_of_the_one_before(ward):
    silent(ward)
    silence(ward)
    silence(ward, by="Ada", why="still in repair", lasts=2 * HOUR)
    assert [(line.by, line.ended_why) for line in lines(ward)] == [
        ("Ada", ""),
        ("Ben", "another silence took its place"),
    ]
    assert [line.by for line in lines(ward, ended=False)] == ["Ada"]


def test_silences_and_their_ends_are_sealed(ward):
    silent(ward)
    number = silence(ward)
    with ward.database.write() as session:
        desk.end_silence(session, number, by="Ada", now=ward.clock.at, why="repaired")
    with ward.database.read() as session:
        tables = (*GATEWAY_TABLES, *MONITOR_TABLES, *ALERTS_TABLES)
        assert verify(session.connection(), tables).sound
    with ward.database.write_connection() as connection:
        connection.exec_driver_sql("UPDATE silence SET why = 'nothing'")
    with ward.database.read() as session:
        assert not verify(session.connection(), tables).sound


def test_silences_that_cannot_be_read_hold_back_no_call(ward, monkeypatch):
    ward.caregiver()
    silence(ward)

    def broken(_session, _now):
        raise RuntimeError

    monkeypatch.setattr("alerts.cycle.in_force", broken)
    silent(ward)
    looks_around(ward)
    ward.expect((HOME, SMS), (BEN, SMS))
    reasons = [line.reason for line in ward.lines() if line.kind == "technical"]
    assert reasons == ["silences cannot be read, so none holds back a call"]
