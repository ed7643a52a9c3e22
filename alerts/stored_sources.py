"""The gateway and the monitor as they are: `Sources` over their own read functions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import structlog
from sqlmodel import Session

from alerts.sources import Cause, News, Trouble
from gateway.conditions import NO_READING, Condition, conditions
from gateway.entered import TEXT_HUB_ID, store_entered
from gateway.reading import PatientId
from gateway.store import heartbeats, readings_after
from monitor.brief import Brief, briefs_after, newest_brief
from monitor.lateness import anybody_late
from monitor.store import add_event
from monitor.timeline import BadEvent

log = structlog.get_logger()
ICE_PARTS = ("orientation", "naming", "commands", "writing", "attention")


class StoredSources:
    """Reads what the other parts stored."""

    def news(self, session: Session, after_id: int, limit: int) -> Sequence[News]:
        """Return the assessments stored after `after_id`, oldest first."""
        return [_news(brief) for brief in briefs_after(session, after_id, limit)]

    def cause(self, session: Session, reading_id: int) -> Cause | None:
        """Return one stored reading."""
        for stored in readings_after(session, reading_id - 1, 1):
            if stored.id == reading_id:
                return Cause(reading=stored.reading, by_text=stored.hub_id == TEXT_HUB_ID)
        return None

    def newest(self, session: Session, patient_id: PatientId) -> News | None:
        """Return the newest assessment of one patient; None when there is none."""
        brief = newest_brief(session, patient_id)
        return None if brief is None else _news(brief)

    def troubles(self, session: Session, now: datetime) -> Sequence[Trouble]:
        """Return the technical conditions that the gateway sees, and the patients that the monitor cannot grade."""
        seen = [
            Trouble(
                key=condition.key,
                severity=condition.severity,
                since=condition.since,
                text=condition.text,
                patient_id=condition.patient_id,
            )
            for condition in conditions_now(session, now)
        ]
        monitor = heartbeats(session).get("monitor")
        ungraded = monitor.detail.get("ungraded", {}) if monitor is not None else {}
        if monitor is not None and (file := monitor.detail.get("rules_file")):
            seen.append(_of_rule_file(file))
        return seen + [
            Trouble(
                key=f"ungraded:{patient_id}",
                severity="high",
                since=datetime.fromisoformat(since),
                text="a patient's record cannot be graded",
                patient_id=PatientId(int(patient_id)),
            )
            for patient_id, since in ungraded.items()
        ]

    def heartbeats(self, session: Session) -> Mapping[str, datetime]:
        """Return when each part last finished a cycle."""
        return {part: beat.at for part, beat in heartbeats(session).items()}

    def enter_reading(self, session: Session, patient_id: PatientId, payload: bytes, received_at: datetime) -> int:
        """Store a reading that a caregiver texted; return its id."""
        return store_entered(session, patient_id, payload, received_at)

    def enter_place(
        self,
        session: Session,
        patient_id: PatientId,
        where: Literal["travelling", "emergency_department"],
        now: datetime,
    ) -> None:
        """Record that the patient is on the way or has arrived; a record that refuses it loses nothing else."""
        _enter(session, patient_id, {"type": "place", "where": where}, now)

    def enter_symptoms(self, session: Session, patient_id: PatientId, names: Sequence[str], now: datetime) -> None:
        """Record symptoms that the home named; it cannot end any."""
        if names:
            _enter(session, patient_id, {"type": "symptom", "names": list(names)}, now)

    def enter_ice(self, session: Session, patient_id: PatientId, points: Sequence[int], now: datetime) -> None:
        """Record the points of orientation, naming, commands, writing and attention that the home counted."""
        _enter(session, patient_id, {"type": "ice", **dict(zip(ICE_PARTS, points, strict=True))}, now)


def _enter(session: Session, patient_id: PatientId, event: dict[str, object], now: datetime) -> None:
    try:
        add_event(session, patient_id, {"at": now.isoformat(), **event}, "caregiver", now)
    except BadEvent:
        log.warning("not recorded", what=event["type"])


def conditions_now(session: Session, now: datetime) -> list[Condition]:
    """Return what the gateway sees, without a general silence that no home explains.

    The gateway does not know who is in hospital, or whom the night lets sleep: only while a home is overdue is it
    odd that nothing arrives.
    """
    seen = conditions(session, now)
    if any(one.key == NO_READING for one in seen) and not anybody_late(session):
        return [one for one in seen if one.key != NO_READING]
    return seen


def _news(brief: Brief) -> News:
    return News(
        id=brief.id,
        patient_id=brief.patient_id,
        code=brief.code,
        urgent_groups=brief.urgent_groups,
        reading_id=brief.reading_id,
        calm=brief.calm,
        read=brief.assessment,
    )


def _of_rule_file(file: Mapping[str, str]) -> Trouble:
    """Return the condition of a rule file that is not what is graded by; high when nothing could start with it."""
    unusable = file["state"] == "unusable"
    return Trouble(
        key="rules",
        severity="high" if unusable else "low",
        since=datetime.fromisoformat(file["since"]),
        text="the rule file was changed and cannot be used: a restart would fail; see stepguard check"
        if unusable
        else "the rule file was changed: it takes effect at the next start",
    )
