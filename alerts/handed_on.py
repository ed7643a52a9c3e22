"""Decides what other alerting systems of a hospital are told, and in which words. Pure.

They hear what staff are being called about at this moment: a code, an urgency, a page code and a number to call; no
name, no value, no reason. Our own ladder goes on whatever they do with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.incident import Incident
from alerts.report import rank
from alerts.silencing import is_silenced
from monitor.assessment import Urgency

FIRING_FOR = timedelta(minutes=5)
"""How long Alertmanager believes in an alert it does not hear of again: its own default (`resolve_timeout`)."""

RESEND_S = 60.0
"""Well within `FIRING_FOR`, and within the 30 s to 3 min that Alertmanager asks its clients for."""

ALERT_NAMES = {
    "clinical": "StepguardPatient",
    "no_sight": "StepguardSilentHome",
    "no_answer": "StepguardNoAnswer",
    "technical": "StepguardSystem",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One incident that staff are being called about; `code` is None for a technical one."""

    incident_id: int
    code: str | None
    kind: str
    urgency: Urgency
    page_code: str
    began_at: datetime

    @property
    def summary(self) -> str:
        """One line without identity."""
        whom = "the system" if self.code is None else self.code
        return f"Stepguard {self.urgency}: {whom}, page {self.page_code}"


def is_called_about(incident: Incident, now: datetime) -> bool:
    """Whether staff are being called about this incident, and nobody has accepted it."""
    if incident.state not in {"open", "calling"} or is_silenced(incident):
        return False
    held = incident.explained
    if held is not None and incident.kind in {"no_sight", "technical"} and held.holds(now):
        return False  # its cause is handed on instead
    return incident.state == "calling" or rank(incident.urgency) >= rank("urgent")


def was_called_about(incident: Incident) -> bool:
    """Whether staff were ever called about this incident, as far as it remembers."""
    held = incident.acknowledgement is not None
    return held or incident.round > 1 or any(fired.role != "caregiver" for fired in incident.fired)


def worst_first(calls: Iterable[Call]) -> list[Call]:
    """Return calls in the order in which others hear of them."""
    return sorted(calls, key=lambda call: (-rank(call.urgency), call.began_at, call.incident_id))


def key_of(source: str, incident_id: int) -> str:
    """Return the key by which another system knows an incident again, the same from its beginning to its end."""
    return f"{source}-{incident_id}"


def labels_of(call: Call, source: str) -> dict[str, str]:
    """Return the labels by which Alertmanager tells alerts apart and routes them; empty ones are left out."""
    labels = {
        "alertname": ALERT_NAMES[call.kind],
        "source": source,
        "incident": str(call.incident_id),
        "severity": call.urgency,
    }
    return labels if call.code is None else {**labels, "patient_code": call.code}


def firing(call: Call, source: str, unit_phone: str, now: datetime) -> dict[str, object]:
    """Return the alert of a call for `POST /api/v2/alerts`; it ends by itself unless it is sent again in time."""
    return {
        "labels": labels_of(call, source),
        "annotations": {"summary": call.summary, "description": _details(call, unit_phone)},
        "startsAt": call.began_at.isoformat(),
        "endsAt": (now + FIRING_FOR).isoformat(),
    }


def ended(labels: Mapping[str, str], began_at: datetime, now: datetime) -> dict[str, object]:
    """Return the alert that says that an earlier one has ended."""
    return {"labels": dict(labels), "startsAt": began_at.isoformat(), "endsAt": now.isoformat()}


def raised(call: Call, source: str, unit_phone: str) -> dict[str, str]:
    """Return the webhook message that opens or renews an alert."""
    key = key_of(source, call.incident_id)
    return {"summary": call.summary, "details": _details(call, unit_phone), "dedup": key}


def closed(incident_id: int, source: str) -> dict[str, str]:
    """Return the webhook message that closes an alert: somebody has accepted it, or it is over."""
    summary = f"Stepguard incident {incident_id}: accepted or over"
    return {"summary": summary, "details": "", "dedup": key_of(source, incident_id), "action": "close"}


def _details(call: Call, unit_phone: str) -> str:
    return (
        f"Incident {call.incident_id}, called about since {call.began_at:%Y-%m-%d %H:%M} UTC. Call {unit_phone}. "
        "Stepguard goes on calling its own staff until one of them accepts there."
    )
