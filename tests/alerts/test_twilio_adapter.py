"""What becomes of a message at Twilio: each answer of the network, each silence, and what is said of it."""

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from alerts import twilio_phone
from alerts.no_texts import why_not
from alerts.phone import ACCOUNT_REFUSED, NotDelivered, Outgoing, Refused, Sent, TryAgain, Unknown
from alerts.twilio_codes import codes
from alerts.twilio_phone import RETRY_AFTER_AT_MOST, TRY_AGAIN_AFTER, Account, TwilioPhone, retry_after_of
from alerts.twilio_receipts import receipt_by_key

BEN = "+12025550112"
NOW = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
WORDS = "STEPGUARD URGENT P-0001. Reply AB12 OK. Call 555-0100"
QUICK_S = (1.0, 0.2)


def text(key="page-1", channel="sms", **said):
    return Outgoing(key=key, number=BEN, channel=channel, body=WORDS, **said)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(twilio_phone, "SEND_WITHIN_S", QUICK_S)
    monkeypatch.setattr(twilio_phone, "ASK_WITHIN_S", QUICK_S)


@pytest.fixture
def treats(network, phone_network):
    """Let the network treat the next messages to Ben in these manners."""

    def treats(*manners):
        network.manners[BEN] = [phone_network.Manner(**manner) for manner in manners]

    return treats


def test_a_text_says_where_news_of_it_goes_and_when_it_is_no_longer_worth_sending(twilio, network):
    twilio.send(text())
    [taken] = network.taken
    assert (taken.to, taken.sender, taken.body) == (BEN, network.number, WORDS)
    assert taken.status_url == "https://pager.example.org/stepguard/twilio/status?page=page-1"
    assert taken.form["ValidityPeriod"] == "300"


def test_a_messaging_service_sends_in_place_of_the_number(network, database, clock):
    account = Account(
        account_sid=network.account,
        auth_token=network.token,
        from_number=network.number,
        public_url="https://pager.example.org",
        messaging_service_sid="MG" + "1" * 32,
        api_url=network.url,
    )
    assert isinstance(TwilioPhone(account, database, clock).send(text()), Sent)
    [taken] = network.taken
    assert taken.form["MessagingServiceSid"] == account.messaging_service_sid
    assert "From" not in taken.form


def test_a_call_says_its_words_twice_and_asks_for_a_key(twilio, network):
    twilio.send(text(channel="voice", asks_for_key=True))
    [taken] = network.taken
    assert taken.body.count(WORDS) == 2
    assert "press 1" in taken.body
    assert taken.key_url == "https://pager.example.org/stepguard/twilio/voice/key?page=page-1"
    assert taken.form["Timeout"] == "25"


def test_a_call_to_a_caregiver_asks_for_no_key(twilio, network):
    twilio.send(text(channel="voice"))
    [taken] = network.taken
    assert taken.key_url is None
    assert taken.body == f"{WORDS} / {WORDS}"


def test_a_call_to_a_home_is_spoken_in_the_language_it_is_written_in(twilio, network):
    twilio.send(text(channel="voice", language="da"))
    [taken] = network.taken
    assert taken.form["Twiml"].count('<Say language="da-DK">') == 2


def test_an_opted_out_number_is_refused_in_words_and_remembered_until_a_text_goes_through(twilio, treats, database):
    treats({"status": 400, "code": 21610}, {})
    assert twilio.send(text()) == Refused("the number has opted out of texts")
    with database.read() as session:
        assert why_not(session, BEN) == "stop"
    assert isinstance(twilio.send(text("page-2")), Sent)
    with database.read() as session:
        assert why_not(session, BEN) is None


@pytest.mark.parametrize(
    ("code", "words"), [(21614, "the number cannot receive texts"), (21999, "the provider's code 21999")]
)
def test_any_other_refusal_is_final_for_this_page_whether_its_code_is_known_or_not(twilio, treats, code, words):
    treats({"status": 400, "code": code})
    assert twilio.send(text()) == Refused(words)


def test_a_refusal_names_neither_number_nor_words(twilio, treats):
    for code in (*codes(), 29999):
        treats({"status": 400, "code": code})
        said = twilio.send(text(f"page-{code}")).reason
        assert BEN not in said
        assert "P-0001" not in said


def test_a_refused_account_is_told_from_a_refused_number(twilio, treats, network):
    network.token = "another"
    outcome = twilio.send(text())
    assert isinstance(outcome, Refused)
    assert outcome.reason.startswith(ACCOUNT_REFUSED)


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_a_busy_network_is_tried_again_when_it_says(twilio, treats, channel):
    treats({"status": 429, "code": 20429, "retry_after": "7"})
    assert twilio.send(text(channel=channel)) == TryAgain("too many messages at once", timedelta(seconds=7))


def test_a_failing_network_is_tried_again(twilio, treats, network):
    treats({"status": 503, "code": 20503})
    assert twilio.send(text()) == TryAgain("the network fails (HTTP 503)", TRY_AGAIN_AFTER)
    assert network.taken == []


def test_a_network_that_cannot_be_reached_is_tried_again(network, database, clock):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        account = Account(
            account_sid=network.account,
            auth_token=network.token,
            from_number=network.number,
            public_url="https://pager.example.org",
            api_url=f"http://127.0.0.1:{taken.getsockname()[1]}",
        )
        outcome = TwilioPhone(account, database, clock).send(text())
    assert outcome == TryAgain("the network cannot be reached", TRY_AGAIN_AFTER)


def test_no_answer_in_time_is_an_unknown_outcome(twilio, treats, impatient):
    treats({"stalls": True})
    assert isinstance(twilio.send(text()), Unknown)


def test_a_connection_that_breaks_after_the_message_was_taken_is_an_unknown_outcome(twilio, treats, network):
    treats({"breaks_off": True})
    assert isinstance(twilio.send(text()), Unknown)
    assert len(network.taken) == 1


def test_a_message_that_a_callback_proved_taken_is_not_sent_again(twilio, treats, network, background, webhooks):
    treats({"breaks_off": True})
    twilio.send(text())
    [taken] = network.taken
    assert background.run(network.tell(taken, "sent")) == 204
    assert twilio.send(text()) == Sent(taken.reference, "pending")
    assert len(network.taken) == 1


def test_an_undelivered_message_says_why(twilio, network, background, webhooks):
    reference = twilio.send(text()).reference
    background.run(network.tell(network.taken[0], "undelivered", 30006))
    assert twilio.delivery(reference) == NotDelivered("a landline, or a carrier that cannot be reached")


def test_the_network_is_asked_when_it_tells_nothing_and_less_often_each_time(twilio, network, background, clock):
    reference = twilio.send(text()).reference
    sent = network.requests
    asked_after_s = []
    for second in range(0, 620, 2):
        before = network.requests
        assert twilio.delivery(reference) == "pending"
        if network.requests > before:
            asked_after_s.append(second)
        clock.at += timedelta(seconds=2)
    assert asked_after_s == [10, 30, 70, 150, 310]
    background.run(network.tell(network.taken[0], "delivered", silently=True))
    clock.at += timedelta(seconds=20)
    assert twilio.delivery(reference) == "delivered"
    assert network.requests == sent + 6


def test_a_question_that_is_not_answered_is_no_news(twilio, network, clock, impatient, background):
    reference = twilio.send(text()).reference
    network.token = "another"
    clock.at += timedelta(seconds=11)
    assert twilio.delivery(reference) == "pending"


def test_a_call_that_nobody_answered_was_not_delivered(twilio, network, clock, background):
    reference = twilio.send(text(channel="voice")).reference
    background.run(network.tell(network.taken[0], "no-answer", silently=True))
    clock.at += timedelta(seconds=11)
    assert twilio.delivery(reference) == NotDelivered("nobody answered the call")


def test_nothing_that_was_sent_is_logged(twilio, treats, impatient, capfd):
    with structlog.testing.capture_logs() as lines:
        treats({"stalls": True}, {"breaks_off": True}, {"status": 400, "code": 1}, {})
        for number in range(4):
            twilio.send(text(f"page-{number}"))
    printed = capfd.readouterr()
    for said in (str(lines), printed.out, printed.err):
        assert BEN not in said
        assert "P-0001" not in said


def test_a_message_goes_out_although_what_became_of_earlier_ones_cannot_be_read(twilio, network, database, monkeypatch):
    def away(*_, **__):
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(twilio_phone.twilio_receipts, "receipt_by_key", away)
    monkeypatch.setattr(twilio_phone.twilio_receipts, "hear", away)
    assert isinstance(twilio.send(text()), Sent)
    with database.read() as session:
        assert receipt_by_key(session, "page-1") is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("-3", 1),
        ("86400", 30),
        (format_datetime(NOW + timedelta(seconds=12), usegmt=True), 12),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), 1),
        ("inf", 4),
        ("nan", 4),
        ("soon", 4),
        ("", 4),
        (None, 4),
    ],
)
def test_how_long_to_wait_is_taken_from_the_network_within_bounds(header, seconds):
    assert retry_after_of(header, NOW) == timedelta(seconds=seconds)


def test_the_longest_wait_for_the_network_leaves_the_ladder_in_time():
    next_rung_of_an_emergency_s = 60
    assert sum(twilio_phone.SEND_WITHIN_S) + RETRY_AFTER_AT_MOST.total_seconds() < next_rung_of_an_emergency_s


def test_every_code_has_a_source_and_words_a_text_can_carry():
    for code in codes().values():
        assert code.source.startswith("https://")
        assert code.words.isascii()
