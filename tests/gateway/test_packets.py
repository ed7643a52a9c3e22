"""Every packet survives the journey to bytes and back, and no bytes make the decoder do anything but say so."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mqtt.packets import (
    V5,
    V311,
    Connack,
    Connect,
    Disconnect,
    Packet,
    Pingreq,
    Pingresp,
    Puback,
    Publish,
    Suback,
    Subscribe,
    Unsuback,
    Unsubscribe,
    Will,
    decode_packet,
    encode_packet,
    next_frame,
)
from gateway.mqtt.properties import Malformed, Reader, Reason, spell_variable
from gateway.mqtt.topics import is_filter, is_own_down, matches, own_leaf

LIMIT = 2**28

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
topics = st.text(st.characters(exclude_characters="\x00+#", exclude_categories=["Cs"]), max_size=12)
ids = st.integers(1, 65_535)
payloads = st.binary(max_size=40)
reasons = st.sampled_from([0, 0x10, 0x80, 0x87, 0x95, 0xFF])
properties = st.fixed_dictionaries(
    {},
    optional={
        0x01: st.integers(0, 1),
        0x02: st.integers(0, 2**32 - 1),
        0x08: words,
        0x09: st.binary(max_size=9),
        0x0B: st.lists(st.integers(1, 2**28 - 1), min_size=1, max_size=3).map(tuple),
        0x21: st.integers(1, 65_535),
        0x26: st.lists(st.tuples(words, words), min_size=1, max_size=3).map(tuple),
    },
)


def v5_only(protocol: int) -> st.SearchStrategy[dict[int, Any]]:
    return properties if protocol == V5 else st.just({})


def packets(protocol: int) -> st.SearchStrategy[Packet]:
    more = v5_only(protocol)
    ending = reasons if protocol == V5 else st.just(0)
    options = st.integers(0, 2)
    wills = st.builds(
        Will,
        topic=topics,
        payload=st.binary(max_size=9),
        qos=st.integers(0, 2),
        retain=st.booleans(),
        properties=more,
    )
    connects = st.builds(
        Connect,
        protocol=st.just(protocol),
        client_id=words,
        clean_start=st.booleans(),
        keep_alive_s=st.integers(0, 65_535),
        username=words,
        password=st.one_of(st.none(), st.binary(max_size=9)),
        will=st.one_of(st.none(), wills),
        properties=more,
    )
    publishes = st.one_of(
        st.builds(Publish, topics, payloads, st.just(0), st.just(0), st.booleans(), properties=more),
        st.builds(
            Publish,
            topics,
            st.binary(max_size=40),
            st.integers(1, 2),
            ids,
            st.booleans(),
            st.booleans(),
            properties=more,
        ),
    )
    return st.one_of(
        connects,
        publishes,
        st.builds(Connack, reason=reasons, session_present=st.booleans(), properties=more),
        st.builds(Puback, packet_id=ids, reason=ending, properties=more),
        st.builds(
            Subscribe,
            packet_id=ids,
            filters=st.lists(st.tuples(words, options), min_size=1, max_size=3).map(tuple),
            properties=more,
        ),
        st.builds(Suback, packet_id=ids, reasons=st.lists(reasons, max_size=3).map(tuple), properties=more),
        st.builds(
            Unsubscribe, packet_id=ids, filters=st.lists(words, min_size=1, max_size=3).map(tuple), properties=more
        ),
        st.builds(Unsuback, packet_id=ids, reasons=st.just(()), properties=more),
        st.builds(Disconnect, reason=ending, properties=more),
        st.sampled_from([Pingreq(), Pingresp()]),
    )


any_packet = st.sampled_from([V311, V5]).flatmap(lambda protocol: st.tuples(st.just(protocol), packets(protocol)))


def read(spelt: bytes, protocol: int) -> Packet:
    frame = next_frame(spelt, 0, LIMIT)
    assert frame is not None
    first, start, end = frame
    assert end == len(spelt)
    return decode_packet(first, spelt[start:end], protocol)


def answer(first: int, body: bytes, protocol: int) -> Packet | Reason:
    """Return the packet or why it is none; anything else that is raised fails the test."""
    try:
        return decode_packet(first, body, protocol)
    except Malformed as error:
        return error.reason


@given(any_packet)
def test_a_packet_comes_back_as_it_was_sent(sent: tuple[int, Packet]):
    protocol, packet = sent
    assert read(encode_packet(packet, protocol), protocol) == packet


@given(any_packet, st.data())
def test_a_cut_packet_is_waited_for_and_a_cut_body_is_malformed(sent: tuple[int, Packet], data: st.DataObject):
    protocol, packet = sent
    spelt = encode_packet(packet, protocol)
    cut = data.draw(st.integers(0, len(spelt) - 1))
    assert next_frame(spelt[:cut], 0, LIMIT) is None
    frame = next_frame(spelt, 0, LIMIT)
    assert frame is not None
    first, start, end = frame
    shorter = data.draw(st.integers(start, max(start, end - 1)))
    answer(first, spelt[start:shorter], protocol)  # some packets may rightly be shorter


@given(st.integers(0, 255), st.binary(max_size=60), st.sampled_from([V311, V5]))
def test_any_bytes_are_a_packet_or_malformed(first: int, body: bytes, protocol: int):
    packet = answer(first, body, protocol)
    assert isinstance(packet, Reason) or answer(first, body, protocol) == packet


@given(st.integers(0, 268_435_455))
def test_a_length_comes_back_as_it_was_spelt(value: int):
    reader = Reader(spell_variable(value))
    assert reader.variable() == value
    reader.end()


@pytest.mark.parametrize("value", [-1, 268_435_456])
def test_a_length_that_does_not_fit_is_refused(value: int):
    with pytest.raises(ValueError, match="four bytes"):
        spell_variable(value)


def test_a_frame_is_refused_as_soon_as_its_length_is_known():
    with pytest.raises(Malformed) as raised:
        next_frame(b"\x32\x80\x80\x04", 0, 65_536)
    assert raised.value.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("first", "body", "reason"),
    [
        (0x32, b"\x00\x01+\x00\x01\x00", Reason.TOPIC_INVALID),
        (0x32, b"\x00\x01a\x00\x00\x00", Reason.PROTOCOL_ERROR),
        (0x38, b"\x00\x01a\x00", Reason.MALFORMED),
        (0x80, b"\x00\x01\x00\x00\x01a\x00", Reason.MALFORMED),
        (0x82, b"\x00\x01\x00", Reason.PROTOCOL_ERROR),
        (0x82, b"\x00\x01\x00\x00\x01a\x03", Reason.PROTOCOL_ERROR),
        (0xA2, b"\x00\x01\x00", Reason.PROTOCOL_ERROR),
        (0xE0, b"\x00\x05\x11\x00\x00\x00\x00\xff", Reason.MALFORMED),
        (0xE0, b"\x00\x06\x1f\x00\x00\x1f\x00\x00", Reason.PROTOCOL_ERROR),
        (0x10, b"\x00\x04MQTT\x03\x02\x00\x00\x00\x00", Reason.UNSUPPORTED_VERSION),
        (0x10, b"\x00\x06MQIsdp\x03\x02\x00\x00\x00\x00", Reason.UNSUPPORTED_VERSION),
        (0x10, b"\x00\x04MQTT\x05\x03\x00\x00\x00\x00\x00", Reason.MALFORMED),
        (0x10, b"\x00\x04MQTT\x04\x42\x00\x00\x00\x00", Reason.MALFORMED),
    ],
)
def test_a_malformed_packet_has_its_reason_code(first: int, body: bytes, reason: Reason):
    with pytest.raises(Malformed) as raised:
        decode_packet(first, body, V5)
    assert raised.value.reason is reason


@pytest.mark.parametrize(
    ("topic", "leaf"),
    [
        ("stepguard/v1/h1/up/reading", "up/reading"),
        ("stepguard/v1/h1/up/gatt/2a1c", "up/gatt/2a1c"),
        ("stepguard/v1/h1/state", "state"),
        ("stepguard/v1/h1/up/", None),
        ("stepguard/v1/h1/up", None),
        ("stepguard/v1/h1/state/x", None),
        ("stepguard/v1/h1/down/ack", None),
        ("stepguard/v1/h12/up/reading", None),
        ("/stepguard/v1/h1/up/reading", None),
    ],
)
def test_a_hub_publishes_below_its_own_up_and_state(topic: str, leaf: str | None):
    assert own_leaf("h1", topic) == leaf


@pytest.mark.parametrize(
    ("wanted", "own"),
    [
        ("stepguard/v1/h1/down/#", True),
        ("stepguard/v1/h1/down/+", True),
        ("stepguard/v1/h1/down/ack", True),
        ("stepguard/v1/h1/down", False),
        ("stepguard/v1/h1/#", False),
        ("stepguard/v1/h2/down/#", False),
        ("stepguard/v1/+/down/#", False),
        ("stepguard/v1/h1/down/#/x", False),
    ],
)
def test_a_hub_hears_only_below_its_own_down(wanted: str, own: bool):
    assert is_own_down("h1", wanted) is own


@pytest.mark.parametrize(
    ("wanted", "topic", "matched"),
    [
        ("a/#", "a/b/c", True),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/b", "a/b", True),
        ("a/b/c", "a/b", False),
    ],
)
def test_a_filter_matches_as_the_standard_says(wanted: str, topic: str, matched: bool):
    assert is_filter(wanted)
    assert matches(wanted, topic) is matched
