"""Reads what happened to incidents, for screens and summaries. Changes nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from alerts import store
from alerts.store import Kept
from alerts.story import Call, Happened, Reply, Story
from alerts.tables import InboundRow, IncidentEventRow, IncidentRow, PageRow, ReceiptRow
from gateway.reading import PatientId


def stories(session: Session) -> Mapping[int, Story]:
    """Return the story of every live incident by its id."""
    live = select(IncidentRow.id).where(IncidentRow.state != "resolved")
    return _told(session, live, store.live(session))


def stories_of(session: Session, patient_id: PatientId, since: datetime, until: datetime) -> Sequence[Story]:
    """Return the stories of one patient's incidents that were live at any instant of that time, the oldest first."""
    chosen = (
        (col(IncidentRow.patient_id) == patient_id)
        & (col(IncidentRow.opened_at) <= until)
        & (col(IncidentRow.resolved_at).is_(None) | (col(IncidentRow.resolved_at) >= since))
    )
    ids = select(IncidentRow.id).where(chosen)
    found = [store.look_at(session, one) for one in session.exec(ids.order_by(col(IncidentRow.id))) if one is not None]
    return list(_told(session, ids, [kept for kept in found if kept is not None]).values())


def _told(session: Session, chosen: SelectOfScalar[int] | SelectOfScalar[None], of: Sequence[Kept]) -> dict[int, Story]:
    """Return the stories of the incidents `of`, whose ids `chosen` selects."""
    calls: dict[int, list[Call]] = defaultdict(list)
    pages = (
        select(PageRow, ReceiptRow)
        .join(ReceiptRow, col(ReceiptRow.reference) == PageRow.reference, isouter=True)
        .where(col(PageRow.incident_id).in_(chosen))
        .order_by(col(PageRow.id))
    )
    for page, receipt in session.exec(pages):
        calls[page.incident_id or 0].append(_call(page, receipt))
    replies: dict[int, list[Reply]] = defaultdict(list)
    for text in session.exec(
        select(InboundRow).where(col(InboundRow.incident_id).in_(chosen)).order_by(col(InboundRow.id))
    ):
        replies[text.incident_id or 0].append(_reply(text))
    happened: dict[int, list[Happened]] = defaultdict(list)
    events = select(IncidentEventRow).where(col(IncidentEventRow.incident_id).in_(chosen))
    for event in session.exec(events.order_by(col(IncidentEventRow.id))):
        happened[event.incident_id].append(Happened(at=event.at, what=event.what, by=event.by, note=event.note))
    return {
        kept.id: _story(kept, kept.id, calls[kept.id], replies[kept.id], happened[kept.id])
        for kept in of
        if kept.id is not None
    }


def _story(kept: Kept, incident_id: int, calls: list[Call], replies: list[Reply], happened: list[Happened]) -> Story:
    incident, held = kept.incident, kept.incident.acknowledgement
    told = incident.has_fired("ed")
    return Story(
        incident_id=incident_id,
        round=incident.round,
        began_at=incident.began_at,
        calls=calls,
        replies=replies,
        happened=happened,
        accepted_at=None if held is None else held.at,
        accepted_note="" if held is None else held.note,
        ed_told_at=None if told is None else told.at,
        ed_held_until=incident.ed_hold_until,
        departments=incident.departments,
        departments_before=incident.departments_before,
        answered_at=incident.answered_at,
    )


def _call(page: PageRow, receipt: ReceiptRow | None) -> Call:
    return Call(
        id=page.id or 0,
        at=page.created_at,
        sent_at=page.sent_at,
        role=page.role,
        person=page.person,
        channel="voice" if page.channel == "voice" else "sms",
        kind=page.kind,
        reason=page.reason,
        state=page.state,
        outcome=page.outcome,
        receipt_by=page.receipt_by,
        arrived_at=receipt.updated_at if receipt is not None and page.state == "delivered" else None,
        joined=page.lead_id is not None,
    )


def _reply(text: InboundRow) -> Reply:
    return Reply(
        at=text.received_at,
        role=text.role,
        person=text.person,
        channel=text.channel,
        body=text.body,
        meaning=text.meaning,
    )
