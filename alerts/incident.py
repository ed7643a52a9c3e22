"""Decides what an incident becomes: opened, called, acknowledged, called again, resolved. Calls nobody itself.

There is one live incident per patient, so that people have one conversation and one page code however the reason
changes; technical conditions have their own. An acknowledgement covers an urgency, a grade and the groups that were
urgent, for a time; anything worse ends it at once and begins a new round of calls.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from alerts.phone import Channel
from alerts.report import IN_HOSPITAL, Report, rank, worse
from alerts.roster import Role
from alerts.silence import Silence
from monitor.assessment import Urgency

Kind = Literal["clinical", "no_sight", "no_answer", "technical"]
State = Literal["open", "calling", "acknowledged", "resolved"]
HOSPITAL = "the hospital"


class RefusedError(Exception):
    """What a person asked for cannot be done; the message is a sentence for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long an acknowledgement of each urgency holds and the notice may be held, in seconds, by the policy."""

    holds_s: dict[Urgency, int]
    ed_hold_s: int
    no_answer_after_s: int
    no_answer_after_staff_s: int


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
class Fired:
    """A rung that has been stepped on: `key` is unique within the incident; `failed_at` when it reached nobody."""

    key: str
    role: Role
    channel: Channel
    at: datetime
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One conversation about one patient, or about one technical condition.

    `urgency` is what people are called with: the worse of the latest report, `floor` (an emergency that quieted
    stays urgent, and a caregiver's text lowers nothing, until somebody acknowledges) and of `no_answer` itself.
    `round` counts how often calling began; `began_at` is when the present round did. `fired` holds the rungs of
    this round and of the present silence.
    """

    opened_at: datetime
    kind: Kind
    urgency: Urgency
    reason: str
    terms: Terms
    began_at: datetime
    report: Report | None = None
    floor: Urgency = "routine"
    text_floor: bool = False
    state: State = "open"
    round: int = 1
    fired: tuple[Fired, ...] = ()
    acknowledgement: Acknowledgement | None = None
    silence: Silence | None = None
    sight_since: datetime | None = None
    answered_at: datetime | None = None
    emergency_since: datetime | None = None
    emergency_sure: bool = False
    ed_hold_until: datetime | None = None
    going_at: datetime | None = None
    notice_at: datetime | None = None
    pushed_at: datetime | None = None
    escalated: bool = False
    resolved_at: datetime | None = None

    @property
    def live(self) -> bool:
        """Whether it is still open."""
        return self.state != "resolved"

    @property
    def unanswered_since(self) -> datetime | None:
        """When the present round of calls began, while nobody has accepted it."""
        return self.began_at if self.state == "calling" else None

    def has_fired(self, key: str) -> Fired | None:
        """Return the rung with this key if it has been stepped on."""
        return next((fired for fired in self.fired if fired.key == key), None)


def open_for(report: Report, terms: Terms, now: datetime) -> Incident | None:
    """Return the incident that `report` opens, or None when it asks for nobody."""
    if report.urgency == "routine" or report.place == "ended":
        return None
    incident = Incident(
        opened_at=now,
        began_at=now,
        kind="clinical" if report.clinical else "no_sight",
        urgency=report.urgency,
        reason="first report" if report.clinical else "measurements are overdue",
        terms=terms,
    )
    incident = _remember(incident, report, now)
    return _hand_to_hospital(incident, now) if report.place in IN_HOSPITAL else incident


def open_technical(text: str, severity: Literal["low", "high"], since: datetime, terms: Terms) -> Incident:
    """Return the incident of a technical condition: high calls the nurse, low waits on the board."""
    urgency: Urgency = "urgent" if severity == "high" else "watch"
    return Incident(opened_at=since, began_at=since, kind="technical", urgency=urgency, reason=text, terms=terms)


def observe_technical(incident: Incident, text: str, severity: Literal["low", "high"], now: datetime) -> Incident:
    """Return a technical incident after its condition was seen again; one that became high calls at once."""
    urgency: Urgency = "urgent" if severity == "high" else "watch"
    if rank(urgency) > rank(incident.urgency):
        return begin_round(replace(incident, urgency=urgency), text, now)
    return replace(incident, urgency=urgency)


def observe(incident: Incident, report: Report, now: datetime) -> Incident:
    """Return the incident after a newer report. Safe to repeat with the same report."""
    if report.place == "ended":
        return resolve(incident, now)
    before, incident = incident, _remember(_with_floor(incident, report), report, now)
    kind = _kind_after(before, incident, report)
    urgency = "emergency" if kind == "no_answer" else worse(report.urgency, incident.floor)
    incident = replace(incident, kind=kind, urgency=urgency)
    if report.place in IN_HOSPITAL and (before.report is None or before.report.place not in IN_HOSPITAL):
        return resolve(incident, now) if urgency == "routine" else _hand_to_hospital(incident, now)
    held = before.acknowledgement
    if held is not None and held.until is None and report.place not in IN_HOSPITAL:
        return begin_round(incident, "back from the hospital", now) if urgency != "routine" else resolve(incident, now)
    if held is not None:
        return _observe_covered(incident, held, report, now)
    if urgency == "routine":
        return resolve(incident, now)
    rose = rank(urgency) > rank(before.urgency)
    if (rose and kind != "no_sight") or (before.kind == "no_sight" and kind == "clinical"):
        return begin_round(incident, f"now {urgency}" if rose else "values beside the silence", now)
    return incident


def pass_time(incident: Incident, now: datetime) -> Incident:
    """Return the incident after what time alone does: an acknowledgement runs out, a silence lasts too long."""
    held = incident.acknowledgement
    if held is not None:
        if held.until is None or now < held.until:
            return incident
        if incident.urgency == "routine":
            return resolve(incident, now)
        incident = begin_round(incident, "the acknowledgement ran out", now)
    silent_at = no_answer_at(incident)
    if silent_at is not None and now >= silent_at:
        incident = replace(incident, kind="no_answer", urgency="emergency")
        return begin_round(incident, "no answer from the home", now)
    return incident


def no_answer_at(incident: Incident) -> datetime | None:
    """Return when the silence of this home becomes an emergency; None while it cannot."""
    report = incident.report
    if incident.kind != "no_sight" or incident.acknowledgement is not None or incident.sight_since is None:
        return None
    if report is None or not report.exposed or not report.home or not report.overdue:
        return None
    asked = [fired.at for fired in incident.fired if fired.role != "caregiver" and fired.at >= incident.sight_since]
    if not asked:
        return None  # nobody has been called yet, so nobody has failed to answer
    since = incident.sight_since if incident.answered_at is None else max(incident.sight_since, incident.answered_at)
    return max(
        since + timedelta(seconds=incident.terms.no_answer_after_s),
        min(asked) + timedelta(seconds=incident.terms.no_answer_after_staff_s),
    )


def acknowledge(incident: Incident, *, by: str, note: str, now: datetime) -> Incident:
    """Return the incident accepted by a person: calls stop until something worse or until it runs out.

    Raises
    ------
    RefusedError
        When it is already resolved.
    """
    if not incident.live:
        raise RefusedError("This incident is already resolved.")
    report = incident.report
    held = Acknowledgement(
        by=by,
        note=note,
        at=now,
        until=now + timedelta(seconds=incident.terms.holds_s.get(incident.urgency, incident.terms.holds_s["watch"])),
        urgency=incident.urgency,
        grade=report.grade if report else None,
        urgent_groups=report.urgent_groups if report else frozenset(),
        blind=report.blind if report else False,
    )
    # The floors have done their work: somebody has seen what quieted.
    urgency = incident.urgency if report is None or incident.kind == "no_answer" else report.urgency
    return replace(
        incident,
        state="acknowledged",
        acknowledgement=held,
        urgency=urgency,
        floor="routine",
        text_floor=False,
        pushed_at=None,
    )


def escalate(incident: Incident, *, now: datetime) -> Incident:
    """Return the incident with its next rung due now, acknowledged or not; refuses a resolved one."""
    if not incident.live:
        raise RefusedError("This incident is already resolved.")
    if rank(incident.urgency) < rank("urgent") or incident.kind == "no_sight":
        raised = replace(incident, floor="urgent", urgency=worse(incident.urgency, "urgent"), escalated=True)
        return begin_round(raised, "escalated by a person", now)
    held = incident.acknowledgement
    # The ladder's clock stood still while somebody had it: only the next rung is due, the others keep their distance.
    began_at = incident.began_at if held is None else incident.began_at + (now - held.at)
    return replace(incident, state="calling", acknowledgement=None, began_at=began_at, pushed_at=now, escalated=True)


def hold_ed_notice(incident: Incident, *, now: datetime) -> Incident:
    """Return the incident with the notice to the emergency department held for the policy's time."""
    if not incident.live:
        raise RefusedError("This incident is already resolved.")
    if incident.has_fired("ed") is not None:
        raise RefusedError("The emergency department has already been told.")
    if incident.urgency != "emergency":
        raise RefusedError("No notice is waiting: this incident is not an emergency.")
    return replace(incident, ed_hold_until=now + timedelta(seconds=incident.terms.ed_hold_s))


def going(incident: Incident, now: datetime) -> Incident:
    """Return the incident after the caregiver said that they are on their way."""
    return ask_ed_notice(replace(answered(incident, now), going_at=incident.going_at or now), now)


def ask_ed_notice(incident: Incident, now: datetime) -> Incident:
    """Return the incident with the notice to the emergency department due now, whatever held it."""
    return replace(incident, notice_at=incident.notice_at or now, ed_hold_until=None)


def answered(incident: Incident, now: datetime) -> Incident:
    """Return the incident after any sign of life from the home: it is not unanswered any more."""
    incident = replace(incident, answered_at=now)
    if incident.kind != "no_answer" or incident.report is None:
        return incident
    kind: Kind = "clinical" if incident.report.clinical else "no_sight"
    floor = incident.floor if incident.acknowledgement else worse(incident.floor, "watch")
    return replace(incident, kind=kind, urgency=worse(incident.report.urgency, floor), floor=floor)


def fire(incident: Incident, fired: Fired) -> Incident:
    """Return the incident with one rung stepped on."""
    higher = fired.role in {"second_nurse", "oncologist", "emergency_department"} or fired.channel == "voice"
    calling = incident.state == "open" and fired.role != "caregiver"
    return replace(
        incident,
        fired=(*incident.fired, fired),
        state="calling" if calling else incident.state,
        escalated=incident.escalated or (higher and fired.role != "caregiver"),
        pushed_at=None if incident.pushed_at and fired.role != "caregiver" else incident.pushed_at,
    )


def fail(incident: Incident, key: str, now: datetime) -> Incident:
    """Return the incident knowing that a rung reached nobody: the next one is due at once."""
    return replace(incident, fired=tuple(replace(f, failed_at=now) if f.key == key else f for f in incident.fired))


def resolve(incident: Incident, now: datetime) -> Incident:
    """Return the incident closed: nothing asks for anybody any more."""
    return replace(incident, state="resolved", resolved_at=now, acknowledgement=None, pushed_at=None)


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


def _observe_covered(incident: Incident, held: Acknowledgement, report: Report, now: datetime) -> Incident:
    if incident.urgency == "routine":
        # Quiet values wait for the acknowledgement to run out; a silence that ended leaves nothing to watch over.
        return incident if incident.kind == "clinical" else resolve(incident, now)
    reason = worsened(held, report, incident.urgency)
    return incident if reason is None else begin_round(incident, reason, now)


def begin_round(incident: Incident, reason: str, now: datetime) -> Incident:
    """Begin to call from the first rung again; what was sent about the present silence and to the ED stays known."""
    kept = tuple(fired for fired in incident.fired if not fired.key.startswith(f"{incident.round}."))
    return replace(
        incident,
        state="open",
        round=incident.round + 1,
        began_at=now,
        reason=reason,
        acknowledgement=None,
        fired=kept,
        pushed_at=None,
    )


def _hand_to_hospital(incident: Incident, now: datetime) -> Incident:
    held = acknowledge(incident, by=HOSPITAL, note="the patient is there", now=now)
    assert held.acknowledgement is not None  # noqa: S101 - acknowledge always sets it
    return replace(held, acknowledgement=replace(held.acknowledgement, until=None, blind=True))


def _remember(incident: Incident, report: Report, now: datetime) -> Incident:
    """Take in a report: since when the home is silent, since when it is an emergency and how sure that is."""
    last = incident.report
    is_new_reading = report.reading_id is not None and (last is None or last.reading_id != report.reading_id)
    sight_since = (incident.sight_since or min(report.at, now)) if report.overdue and report.home else None
    emergency, known = report.urgency == "emergency", incident.emergency_since is not None
    repeated = is_new_reading and bool(report.measured & report.urgent_groups)
    sure = emergency and (report.agreed or (known and (incident.emergency_sure or repeated)))
    kept = incident.fired
    if sight_since != incident.sight_since:
        kept = tuple(fired for fired in kept if not fired.key.startswith("sight."))
    return replace(
        incident,
        report=report if report.reading_id is not None or last is None else report.after(last),
        sight_since=sight_since,
        answered_at=now if is_new_reading and last is not None else incident.answered_at,
        emergency_since=(incident.emergency_since or now) if emergency else None,
        emergency_sure=sure,
        fired=kept,
    )


def _with_floor(incident: Incident, report: Report) -> Incident:
    """Hold the urgency up where a quieter report must not lower it yet."""
    last = incident.report
    new_reading = report.reading_id is not None and (last is None or last.reading_id != report.reading_id)
    if incident.text_floor and new_reading and not report.by_text:
        incident = replace(incident, text_floor=False, floor=_settled_floor(incident))
    if rank(report.urgency) >= rank(incident.urgency) or incident.kind == "technical":
        return incident
    if new_reading and report.by_text and incident.kind != "no_answer":
        return replace(incident, floor=incident.urgency, text_floor=True)
    if incident.text_floor or incident.acknowledgement is not None:
        return incident
    return replace(incident, floor=worse(incident.floor, _settled_floor(incident)))


def _settled_floor(incident: Incident) -> Urgency:
    """Return how far an unacknowledged incident may quiet by itself."""
    if incident.acknowledgement is not None:
        return "routine"
    match incident.kind, incident.urgency:
        case "clinical", "emergency":
            return "urgent"
        case ("clinical", "urgent") | ("no_answer", _):
            return "watch"
        case _:
            return "routine"


def _kind_after(before: Incident, incident: Incident, report: Report) -> Kind:
    """Return what kind the incident now is: a reading ends `no_answer`, values beat silence."""
    silent_still = before.kind == "no_answer" and bool(report.overdue) and incident.answered_at == before.answered_at
    if silent_still and not report.clinical:
        return "no_answer"
    if report.clinical or report.urgency == "routine":
        return "clinical" if report.clinical or before.kind == "clinical" or incident.floor != "routine" else "no_sight"
    held = before.acknowledgement
    somebodys = held is not None and (held.until is not None or report.place in IN_HOSPITAL)
    if before.kind == "clinical" and (incident.floor != "routine" or somebodys):
        return "clinical"
    return "no_sight"
