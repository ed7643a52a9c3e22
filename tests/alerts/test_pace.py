"""Carriers are not flooded, and nothing that matters ever waits for that."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from alerts.pace import Handed, Pace, held_back
from alerts.tables import PageRow
from alerts.view import text_lines

NOW = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
BEN, HOME = "+12025550112", "+12025550190"
PACE = Pace(to_one_within_an_hour=3, to_all_within_a_minute=5)
NUMBERS = st.sampled_from([BEN, HOME, "+12025550191"])


@dataclass(frozen=True)
class Text:
    id: int
    number: str = HOME
    channel: str = "sms"
    urgency: str = "watch"
    state: str = "intent"


TEXTS = st.lists(
    st.builds(
        Text,
        id=st.integers(min_value=1, max_value=10**6),
        number=NUMBERS,
        channel=st.sampled_from(["sms", "voice"]),
        urgency=st.sampled_from(["routine", "watch", "urgent", "emergency"]),
        state=st.sampled_from(["intent", "retry", "sent"]),
    ),
    unique_by=lambda text: text.id,
)
BEFORE = st.lists(
    st.builds(Handed, NUMBERS, st.timedeltas(timedelta(0), timedelta(hours=2)).map(lambda age: NOW - age))
).map(lambda log: sorted(log, key=lambda one: one.at))


@given(TEXTS, BEFORE)
def test_no_page_of_the_upper_two_urgencies_and_no_call_is_ever_held_back(due, before):
    held = {one.id for one in held_back(due, before, PACE, NOW)}
    for text in due:
        if text.urgency in {"urgent", "emergency"} or text.channel == "voice" or text.state == "sent":
            assert text.id not in held


@given(TEXTS, BEFORE)
def test_what_goes_out_is_never_more_than_the_pace_and_what_waits_waits_at_most_an_hour(due, before):
    held = {one.id: one for one in held_back(due, before, PACE, NOW)}
    going = [t for t in due if t.id not in held and t.channel == "sms" and t.urgency in {"watch", "routine"}]
    going = [text for text in going if text.state != "sent"]
    last_hour = [one for one in before if one.at > NOW - timedelta(hours=1)]
    last_minute = [one for one in before if one.at > NOW - timedelta(minutes=1)]
    if going:
        assert len(going) + len(last_minute) <= PACE.to_all_within_a_minute
    for number in {text.number for text in going}:
        own = [one for one in last_hour if one.number == number]
        assert len(own) + len([text for text in going if text.number == number]) <= PACE.to_one_within_an_hour
    for one in held.values():
        assert NOW < one.until <= NOW + timedelta(hours=1)


@given(TEXTS)
def test_texts_that_matter_use_up_no_turn_of_the_others(due):
    low = [text for text in due if text.urgency in {"watch", "routine"}]
    assert [one.id for one in held_back(due, [], PACE, NOW)] == [one.id for one in held_back(low, [], PACE, NOW)]


@pytest.fixture
def paced(called, monkeypatch):
    """Give a ward whose carriers take two texts of low urgency an hour to one number."""
    monkeypatch.setattr("alerts.twilio_phone.PACE", Pace(to_one_within_an_hour=2, to_all_within_a_minute=50))
    called.restart()
    return called


def asks(ward, network, background, count):
    for _ in range(count):
        background.run(network.reply(BEN, "HELP me"))
        ward.alerts.cycle()


def test_a_flood_of_answers_waits_visibly_while_an_emergency_goes_at_once(paced, network, background):
    asks(paced, network, background, 5)
    assert [one.to for one in network.taken] == [BEN, BEN]
    with paced.database.read() as session:
        lines = [line.status for line in text_lines(session) if line.direction == "out"]
    assert lines.count("retry: waits: many texts to this number within the hour") == 3
    paced.alerts._looked_around_s = None
    paced.alerts.cycle()
    assert "3 texts of low urgency wait: the carriers' limit" in {line.reason for line in paced.lines()}
    paced.low_pressure()
    assert [one.to for one in network.taken] == [BEN, BEN, BEN]
    assert "EMERGENCY" in network.taken[-1].body


def test_what_waited_goes_out_when_its_turn_comes_once_each(paced, network, background, clock):
    asks(paced, network, background, 4)
    clock.at += timedelta(minutes=59)
    paced.alerts.cycle()
    assert len(network.taken) == 2
    clock.at += timedelta(minutes=2)
    paced.alerts.cycle()
    paced.alerts.cycle()
    assert len(network.taken) == 4
    with paced.database.read() as session:
        assert "retry" not in {page.state for page in session.exec(select(PageRow))}


def test_a_house_with_an_outbox_has_no_carriers_to_protect(ward):
    for _ in range(60):
        ward.texts_back("+12025550177" if ward.phone.sent else BEN, "?")
    assert all(not line.status.startswith("retry") for line in _lines(ward))


def _lines(ward):
    with ward.database.read() as session:
        return text_lines(session, limit=500)
