"""Reads what the paper list for a downtime shows, and keeps a fresh one on disk."""

import os
import tempfile
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts.contacts import contacts_of
from alerts.downtime import Line, Numbers, OwnLimit, pages
from alerts.roster import STAFF_ROLES, Roster
from alerts.roster_now import RosterNow
from gateway.backup import sync
from gateway.database import Database
from gateway.settings import Settings
from monitor.columns import active_limits
from monitor.enrolment import Enrolled, enrolled
from monitor.glance import SHOWN, Glance
from monitor.store import StoredAssessment, glances, latest_assessments


def lines_of(session: Session, now: datetime, codes: Collection[str] = ()) -> list[Line]:
    """Return every patient under watch, or those of `codes`."""
    latest, behind = latest_assessments(session), glances(session)
    found = []
    for patient in enrolled(session):
        stored = latest.get(patient.patient_id)
        ended = stored is not None and stored.assessment.place == "ended"
        if patient.code in codes or (not codes and not ended):
            numbers = tuple(contact.number for contact in contacts_of(session, patient.patient_id))
            found.append(_line(patient, stored, behind.get(patient.patient_id), numbers, now))
    return found


def numbers_of(settings: Settings, roster: Roster, now: datetime) -> Numbers:
    """Return whom to call at `now`; duties by number alone."""
    held = [(role, roster.on_call(role, now)) for role in STAFF_ROLES]
    return Numbers(
        unit=settings.site.unit_phone,
        emergency=settings.site.emergency_number,
        on_call=tuple((role, None if person is None else person.number) for role, person in held),
    )


def write_list(database: Database, settings: Settings, roster: RosterNow, to: Path, now: datetime) -> None:
    """Put a fresh list in place of the one before: whoever prints it gets a whole one, at most an hour old.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    with database.read() as session:
        lines, numbers = lines_of(session, now), numbers_of(settings, roster.read(session, now), now)
    text = pages(lines, numbers, now, ZoneInfo(settings.site.timezone))
    descriptor, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.")  # readable by this user alone
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(to)
    sync(to.parent)


def _line(
    patient: Enrolled, stored: StoredAssessment | None, seen: Glance | None, numbers: tuple[str, ...], now: datetime
) -> Line:
    held = {} if seen is None else seen.groups
    limits = active_limits(patient.profile.limits, now)
    return Line(
        code=patient.code,
        drug=patient.drug,
        dose_at=None if seen is None else seen.dose_at,
        assessment=None if stored is None else stored.assessment,
        assessed_at=None if stored is None else stored.assessed_at,
        values=tuple((group, held[group].measured(now)) for group in SHOWN if group in held),
        limits=tuple(
            OwnLimit(
                group=group,
                urgent=None if limit.urgent is None else f"{limit.urgent:f}",
                emergency=None if limit.emergency is None else f"{limit.emergency:f}",
                until=limit.until,
            )
            for group, limit in limits.items()
        ),
        telephones=numbers,
    )
