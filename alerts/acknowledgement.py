"""What an acceptance covers, what ends it before its time, and to whom it is being handed. Pure.

Accepting covers an urgency, a grade and the groups that were urgent, for a time; anything worse is not covered and
calls again. A hand-over changes none of that until the person it is meant for accepts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.report import SIGHT, Report, rank
from alerts.roster import Person
from monitor.assessment import Urgency

HOSPITAL = "the hospital"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Who has it, since when, until when (exclusive; None while the hospital has the patient), and what it covers.

    `awaits_values` marks a patient who came home from the hospital: what was red before was seen there, and anything
    measured since decides anew.
    """

    by: str
    note: str
    at: datetime
    until: datetime | None
    urgency: Urgency
    grade: int | None
    urgent_groups: frozenset[str]
    blind: bool
    awaits_values: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """An acceptance offered by its holder to another person, who has not accepted yet: until then nothing changes."""

    to: Person
    by: str
    at: datetime


def worsened(held: Acknowledgement, report: Report, urgency: Urgency, *, silent_since: datetime | None) -> str | None:
    """Return in what way a report is worse than what was acknowledged, or None when it is covered.

    A silence that lasted when it was acknowledged is covered however long it grows, until the home is blind.
    """
    covers_silence = silent_since is not None and silent_since <= held.at
    if rank(urgency) > rank(held.urgency) and not (covers_silence and report.by_silence):
        return f"{urgency} after acknowledgement as {held.urgency}"
    if report.grade is not None and report.grade > 0 and (held.grade is None or report.grade > held.grade):
        return "a higher grade after acknowledgement"
    groups = report.urgent_groups - held.urgent_groups
    if groups - {SIGHT}:
        return "another group is urgent after acknowledgement"
    if groups and not covers_silence:
        return "the home fell silent after acknowledgement"
    if report.blind and not held.blind and report.home:
        return "sight was lost after acknowledgement"
    return None


def grown(held: Acknowledgement, urgency: Urgency, holds_s: Mapping[Urgency, int]) -> Acknowledgement:
    """Return an acknowledgement of a silence that has become urgent since: it holds no longer than one of that."""
    if held.until is None or rank(urgency) <= rank(held.urgency):
        return held
    return replace(held, urgency=urgency, until=min(held.until, held.at + timedelta(seconds=holds_s[urgency])))


def of_what_is_left(held: Acknowledgement, urgency: Urgency, holds_s: Mapping[Urgency, int]) -> Acknowledgement:
    """Return an acknowledgement of an emergency that is only urgent by the time it runs out.

    Whoever accepted the emergency accepted what is left of it, for as long as an urgent incident is held, counted from
    when they accepted. An emergency again is not covered.
    """
    if held.until is None or held.urgency != "emergency" or urgency != "urgent":
        return held
    return replace(held, urgency=urgency, until=max(held.until, held.at + timedelta(seconds=holds_s[urgency])))


def on_the_way(held: Acknowledgement, holds_s: Mapping[Urgency, int]) -> Acknowledgement:
    """Return an acknowledgement while the patient is on the way to a department that knows.

    Nothing can be measured and nobody at home can be called, so the arrival timer watches in place of the quarter of
    an hour of an emergency; in any case it holds no longer than that of an urgent incident.
    """
    if held.until is None:
        return held
    return replace(held, until=max(held.until, held.at + timedelta(seconds=holds_s["urgent"])))


def at_home_again(held: Acknowledgement, holds_s: Mapping[Urgency, int]) -> Acknowledgement:
    """Return the acknowledgement of a patient who turned back on the way: it holds as long as it would have."""
    if held.until is None or held.awaits_values:
        return held
    return replace(held, until=min(held.until, held.at + timedelta(seconds=holds_s[held.urgency])))
