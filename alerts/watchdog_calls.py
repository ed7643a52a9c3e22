"""Whom the watchdog calls, how, and when again. Values in, values out.

What is high is called about at once and again and again until it ends or somebody accepts; what is low is told by day,
once a day. A call that could not be made is made again: only one that went out counts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from alerts.watchdog_sight import Finding

Way = Literal["sms", "voice", "webhook", "command"]

VOICE_AFTER = timedelta(minutes=2)
"""Time to read a text and answer it, before a telephone rings."""
AGAIN_AFTER, SELDOM_AFTER, OFTEN_FOR = timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1)
"""Between two rounds of calls, in the first hour and then. Never less: nobody may have heard the last."""
ACCEPTED_HOLDS = timedelta(hours=1)
"""Whoever accepted and fell asleep again is called again."""
OVER_AFTER = timedelta(minutes=2)
"""What comes and goes is one trouble, and called about once."""
TRY_AGAIN_AFTER = timedelta(seconds=30)
TELL_AGAIN_AFTER = timedelta(hours=24)
DAY_BEGINS, DAY_ENDS = 8, 20
"""Hours on the site's wall between which low findings are told by telephone."""
TEXT_LENGTH = 160
YES = frozenset({"OK", "YES"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One message to one target: a number, or "" for a webhook and a command."""

    way: Way
    target: str
    text: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Who took the trouble on, until when, and what was wrong then."""

    by: str
    at: datetime
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """How far the calling has come.

    `began_at` is when the present round of high findings was first called about, None while nothing is high. `done`
    are the calls that went out, by step, way and target; `tried` when each was last tried. `told` is when each low
    finding was last told by telephone, `quiet_since` since when nothing is high although it was, `over_at` when that
    had lasted long enough.
    """

    began_at: datetime | None = None
    accepted: Accepted | None = None
    done: frozenset[tuple[str, Way, str]] = frozenset()
    tried: Mapping[tuple[str, Way, str], datetime] = field(default_factory=dict)
    told: Mapping[str, datetime] = field(default_factory=dict)
    quiet_since: datetime | None = None
    over_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom the watchdog can call and by what; at least one of them is set."""

    numbers: Sequence[str] = ()
    webhook: bool = False
    command: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A text that came to the watchdog's own number; `at` is when it was found there."""

    reference: str
    sender: str
    body: str
    at: datetime


def look(calling: Calling, findings: Sequence[Finding], now: datetime) -> Calling:
    """Return the calling after what is wrong was looked at: begun, begun again, or over."""
    keys = frozenset(one.key for one in findings if one.severity == "high")
    low = {one.key for one in findings if one.severity == "low"}
    calling = replace(calling, told={key: at for key, at in calling.told.items() if key in low})
    if not keys:
        if calling.began_at is None:
            return calling
        quiet_since = calling.quiet_since or now
        if now - quiet_since < OVER_AFTER:
            return replace(calling, quiet_since=quiet_since)
        return Calling(over_at=now, told=calling.told)
    calling = replace(calling, quiet_since=None)
    if calling.began_at is None:
        return replace(calling, began_at=now, over_at=None, done=frozenset(), tried={})
    held = calling.accepted
    if held is not None and (now - held.at >= ACCEPTED_HOLDS or keys - held.keys):
        return replace(calling, began_at=now, accepted=None, done=frozenset(), tried={})
    return calling


def due(calling: Calling, findings: Sequence[Finding], reach: Reach, now: datetime, zone: ZoneInfo) -> list[Call]:
    """Return the calls that must be made now; `calling` has been through `look`."""
    high = [one for one in findings if one.severity == "high"]
    wanted: list[Call] = []
    if calling.over_at is not None:
        wanted += _to_all(reach, "over", "STEPGUARD WATCHDOG: all is well again.", voice=False)
    if calling.accepted is not None:
        wanted += _to_all(reach, f"accepted {calling.accepted.at}", _taken_on(calling.accepted, zone), voice=False)
    if high and calling.began_at is not None and calling.accepted is None:
        text = words(high, zone)
        for step, voice in _steps(now - calling.began_at):
            wanted += _to_all(reach, step, text, voice=voice)
    wanted += _low(calling, findings, reach, now, zone)
    return [call for call in wanted if _is_due(calling, call, now)]


def made(calling: Calling, call: Call, now: datetime, *, well: bool) -> Calling:
    """Return the calling after a call was tried."""
    key = (call.step, call.way, call.target)
    calling = replace(calling, tried={**calling.tried, key: now})
    if not well:
        return calling
    if call.step.startswith("low:"):
        told = dict.fromkeys(call.step.removeprefix("low:").split(","), now)
        return replace(calling, told={**calling.told, **told})
    return replace(calling, done=calling.done | {key})


def answered(calling: Calling, reply: Reply, findings: Sequence[Finding], numbers: Sequence[str]) -> Calling:
    """Return the calling after a text came; only a yes of somebody who is called, after the calls began, counts."""
    said = re.findall(r"[A-Z]+", reply.body.upper())[:1]  # "not OK" is no yes
    if calling.began_at is None or reply.at < calling.began_at or reply.sender not in numbers or not YES & set(said):
        return calling
    keys = frozenset(one.key for one in findings if one.severity == "high")
    return replace(calling, accepted=Accepted(by=reply.sender, at=reply.at, keys=keys))


def words(high: Sequence[Finding], zone: ZoneInfo) -> str:
    """Return the text of a call about these findings: one segment, no code, nobody's values."""
    first = high[0]
    head, tail = "STEPGUARD WATCHDOG: ", f" since {first.since.astimezone(zone):%a %H:%M}"
    tail += f" +{len(high) - 1} more" if len(high) > 1 else ""
    tail += ". Reply OK to accept."
    room = TEXT_LENGTH - len(head) - len(tail)
    said = first.text.encode("ascii", "replace").decode()
    return head + (said if len(said) <= room else said[: room - 3] + "...") + tail


def _taken_on(held: Accepted, zone: ZoneInfo) -> str:
    until = (held.at + ACCEPTED_HOLDS).astimezone(zone)
    return f"STEPGUARD WATCHDOG: taken on by ..{held.by[-4:]}. No calls until {until:%H:%M} unless something new fails."


def _steps(passed: timedelta) -> list[tuple[str, bool]]:
    """Return the newest step that is due, by name, and whether telephones ring in it.

    The first text is not given up when the next step comes: whoever has not had it still gets it.
    """
    if passed < VOICE_AFTER:
        return [("0", False)]
    if passed < AGAIN_AFTER:
        return [("0", False), ("0 voice", True)]
    if passed < OFTEN_FOR:
        return [(f"{passed // AGAIN_AFTER * AGAIN_AFTER}", True)]
    return [(f"{passed // SELDOM_AFTER * SELDOM_AFTER}", True)]


def _to_all(reach: Reach, step: str, text: str, *, voice: bool) -> list[Call]:
    only_voice = step.endswith("voice")
    ways: list[Way] = ["voice"] if only_voice else ["sms", "voice"] if voice else ["sms"]
    calls = [Call(way=way, target=number, text=text, step=step) for way in ways for number in reach.numbers]
    if reach.webhook and not only_voice:
        calls.append(Call(way="webhook", target="", text=text, step=step))
    if reach.command and not only_voice:
        calls.append(Call(way="command", target="", text=text, step=step))
    return calls


def _low(calling: Calling, findings: Sequence[Finding], reach: Reach, now: datetime, zone: ZoneInfo) -> list[Call]:
    """Tell of what is low by day: the first number, the webhook and the command, of all at once."""
    if not DAY_BEGINS <= now.astimezone(zone).hour < DAY_ENDS:
        return []
    fresh = [
        one
        for one in findings
        if one.severity == "low" and (one.key not in calling.told or now - calling.told[one.key] >= TELL_AGAIN_AFTER)
    ]
    if not fresh:
        return []
    text = words(fresh, zone).removesuffix(" Reply OK to accept.")
    first = Reach(numbers=reach.numbers[:1], webhook=reach.webhook, command=reach.command)
    return _to_all(first, "low:" + ",".join(one.key for one in fresh), text, voice=False)


def _is_due(calling: Calling, call: Call, now: datetime) -> bool:
    key = (call.step, call.way, call.target)
    tried_at = calling.tried.get(key)
    return key not in calling.done and (tried_at is None or now - tried_at >= TRY_AGAIN_AFTER)
