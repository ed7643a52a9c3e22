"""Climbs a ladder: which rungs are due when, and whose turn it is when one reached nobody. Pure; sends nothing.

A rung that failed or that nobody holds makes the next one due at once; with nobody on call at all, every nurse is
called.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.home_pages import caregiver_message, caregiver_wanted
from alerts.incident import Incident
from alerts.policy import Ladder, LadderName, Message, Page, Policy, Rung, by_day
from alerts.roster import Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A rung of a ladder in one pass of it: `key` is unique in the incident."""

    key: str
    rung: Rung
    due_at: datetime
    message: Message


def ladder_of(incident: Incident) -> LadderName | None:
    """Return the ladder that is being climbed; None when only the board shows this incident."""
    if incident.kind == "technical":
        return "technical" if incident.urgency == "urgent" else None
    if incident.kind == "no_sight":
        # The first round of a silence has its own, slower ladder; later rounds call the nurse at once.
        since = incident.sight_since
        return "urgent" if incident.round > 1 and since is not None and since <= incident.began_at else None
    match incident.urgency:
        case "emergency":
            return "emergency"
        case "urgent":
            return "urgent"
        case "watch" if incident.report is not None and incident.report.urgency == "watch":
            return "watch"
        case _:
            return None


def offer_ladder(incident: Incident) -> LadderName:
    """Return the ladder that says how soon a person is called again to whom an incident is handed."""
    if incident.kind == "technical":
        return "technical"
    return "emergency" if incident.urgency == "emergency" else "urgent"


def steps_of(incident: Incident, policy: Policy, ladder: Ladder, now: datetime) -> Iterator[Step]:
    """Yield this ladder's rungs: all of the first pass, then the staff's of the present and the next pass."""
    passes = {0}
    if ladder.repeat_every_s > 0:
        present = max(0, int((now - incident.began_at).total_seconds() // ladder.repeat_every_s))
        passes |= {present, present + 1}
    for number in sorted(passes):
        for rung in ladder.rungs:
            if rung.role == "caregiver" and (number > 0 or not caregiver_wanted(incident, rung)):
                continue
            due_at = incident.began_at + timedelta(seconds=rung.after_s + number * ladder.repeat_every_s)
            yield Step(
                key=f"{incident.round}.{number}.{rung.role}.{rung.channel}",
                rung=rung,
                due_at=by_day(due_at, policy) if rung.by_day_only else due_at,
                message="page" if rung.role != "caregiver" else caregiver_message(incident),
            )


def climb(incident: Incident, steps: list[Step], roster: Roster, now: datetime, reason: str) -> Iterator[Page]:
    """Yield the staff's pages; a rung that failed, or that nobody holds, hands its turn to the next one."""
    turn: tuple[datetime, str] | None = None
    pushed = incident.pushed_at
    found = False
    for step in sorted(steps, key=lambda step: step.due_at):
        fired = incident.has_fired(step.key)
        if fired is not None:
            found = True
            turn = (fired.failed_at, f"{step.rung.role} was not reached") if fired.failed_at is not None else None
            continue
        due_at, why = step.due_at, reason
        if turn is not None and turn[0] < due_at:
            due_at, why = turn
        if pushed is not None:
            due_at, why, pushed = min(due_at, pushed), "a person pressed escalate", None
        person = roster.on_call(step.rung.role, max(now, due_at))
        if person is None:
            turn = (due_at, f"nobody is on call as {step.rung.role}")
            continue
        found, turn = True, None
        yield Page(
            key=step.key,
            role=step.rung.role,
            channel=step.rung.channel,
            person=person,
            message=step.message,
            reason=why,
            due_at=due_at,
        )
    if steps and not found:
        yield from _everybody(incident, steps[0], roster)


def _everybody(incident: Incident, first: Step, roster: Roster) -> Iterator[Page]:
    """Call every nurse there is: nobody at all is on call."""
    for nurse in roster.nurses():
        yield Page(
            key=f"{first.key}.all.{nurse.key}",
            role="nurse",
            channel=first.rung.channel,
            person=nurse,
            message="page",
            reason="nobody is on call",
            due_at=first.due_at if incident.pushed_at is None else min(first.due_at, incident.pushed_at),
        )
