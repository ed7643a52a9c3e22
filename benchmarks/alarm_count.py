"""Counts what `benchmarks.alarm_house` paged, and holds it against the budget and against what the bodies did."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from benchmarks.alarm_homes import KINDS, ZONE, Kind, Resident
from benchmarks.alarm_house import NIGHT_FROM, NIGHT_UNTIL, Paged

WEEK = timedelta(days=7)
BUDGET = {
    "pages per well patient-week": 1.0,
    "pages per febrile patient-day": 6.0,
    "technical pages per nurse-night": 3.0,
}
"""At most so many pages to the nurse (docs/alarm-load.md)."""

NOT_TECHNICAL = ("clinical", "no_sight", "no_answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One simulated grade 2 or worse and the first page to a member of staff about it.

    `lead` is how long before its onset the page went out, below zero when after; None when nobody was called.
    `interval` is that in force when the body became grade 2: to be in time is to be called before onset plus it.
    """

    seed: int
    patient: int
    kind: Kind
    severity: int
    lead: timedelta | None
    interval: timedelta

    @property
    def in_time(self) -> bool:
        """Whether somebody was called before onset plus one interval."""
        return self.lead is not None and -self.lead <= self.interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One ward's weeks: who lived there and whom it paged."""

    seed: int
    start: datetime
    days: int
    residents: tuple[Resident, ...]
    paged: tuple[Paged, ...]
    intervals: Mapping[int, timedelta]
    readings: int
    texts_home: int


def to_nurse(lived: Lived, *kinds: str) -> list[Paged]:
    """Return the messages to the nurse on call about incidents of these kinds, text and voice each counted."""
    return [page for page in lived.paged if page.role == "nurse" and page.incident in kinds]


def per_well_week(lives: Sequence[Lived], kind: Kind = "well") -> float | None:
    """Return pages to the nurse per patient-week of the patients of this kind who stay well; None without any."""
    pages = weeks = 0.0
    for lived in lives:
        well = {one.number for one in lived.residents if one.kind == kind and one.severity == 0}
        pages += sum(page.patient in well for page in to_nurse(lived, *NOT_TECHNICAL))
        weeks += len(well) * timedelta(days=lived.days) / WEEK
    return pages / weeks if weeks else None


def per_febrile_day(
    lives: Sequence[Lived], kinds: Sequence[Kind] = KINDS, severities: Sequence[int] = (1, 2, 3)
) -> list[int]:
    """Return, for every febrile patient-day of these patients, how many pages to the nurse it made."""
    counts = []
    for lived in lives:
        pages = to_nurse(lived, *NOT_TECHNICAL)
        end = lived.start + timedelta(days=lived.days)
        for one in lived.residents:
            if one.kind not in kinds or one.severity not in severities:
                continue
            own = [page.at for page in pages if page.patient == one.number]
            counts += [sum(begins <= at < ends for at in own) for begins, ends in one.febrile if begins < end]
    return counts


def nurse_nights(lives: Sequence[Lived], *kinds: str) -> list[int]:
    """Return, for every night, how many pages of these kinds the nurse on call had between 22:00 and 07:00."""
    counts: list[int] = []
    for lived in lives:
        nights: Counter[date] = Counter({_night(lived.start) + timedelta(days=day): 0 for day in range(lived.days)})
        for page in to_nurse(lived, *kinds):
            local = page.at.astimezone(ZONE)
            if local.time() >= NIGHT_FROM or local.time() < NIGHT_UNTIL:
                nights[_night(page.at)] += 1
        counts += nights.values()
    return counts


def _night(at: datetime) -> date:
    local = at.astimezone(ZONE)
    return local.date() - timedelta(days=local.time() < NIGHT_UNTIL)


def severe_called(lives: Sequence[Lived]) -> list[Called]:
    """Return every simulated grade 2 or worse with how it was called."""
    found = []
    for lived in lives:
        end = lived.start + timedelta(days=lived.days)
        for one in lived.residents:
            reaction, severe_at = one.course.reaction, one.severe_at
            if reaction is None or severe_at is None or severe_at + timedelta(hours=12) > end:
                continue
            calls = [
                page.at
                for page in lived.paged
                if page.patient == one.number and page.at >= reaction.onset_at and page.incident in NOT_TECHNICAL
            ]
            found.append(
                Called(
                    seed=lived.seed,
                    patient=one.number,
                    kind=one.kind,
                    severity=one.severity,
                    lead=severe_at - min(calls) if calls else None,
                    interval=lived.intervals.get(one.number, timedelta()),
                )
            )
    return found


def causes(lives: Sequence[Lived]) -> Counter[tuple[str, str, str]]:
    """Return how many pages to any member of staff had which incident kind, role and reason."""
    return Counter((page.incident, page.role, page.reason) for lived in lives for page in lived.paged)


def by_kind(lives: Sequence[Lived]) -> dict[Kind, dict[str, float]]:
    """Return per kind of home: patients, patient-weeks, and pages per patient-week by kind of incident and role."""
    table: dict[Kind, dict[str, float]] = {}
    for kind in KINDS:
        row: Counter[str] = Counter()
        for lived in lives:
            own = {one.number for one in lived.residents if one.kind == kind}
            row["patients"] += len(own)
            for page in lived.paged:
                if page.patient in own and page.incident in NOT_TECHNICAL:
                    row[page.incident if page.role == "nurse" else "others"] += 1
        weeks = row["patients"] * timedelta(days=lives[0].days) / WEEK if lives else 0
        counted = (*NOT_TECHNICAL, "others")
        table[kind] = {"patients": row["patients"], **{name: row[name] / weeks if weeks else 0.0 for name in counted}}
    return table


def middle(values: Sequence[float]) -> float | None:
    """Return the median, None of nothing."""
    return median(values) if values else None
