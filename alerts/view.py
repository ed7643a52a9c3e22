"""What screens and figures show of alerts: values only, read from one session, nothing changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import func
from sqlmodel import Session, col, select

from alerts import store
from alerts.ed_told import Told
from alerts.inhibition import Explained
from alerts.line_probe import line_now
from alerts.page_code import page_code
from alerts.silence import Silence
from alerts.tables import InboundRow, IncidentEventRow, IncidentRow, PageRow
from gateway.readiness import quiet
from gateway.reading import PatientCode, PatientId
from gateway.store import Heartbeat, heartbeats
from monitor.assessment import URGENCIES

FaultKind = Literal["deaf", "mute", "department", "unsigned", "insecure"]
SILENT_AFTER_S = 3.0
"""Wall seconds without a heartbeat of the gateway, which gives one each second, after which the board says so. Nobody
is called before the policy's longer time is over: a part may be busy for a moment."""

SEEN_AT_ONCE = frozenset({"deaf", "quiet:gateway", "mute"})
"""Conditions of which the parts themselves tell first: the board shows them once."""

WORST_FIRST: dict[str, int] = {urgency: -rank for rank, urgency in enumerate(URGENCIES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """One live incident as the board shows it.

    `unanswered_since` is set while people are being called and nobody accepted; `holder` and `held_until` while
    somebody did (`held_until` None: the hospital has the patient); `offered_to` names whom they are handing it to and
    who has not accepted yet. `next_step` is what happens if nobody answers. `silence` says who
    holds its calls back, why and until when; None when nobody does. `explained_by` is the key of the technical
    condition that people are called about instead, `stands_for` are the homes whose first calls this one stands for.
    `departments` are the emergency departments told, in order, with their answers.
    """

    id: int
    page_code: str
    patient_id: PatientId | None
    code: PatientCode | None
    kind: str
    urgency: str
    state: str
    reason: str
    opened_at: datetime
    unanswered_since: datetime | None
    holder: str | None
    held_until: datetime | None
    next_step: str | None
    next_at: datetime | None
    departments: tuple[Told, ...] = ()
    silence: Silence | None = None
    explained_by: str | None = None
    stands_for: tuple[PatientCode, ...] = ()
    offered_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """One text or call, out or in. `status` of an incoming text is what was understood."""

    id: int
    at: datetime
    direction: Literal["out", "in"]
    role: str
    person: str | None
    number: str
    body: str
    status: str
    incident_id: int | None
    channel: str = "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that makes the system deaf, mute or provisional, for the banner. `since` None: never was otherwise."""

    kind: FaultKind
    since: datetime | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Incidents that were opened, acknowledged at least once, escalated beyond the first page; texts sent."""

    opened: int
    acknowledged: int
    escalated: int
    texts_sent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """From the reception of a reading to the moment the first text it caused was taken by the network."""

    reading_received_at: datetime
    sent_at: datetime


def incident_lines(session: Session, now: datetime) -> list[IncidentLine]:
    """Return the live incidents: the worst first, among equals those nobody has, then the oldest."""
    query = select(IncidentRow.id, IncidentRow.next_step, IncidentRow.next_step_at).where(
        IncidentRow.state != "resolved"
    )
    steps = {incident_id: (step, at) for incident_id, step, at in session.exec(query)}
    live = store.live(session)
    explained: dict[str, list[PatientCode]] = {}
    for kept in live:
        held_back = _held_back(kept, now)
        if held_back is not None and kept.code is not None:
            explained.setdefault(f"technical:{held_back.cause}", []).append(kept.code)
    lines = [
        _line(kept, *steps[kept.id], _held_back(kept, now), tuple(sorted(explained.get(kept.subject, ()))))
        for kept in live
    ]
    return sorted(lines, key=lambda line: (WORST_FIRST[line.urgency], line.holder is not None, line.opened_at))


def text_lines(session: Session, limit: int = 50, *, patient_id: PatientId | None = None) -> list[TextLine]:
    """Return the newest texts and calls of both directions, newest first; of one patient where one is named."""
    sent = select(PageRow).where(col(PageRow.lead_id).is_(None), PageRow.kind != "synthetic")
    came = select(InboundRow)
    if patient_id is not None:
        sent = sent.where(PageRow.patient_id == patient_id)
        came = came.where(InboundRow.patient_id == patient_id)
    pages = session.exec(sent.order_by(col(PageRow.id).desc()).limit(limit))
    inbound = session.exec(came.order_by(col(InboundRow.id).desc()).limit(limit))
    lines = [*(_out(row) for row in pages), *(_in(row) for row in inbound)]
    return sorted(lines, key=lambda line: (line.at, line.id), reverse=True)[:limit]


def faults(session: Session, now: datetime) -> list[Fault]:
    """Return why the picture may be blind or provisional; empty when nothing is wrong.

    Alerts itself going quiet is told from its heartbeat: whoever shows this is another process.
    """
    beats = heartbeats(session)
    own = beats.get("alerts")
    found = [] if own is None else list(_of_heartbeat(own, now))
    graded = beats.get("monitor")
    if graded is not None and "unsigned" in graded.detail:  # who grades knows better than who calls
        found = [fault for fault in found if fault.kind != "unsigned"]
        if graded.detail["unsigned"]:
            found.append(Fault(kind="unsigned", since=graded.at, text=str(graded.detail["unsigned"])))
    if own is None:
        found.append(Fault(kind="mute", since=None, text="alerts has never run: nobody is called"))
    told = set()
    for kept in store.live(session, prefix="technical:"):
        key = kept.subject.removeprefix("technical:")
        kind = _fault_kind(key, kept.incident.urgency)
        if key in SEEN_AT_ONCE:
            told.add(kind)
        if kind is not None:
            found.append(Fault(kind=kind, since=kept.incident.opened_at, text=kept.incident.reason))
    return [*found, *(fault for fault in _seen_at_once(session, beats, now) if fault.kind not in told)]


def _seen_at_once(session: Session, beats: Mapping[str, Heartbeat], now: datetime) -> Iterator[Fault]:
    """Find what a part says, or no longer says, of itself: people are called about it later, the board tells it now."""
    own, gateway = beats.get("alerts"), beats.get("gateway")
    second_lasts = timedelta(seconds=1.0 if own is None else float(own.detail.get("second_lasts_s", 1.0)))
    if gateway is not None and now - gateway.at >= second_lasts * SILENT_AFTER_S:
        yield Fault(kind="deaf", since=gateway.at, text="no word from the gateway: readings may not arrive")
    elif gateway is not None and (why := gateway.detail.get("deaf")) is not None:
        since = gateway.detail.get("deaf_since")
        at = gateway.at if since is None else datetime.fromisoformat(since)
        yield Fault(kind="deaf", since=at, text=f"no reading can arrive: {why}")
    line = line_now(session, now)
    if line is not None and line.fault is not None:
        yield Fault(kind="mute", since=line.since, text=f"texts do not go out: {line.fault}")


def counts(session: Session) -> Counts:
    """Return the totals since the database began."""
    acknowledged = select(func.count(func.distinct(IncidentEventRow.incident_id))).where(
        IncidentEventRow.what == "acknowledged"
    )
    higher = col(PageRow.role).in_(["second_nurse", "oncologist", "emergency_department"]) | (
        (PageRow.channel == "voice") & (PageRow.role == "nurse")
    )
    escalated = select(func.count(func.distinct(PageRow.incident_id))).where(higher)
    sent = select(func.count(col(PageRow.id))).where(
        PageRow.channel == "sms", PageRow.kind != "synthetic", col(PageRow.sent_at).is_not(None)
    )
    return Counts(
        opened=session.exec(select(func.count(col(IncidentRow.id)))).one(),
        acknowledged=session.exec(acknowledged).one(),
        escalated=session.exec(escalated).one(),
        texts_sent=session.exec(sent).one(),
    )


def incidents_by_state(session: Session) -> dict[str, int]:
    """Return how many incidents are in which state; a state that none is in is left out."""
    rows = session.exec(select(IncidentRow.state, func.count()).group_by(IncidentRow.state))
    return dict(rows.all())


def latencies(session: Session) -> list[Latency]:
    """Return one entry for each reading that caused a text, in clock time (divide by a sped clock's speed)."""
    query = select(PageRow.reading_received_at, func.min(PageRow.sent_at)).where(
        col(PageRow.reading_received_at).is_not(None), col(PageRow.sent_at).is_not(None)
    )
    rows = session.exec(query.group_by(col(PageRow.incident_id), col(PageRow.reading_received_at)))
    return [
        Latency(reading_received_at=received_at, sent_at=sent_at)
        for received_at, sent_at in rows
        if received_at is not None and sent_at is not None
    ]


def _held_back(kept: store.Kept, now: datetime) -> Explained | None:
    """Return what stands for the calls about this incident at `now`."""
    held = kept.incident.explained
    return held if held is not None and kept.incident.kind in {"no_sight", "technical"} and held.holds(now) else None


def _line(
    kept: store.Kept,
    step: str | None,
    step_at: datetime | None,
    held_back: Explained | None,
    stands_for: tuple[PatientCode, ...],
) -> IncidentLine:
    incident, held = kept.incident, kept.incident.acknowledgement
    return IncidentLine(
        id=kept.id or 0,
        page_code=page_code(kept.id or 0),
        patient_id=kept.patient_id,
        code=kept.code,
        kind=incident.kind,
        urgency=incident.urgency,
        state=incident.state,
        reason=incident.reason,
        opened_at=incident.opened_at,
        unanswered_since=incident.unanswered_since,
        holder=held.by if held else None,
        held_until=held.until if held else None,
        next_step=step,
        next_at=step_at,
        departments=incident.departments,
        silence=incident.silence,
        explained_by=None if held_back is None else held_back.cause,
        stands_for=stands_for,
        offered_to=incident.hand_over.to.name if incident.hand_over else None,
    )


def _out(row: PageRow) -> TextLine:
    return TextLine(
        id=row.id or 0,
        at=row.sent_at or row.created_at,
        direction="out",
        role=row.role,
        person=row.person,
        number=row.number,
        body=row.body,
        status=row.state if not row.outcome or row.outcome == row.state else f"{row.state}: {row.outcome}",
        incident_id=row.incident_id,
        channel=row.channel,
    )


def _in(row: InboundRow) -> TextLine:
    return TextLine(
        id=row.id or 0,
        at=row.received_at,
        direction="in",
        role=row.role or "unknown",
        person=row.person,
        number=row.number,
        body=row.body,
        status=row.meaning or "not read yet",
        incident_id=row.incident_id,
        channel=row.channel,
    )


def _of_heartbeat(own: Heartbeat, now: datetime) -> list[Fault]:
    second_lasts = timedelta(seconds=float(own.detail.get("second_lasts_s", 1.0)))
    found = []
    if quiet(own.at, now, second_lasts=second_lasts):
        found.append(Fault(kind="mute", since=own.at, text="alerts has gone quiet: nobody is called"))
    if own.detail.get("unsigned"):
        found.append(Fault(kind="unsigned", since=own.at, text="thresholds are unsigned engineering defaults"))
    if own.detail.get("insecure"):
        found.append(Fault(kind="insecure", since=own.at, text="the endpoint listens without TLS"))
    return found


def _fault_kind(key: str, urgency: str) -> FaultKind | None:
    if key in {"mute", "system:texts"}:
        return "mute"
    if key.startswith("ed:"):
        return "department"
    return "deaf" if urgency == "urgent" and not key.startswith("roster:") else None
