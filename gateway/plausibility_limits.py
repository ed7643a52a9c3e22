"""Reads gateway/data/plausibility.toml into the values that `gateway.plausibility` judges by."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from gateway.plausibility import JumpLimit, PlausibilityLimits, ValueLimits

SHIPPED = Path(__file__).parent / "data" / "plausibility.toml"
_VITALS = ("temperature_c", "systolic_mmhg", "spo2_pct", "pulse_bpm", "perfusion_index_pct", "breaths_bpm")
_BOUNDS = ("possible_from", "possible_to", "floor_below", "floor_at_or_below", "ceiling_above")


class LimitsError(Exception):
    """The limits cannot be used; the message names the file, the row and the remedy."""


@lru_cache(maxsize=8)
def load_limits(file: Path = SHIPPED) -> PlausibilityLimits:
    """Return the limits of `file`, by default those shipped.

    Raises
    ------
    LimitsError
        When a row is missing, carries no source or date, or holds something that is not a number.
    """
    tree = tomllib.loads(file.read_text(encoding="utf-8"))
    jumps = _row(tree, "jump", file)
    for name, row in [*((name, _row(tree, name, file)) for name in (*_VITALS, "flags", "clock")), *jumps.items()]:
        _demand_origin(name, row, file)
    try:
        return PlausibilityLimits(
            **{vital: _value_limits(tree[vital]) for vital in _VITALS},
            doubtful_flags=frozenset(tree["flags"]["doubtful"]),
            not_graded_flags=frozenset(tree["flags"]["not_graded"]),
            jump={
                group: JumpLimit(more_than=Decimal(row["more_than"]), within=timedelta(minutes=row["within_minutes"]))
                for group, row in jumps.items()
            },
            clock_ahead=timedelta(minutes=tree["clock"]["ahead_over_minutes"]),
            clock_behind=timedelta(hours=tree["clock"]["behind_over_hours"]),
        )
    except (ArithmeticError, TypeError) as error:
        raise LimitsError(f"{file.name}: a limit is not a number; write decimals as text, such as '30.0'") from error
    except KeyError as error:
        raise LimitsError(f"{file.name}: key {error} is missing; add it with its source") from error


def _row(tree: dict[str, Any], name: str, file: Path) -> dict[str, Any]:
    row = tree.get(name)
    if not isinstance(row, dict):
        raise LimitsError(f"{file.name}: [{name}] is missing; add the row with its source and date")
    return row


def _demand_origin(name: str, row: dict[str, Any], file: Path) -> None:
    if not row.get("source") or not isinstance(row.get("checked"), date):
        raise LimitsError(f"{file.name}: [{name}] needs `source` and `checked` (a date)")


def _value_limits(row: dict[str, Any]) -> ValueLimits:
    bounds = {bound: Decimal(row[bound]) for bound in _BOUNDS if bound in row}
    return ValueLimits(**bounds, not_a_value=frozenset(Decimal(code) for code in row.get("not_a_value", ())))
