"""Sets and ends a patient's own limits. They stand in the enrolment, with who decided, why and until when."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from gateway.people_log import note
from gateway.reading import PatientId
from monitor.enrolment import enrol, patient_by_id, profile_object
from monitor.record import Limit
from monitor.timeline import BadEvent


def own_limits(session: Session, patient_id: PatientId) -> tuple[tuple[str, Limit], ...]:
    """Return a patient's own limits by vital group, also those that have run out."""
    enrolled = patient_by_id(session, patient_id)
    return () if enrolled is None else enrolled.profile.limits


def set_limit(
    session: Session, patient_id: PatientId, group: str, limit: Limit | None, *, by: str, now: datetime
) -> None:
    """Give a patient limits of their own for one vital group, or end those that stand.

    Parameters
    ----------
    limit
        Urgent and emergency *below* these values; None gives the patient the general limits again.
    by
        Who enters it; whose decision it is stands in the limit.

    Raises
    ------
    BadEvent
        When nobody is enrolled there, there is nothing to end, the limit lacks name, reason or expiry or leaves the
        bounds of the rules, or the patient is under age and would be left without limits.
    """
    enrolled = patient_by_id(session, patient_id)
    if enrolled is None:
        raise BadEvent("this patient is not enrolled")
    profile = profile_object(session, patient_id)
    limits: dict[str, Any] = dict(profile.get("limits") or {})
    if limit is None and group not in limits:
        raise BadEvent(f"this patient has no own limits of {group.replace('_', ' ')}")
    limits.pop(group, None)
    if limit is not None:
        limits[group] = {
            "urgent": limit.urgent,
            "emergency": limit.emergency,
            "by": limit.by,
            "why": limit.why,
            "until": None if limit.until is None else limit.until.isoformat(),
        }
    enrol(
        session,
        code=enrolled.code,
        profile={**profile, "limits": limits},
        drug=enrolled.drug,
        schedule=enrolled.schedule,
        now=now,
    )
    what = {"change": "limits", "group": group, "limits": limits.get(group)}
    note(session, now, "change", f"patient:{patient_id}", what, by=by, patient_id=patient_id)
