"""Duplicates and restarts: nobody is called twice, nothing pending is forgotten."""

import json
from datetime import timedelta

HOME = "P-0042"


async def test_a_message_sent_again_pages_nobody_twice(house, home):
    payload = home.message(temperature={"value": 38.4, "unit": "Cel", "site": "oral"})
    for _ in range(3):
        await home.publish(payload)
        house.settle()
    house.expect(("nurse", "sms"), (HOME, "sms"))


async def test_a_reading_without_a_number_sent_again_pages_nobody_twice(house, home):
    body = json.loads(home.message(temperature={"value": 38.4, "unit": "Cel", "site": "oral"}))
    payload = json.dumps({key: body[key] for key in ("measured_at", "temperature")}).encode()
    for _ in range(3):
        await home.publish(payload)
        house.settle()
    house.expect(("nurse", "sms"), (HOME, "sms"))


async def test_a_duplicate_after_a_restart_of_everything_pages_nobody_twice(house, home):
    payload = home.message(temperature={"value": 38.4, "unit": "Cel", "site": "oral"})
    await home.publish(payload)
    house.settle()
    house.expect(("nurse", "sms"), (HOME, "sms"))
    await house.close()
    await house.open()
    house.restart()
    await home.publish(payload)
    house.settle()
    house.no_texts()


async def test_a_restart_in_the_middle_of_a_ladder_fires_the_pending_rung_and_none_twice(house, home):
    await home.measures(38.4)
    house.expect(("nurse", "sms"), (HOME, "sms"))
    for _ in range(3):
        house.restart()
        house.settle()
    house.passes(seconds=299)
    house.no_texts()
    house.restart()
    house.passes(seconds=1)
    house.expect(("nurse", "voice"), (HOME, "voice"))
    house.restart()
    house.clock.advance(timedelta(minutes=10))  # stopped over two rungs
    house.restart()
    house.settle()
    house.expect(("second nurse", "sms"), ("oncologist", "sms"))
    house.restart()
    house.settle()
    house.no_texts()


async def test_an_acknowledgement_survives_a_restart_and_still_runs_out(house, home):
    await home.measures(38.4)
    house.texts_back("+12025550112", f"{house.line().page_code} OK")
    await home.measures(38.4, spo2=97, pressure=(121, 76))
    house.outbox()
    house.restart()
    for _ in range(2):
        house.passes(minutes=59)
        await home.measures(38.3, spo2=97, pressure=(121, 76))
        assert "nurse" not in {text.to for text in house.outbox()}
    house.passes(minutes=2)
    assert "nurse" in {text.to for text in house.outbox()}


async def test_readings_stored_while_the_monitor_was_away_are_graded_when_it_returns(house, home):
    await home.sends(38.4)
    house.restart()
    house.settle()
    house.expect(("nurse", "sms"), (HOME, "sms"))
