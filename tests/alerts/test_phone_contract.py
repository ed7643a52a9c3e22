"""What every telephone network must do, run on the local outbox and on the fake that the stories use."""

import pytest
from sqlmodel import select

from alerts.outbox import Outbox, receive
from alerts.phone import Outgoing, Refused, Sent
from alerts.tables import InboundRow, OutboxRow


def text(key="page-1", number="+12025550112", channel="sms"):
    return Outgoing(key=key, number=number, channel=channel, body="STEPGUARD URGENT P-0001.")


@pytest.fixture(params=["outbox", "fake"])
def phone(request, database, clock, ward):
    return Outbox(database, clock) if request.param == "outbox" else ward.phone


def test_a_message_is_taken_and_has_a_reference(phone):
    outcome = phone.send(text())
    assert isinstance(outcome, Sent)
    assert outcome.reference


def test_a_message_that_was_taken_has_a_delivery(phone):
    outcome = phone.send(text())
    assert phone.delivery(outcome.reference) == "delivered"


def test_the_same_key_gives_the_same_reference(phone):
    assert phone.send(text()) == phone.send(text())


def test_two_messages_have_two_references(phone):
    assert phone.send(text("page-1")) != phone.send(text("page-2"))


def test_a_call_is_carried_like_a_text(phone):
    assert isinstance(phone.send(text(channel="voice")), Sent)


def test_the_outbox_keeps_a_repeated_message_once(database, clock):
    outbox = Outbox(database, clock)
    outbox.send(text())
    outbox.send(text())
    with database.read() as session:
        assert len(session.exec(select(OutboxRow)).all()) == 1


def test_the_outbox_refuses_a_number_that_cannot_be_dialled(database, clock):
    assert isinstance(Outbox(database, clock).send(text(number="home")), Refused)


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
