"""Who was called during an episode, when it arrived, and what people answered. A value beside the summary. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from alerts.story import Story

MADE_BY_CALLING = frozenset({"paged", "not reached", "no department to tell", "opened", "resolved"})
"""What calling itself writes down of an incident; the rest was done by somebody."""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """One text or call to staff or a department. `arrived_at` is None where no receipt said when.

    `outcome` is what became of it: sent, delivered, failed or still waiting.
    """

    at: datetime
    role: str
    person: str | None
    channel: str
    outcome: str
    arrived_at: datetime | None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody did about it: accepted, handed over, declined."""

    at: datetime
    by: str
    what: str
    note: str


class DepartmentTold(msgspec.Struct, frozen=True, kw_only=True):
    """An emergency department that was told, and what it said; None while it said nothing."""

    name: str
    told_at: datetime
    answer: str | None
    answered_at: datetime | None
    by: str
    reason: str
    arrived_at: datetime | None


class EpisodeCalls(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one episode, the oldest first. Empty lists: nobody was called, nobody answered."""

    calls: tuple[Called, ...] = ()
    answers: tuple[Answered, ...] = ()
    departments: tuple[DepartmentTold, ...] = ()


def calls_during(stories: Sequence[Story], since: datetime, until: datetime) -> EpisodeCalls:
    """Return who was called and who answered from `since` to `until`, of the incidents of one patient."""
    return EpisodeCalls(
        calls=tuple(sorted(_calls(stories, since, until), key=_when)),
        answers=tuple(sorted(_answers(stories, since, until), key=_when)),
        departments=tuple(sorted(_departments(stories, since, until), key=lambda one: one.told_at)),
    )


def _when(one: Called | Answered) -> datetime:
    return one.at


def _calls(stories: Iterable[Story], since: datetime, until: datetime) -> Iterator[Called]:
    for story in stories:
        for call in story.calls:
            if since <= call.at <= until and call.role != "caregiver" and call.kind != "answer":
                yield Called(
                    at=call.sent_at or call.at,
                    role=call.role,
                    person=call.person,
                    channel=call.channel,
                    outcome=call.state,
                    arrived_at=call.arrived_at,
                )


def _answers(stories: Iterable[Story], since: datetime, until: datetime) -> Iterator[Answered]:
    for story in stories:
        for one in story.happened:
            if since <= one.at <= until and one.by is not None and one.what not in MADE_BY_CALLING:
                yield Answered(at=one.at, by=one.by, what=one.what, note=one.note)


def _departments(stories: Iterable[Story], since: datetime, until: datetime) -> Iterator[DepartmentTold]:
    for story in stories:
        for told in (*story.departments_before, *story.departments):
            if since <= told.at <= until and told.answer not in {"nobody", "renewed"}:
                yield DepartmentTold(
                    name=told.name,
                    told_at=told.at,
                    answer=told.answer,
                    answered_at=told.answered_at,
                    by=told.by,
                    reason=told.reason,
                    arrived_at=told.arrived_at,
                )
