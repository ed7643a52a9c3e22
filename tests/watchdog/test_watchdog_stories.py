"""A watchdog and a real chain: both networks, the real endpoint, each fault called by the second path, and its end."""

import math
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import msgspec
import pytest

from alerts import watchdog_service
from alerts.watchdog import Watchdog
from alerts.watchdog_round import LEGS
from alerts.watchdog_settings import watch_of
from gateway.clock import StillClock, WallClock
from gateway.readiness import GIB
from gateway.settings import Settings, SettingsError, TwilioSettings, WatchdogSettings

RULES = Path(__file__).parents[2] / "deploy" / "prometheus-alerts.yml"
FULL = SimpleNamespace(total=100 * GIB, free=GIB // 10)
ROOMY = SimpleNamespace(total=100 * GIB, free=50 * GIB)
OURS, WATCHDOG, ENGINEER, SECOND = "+12025550100", "+12025550190", "+12025550131", "+12025550132"


async def test_all_is_well_one_page_arrives_each_leg_is_seen_and_nobody_is_disturbed(watched):
    last = await watched.round()
    assert last.verdict.state == "well"
    told_by_the_house = {"graded", "written", "sent"}
    assert set(last.round.legs) >= set(LEGS) - told_by_the_house, "what the house says may come later than the text"
    assert [(one.channel, one.to) for one in watched.ours.taken] == [("sms", WATCHDOG)]
    await watched.dog.tick()
    assert watched.called() == []
    assert watched.dog.findings == []
    assert watched.outside.pings > 0
    assert watched.outside.told == []
    line = watched.lines()["watchdog"]
    assert (line.state, line.text) == ("ok", "the watchdog watchdog was heard")
    assert watched.lines()["clock"].state == "ok"
    await watched.watch_until(lambda: watched.lines()["texts"].state == "ok")
    assert watched.lines()["texts"].text == "the watchdog's text arrived"


async def test_its_figures_are_those_that_the_suggested_rules_name(watched):
    before = figures(watched.dog)
    assert (before["stepguard_watchdog_rounds_total", "well"], before["stepguard_watchdog_findings", "high"]) == (0, 0)
    assert math.isnan(before["stepguard_watchdog_leg_seconds", "received"])
    await watched.round()
    after = figures(watched.dog)
    assert after["stepguard_watchdog_rounds_total", "well"] == 1
    assert 0 < after["stepguard_watchdog_leg_seconds", "stored"] <= after["stepguard_watchdog_leg_seconds", "received"]
    named = set(re.findall(r"\bstepguard_watchdog_\w+", RULES.read_text()))
    assert named == {name for name, _ in after}


def figures(dog: Watchdog) -> dict[tuple[str, str], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in watchdog_service._figures(dog)
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


async def test_texts_that_the_network_refuses_are_called_by_the_second_path_until_they_arrive_again(watched, phones):
    watched.ours.manners[WATCHDOG] = [phones.Manner(status=401, code=20003) for _ in range(2)]
    assert (await watched.round()).verdict.leg == "received"
    texts = await watched.watch_until(lambda: watched.finding("system:texts"))
    assert texts.text.startswith("the watchdog's text failed: the telephone network refuses our account")
    assert watched.lines()["texts"].text == texts.text, "the board says the same"
    lost = await watched.watch_until(lambda: watched.finding("round"))
    assert lost.severity == "high"
    assert lost.text.startswith("a reading that was stored causes no text that arrives: its page failed (")
    assert [(channel, to) for channel, to, _ in watched.called()] == [("sms", ENGINEER), ("sms", SECOND)]
    assert all(len(body) <= 160 for *_, body in watched.called())
    assert [one["findings"][0]["key"] for one in watched.outside.told] == ["system:texts"]
    await watched.watch_until(lambda: len(watched.called()) == 4)
    assert {body for *_, body in watched.called()[2:]} == {"STEPGUARD WATCHDOG: all is well again."}
    assert watched.dog.findings == []


async def test_an_ok_to_the_watchdogs_number_stops_the_calls_and_everybody_hears_who_has_it(watched, phones):
    watched.ours.manners[WATCHDOG] = [phones.Manner(status=401, code=20003) for _ in range(50)]
    await watched.round()
    await watched.watch_until(lambda: watched.finding("round"))
    called = len(watched.called())
    watched.theirs.arrive(SECOND, "OK")
    await watched.watch_until(lambda: watched.dog.calling.accepted)
    assert watched.dog.calling.accepted.by == SECOND
    await watched.dog.tick()
    assert {body[:38] for _, _, body in watched.called()[called:]} == {"STEPGUARD WATCHDOG: taken on by ..0132"}


async def test_a_house_that_stops_is_called_within_two_looks_and_cleared_by_nothing_else(watched):
    await watched.round()
    await watched.stop_chain()
    await watched.watch_until(lambda: watched.dog.findings)
    assert {one.key for one in watched.dog.findings} >= {"gateway:process", "monitor:process", "alerts:process"}
    await watched.dog.tick()
    assert ("sms", ENGINEER) in [(channel, to) for channel, to, _ in watched.called()]
    pings = watched.outside.pings
    await watched.round()
    last = await watched.round()
    assert last.verdict.text == "the way in for hubs takes no connection: nobody listens"
    assert watched.finding("round") is not None
    assert watched.outside.pings == pings, "nobody outside is told that all is well"


async def test_a_database_that_is_taken_away_is_called(watched, tmp_path):
    file = tmp_path / "house.db"
    file.rename(tmp_path / "elsewhere.db")
    await watched.watch_until(lambda: watched.finding("gateway:database"))
    assert "removed or replaced" in watched.finding("gateway:database").text
    assert ("sms", ENGINEER) in [(channel, to) for channel, to, _ in watched.called()]
    (tmp_path / "elsewhere.db").rename(file)
    await watched.watch_until(lambda: not watched.dog.findings)
    assert watched.called()[-1][2] == "STEPGUARD WATCHDOG: all is well again."


async def test_a_clock_that_is_off_is_named_and_the_telephone_network_says_whose(watched):
    ahead = watched.new_dog(StillClock(WallClock().now() + timedelta(minutes=10)))
    try:
        await watched.watch_until(lambda: ahead.findings, ahead)
        assert [one.key for one in ahead.findings] == ["clock:own"]
        assert ahead.findings[0].text.startswith("the watchdog's own clock is 6")
        assert ahead.findings[0].text.endswith(" s ahead of the network's")
        await watched.watch_until(lambda: watched.lines()["clock"].state == "failed", ahead)
        assert watched.lines()["clock"].text.endswith("behind that of the watchdog watchdog")
    finally:
        await ahead.close()


async def test_a_watchdog_that_vanishes_is_missed_at_once_and_found_again(watched, until):
    await watched.round()
    client = watched.dog._hub._connected
    client._client.socket().shutdown(2)  # as the end of its process does: no word of goodbye
    await until(lambda: watched.lines()["watchdog"].state == "failed")
    assert watched.lines()["watchdog"].text == "the watchdog watchdog has not been heard of since"
    await watched.round()
    assert watched.lines()["watchdog"].state == "ok"


async def test_a_watchdog_that_is_stopped_says_so_and_one_that_only_looks_disturbs_it_not(watched):
    await watched.round()
    looking = Watchdog(watch_of(watched.settings), WallClock(), ZoneInfo("UTC"), mute=True)
    await watched.watch_until(lambda: looking.last, looking)
    assert looking.last.verdict.state == "well"
    await looking.close()
    assert watched.lines()["watchdog"].state == "ok"
    assert watched.dog._hub._connected is not None
    await watched.dog.close()
    assert watched.lines()["watchdog"].state == "failed"


async def test_without_an_account_of_its_own_the_watchdog_takes_the_systems_word_and_calls_by_webhook(watched):
    section = msgspec.structs.replace(
        watched.settings.watchdog, account_sid=None, auth_token=None, number=None, api_url=None, call=""
    )
    watched.settings = msgspec.structs.replace(watched.settings, watchdog=section)
    assert watch_of(watched.settings).account is None
    dog = watched.new_dog(WallClock())
    try:
        await watched.watch_until(lambda: dog.last, dog)
        assert dog.last.verdict.state == "well"
        assert "received" not in dog.last.round.legs
    finally:
        await dog.close()


async def test_a_wrong_password_is_said_in_so_many_words(watched):
    section = msgspec.structs.replace(watched.settings.watchdog, password="another")
    watched.settings = msgspec.structs.replace(watched.settings, watchdog=section)
    dog = watched.new_dog(WallClock())
    try:
        await watched.watch_until(lambda: dog.last, dog)
        assert dog.last.verdict.text.startswith("the way in for hubs takes no connection: refused (")
    finally:
        await dog.close()


async def test_a_disk_without_room_is_called_and_makes_the_house_unready(watched, monkeypatch, tmp_path):
    monkeypatch.setattr("alerts.surroundings.shutil.disk_usage", lambda _: FULL)
    monkeypatch.setattr("alerts.surroundings.LOOK_EVERY_S", 0.0)
    await watched.watch_until(lambda: watched.finding("alerts:disk") and watched.finding("system:disk"))
    assert watched.finding("system:disk").text == "database: 0.1 GiB free of 100"
    assert watched.lines()["disk"].state == "failed"
    monkeypatch.setattr("alerts.surroundings.shutil.disk_usage", lambda _: ROOMY)
    await watched.watch_until(lambda: not watched.dog.findings)


async def test_the_watchdogs_own_telephone_that_fails_is_told_by_the_webhook_and_stops_the_pings(watched):
    await watched.round()
    watched.theirs.token = "a token that was renewed"
    await watched.watch_until(lambda: watched.outside.told)
    assert watched.dog.own_fault == "the network answers HTTP 401"
    assert watched.outside.told[0]["findings"][0]["key"] == "own-path"
    pings = watched.outside.pings
    await watched.dog.tick()
    assert watched.outside.pings == pings


async def test_a_watchdog_that_fails_in_one_place_calls_about_it_and_about_the_others(watched, monkeypatch):
    async def broken(*_):
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr("alerts.watchdog_account.AccountClient.inbox", broken)
    await watched.dog.tick()
    assert [one.key for one in watched.dog.findings] == ["own-sight"]
    assert [(channel, to) for channel, to, _ in watched.called()] == [("sms", ENGINEER), ("sms", SECOND)]
    await watched.stop_chain()
    await watched.dog.tick()
    assert "gateway:process" in {one.key for one in watched.dog.findings}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": None}, "watchdog.url: is missing"),
        ({"url": "mqtt://hubs.example.org:1883"}, "watchdog.url: hubs.example.org is beyond this machine"),
        ({"password": None}, "watchdog.password: is missing"),
        ({"account_sid": "AC12"}, "watchdog.account_sid: is not AC followed by 32"),
        ({"auth_token": None}, "watchdog.auth_token: is missing"),
        ({"number": "190"}, "watchdog.number: is missing or no number"),
        ({"call": ""}, "watchdog.call: is missing"),
        ({"call": "112"}, "watchdog.call: '112' is not a number"),
        ({"account_sid": None, "auth_token": None, "number": None, "api_url": None}, "watchdog.call: needs"),
        ({"webhook": "hook"}, "watchdog.webhook: 'hook' is no address"),
        ({"certificates": "broker"}, "watchdog.certificates: 'broker' is not host:port"),
        (
            {"account_sid": None, "auth_token": None, "number": None, "api_url": None, "call": "", "webhook": None},
            "watchdog: nobody would be called",
        ),
    ],
)
def test_a_watchdog_that_could_not_do_its_work_is_refused_with_key_and_remedy(changes, said):
    good = WatchdogSettings(
        url="mqtt://127.0.0.1:1883",
        password="secret",
        account_sid="AC" + "1" * 32,
        auth_token="token",
        number=WATCHDOG,
        call=f"{ENGINEER}, {SECOND}",
        webhook="https://example.org/hook",
    )
    assert watch_of(Settings(watchdog=good)).numbers == (ENGINEER, SECOND)
    with pytest.raises(SettingsError, match=re.escape(said)):
        watch_of(Settings(watchdog=msgspec.structs.replace(good, **changes)))


def test_the_account_of_the_watched_house_is_no_second_path():
    own = WatchdogSettings(
        url="mqtt://127.0.0.1:1883",
        password="secret",
        account_sid="AC" + "1" * 32,
        auth_token="token",
        number=WATCHDOG,
        call=ENGINEER,
    )
    with pytest.raises(SettingsError, match="a second path needs an account of its own"):
        watch_of(Settings(watchdog=own, twilio=TwilioSettings(account_sid="AC" + "1" * 32)))
