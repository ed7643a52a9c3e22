"""What a site decides about calling people, and the page it comes to. Pure values.

Who is called when follows in `alerts.due_pages`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from alerts.phone import Channel
from alerts.roster import Person, Role
from alerts.silence import SilenceLimits

LadderName = Literal["emergency", "urgent", "watch", "no_sight", "technical"]
Message = Literal["page", "ed_notice", "received", "measure", "sit_down", "go_now", "reminder", "no_answer", "arrived"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """Whom to reach, how, and how many seconds after the ladder began."""

    role: Role
    channel: Channel
    after_s: int
    by_day_only: bool = False
    urgent_only: bool = False
    unless_answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The rungs of one urgency, in order of time; the staff's rungs come again every `repeat_every_s` (0: never)."""

    rungs: tuple[Rung, ...]
    acknowledgement_holds_s: int
    repeat_every_s: int
    receipt_within_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StormLimits:
    """From how many silent homes on a page about their common cause stands for them, and for how long for each.

    `settles_s` is how long after the end of the cause hubs may take to deliver what they kept.
    """

    homes_at_least: int
    stands_for_s: int
    settles_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything a site decides about calling people; all times in seconds unless they are times of day.

    `directory` is whether the site names its emergency departments one by one; else the roster's person is told.
    """

    ladders: dict[LadderName, Ladder]
    ed_notice_after_s: int
    ed_hold_s: int
    go_now_after_s: int
    no_answer_after_s: int
    no_answer_after_staff_s: int
    together_within_s: int
    night_from: time
    night_until: time
    quiet_after_s: int
    send_attempts: int
    gap_ahead_s: int
    gap_told_before_s: int
    unverified_after_s: int
    drill_at: time
    silences: SilenceLimits
    storm: StormLimits
    directory: bool = False
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One message owed to one role, and why.

    `person` is None for a caregiver: the patient's contacts decide who that is. `key` is unique in the incident.
    """

    key: str
    role: Role
    channel: Channel
    person: Person | None
    message: Message
    reason: str
    due_at: datetime


def by_day(at: datetime, policy: Policy) -> datetime:
    """Return `at`, or the end of the night it falls into (site time)."""
    local = at.astimezone(ZoneInfo(policy.timezone))
    clock = local.time()
    if policy.night_until <= clock < policy.night_from:
        return at
    morning = local.replace(hour=policy.night_until.hour, minute=policy.night_until.minute, second=0, microsecond=0)
    if clock >= policy.night_from:
        morning += timedelta(days=1)
    return morning.astimezone(at.tzinfo)


def in_timezone(policy: Policy, timezone: str) -> Policy:
    """Return the policy with its hours of day read in `timezone`."""
    return replace(policy, timezone=timezone)
