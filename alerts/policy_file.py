"""Reads the policy and refuses to guess: an error names the file, the key and the remedy."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import msgspec

from alerts.incident import Terms
from alerts.policy import Ladder, LadderName, Policy, Rung, StormLimits, in_timezone
from alerts.policy_vectors import PolicyVector, changes, fault
from alerts.silence import SilenceLimits

SHIPPED = "the shipped policy"
LONGEST_STAND_S = 1800
"""No site may let a technical page stand for a home for longer: half an hour after the first call about a home that
answers nobody, it is an emergency (docs/decisions/0026-what-one-page-stands-for.md)."""
LONGEST_SETTLING_S = 120
FEWEST_HOMES = 2
LONGEST_SILENCE_S = 604_800
"""A week: what is silenced for longer is not silenced but forgotten."""


class PolicyError(Exception):
    """The policy cannot be used; the message names the file, the key and the remedy."""


class _Sourced(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: str
    date: dt.date
    unsigned: bool = False


class _LadderTable(_Sourced, frozen=True, kw_only=True):
    rungs: tuple[Rung, ...]
    acknowledgement_holds_s: int
    repeat_every_s: int
    receipt_within_s: int


class _NoticeTable(_Sourced, frozen=True, kw_only=True):
    after_s: int
    hold_s: int


class _AfterTable(_Sourced, frozen=True, kw_only=True):
    after_s: int


class _NoAnswerTable(_Sourced, frozen=True, kw_only=True):
    after_s: int
    after_staff_s: int


class _TogetherTable(_Sourced, frozen=True, kw_only=True):
    within_s: int


class _NightTable(_Sourced, frozen=True, kw_only=True, rename={"from_": "from"}):
    from_: dt.time
    until: dt.time


class _SystemTable(_Sourced, frozen=True, kw_only=True):
    quiet_after_s: int
    send_attempts: int


class _DutyTable(_Sourced, frozen=True, kw_only=True):
    gap_ahead_s: int
    gap_told_before_s: int
    unverified_after_s: int
    drill_at: dt.time


class _SilenceTable(_Sourced, frozen=True, kw_only=True):
    emergency_s: int
    urgent_s: int
    watch_s: int
    technical_high_s: int
    technical_low_s: int


class _StormTable(_Sourced, frozen=True, kw_only=True):
    homes_at_least: int
    stands_for_s: int
    settles_s: int


class _VectorTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    ladder: LadderName
    after_s: int
    called: tuple[str, ...]


class _PolicyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    ladder: dict[str, _LadderTable]
    ed_notice: _NoticeTable
    go_now: _AfterTable
    no_answer: _NoAnswerTable
    together: _TogetherTable
    night: _NightTable
    system: _SystemTable
    duty: _DutyTable | None = None
    silence: _SilenceTable | None = None
    storm: _StormTable | None = None
    vector: tuple[_VectorTable, ...] = ()


def load_policy(path: Path | str | None = None, *, timezone: str = "UTC") -> Policy:
    """Return the policy of `path`, or the shipped one.

    Raises
    ------
    PolicyError
        For a missing or unreadable file, an unknown or missing key, a ladder that could stay silent, or a call placed
        otherwise than in the shipped policy without test vectors that say so.
    """
    policy, _vectors = _read(path, timezone)
    return policy


def policy_lines(path: Path | str | None) -> list[str]:
    """Return a line for every call that the policy of `path` places otherwise than the shipped one, and its vectors."""
    if path is None:
        return []
    policy, vectors = _read(path, "UTC")
    lines = [
        f"policy: {change.ladder}: {change.who} {_second(change.after_s)}, default {_second(change.default_s)}"
        for change in changes(policy, _shipped_policy())
    ]
    return [*lines, f"policy: {len(lines)} calls changed, {vectors} test vectors pass"]


def _second(after_s: int | None) -> str:
    return "not at all" if after_s is None else f"after {after_s} s"


@lru_cache(maxsize=1)
def _shipped_policy() -> Policy:
    return load_policy()


def _read(path: Path | str | None, timezone: str) -> tuple[Policy, int]:
    name, text = read_toml_text(path, "policy.toml", SHIPPED, PolicyError)
    tree = parse_toml(name, text, PolicyError)
    try:
        file = msgspec.convert(tree, _PolicyFile)
    except msgspec.ValidationError as error:
        raise PolicyError(f"{name}: {error}") from error
    ladders = {ladder: _ladder(name, ladder, file.ladder) for ladder in get_args(LadderName)}
    if unknown := set(file.ladder) - set(ladders):
        raise PolicyError(f"{name}: unknown ladder {sorted(unknown)[0]!r}; known are {', '.join(ladders)}")
    duty = file.duty or _shipped_duty()
    if file.night.until < file.night.from_ and not file.night.until <= duty.drill_at < file.night.from_:
        raise PolicyError(f"{name}: [duty] drill_at {duty.drill_at} lies in the night; give an hour of the day")
    policy = Policy(
        ladders=ladders,
        ed_notice_after_s=file.ed_notice.after_s,
        ed_hold_s=file.ed_notice.hold_s,
        go_now_after_s=file.go_now.after_s,
        no_answer_after_s=file.no_answer.after_s,
        no_answer_after_staff_s=file.no_answer.after_staff_s,
        together_within_s=file.together.within_s,
        night_from=file.night.from_,
        night_until=file.night.until,
        quiet_after_s=file.system.quiet_after_s,
        send_attempts=file.system.send_attempts,
        gap_ahead_s=duty.gap_ahead_s,
        gap_told_before_s=duty.gap_told_before_s,
        unverified_after_s=duty.unverified_after_s,
        drill_at=duty.drill_at,
        silences=_silences(name, file.silence or _shipped_tables().silence),
        storm=_storm(name, file.storm or _shipped_tables().storm),
        timezone=timezone,
    )
    if path is not None:
        _hold_vectors(name, policy, file)
    return policy, len(file.vector)


def _hold_vectors(name: str, policy: Policy, file: _PolicyFile) -> None:
    vectors = [PolicyVector(ladder=v.ladder, after_s=v.after_s, called=frozenset(v.called)) for v in file.vector]
    wrong = fault(in_timezone(policy, "UTC"), _shipped_policy(), vectors, terms_of(policy))
    if wrong is not None:
        raise PolicyError(f"{name}: {wrong}")


def terms_of(policy: Policy) -> Terms:
    """Return what an incident must know of the policy when a person acts on it without the policy at hand."""
    ladders = policy.ladders
    return Terms(
        holds_s={
            "emergency": ladders["emergency"].acknowledgement_holds_s,
            "urgent": ladders["urgent"].acknowledgement_holds_s,
            "watch": ladders["watch"].acknowledgement_holds_s,
        },
        ed_hold_s=policy.ed_hold_s,
        no_answer_after_s=policy.no_answer_after_s,
        no_answer_after_staff_s=policy.no_answer_after_staff_s,
    )


def _ladder(file: str, name: str, tables: Mapping[str, _LadderTable]) -> Ladder:
    table = tables.get(name)
    if table is None:
        raise PolicyError(f"{file}: [ladder.{name}] is missing; copy it from {SHIPPED}")
    rungs = tuple(sorted(table.rungs, key=lambda rung: rung.after_s))
    if not rungs:
        raise PolicyError(f"{file}: [ladder.{name}] rungs is empty, so nobody would come; give it at least one rung")
    for rung in rungs:
        if rung.after_s < 0:
            raise PolicyError(f"{file}: [ladder.{name}] after_s is below 0; a rung comes after the beginning")
    staff = [rung.after_s for rung in rungs if rung.role != "caregiver"]
    if not staff and name != "watch":
        raise PolicyError(f"{file}: [ladder.{name}] calls no member of staff; add a rung of role 'nurse'")
    if len({(rung.role, rung.channel) for rung in rungs}) < len(rungs):
        raise PolicyError(f"{file}: [ladder.{name}] names a role and channel twice; use repeat_every_s to call again")
    if table.repeat_every_s and staff and table.repeat_every_s <= staff[-1]:
        raise PolicyError(
            f"{file}: [ladder.{name}] repeat_every_s must be above {staff[-1]}, when its last rung comes",
        )
    if table.acknowledgement_holds_s <= 0:
        raise PolicyError(f"{file}: [ladder.{name}] acknowledgement_holds_s must be above 0")
    return Ladder(
        rungs=rungs,
        acknowledgement_holds_s=table.acknowledgement_holds_s,
        repeat_every_s=table.repeat_every_s,
        receipt_within_s=table.receipt_within_s,
    )


def _silences(file: str, table: _SilenceTable | None) -> SilenceLimits:
    if table is None:
        raise PolicyError(f"{file}: [silence] is missing; install the program anew")
    if table.emergency_s or table.urgent_s:
        raise PolicyError(
            f"{file}: [silence] emergency_s and urgent_s must be 0: no silence may hide a patient's alarm"
        )
    for kind in ("watch_s", "technical_high_s", "technical_low_s"):
        if not 0 <= getattr(table, kind) <= LONGEST_SILENCE_S:
            raise PolicyError(f"{file}: [silence] {kind} must lie between 0 and {LONGEST_SILENCE_S}")
    return SilenceLimits(
        watch_s=table.watch_s, technical_high_s=table.technical_high_s, technical_low_s=table.technical_low_s
    )


def _storm(file: str, table: _StormTable | None) -> StormLimits:
    if table is None:
        raise PolicyError(f"{file}: [storm] is missing; install the program anew")
    if not 0 <= table.stands_for_s <= LONGEST_STAND_S:
        raise PolicyError(f"{file}: [storm] stands_for_s must lie between 0 and {LONGEST_STAND_S}")
    if not 0 <= table.settles_s <= LONGEST_SETTLING_S:
        raise PolicyError(f"{file}: [storm] settles_s must lie between 0 and {LONGEST_SETTLING_S}")
    if table.homes_at_least < FEWEST_HOMES:
        raise PolicyError(f"{file}: [storm] homes_at_least must be {FEWEST_HOMES} or more: one home is no storm")
    return StormLimits(homes_at_least=table.homes_at_least, stands_for_s=table.stands_for_s, settles_s=table.settles_s)


def _shipped_duty() -> _DutyTable:
    duty = _shipped_tables().duty
    if duty is None:
        raise PolicyError(f"{SHIPPED}: [duty] is missing; install the program anew")
    return duty


@lru_cache(maxsize=1)
def _shipped_tables() -> _PolicyFile:
    """Return the shipped file, for the tables that a policy written before there were such leaves out."""
    name, text = read_toml_text(None, "policy.toml", SHIPPED, PolicyError)
    return msgspec.convert(parse_toml(name, text, PolicyError), _PolicyFile)


def read_toml_text(path: Path | str | None, shipped: str, name: str, error: type[Exception]) -> tuple[str, str]:
    """Return the name to use in messages and the text of `path`, or of the file shipped in `alerts/data`."""
    if path is None:
        return name, resources.files("alerts").joinpath("data", shipped).read_text(encoding="utf-8")
    try:
        return str(path), Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as reason:
        raise error(f"{path}: cannot be read ({reason}); give a readable TOML file") from reason


def parse_toml(name: str, text: str, error: type[Exception]) -> dict[str, Any]:
    """Return the TOML tree of `text`; raise `error` naming the file when it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as reason:
        raise error(f"{name}: not valid TOML: {reason}") from reason
