"""Reads a text as the people of a demonstration do, in the language they were written to in. Pure."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.home_texts import EVERYTHING, GO_NOW, GROUP_WORDS, NEXT, NO_ANSWER, Wording

_PAGE_CODE = re.compile(r"[Rr]eply ([A-Z]{2}[0-9]{2}) OK")
_BLANK = re.compile(r"\{[a-z]+\}")


def asked_groups(body: str, wording: Wording) -> tuple[str, ...]:
    """Return the vital groups that a text asks a caregiver to measure now."""
    everything = wording.say(EVERYTHING) in body or all(part in body for part in _parts(wording.say(NO_ANSWER)))
    if everything:
        return tuple(GROUP_WORDS)
    now = _later(wording).sub("", body)
    return tuple(group for group, word in GROUP_WORDS.items() if wording.say(word) in now)


def asked_later(
    body: str, now: datetime, timezone: ZoneInfo, wording: Wording
) -> tuple[tuple[str, ...], datetime] | None:
    """Return the groups a text asks for at a later time, and that time: the next such hour of the patient's day."""
    found = _later(wording).search(body)
    if found is None:
        return None
    groups = tuple(group for group, word in GROUP_WORDS.items() if wording.say(word) in found["groups"])
    hour, minute = (int(part) for part in found["time"].split(":"))
    local = now.astimezone(timezone)
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return groups, (at if at >= local else at + timedelta(days=1)).astimezone(UTC)


def sends_away(body: str, wording: Wording) -> bool:
    """Whether a text sends the patient to the emergency department."""
    return all(part in body for part in _parts(wording.say(GO_NOW)))


def page_code_of(body: str) -> str | None:
    """Return the page code that a staff text asks to be answered with."""
    found = _PAGE_CODE.search(body)
    return found[1] if found else None


def _later(wording: Wording) -> re.Pattern[str]:
    said = re.escape(wording.say(NEXT)).replace(r"\{groups\}", "(?P<groups>[^.:]+)")
    return re.compile(said.replace(r"\{time\}", r"(?P<time>\d\d:\d\d)"))


def _parts(said: str) -> list[str]:
    return [part for part in _BLANK.split(said) if len(part) > 1]
