"""Says what is technically wrong now, so that silence of a machine is never taken for health of a patient.

Conditions hold while their cause holds. Their texts carry no identity and no value.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func
from sqlmodel import Session, col, select

from gateway.hubs_away import away_together
from gateway.reading import HubName, PatientId
from gateway.store import last_reading_at
from gateway.synthetic import synthetic_patients
from gateway.synthetic_mark import is_somebody
from gateway.tables import AssignmentRow, HeartbeatRow, HubClockRow, HubRow, HubStateRow, QuarantineRow

QUARANTINE_SPAN = timedelta(hours=1)
CLOCK_SPAN = timedelta(hours=1)
SILENCE_SPAN = timedelta(hours=9)
"""Somewhere a reading is due every eight hours at the slowest (docs/behaviour.md, "Sight and cadence");
a grace of one more."""

NO_READING = "silence"
"""The condition that no home at all is heard. Whether any should be, the gateway cannot know: see
`alerts.stored_sources`."""

CERTIFICATE_SOON = timedelta(days=14)
"""Two weeks: a renewal that failed is found while there is still time to do it by hand."""

CERTIFICATE_NOW = timedelta(days=3)
"""A weekend and a day: after it no hub connects any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something technical that holds since `since`. `key` stays the same while it does."""

    key: str
    severity: Literal["low", "high"]
    patient_id: PatientId | None
    hub: HubName | None
    since: datetime
    text: str


def conditions(session: Session, now: datetime) -> list[Condition]:
    """Return every technical condition that holds at `now`; a watchdog's hub is nobody's home and makes none."""
    watchdogs = {one.hub for one in synthetic_patients(session).values()}
    of_hubs = (*_clocks(session, now), *_quarantine(session, now), *_offline(session))
    return [
        *(condition for condition in of_hubs if condition.hub not in watchdogs),
        *_away_together(session),
        *_silence(session, now),
        *_own_word(session, now),
    ]


def _clocks(session: Session, now: datetime) -> Iterator[Condition]:
    """Find hubs whose newest reading came with a doubtful clock, within the last hour."""
    rows = session.exec(
        select(HubRow.name, HubClockRow)
        .join(HubClockRow, col(HubClockRow.hub_id) == HubRow.id)
        .where(col(HubClockRow.doubt).is_not(None), col(HubClockRow.last_at) > now - CLOCK_SPAN)
    )
    for name, clock in rows:
        yield Condition(
            key=f"clock:{name}",
            severity="low",
            patient_id=None if clock.patient_id is None else PatientId(clock.patient_id),
            hub=HubName(name),
            since=clock.since,
            text=f"{clock.doubt}: readings are graded at the time they arrived",
        )


def _quarantine(session: Session, now: datetime) -> Iterator[Condition]:
    rows = session.exec(
        select(
            QuarantineRow.hub_name,
            func.max(QuarantineRow.patient_id),
            func.min(QuarantineRow.received_at),
            func.count(),
        )
        .where(col(QuarantineRow.received_at) > now - QUARANTINE_SPAN)
        .group_by(QuarantineRow.hub_name)
    )
    for name, patient_id, since, count in rows:
        yield Condition(
            key=f"quarantine:{name}",
            severity="low",
            patient_id=None if patient_id is None else PatientId(patient_id),
            hub=HubName(name),
            since=since,
            text=f"{count} message{'' if count == 1 else 's'} of the last hour could not be read",
        )


def _offline(session: Session) -> Iterator[Condition]:
    rows = session.exec(
        select(HubRow.name, AssignmentRow.patient_id, HubStateRow.at)
        .join(HubStateRow, col(HubStateRow.hub_id) == HubRow.id)
        .join(AssignmentRow, col(AssignmentRow.hub_id) == HubRow.id)
        .where(col(HubStateRow.online).is_(False), col(AssignmentRow.until_at).is_(None))
    )
    for name, patient_id, at in rows:
        yield Condition(
            key=f"offline:{name}",
            severity="low",
            patient_id=PatientId(patient_id),
            hub=HubName(name),
            since=at,
            text="hub is offline",
        )


def _away_together(session: Session) -> Iterator[Condition]:
    """Find whether most hubs went offline within minutes: their common network or our way to it is at fault."""
    at_home = col(AssignmentRow.until_at).is_(None) & is_somebody(col(AssignmentRow.patient_id))
    standing = session.exec(select(func.count(col(AssignmentRow.id))).where(at_home)).one()
    offline = session.exec(
        select(HubStateRow.at)
        .join(AssignmentRow, col(AssignmentRow.hub_id) == HubStateRow.hub_id)
        .where(col(HubStateRow.online).is_(False), at_home)
    ).all()
    together = away_together(offline, standing - len(offline))
    if together is not None:
        count, since = together
        yield Condition(
            key="hubs",
            severity="high",
            patient_id=None,
            hub=None,
            since=since,
            text=f"{count} home hubs went offline together",
        )


def _silence(session: Session, now: datetime) -> Iterator[Condition]:
    """Find whether nothing arrives at all although hubs stand in homes: then the fault is ours, not a home's."""
    assigned_at = session.exec(
        select(AssignmentRow.from_at)
        .where(col(AssignmentRow.until_at).is_(None), is_somebody(col(AssignmentRow.patient_id)))
        .order_by(col(AssignmentRow.from_at))
        .limit(1)
    ).first()
    if assigned_at is None:
        return
    newest = last_reading_at(session)
    since = assigned_at if newest is None else max(newest, assigned_at)
    if now - since > SILENCE_SPAN:
        yield Condition(
            key=NO_READING,
            severity="high",
            patient_id=None,
            hub=None,
            since=since,
            text="no reading arrives from any home",
        )


def _own_word(session: Session, now: datetime) -> Iterator[Condition]:
    """Find what the gateway says of itself: that it hears nobody, and what will end that way."""
    beat = session.get(HeartbeatRow, "gateway")
    if beat is None:
        return
    detail: Mapping[str, Any] = json.loads(beat.detail)
    if (why := detail.get("deaf")) is not None:
        since = detail.get("deaf_since")
        yield Condition(
            key="deaf",
            severity="high",
            patient_id=None,
            hub=None,
            since=beat.at if since is None else datetime.fromisoformat(since),
            text=f"no reading can arrive: {why}",
        )
    if (warning := detail.get("warning")) is not None:
        yield Condition(key="front", severity="low", patient_id=None, hub=None, since=beat.at, text=warning)
    if (ends := detail.get("certificate_valid_until")) is not None:
        yield from _certificate(datetime.fromisoformat(ends), now)


def _certificate(ends: datetime, now: datetime) -> Iterator[Condition]:
    if ends - now > CERTIFICATE_SOON:
        return
    yield Condition(
        key="certificate",
        severity="high" if ends - now <= CERTIFICATE_NOW else "low",
        patient_id=None,
        hub=None,
        since=ends - CERTIFICATE_SOON,
        text=f"the certificate that hubs are shown {'ends' if ends > now else 'ended'} on {ends:%Y-%m-%d}; renew it",
    )
