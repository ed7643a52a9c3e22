"""Writes entered facts as JSON whose numbers print as they were entered."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any


def spell(body: Mapping[str, Any]) -> str:
    """Return JSON; exact decimals are written as the numbers they print as."""
    return json.dumps(body, default=_number, sort_keys=True)


def _number(value: object) -> float | int | str:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be stored in a record")
