"""Decides which pages an incident owes at an instant, each with its reason. Pure; sends nothing, remembers nothing.

Level-triggered: what is due follows from the incident and `now` alone, so a restart, a late report and a lost
wake-up take the same path.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from alerts.climbing import Step, climb, ladder_of, offer_ladder, steps_of
from alerts.ed_rungs import arrival_page, department_pages
from alerts.home_pages import arrival_missed, caregiver_message, to_caregiver
from alerts.incident import Incident
from alerts.incident_news import no_answer_at
from alerts.policy import Message, Page, Policy
from alerts.report import IN_HOSPITAL, rank
from alerts.roster import Roster
from alerts.silencing import is_silenced, silence_ends

ELSEWHERE = "elsewhere"
"""What the keys of texts begin with that send a home to another department."""


def due_pages(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> list[Page]:
    """Return every page that is owed at `now` and has not been fired, in the order in which it fell due.

    An incident that is resolved owes nothing; one that is acknowledged owes only what acknowledging does not stop.
    """
    pages = [page for page in _owed(incident, policy, roster, now) if page.due_at <= now]
    fresh = {page.key: page for page in reversed(pages) if incident.has_fired(page.key) is None}
    return sorted(fresh.values(), key=lambda page: page.due_at)


def next_page(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> Page | None:
    """Return the page that comes next if nobody answers, or None when none is planned."""
    pages = [page for page in _owed(incident, policy, roster, now) if incident.has_fired(page.key) is None]
    return min(pages, key=lambda page: (page.due_at, page.role == "caregiver"), default=None)


def next_change(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> datetime | None:
    """Return when this incident must be looked at again without any news; None when only news can change it."""
    page = next_page(incident, policy, roster, now)
    held = incident.acknowledgement
    instants = [
        page.due_at if page else None,
        held.until if held else None,
        no_answer_at(incident),
        silence_ends(incident, now),
    ]
    return min((at for at in instants if at is not None), default=None)


def _owed(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> Iterator[Page]:
    if not incident.live:
        return
    for stage in _NEVER_SILENCED if is_silenced(incident) or _is_explained(incident) else _STAGES:
        yield from stage(incident, policy, roster, now)


def _go_now(incident: Incident, policy: Policy, _roster: Roster, _now: datetime) -> Iterator[Page]:
    """Tell the caregiver to leave: at once when it is sure, else when nothing cleared the value in time."""
    report = incident.report
    if report is None or incident.kind != "clinical" or incident.emergency_since is None:
        return
    if incident.acknowledgement is not None or not report.home or incident.going_at is not None:
        return
    if incident.only_old_values:
        return  # whoever sent the patient home has seen them: a nurse is called, nobody is sent back by a text
    delay = timedelta(0) if incident.emergency_sure else timedelta(seconds=policy.go_now_after_s)
    due_at = max(incident.emergency_since, incident.began_at) + delay
    reason = "the emergency is sure" if incident.emergency_sure else "nothing cleared the dangerous value"
    yield to_caregiver(f"{incident.round}.go", "sms", "go_now", reason, due_at)


def _elsewhere(incident: Incident, policy: Policy, _roster: Roster, _now: datetime) -> Iterator[Page]:
    """Tell a home that was sent to a department where to go instead, when that one declines."""
    report = incident.report
    sent = incident.going_at is not None or any(fired.key.endswith(".go") for fired in incident.fired)
    if not policy.directory or not sent or report is None or report.place in IN_HOSPITAL:
        return
    for number, (before, told) in enumerate(pairwise(incident.departments), 2):
        if before.answer == "declined" and told.answer != "nobody":
            reason = f"{before.name} declined"
            yield to_caregiver(f"{ELSEWHERE}.{number}.go", "sms", "go_now", reason, told.at)


def _reminders(incident: Incident, policy: Policy, _roster: Roster, _now: datetime) -> Iterator[Page]:
    """Ask a silent home to measure, whatever else is being said about it but an emergency of its own.

    The red values of somebody who is back from hospital are old: until the first new ones come, they are asked for.
    """
    told = incident.emergency_since is not None and not incident.only_old_values
    if told or not _silence_counts(incident) or incident.sight_since is None:
        return
    for rung in policy.ladders["no_sight"].rungs:
        if rung.role == "caregiver":
            due_at = incident.sight_since + timedelta(seconds=rung.after_s)
            key = f"sight.caregiver.{rung.channel}"
            yield to_caregiver(key, rung.channel, "reminder", "measurements are overdue", due_at)


def _silence(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> Iterator[Page]:
    """Call the nurse about a silent home, unless a ladder is already calling about something as bad."""
    report = incident.report
    if not _silence_counts(incident) or incident.sight_since is None or report is None:
        return
    # Where a silence becomes urgent it ends the acceptance by then, and the ladder calls.
    called = incident.acknowledgement is None or report.exposed
    if called and ladder_of(incident) in {"emergency", "urgent"}:
        return
    rungs = [rung for rung in policy.ladders["no_sight"].rungs if rung.role != "caregiver"]
    urgent = rank(incident.urgency) >= rank("urgent")
    # A technical page stood for the first call: what follows keeps its distance from the instant that ended.
    held = incident.explained
    began_at = incident.sight_since
    if held is not None and held.freed_at is not None and incident.kind == "no_sight":
        began_at = held.freed_at - timedelta(seconds=min(rung.after_s for rung in rungs))
    steps = [
        Step(
            key=f"sight.{rung.role}.{rung.channel}",
            rung=rung,
            due_at=began_at + timedelta(seconds=rung.after_s),
            message="page",
        )
        for rung in rungs
        if urgent or not rung.urgent_only
    ]
    yield from climb(incident, steps, roster, now, "the home is silent")


def _ladder(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> Iterator[Page]:
    """Climb the ladder of the urgency until somebody accepts."""
    name = ladder_of(incident)
    if name is None or incident.acknowledgement is not None:
        return
    steps = list(steps_of(incident, policy, policy.ladders[name], now))
    for step in steps:
        if step.rung.role == "caregiver":
            yield to_caregiver(step.key, step.rung.channel, step.message, incident.reason, step.due_at)
    staff = [step for step in steps if step.rung.role != "caregiver"]
    yield from climb(incident, staff, roster, now, incident.reason)


def _voice_instead(incident: Incident, _policy: Policy, _roster: Roster, _now: datetime) -> Iterator[Page]:
    """Call a caregiver whose text did not go through."""
    if incident.acknowledgement is not None:
        return
    for fired in incident.fired:
        if fired.role == "caregiver" and fired.channel == "sms" and fired.failed_at is not None:
            key = f"{fired.key}.instead"
            message: Message = "go_now" if fired.key.endswith(".go") else caregiver_message(incident)
            yield to_caregiver(key, "voice", message, "the text did not go through", fired.failed_at)


def _hand_over(incident: Incident, policy: Policy, roster: Roster, _now: datetime) -> Iterator[Page]:
    """Call the person it is being handed to as the ladder first calls the nurse; the one who has it keeps it."""
    offer = incident.hand_over
    person = None if offer is None else roster.by_key(offer.to.key)
    if offer is None or person is None:
        return  # nobody of this name is on the roster any more: the acceptance before runs out as it would have
    failed_at: datetime | None = None
    for rung in policy.ladders[offer_ladder(incident)].rungs:
        if rung.role != "nurse":
            continue
        key = f"{incident.offer_prefix}{person.key}.{int(offer.at.timestamp())}.{rung.channel}"
        due_at = offer.at + timedelta(seconds=rung.after_s)
        why = f"handed over by {offer.by}"
        if failed_at is not None and failed_at < due_at:
            due_at, why = failed_at, f"{why}; the text was not received"
        fired = incident.has_fired(key)
        failed_at = None if fired is None else fired.failed_at
        yield Page(
            key=key,
            role=roster.role_of(person, offer.at),
            channel=rung.channel,
            person=person,
            message="page",
            reason=why,
            due_at=due_at,
        )


def _ed_notice(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> Iterator[Page]:
    """Tell the emergency department: someone is on the way, or nobody has accepted in time."""
    due_at, reason = _ed_notice_due(incident, policy)
    if policy.directory:
        yield from department_pages(incident, due_at, reason)
    elif due_at is not None:
        # "ed" outlives rounds: the department is told once per incident.
        yield from _to_department("ed", reason, due_at, roster, now)


def _arrival(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> Iterator[Page]:
    """Ask the caregiver and tell the department when a patient on the way has not arrived, whatever was said before."""
    report = incident.report
    if report is not None and arrival_missed(incident):
        reason = "the patient has not arrived"
        if policy.directory:
            yield from arrival_page(incident, reason, report.at)
        else:
            yield from _to_department("ed.arrival", reason, report.at, roster, now)
        yield to_caregiver("arrival.caregiver", "sms", "arrived", reason, report.at)


def _to_department(key: str, reason: str, due_at: datetime, roster: Roster, now: datetime) -> Iterator[Page]:
    person = roster.on_call("emergency_department", max(now, due_at))
    if person is not None:
        yield Page(
            key=key,
            role="emergency_department",
            channel="sms",
            person=person,
            message="ed_notice",
            reason=reason,
            due_at=due_at,
        )


def _ed_notice_due(incident: Incident, policy: Policy) -> tuple[datetime | None, str]:
    if incident.notice_at is not None:
        return incident.notice_at, "the patient is on the way"
    if incident.urgency != "emergency" or incident.acknowledgement is not None or incident.kind == "technical":
        return None, ""
    due_at = incident.began_at + timedelta(seconds=policy.ed_notice_after_s)
    held = incident.ed_hold_until
    return (due_at if held is None else max(due_at, held)), "nobody accepted in time"


_Stage = Callable[[Incident, Policy, Roster, datetime], Iterator[Page]]
_STAGES: tuple[_Stage, ...] = (
    _go_now, _ladder, _reminders, _silence, _voice_instead, _hand_over, _ed_notice, _elsewhere, _arrival,
)  # fmt: skip
_NEVER_SILENCED: tuple[_Stage, ...] = (_go_now, _hand_over, _ed_notice, _elsewhere, _arrival)


def _is_explained(incident: Incident) -> bool:
    """Whether people are called about the cause of this technical condition instead."""
    return incident.kind == "technical" and incident.explained is not None


def _silence_counts(incident: Incident) -> bool:
    """Whether the present silence still has to be chased: an acknowledgement given during it covers it."""
    report = incident.report
    if report is None or not report.overdue or not report.home or incident.kind in {"no_answer", "technical"}:
        return False
    held = incident.acknowledgement
    return held is None or (incident.sight_since is not None and held.at < incident.sight_since)
