"""Holds a site's policy against the test vectors of its own file: who has been called by when. Pure.

A vector plays one incident that nobody answers, in the middle of the day, with everybody on call.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alerts.due_pages import due_pages
from alerts.incident import Incident, Terms
from alerts.incident_news import open_for, open_technical
from alerts.policy import LadderName, Policy, Rung
from alerts.report import SIGHT, Report
from alerts.roster import STAFF_ROLES, Person, Roster, Swap

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DEPARTMENT = "emergency_department sms"
_BESIDE = (-1, 0, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVector:
    """Who has been called, as `nurse sms`, by `after_s` seconds after an incident of this ladder began."""

    ladder: LadderName
    after_s: int
    called: frozenset[str]

    @property
    def words(self) -> str:
        """How a message names it."""
        return f"{self.ladder} after {self.after_s} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """One call that comes otherwise than in the shipped policy; None means not at all."""

    ladder: LadderName
    who: str
    after_s: int | None
    default_s: int | None

    def seconds(self) -> Iterator[int]:
        """Yield the seconds of which a vector must speak: around the new call and at the one that is gone."""
        if self.after_s is None:
            yield self.default_s or 0
            return
        yield from (self.after_s + beside for beside in _BESIDE if self.after_s + beside >= 0)


def changes(policy: Policy, shipped: Policy) -> tuple[PolicyChange, ...]:
    """Return every call that a policy places otherwise than the shipped one."""
    found: list[PolicyChange] = []
    for name, ladder in shipped.ladders.items():
        before = {_who(rung): rung for rung in ladder.rungs}
        now = {_who(rung): rung for rung in policy.ladders[name].rungs}
        for who in dict.fromkeys((*before, *now)):
            old, new = before.get(who), now.get(who)
            if old != new:
                found.append(
                    PolicyChange(
                        ladder=name,
                        who=who,
                        after_s=None if new is None else new.after_s,
                        default_s=None if old is None else old.after_s,
                    )
                )
    if policy.ed_notice_after_s != shipped.ed_notice_after_s:
        found.append(
            PolicyChange(
                ladder="emergency",
                who=DEPARTMENT,
                after_s=policy.ed_notice_after_s,
                default_s=shipped.ed_notice_after_s,
            )
        )
    return tuple(found)


def fault(policy: Policy, shipped: Policy, vectors: Sequence[PolicyVector], terms: Terms) -> str | None:
    """Return why a policy does not load, with the vector that fails or every one that is missing; None when it does."""
    for vector in vectors:
        called = reached(policy, vector.ladder, vector.after_s, terms)
        if called != vector.called:
            late, early = sorted(vector.called - called), sorted(called - vector.called)
            wrong = [f"not called: {', '.join(late)}"] if late else []
            wrong += [f"called too: {', '.join(early)}"] if early else []
            return f"vector {vector.words} fails: {'; '.join(wrong)}"
    spoken = {(vector.ladder, vector.after_s) for vector in vectors}
    missing = dict.fromkeys(
        f"{change.ladder} after {second} s"
        for change in changes(policy, shipped)
        for second in change.seconds()
        if (change.ladder, second) not in spoken
    )
    if missing:
        return (
            f"test vectors are missing: {'; '.join(missing)}. Add a [[vector]] with ladder, after_s and called for each"
        )
    return None


def reached(policy: Policy, ladder: LadderName, after_s: int, terms: Terms) -> frozenset[str]:
    """Return who has been owed a call by then, as role and channel; what is said to leave at once is left out."""
    pages = due_pages(_incident(ladder, terms), policy, _EVERYBODY, NOON + timedelta(seconds=after_s))
    return frozenset(f"{page.role} {page.channel}" for page in pages if page.message != "go_now")


def _incident(ladder: LadderName, terms: Terms) -> Incident:
    match ladder:
        case "technical":
            return open_technical("a part has gone quiet", "high", NOON, terms)
        case "no_sight":
            report = Report(
                at=NOON, urgency="urgent", urgent_groups=frozenset({SIGHT}), overdue=("temperature",), exposed=True
            )
        case "watch":
            report = Report(at=NOON, urgency="watch")
        case urgency:
            report = Report(at=NOON, urgency=urgency, urgent_groups=frozenset({"temperature"}))
    incident = open_for(report, terms, NOON)
    if incident is None:
        raise ValueError(ladder)
    return incident


def _who(rung: Rung) -> str:
    return f"{rung.role} {rung.channel}"


_SOMEBODY = Person(key="somebody", name="Somebody", number="+12025550100")
_EVERYBODY = Roster(
    timezone="UTC",
    people=(_SOMEBODY,),
    swaps=tuple(
        Swap(role=role, person=_SOMEBODY, starts=NOON - timedelta(days=1), ends=NOON + timedelta(days=30))
        for role in STAFF_ROLES
    ),
)
