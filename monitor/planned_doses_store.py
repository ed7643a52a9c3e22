"""Reads the calendar of planned doses from the record, and writes what changes it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from gateway.reading import PatientId
from monitor.catalogue import Schedule, choose_schedule, match
from monitor.course import Course
from monitor.dose_plan import PlanRefusedError, Proposal, as_events, cancelling, propose, propose_after
from monitor.enrolment import Enrolled, patient_by_id
from monitor.planned_doses import DoseCalendar, dose_calendar
from monitor.record import DoseGiven, Event
from monitor.rules import Rules
from monitor.store import add_event, entries_of

CALENDAR_KINDS = frozenset({"dose", "planned_dose"})
"""Types of entries that the calendar rests on."""


def calendar_of(session: Session, patient_id: PatientId, rules: Rules, now: datetime) -> DoseCalendar:
    """Return the calendar of one patient as of `now`. Readings are not looked at."""
    patient, standing = _record(session, patient_id, rules, now)
    drug = rules.catalogue.find(patient.drug)
    zone, ask_after = ZoneInfo(patient.profile.timezone), rules.panels.long_gap.days
    return dose_calendar(standing, drug, patient.regimen, zone, ask_after, now)


def first_dose_of(session: Session, patient_id: PatientId, rules: Rules, now: datetime) -> datetime | None:
    """Return when the first dose of the drug was given, else for when it is planned; None when neither is known."""
    calendar = calendar_of(session, patient_id, rules, now)
    given = [entry.given_at for entry in calendar.entries if entry.given_at is not None]
    given += [dose.at for dose in calendar.unplanned]
    planned = [entry.due for entry in calendar.entries if entry.open]
    return min(given, default=None) or min(planned, default=None)


def proposal_for(
    session: Session, patient_id: PatientId, rules: Rules, now: datetime, *, start: datetime | None, later: int = 0
) -> Proposal:
    """Return the doses that the patient's schedule has: from `start`, or after the last that was given.

    Raises
    ------
    PlanRefusedError
        When drug or schedule are not known, or neither a start nor a dose given says where to begin.
    """
    patient, standing = _record(session, patient_id, rules, now)
    given = [event for event in standing if isinstance(event, DoseGiven)]
    schedule = _schedule(patient, given, rules)
    zone = ZoneInfo(patient.profile.timezone)
    if start is not None:
        return propose(schedule, zone, start=start, later=later)
    doses = [
        (dose, step)
        for dose, step in zip(given, match(schedule, given), strict=True)
        if not schedule.gives_before(dose)
    ]
    if not doses:
        raise PlanRefusedError("no dose was given yet: say when the first one is with --start")
    last, step = doses[-1]
    return propose_after(schedule, zone, last=last, step=step, later=later)


def plan(
    session: Session, patient_id: PatientId, proposal: Proposal, rules: Rules, *, anew: bool, by: str, now: datetime
) -> list[str]:
    """Put a proposal on the calendar and return the refs; `anew` cancels what was still to come first.

    Raises
    ------
    PlanRefusedError
        When doses are planned already and `anew` is not set.
    """
    calendar = calendar_of(session, patient_id, rules, now)
    if calendar.next is not None and not anew:
        raise PlanRefusedError("doses are planned already; --anew cancels those still to come and plans again")
    add_all(session, patient_id, cancelling(calendar, now, "planned anew"), by=by, now=now)
    return add_all(session, patient_id, as_events(proposal, now), by=by, now=now)


def add_all(
    session: Session, patient_id: PatientId, events: Iterable[Mapping[str, Any]], *, by: str, now: datetime
) -> list[str]:
    """Store several entries and return their refs. Raises BadEvent as `add_event` does."""
    return [add_event(session, patient_id, event, by=by, now=now) for event in events]


def _record(session: Session, patient_id: PatientId, rules: Rules, now: datetime) -> tuple[Enrolled, tuple[Event, ...]]:
    patient = patient_by_id(session, patient_id)
    if patient is None:
        raise LookupError(f"patient row {patient_id} does not exist")
    entered = entries_of(session, patient_id, CALENDAR_KINDS)
    return patient, Course(patient.profile, patient.regimen, rules, entered).standing(now)


def _schedule(patient: Enrolled, given: list[DoseGiven], rules: Rules) -> Schedule:
    drug = rules.catalogue.find(patient.drug)
    if drug is None:
        raise PlanRefusedError("the patient's drug is not known; enrol with --drug, or add each with doses add")
    schedule = choose_schedule(drug, patient.schedule, given)
    if schedule is None or (patient.schedule is None and not given and len(drug.schedules) > 1):
        known = ", ".join(each.id for each in drug.schedules)
        raise PlanRefusedError(f"which schedule is not known: enrol with --schedule, one of {known}")
    return schedule
