"""What stands behind a patient's charts and guidance: the lines, what was given, where they were, episodes. Pure.

The handover says everything to whoever receives the patient; this adds what only those need who watch on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.age import is_minor
from monitor.columns import Bedside, active_limits
from monitor.course import Course
from monitor.handover import DoseTold, OnsetTold, Remarks, TakenTold, handover
from monitor.next_dose_sheet import Statement, sheet
from monitor.record import PlaceChanged
from monitor.rules import Rules
from monitor.settle import held_symptoms, mask_end
from monitor.state import State
from monitor.thresholds import Thresholds, thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeTold:
    """One run of cytokine release syndrome. `peak` None was never graded; `told` is the worst a clinician gave, or 0.

    `resolved` None is still open.
    """

    number: int
    dose: str | None
    onset: datetime
    peak: int | None
    told: int
    resolved: datetime | None
    resolved_while_masked: bool
    closed_by_clinician: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NeuroTold:
    """One run of ICANS above grade 0; `ended` None goes on."""

    onset: datetime
    peak: int
    ended: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Where a patient is from `at` on, by what was entered."""

    at: datetime
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One patient at one instant. Lists are empty where there is nothing to say; `onset` None is not known.

    `label` is what the label says now and of what happened, `second` a published reference beside it, `prompted` the
    other causes this course prompts, `around` the medicines and the watch around a next dose. Without a graded value
    for longer than `unseen_after` nobody saw the patient: a chart calls it a gap.
    """

    thresholds: Thresholds
    onset: OnsetTold | None
    doses: tuple[DoseTold, ...]
    taken: tuple[TakenTold, ...]
    stays: tuple[Stay, ...]
    episodes: tuple[EpisodeTold, ...]
    neuro: tuple[NeuroTold, ...]
    label: tuple[Statement, ...]
    around: tuple[Statement, ...]
    second: tuple[Statement, ...]
    prompted: tuple[Statement, ...]
    missing: tuple[str, ...]
    unseen_after: timedelta


def dossier(course: Course, remarks: Remarks, at: datetime) -> Dossier:
    """Return the dossier of one patient from everything known by `at`."""
    told = handover(course, remarks, at)
    known = sheet(course, at)
    calm = course.rules.cadence.calm
    return Dossier(
        thresholds=thresholds(_bedside(course, at), course.rules),
        onset=told.onset,
        doses=told.doses,
        taken=told.taken,
        stays=tuple(_stays(course, at)),
        episodes=tuple(_episodes(course.state)),
        neuro=tuple(
            NeuroTold(onset=each.onset, peak=each.peak, ended=each.ended)
            for each in (*course.state.icans_events_before, course.state.icans_event)
            if each is not None
        ),
        label=(*told.label, *told.label_next),
        around=(*known.premedication, *known.observation),
        second=told.second,
        prompted=told.prompted,
        missing=told.missing,
        unseen_after=calm.interval + calm.grace,
    )


def _bedside(course: Course, at: datetime) -> Bedside:
    state, profile, rules = course.state, course.profile, course.rules
    return Bedside(
        baseline=state.baseline,
        limits=active_limits(profile.limits, at),
        scale2=profile.spo2_scale == 2,  # noqa: PLR2004 - the name of a scale
        beta_blocker="beta_blocker" in profile.conditions,
        minor=is_minor(profile, at, rules),
        masked=mask_end(state, at) is not None,
        symptomatic=_falls_count(state, rules, at),
    )


def _falls_count(state: State, rules: Rules, at: datetime) -> bool:
    return any(name in rules.symptoms.makes_pressure_fall_symptomatic for name in held_symptoms(state, at, rules))


def _stays(course: Course, at: datetime) -> Iterator[Stay]:
    for event in course.standing(at):
        if isinstance(event, PlaceChanged):
            yield Stay(at=event.at, where=event.where)


def _episodes(state: State) -> Iterator[EpisodeTold]:
    for each in (*state.episodes_before, state.episode):
        if each is not None:
            yield EpisodeTold(
                number=each.number,
                dose=each.dose,
                onset=each.onset,
                peak=each.peak,
                told=each.told,
                resolved=each.resolved,
                resolved_while_masked=each.resolved_while_masked,
                closed_by_clinician=each.closed_by_clinician,
            )
