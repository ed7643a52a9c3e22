"""Nights with a real telephone provider's manners: the alerts chain, the adapter and the webhooks together.

The network is deploy/phone_network.py on this machine; everything else is what runs at a site.
"""

import pytest
from sqlmodel import select

from alerts import twilio_phone
from alerts.phone import Outgoing
from alerts.tables import InboundRow, PageRow
from alerts.view import faults, text_lines

BEN, CLEO, HOME = "+12025550112", "+12025550113", "+12025550190"
SMS, VOICE = "sms", "voice"
QUICK_S = (1.0, 0.2)


@pytest.fixture
def happens(network, background):
    """Let something happen at the network and wait for what our webhook answers."""
    return background.run


@pytest.fixture
def sent(network):
    """Give what the network took since the last look, as (number, channel)."""
    seen = 0

    def sent():
        nonlocal seen
        fresh, seen = network.taken[seen:], len(network.taken)
        return [(taken.to, taken.channel) for taken in fresh]

    return sent


def newest(network, channel=SMS):
    return next(taken for taken in reversed(network.taken) if taken.channel == channel)


def outcomes(ward):
    with ward.database.read() as session:
        return [line.status for line in text_lines(session) if line.direction == "out" and line.number == BEN]


def passes(ward):
    """Run the passes that follow one another at once when a page has failed."""
    for _ in range(3):
        ward.alerts.cycle()


def rings(ward, network, happens):
    """Let the nurse have her text, and then the call that comes because she does not answer; give the call."""
    ward.low_pressure()
    happens(network.tell(newest(network), "delivered"))
    ward.advance(seconds=61)
    return newest(network, VOICE)


def reasons(ward):
    return [line.reason for line in ward.lines() if line.kind == "technical"]


def test_an_undelivered_text_makes_the_next_rung_due_at_once(called, network, happens, sent):
    called.low_pressure()
    assert sent() == [(BEN, SMS)]
    happens(network.tell(newest(network), "undelivered", 30003))
    passes(called)
    assert sent() == [(BEN, VOICE)]
    assert outcomes(called)[-1] == "failed: undelivered: the telephone is switched off or out of reach"


def test_a_delivered_text_waits_for_the_ladder(called, network, happens, sent):
    called.low_pressure()
    happens(network.tell(newest(network), "delivered"))
    called.advance(seconds=59)
    assert sent() == [(BEN, SMS)]
    assert outcomes(called) == ["delivered"]
    called.advance(seconds=2)
    assert sent() == [(BEN, VOICE)]


def test_the_page_code_in_a_reply_accepts(called, network, happens, sent):
    called.low_pressure()
    code = called.line().page_code
    assert code in newest(network).body
    happens(network.reply(BEN, f"{code} ok"))
    called.alerts.cycle()
    assert called.line().holder == "Ben Ortiz"
    assert newest(network).body == f"{code}: accepted, thank you."


def test_the_key_in_a_call_accepts_and_is_confirmed_by_text(called, network, happens):
    call = rings(called, network, happens)
    status, words = happens(network.press(call, "1"))
    assert status == 200
    assert "recorded" in words
    called.alerts.cycle()
    assert called.line().holder == "Ben Ortiz"
    assert newest(network).body.endswith("accepted, thank you.")
    with called.database.read() as session:
        [row] = session.exec(select(InboundRow)).all()
    assert (row.channel, row.number, row.body, row.meaning) == (VOICE, BEN, "1", "accepted")


def test_any_other_key_is_asked_about_once_and_accepts_nothing(called, network, happens):
    call = rings(called, network, happens)
    _, words = happens(network.press(call, "7"))
    assert "Not accepted" in words
    _, words = happens(network.press(call, "7"))
    assert "Say" not in words
    called.alerts.cycle()
    assert called.line().holder is None


def test_a_key_pressed_twice_accepts_once(called, network, happens):
    call = rings(called, network, happens)
    url = call.key_url
    for _ in range(2):
        call.key_url = url
        happens(network.press(call, "1"))
    called.alerts.cycle()
    with called.database.read() as session:
        assert len(session.exec(select(InboundRow)).all()) == 1


def test_a_key_pressed_by_somebody_we_did_not_call_accepts_nothing(called, network, happens):
    call = rings(called, network, happens)
    call.to = CLEO
    happens(network.press(call, "1"))
    called.alerts.cycle()
    assert called.line().holder is None


def test_a_voicemail_is_nobody_and_the_second_nurse_is_called_at_once(called, network, happens, sent):
    call = rings(called, network, happens)
    sent()
    happens(network.tell(call, "in-progress"))
    happens(network.listened(call, "machine_start"))
    passes(called)
    assert sent() == [(CLEO, SMS)]
    assert called.line().holder is None
    assert "failed: undelivered: a machine answered the call" in outcomes(called)


def test_a_call_that_is_answered_and_ends_without_a_key_is_not_accepted(called, network, happens):
    call = rings(called, network, happens)
    for status in ("ringing", "in-progress", "completed"):
        happens(network.tell(call, status))
    called.alerts.cycle()
    assert called.line().holder is None


def test_a_text_without_an_answer_is_unknown_the_ladder_moves_on_and_late_news_sets_the_record_right(
    called, network, happens, sent, phone_network, monkeypatch
):
    monkeypatch.setattr(twilio_phone, "SEND_WITHIN_S", QUICK_S)
    network.manners[BEN] = [phone_network.Manner(breaks_off=True)]
    called.low_pressure()
    passes(called)
    assert sent() == [(BEN, SMS), (BEN, VOICE)]
    assert "failed: the connection broke" in outcomes(called)
    happens(network.tell(network.taken[0], "delivered"))
    called.alerts.cycle()
    assert "delivered: delivered, but told too late" in outcomes(called)
    assert sent() == []


def test_a_stalled_network_never_holds_the_ladder_for_longer_than_its_patience(
    called, network, sent, phone_network, monkeypatch
):
    monkeypatch.setattr(twilio_phone, "SEND_WITHIN_S", QUICK_S)
    network.manners[BEN] = [phone_network.Manner(stalls=True)] * 2
    called.low_pressure()
    passes(called)
    assert sent() == [(CLEO, SMS)]
    assert outcomes(called) == ["failed: no answer from the network in time"] * 2


def test_a_busy_network_is_tried_again_for_one_emergency_without_holding_up_another(
    called, network, sent, phone_network
):
    network.manners[BEN] = [phone_network.Manner(status=429, code=20429, retry_after="9")]
    called.low_pressure(1)
    assert sent() == []
    called.low_pressure(2)
    assert sent() == [(BEN, SMS)]
    called.advance(seconds=8)
    assert sent() == []
    called.advance(seconds=2)
    assert sent() == [(BEN, SMS)]


def test_news_that_comes_before_the_answer_is_not_lost(called, network, happens, twilio, sent):
    reference = twilio.send(Outgoing(key="page-1", number=BEN, channel=SMS, body="as if just before a crash")).reference
    happens(network.tell(newest(network), "delivered"))
    sent()
    called.low_pressure()
    assert sent() == []  # page 1 had gone out already
    with called.database.read() as session:
        page = session.get(PageRow, 1)
    assert (page.state, page.reference) == ("delivered", reference)


def test_a_refused_account_makes_the_system_mute_at_once(called, network):
    network.token = "another"
    called.low_pressure()
    called.alerts._looked_around_s = None
    called.alerts.cycle()
    assert any("refuses our account: the account's credentials are refused" in reason for reason in reasons(called))
    with called.database.read() as session:
        assert "mute" in {fault.kind for fault in faults(session, called.clock.at)}


def test_an_opted_out_nurse_is_called_by_voice_at_once_and_it_shows(called, network, happens, sent):
    happens(network.reply(BEN, "STOP"))
    called.low_pressure()
    passes(called)
    assert sent() == [(BEN, VOICE)]
    with called.database.read() as session:
        page = session.exec(select(PageRow).where(PageRow.number == BEN)).one()
    assert page.reason.endswith("called, because it refuses our texts (STOP)")
    assert "1 telephone refuses our texts (STOP): see the texts" in reasons(called)


def test_callbacks_that_never_arrive_are_found_out_by_asking_and_shown(called, network, happens, sent):
    network.reach.clear()
    for patient in (1, 2, 3):
        called.low_pressure(patient)
    for taken in network.taken:
        happens(network.tell(taken, "delivered", silently=True))
    called.advance(seconds=25)
    assert outcomes(called)[-3:] == ["delivered"] * 3
    called.alerts._looked_around_s = None
    called.alerts.cycle()
    assert "the telephone network's callbacks do not arrive, and replies may not either" in reasons(called)


def test_values_by_text_become_a_reading_of_that_home(called, network, happens):
    called.caregiver(7)
    happens(network.reply(HOME, "T 38.4 S 94"))
    called.alerts.cycle()
    [(patient, payload)] = called.monitor.entered
    assert patient == 7
    assert payload["oximetry"] == {"spo2_pct": 94}
