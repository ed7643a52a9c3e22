"""Decides what other systems of the hospital are told: codes, grades, states; no identity, no free words. Pure."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from monitor.assessment import Assessment, encode

PATIENTS = "stepguard/v1/patients"
INCIDENTS = "stepguard/v1/incidents"
RESOLVED_KEPT = timedelta(days=1)
"""How long a resolved incident stays to be seen: a dashboard that was away for a night still learns its end."""

NO_TOPIC_LEVEL = frozenset("/+#\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentNow:
    """One incident as others may see it; `code` is None for a technical one."""

    id: int
    code: str | None
    kind: str
    urgency: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None


def retained(assessments: dict[str, Assessment], incidents: list[IncidentNow], now: datetime) -> dict[str, bytes]:
    """Return everything that should be retained at the broker at `now`, by topic; anything else is to be cleared.

    Parameters
    ----------
    assessments
        The newest of each patient, by code. Nothing is published of a patient whose care has ended.
    """
    wanted = {
        f"{PATIENTS}/{code}/assessment": _assessment(each)
        for code, each in assessments.items()
        if each.place != "ended" and not NO_TOPIC_LEVEL & set(code)
    }
    for incident in incidents:
        if incident.resolved_at is None or now - incident.resolved_at < RESOLVED_KEPT:
            wanted[f"{INCIDENTS}/{incident.id}"] = _incident(incident)
    return wanted


def _assessment(assessment: Assessment) -> bytes:
    """Spell an assessment with every key, its free words left empty.

    What people typed or the rules worded for people (reasons, guidance, the name of a step) may hold the name of a
    medicine, and belongs to those who treat.
    """
    replace = msgspec.structs.replace
    episode = assessment.crs.episode
    quiet = replace(
        assessment,
        crs=replace(assessment.crs, episode=None if episode is None else replace(episode, dose=None)),
        reasons=(),
        window=replace(assessment.window, dose=None),
        guidance=replace(
            assessment.guidance, now=(), next_dose=replace(assessment.guidance.next_dose, text="", source="")
        ),
    )
    return encode(quiet)


def _incident(incident: IncidentNow) -> bytes:
    return json.dumps(
        {
            "id": incident.id,
            "patient": incident.code,
            "kind": incident.kind,
            "urgency": incident.urgency,
            "state": incident.state,
            "opened_at": incident.opened_at.isoformat(),
            "resolved_at": None if incident.resolved_at is None else incident.resolved_at.isoformat(),
        }
    ).encode()
