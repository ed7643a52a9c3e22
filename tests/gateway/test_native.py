"""What the native format says yes and no to, and that the fast decoder never disagrees with the plain one."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.native import decode, decode_plainly, read_object
from gateway.reading import Reading, Rejected

NOW = datetime(2026, 3, 2, 22, 10, 7, tzinfo=UTC)
CONTRACT = b"""{"boot": "b7", "seq": 17, "measured_at": "2026-03-02T22:10:05+00:00",
 "temperature": {"value": 38.4, "unit": "Cel", "site": "oral"},
 "oximetry": {"spo2_pct": 94, "pulse_bpm": 112, "perfusion_index_pct": 1.8, "flags": ["poor_signal"]},
 "blood_pressure": {"systolic_mmhg": 104, "diastolic_mmhg": 61, "pulse_bpm": 110, "flags": ["body_movement"]},
 "respiratory_rate_bpm": 20}"""


def message(**keys: object) -> bytes:
    body: dict[str, object] = {"boot": "b7", "seq": 1, "measured_at": "2026-03-02T22:10:05Z"}
    return json.dumps({key: value for key, value in (body | keys).items() if value is not ...}).encode()


def celsius(value: object, **more: object) -> dict[str, object]:
    return {"value": value, "unit": "Cel"} | more


def read(payload: bytes) -> Reading:
    reading = decode(payload, NOW)
    assert isinstance(reading, Reading), reading
    assert reading == decode_plainly(payload, NOW)
    return reading


def refused(payload: bytes) -> str:
    answer = decode(payload, NOW)
    assert isinstance(answer, Rejected), answer
    assert answer == decode_plainly(payload, NOW)
    return answer.reason


def test_the_message_of_the_contract_is_read_exactly():
    reading = read(CONTRACT)
    assert (reading.boot, reading.seq, reading.received_at) == ("b7", 17, NOW)
    assert reading.measured_at == datetime(2026, 3, 2, 22, 10, 5, tzinfo=UTC)
    assert reading.temperature is not None
    assert (reading.temperature.temperature_c, reading.temperature.site) == (Decimal("38.4"), "oral")
    assert reading.oximetry is not None
    assert (reading.oximetry.spo2_pct, reading.oximetry.pulse_bpm) == (94, 112)
    assert reading.oximetry.perfusion_index_pct == Decimal("1.8")
    assert reading.oximetry.flags == {"poor_signal"}
    assert reading.blood_pressure is not None
    assert (reading.blood_pressure.systolic_mmhg, reading.blood_pressure.diastolic_mmhg) == (104, 61)
    assert reading.respiratory_rate is not None
    assert reading.respiratory_rate.breaths_bpm == 20


@pytest.mark.parametrize(
    ("fahrenheit", "is_fever"),
    [("100.4", True), ("100.3", False), ("100.39999999999999999999999", False), ("100.40000000000000000001", True)],
)
def test_fahrenheit_is_converted_without_ever_rounding_up_to_fever(fahrenheit: str, is_fever: bool):
    payload = message(temperature=...)[:-1] + b', "temperature": {"value": %s, "unit": "[degF]"}}' % fahrenheit.encode()
    temperature = read(payload).temperature
    assert temperature is not None
    assert temperature.temperature_c is not None
    assert (temperature.temperature_c >= Decimal("38.0")) is is_fever
    assert temperature.sent_value == Decimal(fahrenheit)


def test_a_value_that_no_binary_float_can_hold_stays_exact():
    payload = message()[:-1] + b', "temperature": {"value": 37.999999999999999999999999, "unit": "Cel"}}'
    temperature = read(payload).temperature
    assert temperature is not None
    assert temperature.temperature_c == Decimal("37.999999999999999999999999")
    assert temperature.temperature_c < 38


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff\xfe{}", "not UTF-8"),
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b'{"measured_at": "2026-03-02T22:10:05Z"', "not JSON"),
        (b"[1, 2]", "not a JSON object"),
        (b"[" * 100_000, "nested too deeply"),
        (message(temperature={"value": 38.4}), "unit is missing"),
        (message(temperature={"value": 38.4, "unit": None}), "unit is missing"),
        (message(temperature={"value": 38.4, "unit": "K"}), "unit is missing or unknown"),
        (message(temperature={"value": 38.4, "unit": ["Cel"]}), "unit is missing or unknown"),
        (message(temperature=38.4), "must be an object"),
        (message(temperature=celsius(38.4), measured_at="2026-03-02T22:10:05"), "no offset"),
        (message(temperature=celsius(38.4), measured_at=...), "measured_at is missing"),
        (message(temperature=celsius(38.4), measured_at=1741000000), "measured_at is missing"),
        (message(temperature=celsius(38.4), measured_at="yesterday"), "not a time"),
        (message(temperature=celsius(38.4), measured_at="0001-01-01T00:00:00+10:00"), "outside the calendar"),
        (message(temperature=celsius(float("nan"))), "not finite"),
        (message(temperature=celsius(float("inf"))), "not finite"),
        (message()[:-1] + b', "respiratory_rate_bpm": 1e999}', "not finite"),
        (message()[:-1] + b', "respiratory_rate_bpm": 1e99999999999999999999}', "not finite"),
        (message(temperature=celsius("38.4")), "must be a number"),
        (message(temperature=celsius(True)), "must be a number"),
        (message(temperature=celsius([38.4])), "must be a number"),
        (message(oximetry={"spo2_pct": "ninety"}), "oximetry.spo2_pct must be a number"),
        (message(), "no vital group"),
        (message(temperature=None), "no vital group"),
        (message(note="feels warm"), "no vital group"),
        (CONTRACT[:-1] + b', "seq": 18}', "given twice"),
        (message(oximetry=...)[:-1] + b', "oximetry": {"spo2_pct": 97, "spo2_pct": 81}}', "given twice"),
        (message()[:-1] + b', "temperature": {"value": 36.6, "unit": "Cel", "v\\u0061lue": 41.9}}', "given twice"),
        (message()[:-1] + b', "respiratory_rate_bpm": 12, "extra": {"a": 1, "a": 2}}', "given twice"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(payload: bytes, reason: str):
    assert reason in refused(payload)


def test_two_dashes_mean_that_the_device_has_no_value():
    reading = read(message(temperature=celsius("--"), oximetry={"spo2_pct": "--", "pulse_bpm": 80}))
    assert reading.temperature is not None
    assert reading.temperature.temperature_c is None
    assert reading.oximetry is not None
    assert (reading.oximetry.spo2_pct, reading.oximetry.pulse_bpm) == (None, 80)


def test_unknown_keys_are_kept_and_never_fatal():
    reading = read(message(temperature=celsius(36.6, probe="x1"), patient="P-1", firmware={"v": 2}))
    assert reading.unknown_keys == ("patient", "firmware", "temperature.probe")


def test_unknown_words_are_tolerated():
    reading = read(message(temperature=celsius(36.6, site="Elbow", flags=["wet"])))
    assert reading.temperature is not None
    assert (reading.temperature.site, reading.temperature.flags) == ("elbow", {"wet"})


@pytest.mark.parametrize(
    ("boot", "seq"),
    [(7, 1), ("", 1), ("b" * 65, 1), ("b\x00", 1), ("b7", "1"), ("b7", -1), ("b7", 2**53), ("b7", True), ("b7", ...)],
)
def test_an_unusable_sequence_falls_back_to_the_natural_key(boot: object, seq: object):
    reading = read(message(boot=boot, seq=seq, respiratory_rate_bpm=14))
    assert (reading.boot, reading.seq) == (None, None)


def test_a_time_is_kept_as_an_instant_whatever_its_offset():
    reading = read(message(measured_at="2026-03-03T00:10:05.250+02:00", respiratory_rate_bpm=14))
    assert reading.measured_at == datetime(2026, 3, 2, 22, 10, 5, 250_000, tzinfo=UTC)
    assert reading.measured_at.utcoffset() == timedelta(0)


def test_an_object_from_elsewhere_is_read_as_the_same_message():
    tree = json.loads(CONTRACT, parse_float=Decimal)
    assert read_object(tree, NOW) == decode(CONTRACT, NOW)
    assert read_object(json.loads(CONTRACT), NOW) == decode(CONTRACT, NOW)
    assert isinstance(read_object({"measured_at": NOW, "respiratory_rate_bpm": float("inf")}, NOW), Rejected)


numbers = st.one_of(
    st.integers(-5, 400),
    st.decimals(-5, 400, places=3).map(float),
    st.sampled_from(["--", None, "38.4", True, 1e400, 2**70, [], {}]),
)
words = st.one_of(
    st.sampled_from(["oral", "Finger", "demo", "poor_signal", 'a"b', "\\", "\u00e6"]), st.text(max_size=4)
)
flags = st.one_of(st.lists(words, max_size=3), st.none(), st.just("demo"), st.just([1, "demo"]))


def part(**keys: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional=keys | {"flags": flags, "extra": words})


messages = st.fixed_dictionaries(
    {},
    optional={
        "boot": st.one_of(words, st.just("b7"), st.integers()),
        "seq": st.one_of(st.integers(-1, 2**54), st.floats(0, 9), words),
        "measured_at": st.one_of(
            st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
            st.datetimes().map(datetime.isoformat),
            st.sampled_from(["2026-03-02T22:10:05Z", "2026-03-02T22:10Z", "2026-03-02 22:10:05-07:30", "", "24:00"]),
        ),
        "temperature": part(
            value=numbers, unit=st.sampled_from(["Cel", "[degF]", "C", None, 1]), site=st.one_of(words, st.none())
        ),
        "oximetry": part(spo2_pct=numbers, pulse_bpm=numbers, perfusion_index_pct=numbers),
        "blood_pressure": part(systolic_mmhg=numbers, diastolic_mmhg=numbers, pulse_bpm=numbers),
        "respiratory_rate_bpm": numbers,
        "patient": words,
    },
)


@given(messages, st.booleans(), st.booleans())
def test_the_fast_decoder_answers_as_the_plain_one(tree: dict[str, object], sound: bool, ascii_only: bool):
    if sound:
        tree |= {"boot": "b7", "seq": 3, "measured_at": "2026-03-02T22:10:05Z"}
    payload = json.dumps(tree, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert decode(payload, NOW) == decode_plainly(payload, NOW)


@given(messages, st.data())
def test_a_repeated_key_is_never_read(tree: dict[str, object], data: st.DataObject):
    text = json.dumps({"boot": "b7", "seq": 3, "measured_at": "2026-03-02T22:10:05Z"} | tree)
    key = data.draw(st.sampled_from(sorted(json.loads(text))))
    payload = f"{text[:-1]}, {json.dumps(key)}: 17}}".encode()
    assert isinstance(decode(payload, NOW), Rejected)


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_any_bytes_get_an_answer(payload: bytes):
    assert decode(payload, NOW) == decode_plainly(payload, NOW)


@given(st.integers(0, len(CONTRACT) - 1), st.integers(0, 255))
def test_one_wrong_byte_gets_the_same_answer_from_both(place: int, byte: int):
    payload = CONTRACT[:place] + bytes([byte]) + CONTRACT[place + 1 :]
    assert decode(payload, NOW) == decode_plainly(payload, NOW)
