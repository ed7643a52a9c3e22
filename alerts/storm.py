"""Decides for which silent homes one technical page stands, and for how long. Pure.

When the way to the homes is gone, many homes fall silent that may be well. One page says so and names how many; the
board names them by code. It stands for the first calls to staff about each of them and for nothing else: the homes
themselves are asked as ever, a home with anything but silence is called about by itself, and a home that answers
nobody becomes an emergency at the minute at which it would have. See docs/decisions/0026.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.climbing import ladder_of
from alerts.incident import Incident
from alerts.inhibition import Explained
from alerts.policy import Policy
from alerts.report import SIGHT

CAUSES = ("quiet:gateway", "deaf", "hubs", "silence")
"""The conditions that explain why nothing is heard from homes, the one that explains the others first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """What to change: the homes' incidents by id, and the cause that must call (again) because homes are silent.

    `stands_for` are the ids of every home for which the cause stands now.
    """

    homes: Mapping[int, Incident]
    stands_for: frozenset[int]
    cause: str | None
    calls: bool


def storm_of(causes: Mapping[str, Incident], homes: Mapping[int, Incident], policy: Policy, now: datetime) -> Storm:
    """Return for which homes a technical page stands from now on, and which are judged by themselves again.

    Parameters
    ----------
    causes
        The live technical incidents, by the key of their condition.
    homes
        The live incidents of patients, by id.
    """
    key = next((key for key in CAUSES if key in causes and _is_called_about(causes[key])), None)
    standing = {number: home for number, home in homes.items() if _is_stood_for(home, now)}
    if key is None:
        return Storm(homes=_freed(standing, policy, now), stands_for=frozenset(), cause=None, calls=False)
    fresh = {number: home for number, home in homes.items() if number not in standing and _may_be_stood_for(home)}
    if len(standing) + len(fresh) < policy.storm.homes_at_least and not standing:
        fresh = {}
    changed = {number: _held(home, key, policy) for number, home in fresh.items()}
    for number, home in standing.items():
        held = home.explained
        if held is not None and (held.cause != key or held.ended_at is not None):
            changed[number] = replace(home, explained=replace(held, cause=key, ended_at=None))
    together = {**standing, **changed}
    begun = any(home.explained is not None and home.explained.since <= now for home in together.values())
    return Storm(
        homes=changed, stands_for=frozenset(together), cause=key, calls=begun and causes[key].stands_for == 0
    )  # fmt: skip


def first_call_after(policy: Policy) -> timedelta:
    """Return how long a home is silent before the first member of staff is called about it."""
    rungs = policy.ladders["no_sight"].rungs
    return timedelta(seconds=min(rung.after_s for rung in rungs if rung.role != "caregiver"))


def _held(home: Incident, cause: str, policy: Policy) -> Incident:
    assert home.sight_since is not None  # noqa: S101 - only silent homes may be stood for
    since = home.sight_since + first_call_after(policy)
    until = since + timedelta(seconds=policy.storm.stands_for_s)
    return replace(home, explained=Explained(cause=cause, since=since, until=until))


def _freed(standing: Mapping[int, Incident], policy: Policy, now: datetime) -> dict[int, Incident]:
    """Return the homes judged by themselves again, those whose calls were held back once the hubs could speak.

    The bound of each home stays: what began to hold back never lasts longer for the cause having ended.
    """
    settled_at = now + timedelta(seconds=policy.storm.settles_s)
    freed = {}
    for number, home in standing.items():
        held = home.explained
        if held is None or held.ended_at is not None:
            continue
        ended_at = settled_at if held.until is None else min(settled_at, held.until)
        freed[number] = replace(home, explained=replace(held, ended_at=ended_at) if held.since < ended_at else None)
    return freed


def _is_called_about(cause: Incident) -> bool:
    """Whether people hear of this cause: one that is silenced, or only on the board, stands for no home."""
    return cause.live and cause.urgency == "urgent" and cause.silence is None and cause.explained is None


def _is_stood_for(home: Incident, now: datetime) -> bool:
    return home.kind == "no_sight" and home.explained is not None and home.explained.holds(now)


def _may_be_stood_for(home: Incident) -> bool:
    """Whether this home is silent and nothing else, and nobody was called about this silence yet."""
    report = home.report
    if home.kind != "no_sight" or not home.live or home.sight_since is None or home.explained is not None:
        return False
    if report is None or not report.home or not report.overdue or report.urgent_groups - {SIGHT}:
        return False
    if report.febrile or report.in_episode or home.escalated or home.acknowledgement is not None:
        return False
    if ladder_of(home) is not None:
        return False
    return not any(fired.role != "caregiver" and fired.at >= home.sight_since for fired in home.fired)
