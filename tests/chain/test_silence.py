"""Homes from which nothing usable comes: silence, a storm of silence, garbage, a wrong clock, ten hours offline."""

from datetime import timedelta

HOME = "P-0042"
DUE_AND_GRACE = timedelta(minutes=80)  # from 02:10: due at 03:00, and half an hour


async def test_a_silent_home_is_texted_then_called_and_then_the_nurse(house, home):
    silent_at = house.clock.at + DUE_AND_GRACE
    house.pass_until(silent_at - timedelta(seconds=1))
    house.no_texts()
    assert home.row().group.name == "REST"
    house.pass_until(silent_at)
    [reminder] = house.expect((HOME, "sms"))
    assert reminder.startswith("Please measure now: temperature, blood pressure and oxygen.")
    assert home.row().group.name != "REST"
    house.pass_until(silent_at + timedelta(seconds=599))
    house.no_texts()
    house.pass_until(silent_at + timedelta(minutes=10))
    house.expect((HOME, "voice"))
    house.pass_until(silent_at + timedelta(seconds=1799))
    house.no_texts()
    house.pass_until(silent_at + timedelta(minutes=30))
    [page] = house.expect(("nurse", "sms"))
    assert "P-0042" in page


async def test_a_silence_nobody_answers_becomes_an_emergency_of_its_own_kind(house, home):
    silent_at = house.clock.at + DUE_AND_GRACE
    house.pass_until(silent_at + timedelta(minutes=59, seconds=59))
    assert {line.kind for line in house.lines()} == {"no_sight"}
    house.pass_until(silent_at + timedelta(minutes=60))
    line = house.line()
    assert (line.kind, line.urgency) == ("no_answer", "emergency")
    assert home.answer().urgency == "urgent", "never above urgent from sight alone"


async def test_a_reading_ends_the_silence(house, home):
    house.pass_until(house.clock.at + DUE_AND_GRACE)
    house.expect((HOME, "sms"))
    await home.measures_all_well()
    [thanks] = house.expect((HOME, "sms"))
    assert thanks.startswith("Received 36.8 C, SpO2 97, BP 122/78.")
    house.passes(hours=1)
    house.no_texts()
    assert house.lines() == []


async def test_homes_that_fall_silent_within_a_quarter_of_an_hour_are_one_page(house, well):
    homes = await well(house, *(f"P-000{number}" for number in range(1, 7)))
    silent_at = house.clock.at + DUE_AND_GRACE
    house.pass_until(silent_at + timedelta(minutes=30))
    pages = [text.body for text in house.outbox() if text.to == "nurse"]
    assert len(pages) == 1
    assert "and 5 more" in pages[0]
    code = pages[0].split("Reply ")[1].split(" ")[0]
    house.texts_back("+12025550112", f"{code} OK")
    assert {line.holder for line in house.lines("no_sight")} == {"Ben Ortiz"}
    assert len(house.lines("no_sight")) == len(homes)


async def test_a_hub_that_sends_garbage_shows_in_its_patients_reasons_and_nothing_else_stops(house, well):
    broken, sound = await well(house, "P-0001", "P-0002")
    await broken.publish(b"\x00\xffgarbage")
    house.settle()  # no second has passed
    assert any("could not be read" in reason for reason in broken.answer().reasons)
    assert not any("could not be read" in reason for reason in sound.answer().reasons)
    [technical] = house.lines("technical")
    assert (technical.urgency, technical.patient_id) == ("watch", broken.patient_id)
    assert any("could not be read" in banner.text for banner in house.board().banners)
    house.no_texts()
    await sound.measures(38.4)
    await broken.measures(38.5)
    pages = [text.body for text in house.outbox() if text.to == "nurse"]
    assert len(pages) == 2, "both homes are still heard"
    house.clock.advance(timedelta(hours=1, seconds=1))
    house.settle()
    assert house.lines("technical") == [], "an hour after the last garbage the condition is over"


async def test_a_device_clock_that_is_wrong_delays_and_hides_nothing(house, home):
    await home.measures(38.4, at=house.clock.at + timedelta(hours=2))
    answer = home.answer()
    assert (answer.crs.grade, answer.urgency) == (1, "urgent")
    assert answer.crs.episode.onset == house.clock.at, "graded when it was received"
    assert any("clock" in reason for reason in answer.reasons)
    assert [text.to for text in house.outbox() if text.to != HOME] == ["nurse"]
    [technical] = house.lines("technical")
    assert "clock" in technical.reason
    assert technical.urgency == "watch"


def nurse_has_the_silence(house, home, *, after):
    """Let a home be offline for so long, and the nurse of the day accept its page."""
    house.clock.advance(after)
    house.settle()
    house.texts_back("+12025550111", f"{house.line().page_code} OK")
    house.outbox()


async def test_ten_hours_offline_page_only_what_can_still_be_acted_on(house, home):
    offline_at = house.clock.at
    nurse_has_the_silence(house, home, after=timedelta(hours=10))
    with house.unseen():
        for after_h, celsius, systolic in ((1, 38.6, 118), (3, 38.9, 84), (5, 37.2, 118), (9, 36.9, 120)):
            at = offline_at + timedelta(hours=after_h)
            await home.sends(celsius, spo2=97, pressure=(systolic, 76), at=at)
    house.settle()
    answer = home.answer()
    assert answer.urgency == "routine", "what is newest and fresh is well"
    assert answer.crs.episode.onset == offline_at + timedelta(hours=1), "the past is graded again"
    assert answer.crs.episode.peak == 2
    assert any("late" in reason for reason in answer.reasons)
    assert {text.to for text in house.outbox()} <= {HOME}, "nobody is called for a fever of nine hours ago"
    assert "late" in " ".join((*home.row().why, *(cell.text for cell in home.row().cells)))


async def test_a_late_emergency_with_nothing_newer_calls_the_nurse(house, home):
    offline_at = house.clock.at
    nurse_has_the_silence(house, home, after=timedelta(hours=5))
    await home.measures(pressure=(84, 50), at=offline_at + timedelta(minutes=30))
    assert home.answer().urgency == "emergency"
    assert "day nurse" in {text.to for text in house.outbox()}


async def test_a_late_emergency_too_old_to_act_on_pages_nobody(house, home):
    offline_at = house.clock.at
    nurse_has_the_silence(house, home, after=timedelta(hours=7))
    await home.measures(pressure=(84, 50), at=offline_at + timedelta(minutes=30))
    assert home.answer().urgency != "emergency"
    assert {text.to for text in house.outbox()} <= {HOME}
