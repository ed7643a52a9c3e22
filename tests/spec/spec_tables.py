"""Turns a table that reads as a rule into test cases, each of which replays its timeline and compares one line.

The first column names the row, `when` is the timeline in the shorthand of `spec_shorthand`, every other column names
something the assessment after the last event says. An empty cell is not compared; `-` is null.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from spec_shorthand import START, instant, timeline

GROUP_LETTERS = {"temperature": "T", "oximetry": "S", "blood_pressure": "B", "respiratory_rate": "R", "ice": "ICE"}
SOON = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row: what happened to the patient, and what has to be said afterwards."""

    name: str
    when: str
    expected: Mapping[str, str]

    def holds(self) -> None:
        """Replay the row and fail with every cell that differs."""
        if "error" in self.expected:
            self._is_refused(self.expected["error"])
            return
        source = timeline(self.when)
        said, zone = replayed(source)[-1], source["patient"]["timezone"]
        differences = [
            f"{column}: expected {cell}, got {shown}"
            for column, cell in self.expected.items()
            if not (answer := _compare(column, cell, said, zone))[0]
            for shown in [answer[1]]
        ]
        if differences:
            pytest.fail(
                "\n".join([f"{self.name}: {self.when}", *differences, "reasons:", *said.reasons]), pytrace=False
            )

    def _is_refused(self, cell: str) -> None:
        from monitor.timeline import BadEvent  # noqa: PLC0415 -- the tables can be read without the product

        index = cell.removeprefix("event ")
        with pytest.raises(BadEvent, match=rf"\b{index}\b"):
            assess(self.when)


def parse(table: str, given: str = "") -> list[Case]:
    """Return the rows of a table; `given` is the beginning that every row shares."""
    lines = [line for line in table.strip().splitlines() if line.strip()]
    header = [cell.strip() for cell in lines[0].split("|")]
    cases = []
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != len(header):
            message = f"{len(cells)} cells under {len(header)} columns: {line}"
            raise ValueError(message)
        row = dict(zip(header, cells, strict=True))
        name, when = cells[0], row.pop("when")
        del row[header[0]]
        expected = {column: cell for column, cell in row.items() if cell}
        for part in expected.pop("expect", "").split(","):
            if part.strip():
                column, _, cell = part.strip().partition(": ")
                expected[column] = cell
        if unknown := set(expected) - {"error"} - set(COLUMNS):
            message = f"{name}: no such column: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        cases.append(Case(name=name, when="; ".join(part for part in (given, when) if part), expected=expected))
    names = [case.name for case in cases]
    if len(set(names)) != len(names):
        message = f"rows of one name: {sorted({name for name in names if names.count(name) > 1})}"
        raise ValueError(message)
    return cases


@cache
def rules() -> Any:
    from monitor.rulebook import load_rules  # noqa: PLC0415 -- the tables can be read without the product

    return load_rules()


def replayed(source: Mapping[str, Any]) -> list[Any]:
    """Return one assessment per event of a timeline."""
    from monitor.replay import replay  # noqa: PLC0415 -- the tables can be read without the product

    return list(replay(source, rules(), every_event=True))


def changes(source: Mapping[str, Any]) -> list[Any]:
    """Return one assessment whenever the answer changed, also between events."""
    from monitor.replay import replay  # noqa: PLC0415 -- the tables can be read without the product

    return list(replay(source, rules()))


def assess(when: str) -> Any:
    """Return what is said after the last event of a timeline in shorthand."""
    return replayed(timeline(when))[-1]


def _episode(field: str) -> Callable[[Any], Any]:
    return lambda said: None if said.crs.episode is None else getattr(said.crs.episode, field)


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)


def _gives(said: Any) -> str | None:
    """Return the steps to give, in order, as the text of the next dose lists them."""
    found = re.search(r"\[(.*?)\]", said.guidance.next_dose.text)
    return found.group(1) if found else None


COLUMNS: Mapping[str, Callable[[Any], Any]] = {
    "grade": lambda said: said.crs.grade,
    "at least": lambda said: said.crs.at_least,
    "certainty": lambda said: said.crs.certainty,
    "fever": lambda said: said.crs.fever,
    "masked": lambda said: said.crs.fever_masked,
    "BP axis": lambda said: said.crs.hypotension_grade,
    "O2 axis": lambda said: said.crs.hypoxia_grade,
    "clinician": lambda said: said.crs.clinician_grade,
    "disagrees": lambda said: said.crs.disagrees,
    "episode": _episode("number"),
    "onset": _episode("onset"),
    "peak": _episode("peak"),
    "resolved": _episode("resolved"),
    "while masked": _episode("resolved_while_masked"),
    "attributed": _episode("attributed"),
    "by dose": _episode("dose"),
    "icans": lambda said: said.icans.grade,
    "icans at least": lambda said: said.icans.at_least,
    "ice": lambda said: said.icans.ice,
    "asked": lambda said: said.icans.asked_at,
    "icans clinician": lambda said: said.icans.clinician_grade,
    "icans disagrees": lambda said: said.icans.disagrees,
    "capd": lambda said: said.icans.capd,
    "without CRS": lambda said: said.icans.without_crs,
    "unanswered": lambda said: said.icans.unanswered_since,
    "urgency": lambda said: said.urgency,
    "phase": lambda said: said.window.phase,
    "window dose": lambda said: said.window.dose,
    "hours": lambda said: said.window.hours_since_dose,
    "fever means CRS %": lambda said: _percent(said.window.crs_probability),
    "CRS still to come %": lambda said: _percent(said.window.residual_risk),
    "sight": lambda said: said.sight.state,
    "overdue": lambda said: " ".join(GROUP_LETTERS[group] for group in said.sight.overdue) or "none",
    "oldest": lambda said: said.sight.oldest_minutes,
    "place": lambda said: said.place,
    "news2": lambda said: said.news2.score,
    "complete": lambda said: said.news2.complete,
    "shock index": lambda said: said.shock_index,
    "due T": lambda said: said.next_due.temperature,
    "due S": lambda said: said.next_due.oximetry,
    "due B": lambda said: said.next_due.blood_pressure,
    "due ICE": lambda said: said.next_due.ice,
    "allowed": lambda said: said.guidance.next_dose.allowed,
    "earliest": lambda said: said.guidance.next_dose.earliest,
    "actions": lambda said: " ".join(said.guidance.next_dose.actions),
    "not actions": lambda said: " ".join(said.guidance.next_dose.actions),
    "exactly": lambda said: " ".join(said.guidance.next_dose.actions),
    "gives": _gives,
    "text": lambda said: said.guidance.next_dose.text,
    "source": lambda said: said.guidance.next_dose.source,
    "now": lambda said: " / ".join(said.guidance.now),
    "not now": lambda said: " / ".join(said.guidance.now),
    "says": lambda said: "\n".join(said.reasons),
    "silent on": lambda said: "\n".join(said.reasons),
}


def _compare(column: str, cell: str, said: Any, zone: str) -> tuple[bool, str]:
    value = COLUMNS[column](said)
    match column:
        case "says":
            return bool(re.search(cell, value, re.IGNORECASE)), "reasons that do not"
        case "silent on":
            return not re.search(cell, value, re.IGNORECASE), "reasons that do"
        case "actions":
            return set(cell.split()) <= set(value.split()), value
        case "not actions":
            return not set(cell.split()) & set(value.split()), value
        case "overdue" | "exactly":
            return set(cell.split()) == set(value.split()), value
        case "text" | "source" | "now":
            return bool(re.search(cell, value, re.IGNORECASE)), value
        case "not now":
            return not re.search(cell, value, re.IGNORECASE), value
    return _same(cell, value, said.at, zone), _shown(value)


def _same(cell: str, value: Any, at: datetime, zone: str) -> bool:
    match cell:
        case "-":
            return value is None
        case "yes" | "no":
            return value is (cell == "yes")
        case _ if value is None:
            return False
        case "soon":
            return value - at <= SOON
        case "15-30 min":
            return timedelta(minutes=15) <= value - at <= timedelta(minutes=30)
    if isinstance(value, datetime):
        return value == instant(cell, zone)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Decimal(str(value)) == Decimal(cell)
    return str(value) == cell


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        minutes, seconds = divmod(int((value - START).total_seconds()), 60)
        return f"{minutes // 60}h{minutes % 60}m" + (f"{seconds}s" if seconds else "") + f" ({value:%a %H:%M} UTC)"
    return str(value)
