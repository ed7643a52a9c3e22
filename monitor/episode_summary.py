"""What one episode came to, as one value made from everything known of the patient. Pure.

It is what the course was, not what was answered meanwhile: late values, corrections and what was struck out are taken
in. A stored one names what it was made from and is made anew when that changes (docs/behaviour.md, "After an episode").
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from gateway.plausibility import PlausibilityLimits
from monitor.assessment import URGENCIES, Certainty, Urgency
from monitor.course import Course
from monitor.episode import confirmed_grade3_for, grade2_for
from monitor.findings import Findings
from monitor.handover_vitals import Point, points_of
from monitor.record import (
    ClinicianGraded,
    EpisodeSummarised,
    Event,
    MedicationTaken,
    PlaceChanged,
    ReadingTaken,
    SignAttributed,
    SupportGiven,
)
from monitor.state import EpisodeNow, State
from monitor.window import DoseSeen, most_likely_dose

Ending = Literal["resolved", "clinician", "watch_ended"]
"""`clinician`: a clinician's grade 0 closed it; `watch_ended`: the watch ended while it was open."""


class Peak(msgspec.Struct, frozen=True, kw_only=True):
    """The worst grade of the episode, when it was first reached, and what it rests on.

    `certainty` is the best that this grade had while it lasted: confirmed by entered support, or suspected from values.
    """

    grade: int
    at: datetime
    certainty: Certainty
    at_least: bool
    hypotension_grade: int | None
    hypoxia_grade: int | None


class GradeTurn(msgspec.Struct, frozen=True, kw_only=True):
    """From `at` on the computed grade of CRS was this; None could not be graded."""

    at: datetime
    grade: int | None
    at_least: bool
    certainty: Certainty


class UrgencyTurn(msgspec.Struct, frozen=True, kw_only=True):
    """From `at` on the urgency was this, because of `causes` (what was urgent or worse by itself)."""

    at: datetime
    urgency: Urgency
    causes: tuple[str, ...]


class Worst(msgspec.Struct, frozen=True, kw_only=True):
    """The worst home value of one vital: numbers as graded, degrees Celsius, %, mmHg, /min."""

    vital: str
    numbers: tuple[Decimal, ...]
    unit: str
    at: datetime


class Treatment(msgspec.Struct, frozen=True, kw_only=True):
    """A medicine, or the whole support from then on; `what` is in words, "none" for support that ended."""

    at: datetime
    kind: Literal["medicine", "support"]
    what: str
    amount: Decimal | None = None
    unit: str | None = None
    purpose: str | None = None
    by: str | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a person entered about it: a clinician's grade, a sign attributed to another cause, where the patient is."""

    at: datetime
    kind: Literal["grade", "attribution", "place"]
    what: str
    by: str | None


class DoseBefore(msgspec.Struct, frozen=True, kw_only=True):
    """The dose that the episode is attributed to; `hours` from its start to the onset."""

    step: str | None
    amount: Decimal | None
    unit: str | None
    at: datetime
    hours: Decimal


class EpisodeSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One episode of cytokine release syndrome. Times are instants; durations are whole minutes.

    `ended_at` and `ended` are None while it is open. `peak` is None where no instant could be graded. `clinician_peak`
    and `icans_peak` are None where nobody graded. `worst` has no entry for what was never measured.
    """

    code: str
    number: int
    drug: str | None
    schedule: str | None
    dose: DoseBefore | None
    onset: datetime
    ended_at: datetime | None
    ended: Ending | None
    masked_at_end: bool
    attributed: bool
    peak: Peak | None
    clinician_peak: int | None
    icans_peak: int | None
    grade2_minutes: int
    confirmed_grade3_minutes: int
    grades: tuple[GradeTurn, ...]
    urgencies: tuple[UrgencyTurn, ...]
    worst: tuple[Worst, ...]
    treatments: tuple[Treatment, ...]
    said: tuple[Said, ...]
    rules_version: str
    unsigned: str | None


def summaries(course: Course, now: datetime) -> tuple[EpisodeSummary, ...]:
    """Return every episode of a patient by `now`, the first first; the last may still be open.

    Parameters
    ----------
    course
        Everything known; it is folded to `now`.
    """
    course.find(now)
    standing = [event for event in course.standing(now) if not isinstance(event, EpisodeSummarised)]
    # Without what was struck out: at an instant before its void an entry would still count.
    fold = Course(course.profile, course.regimen, course.rules, standing)
    fold.find(now)
    state = fold.state.copy()
    found = (*state.episodes_before, *filter(None, (state.episode,)))
    return tuple(_summary(fold, episode, state, now) for episode in found)


def same_course(one: EpisodeSummary, other: EpisodeSummary) -> bool:
    """Whether two summaries say the same, by whichever version of the rules."""
    return _without_version(one) == _without_version(other)


def _without_version(summary: EpisodeSummary) -> EpisodeSummary:
    return msgspec.structs.replace(summary, rules_version="", unsigned=None)


def _summary(fold: Course, episode: EpisodeNow, state: State, now: datetime) -> EpisodeSummary:
    ended_at, ended = _ending(episode, state)
    until = ended_at or now
    walk = list(_walk(fold, episode.onset, until))
    during = [event for event in fold.standing(now) if episode.onset <= event.at <= until]
    return EpisodeSummary(
        code=fold.profile.code,
        number=episode.number,
        drug=fold.regimen.drug,
        schedule=fold.regimen.schedule,
        dose=_dose(state.doses, episode),
        onset=episode.onset,
        ended_at=ended_at,
        ended=ended,
        masked_at_end=episode.resolved_while_masked,
        attributed=any(isinstance(event, SignAttributed) for event in during),
        peak=_peak(walk),
        clinician_peak=max((one.grade or 0 for one in _clinical(during, "crs")), default=None),
        icans_peak=_icans_peak(walk, during),
        grade2_minutes=_minutes(grade2_for(episode, until)),
        confirmed_grade3_minutes=_minutes(confirmed_grade3_for(episode, until)),
        grades=tuple(_grades(walk)),
        urgencies=tuple(_urgencies(walk)),
        worst=tuple(_worst(during, fold.rules.plausibility)),
        treatments=tuple(_treatments(during)),
        said=tuple(_said(during)),
        rules_version=fold.rules.version,
        unsigned=fold.rules.unsigned_because,
    )


def _ending(episode: EpisodeNow, state: State) -> tuple[datetime | None, Ending | None]:
    if episode.resolved is not None:
        return episode.resolved, "clinician" if episode.closed_by_clinician else "resolved"
    if state.place == "ended" and state.place_since is not None:
        # A fever that is still measured after the watch has ended begins an episode that nobody watches.
        return max(state.place_since, episode.onset), "watch_ended"
    return None, None


def _walk(fold: Course, start: datetime, end: datetime) -> Iterator[tuple[datetime, Findings]]:
    """Give what was found at each instant from `start` to `end` at which something happened or changed by itself."""
    known = sorted({event.at for event in fold.events if start < event.at <= end} | {end})
    at: datetime | None = start
    place = 0
    while at is not None:
        yield at, fold.find(at)
        while place < len(known) and known[place] <= at:
            place += 1
        by_itself = fold.next_change(at)
        ahead = [*known[place : place + 1], *([by_itself] if by_itself is not None and by_itself <= end else [])]
        at = min(ahead, default=None)


def _dose(doses: Sequence[DoseSeen], episode: EpisodeNow) -> DoseBefore | None:
    seen = most_likely_dose(tuple(one for one in doses if one.dose.at <= episode.onset), episode.onset)
    if seen is None:
        return None
    return DoseBefore(
        step=seen.dose.step or (seen.step.name if seen.step else None),
        amount=seen.dose.amount,
        unit=seen.dose.unit,
        at=seen.dose.at,
        hours=(Decimal(_minutes(episode.onset - seen.dose.at)) / 60).quantize(Decimal("0.1")),
    )


def _peak(walk: Sequence[tuple[datetime, Findings]]) -> Peak | None:
    worst = max((found.crs.grade for _, found in walk if found.crs.grade is not None), default=None)
    reached = [(at, found) for at, found in walk if worst is not None and found.crs.grade == worst]
    if not reached or worst is None:
        return None
    confirmed = [found for _, found in reached if found.crs.certainty == "confirmed"]
    best = (confirmed or [found for _, found in reached])[0]
    return Peak(
        grade=worst,
        at=reached[0][0],
        certainty=best.crs.certainty,
        at_least=best.crs.at_least,
        hypotension_grade=best.hypotension.grade,
        hypoxia_grade=best.hypoxia.grade,
    )


def _icans_peak(walk: Sequence[tuple[datetime, Findings]], during: Sequence[Event]) -> int | None:
    computed = [found.icans.grade for _, found in walk if found.icans.grade is not None]
    told = [one.grade for one in _clinical(during, "icans") if one.grade is not None]
    return max((*computed, *told), default=None)


def _clinical(during: Iterable[Event], syndrome: str) -> list[ClinicianGraded]:
    return [
        one for one in during if isinstance(one, ClinicianGraded) and one.syndrome == syndrome and one.grade is not None
    ]


def _grades(walk: Iterable[tuple[datetime, Findings]]) -> Iterator[GradeTurn]:
    last: GradeTurn | None = None
    for at, found in walk:
        crs = found.crs
        turn = GradeTurn(at=at, grade=crs.grade, at_least=crs.at_least, certainty=crs.certainty)
        if last is None or msgspec.structs.replace(turn, at=last.at) != last:
            yield turn
            last = turn


def _urgencies(walk: Iterable[tuple[datetime, Findings]]) -> Iterator[UrgencyTurn]:
    last: UrgencyTurn | None = None
    for at, found in walk:
        turn = UrgencyTurn(at=at, urgency=URGENCIES[found.urgency], causes=tuple(sorted(found.causes)))
        if last is None or turn.urgency != last.urgency:
            yield turn
            last = turn


_WORST_IS_LOWEST = {"blood_pressure": True, "oximetry": True, "temperature": False, "pulse": False}
_UNITS = {"blood_pressure": "mmHg", "oximetry": "%", "temperature": "C", "pulse": "/min"}


def _worst(during: Iterable[Event], limits: PlausibilityLimits) -> Iterator[Worst]:
    measured = [pair for event in during if isinstance(event, ReadingTaken) for pair in points_of(event, limits)]
    for vital in ("temperature", "blood_pressure", "oximetry", "pulse"):
        points = [point for name, point in measured if name == vital]
        if points:
            found = min(points, key=_lowest) if _WORST_IS_LOWEST[vital] else max(points, key=_highest)
            yield Worst(vital=vital, numbers=found.numbers, unit=_UNITS[vital], at=found.at)


def _lowest(point: Point) -> tuple[Decimal, datetime]:
    return point.numbers[0], point.at


def _highest(point: Point) -> tuple[Decimal, float]:
    return point.numbers[0], -point.at.timestamp()


def _treatments(during: Iterable[Event]) -> Iterator[Treatment]:
    for event in during:
        if isinstance(event, MedicationTaken):
            yield Treatment(
                at=event.at, kind="medicine", what=event.name, amount=event.amount, unit=event.unit,
                purpose=event.purpose, by=event.by,
            )  # fmt: skip
        elif isinstance(event, SupportGiven):
            yield Treatment(at=event.at, kind="support", what=event.words, by=event.by)


def _said(during: Iterable[Event]) -> Iterator[Said]:
    for event in during:
        match event:
            case ClinicianGraded(grade=None):
                yield Said(at=event.at, kind="grade", what=f"{event.syndrome.upper()} grade withdrawn", by=event.by)
            case ClinicianGraded():
                yield Said(at=event.at, kind="grade", what=f"{event.syndrome.upper()} grade {event.grade}", by=event.by)
            case SignAttributed():
                yield Said(at=event.at, kind="attribution", what=f"{event.sign}: {event.cause}", by=event.by)
            case PlaceChanged():
                yield Said(at=event.at, kind="place", what=event.where, by=event.by)
            case _:
                pass


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
