"""One reading from the button of a thermometer to the nurse's reply, and the night of a first fever."""

import asyncio
import json
import re
from datetime import timedelta
from typing import Any

import aiomqtt
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

PATIENCE_S = 15.0
FEVER = {"temperature": {"value": 38.4, "unit": "Cel", "site": "oral"}}
STAFF_TEXT = re.compile(r"STEPGUARD URGENT P-0042\. Reply ([A-Z0-9]+) OK\. Call 555-0100")


async def publish_by_paho(home, protocol: int, payload: bytes) -> None:
    """Publish as the many devices do that use paho; return once `down/ack` covers the message."""
    loop = asyncio.get_running_loop()
    covered = asyncio.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=home.hub, protocol=protocol)
    client.username_pw_set(home.hub, home.password)

    def on_connect(client: Any, *_: Any) -> None:
        client.subscribe(f"{home.topic}/down/ack", qos=1)

    def on_subscribe(client: Any, *_: Any) -> None:
        client.publish(f"{home.topic}/up/reading", payload, qos=1)

    def on_message(_client: Any, _data: Any, message: Any) -> None:
        if json.loads(message.payload) == {"boot": home.boot, "seq": home.seq}:
            loop.call_soon_threadsafe(covered.set)

    client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
    client.connect_async("127.0.0.1", home.house.port)
    client.loop_start()
    try:
        await asyncio.wait_for(covered.wait(), PATIENCE_S)
    finally:
        client.disconnect()
        await asyncio.to_thread(client.loop_stop)


async def publish_by_aiomqtt(home, protocol: aiomqtt.ProtocolVersion, payload: bytes) -> None:
    """Publish as an asyncio hub does; return once `down/ack` covers the message."""
    client = aiomqtt.Client(
        "127.0.0.1",
        home.house.port,
        identifier=home.hub,
        username=home.hub,
        password=home.password,
        protocol=protocol,
        timeout=PATIENCE_S,
    )
    async with asyncio.timeout(PATIENCE_S), client:
        await client.subscribe(f"{home.topic}/down/ack", qos=1)
        await client.publish(f"{home.topic}/up/reading", payload, qos=1)
        async for message in client.messages:
            if json.loads(bytes(message.payload)) == {"boot": home.boot, "seq": home.seq}:
                return
    raise AssertionError("the connection ended without an acknowledgement")


@pytest.mark.parametrize(
    ("publish", "protocol"),
    [
        (publish_by_paho, paho.MQTTv311),
        (publish_by_paho, paho.MQTTv5),
        (publish_by_aiomqtt, aiomqtt.ProtocolVersion.V311),
        (publish_by_aiomqtt, aiomqtt.ProtocolVersion.V5),
    ],
    ids=["paho 3.1.1", "paho 5", "aiomqtt 3.1.1", "aiomqtt 5"],
)
async def test_a_reading_over_mqtt_becomes_a_grade_a_text_and_a_line_and_the_reply_stops_the_ladder(
    house, home, publish, protocol
):
    await home.hang_up()
    await publish(home, protocol, home.message(**FEVER))
    house.settle()

    answer = home.answer()
    assert (answer.crs.grade, answer.crs.at_least, answer.crs.certainty) == (1, True, "suspected")
    nurse, _ = house.expect(("nurse", "sms"), ("P-0042", "sms"))
    said = STAFF_TEXT.fullmatch(nurse)
    assert said is not None, nurse
    row = home.row()
    assert row.group.name == "URGENT"
    assert row.flashing
    assert "38.4" in " ".join(cell.text for cell in row.cells)
    assert said[1] in house.board().next_thing.text

    house.texts_back("+12025550112", f"{said[1]} OK")
    [receipt] = house.expect(("nurse", "sms"))
    assert receipt == f"{said[1]}: accepted, thank you."
    assert not home.row().flashing
    assert house.line().holder == "Ben Ortiz"
    house.passes(minutes=70)
    assert not [text for text in house.outbox() if text.to != "P-0042"], "nobody else is called"


@pytest.mark.at_a_site
async def test_a_first_fever_as_the_night_is_told(house, home):
    await home.measures(38.4)  # 02:10
    answer = home.answer()
    assert (answer.crs.grade, answer.crs.certainty, answer.urgency) == (1, "suspected", "urgent")
    nurse, caregiver = house.expect(("nurse", "sms"), ("P-0042", "sms"))
    assert STAFF_TEXT.fullmatch(nurse)
    assert caregiver == "Received 38.4 C. Now: blood pressure and oxygen. A nurse will call."
    assert home.row().group.name == "URGENT"

    house.passes(seconds=299)
    house.no_texts()
    house.passes(seconds=1)  # 02:15
    spoken, _ = house.expect(("nurse", "voice"), ("P-0042", "voice"))
    assert "P, 0 0 4 2" in spoken
    assert "38" not in spoken, "clinical words only after the listener's PIN"

    house.passes(minutes=4)
    house.no_texts()
    await home.measures(spo2=97, pressure=(121, 76))
    [thanks] = house.expect(("P-0042", "sms"))
    assert thanks.startswith("Received SpO2 97, BP 121/76.")
    house.passes(seconds=60)  # 02:20
    house.expect(("second nurse", "sms"))
    due = home.answer().next_due
    values_at = house.clock.at - timedelta(minutes=1)
    assert (due.oximetry, due.blood_pressure) == (values_at + timedelta(hours=1),) * 2
    assert home.answer().urgency == "urgent"

    house.passes(seconds=299)
    house.no_texts()
    house.passes(seconds=1)  # 02:25
    house.expect(("oncologist", "sms"))


async def test_a_home_that_measured_is_not_called_for_it_a_second_time(house, home):
    await home.measures(38.4)
    house.passes(minutes=3)
    await home.measures(spo2=97, pressure=(121, 76))
    house.outbox()
    house.passes(minutes=2)
    house.expect(("nurse", "voice"))


async def test_a_caregivers_text_counts_like_a_devices_values(house, well):
    by_text, by_device = await well(house, "P-0042", "P-0043")
    by_text.texts("T 38.4 S 94 B 104/61")
    await by_device.measures(38.4, spo2=94, pressure=(104, 61))
    told, measured = by_text.answer(), by_device.answer()
    assert (told.crs.grade, told.crs.certainty, told.urgency) == (1, "suspected", "emergency")
    assert (told.crs, told.urgency, told.sight) == (measured.crs, measured.urgency, measured.sight)
    shown = " ".join(cell.text for cell in by_text.row().cells)
    assert all(value in shown for value in ("38.4", "94", "104/61"))
    sent = house.outbox()
    for home in (by_text, by_device):
        assert [text.body[:38] for text in sent if text.to == home.code] == ["Go to the emergency department now. Sh"]
        assert len([text for text in sent if text.to == "nurse" and home.code in text.body]) == 1


async def test_a_text_is_answered_with_what_it_said_and_what_comes_next(house, home):
    home.texts("T 38.4")
    _, caregiver = house.expect(("nurse", "sms"), ("P-0042", "sms"))
    assert caregiver == "Received 38.4 C. Now: blood pressure and oxygen. A nurse will call."


async def test_a_dangerous_value_by_text_is_an_emergency_and_a_good_one_by_text_lowers_nothing(house, home):
    home.texts("S 90")
    assert house.line().urgency == "emergency"
    house.passes(minutes=1)
    home.texts("S 98")
    house.passes(minutes=1)
    home.texts("S 98")
    assert home.answer().urgency == "routine"
    assert house.line().urgency == "emergency", "never lowered by a text until a nurse confirms"


async def test_a_value_worth_watching_stands_on_the_board_and_the_home_is_asked_again_by_day(house, home):
    await home.measures(37.6)
    house.no_texts()
    assert home.row().group.name == "WATCH"
    house.clock.at = house.clock.at.replace(hour=2, minute=50)
    await home.measures(37.6, spo2=97, pressure=(122, 78))
    house.outbox()
    house.pass_until(house.clock.at.replace(hour=6, minute=59, second=59))
    assert "Please measure again" not in " ".join(text.body for text in house.outbox() if text.to == "P-0042")
    house.passes(seconds=1)
    assert any("Please measure again" in text.body for text in house.outbox() if text.to == "P-0042")
