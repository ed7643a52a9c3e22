"""One conversation about a patient or a technical condition: its values, and the few steps all its changes share. Pure.

There is one live incident per patient, so that people have one conversation and one page code however the reason
changes; technical conditions have their own. News and time change it in `alerts.incident_news`, people in
`alerts.response`; what somebody's acceptance covers is `alerts.acknowledgement`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from alerts.acknowledgement import Acknowledgement, HandOver
from alerts.ed_told import Told
from alerts.inhibition import Explained
from alerts.phone import Channel
from alerts.report import ARRIVAL, Report
from alerts.roster import Role
from alerts.silence import Silence
from monitor.assessment import Urgency

Kind = Literal["clinical", "no_sight", "no_answer", "technical"]
State = Literal["open", "calling", "acknowledged", "resolved"]


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
    this round and of the present silence. `only_old_values` is set from the return from hospital until
    something red is heard anew: nobody is sent back for what was known there. `explained` names the technical
    condition that stands for the calls about it; `stands_for` is for how many homes the last call about a technical
    condition stood. `departments` are the emergency departments told, in order; `departments_before` those of
    earlier ways to a hospital.
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
    hand_over: HandOver | None = None
    ran_out_of: str | None = None
    silence: Silence | None = None
    explained: Explained | None = None
    stands_for: int = 0
    sight_since: datetime | None = None
    answered_at: datetime | None = None
    only_old_values: bool = False
    emergency_since: datetime | None = None
    emergency_sure: bool = False
    ed_hold_until: datetime | None = None
    going_at: datetime | None = None
    notice_at: datetime | None = None
    departments: tuple[Told, ...] = ()
    departments_before: tuple[Told, ...] = ()
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

    @property
    def offer_prefix(self) -> str:
        """What the keys of calls to the person it is being handed to begin with."""
        return f"{self.round}.over."

    def has_fired(self, key: str) -> Fired | None:
        """Return the rung with this key if it has been stepped on."""
        return next((fired for fired in self.fired if fired.key == key), None)


def is_on_the_way(incident: Incident) -> bool:
    """Whether the patient has left for an emergency department that was told, takes them, and they are not late yet."""
    if incident.departments and incident.departments[-1].answer in {"declined", "nobody"}:
        return False
    told, report = incident.has_fired("ed"), incident.report
    if told is None or told.failed_at is not None or report is None or report.place != "travelling":
        return False
    return ARRIVAL not in report.urgent_groups


def fire(incident: Incident, fired: Fired) -> Incident:
    """Return the incident with one rung stepped on."""
    higher = fired.role in {"second_nurse", "oncologist", "emergency_department"} or fired.channel == "voice"
    higher = higher and not fired.key.startswith(incident.offer_prefix)
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
    return replace(incident, state="resolved", resolved_at=now, acknowledgement=None, hand_over=None, pushed_at=None)


def begin_round(incident: Incident, reason: str, now: datetime, *, ran_out_of: str | None = None) -> Incident:
    """Begin to call from the first rung again; what was sent about the present silence and to the ED stays known.

    `ran_out_of` names the person whose acceptance ran out, when that is all that happened.
    """
    kept = tuple(fired for fired in incident.fired if not fired.key.startswith(f"{incident.round}."))
    return replace(
        incident,
        state="open",
        round=incident.round + 1,
        began_at=now,
        reason=reason,
        acknowledgement=None,
        hand_over=None,
        ran_out_of=ran_out_of,
        fired=kept,
        pushed_at=None,
    )
