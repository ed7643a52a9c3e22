"""What every telephone network must do, run on the local outbox, on Twilio's adapter and on the fake of the stories.

The adapter talks to a network on this machine that speaks Twilio's API and calls its webhooks.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from alerts.outbox import Outbox, receive
from alerts.phone import Outgoing, Refused, Sent
from alerts.tables import InboundRow, OutboxRow


def text(key="page-1", number="+12025550112", channel="sms"):
    return Outgoing(key=key, number=number, channel=channel, body="STEPGUARD URGENT P-0001.")


@pytest.fixture(params=["outbox", "twilio", "fake"])
def name(request):
    return request.param


@pytest.fixture
def phone(name, request, database, clock):
    if name == "outbox":
        return Outbox(database, clock)
    return request.getfixturevalue("twilio") if name == "twilio" else request.getfixturevalue("ward").phone


@pytest.fixture
def deliver(name, request):
    """Let the network deliver everything it took; the others have done so already."""

    def deliver():
        if name == "twilio":
            network, background = request.getfixturevalue("network"), request.getfixturevalue("background")
            request.getfixturevalue("webhooks")
            for taken in network.taken:
                assert background.run(network.tell(taken, "delivered")) == 204

    return deliver


def test_a_message_is_taken_and_has_a_reference(phone):
    outcome = phone.send(text())
    assert isinstance(outcome, Sent)
    assert outcome.reference


def test_a_message_that_was_taken_and_delivered_is_said_to_be(phone, deliver):
    outcome = phone.send(text())
    deliver()
    assert phone.delivery(outcome.reference) == "delivered"


def test_the_same_key_gives_the_same_reference(phone):
    assert phone.send(text()).reference == phone.send(text()).reference


def test_two_messages_have_two_references(phone):
    assert phone.send(text("page-1")).reference != phone.send(text("page-2")).reference


def test_a_call_is_carried_like_a_text(phone):
    assert isinstance(phone.send(text(channel="voice")), Sent)


def test_messages_sent_at_once_from_several_threads_keep_their_own_references(phone):
    keys = [f"page-{number}" for number in range(16)]
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda key: phone.send(text(key)), keys))
    assert len({outcome.reference for outcome in outcomes}) == len(keys)
    assert [phone.send(text(key)).reference for key in keys] == [outcome.reference for outcome in outcomes]


@pytest.mark.parametrize("name", ["outbox", "twilio"])
def test_a_number_that_cannot_be_dialled_is_refused(phone):
    outcome = phone.send(text(number="home"))
    assert isinstance(outcome, Refused)
    assert "home" not in outcome.reason


def test_the_outbox_keeps_a_repeated_message_once(database, clock):
    outbox = Outbox(database, clock)
    outbox.send(text())
    outbox.send(text())
    with database.read() as session:
        assert len(session.exec(select(OutboxRow)).all()) == 1


def test_the_outbox_knows_nothing_of_a_reference_it_never_gave(database, clock):
    outbox = Outbox(database, clock)
    assert outbox.delivery("outbox-99") == "undelivered"
    assert outbox.delivery("elsewhere") == "undelivered"


def test_a_text_coming_back_is_stored_before_anybody_reads_it(database, clock):
    assert receive(database, from_number="+1 202 555 0112", body="OK", now=clock.now()) is not None
    with database.read() as session:
        [row] = session.exec(select(InboundRow)).all()
    assert (row.number, row.body, row.handled_at) == ("+12025550112", "OK", None)


def test_a_text_from_a_number_without_country_code_is_stored_as_it_came(database, clock):
    receive(database, from_number="60499", body="hello", now=clock.now())
    with database.read() as session:
        assert session.exec(select(InboundRow.number)).one() == "60499"
