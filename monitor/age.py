"""How old a patient is, as far as their birth date says. Pure."""

from datetime import date, datetime
from functools import lru_cache

from monitor.record import Profile
from monitor.rules import Rules


def is_minor(profile: Profile, now: datetime, rules: Rules) -> bool:
    """Return whether the patient is known to be under age; an unknown birth date is an adult's."""
    return is_under(profile, now, rules.adult_from_years)


def is_under(profile: Profile, now: datetime, years: int) -> bool:
    """Return whether the patient is known to be younger than `years`."""
    return profile.born is not None and _age(profile.born, now.date()) < years


@lru_cache(maxsize=4096)
def _age(born: str, today: date) -> int:
    """Return whole years; `born` is an ISO date."""
    birth = date.fromisoformat(born)
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
