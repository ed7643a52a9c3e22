"""Words that every paper for clinicians shares: times, ages, places, what a vital is called. Pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

NOT_RECORDED = "not recorded"
NAMES = {
    "temperature": "Temperature",
    "blood_pressure": "Blood pressure",
    "oximetry": "SpO2 (home, on air unless stated)",
    "pulse": "Pulse",
    "respiratory_rate": "Breaths",
}
PLACES = {
    "home": "at home",
    "travelling": "on the way",
    "emergency_department": "in the emergency department",
    "admitted": "admitted",
    "discharged": "discharged, at home",
    "ended": "watch ended",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line, with its source where it is a statement of somebody else."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and its lines. `key` names it for FHIR and for tests."""

    key: str
    title: str
    items: tuple[Item, ...]


def clock(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as people on the ward say it: `Mon 2 Mar 10:00`."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago `at` was: `4 min ago`, `16 h ago`, `3 d ago`."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 120:  # noqa: PLR2004 - two hours read better as minutes
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 72 else f"{hours // 24} d ago"  # noqa: PLR2004 - three days as hours


def plain(number: Decimal) -> str:
    """Return a number as people write it: `16`, not `16.0`."""
    return f"{number.normalize():f}"
