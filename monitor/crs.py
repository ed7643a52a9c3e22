"""The ASTCT 2019 grade of cytokine release syndrome from signs. Pure: signs in, grade out; knows no clock.

Source: Lee 2019, Biol Blood Marrow Transplant 25:625, doi:10.1016/j.bbmt.2018.12.758. The grade is about treatment
required, which home devices cannot see: what is inferred from values is grade 2 at most and only suspected. How
missing, masked and attributed signs behave: docs/behaviour.md, "CRS grade" and "Masking".
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from monitor.assessment import Certainty
from monitor.record import SupportGiven
from monitor.rules import CrsRules

INFERRED = 2
"""The most that home values can say of an axis."""
_ONE_VASOPRESSOR, _SEVERAL_VASOPRESSORS, _FLUIDS = 3, 4, 2


class Axis(msgspec.Struct, frozen=True):
    """One axis, hypotension or hypoxia.

    `grade` is 0, 2, 3, 4, or None when neither fresh values nor support say anything. `by_support` says that
    entered treatment decides it; `inferred` is what home values alone say. `at_least` marks an open upper end.
    """

    grade: int | None
    inferred: int | None
    by_support: bool = False
    at_least: bool = False


class Signs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the grade looks at, at one instant.

    `fever` is None when no temperature is fresh. `fresh` names the required groups that are. `masked` says that a
    fever-hiding drug's hours run. `treated` says that one was taken since onset. `attributed` names signs under
    attribution. `kept` holds, per group, the last grade inferred while it was fresh.
    """

    fever: bool | None
    hypotension: Axis
    hypoxia: Axis
    fresh: frozenset[str]
    after_first_dose: bool
    masked: bool
    episode_open: bool
    treated: bool
    attributed: frozenset[str]
    kept: Mapping[str, int]
    all_none_support: bool
    opinion: int | None


class CrsGrade(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. `inferred` is the grade without entered support, for keeping; `words` say what cannot be graded."""

    grade: int | None
    at_least: bool
    certainty: Certainty
    inferred: int | None
    words: tuple[str, ...] = ()


def hypotension_axis(support: SupportGiven | None, inferred: int | None) -> Axis:
    """Return the hypotension axis: one vasopressor 3, several 4, vasopressin not counted, fluids 2."""
    if support is not None:
        if len(support.vasopressors) > 1:
            return Axis(_SEVERAL_VASOPRESSORS, inferred, by_support=True)
        if support.vasopressors or support.vasopressin:
            return Axis(_ONE_VASOPRESSOR, inferred, by_support=True)
        if support.fluids_for_hypotension:
            return Axis(_FLUIDS, inferred, by_support=True)
    return Axis(inferred, inferred)


def hypoxia_axis(support: SupportGiven | None, inferred: int | None, rules: CrsRules) -> Axis:
    """Return the hypoxia axis: low flow 2 (at or below 6 L/min), other oxygen 3, positive pressure 4.

    Oxygen for a chronic indication, or a tube for airway protection, is 0 on this axis.
    """
    if support is None or support.oxygen_device == "none":
        return Axis(inferred, inferred)
    if support.oxygen_indication != "hypoxia":
        return Axis(0, inferred, by_support=True)
    grade = rules.oxygen_grade[support.oxygen_device]
    if support.oxygen_device == "nasal_cannula":
        flow: Decimal | None = support.oxygen_flow_l_min
        if flow is None:
            return Axis(grade, inferred, by_support=True, at_least=True)
        grade = rules.nasal_cannula_high_grade if flow > rules.low_flow_up_to_l_min else grade
    return Axis(grade, inferred, by_support=True)


def grade(signs: Signs) -> CrsGrade:
    """Return the grade, its certainty and whether it is at least that (docs/behaviour.md, "CRS grade")."""
    value, inferred, kept_wins, words = _open_episode(signs) if signs.episode_open else _no_episode(signs)
    if not signs.fresh and value in {0, None}:
        value, words = None, (*words, "cannot be graded: no required group is fresh")
    certainty = _certainty(signs, value, kept_wins=kept_wins)
    return CrsGrade(
        grade=value,
        at_least=_at_least(signs, value, certainty, kept_wins=kept_wins),
        certainty=certainty,
        inferred=inferred,
        words=words,
    )


_Graded = tuple[int | None, int | None, bool, tuple[str, ...]]


def _no_episode(signs: Signs) -> _Graded:
    if signs.fever is None:
        return None, None, False, ("cannot be graded: temperature is not fresh",)
    if not signs.after_first_dose:
        return 0, 0, False, ("fever before the first dose",) if signs.fever else ()
    if signs.fever:
        quiet = signs.hypotension.grade is not None and signs.hypoxia.grade is not None
        if "fever" in signs.attributed and not quiet:
            return None, None, False, ("cannot be graded: fever attributed, pressure or oxygen not fresh",)
        return 0, 0, False, ()
    if signs.masked:
        quiet = _calm(signs.hypotension, "blood_pressure", signs) and _calm(signs.hypoxia, "oximetry", signs)
        if quiet:
            return 0, 0, False, ()
        return (
            None,
            None,
            False,
            ("cannot be graded: fever may be hidden, and pressure or oxygen is not quiet and fresh",),
        )
    supported = (signs.hypotension.by_support and signs.hypotension.grade) or (
        signs.hypoxia.by_support and signs.hypoxia.grade
    )
    return 0, 0, False, ("support without fever",) if supported else ()


def _calm(axis: Axis, group: str, signs: Signs) -> bool:
    return group in signs.fresh and axis.inferred == 0


def _open_episode(signs: Signs) -> _Graded:
    present = _present(signs, inferred_only=False)
    present_inferred = _present(signs, inferred_only=True)
    if signs.attributed:
        words = ("cannot be graded: a sign is attributed, another group is not fresh",) if present is None else ()
        return present, present_inferred, False, words
    stale = [group for group in signs.kept if group not in signs.fresh]
    kept = max((signs.kept[group] for group in stale), default=None)
    inferred = _most(present_inferred, kept)
    value = _most(present, kept)
    words = ("grade kept from before a group went stale",) if kept is not None and kept > _or_minus(present) else ()
    if value is None:
        words = ("cannot be graded: temperature is not fresh",)
    return value, inferred, bool(words) and value is not None, words


def _present(signs: Signs, *, inferred_only: bool) -> int | None:
    """Return the grade the present signs give in an open episode, None when too little is fresh."""
    axes = [
        Axis(axis.inferred, axis.inferred) if inferred_only else axis
        for axis, sign in ((signs.hypotension, "hypotension"), (signs.hypoxia, "hypoxia"))
        if sign not in signs.attributed
    ]
    worst = max((axis.grade for axis in axes if axis.grade is not None), default=0)
    supported = max((axis.grade for axis in axes if axis.by_support and axis.grade is not None), default=0)
    if "fever" in signs.attributed:
        unseen = any(axis.grade is None for axis in axes)
        counted = worst if signs.treated else supported
        return counted if counted or not unseen else None
    if signs.fever:
        return max(1, worst)
    if signs.fever is None:
        return worst or None
    return worst if signs.treated else supported


def _most(one: int | None, other: int | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return max(known) if known else None


def _or_minus(value: int | None) -> int:
    return -1 if value is None else value


def _certainty(signs: Signs, value: int | None, *, kept_wins: bool) -> Certainty:
    if not value:
        return "none"
    if signs.opinion == value:
        return "confirmed"
    if kept_wins:
        return "suspected"
    deciding = [axis for axis in (signs.hypotension, signs.hypoxia) if axis.grade == value]
    if value == 1:
        return "confirmed" if signs.all_none_support else "suspected"
    return "confirmed" if deciding and all(axis.by_support for axis in deciding) else "suspected"


def _at_least(signs: Signs, value: int | None, certainty: Certainty, *, kept_wins: bool) -> bool:
    if not value:
        return False
    axes = (signs.hypotension, signs.hypoxia)
    unseen = any(not axis.by_support and axis.grade is None for axis in axes)
    unbounded = any(axis.at_least and axis.grade == value for axis in axes)
    return certainty == "suspected" or unseen or unbounded or kept_wins
