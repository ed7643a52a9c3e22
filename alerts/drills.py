"""The daily test of every telephone on call: written by day, so that it wakes nobody, and read back as a result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts.message import Site
from alerts.policy import Policy, by_day
from alerts.roster import Person, Roster
from alerts.verification import Question
from alerts.verification_store import ask, forget_drills, owner_of, staff_questions

AHEAD = timedelta(hours=24)
KEPT = timedelta(days=35)
"""How long the tests of a telephone are kept: a month of them can be looked back upon."""
BY = "the daily test"
State = Literal["untested", "sent", "delivered", "answered", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillResult:
    """What became of the newest test of one telephone on call, the daily one or one asked for by hand.

    `tested_at` is None while it was never tested. `silent_since` is when the first of the tests was sent that nobody
    has answered since; None when the newest was answered.
    """

    person: Person
    state: State
    tested_at: datetime | None
    silent_since: datetime | None
    why: str = ""


def due_at(policy: Policy, now: datetime) -> datetime:
    """Return when today's test goes out: the policy's hour on the site's wall."""
    local = now.astimezone(ZoneInfo(policy.timezone))
    today = datetime.combine(local.date(), policy.drill_at, ZoneInfo(policy.timezone))
    return today.astimezone(now.tzinfo)


def test_pages(session: Session, roster: Roster, policy: Policy, site: Site, now: datetime) -> list[Person]:
    """Write one test for each telephone that is on call within the next 24 hours; return whose they are.

    `roster` is the roster of the moment (`alerts.roster_overrides.with_overrides`) and `policy` is in the site's time
    zone (`alerts.policy.in_timezone`). Call it as often as you like inside a writing transaction: a telephone is
    tested once on a local day, not before the policy's hour, and nobody at night. The shipped example is nobody's.
    """
    begins = due_at(policy, now)
    if roster.example or now < begins or by_day(now, policy) != now:
        return []
    forget_drills(session, now - KEPT)
    asked = staff_questions(session)
    todays = [
        person
        for person in roster.on_call_between(now, now + AHEAD)
        if not any(
            one.purpose == "drill" and one.asked_at >= begins and one.number == person.number
            for one in asked.get(owner_of(person), [])
        )
    ]
    for person in todays:
        ask(session, person, site, by=BY, now=now, purpose="drill")
    return todays


def results(session: Session, roster: Roster, now: datetime) -> list[DrillResult]:
    """Return what became of the newest test of every telephone that is on call now or within 24 hours."""
    asked = staff_questions(session)
    return [_result(person, asked.get(owner_of(person), [])) for person in roster.on_call_between(now, now + AHEAD)]


def _result(person: Person, questions: Sequence[Question]) -> DrillResult:
    own = [question for question in questions if question.number == person.number]
    if not own:
        return DrillResult(person=person, state="untested", tested_at=None, silent_since=None)
    newest, silent_since = own[0], None
    for question in own:
        if question.answered_at is not None:
            break
        silent_since = question.asked_at
    return DrillResult(
        person=person,
        state=_state(newest),
        tested_at=newest.asked_at,
        silent_since=silent_since,
        why=newest.failure or "",
    )


def _state(question: Question) -> State:
    if question.answered_at is not None:
        return "answered"
    if question.page_state == "failed":
        return "failed"
    return "delivered" if question.page_state == "delivered" else "sent"
