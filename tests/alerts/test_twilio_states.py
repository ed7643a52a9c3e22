"""Late, repeated and unordered news of a message never takes anything back."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.twilio_states import _SMS_RANKS, _VOICE_RANKS, first_heard, heard, should_ask, verdict

NOW = datetime(2026, 3, 3, 2, 10, tzinfo=UTC)
ORDER = {"pending": 0, "undelivered": 1, "delivered": 2}
NEWS = {"sms": sorted(_SMS_RANKS), "voice": sorted(_VOICE_RANKS)}


def told(channel, statuses, code=None):
    receipt = first_heard("SM1", "page-1", channel, statuses[0], code, "callback", NOW)
    for status in statuses[1:]:
        receipt = heard(receipt, status, code, "callback", NOW)
    return receipt


@pytest.mark.parametrize(
    ("channel", "statuses", "delivery"),
    [
        ("sms", ["queued"], "pending"),
        ("sms", ["queued", "sending", "sent"], "pending"),
        ("sms", ["queued", "sent", "delivered"], "delivered"),
        ("sms", ["delivered", "sent", "queued"], "delivered"),
        ("sms", ["sent", "undelivered"], "undelivered"),
        ("sms", ["undelivered", "sent"], "undelivered"),
        ("sms", ["failed"], "undelivered"),
        ("sms", ["canceled"], "undelivered"),
        ("sms", ["delivered", "undelivered"], "delivered"),
        ("sms", ["undelivered", "delivered"], "delivered"),
        ("sms", ["read"], "delivered"),
        ("sms", ["a word of next year"], "pending"),
        ("voice", ["initiated", "ringing", "in-progress"], "pending"),
        ("voice", ["ringing", "no-answer"], "undelivered"),
        ("voice", ["ringing", "busy"], "undelivered"),
        ("voice", ["in-progress", "completed"], "delivered"),
        ("voice", ["in-progress", "human"], "delivered"),
        ("voice", ["in-progress", "machine", "completed"], "undelivered"),
        ("voice", ["completed", "machine"], "undelivered"),
        ("voice", ["machine", "human"], "delivered"),
    ],
)
def test_what_a_message_has_become(channel, statuses, delivery):
    assert told(channel, statuses).delivery == delivery


@pytest.mark.parametrize("channel", ["sms", "voice"])
@given(data=st.data())
def test_no_order_and_no_repetition_changes_what_is_known_in_the_end(channel, data):
    statuses = data.draw(st.lists(st.sampled_from(NEWS[channel]), min_size=1, max_size=5))
    twice = data.draw(st.permutations(statuses + statuses))
    assert told(channel, twice).rank == told(channel, statuses).rank
    assert told(channel, twice).delivery == told(channel, statuses).delivery


@given(st.lists(st.sampled_from(NEWS["sms"]), min_size=2, max_size=8))
def test_a_text_never_falls_back(statuses):
    receipts = [told("sms", statuses[: end + 1]) for end in range(len(statuses))]
    for before, after in itertools.pairwise(receipts):
        assert after.rank >= before.rank
        assert ORDER[after.delivery] >= ORDER[before.delivery]


def test_the_code_belongs_to_the_status_it_came_with():
    receipt = told("sms", ["undelivered"], code=30003)
    assert heard(receipt, "failed", 30008, "callback", NOW).error_code == 30003
    assert heard(receipt, "delivered", None, "callback", NOW).error_code is None


@pytest.mark.parametrize(
    ("answered_by", "status"),
    [("human", "human"), ("machine_start", "machine"), ("machine_end_beep", "machine"), ("fax", "machine"),
     ("unknown", None), ("", None)],
)  # fmt: skip
def test_who_took_a_call_is_concluded_from_what_was_heard(answered_by, status):
    assert verdict(answered_by) == status


def test_nobody_asks_about_what_is_known():
    later = NOW + timedelta(hours=1)
    assert should_ask(told("sms", ["sent"]), later)
    assert not should_ask(told("sms", ["delivered"]), later)
    assert not should_ask(told("sms", ["undelivered"]), later)
