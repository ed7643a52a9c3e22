"""What an acceptance covers, what ends it before its time, and to whom it is being handed. Pure.

Accepting covers an urgency, a grade and the groups that were urgent, for a time; anything worse is not covered and
calls again. A hand-over changes none of that until the person it is meant for accepts.
"""

from dataclasses import dataclass
from datetime import datetime

from alerts.report import Report, rank
from alerts.roster import Person
from monitor.assessment import Urgency

HOSPITAL = "the hospital"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Who has it, since when, until when (exclusive; None while the hospital has the patient), and what it covers."""

    by: str
    note: str
    at: datetime
    until: datetime | None
    urgency: Urgency
    grade: int | None
    urgent_groups: frozenset[str]
    blind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """An acceptance offered by its holder to another person, who has not accepted yet: until then nothing changes."""

    to: Person
    by: str
    at: datetime


def worsened(held: Acknowledgement, report: Report, urgency: Urgency) -> str | None:
    """Return in what way a report is worse than what was acknowledged, or None when it is covered."""
    if rank(urgency) > rank(held.urgency):
        return f"{urgency} after acknowledgement as {held.urgency}"
    if report.grade is not None and report.grade > 0 and (held.grade is None or report.grade > held.grade):
        return "a higher grade after acknowledgement"
    if report.urgent_groups - held.urgent_groups:
        return "another group is urgent after acknowledgement"
    if report.blind and not held.blind and report.home:
        return "sight was lost after acknowledgement"
    return None
