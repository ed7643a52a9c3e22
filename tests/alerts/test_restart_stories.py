"""What survives a restart, a crash at every boundary of a send, and a broken neighbour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from alerts.cycle import Alerts
from alerts.dispatch import TRIES_INTERRUPTED
from alerts.outbox import receive
from alerts.pages import INTERRUPTED_OFTEN, owed
from alerts.phone import Refused, Sent, TryAgain, Unknown
from alerts.sources import Trouble
from alerts.tables import IncidentEventRow
from alerts.view import counts, faults
from gateway.agreed_clock import AgreedClock

BEN, CLEO, HOME = "+12025550112", "+12025550113", "+12025550190"
SMS, VOICE = "sms", "voice"


@dataclass
class MovableClock:
    """The clock of another machine."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def wall_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


class KilledError(BaseException):
    """The process ends here."""


class DyingPhone:
    """Kills the process at one send: before the network has the message, or after."""

    def __init__(self, phone, *, after_taking):
        self.phone, self.after_taking = phone, after_taking

    def send(self, message):
        if self.after_taking:
            self.phone.send(message)
        raise KilledError

    def delivery(self, reference):
        return self.phone.delivery(reference)


def kill_during(ward, *, after_taking, **said):
    phone, ward.phone = ward.phone, DyingPhone(ward.phone, after_taking=after_taking)
    ward.restart()
    with pytest.raises(KilledError):
        ward.fever(**said)
    ward.phone = phone
    ward.restart()


def test_a_restart_in_the_middle_of_a_ladder_still_fires_the_pending_step(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    ward.restart()
    ward.advance(seconds=299)
    ward.no_texts()
    ward.restart()
    ward.advance(seconds=1)
    ward.expect((BEN, VOICE))


def test_the_first_pass_after_a_long_stop_catches_up_on_everything_due(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    ward.clock.at += timedelta(minutes=11)
    ward.restart()
    ward.alerts.cycle()
    ward.expect((BEN, VOICE), (CLEO, SMS))


def test_a_crash_between_the_intent_and_the_send_loses_no_page(ward):
    kill_during(ward, after_taking=False)
    ward.no_texts()
    ward.alerts.cycle()
    ward.expect((BEN, SMS))
    ward.alerts.cycle()
    ward.no_texts()


def test_a_crash_between_the_send_and_its_outcome_repeats_the_page_once(ward):
    kill_during(ward, after_taking=True)
    ward.expect((BEN, SMS))
    ward.alerts.cycle()
    ward.expect((BEN, SMS))
    ward.alerts.cycle()
    ward.no_texts()


def test_a_repeated_page_has_the_key_of_the_first_so_a_network_can_drop_it(ward):
    kill_during(ward, after_taking=True)
    ward.alerts.cycle()
    assert len({message.key for message in ward.phone.take()}) == 1


def die_again(ward, *, after_taking):
    """Let the engine that finds the page die with it too."""
    phone, ward.phone = ward.phone, DyingPhone(ward.phone, after_taking=after_taking)
    ward.restart()
    with pytest.raises(KilledError):
        ward.alerts.cycle()
    ward.phone = phone
    ward.restart()


def test_a_page_whose_tries_all_ended_before_the_network_heard_of_it_is_still_sent(ward):
    kill_during(ward, after_taking=False)
    for _ in range(TRIES_INTERRUPTED - 2):
        die_again(ward, after_taking=False)
    ward.no_texts()
    ward.alerts.cycle()
    ward.expect((BEN, SMS))


def test_a_page_that_ended_every_process_that_tried_it_is_given_up_and_the_next_rung_comes(ward):
    kill_during(ward, after_taking=True)
    for _ in range(TRIES_INTERRUPTED - 1):
        die_again(ward, after_taking=True)
    ward.expect(*[(BEN, SMS)] * TRIES_INTERRUPTED)
    ward.alerts.cycle()
    ward.alerts.cycle()
    ward.expect((BEN, VOICE))


def test_a_page_that_ends_processes_lets_others_of_its_urgency_go_first(ward):
    kill_during(ward, after_taking=False)
    die_again(ward, after_taking=False)
    with ward.database.read() as session:
        [interrupted] = owed(session, ward.clock.at, at_most=9)
    assert interrupted.attempts > INTERRUPTED_OFTEN - 1
    die_again(ward, after_taking=False)
    ward.phone.outcomes[(BEN, SMS)] = [TryAgain("busy", timedelta(0))]
    ward.monitor.conditions = [Trouble(key="deaf", severity="high", since=ward.clock.at, text="no readings arrive")]
    look_around(ward)
    bodies = [message.body for message in ward.phone.take() if message.number == BEN]
    assert "SYSTEM" in bodies[0]
    assert "P-0001" in bodies[1]


def test_a_page_that_may_have_gone_out_twice_is_counted_and_stands_in_the_history_of_its_incident(ward):
    kill_during(ward, after_taking=True)
    ward.alerts.cycle()
    with ward.database.read() as session:
        events = session.exec(select(IncidentEventRow.what)).all()
    assert list(events).count("sent again") == 1
    assert ward.repeated() == 1
    ward.expect((BEN, SMS), (BEN, SMS))
    ward.advance(seconds=301)
    ward.expect((BEN, VOICE))
    assert ward.repeated() == 1


def test_a_page_that_nobody_tried_before_is_no_repeat(ward):
    ward.fever()
    ward.advance(minutes=11)
    ward.expect((BEN, SMS), (BEN, VOICE), (CLEO, SMS))
    assert ward.repeated() == 0


def test_what_was_texted_while_no_engine_ran_is_read_by_the_first_that_runs(ward):
    ward.caregiver()
    ward.fever()
    code = ward.line().page_code
    ward.phone.take()
    receive(ward.database, from_number=HOME, body="T 39.6", now=ward.clock.at)
    receive(ward.database, from_number=BEN, body=f"{code} OK", now=ward.clock.at)
    receive(ward.database, from_number="+12025550199", body="who is this", now=ward.clock.at)
    ward.clock.at += timedelta(minutes=4)
    ward.restart()
    ward.alerts.cycle()
    assert len(ward.monitor.entered) == 1
    assert ward.line().state == "acknowledged"
    answered = {message.number for message in ward.phone.take()}
    assert answered >= {BEN, "+12025550199"}
    ward.restart()
    ward.alerts.cycle()
    ward.no_texts()


def test_an_acceptance_texted_while_no_engine_ran_stops_the_rung_that_fell_due_meanwhile(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    receive(ward.database, from_number=BEN, body=f"{ward.line().page_code} OK", now=ward.clock.at)
    ward.clock.at += timedelta(minutes=11)
    ward.restart()
    ward.alerts.cycle()
    ward.expect((BEN, SMS))


def test_an_engine_whose_machine_is_slow_calls_when_the_one_before_it_would_have(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    right, slow = ward.clock, MovableClock(ward.clock.at - timedelta(minutes=10))
    ward.clock = AgreedClock(slow)
    ward.clock.heed(right.at, slow.at, slow.at)
    ward.restart()
    ward.alerts.cycle()
    ward.no_texts()
    slow.at += timedelta(minutes=5)
    ward.alerts.cycle()
    ward.expect((BEN, VOICE))


def test_a_crash_while_deciding_leaves_the_news_to_the_next_pass(ward, monkeypatch):
    def die(*_args, **_options):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(Alerts, "_call_everybody_due", die)
        with pytest.raises(KilledError):
            ward.fever()
    ward.restart()
    ward.no_texts()
    ward.alerts.cycle()
    ward.expect((BEN, SMS))


def test_the_same_news_twice_pages_once(ward):
    ward.fever()
    ward.expect((BEN, SMS))
    for _ in range(5):
        ward.alerts.cycle()
    ward.restart()
    ward.alerts.cycle()
    ward.no_texts()


def test_the_same_text_delivered_twice_by_the_network_is_read_once(ward):

    ward.caregiver()
    for _ in range(2):
        receive(ward.database, from_number=HOME, body="T 36.9", now=ward.clock.at, reference="SM1")
        ward.alerts.cycle()
    assert len(ward.monitor.entered) == 1


def test_an_acknowledgement_survives_a_restart(ward):
    ward.fever()
    ward.texts_back(BEN, f"{ward.line().page_code} OK")
    ward.phone.take()
    ward.restart()
    ward.advance(minutes=119)
    ward.no_texts()


def test_a_patient_whose_record_breaks_us_silences_nobody_else(ward, monkeypatch):
    sound = ward.monitor.cause

    def broken(session, reading_id):
        if reading_id == 1:
            raise RuntimeError
        return sound(session, reading_id)

    monkeypatch.setattr(ward.monitor, "cause", broken)
    ward.fever(1)
    ward.fever(2)
    [page] = ward.expect((BEN, SMS))
    assert "P-0002" in page
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()
    [page] = ward.expect((BEN, SMS))
    assert page.startswith("STEPGUARD SYSTEM. Reply")


def test_a_phone_that_raises_counts_as_not_sent(ward, monkeypatch):
    real = ward.phone.send

    def send(message):
        if message.channel == SMS and message.number == BEN:
            raise ConnectionError
        return real(message)

    monkeypatch.setattr(ward.phone, "send", send)
    ward.fever()
    ward.advance(seconds=1)
    ward.expect((BEN, VOICE))


def look_around(ward):
    ward.alerts._looked_around_s = None
    ward.alerts.cycle()


def test_a_high_technical_condition_calls_the_nurse_and_ends_by_itself(ward):
    trouble = Trouble(key="deaf", severity="high", since=ward.clock.at, text="no readings arrive")
    ward.monitor.conditions = [trouble]
    look_around(ward)
    [page] = ward.expect((BEN, SMS))
    assert page.startswith("STEPGUARD SYSTEM. Reply ")
    ward.monitor.conditions = []
    look_around(ward)
    ward.advance(hours=1)
    ward.no_texts()
    assert ward.lines() == []


def test_a_low_technical_condition_waits_on_the_board_until_it_is_high(ward):
    low = Trouble(key="hub", severity="low", since=ward.clock.at, text="one hub is offline")
    ward.monitor.conditions = [low]
    look_around(ward)
    ward.no_texts()
    assert ward.line().kind == "technical"
    ward.monitor.conditions = [Trouble(key="hub", severity="high", since=ward.clock.at, text="hubs are offline")]
    look_around(ward)
    ward.expect((BEN, SMS))


def test_a_technical_condition_never_lowers_a_clinical_urgency(ward):
    ward.low_pressure()
    ward.monitor.conditions = [Trouble(key="x", severity="low", since=ward.clock.at, text="x")]
    look_around(ward)
    assert [line.urgency for line in ward.lines()] == ["emergency", "watch"]
    ward.expect((BEN, SMS))


def test_a_part_that_goes_quiet_calls_the_nurse(ward):
    ward.watched = ("monitor",)
    ward.restart()
    ward.monitor.beats["monitor"] = ward.clock.at
    ward.clock.at += timedelta(seconds=14)
    look_around(ward)
    ward.no_texts()
    ward.clock.at += timedelta(seconds=1)
    look_around(ward)
    ward.expect((BEN, SMS))
    assert ward.line().reason == "monitor has gone quiet"
    ward.monitor.beats["monitor"] = ward.clock.at
    look_around(ward)
    assert ward.lines() == []


def test_a_part_that_never_spoke_is_given_as_long_as_any_other(ward):
    ward.watched = ("gateway",)
    ward.restart()
    ward.clock.at += timedelta(seconds=14)
    look_around(ward)
    ward.no_texts()
    ward.clock.at += timedelta(seconds=1)
    look_around(ward)
    ward.expect((BEN, SMS))


def test_texts_that_keep_failing_are_a_fault_that_goes_by_voice(ward):

    for number in (BEN, CLEO, "+12025550114"):
        ward.phone.outcomes[(number, SMS)] = [Refused("down")] * 9
        ward.phone.outcomes[(number, VOICE)] = [Refused("down")]
    ward.fever()
    ward.advance(seconds=3)
    ward.phone.take()
    look_around(ward)
    with ward.database.read() as session:
        assert "mute" in {fault.kind for fault in faults(session, ward.clock.at)}
    look_around(ward)
    assert (BEN, VOICE) in {(m.number, m.channel) for m in ward.phone.take()}


def test_unknown_outcomes_are_never_counted_as_sent(ward):

    ward.phone.outcomes[(BEN, SMS)] = [Unknown("lost the connection")]
    ward.fever()
    with ward.database.read() as session:
        assert counts(session).texts_sent == 0
    ward.expect((BEN, SMS))


def test_a_send_is_taken_by_the_network_before_it_counts(ward):
    ward.phone.outcomes[(BEN, SMS)] = [Sent("x")]
    ward.fever()
    assert ward.line().state == "calling"
    ward.expect((BEN, SMS))


def test_a_ladder_goes_on_when_nothing_new_can_be_read(ward, monkeypatch):
    ward.fever()
    ward.expect((BEN, SMS))

    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr(ward.monitor, "news", broken)
    monkeypatch.setattr(ward.monitor, "troubles", broken)
    ward.clock.at += timedelta(minutes=5)
    look_around(ward)
    assert (BEN, VOICE) in {(message.number, message.channel) for message in ward.phone.take()}
    assert {line.reason for line in ward.lines() if line.kind == "technical"} == {
        "assessments cannot be read",
        "technical conditions cannot be read",
    }


def test_logs_carry_no_name_no_number_and_no_value(ward, monkeypatch, capfd):
    ward.caregiver(name="Canary Person")
    ward.phone.outcomes[(BEN, SMS)] = [Refused("opted out")]
    ward.phone.outcomes[(HOME, SMS)] = [Unknown("lost")]
    ward.fever(celsius="38.7")
    ward.texts_back(HOME, "T 38.7 S 93 B 101/66")

    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr(ward.monitor, "enter_reading", broken)
    ward.texts_back(HOME, "T 39.1")
    out, err = capfd.readouterr()
    logged = out + err
    assert "page failed" in logged
    assert "text failed" in logged
    for canary in ("Canary", "Ben Ortiz", BEN, HOME, "38.7", "39.1", "101/66"):
        assert canary not in logged
    ward.expect((BEN, SMS), (BEN, VOICE), (HOME, SMS), (HOME, VOICE), (HOME, SMS))
