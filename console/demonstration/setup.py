"""Fills the database of a demonstration through the doors everybody uses: enrolment, doses, contacts, hubs, intake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import numpy as np
from sqlmodel import Session

from alerts.contacts import add_contact
from alerts.store import move_cursor
from console.demonstration.course import measured, vitals_at
from console.demonstration.home_kit import REQUIRED, message
from console.demonstration.ice_rounds import ice_event, ice_rounds
from console.demonstration.plan import HISTORY, HomePlan
from gateway.clock import StillClock
from gateway.database import Database
from gateway.intake import READING_LEAF, Arrived, Intake
from gateway.plausibility_limits import load_limits
from gateway.reading import HubName, PatientCode, PatientId
from gateway.store import add_hub, assign
from monitor.catalogue import choose_schedule
from monitor.cycle import Monitor
from monitor.dose_plan import as_events, propose
from monitor.enrolment import enrol
from monitor.planned_doses_store import add_all
from monitor.rules import Rules
from monitor.store import add_event, latest_assessments

ASSIGNED_BEFORE = HISTORY + timedelta(hours=10)
LATER_DOSES = 2
ENROLLED_BY = "demo pharmacist"
NURSE = "demo nurse"
MINUTES_BETWEEN_DEVICES = 1.0
SENT_WITHIN = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Furnished:
    """What the homes and people of the demonstration need to know of the database."""

    passwords: dict[HubName, str]
    patients: dict[PatientCode, PatientId]


TEAMS = ("north", "south")
"""The teams of the demonstration's ward, patient by patient in turn."""


def furnish(database: Database, plans: Sequence[HomePlan], rules: Rules, origin: datetime) -> Furnished:
    """Enrol every patient, give their doses, bind their telephones and hubs, and store what they measured before.

    The history goes through the gateway's own intake, received when it was measured, and through the monitor; nobody
    is called about it, so that the demonstration begins on a quiet afternoon.
    """
    passwords: dict[HubName, str] = {}
    patients: dict[PatientCode, PatientId] = {}
    with database.write() as session:
        for place, plan in enumerate(plans):
            enrolled_at = min([origin - ASSIGNED_BEFORE, *(dose.at for dose in plan.doses)])
            patient = enrol(
                session,
                code=plan.code,
                profile={**plan.profile(), "team": TEAMS[place % len(TEAMS)]},
                drug=plan.regimen.drug,
                schedule=plan.regimen.schedule,
                now=enrolled_at,
            )
            for dose in plan.doses:
                event = {
                    "type": "dose",
                    "at": dose.at.isoformat(),
                    "step": dose.step.name,
                    "amount": dose.step.amount,
                    "unit": dose.step.unit,
                }
                add_event(session, patient, event, by=ENROLLED_BY, now=dose.at)
            if plan.doses:
                _plan_doses(session, patient, plan, rules, enrolled_at)
            for at in takewhile(lambda at: at <= origin, ice_rounds(plan, place, enrolled_at)):
                add_event(session, patient, ice_event(at), by=NURSE, now=at)
            add_contact(
                session,
                patient,
                name=plan.caregiver,
                number=plan.caregiver_number,
                language=plan.language,
                consent_values=True,
                now=enrolled_at,
            )
            patients[plan.code] = patient
            passwords[plan.hub] = add_hub(session, plan.hub)
            assign(session, plan.hub, plan.code, enrolled_at)
    _store_history(database, plans)
    Monitor(database, rules, StillClock(origin)).cycle()
    with database.write() as session:
        move_cursor(session, max(stored.id for stored in latest_assessments(session).values()))
    return Furnished(passwords=passwords, patients=patients)


def _plan_doses(session: Session, patient: PatientId, plan: HomePlan, rules: Rules, enrolled_at: datetime) -> None:
    """Put the step-up and a few doses after it on the calendar, as they were planned on the day of enrolment."""
    drug = rules.catalogue.find(plan.regimen.drug)
    schedule = choose_schedule(drug, plan.regimen.schedule, []) if drug is not None else None
    if schedule is None or not schedule.steps:
        return
    later = LATER_DOSES if schedule.later and schedule.later[0].every_days is not None else 0
    zone = ZoneInfo(plan.profile()["timezone"])
    proposal = propose(schedule, zone, start=plan.doses[0].at, later=later)
    add_all(session, patient, as_events(proposal, enrolled_at), by=ENROLLED_BY, now=enrolled_at)


def _store_history(database: Database, plans: Sequence[HomePlan]) -> None:
    intake = Intake(load_limits())
    with database.write_connection() as connection:
        intake.load(connection)
        arrived = sorted((one for plan in plans for one in _history(plan)), key=lambda one: one.received_at)
        saved = intake.save(connection, arrived)
    intake.adopt(saved)


def _history(plan: HomePlan) -> list[Arrived]:
    """Return the messages of the rounds before the demonstration, of a boot of their own."""
    rng = np.random.default_rng([*plan.seed, 3])
    arrived = []
    for turn, at in enumerate(plan.measured_before):
        seen = measured(vitals_at(plan.course, at), rng)
        for place, group in enumerate(REQUIRED):
            measured_at = at + timedelta(minutes=MINUTES_BETWEEN_DEVICES * (place - len(REQUIRED)))
            seq = turn * len(REQUIRED) + place + 1
            payload = message(boot="before", seq=seq, measured_at=measured_at, seen=seen, groups=(group,))
            arrived.append(
                Arrived(hub=plan.hub, leaf=READING_LEAF, payload=payload, received_at=measured_at + SENT_WITHIN)
            )
    return arrived
