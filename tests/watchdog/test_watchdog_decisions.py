"""What the watchdog takes for wrong, and whom it calls when: values in, values out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.watchdog_calls import Call, Calling, Reach, Reply, answered, due, look, made, words
from alerts.watchdog_round import LEGS, Round, judge, spans_s
from alerts.watchdog_sight import (
    Answer,
    Certificate,
    Finding,
    Known,
    Seen,
    fold,
    lasting,
    of_answer,
    of_certificate,
    of_clocks,
    of_own_path,
    of_rounds,
)

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
S, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
UTC_ZONE = ZoneInfo("UTC")
ADA, BEN = "+12025550131", "+12025550132"
REACH = Reach(numbers=(ADA, BEN), webhook=True)


def high(key: str = "alerts:cycle", text: str = "alerts hangs", since: datetime = NOON) -> Finding:
    return Finding(key=key, severity="high", since=since, text=text)


def low(key: str = "system:disk", since: datetime = NOON) -> Finding:
    return Finding(key=key, severity="low", since=since, text="database: 1.9 GiB free of 40")


def answer(**changes: object) -> Answer:
    return Answer(**({"address": "a:1", "asked_at": NOON, "status": 200, "not_ready": {}} | changes))


# --- a round ------------------------------------------------------------------------------------------------------


def test_a_round_is_well_when_its_text_arrived_and_under_way_before():
    one = Round(token="w-1", began_at=NOON)
    for seconds, leg in enumerate(LEGS, 1):
        assert judge(one, NOON + seconds * S).state == "under way"
        one = one.reached(leg, NOON + seconds * S)
    assert judge(one, NOON + HOUR).state == "well"
    assert spans_s(one) == {leg: float(seconds) for seconds, leg in enumerate(LEGS, 1)}


@pytest.mark.parametrize(
    ("reached", "after", "leg", "text"),
    [
        ((), 15 * S, "connected", "the way in for hubs takes no connection"),
        (("connected",), 25 * S, "published", "the way in for hubs acknowledges no reading"),
        (("connected", "published"), 35 * S, "stored", "a reading that was taken is not said to be stored"),
        (LEGS[:3], 180 * S, "received", "causes no text that arrives: it was stored and not graded"),
        (LEGS[:4], 180 * S, "received", "causes no text that arrives: it was graded and caused no page"),
        (LEGS[:5], 180 * S, "received", "causes no text that arrives: its page was written and not sent"),
        (LEGS[:6], 180 * S, "received", "causes no text that arrives: its page was sent"),
    ],
)
def test_a_round_is_lost_at_the_first_leg_that_was_not_seen_in_time(reached, after, leg, text):
    one = Round(token="w-1", began_at=NOON, legs=dict.fromkeys(reached, NOON))
    assert judge(one, NOON + after - S).state == "under way"
    verdict = judge(one, NOON + after)
    assert (verdict.state, verdict.leg) == ("lost", leg)
    assert verdict.text.endswith(text)


def test_what_the_watched_system_says_of_its_page_never_makes_a_round_well():
    one = Round(token="w-1", began_at=NOON, legs=dict.fromkeys(LEGS[:6], NOON))
    assert judge(one, NOON + 3 * MINUTE).state == "lost"


def test_without_an_account_of_its_own_the_watchdog_believes_what_was_sent():
    one = Round(token="w-1", began_at=NOON, legs=dict.fromkeys(LEGS[:6], NOON))
    assert judge(one, NOON, last="sent").state == "well"


def test_a_connection_that_is_refused_is_lost_at_once_and_says_why():
    verdict = judge(Round(token="w-1", began_at=NOON, fault="not authorized"), NOON)
    assert verdict.text == "the way in for hubs takes no connection: not authorized"


def test_one_lost_round_is_a_carriers_mood_and_two_are_a_finding():
    lost = judge(Round(token="w-1", began_at=NOON, fault="refused"), NOON)
    assert list(of_rounds([(NOON, lost)])) == []
    [seen] = of_rounds([(NOON, lost), (NOON + MINUTE, lost)])
    assert (seen.severity, seen.since) == ("high", NOON)


# --- what is seen ---------------------------------------------------------------------------------------------------


def test_a_part_that_does_not_answer_is_a_finding_after_half_a_minute_and_no_longer_than_it_lasts():
    seen = list(of_answer(answer(status=None, fault="refused")))
    known = fold({}, seen, NOON)
    assert lasting(known, NOON + 29 * S) == []
    known = fold(known, seen, NOON + 30 * S)
    [finding] = lasting(known, NOON + 30 * S)
    assert (finding.severity, finding.since, finding.text) == ("high", NOON, "no answer from a:1: refused")
    assert fold(known, [], NOON + 40 * S) == {}


def test_a_standby_and_the_systems_word_about_us_are_no_trouble():
    said = answer(
        status=503,
        not_ready={"alerts": {"leading": "stands by"}},
        system=[
            {"subject": "watchdog", "state": "failed", "since": None, "text": "not heard of"},
            {"subject": "texts", "state": "unseen", "since": None, "text": "nothing was sent yet"},
            {"subject": "monitor", "state": "ok", "since": None, "text": "works"},
        ],
    )
    assert list(of_answer(said)) == []


def test_the_systems_own_list_says_what_and_since_when():
    line = {"subject": "disk", "state": "doubtful", "since": "2026-03-02T09:00:00+00:00", "text": "database: 1.9 GiB"}
    seen = list(of_answer(answer(system=[line])))
    known = fold(fold({}, seen, NOON), seen, NOON + MINUTE)
    [finding] = lasting(known, NOON + MINUTE)
    assert finding == Finding(key="system:disk", severity="low", since=NOON - 3 * HOUR, text="database: 1.9 GiB")


def test_of_two_addresses_that_tell_of_one_thing_the_worse_counts():
    known = fold({}, [Seen(key="k", severity="high", text="bad"), Seen(key="k", severity="low", text="so so")], NOON)
    assert known == {"k": Known(finding=high("k", "bad"), first_seen=NOON, grace=timedelta(0))}


@pytest.mark.parametrize(
    ("ours_ahead_of_theirs", "network_ahead_s", "texts"),
    [
        (5 * S, None, []),
        (90 * S, None, ["the clock of a:1 is 90 s behind the watchdog's"]),
        (90 * S, 0.2, ["the clock of a:1 is 90 s behind the telephone network's"]),
        (90 * S, -90.0, ["the watchdog's own clock is 90 s ahead of the network's"]),
    ],
)
def test_the_telephone_network_decides_whose_clock_is_wrong(ours_ahead_of_theirs, network_ahead_s, texts):
    found = list(of_clocks([answer(date=NOON - ours_ahead_of_theirs)], network_ahead_s))
    assert [one.text for one in found] == texts
    assert {one.severity for one in found} <= {"high"}


@pytest.mark.parametrize(
    ("left", "severity"),
    [(timedelta(days=15), None), (timedelta(days=14), "low"), (timedelta(days=3), "high"), (-HOUR, "high")],
)
def test_a_certificate_is_told_of_before_it_ends(left, severity):
    found = list(of_certificate(Certificate(address="broker:8883", valid_until=NOON + left), NOON))
    assert [one.severity for one in found] == ([] if severity is None else [severity])


def test_an_address_that_shows_no_certificate_is_a_finding_after_two_minutes():
    seen = list(of_certificate(Certificate(address="broker:8883", valid_until=None, fault="refused"), NOON))
    known = fold({}, seen, NOON)
    assert lasting(known, NOON + MINUTE) == []
    assert [one.text for one in lasting(known, NOON + 2 * MINUTE)] == ["broker:8883: refused"]


def test_a_watchdog_that_cannot_call_says_so():
    assert list(of_own_path(None)) == []
    [seen] = of_own_path("HTTP 401")
    assert (seen.severity, seen.text) == ("high", "the watchdog cannot call by telephone: HTTP 401")


# --- whom it calls --------------------------------------------------------------------------------------------------


def ways(calls: list[Call]) -> list[tuple[str, str]]:
    return [(call.way, call.target) for call in calls]


def run(calling: Calling, findings: list[Finding], now: datetime, reach: Reach = REACH) -> tuple[Calling, list[Call]]:
    """Look, make every call that is due, and note that each went out."""
    calling = look(calling, findings, now)
    calls = due(calling, findings, reach, now, UTC_ZONE)
    for call in calls:
        calling = made(calling, call, now, well=True)
    return calling, calls


def test_a_high_finding_is_texted_at_once_rings_after_two_minutes_and_is_repeated():
    calling, calls = run(Calling(), [high()], NOON)
    assert ways(calls) == [("sms", ADA), ("sms", BEN), ("webhook", "")]
    calling, calls = run(calling, [high()], NOON + MINUTE)
    assert calls == []
    calling, calls = run(calling, [high()], NOON + 2 * MINUTE)
    assert ways(calls) == [("voice", ADA), ("voice", BEN)]
    for minutes in range(10, 60, 10):
        calling, calls = run(calling, [high()], NOON + minutes * MINUTE)
        assert ways(calls) == [("sms", ADA), ("sms", BEN), ("voice", ADA), ("voice", BEN), ("webhook", "")]
        assert run(calling, [high()], NOON + (minutes + 9) * MINUTE)[1] == []


def test_a_trouble_that_nobody_takes_on_is_never_silent_for_longer_than_half_an_hour():
    calling, last = Calling(), NOON
    for minute in range(48 * 60):
        now = NOON + minute * MINUTE
        calling, calls = run(calling, [high()], now)
        if calls:
            last = now
        assert now - last <= 30 * MINUTE
        assert len(calling.done) < 1000


def test_a_call_that_did_not_go_out_is_tried_again_and_the_others_are_not():
    calling = look(Calling(), [high()], NOON)
    for call in due(calling, [high()], REACH, NOON, UTC_ZONE):
        calling = made(calling, call, NOON, well=call.target != BEN)
    assert due(calling, [high()], REACH, NOON + 29 * S, UTC_ZONE) == []
    assert ways(due(calling, [high()], REACH, NOON + 30 * S, UTC_ZONE)) == [("sms", BEN)]


def test_a_yes_stops_the_calls_for_an_hour_and_no_longer():
    calling, _ = run(Calling(), [high()], NOON)
    calling = answered(
        calling, Reply(reference="SM1", sender=BEN, body="ok, on it", at=NOON + MINUTE), [high()], REACH.numbers
    )
    assert calling.accepted is not None
    calling, calls = run(calling, [high()], NOON + MINUTE)
    assert {call.text for call in calls} == {
        "STEPGUARD WATCHDOG: taken on by ..0132. No calls until 13:01 unless something new fails."
    }
    calling, calls = run(calling, [high()], NOON + HOUR)
    assert calls == []
    calling, calls = run(calling, [high()], NOON + HOUR + MINUTE)
    assert ways(calls) == [("sms", ADA), ("sms", BEN), ("webhook", "")]


@pytest.mark.parametrize(
    ("sender", "body", "at"),
    [
        ("+12025550199", "OK", NOON + MINUTE),
        (BEN, "what?", NOON + MINUTE),
        (BEN, "not ok", NOON + MINUTE),
        (BEN, "OK", NOON - MINUTE),
    ],
)
def test_a_strangers_word_another_word_and_yesterdays_word_accept_nothing(sender, body, at):
    calling, _ = run(Calling(), [high()], NOON)
    assert (
        answered(calling, Reply(reference="SM1", sender=sender, body=body, at=at), [high()], REACH.numbers).accepted
        is None
    )


def test_something_new_calls_again_whoever_accepted_the_old():
    calling, _ = run(Calling(), [high()], NOON)
    calling = answered(
        calling, Reply(reference="SM1", sender=BEN, body="OK", at=NOON + MINUTE), [high()], REACH.numbers
    )
    _, calls = run(calling, [high(), high("round", "no text arrives")], NOON + 2 * MINUTE)
    assert ("sms", ADA) in ways(calls)
    assert calls[0].text.endswith("+1 more. Reply OK to accept.")


def test_the_end_is_told_once_and_what_comes_and_goes_is_one_trouble():
    calling, _ = run(Calling(), [high()], NOON)
    calling, calls = run(calling, [], NOON + MINUTE)
    assert calls == []
    calling, calls = run(calling, [high()], NOON + 90 * S)
    assert calls == [], "back before it was over: nobody is texted anew"
    calling, _ = run(calling, [], NOON + 3 * MINUTE)
    calling, calls = run(calling, [], NOON + 5 * MINUTE)
    assert [call.text for call in calls] == ["STEPGUARD WATCHDOG: all is well again."] * 3
    assert run(calling, [], NOON + HOUR)[1] == []


def test_a_low_finding_is_told_by_day_to_the_first_number_once_a_day():
    night = NOON - 9 * HOUR
    calling, calls = run(Calling(), [low()], night)
    assert calls == []
    calling, calls = run(calling, [low()], NOON)
    assert ways(calls) == [("sms", ADA), ("webhook", "")]
    assert calls[0].text == "STEPGUARD WATCHDOG: database: 1.9 GiB free of 40 since Mon 12:00."
    calling, calls = run(calling, [low()], NOON + 7 * HOUR)
    assert calls == []
    calling, calls = run(calling, [low()], NOON + 24 * HOUR)
    assert len(calls) == 2
    calling, calls = run(look(calling, [], NOON + 25 * HOUR), [low()], NOON + 26 * HOUR)
    assert len(calls) == 2, "gone and back: told anew"


@pytest.mark.parametrize("more", [0, 41])
def test_a_call_is_one_segment_however_long_the_reason(more: int):
    found = [high(text="the folder of the backups cannot be looked at " * 9), *[high(f"k{n}") for n in range(more)]]
    text = words(found, ZoneInfo("Europe/Copenhagen"))
    assert len(text) <= 160
    assert text.isascii()
    assert "Mon 13:00" in text
