"""Decides which pages an incident owes at an instant, each with its reason. Sends nothing, remembers nothing.

Level-triggered: what is due follows from the incident and `now` alone, so a restart, a late report and a lost
wake-up take the same path. A rung that failed or that nobody holds makes the next one due at once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from alerts.incident import Incident, no_answer_at
from alerts.phone import Channel
from alerts.report import rank
from alerts.roster import Person, Role, Roster
from alerts.silence import SilenceLimits
from alerts.silencing import is_silenced, silence_ends

LadderName = Literal["emergency", "urgent", "watch", "no_sight", "technical"]
Message = Literal["page", "ed_notice", "received", "measure", "sit_down", "go_now", "reminder", "no_answer", "arrived"]
ARRIVAL = "arrival"
"""The group the monitor names when somebody on the way has not arrived in time."""


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
class Policy:
    """Everything a site decides about calling people; all times in seconds unless they are times of day."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    key: str
    rung: Rung
    due_at: datetime
    message: Message


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
    for stage in _NEVER_SILENCED if is_silenced(incident) else _STAGES:
        yield from stage(incident, policy, roster, now)


def _go_now(incident: Incident, policy: Policy, _roster: Roster, _now: datetime) -> Iterator[Page]:
    """Tell the caregiver to leave: at once when it is sure, else when nothing cleared the value in time."""
    report = incident.report
    if report is None or incident.kind != "clinical" or incident.emergency_since is None:
        return
    if incident.acknowledgement is not None or not report.home or incident.going_at is not None:
        return
    delay = timedelta(0) if incident.emergency_sure else timedelta(seconds=policy.go_now_after_s)
    due_at = max(incident.emergency_since, incident.began_at) + delay
    reason = "the emergency is sure" if incident.emergency_sure else "nothing cleared the dangerous value"
    yield _to_caregiver(f"{incident.round}.go", "sms", "go_now", reason, due_at)


def _reminders(incident: Incident, policy: Policy, _roster: Roster, _now: datetime) -> Iterator[Page]:
    """Ask a silent home to measure, whatever else is being said about it."""
    if not _silence_counts(incident) or incident.emergency_since is not None or incident.sight_since is None:
        return
    for rung in policy.ladders["no_sight"].rungs:
        if rung.role == "caregiver":
            due_at = incident.sight_since + timedelta(seconds=rung.after_s)
            key = f"sight.caregiver.{rung.channel}"
            yield _to_caregiver(key, rung.channel, "reminder", "measurements are overdue", due_at)


def _silence(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> Iterator[Page]:
    """Call the nurse about a silent home, unless a ladder is already calling about something as bad."""
    if not _silence_counts(incident) or incident.sight_since is None or _ladder_of(incident) in {"emergency", "urgent"}:
        return
    rungs = [rung for rung in policy.ladders["no_sight"].rungs if rung.role != "caregiver"]
    urgent = rank(incident.urgency) >= rank("urgent")
    steps = [
        _Step(
            key=f"sight.{rung.role}.{rung.channel}",
            rung=rung,
            due_at=incident.sight_since + timedelta(seconds=rung.after_s),
            message="page",
        )
        for rung in rungs
        if urgent or not rung.urgent_only
    ]
    yield from _climb(incident, steps, roster, now, "the home is silent")


def _ladder(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> Iterator[Page]:
    """Climb the ladder of the urgency until somebody accepts."""
    name = _ladder_of(incident)
    if name is None or incident.acknowledgement is not None:
        return
    steps = list(_steps(incident, policy, policy.ladders[name], now))
    for step in steps:
        if step.rung.role == "caregiver":
            yield _to_caregiver(step.key, step.rung.channel, step.message, incident.reason, step.due_at)
    staff = [step for step in steps if step.rung.role != "caregiver"]
    yield from _climb(incident, staff, roster, now, incident.reason)


def _voice_instead(incident: Incident, _policy: Policy, _roster: Roster, _now: datetime) -> Iterator[Page]:
    """Call a caregiver whose text did not go through."""
    if incident.acknowledgement is not None:
        return
    for fired in incident.fired:
        if fired.role == "caregiver" and fired.channel == "sms" and fired.failed_at is not None:
            key = f"{fired.key}.instead"
            message: Message = "go_now" if fired.key.endswith(".go") else _caregiver_message(incident)
            yield _to_caregiver(key, "voice", message, "the text did not go through", fired.failed_at)


def _ed_notice(incident: Incident, policy: Policy, roster: Roster, now: datetime) -> Iterator[Page]:
    """Tell the emergency department: someone is on the way, or nobody has accepted in time."""
    due_at, reason = _ed_notice_due(incident, policy)
    if due_at is not None:
        # "ed" outlives rounds: the department is told once per incident.
        yield from _to_department("ed", reason, due_at, roster, now)


def _arrival(incident: Incident, _policy: Policy, roster: Roster, now: datetime) -> Iterator[Page]:
    """Ask the caregiver and tell the department when a patient on the way has not arrived, whatever was said before."""
    report = incident.report
    if report is not None and _arrival_missed(incident):
        reason = "the patient has not arrived"
        yield from _to_department("ed.arrival", reason, report.at, roster, now)
        yield _to_caregiver("arrival.caregiver", "sms", "arrived", reason, report.at)


def _arrival_missed(incident: Incident) -> bool:
    report = incident.report
    return report is not None and report.place == "travelling" and ARRIVAL in report.urgent_groups


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
_STAGES: tuple[_Stage, ...] = (_go_now, _ladder, _reminders, _silence, _voice_instead, _ed_notice, _arrival)
_NEVER_SILENCED: tuple[_Stage, ...] = (_go_now, _ed_notice, _arrival)


def _silence_counts(incident: Incident) -> bool:
    """Whether the present silence still has to be chased: an acknowledgement given during it covers it."""
    report = incident.report
    if report is None or not report.overdue or not report.home or incident.kind in {"no_answer", "technical"}:
        return False
    held = incident.acknowledgement
    return held is None or (incident.sight_since is not None and held.at < incident.sight_since)


def _ladder_of(incident: Incident) -> LadderName | None:
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


def _steps(incident: Incident, policy: Policy, ladder: Ladder, now: datetime) -> Iterator[_Step]:
    """Yield this ladder's rungs: all of the first pass, then the staff's of the present and the next pass."""
    passes = {0}
    if ladder.repeat_every_s > 0:
        present = max(0, int((now - incident.began_at).total_seconds() // ladder.repeat_every_s))
        passes |= {present, present + 1}
    for number in sorted(passes):
        for rung in ladder.rungs:
            if rung.role == "caregiver" and (number > 0 or not _caregiver_wanted(incident, rung)):
                continue
            due_at = incident.began_at + timedelta(seconds=rung.after_s + number * ladder.repeat_every_s)
            yield _Step(
                key=f"{incident.round}.{number}.{rung.role}.{rung.channel}",
                rung=rung,
                due_at=by_day(due_at, policy) if rung.by_day_only else due_at,
                message="page" if rung.role != "caregiver" else _caregiver_message(incident),
            )


def _climb(incident: Incident, steps: list[_Step], roster: Roster, now: datetime, reason: str) -> Iterator[Page]:
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


def _everybody(incident: Incident, first: _Step, roster: Roster) -> Iterator[Page]:
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


def _to_caregiver(key: str, channel: Channel, message: Message, reason: str, due_at: datetime) -> Page:
    return Page(key=key, role="caregiver", channel=channel, person=None, message=message, reason=reason, due_at=due_at)


def _caregiver_wanted(incident: Incident, rung: Rung) -> bool:
    """Whether the ladder has something to say to the home that no other stage says."""
    report = incident.report
    if report is None or report.place in {"emergency_department", "admitted", "ended"}:
        return False
    if rung.channel == "sms" and _arrival_missed(incident):
        return False  # the question whether they arrived is said instead
    if incident.kind == "clinical" and (incident.emergency_sure or incident.going_at is not None):
        return False  # "go now" is said instead, or has been answered
    if rank(report.urgency) < rank(incident.urgency) and incident.kind == "clinical":
        return False  # the values have quieted; what is left is between us and the staff
    answered = incident.answered_at is not None and incident.answered_at >= incident.began_at
    return not (rung.unless_answered and answered)


def _caregiver_message(incident: Incident) -> Message:
    report = incident.report
    if incident.kind == "no_answer":
        return "no_answer"
    if incident.kind == "no_sight" or report is None:
        return "reminder"
    if report.place == "travelling":
        return "arrived"
    if incident.urgency == "emergency":
        return "sit_down"
    from_reading = incident.round == 1 or incident.answered_at == incident.began_at
    return "received" if incident.urgency == "urgent" and from_reading else "measure"


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
