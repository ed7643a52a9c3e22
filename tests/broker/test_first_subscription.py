"""What hubs sent before the broker kept anything for the gateway is lost on the way, and comes from the hub again."""

from datetime import timedelta
from typing import Any

A_MINUTE = timedelta(seconds=61)


async def test_what_was_sent_before_the_gateway_subscribed_is_asked_for_and_not_confirmed_unseen(
    broker_site: Any, spell: Any, wait_until: Any
):
    site = broker_site
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(3))  # 1 and 2 went to a broker that knew no gateway yet
        await wait_until(lambda: site.stored() == [3], "it is stored")
        site.clock.advance(A_MINUTE)
        assert await hub.heard("request") == {"resend": [1, 2], "boot": "b1"}
        await hub.publish(spell(1))
        assert await hub.heard() == {"boot": "b1", "seq": 1}
        await hub.publish(spell(2))
        assert await hub.heard() == {"boot": "b1", "seq": 3}
    assert site.stored() == [3, 1, 2]


async def test_a_hub_that_has_nothing_older_is_believed_after_three_questions(
    broker_site: Any, spell: Any, wait_until: Any
):
    site = broker_site
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(7))
        await wait_until(lambda: site.stored() == [7], "it is stored")
        for pause in (1, 1, 2, 4):
            site.clock.advance(pause * A_MINUTE)
            assert await hub.heard("request") == {"resend": [1, 2, 3, 4, 5, 6], "boot": "b1"}
        await hub.publish(spell(8))
        assert await hub.heard() == {"boot": "b1", "seq": 8}, "the hub heard the questions, and counts from seven"
        await hub.publish(spell(9))
        assert await hub.heard() == {"boot": "b1", "seq": 9}


async def test_a_gateway_whose_session_was_kept_takes_the_first_number_as_the_start(broker_site: Any, spell: Any):
    site = broker_site
    await site.stop()
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(7))
        await site.start()
        await hub.heard_until(7)


async def test_the_doubt_outlives_a_restart(broker_site: Any, spell: Any, wait_until: Any):
    site = broker_site
    async with site.hub() as hub:
        await hub.listen()
        await hub.publish(spell(3))
        await wait_until(lambda: site.stored() == [3], "it is stored")
        await site.stop()
        await site.start()
        await hub.publish(spell(4))
        await wait_until(lambda: site.stored() == [3, 4], "it is stored")
        await hub.publish(spell(1))
        assert await hub.heard() == {"boot": "b1", "seq": 1}
