"""What a shift did with incidents, who took the ward over, and what must not change meanwhile. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from alerts.roster import Person, Roster
from alerts.story import Happened
from gateway.reading import PatientCode, PatientId
from monitor.assessment import Assessment

PRESSING: Final = frozenset({"urgent", "emergency"})
"""A change among these between reading and confirming asks again."""

CALM: Final = "neither urgent nor an emergency"


class OpenPage(Protocol):
    """What is looked at of an open incident; `alerts.view.IncidentLine` is one."""

    @property
    def id(self) -> int: ...  # noqa: D102 - the names are those of `alerts.view.IncidentLine`
    @property
    def page_code(self) -> str: ...  # noqa: D102
    @property
    def urgency(self) -> str: ...  # noqa: D102
    @property
    def holder(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftIncident:
    """One incident that was open at some time in the shift, and what was done to it since, oldest first."""

    id: int
    page_code: str
    patient_id: PatientId | None
    code: PatientCode | None
    kind: str
    urgency: str
    reason: str
    opened_at: datetime
    resolved_at: datetime | None
    happened: Sequence[Happened] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """One patient, or the ward itself (`patient_id` None), that a receiving nurse took over."""

    patient_id: PatientId | None
    since: datetime
    shown_at: datetime
    confirmed_at: datetime
    given_by: str
    received_by: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """What the receiving nurse read of one patient, or of the ward: `digest` pins it.

    `pressing` is how the patient stood in the two worst urgencies, as `pressing` says it.
    """

    patient_id: PatientId | None
    code: PatientCode | None
    digest: str
    pressing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is confirmed: by whom it was handed over, which shift, what was read and when that was made."""

    given_by: str
    since: datetime
    shown_at: datetime
    items: tuple[ShownItem, ...]


class ShiftChangedError(Exception):
    """What was read is not how it stands; nothing was confirmed. `codes` names whom it is about; None is the ward."""

    def __init__(self, changed: Sequence[tuple[PatientCode | None, str, str]]) -> None:
        self.codes = tuple(code for code, _, _ in changed)
        told = "; ".join(f"{code or 'the ward'}: was {was or CALM}; is now {now or CALM}" for code, was, now in changed)
        super().__init__(f"Changed since you read it: {told}.")


def pressing(answer: Assessment | None, urgent_groups: Iterable[str], incidents: Iterable[OpenPage]) -> str:
    """Return in one line how a patient stands in the two worst urgencies; empty when in neither.

    Holds what a receiving nurse must not learn later: urgency, grades, which groups, which page and who has it.
    """
    words = []
    if answer is not None and answer.urgency in PRESSING:
        groups = ", ".join(sorted(urgent_groups)).replace("_", " ")
        words.append(f"{answer.urgency.upper()}{f' ({groups})' if groups else ''}, {_grades(answer)}")
    words += [_page(each) for each in sorted(incidents, key=lambda one: one.id) if each.urgency in PRESSING]
    return "; ".join(words)


def changed(
    shown: Iterable[ShownItem], now: Mapping[PatientId | None, str]
) -> list[tuple[PatientCode | None, str, str]]:
    """Return what is not as it was read: whose, how it was, how it is. Only the two worst urgencies count."""
    return [
        (item.code, item.pressing, found) for item in shown if (found := now.get(item.patient_id, "")) != item.pressing
    ]


def is_same(roster: Roster | None, one: str, other: str) -> bool:
    """Whether two names mean one person: a login and the roster may call somebody by different ones."""
    if one.strip().casefold() == other.strip().casefold():
        return True
    first = person_called(roster, one)
    return first is not None and first == person_called(roster, other)


def person_called(roster: Roster | None, name: str) -> Person | None:
    """Return the person of the roster whose key or name this is."""
    wanted = name.strip().casefold()
    people = () if roster is None else roster.people
    return next((one for one in people if wanted in {one.key.casefold(), one.name.casefold()}), None)


def _grades(answer: Assessment) -> str:
    crs, icans = answer.crs, answer.icans
    grade = "no CRS grade" if crs.grade is None else f"CRS {'at least ' if crs.at_least else ''}{crs.grade}"
    return f"{grade}{f', ICANS {icans.grade}' if icans.grade else ''}, {answer.place.replace('_', ' ')}"


def _page(incident: OpenPage) -> str:
    who = "nobody has it" if incident.holder is None else f"with {incident.holder}"
    return f"page {incident.page_code} {incident.urgency}, {who}"
