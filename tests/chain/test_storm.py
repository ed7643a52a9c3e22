"""An outage before many homes: from what is said of their hubs to the nurse's telephone, and what stays clinical."""

from datetime import timedelta

NURSE = "+12025550112"
CODES = [f"P-000{number}" for number in range(1, 7)]
DUE_AND_GRACE = timedelta(minutes=80)  # from 02:10: due at 03:00, and half an hour
HALF_AN_HOUR = timedelta(minutes=30)


def to_staff(house) -> list[tuple[str, str, str]]:
    return [(text.to, text.channel, text.body) for text in house.outbox() if text.to not in CODES]


def accepts(house, body):
    house.texts_back(NURSE, f"{body.split('Reply ')[1][:4]} OK")
    house.outbox()


async def test_an_outage_before_six_homes_is_one_page_and_what_is_more_than_silence_calls_by_itself(house, well):
    homes = await well(house, *CODES)
    silent_at = house.clock.at + DUE_AND_GRACE

    for home in homes:
        await home.publish_below("state", b'{"online": false}')
    house.settle()
    [(to, channel, body)] = to_staff(house)
    assert (to, channel) == ("nurse", "sms")
    assert body.startswith("STEPGUARD SYSTEM. Reply ")
    accepts(house, body)
    assert {line.reason for line in house.lines("technical") if line.explained_by is None} == {
        "6 home hubs went offline together"
    }

    house.pass_until(silent_at + timedelta(seconds=1799))
    assert to_staff(house) == []
    house.pass_until(silent_at + HALF_AN_HOUR)
    [(to, _, body)] = to_staff(house)
    assert to == "nurse"
    assert body.startswith("STEPGUARD SYSTEM, 6 homes silent. Reply ")
    accepts(house, body)
    [cause] = [line for line in house.lines("technical") if line.explained_by is None]
    assert list(cause.stands_for) == CODES
    assert {home.answer().urgency for home in homes} == {"urgent"}, "what it stands for is shown as bad as it is"

    house.passes(minutes=5)
    homes[3].texts("T 38.6")
    pages = to_staff(house)
    assert [body[:27] for to, _, body in pages if to == "nurse"] == ["STEPGUARD URGENT P-0004. Re"]

    for home in homes[:3]:
        await home.publish_below("state", b'{"online": true}')
        await home.sends(36.8, spo2=97, pressure=(122, 78))
    house.passes(seconds=59)
    assert to_staff(house) == []
    house.passes(seconds=1)
    called = [body for to, _, body in to_staff(house) if to == "nurse"]
    assert [body.split(". Reply")[0][-20:] for body in called] == ["NT P-0005 and 1 more"], "the cause has ended"
