"""Prints the ward on paper for when the system is down: codes, no names; what is not seen never looks fine. Pure.

Pages of 60 lines of 80 columns, which fit A4 in any monospaced type, with a form feed between them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from textwrap import wrap

from monitor.assessment import URGENCIES, Assessment
from monitor.overview import Measured

COLUMNS, LINES = 80, 60
UNITS = {
    "temperature": ("temp", "C"),
    "oximetry": ("SpO2", "%"),
    "blood_pressure": ("BP", "mmHg"),
    "pulse": ("pulse", "/min"),
}
REQUIRED = ("temperature", "oximetry", "blood_pressure")
DUE = ("temperature", "oximetry", "blood_pressure", "ice")
NEVER_SEEN = "NOT SEEN: never assessed"
RULE = "-" * COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimit:
    """A clinician's own limits for one group: urgent and emergency below these numbers."""

    group: str
    urgent: str | None
    emergency: str | None
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One patient as the paper shows them. Anything None is not known; `telephones` are those of the home."""

    code: str
    drug: str | None
    dose_at: datetime | None
    assessment: Assessment | None
    assessed_at: datetime | None
    values: tuple[tuple[str, Measured], ...] = ()
    limits: tuple[OwnLimit, ...] = ()
    telephones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Whom to call: the unit, the emergency number, and who holds which duty now; None: nobody does."""

    unit: str
    emergency: str
    on_call: tuple[tuple[str, str | None], ...]


def ordered(lines: Sequence[Line]) -> list[Line]:
    """Return the patients nobody can see first among their urgency, the worst urgency first, then by code.

    A patient without any answer stands with the urgent ones: nothing is known that would let them wait.
    """
    return sorted(lines, key=lambda line: (-_rank(line), _seen(line), line.code))


def pages(lines: Sequence[Line], numbers: Numbers, now: datetime, zone: tzinfo) -> str:
    """Return the whole list as text, a form feed between pages; no patient is broken over two pages."""
    head = list(_head(numbers, now, zone))
    body: list[list[str]] = [head]
    for line in ordered(lines):
        block = [RULE, *_block(line, now, zone)]
        if len(body[-1]) + len(block) > LINES - 1:
            body.append([f"Stepguard, printed {_at(now, zone)}, continued"])
        body[-1] += block
    if not lines:
        body[-1].append("Nobody is enrolled.")
    return "\f".join(
        "\n".join([*page, f"page {number} of {len(body)}"]) + "\n" for number, page in enumerate(body, start=1)
    )


CSV_HEAD = (
    "code", "urgency", "sight", "place", "drug", "dose_step", "hours_since_dose", "window", "crs_grade",
    "icans_grade", "assessed_at", "temperature_c", "temperature_at", "spo2_pct", "spo2_at", "blood_pressure_mmhg",
    "blood_pressure_at", "pulse_bpm", "pulse_at", "home",
)  # fmt: skip


def table(lines: Sequence[Line], now: datetime) -> list[tuple[str, ...]]:
    """Return the list as rows of a table, its head first, in the order of the paper; what is not known is empty."""
    return [CSV_HEAD, *(_cells(line, now) for line in ordered(lines))]


def _cells(line: Line, now: datetime) -> tuple[str, ...]:
    answer, known = line.assessment, dict(line.values)
    grades = ("", "")
    if answer is not None:
        grades = (_known(answer.crs.grade, line), _known(answer.icans.grade, line))
    window = ("", "") if answer is None else (answer.window.dose or "", answer.window.phase)
    hours = "" if line.dose_at is None else f"{(now - line.dose_at) / timedelta(hours=1):.1f}"
    values: list[str] = []
    for group in UNITS:
        measured = known.get(group)
        values += ("", "") if measured is None else (_numbers(measured), measured.measured_at.isoformat())
    return (
        line.code,
        "" if answer is None else answer.urgency,
        "seen" if _seen(line) else "blind" if answer is None else _sight(line),
        "" if answer is None else answer.place,
        line.drug or "",
        window[0],
        hours,
        window[1],
        *grades,
        "" if line.assessed_at is None else line.assessed_at.isoformat(),
        *values,
        " ".join(line.telephones),
    )


def _known(grade: int | None, line: Line) -> str:
    """Return a grade in figures; empty when there is none, and for grade 0 of somebody nobody sees."""
    return "" if grade is None or (grade == 0 and not _seen(line)) else str(grade)


def _numbers(measured: Measured) -> str:
    return "/".join(f"{value:f}" for value in measured.values)


def _head(numbers: Numbers, now: datetime, zone: tzinfo) -> Iterator[str]:
    yield f"STEPGUARD DOWNTIME LIST   printed {_at(now, zone)}"
    yield "On paper nothing is watched. Values age from the time printed above:"
    yield "call the homes and measure again. Write new values beside the old ones."
    yield f"unit {numbers.unit}   emergency {numbers.emergency}"
    for role, number in numbers.on_call:
        yield f"{role.replace('_', ' ')}: {number or 'NOBODY ON CALL'}"


def _block(line: Line, now: datetime, zone: tzinfo) -> Iterator[str]:
    answer = line.assessment
    place = "place unknown" if answer is None else answer.place.replace("_", " ")
    urgency = "UNKNOWN" if answer is None else answer.urgency.upper()
    yield f"{line.code:<14} {urgency:<10} {_sight(line):<28} {place}"[:COLUMNS]
    yield from _wrapped(f"{line.drug or 'drug unknown'}; {_dose(line, now)}")
    if answer is None or line.assessed_at is None:
        yield f"  {NEVER_SEEN}"
    else:
        yield from _wrapped(
            f"{_grades(line, answer)}; assessed {_at(line.assessed_at, zone)}, {_ago(line.assessed_at, now)}"
        )
    yield from _wrapped("; ".join(_values(line, now)))
    if answer is not None:
        yield from _wrapped(f"due: {_due(answer, now, zone)}")
    for limit in line.limits:
        until = "" if limit.until is None else f", until {_at(limit.until, zone)}"
        yield from _wrapped(
            f"own limit {UNITS.get(limit.group, (limit.group, ''))[0]}: "
            f"urgent below {limit.urgent or '-'}, emergency below {limit.emergency or '-'}{until}"
        )
    yield from _wrapped(f"home: {', '.join(line.telephones) or 'NO TELEPHONE KNOWN'}")
    yield "  now:  T ______  SpO2 ____  BP ____/____  pulse ____   at ____:____  by ______"


def _rank(line: Line) -> int:
    return URGENCIES.index("urgent" if line.assessment is None else line.assessment.urgency)


def _missing(line: Line) -> list[str]:
    """Return the groups without a fresh value: an answer of a monitor that stopped must not vouch for them."""
    fresh = {group for group, measured in line.values if measured.fresh}
    overdue = () if line.assessment is None else line.assessment.sight.overdue
    return [group for group in UNITS if group in overdue or (group in REQUIRED and group not in fresh)]


def _seen(line: Line) -> bool:
    return line.assessment is not None and line.assessment.sight.state == "seen" and not _missing(line)


def _sight(line: Line) -> str:
    if line.assessment is None:
        return "NOT SEEN"
    if _seen(line):
        return "seen when printed"
    missing = _missing(line)
    partly = line.assessment.sight.state != "blind" and len(missing) < len(REQUIRED)
    words = "PARTLY SEEN" if partly else "NOT SEEN"
    return f"{words}: no {', '.join(UNITS[group][0] for group in missing)}" if missing else words


def _dose(line: Line, now: datetime) -> str:
    window = None if line.assessment is None else line.assessment.window
    if line.dose_at is None or window is None:
        return "no dose known"
    hours = (now - line.dose_at) / timedelta(hours=1)
    return f"dose {window.dose or 'without a step'}, {hours:.0f} h ago; window {window.phase} when assessed"


def _grades(line: Line, answer: Assessment) -> str:
    words = []
    for name, grade, at_least in (
        ("CRS", answer.crs.grade, answer.crs.at_least),
        ("ICANS", answer.icans.grade, answer.icans.at_least),
    ):
        said = (
            "CANNOT BE GRADED"
            if grade is None or (grade == 0 and not _seen(line))
            else f"{'at least ' if at_least else ''}{grade}"
        )
        words.append(f"{name} {said}")
    return ", ".join(words) + (", fever masked" if answer.crs.fever_masked else "")


def _values(line: Line, now: datetime) -> Iterator[str]:
    known = dict(line.values)
    for group, (name, unit) in UNITS.items():
        measured = known.get(group)
        if measured is None:
            yield f"{name} NEVER"
            continue
        stale = "" if measured.fresh else " STALE"
        doubt = " DOUBTFUL" if measured.doubts else ""
        yield f"{name} {_numbers(measured)} {unit} {_ago(measured.measured_at, now)}{stale}{doubt}"


def _due(answer: Assessment, now: datetime, zone: tzinfo) -> str:
    found = []
    for group in DUE:
        at = getattr(answer.next_due, group)
        if at is not None:
            name = UNITS.get(group, ("ICE", ""))[0]
            found.append(f"{name} {'OVERDUE since ' if at <= now else ''}{_at(at, zone)}")
    return "; ".join(found) or "nothing is asked of this home"


def _wrapped(text: str) -> list[str]:
    return wrap(text, COLUMNS, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


def _at(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _ago(at: datetime, now: datetime) -> str:
    minutes = round((now - at) / timedelta(minutes=1))
    return f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"  # noqa: PLR2004 - two hours read as minutes
