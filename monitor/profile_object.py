"""Reads the `patient` object of a timeline (docs/interfaces.md): who the patient is, as far as grading needs it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.event_fields import BadEvent, Object, names_at, number, object_at, optional_instant, text
from monitor.record import Baseline, Limit, Profile

LONGEST_CODE = 40
NOT_IN_CODES = frozenset("/+#")
"""What parts the levels of a topic, or stands for any of them: assessments may be published under a code."""
LONGEST_TEAM = 16
"""Characters of a team's name: it stands in the first line of an 80-column board."""

BASELINE_KEYS = ("temperature_c", "systolic_mmhg", "diastolic_mmhg", "spo2_pct", "pulse_bpm")


def parse_profile(patient: Object) -> Profile:
    """Return the profile of a `patient` object. Raises BadEvent naming the key."""
    code = text(patient, "code")
    if not code:
        raise BadEvent("patient.code is required; it is opaque and never a name")
    zone = text(patient, "timezone")
    zone = "UTC" if zone is None else zone
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadEvent(f"patient.timezone {zone!r} is not known; use a name such as Europe/Copenhagen") from error
    scale = patient.get("spo2_scale")
    if isinstance(scale, bool) or not (scale is None or scale in (1, 2)):
        raise BadEvent("patient.spo2_scale must be 1 or 2")
    return Profile(
        code=code,
        born=_birth_date(patient),
        weight_kg=number(patient, "weight_kg"),
        timezone=zone,
        language=text(patient, "language"),
        baseline=baseline_of(object_at(patient, "baseline", "vital values")),
        spo2_scale=1 if scale is None else int(scale),
        conditions=frozenset(part for name in names_at(patient, "conditions") for part in name.split("|")),
        limits=_limits(object_at(patient, "limits", "groups")),
        allergies=None if patient.get("allergies") is None else tuple(names_at(patient, "allergies")),
        departments=tuple(names_at(patient, "departments")),
        team=_team(patient),
        department_minutes=_minutes(object_at(patient, "department_minutes", "minutes by department")),
    )


def strange_code(code: str, known: Iterable[str] = ()) -> str | None:
    """Return in a sentence why nobody new is called `code`, None when they may be; `known` are the codes there are."""
    if not code or len(code) > LONGEST_CODE or not code.isprintable() or " " in code or NOT_IN_CODES & {*code}:
        return f"{code!r} is not opaque: a code of at most {LONGEST_CODE} characters without blanks, such as P-0042"
    alike = next((each for each in known if each.casefold() == code.casefold()), None)
    return None if alike is None else f"{code!r} would be taken for {alike}, which is there already"


def baseline_of(source: Object) -> Baseline:
    """Return baseline values; raises BadEvent for a zero, which is no value."""
    values = {key: number(source, key) for key in BASELINE_KEYS}
    for key, value in values.items():
        if value == 0:  # what a device says when it has nothing; the relative rules would be off and nobody told
            raise BadEvent(f"baseline {key} is 0, which is no value; leave it out when it is not known")
    return Baseline(**values)


def _limits(source: Object) -> tuple[tuple[str, Limit], ...]:
    limits = []
    for group, row in sorted(source.items()):
        if group not in {"temperature", "oximetry", "blood_pressure", "respiratory_rate"}:
            raise BadEvent(f"patient.limits: unknown group {group!r}")
        if not isinstance(row, Mapping):
            raise BadEvent(f"patient.limits.{group} must be an object with urgent and emergency")
        limit = Limit(
            urgent=number(row, "urgent"),
            emergency=number(row, "emergency"),
            by=text(row, "by"),
            why=text(row, "why"),
            until=_limit_until(row),
        )
        limits.append((group, limit))
    return tuple(limits)


def _limit_until(row: Object) -> datetime | None:
    """Return the expiry; an unusable one is a mistake to be told, not a limit without end."""
    return optional_instant(row, "until")


def _birth_date(patient: Object) -> str | None:
    born = text(patient, "born")
    try:
        return None if born is None else date.fromisoformat(born).isoformat()
    except ValueError as error:
        raise BadEvent("patient.born must be a date such as 1956-03-01") from error


def _team(patient: Object) -> str | None:
    """Return the team's name in lower case, so that North and north are one; None where nobody said."""
    name = " ".join((text(patient, "team") or "").split()).casefold()
    if len(name) > LONGEST_TEAM or not name.isprintable():
        raise BadEvent(f"patient.team must be a name of at most {LONGEST_TEAM} characters, such as north")
    return name or None


def _minutes(source: Object) -> tuple[tuple[str, int], ...]:
    for key, value in source.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise BadEvent(f"patient.department_minutes.{key} must be whole minutes by road")
    return tuple(sorted(source.items()))
